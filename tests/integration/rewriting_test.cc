// Files that are written again and again while a slow batch is on its way: what does not change
// arrives, and they do as soon as they can.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "lib/base/unique_fd.h"
#include "lib/devsession/devsession.h"
#include "lib/wire/limits.h"
#include "local-cli/loop/push_loop.h"
#include "local-cli/loop/settings.h"
#include "local-cli/render/renderer.h"
#include "tests/integration/agent_pod.h"
#include "tests/integration/slow_stream.h"
#include "tests/integration/steady_cluster.h"

namespace hawser::testing {
namespace {

using std::chrono::milliseconds;

constexpr int kSlowFiles = 12;
constexpr size_t kFileSize = 160U << 10;             ///< each travels whole, before small files do
constexpr uint64_t kRate = 1U << 20;                 ///< bytes a second: about two seconds for them
constexpr auto kOften = milliseconds(300);           ///< several times while they are sent
constexpr uint64_t kHuge = wire::kMaxPatchSide + 1;  ///< never held in memory

/// Reaches the agent over a slow network.
class SlowDialer final : public cli::AgentDialer {
 public:
  explicit SlowDialer(const AgentPod& pod) : pod_(pod) {}
  Result<cli::DialedAgent> Dial(const std::string&, Deadline, const std::stop_token&) override {
    HAWSER_ASSIGN_OR_RETURN(std::unique_ptr<net::ByteStream> stream, pod_.Dial());
    return std::make_unique<wire::Channel>(std::make_unique<SlowStream>(std::move(stream), kRate));
  }
  void ForgetKeys() override {}

 private:
  const AgentPod& pod_;
};

std::string Noise(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  std::string text(size, '\0');
  for (char& byte : text) byte = static_cast<char>(random());
  return text;
}

std::string NameOf(int file) {
  return "sources/" + std::to_string(file);
}

class RewritingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("XDG_CACHE_HOME", cache_.path().c_str(), 1);
    for (int i = 0; i < kSlowFiles; ++i) {
      workspace_.Write(NameOf(i), Noise(kFileSize, static_cast<uint32_t>(i)));
    }
    pod_.StartAgent();
    pod_.StartSupervisor("exec sleep 100000");
  }

  void StartPush() {
    loop_ = std::jthread([this](std::stop_token stop) {
      const devsession::DevSession session =
          devsession::ParseDevSession(cluster_.session()).value();
      const std::string root = workspace_.path().string();
      const auto renderer = cli::MakeTextRenderer(told_, told_, {});
      cli::RunPushLoop({.api = cluster_,
                        .dialer = dialer_,
                        .renderer = *renderer,
                        .clock = clock_,
                        .stop = std::move(stop)},
                       {.watch = true, .yes = true, .directory = root, .session = session},
                       cli::MakeSettings(session, root).value(), root);
    });
  }

  /// Ends the push; what it told.
  std::string EndPush() {
    loop_.request_stop();
    loop_.join();
    return told_.str();
  }

  /// Writes a new version of a small file now and then, as a database or a build's notes.
  std::jthread RewriteSmall(const std::string& path) {
    return std::jthread([this, path](const std::stop_token& stop) {
      for (int version = 0; !stop.stop_requested(); ++version) {
        workspace_.Write(path, "version " + std::to_string(version));
        std::this_thread::sleep_for(kOften);
      }
    });
  }

  /// Changes one byte of a file of kHuge zeros now and then.
  std::jthread RewriteHuge(const std::string& path) {
    const UniqueFd made(::open((workspace_ / path).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    EXPECT_EQ(::ftruncate(made.get(), static_cast<off_t>(kHuge)), 0);
    return std::jthread([this, path](const std::stop_token& stop) {
      for (int version = 1; !stop.stop_requested(); ++version) {
        std::this_thread::sleep_for(3 * kOften);
        const UniqueFd fd(::open((workspace_ / path).c_str(), O_WRONLY | O_CLOEXEC));
        const char byte = static_cast<char>(version);
        EXPECT_EQ(::pwrite(fd.get(), &byte, 1, 1 << 20), 1);
      }
    });
  }

  bool Arrived(const std::string& path) const {
    return pod_.container().Exists("app/" + path) &&
           pod_.container().Read("app/" + path) == workspace_.Read(path);
  }
  bool SourcesArrived() const {
    for (int i = 0; i < kSlowFiles; ++i) {
      if (!Arrived(NameOf(i))) return false;
    }
    return true;
  }

  AgentPod pod_;
  TempDir workspace_;
  TempDir cache_;
  SteadyCluster cluster_;
  SlowDialer dialer_{pod_};
  SystemClock clock_;
  std::ostringstream told_;
  std::jthread loop_;
};

TEST_F(RewritingTest, AFirstSyncEndsThoughASmallFileNeverRests) {
  workspace_.Write("state.db", "before");
  StartPush();
  std::jthread rewriting = RewriteSmall("state.db");
  EXPECT_TRUE(Eventually([&] { return SourcesArrived(); })) << pod_.AgentLog();
  EXPECT_TRUE(Eventually([&] { return pod_.container().Exists("app/state.db"); }));
  rewriting = {};
  EXPECT_TRUE(Eventually([&] { return Arrived("state.db"); })) << EndPush();
}

TEST_F(RewritingTest, FilesThatNeverRestKeepNothingFromArrivingHoweverLargeTheyAre) {
  workspace_.Write("state.db", "before");
  workspace_.Write("zz.state.db", "before");
  std::jthread huge = RewriteHuge("z.huge");
  StartPush();
  std::jthread one = RewriteSmall("state.db");
  std::jthread another = RewriteSmall("zz.state.db");
  EXPECT_TRUE(Eventually([&] { return SourcesArrived(); })) << pod_.AgentLog();
  for (const std::string small : {"state.db", "zz.state.db"}) {
    EXPECT_TRUE(Eventually([&] { return pod_.container().Exists("app/" + small); })) << small;
  }
  workspace_.Write("saved", "meanwhile");
  EXPECT_TRUE(Eventually([&] { return Arrived("saved"); }));
  for (std::jthread* thread : {&huge, &one, &another}) *thread = {};
  for (const std::string path : {"state.db", "zz.state.db", "z.huge"}) {
    EXPECT_TRUE(Eventually([&] { return Arrived(path); })) << path << "\n" << EndPush();
  }
}

}  // namespace
}  // namespace hawser::testing
