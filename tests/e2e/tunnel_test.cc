// A tunnel that is cut in the middle of batches, and a reader in the container that sees only whole
// files.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "tests/e2e/example.h"
#include "tests/e2e/tcp_proxy.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;

constexpr size_t kFileBytes = 3 << 20;
constexpr int kRounds = 6;

uint64_t Seed() {
  const char* given = std::getenv("HAWSER_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
}

// Bytes that neither compress nor resemble one another, so that a batch carries all of them.
std::string Noise(std::mt19937_64& random) {
  std::string bytes(kFileBytes, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Reads a file over and over and counts what it saw.
class Reader {
 public:
  Reader(std::string path, const std::string& a, const std::string& b)
      : thread_([this, path = std::move(path), &a, &b](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            const std::string seen = ReadAll(path);
            const int which = seen == a ? 1 : seen == b ? 2 : 0;
            ++(which == 0 ? partial_ : whole_);
            last_ = which;
          }
        }) {}
  int last() const { return last_; }
  int whole() const { return whole_; }
  int partial() const { return partial_; }

 private:
  std::atomic<int> last_ = 0;
  std::atomic<int> whole_ = 0;
  std::atomic<int> partial_ = 0;
  std::jthread thread_;
};

class TunnelTest : public ClusterTest {
 protected:
  // A proxy before the API server, and a kubeconfig that goes through it.
  void SetUpProxy() {
    json config = cluster().Kubeconfig();
    json& target = config["clusters"][0]["cluster"];
    const std::string server = target["server"];
    const size_t host = server.find("//") + 2;
    const size_t colon = server.find(':', host);
    const std::string name = server.substr(host, server.find_first_of(":/", host) - host);
    const int port = colon == std::string::npos ? 443 : std::stoi(server.substr(colon + 1));
    proxy_ = std::make_unique<TcpProxy>(name, static_cast<uint16_t>(port));
    target["server"] = "https://127.0.0.1:" + std::to_string(proxy_->port());
    target["tls-server-name"] = name;
    kubeconfig_ = scratch_.Write("kubeconfig", config.dump());
  }

  hawser::testing::TempDir scratch_;
  std::unique_ptr<TcpProxy> proxy_;
  std::string kubeconfig_;
};

TEST_F(TunnelTest, CutDuringABatchNeverShowsPartOfAFile) {
  const uint64_t seed = Seed();
  SCOPED_TRACE("HAWSER_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::string contents[2] = {Noise(random), Noise(random)};
  SetUpProxy();
  if (IsSkipped()) return;
  const Example example(cluster(), "app");
  example.Save("src/noise.bin", contents[0]);
  Arguments watch = example.Watch();
  watch.insert(watch.end(), {"--kubeconfig", kubeconfig_});
  Background push(watch);
  const std::optional<pid_t> process = FirstProcess(example.ReadyPod().app_id);
  if (!process) GTEST_SKIP() << "the pod runs on another machine";
  const std::string root = "/proc/" + std::to_string(*process) + "/root";

  const Reader reader(root + "/app/src/noise.bin", contents[0], contents[1]);
  for (int round = 1; round <= kRounds; ++round) {
    const int cuts = proxy_->cuts();
    proxy_->CutAfter(static_cast<int64_t>(random() % kFileBytes));
    example.Save("src/noise.bin", contents[round % 2]);
    ASSERT_TRUE(Eventually([&] { return reader.last() == 1 + round % 2; }))
        << "round " << round << "\n"
        << push.Out() << push.Err();
    EXPECT_EQ(proxy_->cuts(), cuts + 1) << "round " << round;
  }
  EXPECT_EQ(reader.partial(), 0) << "of " << reader.whole() << " whole ones";
  EXPECT_NE(push.Out().find("connected again"), std::string::npos) << push.Out();
}

}  // namespace
}  // namespace hawser::e2e
