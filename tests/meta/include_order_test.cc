// Reads every #include against cmake/layers.txt and cmake/thirdparty.txt.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

#include "tests/meta/source_files.h"

namespace hawser::meta {
namespace {

/// "KEY: WORDS" lines of a table, comments left out, in file order.
std::vector<std::pair<std::string, std::vector<std::string>>> ReadTable(const std::string& path) {
  std::vector<std::pair<std::string, std::vector<std::string>>> table;
  for (const std::string& line : ReadSourceFile(path).lines) {
    const size_t colon = line.find(": ");
    const std::string key =
        colon == std::string::npos ? line.substr(0, line.find(':')) : line.substr(0, colon);
    if (line.empty() || line.starts_with('#')) continue;
    std::istringstream words(colon == std::string::npos ? "" : line.substr(colon + 1));
    std::vector<std::string> values;
    for (std::string word; words >> word;) values.push_back(word);
    table.emplace_back(key, values);
  }
  return table;
}

bool IsBelow(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder + "/");
}

/// The layer that holds `path`, or nothing.
std::optional<std::string> LayerOf(const std::string& path) {
  static const auto layers = ReadTable("cmake/layers.txt");
  for (const auto& [folder, edges] : layers) {
    if (IsBelow(path, folder)) return folder;
  }
  return std::nullopt;
}

struct Include {
  std::string name;
  bool quoted = false;
};

std::optional<Include> IncludeOf(const std::string& line) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
  std::smatch match;
  if (!std::regex_match(line, match, kInclude)) return std::nullopt;
  return Include{match[2], match[1] == "\""};
}

/// Calls `check` with every #include of the layered folders.
template <typename Check>
void ForEachInclude(Check check) {
  for (const SourceFile& file :
       SourceFiles({"lib", "controller", "agent", "local-cli"}, {".h", ".cc"})) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      if (const auto include = IncludeOf(file.lines[i])) check(file, i, *include);
    }
  }
}

TEST(IncludeOrderTest, TablesAreRead) {
  EXPECT_GE(ReadTable("cmake/layers.txt").size(), 10U);
  EXPECT_GE(ReadTable("cmake/thirdparty.txt").size(), 8U);
  EXPECT_EQ(LayerOf("lib/wire/codec.h"), "lib/wire");
  EXPECT_EQ(IncludeOf("#include <zstd.h>")->name, "zstd.h");
}

TEST(IncludeOrderTest, FoldersIncludeOnlyWhatTheirLayerAllows) {
  std::map<std::string, std::set<std::string>> allowed;
  for (const auto& [folder, edges] : ReadTable("cmake/layers.txt")) {
    allowed[folder] = {edges.begin(), edges.end()};
    allowed[folder].insert(folder);
  }
  ForEachInclude([&](const SourceFile& file, size_t i, const Include& include) {
    const auto from = LayerOf(file.path);
    const auto to = LayerOf(include.name);
    if (!include.quoted || !to) return;
    EXPECT_TRUE(from && allowed[*from].contains(*to))
        << Finding(file, i, from.value_or("an unlisted folder") + " may not include " + *to,
                   "move the code to a folder that may, or pass what is needed in; "
                   "cmake/layers.txt is the order");
  });
}

TEST(IncludeOrderTest, LayersHaveNoCycle) {
  std::set<std::string> known;
  for (const auto& [folder, edges] : ReadTable("cmake/layers.txt")) {
    for (const std::string& edge : edges) {
      EXPECT_TRUE(known.contains(edge))
          << "cmake/layers.txt: " << folder << " includes " << edge
          << ", which is not listed above it. Remedy: list folders after those they include";
    }
    known.insert(folder);
  }
}

TEST(IncludeOrderTest, QuotedIncludesNameExistingFilesFromTheRoot) {
  ForEachInclude([&](const SourceFile& file, size_t i, const Include& include) {
    if (!include.quoted) return;
    EXPECT_TRUE(LayerOf(include.name).has_value())
        << Finding(file, i, "\"" + include.name + "\" is not a path from the root of the checkout",
                   "write the whole path, like \"lib/base/status.h\"");
  });
}

TEST(IncludeOrderTest, LibrariesAreIncludedWhereTheTableSays) {
  const auto table = ReadTable("cmake/thirdparty.txt");
  ForEachInclude([&](const SourceFile& file, size_t i, const Include& include) {
    if (include.name == "nlohmann/json_fwd.hpp") return;
    for (const auto& [prefix, places] : table) {
      if (!include.name.starts_with(prefix)) continue;
      EXPECT_TRUE(std::any_of(places.begin(), places.end(),
                              [&](const auto& place) { return IsBelow(file.path, place); }))
          << Finding(file, i, "<" + include.name + "> may not be included here",
                     "go through the adapter that cmake/thirdparty.txt names");
      return;
    }
  });
}

}  // namespace
}  // namespace hawser::meta
