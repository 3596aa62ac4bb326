// What the hub does about a batch before it is whole.
#include <gtest/gtest.h>

#include "agent/serve/hub.h"
#include "lib/wire/compress.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace hawser::agent {
namespace {

constexpr PeerId kPusher = 1;
constexpr PeerId kProcessOne = 10;

class HubBatchesTest : public ::testing::Test {
 protected:
  HubBatchesTest() {
    hub_.Step(ClientOpened{kPusher, {.role = wire::Role::kPush, .session = "team/api"}});
    Say(wire::Configure{.generation = 1, .roots = {{.path = "/app"}}});
  }

  std::vector<HubOutput> Say(wire::Message message) {
    return hub_.Step(ClientMessage{kPusher, std::move(message)});
  }

  /// Sends all but the end of a batch that makes `directory` with 600 files. What came of its
  /// content.
  std::vector<HubOutput> Fill(uint64_t number, const std::string& directory) {
    wire::Changes message{
        {{.path = directory, .entry = {.kind = wire::EntryKind::kDirectory, .mode = 0755}}}};
    for (int i = 1000; i < 1600; ++i) {
      message.changes.push_back({.path = directory + "/" + std::to_string(i),
                                 .entry = {.size = 1, .digest = ContentDigest("x")},
                                 .encoding = wire::Encoding::kBundled});
    }
    sync::TreeEdits edits;
    for (const wire::Change& change : message.changes) edits[change.path] = change.entry;
    Say(wire::BatchBegin{.number = number,
                         .base_tree = confirmed_->digest(),
                         .result_tree = confirmed_->state().tree.With(edits).digest(),
                         .change_count = static_cast<uint32_t>(message.changes.size())});
    Say(message);
    return Say(wire::Data{wire::kBundleData, true, wire::Compress(std::string(600, 'x'))});
  }

  testing::TempDir volume_;
  testing::FakeClock clock_;
  std::string warning_;
  std::unique_ptr<ConfirmedState> confirmed_ =
      ConfirmedState::Open({.dir = volume_.path()}, &warning_).value();
  Hub hub_{{.session = "team/api", .pod = "api-1", .version = "1"}, *confirmed_, clock_};
};

TEST_F(HubBatchesTest, TellsTheSupervisorAheadWhatArrivedOfALargeBatch) {
  hub_.Step(SupervisorOpened{kProcessOne, {.agent_version = "1"}});
  const std::vector<HubOutput> outputs = Fill(1, "/app/a");
  size_t told = 0;
  for (const HubOutput& output : outputs) {
    const Send& send = std::get<Send>(output);
    EXPECT_EQ(send.peer, kProcessOne);
    EXPECT_TRUE(send.optional);
    told += std::get<wire::Prepare>(send.message).entries.size();
  }
  EXPECT_EQ(told, 601U);
  EXPECT_TRUE(confirmed_->state().tree.empty()) << "nothing is confirmed before the end";
  Say(wire::BatchEnd{1});
  EXPECT_EQ(confirmed_->state().tree.size(), 601U);
}

TEST_F(HubBatchesTest, TakesALargeBatchWithNobodyToTell) {
  EXPECT_TRUE(Fill(1, "/app/a").empty());
  Say(wire::BatchEnd{1});
  EXPECT_EQ(confirmed_->state().tree.size(), 601U);
}

}  // namespace
}  // namespace hawser::agent
