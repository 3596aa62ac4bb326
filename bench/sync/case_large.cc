// One byte changed in a file of 50 MB, in place; also by a Hawser that was started after the
// version before was saved, and so does not have it.
#include <chrono>
#include <fstream>

#include "bench/sync/cases.h"
#include "bench/sync/saves.h"
#include "bench/sync/sources.h"

namespace hawser::bench {
namespace {

constexpr char kFile[] = "data.txt";
constexpr size_t kSize = 50'000'000;
constexpr auto kLimit = std::chrono::seconds(60);

/// Somewhere else each time; 7,919 is prime, so that no place comes twice.
size_t PlaceOf(int version) {
  return static_cast<size_t>(version) * 7919 * 512 % kSize;
}

Result<std::vector<Mark>> SaveByte(const std::filesystem::path& folder, int version) {
  if (version == 0) {
    HAWSER_RETURN_IF_ERROR(WriteFile(folder / kFile, SourceText(kSize, 1, 0)));
    return std::vector<Mark>{};
  }
  std::fstream file(folder / kFile, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(PlaceOf(version)));
  file.put('~');
  file.close();
  if (!file.good()) return InternalError("cannot change " + (folder / kFile).string());
  return std::vector<Mark>{{kFile, kSize, PlaceOf(version), "~"}};
}

/// `hawser push` ended and is started again.
Status StartAnew(Trial& trial) {
  trial.StopHawser();
  HAWSER_RETURN_IF_ERROR(trial.StartHawser(/*watch=*/true, /*known=*/true));
  return trial.hawser().Await("inSync", kLimit);
}

}  // namespace

Result<std::vector<Row>> RunLarge(const SyncOptions& options, int runs) {
  HAWSER_ASSIGN_OR_RETURN(const auto trial, Trial::Open(options, {.name = "large"}));
  return MeasureSaves(*trial, SaveByte, runs);
}

Result<std::vector<Row>> RunLargeAnew(const SyncOptions& options, int runs) {
  HAWSER_ASSIGN_OR_RETURN(const auto trial, Trial::Open(options, {.name = "large-anew"}));
  return MeasureSaves(*trial, SaveByte, runs, StartAnew);
}

}  // namespace hawser::bench
