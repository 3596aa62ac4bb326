// One line changed in each of 500 files at once, as a formatter does.
#include "bench/sync/cases.h"
#include "bench/sync/saves.h"
#include "bench/sync/sources.h"

namespace hawser::bench {
namespace {

constexpr uint32_t kFiles = 500;
constexpr size_t kSize = 2048;

Result<std::vector<Mark>> SaveFiles(const std::filesystem::path& folder, int version) {
  std::vector<Mark> marks;
  for (uint32_t number = 0; number < kFiles; ++number) {
    std::string text = SourceText(kSize, number, version);
    marks.push_back({SourcePath(number), text.size(), 0, std::move(text)});
  }
  for (const Mark& mark : marks) {
    if (version == 0) std::filesystem::create_directories((folder / mark.path).parent_path());
    HAWSER_RETURN_IF_ERROR(WriteFile(folder / mark.path, mark.bytes));
  }
  return marks;
}

}  // namespace

Result<std::vector<Row>> RunMany(const SyncOptions& options, int runs) {
  HAWSER_ASSIGN_OR_RETURN(const auto trial, Trial::Open(options, {.name = "many"}));
  return MeasureSaves(*trial, SaveFiles, runs);
}

}  // namespace hawser::bench
