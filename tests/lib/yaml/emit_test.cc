// Writing YAML: the layout, and that everything reads back as it was.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "lib/yaml/yaml.h"

namespace hawser::yaml {
namespace {

using nlohmann::json;

TEST(EmitTest, WritesBlockStyle) {
  const json value = json::parse(R"({"kind":"Pod","metadata":{"labels":{}},
    "spec":{"containers":[{"args":["-v","0644"],"name":"app"}],"text":"a\nb\n"}})");
  EXPECT_EQ(ToYaml(value),
            "kind: Pod\n"
            "metadata:\n"
            "  labels: {}\n"
            "spec:\n"
            "  containers:\n"
            "  - args:\n"
            "    - \"-v\"\n"
            "    - \"0644\"\n"
            "    name: app\n"
            "  text: |\n"
            "    a\n"
            "    b\n");
}

TEST(EmitTest, QuotesWhatWouldReadBackDifferently) {
  for (const std::string text : {"",
                                 "yes",
                                 "null",
                                 "1",
                                 "0x10",
                                 "1e3",
                                 "- a",
                                 "a: b",
                                 "a:",
                                 "#x",
                                 "a #b",
                                 "*x",
                                 "&x",
                                 "!x",
                                 "{",
                                 "[",
                                 "'",
                                 "\"",
                                 "%a",
                                 "@a",
                                 "`a",
                                 " a",
                                 "a ",
                                 "a\tb",
                                 "a\n",
                                 "\n",
                                 " a\nb",
                                 "a \nb",
                                 "a\n\n",
                                 "é",
                                 "a\nb",
                                 "a\nb\n\n\n",
                                 "---",
                                 "...",
                                 "<<",
                                 "=",
                                 "? a",
                                 "a\r\nb",
                                 "|",
                                 ">",
                                 "key: |\n  x",
                                 "\x7f",
                                 "http://x:80/a?b=c",
                                 "/bin/sh",
                                 "a,b",
                                 "-1x"}) {
    const json value = {{"k", text}, {text, json::array({text, {{"n", text}}})}};
    const Result<json> back = ParseYaml(ToYaml(value), "emitted");
    ASSERT_TRUE(back.ok()) << back.status() << "\n" << ToYaml(value);
    EXPECT_EQ(*back, value) << ToYaml(value);
  }
}

json RandomValue(std::mt19937_64& random, int depth) {
  const auto word = [&] {
    static const std::string letters = "ab1 :-#\n'\"{[,&*!|>%@.~_0x";
    std::string text;
    for (uint64_t i = random() % 8; i > 0; --i) text += letters[random() % letters.size()];
    return text;
  };
  switch (random() % (depth > 0 ? 7 : 5)) {
    case 0:
      return word();
    case 1:
      return static_cast<int64_t>(random());
    case 2:
      return random() % 2 == 0;
    case 3:
      return nullptr;
    case 4:
      return static_cast<double>(random() % 1000) / 8 + 0.0625;
    case 5: {
      json list = json::array();
      for (uint64_t i = random() % 4; i > 0; --i) list.push_back(RandomValue(random, depth - 1));
      return list;
    }
    default: {
      json map = json::object();
      for (uint64_t i = random() % 4; i > 0; --i) map[word()] = RandomValue(random, depth - 1);
      return map;
    }
  }
}

TEST(EmitTest, RandomValuesReadBackAsTheyWere) {
  const char* given = std::getenv("HAWSER_SEED");
  const uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device()();
  SCOPED_TRACE("HAWSER_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 2000; ++i) {
    const json value = RandomValue(random, 5);
    const Result<json> back = ParseYaml(ToYaml(value), "emitted");
    ASSERT_TRUE(back.ok()) << back.status() << "\n" << ToYaml(value);
    ASSERT_EQ(*back, value) << ToYaml(value);
  }
}

}  // namespace
}  // namespace hawser::yaml
