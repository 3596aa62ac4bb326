// The figures one after the other: each part leaves the world as the next one needs it.
#include "bench/operator/operator_bench.h"

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "bench/operator/floor.h"
#include "bench/operator/population.h"
#include "bench/operator/program.h"
#include "bench/operator/progress.h"
#include "bench/scratch.h"
#include "bench/stats.h"
#include "controller/resources.h"
#include "lib/kube/config.h"
#include "lib/kube/object.h"

namespace hawser::bench {

namespace {

using nlohmann::json;
using std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::minutes(10);
constexpr char kHawser[] = "hawser";

double SecondsSince(TimePoint began) {
  return std::chrono::duration<double>(steady_clock::now() - began).count();
}

class OperatorBench {
 public:
  OperatorBench(const OperatorBenchOptions& options, kube::Api& api,
                const std::function<void(const Figure&)>& done)
      : options_(options), api_(api), done_(done) {}

  Status Run() {
    HAWSER_RETURN_IF_ERROR(MeasureEmpty());
    HAWSER_RETURN_IF_ERROR(MeasurePlanning());
    HAWSER_RETURN_IF_ERROR(MeasureSteady());
    HAWSER_RETURN_IF_ERROR(MeasureChanges());
    HAWSER_RETURN_IF_ERROR(MeasureRestart());
    return MeasureFloor();
  }

 private:
  Status Start() {
    program_.reset();
    HAWSER_ASSIGN_OR_RETURN(Program program,
                            Program::Start({options_.controller, options_.controller_kubeconfig,
                                            scratch_.path() / "log"}));
    program_.emplace(std::move(program));
    return OkStatus();
  }

  /// What it needs before there is any session.
  Status MeasureEmpty() {
    HAWSER_RETURN_IF_ERROR(Start());
    const auto up = [&] { return program_->State().resident_kib > 0; };
    if (!PollUntil(up, std::chrono::milliseconds(100), kPatience)) {
      return DeadlineExceededError("the controller did not start");
    }
    std::this_thread::sleep_for(std::chrono::seconds(2));
    empty_kib_ = program_->State().resident_kib;
    program_.reset();
    return OkStatus();
  }

  /// From the start of the controller, with all sessions there and none looked at yet.
  Status MeasurePlanning() {
    HAWSER_RETURN_IF_ERROR(MakeWorkloads(api_, 0, options_.sessions));
    HAWSER_ASSIGN_OR_RETURN(const kube::ObjectList list, api_.List(controller::kDevSessions, {}));
    progress_.emplace(api_, list.resource_version);
    HAWSER_RETURN_IF_ERROR(MakeSessions(api_, 0, options_.sessions));
    const TimePoint began = steady_clock::now();
    HAWSER_RETURN_IF_ERROR(Start());
    const auto count = static_cast<size_t>(options_.sessions);
    if (!progress_->AwaitPlanned(count, kPatience)) {
      return DeadlineExceededError("only " + std::to_string(progress_->planned()) +
                                   " sessions were planned");
    }
    done_({"new sessions planned", kHawser, options_.sessions / SecondsSince(began), "sessions/s",
           "200 or more"});
    HAWSER_RETURN_IF_ERROR(program_->AwaitQuiet(1, kPatience));
    done_({"its CPU for a new session", kHawser,
           program_->State().cpu_seconds * 1000 / options_.sessions, "ms", ""});
    return OkStatus();
  }

  Status MeasureSteady() {
    const ProgramState before = program_->State();
    std::this_thread::sleep_for(std::chrono::seconds(options_.steady_seconds));
    const ProgramState after = program_->State();
    done_({"CPU with nothing to do", kHawser,
           (after.cpu_seconds - before.cpu_seconds) * 100 / options_.steady_seconds, "% of a core",
           "below 0.5"});
    done_({"resident memory", kHawser, after.resident_kib / 1024, "MB", ""});
    done_({"resident memory for a session", kHawser,
           (after.resident_kib - empty_kib_) / options_.sessions, "KB", "below 20"});
    return OkStatus();
  }

