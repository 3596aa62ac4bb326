// Sets a case up and measures one tool at a time.
#include "bench/sync/trial.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace hawser::bench {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr auto kLook = std::chrono::microseconds(100);  // leaves the machine to the tools
constexpr auto kLimit = std::chrono::seconds(120);
constexpr uid_t kPodUser = 10001;

DeploymentOptions WorkloadOf(const SyncOptions& options, const Setting& setting) {
  return {.name = "sync-" + setting.name,
          .workload = options.manifests + "/sync.yaml",
          .session = options.manifests + "/sync-session.yaml",
          .values = {{"NAME", "sync-" + setting.name},
                     {"IMAGE", options.image},
                     {"VOLUME", setting.volume}},
          .keep = options.keep};
}

}  // namespace

Result<std::unique_ptr<Trial>> Trial::Open(const SyncOptions& options, Setting setting) {
  std::vector<gid_t> groups;
  for (const Tool& tool : MakeTools({}, {}, {})) groups.push_back(tool.gid);
  HAWSER_ASSIGN_OR_RETURN(ByteCounter counter, ByteCounter::Make(groups));
  HAWSER_ASSIGN_OR_RETURN(Deployment deployment, Deployment::Open(WorkloadOf(options, setting)));
  std::unique_ptr<Trial> trial(
      new Trial(options, std::move(setting), std::move(deployment), std::move(counter)));
  HAWSER_ASSIGN_OR_RETURN(trial->container_, trial->deployment_.Find(kAppContainer));
  HAWSER_RETURN_IF_ERROR(trial->MakeRoute());
  HAWSER_RETURN_IF_ERROR(trial->MakeFolders());
  return trial;
}

Status Trial::MakeRoute() {
  network_.route.rsync_host = container_.ip;
  if (setting_.relayed) {
    HAWSER_ASSIGN_OR_RETURN(
        network_, RelayedNetwork(container_, *setting_.relayed, logs_.path() / "kubeconfig"));
  }
  tools_ = MakeTools(container_, sources_.path(), network_.route);
  return OkStatus();
}

Status Trial::MakeFolders() {
  for (const Tool& tool : tools_) {
    std::error_code error;
    fs::create_directories(Source(tool.name), error);
    if (!error) fs::create_directories(Target(tool.name), error);
    if (error) return ErrnoStatus(error.value(), "making the folders of " + tool.name);
    if (::chown(Target(tool.name).c_str(), kPodUser, kPodUser) != 0)
      return ErrnoStatus(errno, "giving the folder to the pod's user");
  }
  return OkStatus();
}

Status Trial::Renew() {
  StopHawser();
  HAWSER_ASSIGN_OR_RETURN(container_, deployment_.Renew(container_));
  HAWSER_RETURN_IF_ERROR(MakeRoute());
  return MakeFolders();
}

Status Trial::StartHawser(bool watch, bool known) {
  StopHawser();
  if (!known) ++caches_;
  HAWSER_ASSIGN_OR_RETURN(
      HawserPush push,
      HawserPush::Start({.binary = options_.hawser,
                         .session = deployment_.name(),
                         .directory = Source(kHawser),
                         .kubeconfig = network_.route.kubeconfig,
                         .cache = logs_.path() / ("cache" + std::to_string(caches_)),
                         .log = logs_.path() / "hawser.log",
                         .watch = watch,
                         .direct = direct_ && !setting_.relayed,
                         .gid = tools_.front().gid}));
  hawser_.emplace(std::move(push));
  return OkStatus();
}

Result<int64_t> Trial::Push(const Tool& tool) {
  const std::string log = logs_.path() / (tool.name + ".log");
  HAWSER_ASSIGN_OR_RETURN(Process process, Process::Start(tool.push, tool.gid, log));
  const Result<int64_t> rss = process.Wait();
  return rss.ok() ? rss : rss.status().Annotate(tool.name + ": " + FileText(log));
}

Result<double> Trial::Time(const Tool& tool, TimePoint start, const std::vector<Mark>& marks,
                           Row& row) {
  const std::string log = logs_.path() / (tool.name + ".log");
  std::optional<Process> process;
  if (!tool.push.empty()) {
    HAWSER_ASSIGN_OR_RETURN(Process started, Process::Start(tool.push, tool.gid, log));
    process.emplace(std::move(started));
  }
  HAWSER_ASSIGN_OR_RETURN(Sight sight, Sight::Open(Target(tool.name), marks));
  const bool seen = PollUntil([&] { return sight.All(); }, kLook, kLimit);
  const Duration took = steady_clock::now() - start;
  if (!seen) {
    return DeadlineExceededError(tool.name +
                                 " did not bring the files into the pod: " + FileText(log));
  }
  int64_t rss = 0;
  if (process) {
    HAWSER_ASSIGN_OR_RETURN(rss, process->Wait());
  } else {
    rss = hawser_->process().PeakRssKib();
  }
  row.rss_kib = std::max(row.rss_kib.value_or(0), rss);
  HAWSER_RETURN_IF_ERROR(CompareFiles(marks, Source(tool.name), Target(tool.name)));
  return std::chrono::duration<double, std::milli>(took).count();
}

std::vector<Row> Trial::Rows() const {
  std::vector<Row> rows;
  for (const Tool& tool : tools_)
    rows.push_back({.bench = "sync", .name = setting_.name, .tool = tool.name});
  if (setting_.relayed) rows.front().tool = kHawserApiServer;
  return rows;
}

}  // namespace hawser::bench
