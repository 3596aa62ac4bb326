// Saves a 2 KB file again and again and polls the container's root file system until the new
// content is there.
#include "bench/first_light.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <thread>

#include "bench/byte_counter.h"
#include "bench/command.h"
#include "bench/container.h"
#include "bench/deployment.h"
#include "bench/hawser_push.h"
#include "bench/scratch.h"
#include "bench/sync/sources.h"

namespace hawser::bench {
namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kName[] = "first-light";
constexpr size_t kSize = 2048;
constexpr int kWarmUps = 3;
constexpr auto kPause = milliseconds(100);         // between saves, as when a person works
constexpr auto kPollInterval = microseconds(100);  // leaves the machine to the tools
constexpr auto kSaveLimit = seconds(30);
constexpr auto kStartLimit = seconds(120);

/// One way of getting a file into the container.
struct Tool {
  std::string name;  ///< also its folder, here and in the container
  gid_t gid = 0;
  std::vector<std::string> push;  ///< run after each save; empty when it watches
};

/// The tools for a pod, given the workspace.
std::vector<Tool> Tools(const std::string& pod, const fs::path& workspace) {
  const std::string cp_from = workspace / "kubectl-cp" / "file.txt";
  const std::string cp_to = std::string(kNamespace) + "/" + pod + ":/bench/kubectl-cp/file.txt";
  const std::string tar = "tar -C " + (workspace / "kubectl-exec-tar").string() +
                          " -cf - file.txt | kubectl exec -i -n " + kNamespace + " " + pod +
                          " -c " + kAppContainer + " -- tar -C /bench/kubectl-exec-tar -xf -";
  return {{"hawser", 60001, {}},
          {"kubectl-cp", 60002, {"kubectl", "cp", "-c", kAppContainer, cp_from, cp_to}},
          {"kubectl-exec-tar", 60003, {"sh", "-c", tar}}};
}

DeploymentOptions Workload(const FirstLightOptions& options) {
  return {.name = kName,
          .workload = options.manifests + "/first-light.yaml",
          .session = options.manifests + "/first-light-session.yaml",
          .values = {{"IMAGE", options.image}},
          .keep = options.keep};
}

/// The bench while it runs.
class FirstLight {
 public:
  explicit FirstLight(const FirstLightOptions& options) : options_(options) {}

  Result<std::vector<Row>> Run();

 private:
  Status StartHawser(const Deployment& deployment);
  Status MeasureAll(const ByteCounter& counter, std::vector<Row>& rows);
  Result<double> MeasureOne(const Tool& tool, Row& row);
  Status Save(const Tool& tool, const std::string& content) const {
    return WriteFile(workspace_.path() / tool.name / "file.txt", content);
  }

  const FirstLightOptions& options_;
  Scratch workspace_;
  Container container_;
  std::vector<Tool> tools_;
  std::optional<HawserPush> hawser_;
  int version_ = 0;
};

Status FirstLight::StartHawser(const Deployment& deployment) {
  HAWSER_RETURN_IF_ERROR(Save({.name = "hawser"}, SourceText(kSize, 1, 0)));
  HAWSER_ASSIGN_OR_RETURN(HawserPush push,
                          HawserPush::Start({.binary = options_.hawser,
                                             .session = kName,
                                             .directory = workspace_.path(),
                                             .cache = workspace_.path() / "cache",
                                             .log = workspace_.path() / "hawser.log",
                                             .gid = 60001}));
  hawser_.emplace(std::move(push));
  HAWSER_RETURN_IF_ERROR(hawser_->Await("inSync", kStartLimit));
  HAWSER_ASSIGN_OR_RETURN(container_, deployment.Find(kAppContainer));
  return OkStatus();
}

Result<double> FirstLight::MeasureOne(const Tool& tool, Row& row) {
  const std::string content = SourceText(kSize, 1, ++version_);
  const std::string seen = container_.OnHost("/bench/" + tool.name + "/file.txt");
  std::this_thread::sleep_for(kPause);
  const TimePoint start = std::chrono::steady_clock::now();
  HAWSER_RETURN_IF_ERROR(Save(tool, content));
  std::optional<Process> process;
  if (!tool.push.empty()) {
    HAWSER_ASSIGN_OR_RETURN(
        Process started,
        Process::Start(tool.push, tool.gid, workspace_.path() / (tool.name + ".log")));
    process.emplace(std::move(started));
  }
  if (!PollUntil([&] { return FileHolds(seen, content); }, kPollInterval, kSaveLimit)) {
    return DeadlineExceededError(tool.name + " did not bring version " + std::to_string(version_) +
                                 " into the container");
  }
  const Duration took = std::chrono::steady_clock::now() - start;
  int64_t rss = 0;
  if (process) {
    HAWSER_ASSIGN_OR_RETURN(rss, process->Wait());
  } else {
    rss = hawser_->process().PeakRssKib();
  }
  row.rss_kib = std::max(row.rss_kib.value_or(0), rss);
  return std::chrono::duration<double, std::milli>(took).count();
}

Status FirstLight::MeasureAll(const ByteCounter& counter, std::vector<Row>& rows) {
  std::vector<uint64_t> before(tools_.size());
  for (int run = -kWarmUps; run < options_.runs; ++run) {
    for (size_t i = 0; i < tools_.size(); ++i) {
      if (run == 0) {
        HAWSER_ASSIGN_OR_RETURN(before[i], counter.Read(tools_[i].gid));
      }
      HAWSER_ASSIGN_OR_RETURN(const double took, MeasureOne(tools_[i], rows[i]));
      if (run >= 0) rows[i].milliseconds.push_back(took);
    }
  }
  for (size_t i = 0; i < tools_.size(); ++i) {
    HAWSER_ASSIGN_OR_RETURN(const uint64_t after, counter.Read(tools_[i].gid));
    rows[i].bytes = static_cast<double>(after - before[i]) / options_.runs;
  }
  return OkStatus();
}

Result<std::vector<Row>> FirstLight::Run() {
  for (const Tool& tool : Tools("", workspace_.path()))
    fs::create_directories(workspace_.path() / tool.name);
  HAWSER_ASSIGN_OR_RETURN(const ByteCounter counter, ByteCounter::Make({60001, 60002, 60003}));
  HAWSER_ASSIGN_OR_RETURN(const Deployment deployment, Deployment::Open(Workload(options_)));
  HAWSER_RETURN_IF_ERROR(StartHawser(deployment));
  tools_ = Tools(container_.pod, workspace_.path());
  std::vector<Row> rows;
  for (const Tool& tool : tools_)
    rows.push_back({.bench = kName, .name = "save 2 KB", .tool = tool.name});
  HAWSER_RETURN_IF_ERROR(MeasureAll(counter, rows));
  return rows;
}

}  // namespace

Result<std::vector<Row>> RunFirstLight(const FirstLightOptions& options) {
  return FirstLight(options).Run();
}

}  // namespace hawser::bench
