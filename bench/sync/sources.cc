// Writes lines of code from a vocabulary in which, as in real sources, few words are most of it.
#include "bench/sync/sources.h"

#include <array>
#include <fstream>
#include <random>
#include <string_view>

namespace hawser::bench {
namespace {

constexpr std::array<std::string_view, 12> kShapes = {
    "def $_$(self, $):",     "    $ = $.$($, $)",           "    if $.$ is not None:",
    "        return $($.$)", "    for $ in $.$():",         "        $.$ = $[\"$\"]",
    "    # $ the $ of $ $",  "from $.$ import $, $",        "        raise $Error(\"$ $ $\")",
    "    self.$ = $ + #",    "    assert $($) == #, \"$\"", "        $.append($($, #))"};
constexpr std::array<std::string_view, 24> kSyllables = {
    "re", "quest", "con", "fig", "ser", "vice", "da",  "ta",  "in",  "dex", "str", "eam",
    "ob", "ject",  "val", "ue",  "han", "dle",  "cli", "ent", "mod", "el",  "par", "se"};
constexpr uint32_t kVocabulary = 6000;

/// A word of two or three syllables; the same number is always the same word.
void AppendWord(std::string& text, uint32_t number) {
  const size_t count = kSyllables.size();
  text += kSyllables[number % count];
  text += kSyllables[number / count % count];
  if (number >= count * count) text += kSyllables[number / count / count % count];
}

/// Mostly small numbers: the product of two uniform ones.
uint32_t CommonWord(std::mt19937& random) {
  const uint64_t product = uint64_t{random() % kVocabulary} * (random() % kVocabulary);
  return static_cast<uint32_t>(product / kVocabulary);
}

void AppendLine(std::string& text, std::mt19937& random) {
  for (const char c : kShapes[random() % kShapes.size()]) {
    if (c == '$')
      AppendWord(text, CommonWord(random));
    else if (c == '#')
      text += std::to_string(random() % 1000);
    else
      text += c;
  }
  text += '\n';
}

}  // namespace

std::string SourceText(size_t size, uint32_t seed, int version) {
  std::mt19937 random(seed);
  std::string text = "version = " + std::to_string(100000 + version) + "\n";
  text.reserve(size + 128);
  while (text.size() < size) AppendLine(text, random);
  text.resize(size);
  return text;
}

std::filesystem::path SourcePath(uint32_t number) {
  return std::filesystem::path("package" + std::to_string(number / 100)) /
         ("module" + std::to_string(number % 100) + ".py");
}

size_t SourceSize(uint32_t number) {
  return 500 + number * 2654435761U % 7000;
}

Status WriteFile(const std::filesystem::path& path, const std::string& content) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  return out.good() ? OkStatus() : InternalError("cannot write " + path.string());
}

Status WriteTree(const std::filesystem::path& root, uint32_t files) {
  for (uint32_t number = 0; number < files; ++number) {
    const std::filesystem::path path = root / SourcePath(number);
    if (number % 100 == 0) std::filesystem::create_directories(path.parent_path());
    HAWSER_RETURN_IF_ERROR(WriteFile(path, SourceText(SourceSize(number), number, 0)));
  }
  return OkStatus();
}

}  // namespace hawser::bench
