// Random edits over streams that break: whatever happens, the container ends up as the workspace,
// and is never half-way.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "lib/fs/file.h"
#include "lib/fs/file_content.h"
#include "lib/sync/send/sender.h"
#include "lib/sync/workspace/scan.h"
#include "tests/integration/sync_pod.h"
#include "tests/integration/sync_workspace.h"
#include "tests/support/flaky_stream.h"
#include "tests/support/memory_pipe.h"
#include "tests/support/thoroughness.h"

namespace hawser::testing {
namespace {

constexpr size_t kPipe =
    64U << 20;  // holds any batch, so that one thread can be both sides in turn
constexpr int kRounds = 12;

wire::Configure Configuration() {
  wire::Configure configure;
  configure.generation = 1;
  configure.roots = {{"/app", false}};
  return configure;
}

class Simulation {
 public:
  explicit Simulation(uint64_t seed)
      : workspace_(seed), pod_(Configuration()), content_(workspace_.root()) {
    sync::SenderOptions options;
    options.configure = Configuration();
    sender_ = std::make_unique<sync::Sender>(options);
    Result<sync::Rules> rules = sync::Rules::Make({{"", "/app", {}, false}}, {});
    scanner_ = sync::MakeScanner(workspace_.root(), *rules).value();
    std::filesystem::create_directories(pod_.container() + "/outside");
    EXPECT_TRUE(fs::ReplaceFile(pod_.container() + "/outside/kept", "kept", 0644).ok());
  }

  void Round() {
    fs::Dirty dirty;
    dirty.paths = workspace_.Edit();
    if (workspace_.Random(2) == 0) scanner_->LookAhead(dirty);
    Result<sync::ScanResult> scan =
        workspace_.Random(4) == 0 ? scanner_->ScanAll() : scanner_->ScanDirty(dirty);
    if (scan.status().code() == Code::kUnavailable)
      return;  // everything was deleted: nothing is sent
    ASSERT_TRUE(scan.ok()) << scan.status();
    wanted_ = scan->snapshot;
    Act(sender_->OnSnapshot(wanted_, Now()));
    for (int connections = 0; !sender_->in_sync(); ++connections) {
      ASSERT_LT(connections, 12) << "does not converge: " << trouble_
                                 << "; the agent: " << pod_.trouble();
      Connect(connections < 3);
      Talk();
      CheckNothingIsHalfWritten();
    }
    if (workspace_.Random(10) == 0) ReplaceContainer();
    CheckContainerIsWhatIsWanted();
  }

 private:
  static TimePoint Now() { return std::chrono::steady_clock::now(); }

  void Connect(bool with_faults) {
    StreamPair pipe = MakeMemoryPipe(kPipe);
    Faults faults;
    if (with_faults && workspace_.Random(3) == 0) faults.cut_after = workspace_.Random(3000);
    if (with_faults && workspace_.Random(3) == 0) faults.corrupt_at = workspace_.Random(3000);
    if (with_faults && workspace_.Random(8) == 0) pod_.DieBeforeApply();
    client_ = std::make_unique<wire::Channel>(MakeFlakyStream(std::move(pipe.first), faults));
    agent_ = std::make_unique<wire::Channel>(std::move(pipe.second));
    connected_ = true;
    Act(sender_->OnWelcome(pod_.Welcome(), Now()));
  }

  /// Lets both sides speak in turn until there is nothing more to say.
  void Talk() {
    while (connected_ && !sender_->in_sync()) {
      if (!pod_.Pump(*agent_)) break;
      const Result<wire::Message> message = client_->Receive(In(Duration::zero()));
      if (!message.ok()) break;
      Act(sender_->OnMessage(*message, Now()));
    }
    if (sender_->in_sync()) return;
    connected_ = false;
    sender_->OnDisconnect();
  }

  void Act(const std::vector<sync::Action>& actions) {
    for (const sync::Action& action : actions) {
      if (const auto* send = std::get_if<sync::SendMessages>(&action)) {
        if (!client_->SendAll(send->messages, kNoDeadline).ok()) connected_ = false;
      } else if (const auto* batch = std::get_if<sync::SendBatch>(&action)) {
        const auto cost = sync::WriteBatch(*client_, batch->request, content_, kNoDeadline);
        Act(sender_->OnBatchWritten(cost, Now()));
      } else if (std::holds_alternative<sync::AskBeforeRemoving>(action)) {
        Act(sender_->ConfirmRemovals(Now()));
      } else if (const auto* fail = std::get_if<sync::Fail>(&action)) {
        trouble_ = fail->status.ToString();
        connected_ = false;
      } else if (const auto* rescan = std::get_if<sync::Rescan>(&action)) {
        trouble_ = rescan->why;
        connected_ = false;
      }
    }
  }

  void ReplaceContainer() {
    pod_.ReplaceContainer();
    std::filesystem::create_directories(pod_.container() + "/outside");
    EXPECT_TRUE(fs::ReplaceFile(pod_.container() + "/outside/kept", "kept", 0644).ok());
  }

  void CheckNothingIsHalfWritten() {
    for (const auto& file : std::filesystem::recursive_directory_iterator(pod_.container())) {
      const std::string path = file.path().string();
      ASSERT_EQ(path.find(".hawser-"), std::string::npos) << path;
      if (!std::filesystem::is_regular_file(file.symlink_status()) ||
          path.ends_with("/outside/kept"))
        continue;
      const UniqueFd fd = fs::OpenToRead(path).value();
      ASSERT_TRUE(workspace_.EverHeld(fs::DigestFile(fd.get()).value())) << path;
    }
  }

  void CheckContainerIsWhatIsWanted() {
    const std::string app = pod_.container() + "/app";
    std::filesystem::create_directories(app);
    auto scanner =
        sync::MakeScanner(app, sync::Rules::Make({{"", "/app", {}, false}}, {}).value()).value();
    const sync::Tree tree = scanner->ScanAll().value().snapshot->tree;
    for (const auto& [path, entry] : wanted_->tree) {
      ASSERT_TRUE(tree.contains(path)) << path << " is missing";
      ASSERT_TRUE(tree.at(path).SameContent(entry)) << path << " differs";
    }
    for (const auto& [path, entry] : tree)
      ASSERT_TRUE(wanted_->tree.contains(path)) << path << " is left over";
    ASSERT_EQ(
        Sha256("kept"),
        fs::DigestFile(fs::OpenToRead(pod_.container() + "/outside/kept").value().get()).value());
    ASSERT_EQ(std::distance(std::filesystem::directory_iterator(pod_.container()), {}), 2);
  }

  RandomWorkspace workspace_;
  SyncPod pod_;
  sync::SendingContent content_;
  std::unique_ptr<sync::Sender> sender_;
  std::unique_ptr<sync::Scanner> scanner_;
  sync::SnapshotPtr wanted_;
  std::unique_ptr<wire::Channel> client_;
  std::unique_ptr<wire::Channel> agent_;
  bool connected_ = false;
  std::string trouble_;
};

TEST(SyncSimulationTest, ConvergesWhateverBreaks) {
  const uint64_t first = TestSeed();
  const char* asked = std::getenv("HAWSER_SIMULATIONS");
  const uint64_t runs =
      asked != nullptr ? std::strtoull(asked, nullptr, 10) : Repeats<uint64_t>(200, 6);
  for (uint64_t seed = first; seed < first + runs; ++seed) {
    SCOPED_TRACE("HAWSER_SEED=" + std::to_string(seed));
    Simulation simulation(seed);
    for (int round = 0; round < kRounds; ++round) {
      simulation.Round();
      if (::testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace hawser::testing
