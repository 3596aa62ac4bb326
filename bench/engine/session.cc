// Both halves of the sync engine in one process, a workspace and a pod's files, with a buffer
// between them.
#include "bench/engine/session.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "agent/serve/hub.h"
#include "agent/supervise/container_files.h"
#include "lib/sync/send/batch_writer.h"
#include "lib/sync/send/sender.h"
#include "lib/sync/workspace/scan.h"
#include "lib/wire/channel.h"

namespace hawser::bench {
namespace {

namespace stdfs = std::filesystem;

constexpr agent::PeerId kClient = 1;
constexpr agent::PeerId kSupervisor = 2;

double CpuMicroseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
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

}  // namespace

class EngineSession::Impl {
 public:
  explicit Impl(const std::function<void(const std::string& root)>& fill)
      : root_(scratch_ / "workspace"),
        content_(root_),
        volume_{.dir = scratch_ / "volume"},
        container_(volume_, scratch_ / "container") {
    fill(root_);
    sync::SenderOptions options;
    options.configure.generation = 1;
    options.configure.roots = roots_;
    options.can_patch = [this](const Digest& base, const Digest& wanted) {
      return content_.CanPatch(base, wanted);
    };
    sender_ = std::make_unique<sync::Sender>(options);
    scanner_ =
        sync::MakeScanner(root_, sync::Rules::Make({{"", "/app", {}, false}}, {}).value()).value();
    scanner_->KeepContentIn(content_.fresh);
    std::string warning;
    confirmed_ = agent::ConfirmedState::Open(volume_, &warning).value();
    hub_ = std::make_unique<agent::Hub>(
        agent::HubOptions{.session = "bench", .pod = "bench", .version = "1"}, *confirmed_, clock_);
    Begin();
  }

  const std::string& root() const { return root_; }
  const Costs& first() const { return first_; }
  uint64_t wire_bytes() const { return wire_bytes_; }

  Costs Save(const std::vector<std::string>& paths) {
    fs::Dirty dirty;
    dirty.paths = {paths.begin(), paths.end()};
    last_ = CpuMicroseconds();
    const sync::SnapshotPtr snapshot = scanner_->ScanDirty(dirty).value().snapshot;
    Lap(0);
    Perform(sender_->OnSnapshot(snapshot, clock_.Now()));
    if (!sender_->in_sync()) Die("a save did not arrive");
    return std::exchange(costs_, {});
  }

 private:
  void Begin() {
    hub_->Step(agent::SupervisorOpened{kSupervisor, {.agent_version = "1"}});
    hub_->Step(agent::ClientOpened{kClient, {.role = wire::Role::kPush, .session = "bench"}});
    last_ = CpuMicroseconds();
    const sync::SnapshotPtr snapshot = scanner_->ScanAll().value().snapshot;
    Lap(0);
    Perform(sender_->OnSnapshot(snapshot, clock_.Now()));
    Perform(sender_->OnWelcome({}, clock_.Now()));
    if (!sender_->in_sync()) Die("the first sync did not arrive");
    first_ = std::exchange(costs_, {});
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
        wire_bytes_ = cost->wire_bytes;
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
      if (const auto* ahead = std::get_if<wire::Prepare>(&send->message)) {
        Lap(3);
        container_.Prepare(roots_, *ahead);
        Lap(4);
      } else if (const auto* request = std::get_if<wire::ApplyRequest>(&send->message)) {
        Lap(3);
        const agent::FilesReport report = container_.Bring();
        if (!report.status.ok() || !report.problems.empty()) Die("could not apply");
        Lap(5);
        auto after = hub_->Step(agent::SupervisorMessage{
            kSupervisor,
            wire::ApplyResult{.number = request->number, .problems = {}, .steps = {}}});
        hub_->Tidy();
        Lap(6);
        Answer(std::move(after));
      } else if (send->peer == kClient) {
        Lap(3);
        sender_->OnMessage(send->message, clock_.Now());
        Lap(7);
      }
    }
  }

  const Scratch scratch_;
  const std::vector<wire::SyncRoot> roots_{{.path = "/app"}};
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
  Costs first_{};
  uint64_t wire_bytes_ = 0;
  double last_ = CpuMicroseconds();
};

EngineSession::EngineSession(const std::function<void(const std::string& root)>& fill)
    : impl_(std::make_unique<Impl>(fill)) {}
EngineSession::~EngineSession() = default;

const std::string& EngineSession::root() const {
  return impl_->root();
}

const Costs& EngineSession::first() const {
  return impl_->first();
}

Costs EngineSession::Save(const std::vector<std::string>& paths) {
  return impl_->Save(paths);
}

uint64_t EngineSession::wire_bytes() const {
  return impl_->wire_bytes();
}

void Die(const std::string& why) {
  std::fprintf(stderr, "hawser-save-cost: %s\n", why.c_str());
  std::exit(1);
}

void WriteText(const std::string& root, const std::string& path, const std::string& text) {
  const std::string full = root + "/" + path;
  stdfs::create_directories(stdfs::path(full).parent_path());
  std::ofstream(full, std::ios::binary) << text;
}

}  // namespace hawser::bench
