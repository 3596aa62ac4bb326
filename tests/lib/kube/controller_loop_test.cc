// The operator's loop: outcomes of reconciles, and a whole run against the fake API server.
#include "lib/kube/controller_loop.h"

#include <gtest/gtest.h>

#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <thread>

#include "lib/kube/mapping.h"
#include "lib/kube/object.h"
#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"

namespace hawser::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const ObjectKey kFirst{"dev", "a"};
const ObjectKey kSecond{"dev", "b"};

/// Does what the test says and remembers for which keys.
class ScriptedReconciler final : public Reconciler {
 public:
  ReconcileResult Reconcile(const ObjectKey& key) override {
    {
      const std::lock_guard lock(mutex_);
      EXPECT_TRUE(running_.insert(key).second) << key.ToString() << " runs twice at once";
    }
    const ReconcileResult result = then_ ? then_(key) : ReconcileResult::Done();
    const std::lock_guard lock(mutex_);
    running_.erase(key);
    seen_.push_back(key);
    return result;
  }
  void Then(std::function<ReconcileResult(const ObjectKey&)> then) { then_ = std::move(then); }
  std::vector<ObjectKey> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  std::function<ReconcileResult(const ObjectKey&)> then_;
  mutable std::mutex mutex_;
  std::set<ObjectKey> running_;
  std::vector<ObjectKey> seen_;
};

class ControllerLoopTest : public ::testing::Test {
 protected:
  static ControllerOptions Options() {
    ControllerOptions options{.name = "test"};
    options.queue.backoff.jitter = 0;
    return options;
  }
  int ReconcileAllDue() {
    int count = 0;
    while (controller_.ReconcileNext()) ++count;
    return count;
  }
  void FailsWith(ReconcileResult result) {
    reconciler_.Then([result](const ObjectKey&) { return result; });
  }

  testing::FakeClock clock_;
  testing::FakeKubeApi api_{clock_};
  ScriptedReconciler reconciler_;
  Controller controller_{Options(), api_, reconciler_, clock_};
};

TEST_F(ControllerLoopTest, ReconcilesAKeyOnceHoweverOftenItIsAsked) {
  for (const ObjectKey& key : {kFirst, kSecond, kFirst, kFirst}) controller_.Enqueue(key);
  EXPECT_EQ(ReconcileAllDue(), 2);
  EXPECT_EQ(reconciler_.seen(), (std::vector{kFirst, kSecond}));
  EXPECT_EQ(controller_.counts(), (ReconcileCounts{.success = 2}));
}

TEST_F(ControllerLoopTest, ReconcilesAgainWhatChangedMeanwhile) {
  reconciler_.Then([&](const ObjectKey& key) {
    if (controller_.counts().success == 0) controller_.Enqueue(key);
    return ReconcileResult::Done();
  });
  controller_.Enqueue(kFirst);
  EXPECT_EQ(ReconcileAllDue(), 2);
}

TEST_F(ControllerLoopTest, FailuresAreRetriedWithDoublingPauses) {
  FailsWith(ReconcileResult::Failed(UnavailableError("down")));
  controller_.Enqueue(kFirst);
  for (const milliseconds pause : {milliseconds(5), milliseconds(10), milliseconds(20)}) {
    EXPECT_EQ(ReconcileAllDue(), 1);
    clock_.Advance(pause - milliseconds(1));
    EXPECT_EQ(ReconcileAllDue(), 0);
    clock_.Advance(milliseconds(1));
  }
  EXPECT_EQ(controller_.counts(), (ReconcileCounts{.error = 3}));
}

TEST_F(ControllerLoopTest, SuccessForgetsEarlierFailures) {
  FailsWith(ReconcileResult::Failed(UnavailableError("down")));
  controller_.Enqueue(kFirst);
  EXPECT_EQ(ReconcileAllDue(), 1);
  FailsWith(ReconcileResult::Done());
  clock_.Advance(milliseconds(5));
  EXPECT_EQ(ReconcileAllDue(), 1);
  FailsWith(ReconcileResult::Failed(UnavailableError("down")));
  controller_.Enqueue(kFirst);
  EXPECT_EQ(ReconcileAllDue(), 1);
  clock_.Advance(milliseconds(5));
  EXPECT_EQ(ReconcileAllDue(), 1);
}

TEST_F(ControllerLoopTest, TerminalFailuresWaitForAChange) {
  FailsWith(ReconcileResult::Terminal(InvalidArgumentError("bad spec")));
  controller_.Enqueue(kFirst);
  EXPECT_EQ(ReconcileAllDue(), 1);
  clock_.Advance(std::chrono::hours(1));
  EXPECT_EQ(ReconcileAllDue(), 0);
  controller_.Enqueue(kFirst);
  EXPECT_EQ(ReconcileAllDue(), 1);
  EXPECT_EQ(controller_.counts(), (ReconcileCounts{.terminal_error = 2}));
}

