// hawser-save-cost: the CPU time of one save, phase by phase, in workspaces of different sizes.
// Needs no cluster: both halves of the engine run in this process, with a buffer between them.
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/serve/hub.h"
#include "agent/supervise/container_files.h"
#include "lib/sync/send/sender.h"
#include "lib/sync/workspace/scan.h"
#include "lib/wire/channel.h"

namespace hawser::bench {
namespace {

namespace stdfs = std::filesystem;

constexpr int kSaves = 60;
constexpr int kWarmUp = 5;
constexpr size_t kFilesPerDirectory = 50;
constexpr agent::PeerId kClient = 1;
constexpr agent::PeerId kSupervisor = 2;
constexpr const char* kPhases[] = {"scan", "plan", "write", "agent", "apply", "garbage", "confirm"};
constexpr size_t kPhaseCount = std::size(kPhases);
using Costs = std::array<double, kPhaseCount>;  ///< microseconds of CPU

double CpuMicroseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

/// Bytes from one end to the other, as many as there are.
struct Pipe {
  std::string bytes;
  size_t taken = 0;
};

class PipeEnd final : public net::ByteStream {
 public:
  explicit PipeEnd(Pipe& pipe) : pipe_(pipe) {}
  Result<size_t> Read(std::span<char> out, Deadline) override {
    const size_t count = std::min(out.size(), pipe_.bytes.size() - pipe_.taken);
    if (count == 0) return DeadlineExceededError("nothing was written");
    pipe_.bytes.copy(out.data(), count, pipe_.taken);
    pipe_.taken += count;
    if (pipe_.taken == pipe_.bytes.size()) pipe_ = {};
    return count;
  }
  Status Write(std::string_view data, Deadline) override {
    pipe_.bytes += data;
    return OkStatus();
  }
  void Close() override {}
  std::string Peer() const override { return "pipe"; }

 private:
  Pipe& pipe_;
};

[[noreturn]] void Die(const std::string& why) {
  std::fprintf(stderr, "hawser-save-cost: %s\n", why.c_str());
  std::exit(1);
}

/// A directory in memory where there is one, removed at the end.
class Scratch {
 public:
  Scratch() {
    std::string name =
        stdfs::exists("/dev/shm") ? "/dev/shm/save-cost-XXXXXX" : "/tmp/save-cost-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) Die("can't make " + name);
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    stdfs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string operator/(const std::string& name) const {
    stdfs::create_directories(path_ + "/" + name);
    return path_ + "/" + name;
  }

 private:
  std::string path_;
};

/// A workspace of so many files, one pod that holds them, and saves of one of them.
class Session {
 public:
  explicit Session(size_t files)
      : root_(scratch_ / "workspace"),
        content_(root_),
        volume_{.dir = scratch_ / "volume"},
        container_(volume_, scratch_ / "container") {
    for (size_t i = 0; i < files; ++i) WriteFile(PathOf(i), i);
    sync::SenderOptions options;
    options.configure.generation = 1;
    options.configure.roots = {{"/app", false}};
    sender_ = std::make_unique<sync::Sender>(options);
    scanner_ =
        sync::MakeScanner(root_, sync::Rules::Make({{"", "/app", {}, false}}, {}).value()).value();
    std::string warning;
    confirmed_ = agent::ConfirmedState::Open(volume_, &warning).value();
    hub_ = std::make_unique<agent::Hub>(
        agent::HubOptions{.session = "bench", .pod = "bench", .version = "1"}, *confirmed_, clock_);
    Begin();
  }

  /// Rewrites one file and takes the change through every phase.
  Costs Save(size_t file, int version) {
    WriteFile(PathOf(file), static_cast<size_t>(version) + 1000000);
    fs::Dirty dirty;
    dirty.paths = {PathOf(file)};
    last_ = CpuMicroseconds();
    const sync::SnapshotPtr snapshot = scanner_->ScanDirty(dirty).value().snapshot;
    Lap(0);
    Perform(sender_->OnSnapshot(snapshot, clock_.Now()));
    if (!sender_->in_sync()) Die("a save did not arrive");
    return std::exchange(costs_, {});
  }

 private:
  static std::string PathOf(size_t i) {
    return "module" + std::to_string(i / kFilesPerDirectory) + "/source/file" + std::to_string(i) +
           ".py";
  }

  void WriteFile(const std::string& path, size_t seed) {
    std::string text;
    for (int line = 0; line < 40; ++line) {
      text += "def function_" + std::to_string(line) + "(): return " + std::to_string(line * 7919) +
              "\n";
    }
    text += "version = " + std::to_string(seed) + "\n";
    const std::string full = root_ + "/" + path;
    stdfs::create_directories(stdfs::path(full).parent_path());
    std::ofstream(full, std::ios::binary) << text;
  }

