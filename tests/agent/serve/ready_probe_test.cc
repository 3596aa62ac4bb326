// When the app counts as ready: its port accepts, or it ran a moment.
#include "agent/serve/ready_probe.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "lib/base/bounded_queue.h"
#include "lib/net/socket.h"

namespace hawser::agent {
namespace {

constexpr Duration kReadyPatience = std::chrono::seconds(30);

class ReadyProbeTest : public ::testing::Test {
 protected:
  /// A port of this machine that nobody listens on.
  static uint16_t FreePort() { return net::ListenTcp("127.0.0.1", 0)->port; }

  static bool HasIpv6Loopback() {
    std::ifstream addresses("/proc/net/if_inet6");
    for (std::string line; std::getline(addresses, line);) {
      if (line.starts_with("00000000000000000000000000000001 ")) return true;
    }
    return false;
  }

  BoundedQueue<uint64_t> ready_{16};
  ReadyProbe probe_{[this](uint64_t number) { ready_.Push(number); }};
};

TEST_F(ReadyProbeTest, TellsWhenThePortAccepts) {
  const uint16_t port = FreePort();
  probe_.Watch(1, port);
  EXPECT_EQ(ready_.Pop(In(std::chrono::milliseconds(100))), std::nullopt) << "nobody listens yet";
  const auto app = net::ListenTcp("127.0.0.1", port);
  ASSERT_TRUE(app.ok()) << app.status();
  EXPECT_EQ(ready_.Pop(In(kReadyPatience)), 1U);
}

TEST_F(ReadyProbeTest, FindsAnAppThatListensOnlyOnTheOtherLoopback) {
  if (!HasIpv6Loopback()) GTEST_SKIP() << "this machine has no address ::1";
  const auto app = net::ListenTcp("::1", 0);
  ASSERT_TRUE(app.ok()) << app.status();
  probe_.Watch(2, app->port);
  EXPECT_EQ(ready_.Pop(In(kReadyPatience)), 2U);
}

TEST_F(ReadyProbeTest, ForgetsTheBatchBefore) {
  probe_.Watch(3, FreePort());
  probe_.Watch(4, 0);
  EXPECT_EQ(ready_.Pop(In(kReadyPatience)), 4U);
  EXPECT_EQ(ready_.Pop(In(std::chrono::milliseconds(20))), std::nullopt);
}

TEST_F(ReadyProbeTest, EndsWhileItWaits) {
  ReadyProbe ending([](uint64_t) {});
  ending.Watch(5, FreePort());  // its destructor must not wait the minute out
}

}  // namespace
}  // namespace hawser::agent
