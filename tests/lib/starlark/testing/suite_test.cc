// Runs the suites in testdata: files of chunks between lines "---", each a program of its own.
// A line that must fail ends in "### REGEX"; "# dialect: standard" at its start chooses the dialect
// of a chunk.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "lib/starlark/eval/compiler.h"
#include "lib/starlark/eval/evaluation.h"
#include "lib/starlark/testing/testing.h"

namespace hawser::starlark {
namespace {

constexpr char kFolder[] = HAWSER_SOURCE_DIR "/tests/lib/starlark/testdata/";

struct Chunk {
  std::string text;
  uint32_t first_line = 1;
};

/// A failure, or the expectation of one: its line and message, or a pattern for that.
struct Finding {
  uint32_t line = 0;
  std::string message;
};

std::vector<Chunk> ReadChunks(const std::string& path) {
  std::ifstream file(path);
  std::vector<Chunk> chunks(1);
  uint32_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line == "---") {
      chunks.push_back({.text = "", .first_line = number + 1});
    } else {
      chunks.back().text += (chunks.back().text.empty() ? "" : "\n") + line;
    }
  }
  return chunks;
}

std::vector<Finding> Expectations(const Chunk& chunk) {
  std::vector<Finding> wanted;
  std::istringstream lines(chunk.text);
  uint32_t number = chunk.first_line;
  for (std::string line; std::getline(lines, line); ++number) {
    const size_t marker = line.find("### ");
    if (marker != std::string::npos) wanted.push_back({number, line.substr(marker + 4)});
  }
  return wanted;
}

/// Runs a chunk as a file whose first line has the chunk's number.
std::vector<Finding> RunChunk(const std::string& path, const Chunk& chunk) {
  const bool standard = chunk.text.starts_with("# dialect: standard");
  Environment environment(standard ? Dialect::Standard() : Dialect::Tilt());
  std::vector<Finding> findings;
  AssertionSink sink = [&](const std::string& where, const std::string& message) {
    const size_t column = where.rfind(':');
    const size_t line = where.rfind(':', column - 1);
    findings.push_back({static_cast<uint32_t>(std::stoul(where.substr(line + 1))), message});
  };
  DefineTesting(environment, sink);
  const auto source =
      std::make_shared<const Source>(path, std::string(chunk.first_line - 1, '\n') + chunk.text);
  std::vector<Diagnostic> errors;
  const auto program = Compile(
      source, {.dialect = environment.dialect(), .predeclared = environment.names()}, errors);
  for (const Diagnostic& error : errors) {
    findings.push_back({source->PositionOf(error.offset).line, error.message});
  }
  if (program == nullptr) return findings;
  Evaluation evaluation(environment, {.max_steps = 100'000'000});
  if (evaluation.Execute(program) == nullptr) {
    const Failure& failure = evaluation.failure();
    const uint32_t line = source->PositionOf(failure.frames.back().offset).line;
    findings.push_back({line, failure.message});
  }
  return findings;
}

class SuiteTest : public testing::TestWithParam<std::string> {};

TEST_P(SuiteTest, FailsWhereItSaysAndNowhereElse) {
  const std::string path = kFolder + GetParam() + ".star";
  for (const Chunk& chunk : ReadChunks(path)) {
    const std::vector<Finding> wanted = Expectations(chunk);
    std::vector<Finding> found = RunChunk(path, chunk);
    for (const Finding& expectation : wanted) {
      const std::regex pattern(expectation.message);
      const auto match = std::find_if(found.begin(), found.end(), [&](const Finding& f) {
        return f.line == expectation.line && std::regex_search(f.message, pattern);
      });
      if (match == found.end()) {
        ADD_FAILURE() << path << ":" << expectation.line << ": expected an error that matches "
                      << expectation.message;
      } else {
        found.erase(match);
      }
    }
    for (const Finding& finding : found) {
      ADD_FAILURE() << path << ":" << finding.line << ": " << finding.message;
    }
  }
}

std::vector<std::string> Suites() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Testdata, SuiteTest, testing::ValuesIn(Suites()),
                         [](const auto& suite) { return suite.param; });

}  // namespace
}  // namespace hawser::starlark