  void Begin() {
    hub_->Step(agent::SupervisorOpened{kSupervisor, {.agent_version = "1"}});
    hub_->Step(agent::ClientOpened{kClient, {.role = wire::Role::kPush, .session = "bench"}});
    Perform(sender_->OnSnapshot(scanner_->ScanAll().value().snapshot, clock_.Now()));
    Perform(sender_->OnWelcome({}, clock_.Now()));
    if (!sender_->in_sync()) Die("the first sync did not arrive");
    costs_ = {};
  }

  void Lap(size_t phase) {
    const double now = CpuMicroseconds();
    costs_[phase] += now - std::exchange(last_, now);
  }

  void Perform(std::vector<sync::Action> actions) {
    Lap(1);
    for (sync::Action& action : actions) {
      if (auto* send = std::get_if<sync::SendMessages>(&action)) {
        if (!client_.SendAll(send->messages, kNoDeadline).ok()) Die("could not send");
        Deliver();
      } else if (auto* batch = std::get_if<sync::SendBatch>(&action)) {
        const auto cost = sync::WriteBatch(client_, batch->request, content_, kNoDeadline);
        if (!cost.ok()) Die(cost.status().ToString());
        sender_->OnBatchWritten(cost, clock_.Now());
        Lap(2);
        Deliver();
      } else if (auto* fail = std::get_if<sync::Fail>(&action)) {
        Die(fail->status.ToString());
      }
    }
  }

  /// What was sent reaches the hub.
  void Deliver() {
    while (true) {
      Result<wire::Message> message = agent_.Receive(In(Duration::zero()));
      if (!message.ok()) break;
      Answer(hub_->Step(agent::ClientMessage{kClient, *std::move(message)}));
    }
    Lap(3);
  }

  void Answer(std::vector<agent::HubOutput> outputs) {
    for (agent::HubOutput& output : outputs) {
      auto* send = std::get_if<agent::Send>(&output);
      if (send == nullptr) continue;
      if (const auto* request = std::get_if<wire::ApplyRequest>(&send->message)) {
        Lap(3);
        const agent::FilesReport report = container_.Bring();
        if (!report.status.ok() || !report.problems.empty()) Die("could not apply");
        Lap(4);
        auto after = hub_->Step(agent::SupervisorMessage{
            kSupervisor,
            wire::ApplyResult{.number = request->number, .problems = {}, .steps = {}}});
        hub_->Tidy();
        Lap(5);
        Answer(std::move(after));
      } else if (send->peer == kClient) {
        Lap(3);
        sender_->OnMessage(send->message, clock_.Now());
        Lap(6);
      }
    }
  }

  const Scratch scratch_;
  const std::string root_;
  const SystemClock clock_;
  sync::SendingContent content_;
  agent::Volume volume_;
  agent::VolumeFiles container_;
  Pipe forth_;
  Pipe back_;
  wire::Channel client_{std::make_unique<PipeEnd>(forth_)};
  wire::Channel agent_{std::make_unique<PipeEnd>(forth_)};
  std::unique_ptr<sync::Sender> sender_;
  std::unique_ptr<sync::Scanner> scanner_;
  std::unique_ptr<agent::ConfirmedState> confirmed_;
  std::unique_ptr<agent::Hub> hub_;
  Costs costs_{};
  double last_ = CpuMicroseconds();
};

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

void Measure(size_t files) {
  Session session(files);
  std::array<std::vector<double>, kPhaseCount + 1> samples;
  for (int i = 0; i < kSaves + kWarmUp; ++i) {
    const Costs costs = session.Save((files / 2 + static_cast<size_t>(i) / 4) % files, i);
    if (i < kWarmUp) continue;
    double total = 0;
    for (size_t phase = 0; phase < kPhaseCount; ++phase) {
      samples[phase].push_back(costs[phase]);
      total += costs[phase];
    }
    samples[kPhaseCount].push_back(total);
  }
  std::printf("| %zu |", files);
  for (auto& phase : samples) std::printf(" %.0f |", Median(std::move(phase)));
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::printf(" %ld |\n", usage.ru_maxrss / 1024);
}

}  // namespace
}  // namespace hawser::bench

int main(int argc, char** argv) {
  std::printf("| files |");
  for (const char* phase : hawser::bench::kPhases) std::printf(" %s |", phase);
  std::printf(" all, us | rss MiB |\n|");
  for (size_t i = 0; i < hawser::bench::kPhaseCount + 3; ++i) std::printf(" --- |");
  std::printf("\n");
  if (argc < 2) {
    for (const size_t files : {1000, 10000, 100000}) hawser::bench::Measure(files);
  }
  for (int i = 1; i < argc; ++i) hawser::bench::Measure(std::strtoull(argv[i], nullptr, 10));
  return 0;
}
