// A pod whose disk runs full under real processes: said, survived, made up for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "tests/integration/agent_pod.h"
#include "tests/support/small_disk.h"

namespace hawser::testing {
namespace {

using ::testing::HasSubstr;

/// Temporary directories made meanwhile lie on that disk.
class TemporaryPlace {
 public:
  explicit TemporaryPlace(const std::string& path) : before_(Now()) {
    ::setenv("TMPDIR", path.c_str(), 1);
  }
  ~TemporaryPlace() {
    before_.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before_.c_str(), 1);
  }
  TemporaryPlace(const TemporaryPlace&) = delete;
  TemporaryPlace& operator=(const TemporaryPlace&) = delete;

 private:
  static std::string Now() {
    const char* now = std::getenv("TMPDIR");
    return now == nullptr ? "" : now;
  }
  std::string before_;
};

std::string Incompressible(size_t size) {
  std::mt19937 random(7);
  std::string text(size, '\0');
  for (char& byte : text) byte = static_cast<char>(random());
  return text;
}

/// A pod whose agent has a volume of its own.
class FullDiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    disk_ = SmallDisk::Make();
    if (disk_ == nullptr) GTEST_SKIP() << "this user may mount nothing";
    place_ = std::make_unique<TemporaryPlace>(disk_->path());
    pod_ = std::make_unique<AgentPod>();
    pod_->StartAgent();
    pod_->StartSupervisor("sleep 1000");
  }

  std::unique_ptr<SmallDisk> disk_;
  std::unique_ptr<TemporaryPlace> place_;
  std::unique_ptr<AgentPod> pod_;  ///< last: it ends before the disk does
};

TEST_F(FullDiskTest, ABatchThatDoesNotFitIsRefusedWholeAndTheNextOneBringsIt) {
  TestClient client(*pod_, wire::Role::kPush);
  client.Configure(TestConfigure());
  client.Push("/app/f", "old");
  ASSERT_TRUE(Eventually([&] { return pod_->container().Exists("app/f"); }))
      << pod_->SupervisorLog();
  const sync::Tree confirmed = client.tree;
  for (const size_t size : {size_t{60000}, size_t{3000000}}) {
    const std::string large = Incompressible(size);
    disk_->Leave(16384);
    TestClient again(*pod_, wire::Role::kPush);
    again.tree = confirmed;
    const wire::BatchResult refused = again.Push("/app/f", large);
    EXPECT_EQ(refused.outcome, wire::BatchOutcome::kFailed) << size;
    EXPECT_THAT(refused.message, HasSubstr("No space left"));
    EXPECT_THAT(refused.message, HasSubstr("/app/f"));
    EXPECT_EQ(refused.tree, confirmed.digest());
    EXPECT_EQ(pod_->container().Read("app/f"), "old");
    disk_->Grow();
  }
  const std::string large = Incompressible(3000000);
  TestClient last(*pod_, wire::Role::kPush);
  last.tree = confirmed;
  const wire::BatchResult applied = last.Push("/app/f", large);
  EXPECT_EQ(applied.outcome, wire::BatchOutcome::kApplied) << applied.message;
  EXPECT_TRUE(applied.problems.empty());
  EXPECT_TRUE(pod_->container().Read("app/f") == large);
}

TEST_F(FullDiskTest, WhatABatchLeftThatWasCutOffGivesWayToTheNextOnes) {
  const auto connect = [&](const sync::Tree& confirmed) {
    auto client = std::make_unique<TestClient>(*pod_, wire::Role::kPush);
    client->tree = confirmed;
    return client;
  };
  auto client = connect({});
  client->Configure(TestConfigure());
  // Once more while the supervisor is not there yet.
  ASSERT_TRUE(Eventually(
      [&] { return client->Push("/app/f", "old").outcome == wire::BatchOutcome::kApplied; }));
  const sync::Tree confirmed = client->tree;
  disk_->Leave(3'000'000);
  std::vector<wire::Message> cut_off = client->MakeBatch("/app/f", Incompressible(2'000'000));
  cut_off.pop_back();
  EXPECT_TRUE(client->channel->SendAll(cut_off, In(std::chrono::seconds(20))).ok());
  const std::string large = Incompressible(1'200'000);
  // The agent may still be reading what was cut off; what is in its way then goes with the first.
  wire::BatchResult applied;
  ASSERT_TRUE(Eventually([&] {
    client = connect(confirmed);
    applied = client->Push("/app/f", large);
    return applied.outcome == wire::BatchOutcome::kApplied;
  })) << applied.message;
  EXPECT_TRUE(applied.problems.empty()) << "there is room in the container as well";
  EXPECT_TRUE(pod_->container().Read("app/f") == large);
}

}  // namespace
}  // namespace hawser::testing
