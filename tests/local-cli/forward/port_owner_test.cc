// Who has a port: the kernel's table, and a port of this very process.
#include "local-cli/forward/port_owner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "lib/net/socket.h"

namespace hawser::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kTable[] =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n"
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 "
    "4711 1 "
    "0000000000000000 100 0 0 10 0\n"
    "   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 "
    "4712 1\n"
    "   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 99 "
    "1\n";

TEST(PortOwnerTest, ReadsListeningSocketsOnly) {
  EXPECT_THAT(ParseListening(kTable, 8080), ElementsAre(ListeningSocket{4711, 1000}));
  EXPECT_THAT(ParseListening(kTable, 80), ElementsAre(ListeningSocket{99, 0}));
  EXPECT_THAT(ParseListening(kTable, 81), IsEmpty());
}

TEST(PortOwnerTest, PassesOverWhatItDoesNotKnow) {
  for (const char* table : {"", "\n\n", "0: a:1F90 b 0A 1 2 3 x y z", "0: 1F90 b 0A 1 2 3 4 5 6",
                            "0: a:FFFFFFFF b 0A 1 2 3 4 5 6", "0: a:1F90 b 0A"}) {
    EXPECT_THAT(ParseListening(table, 8080), IsEmpty()) << table;
  }
}

TEST(PortOwnerTest, NamesThisProcess) {
  for (const char* address : {"127.0.0.1", "0.0.0.0"}) {
    const auto listening = net::ListenTcp(address, 0);
    ASSERT_TRUE(listening.ok());
    EXPECT_THAT(PortOwner(listening->port),
                HasSubstr("(process " + std::to_string(::getpid()) + ")"));
  }
}

TEST(PortOwnerTest, SaysNothingOfAFreePort) {
  auto listening = net::ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(listening.ok());
  listening->listener.reset();
  EXPECT_EQ(PortOwner(listening->port), "");
}

}  // namespace
}  // namespace hawser::cli