TEST_F(ControllerLoopTest, LooksAgainWhenAskedTo) {
  FailsWith(ReconcileResult::After(seconds(30)));
  controller_.Enqueue(kFirst);
  EXPECT_EQ(ReconcileAllDue(), 1);
  clock_.Advance(seconds(29));
  EXPECT_EQ(ReconcileAllDue(), 0);
  clock_.Advance(seconds(1));
  EXPECT_EQ(ReconcileAllDue(), 1);
  EXPECT_EQ(controller_.counts(), (ReconcileCounts{.requeue_after = 2}));
}

TEST_F(ControllerLoopTest, EscapedExceptionsAreFailures) {
  reconciler_.Then([](const ObjectKey&) -> ReconcileResult { throw std::runtime_error("bug"); });
  controller_.Enqueue(kFirst);
  EXPECT_EQ(ReconcileAllDue(), 1);
  EXPECT_EQ(controller_.counts(), (ReconcileCounts{.error = 1, .escaped_exceptions = 1}));
}

class ControllerRunTest : public ControllerLoopTest {
 protected:
  ControllerRunTest() {
    controller_.Watch({.resource = resources::kConfigMaps, .backoff = {milliseconds(1)}}, cache_,
                      MapToSelf());
  }
  void Create(const std::string& name) {
    EXPECT_TRUE(api_.Create(resources::kConfigMaps, "dev",
                            MakeObject(resources::kConfigMaps, {"dev", name}))
                    .ok());
  }
  void ExpectSeen(size_t count) const {
    const Deadline deadline = In(seconds(60));
    while (reconciler_.seen().size() < count && In({}) < deadline) std::this_thread::yield();
    EXPECT_EQ(reconciler_.seen().size(), count);
  }

  Cache cache_;
};

TEST_F(ControllerRunTest, ReconcilesWhatIsThereAndWhatComes) {
  Create("a");
  Status end = InternalError("still running");
  std::jthread run([&](const std::stop_token& stop) { end = controller_.Run(stop); });
  ExpectSeen(1);
  EXPECT_TRUE(controller_.Synced());
  Create("b");
  ExpectSeen(2);
  run.request_stop();
  run.join();
  EXPECT_TRUE(end.ok()) << end;
  EXPECT_EQ(reconciler_.seen(), (std::vector{kFirst, kSecond}));
}

TEST_F(ControllerRunTest, StopLetsRunningReconcilesFinish) {
  std::atomic<bool> started = false;
  std::atomic<bool> released = false;
  reconciler_.Then([&](const ObjectKey&) {
    started = true;
    while (!released) std::this_thread::yield();
    return ReconcileResult::Done();
  });
  Create("a");
  std::jthread run([&](const std::stop_token& stop) { EXPECT_TRUE(controller_.Run(stop).ok()); });
  while (!started) std::this_thread::yield();
  run.request_stop();
  EXPECT_EQ(reconciler_.seen().size(), 0U);
  released = true;
  run.join();
  EXPECT_EQ(controller_.counts(), (ReconcileCounts{.success = 1}));
}

TEST_F(ControllerRunTest, NeverReconcilesAKeyTwiceAtOnce) {
  ControllerOptions options = Options();
  options.workers = 4;
  Controller controller(options, api_, reconciler_, clock_);
  std::jthread run([&](const std::stop_token& stop) { EXPECT_TRUE(controller.Run(stop).ok()); });
  for (int i = 0; i < 500; ++i) {
    controller.Enqueue(kFirst);
    controller.Enqueue(kSecond);
    std::this_thread::yield();
  }
  const Deadline deadline = In(seconds(60));
  while (reconciler_.seen().size() < 2 && In({}) < deadline) std::this_thread::yield();
  EXPECT_GE(reconciler_.seen().size(), 2U);
}

TEST_F(ControllerRunTest, StopsBeforeItsFirstListToo) {
  api_.SetFault([](const testing::KubeCall&) { return UnavailableError("down"); });
  std::jthread run([&](const std::stop_token& stop) { EXPECT_TRUE(controller_.Run(stop).ok()); });
  while (api_.calls().empty()) std::this_thread::yield();
  run.request_stop();
  run.join();
  EXPECT_FALSE(controller_.Synced());
}

TEST_F(ControllerRunTest, SaysWhichListDidNotArrive) {
  api_.SetFault([](const testing::KubeCall&) { return PermissionDeniedError("no"); });
  ControllerOptions options = Options();
  options.sync_timeout = milliseconds(50);
  Cache cache;
  Controller controller(options, api_, reconciler_, clock_);
  controller.Watch({.resource = resources::kConfigMaps, .backoff = {milliseconds(1)}}, cache,
                   MapToSelf());
  const Status status = controller.Run({});
  EXPECT_EQ(status.code(), Code::kDeadlineExceeded);
  EXPECT_NE(status.message().find("configmaps"), std::string::npos) << status;
}

}  // namespace
}  // namespace hawser::kube
