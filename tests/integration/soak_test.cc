// Very many saves, one after the other, by the command line's own loop into a real agent and
// supervisor: what each of the three keeps in memory must not grow.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>

#include "lib/devsession/devsession.h"
#include "local-cli/loop/push_loop.h"
#include "local-cli/loop/settings.h"
#include "tests/integration/agent_pod.h"
#include "tests/integration/counting_renderer.h"
#include "tests/integration/steady_cluster.h"
#include "tests/support/thoroughness.h"

namespace hawser::testing {
namespace {

namespace stdfs = std::filesystem;

constexpr int kSourceFiles = 500;
constexpr int kReports = 10;
/// After this part of the saves every cache is full, if there are thousands.
constexpr int kWarmReport = 4;
constexpr int64_t kFewSaves = 5000;
constexpr int64_t kCachesKib = 160 << 10;  ///< what the command line's may hold, and some
constexpr int64_t kPodGrowthKib = 2 << 10;

int64_t ResidentKib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  constexpr std::string_view kKey = "VmRSS:";
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(kKey)) return std::strtoll(line.c_str() + kKey.size(), nullptr, 10);
  }
  return 0;
}

/// About `size` bytes of lines, of which each version has some of its own.
std::string Text(int64_t version, size_t size) {
  std::string text = "version " + std::to_string(version) + "\n";
  for (uint64_t line = 0; text.size() < size; ++line) {
    const bool own = line % 16 == static_cast<uint64_t>(version) % 16;
    const uint64_t seed = line * 2654435761U + (own ? static_cast<uint64_t>(version) * 97 : 0);
    text +=
        "  value_" + std::to_string(seed % 100003) + " = compute(" + std::to_string(line) + ");\n";
  }
  return text;
}

class SoakTest : public ::testing::Test {
 protected:
  struct Resident {
    int64_t cli = 0, agent = 0, supervisor = 0;
  };

  void SetUp() override {
    ::setenv("XDG_CACHE_HOME", cache_.path().c_str(), 1);
    for (int i = 0; i < kSourceFiles; ++i) Write(NameOf(i), Text(0, 2000));
    pod_.StartAgent();
    pod_.StartSupervisor("exec sleep 100000");
    loop_ = std::jthread([this](std::stop_token stop) { Push(std::move(stop)); });
    ASSERT_TRUE(Eventually([this] { return renderer_.count() > 0; })) << pod_.AgentLog();
  }

  void Push(std::stop_token stop) {
    const devsession::DevSession session = devsession::ParseDevSession(cluster_.session()).value();
    const std::string root = workspace_.path().string();
    cli::RunPushLoop({.api = cluster_,
                      .dialer = dialer_,
                      .renderer = renderer_,
                      .clock = clock_,
                      .stop = std::move(stop)},
                     {.watch = true, .yes = true, .directory = root, .session = session},
                     cli::MakeSettings(session, root).value(), root);
  }

  static std::string NameOf(int64_t file) {
    return "src/package" + std::to_string(file % 20) + "/module" + std::to_string(file) + ".py";
  }

  void Write(const std::string& path, const std::string& text) const {
    const stdfs::path file = workspace_.path() / path;
    stdfs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }

  /// What people and their tools do, most of it small.
  void Edit(int64_t save) const {
    const std::string file = NameOf(save * 7 % kSourceFiles);
    switch (save % 20) {
      case 0:
        Write("src/new" + std::to_string(save % 100) + ".py", Text(save, 3000));
        return;
      case 5:
        Write("build/large.bin", Text(save, 600000));
        return;
      case 10:
        stdfs::rename(workspace_ / file, workspace_ / (file + ".moved"));
        return;
      case 11:
        stdfs::rename(workspace_ / (NameOf((save - 1) * 7 % kSourceFiles) + ".moved"),
                      workspace_ / NameOf((save - 1) * 7 % kSourceFiles));
        return;
      case 15:
        for (int i = 0; i < 40; ++i) Write("generated/" + std::to_string(i), Text(save + i, 500));
        return;
      case 16:
        stdfs::remove_all(workspace_ / "generated");
        return;
      default:
        Write(file, Text(save, 2000));
    }
  }

  Resident Now() {
    return {ResidentKib(::getpid()), ResidentKib(pod_.agent().pid()),
            ResidentKib(pod_.supervisor().pid())};
  }

  void Report(int64_t saves, const Resident& now) const {
    std::printf("| %ld | %ld | %ld | %ld | %ld |\n", static_cast<long>(saves),
                static_cast<long>(renderer_.count()), static_cast<long>(now.cli),
                static_cast<long>(now.agent), static_cast<long>(now.supervisor));
    std::fflush(stdout);
  }

  AgentPod pod_;
  TempDir workspace_;
  TempDir cache_;
  SteadyCluster cluster_;
  LocalDialer dialer_{pod_};
  CountingRenderer<cli::BatchDone> renderer_;
  SystemClock clock_;
  std::jthread loop_;
};

TEST_F(SoakTest, MemoryStaysTheSameAfterVeryManySaves) {
  const char* asked = std::getenv("HAWSER_SOAK_SAVES");
  const int64_t saves =
      asked != nullptr ? std::strtoll(asked, nullptr, 10) : Repeats<int64_t>(300, 40);
  std::printf("| saves | batches | RSS of the command line, KiB | agent | supervisor |\n");
  const Resident start = Now();
  Report(0, start);
  std::vector<Resident> seen;
  for (int64_t save = 1; save <= saves; ++save) {
    const int64_t before = renderer_.count();
    Edit(save);
    ASSERT_TRUE(Eventually([&] { return renderer_.count() > before; })) << "save " << save;
    if (save % std::max<int64_t>(saves / kReports, 1) != 0) continue;
    seen.push_back(Now());
    Report(save, seen.back());
  }
  if (kSanitized) {
    GTEST_SKIP() << "every save arrived; memory is judged without a sanitizer, which keeps what "
                    "was freed";
  }
  const Resident& end = seen.back();
  const Resident& warm = seen[std::min<size_t>(kWarmReport, seen.size()) - 1];
  EXPECT_LT(end.cli, start.cli + kCachesKib);
  if (saves >= kFewSaves) {
    EXPECT_LT(end.cli, warm.cli + warm.cli / 10);
  }
  EXPECT_LT(end.agent, warm.agent + kPodGrowthKib);
  EXPECT_LT(end.supervisor, warm.supervisor + kPodGrowthKib);
}

}  // namespace
}  // namespace hawser::testing
