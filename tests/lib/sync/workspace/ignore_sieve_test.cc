// The sieve lets nothing fall that a pattern matches, and lets most fall that none does.
#include "lib/sync/workspace/ignore_sieve.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "lib/fs/relative_path.h"
#include "lib/sync/workspace/ignore.h"
#include "tests/support/flaky_stream.h"

namespace hawser::sync {
namespace {

TEST(IgnoreSieveTest, LetsPathsFallByTheirEnds) {
  IgnoreSieve sieve;
  EXPECT_FALSE(sieve.MayMatch("a")) << "there are no patterns";
  sieve.Add({"*~", "", "~", true});
  sieve.Add({".#*", ".#", "", true});
  sieve.Add({"build/*", "build/", "", false});
  sieve.Add({"*.sw[opx]", "", "", true});
  for (const char* path : {"a~", "d/a~", "a~/b", "x/.#a", "build/x", "a/b.swp", "a.sw/b"}) {
    EXPECT_TRUE(sieve.MayMatch(path)) << path;
  }
  for (const char* path : {"a", "src/main.cc", "src/build", "~a"}) {
    EXPECT_FALSE(sieve.MayMatch(path)) << path;
  }
  sieve.Add({"[ab]*", "", "", true});
  EXPECT_TRUE(sieve.MayMatch("src/main.cc")) << "nothing is known of its matches";
}

/// A few letters and wildcards, so that patterns and paths meet.
std::string AnyText(std::mt19937_64& random, const std::vector<std::string>& pieces) {
  std::string text;
  for (uint64_t count = 1 + random() % 6; count > 0; --count)
    text += pieces[random() % pieces.size()];
  return text;
}

TEST(IgnoreSieveTest, NeverChangesWhatAListIgnores) {
  const std::vector<std::string> globs = {"a",   "b", ".",    "/",   "*", "**",
                                          "**/", "?", "[ab]", "\\a", "ab"};
  const std::vector<std::string> letters = {"a", "b", ".", "/", "ab", "a.b"};
  const uint64_t seed = hawser::testing::TestSeed();
  std::mt19937_64 random(seed);
  int ignored = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::string> patterns;
    for (uint64_t count = 1 + random() % 3; count > 0; --count) {
      patterns.push_back((random() % 4 == 0 ? "!" : "") + AnyText(random, globs));
    }
    const Result<IgnoreList> list = IgnoreList::FromPatterns(patterns, "test");
    if (!list.ok()) continue;
    for (int i = 0; i < 20; ++i) {
      const Result<std::string> path = fs::NormaliseRelative(AnyText(random, letters));
      if (!path.ok() || path->empty()) continue;
      const std::optional<IgnorePattern> decided = list->Deciding(*path);
      const bool expected = decided.has_value() && !decided->text.starts_with('!');
      ASSERT_EQ(list->Ignores(*path), expected)
          << "HAWSER_SEED=" << seed << " " << patterns.front() << " " << *path;
      ignored += expected ? 1 : 0;
    }
  }
  EXPECT_GT(ignored, 1000);
}

}  // namespace
}  // namespace hawser::sync
