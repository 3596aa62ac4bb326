// Saves a 2 KB file again and again and polls the container's root file system until the new
// content is there.
#include "bench/first_light.h"

#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>

#include "bench/byte_counter.h"
#include "bench/command.h"
#include "bench/container.h"
#include "lib/base/clock.h"
#include "lib/base/text.h"

namespace hawser::bench {
namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kNamespace[] = "hawser-bench";
constexpr char kName[] = "first-light";
constexpr char kLabel[] = "app=first-light";
constexpr char kContainer[] = "app";
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
                          " -c " + kContainer + " -- tar -C /bench/kubectl-exec-tar -xf -";
  return {{"hawser", 60001, {}},
          {"kubectl-cp", 60002, {"kubectl", "cp", "-c", kContainer, cp_from, cp_to}},
          {"kubectl-exec-tar", 60003, {"sh", "-c", tar}}};
}

/// Source-like text of 2 KB in which version `number` differs from the others by one line.
std::string FileContent(int number) {
  constexpr size_t kSize = 2048;
  std::string text = "version = " + std::to_string(number) + "\n";
  for (uint32_t line = 0; text.size() < kSize; ++line) {
    text += "value_" + std::to_string(line) + " = compute(" + std::to_string(line * 2654435761U) +
            ")\n";
  }
  text.resize(kSize);
  return text;
}

/// Polls `done` until it holds or `limit` is over.
bool PollUntil(const std::function<bool()>& done, Duration interval, Duration limit) {
  const Deadline deadline = In(limit);
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(interval);
  }
  return true;
}

/// A temporary directory that goes with its owner.
struct Workspace {
  fs::path path;
  Workspace() {
    std::string pattern = "/tmp/hawser-bench-XXXXXX";
    if (::mkdtemp(pattern.data()) != nullptr) path = pattern;
  }
  ~Workspace() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
};

/// The bench while it runs.
class FirstLight {
 public:
  explicit FirstLight(const FirstLightOptions& options) : options_(options) {}
  ~FirstLight();

  Result<std::vector<Row>> Run();

 private:
  Status Deploy();
  Status Apply(const std::string& manifest);
  Status StartHawser();
  Status MeasureAll(const ByteCounter& counter, std::vector<Row>& rows);
  Result<double> MeasureOne(const Tool& tool, Row& row);
  Status Save(const Tool& tool, const std::string& content) const;

  const FirstLightOptions& options_;
  Workspace workspace_;
  Container container_;
  std::vector<Tool> tools_;
  std::optional<Process> hawser_;
  int version_ = 0;
};

FirstLight::~FirstLight() {
  hawser_.reset();
  if (options_.keep) return;
  (void)Output({"kubectl", "-n", kNamespace, "delete", "devsession", kName, "--ignore-not-found"});
  (void)Output(
      {"kubectl", "delete", "namespace", kNamespace, "--ignore-not-found", "--wait=false"});
}

Status FirstLight::Apply(const std::string& manifest) {
  std::ifstream in(options_.manifests + "/" + manifest);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  if (text.empty())
    return NotFoundError("there is no manifest " + manifest + " in " + options_.manifests);
  constexpr std::string_view kPlaceholder = "image: IMAGE";
  if (const size_t at = text.find(kPlaceholder); at != std::string::npos) {
    text.replace(at, kPlaceholder.size(), "image: " + options_.image);
  }
  return Output({"kubectl", "apply", "-f", "-"}, text).status();
}

Status FirstLight::Deploy() {
  const std::vector<std::string> rollout = {
      "kubectl",   "-n",  kNamespace, "rollout", "status", std::string("deployment/") + kName,
      "--timeout", "120s"};
  HAWSER_RETURN_IF_ERROR(Apply("first-light.yaml"));
  HAWSER_RETURN_IF_ERROR(Output(rollout).status());
  HAWSER_RETURN_IF_ERROR(Apply("first-light-session.yaml"));
  return Output({"kubectl", "-n", kNamespace, "wait", "--for=condition=AgentsReady",
                 std::string("devsession/") + kName, "--timeout=120s"})
      .status();
}

Status FirstLight::Save(const Tool& tool, const std::string& content) const {
  std::ofstream out(workspace_.path / tool.name / "file.txt", std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  return out.good() ? OkStatus() : InternalError("the workspace cannot be written");
}

/// Its app starts once the workspace arrived, so the pod's readiness says that it is connected.
Status FirstLight::StartHawser() {
  HAWSER_RETURN_IF_ERROR(Save({.name = "hawser"}, FileContent(0)));
  HAWSER_ASSIGN_OR_RETURN(
      Process process,
      Process::Start({options_.hawser, "push", kName, workspace_.path, "--watch", "-n", kNamespace},
                     60001, workspace_.path / "hawser.log"));
  hawser_.emplace(std::move(process));
  Status found = UnavailableError("not looked yet");
  const auto ready = [&] {
    const auto container = FindContainer(kNamespace, kLabel, kContainer);
    found = container.status();
    if (container.ok()) container_ = *container;
    return found.ok() && FileHolds(container_.OnHost("/bench/hawser/file.txt"), FileContent(0));
  };
  if (PollUntil(ready, milliseconds(200), kStartLimit)) return OkStatus();
  std::ifstream log(workspace_.path / "hawser.log");
  return DeadlineExceededError(
      "hawser push did not bring the first file into the container (" + found.ToString() +
      "); it said: " + std::string(std::istreambuf_iterator<char>(log), {}));
}

Result<double> FirstLight::MeasureOne(const Tool& tool, Row& row) {
  const std::string content = FileContent(++version_);
  const std::string seen = container_.OnHost("/bench/" + tool.name + "/file.txt");
  std::this_thread::sleep_for(kPause);
  const TimePoint start = std::chrono::steady_clock::now();
  HAWSER_RETURN_IF_ERROR(Save(tool, content));
  std::optional<Process> process;
  if (!tool.push.empty()) {
    HAWSER_ASSIGN_OR_RETURN(
        Process started,
        Process::Start(tool.push, tool.gid, workspace_.path / (tool.name + ".log")));
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
    rss = hawser_->PeakRssKib();
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
  for (const Tool& tool : Tools("", workspace_.path))
    fs::create_directories(workspace_.path / tool.name);
  HAWSER_ASSIGN_OR_RETURN(const ByteCounter counter, ByteCounter::Make({60001, 60002, 60003}));
  HAWSER_RETURN_IF_ERROR(Deploy().Annotate("setting up the pod"));
  HAWSER_RETURN_IF_ERROR(StartHawser());
  tools_ = Tools(container_.pod, workspace_.path);
  std::vector<Row> rows;
  for (const Tool& tool : tools_)
    rows.push_back({"first-light", "save 2 KB", tool.name, {}, {}, {}});
  HAWSER_RETURN_IF_ERROR(MeasureAll(counter, rows));
  return rows;
}

}  // namespace

Result<std::vector<Row>> RunFirstLight(const FirstLightOptions& options) {
  return FirstLight(options).Run();
}

}  // namespace hawser::bench
