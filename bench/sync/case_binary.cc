// A program of 6 MB linked anew after a change in one of its sources.
#include <filesystem>
#include <string>

#include "bench/scratch.h"
#include "bench/sync/cases.h"
#include "bench/sync/saves.h"
#include "bench/sync/sources.h"

namespace hawser::bench {
namespace {

constexpr char kFile[] = "program";

/// The links in turn, each with a build id of its own at its end: no version comes twice.
std::string VersionOf(const std::vector<std::string>& links, int version) {
  return links[static_cast<size_t>(version) % links.size()] + "build-" +
         std::to_string(100000 + version);
}

/// As linkers do: the old file goes, a new one takes its name.
Result<std::vector<Mark>> SaveLink(const std::filesystem::path& path, const std::string& program) {
  std::filesystem::remove(path);
  HAWSER_RETURN_IF_ERROR(WriteFile(path, program));
  const size_t end = program.size() - 12;
  return std::vector<Mark>{{kFile, program.size(), end, program.substr(end)}};
}

}  // namespace

Result<std::vector<Row>> RunBinary(const SyncOptions& options, int runs) {
  std::vector<std::string> links;
  for (const std::string& path : options.binaries) {
    links.push_back(FileText(path));
    if (links.back().empty()) return NotFoundError("there is no program " + path);
  }
  if (links.size() < 2) return InvalidArgumentError("expected two links of one program");
  HAWSER_ASSIGN_OR_RETURN(const auto trial, Trial::Open(options, {.name = "binary"}));
  const Save save = [&](const std::filesystem::path& folder, int version) {
    return SaveLink(folder / kFile, VersionOf(links, version));
  };
  return MeasureSaves(*trial, save, runs);
}

}  // namespace hawser::bench