  Status MeasureChanges() {
    std::vector<double> times;
    for (int i = 0; i < options_.changes; ++i) {
      const kube::ObjectKey key = KeyOfSession(i * 97 % options_.sessions);
      const json patch = {{"spec", {{"restart", {{"grace", std::to_string(20 + i) + "s"}}}}}};
      const TimePoint began = steady_clock::now();
      HAWSER_ASSIGN_OR_RETURN(const json changed, api_.Patch(controller::kDevSessions, key,
                                                             kube::PatchType::kMerge, patch, ""));
      if (!progress_->AwaitGeneration(key, kube::GenerationOf(changed), kPatience)) {
        return DeadlineExceededError("a change was not acted on");
      }
      times.push_back(SecondsSince(began) * 1000);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    done_({"change seen and answered, median", kHawser, Percentile(times, 50), "ms", "below 20"});
    done_({"change seen and answered, p99", kHawser, Percentile(times, 99), "ms", ""});
    return OkStatus();
  }

  /// Ready is when it would act on a change; looked at, when it found that nothing is to be done.
  Status MeasureRestart() {
    program_.reset();
    const TimePoint began = steady_clock::now();
    HAWSER_RETURN_IF_ERROR(Start());
    HAWSER_RETURN_IF_ERROR(program_->AwaitReady(kPatience));
    done_({"restart until ready", kHawser, SecondsSince(began), "s", "below 10"});
    HAWSER_RETURN_IF_ERROR(program_->AwaitQuiet(options_.sessions, kPatience));
    done_({"restart until all were looked at", kHawser, SecondsSince(began), "s", ""});
    program_.reset();
    return OkStatus();
  }

  /// Without a controller, so that nobody answers.
  Status MeasureFloor() {
    progress_.reset();
    const int first = options_.sessions;
    const int middle = first + options_.floor;
    const int end = middle + options_.kubectl;
    HAWSER_RETURN_IF_ERROR(MakeWorkloads(api_, first, end));
    HAWSER_RETURN_IF_ERROR(MakeSessions(api_, first, end));
    HAWSER_ASSIGN_OR_RETURN(const kube::ClusterConfig config,
                            kube::LoadConfig({.kubeconfig = options_.controller_kubeconfig}));
    HAWSER_ASSIGN_OR_RETURN(const std::unique_ptr<kube::Api> api, kube::MakeApi(config));
    HAWSER_ASSIGN_OR_RETURN(Floor floor, Floor::Make(*api, 0, first, end));
    HAWSER_ASSIGN_OR_RETURN(const double requests, floor.ByRequests(first, middle));
    done_({"the same writes", "requests alone", requests, "sessions/s", ""});
    HAWSER_ASSIGN_OR_RETURN(const double kubectl,
                            floor.ByKubectl(middle, end, options_.kubeconfig));
    done_({"the same writes, but the status", "kubectl", kubectl, "sessions/s", ""});
    return OkStatus();
  }

  const OperatorBenchOptions& options_;
  kube::Api& api_;
  const std::function<void(const Figure&)>& done_;
  Scratch scratch_;
  std::optional<Progress> progress_;
  std::optional<Program> program_;
  double empty_kib_ = 0;
};

}  // namespace

Status RunOperatorBench(const OperatorBenchOptions& options,
                        const std::function<void(const Figure&)>& done) {
  HAWSER_ASSIGN_OR_RETURN(const kube::ClusterConfig config,
                          kube::LoadConfig({.kubeconfig = options.kubeconfig}));
  HAWSER_ASSIGN_OR_RETURN(const std::unique_ptr<kube::Api> api, kube::MakeApi(config));
  return OperatorBench(options, *api, done).Run();
}

}  // namespace hawser::bench
