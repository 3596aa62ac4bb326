// One line changed in one file of 2 KB, near by and through a delay.
#include <chrono>

#include "bench/sync/cases.h"
#include "bench/sync/saves.h"
#include "bench/sync/sources.h"

namespace hawser::bench {
namespace {

constexpr char kFile[] = "file.py";
constexpr size_t kSize = 2048;

Result<std::vector<Mark>> SaveFile(const std::filesystem::path& folder, int version) {
  const std::string text = SourceText(kSize, 1, version);
  HAWSER_RETURN_IF_ERROR(WriteFile(folder / kFile, text));
  return std::vector<Mark>{{kFile, text.size(), 0, text}};
}

Result<std::vector<Row>> Run(const SyncOptions& options, const Setting& setting, int runs) {
  HAWSER_ASSIGN_OR_RETURN(const auto trial, Trial::Open(options, setting));
  return MeasureSaves(*trial, SaveFile, runs);
}

}  // namespace

Result<std::vector<Row>> RunSmall(const SyncOptions& options, int runs) {
  return Run(options, {.name = "small"}, runs);
}

Result<std::vector<Row>> RunDelay20(const SyncOptions& options, int runs) {
  return Run(options, {.name = "delay-20", .relayed = NetworkPath{std::chrono::milliseconds(20)}},
             runs);
}

Result<std::vector<Row>> RunDelay100(const SyncOptions& options, int runs) {
  return Run(options, {.name = "delay-100", .relayed = NetworkPath{std::chrono::milliseconds(100)}},
             runs);
}

}  // namespace hawser::bench
