// A tunnel that is cut in the middle of batches, and a reader in the container that sees only whole
// files.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>
#include <vector>

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

// Reads a file over and over and counts how often it was one of the versions, whole.
class Reader {
 public:
  Reader(std::string path, const std::vector<std::string>& versions)
      : thread_([this, path = std::move(path), &versions](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            const auto seen = std::find(versions.begin(), versions.end(), ReadAll(path));
            ++(seen == versions.end() ? partial_ : whole_);
            last_ = static_cast<int>(seen - versions.begin());
          }
        }) {}
  // The version seen last, counted from 0.
  int last() const { return last_; }
  int whole() const { return whole_; }
  int partial() const { return partial_; }

 private:
  std::atomic<int> last_ = -1;
  std::atomic<int> whole_ = 0;
  std::atomic<int> partial_ = 0;
  std::jthread thread_;
};

class TunnelTest : public LocalClusterTest {
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
  // A new one for each round: what a pod has held before would not travel again.
  std::vector<std::string> versions(1 + kRounds);
  for (std::string& version : versions) version = Noise(random);
  SetUpProxy();
  const Example example(cluster(), "app");
  example.Save("src/noise.bin", versions[0]);
  Arguments watch = example.Watch();
  watch.insert(watch.end(), {"--kubeconfig", kubeconfig_, "--no-direct"});
  Background push(watch);
  const std::optional<pid_t> process = FirstProcess(example.ReadyPod().app_id);
  ASSERT_TRUE(process.has_value());
  const std::string root = "/proc/" + std::to_string(*process) + "/root";

  const Reader reader(root + "/app/src/noise.bin", versions);
  for (int round = 1; round <= kRounds; ++round) {
    const int cuts = proxy_->cuts();
    proxy_->CutAfter(static_cast<int64_t>(random() % kFileBytes));
    example.Save("src/noise.bin", versions[round]);
    ASSERT_TRUE(Eventually([&] { return reader.last() == round; })) << "round " << round << "\n"
                                                                    << push.Out() << push.Err();
    EXPECT_EQ(proxy_->cuts(), cuts + 1) << "round " << round;
  }
  EXPECT_EQ(reader.partial(), 0) << "of " << reader.whole() << " whole ones";
  EXPECT_NE(push.Out().find("connected again"), std::string::npos) << push.Out();
}

}  // namespace
}  // namespace hawser::e2e
