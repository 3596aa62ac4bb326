// Places for strangers, in a time that the test moves.
#include "agent/serve/gate.h"

#include <gtest/gtest.h>

namespace hawser::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kGateStart{std::chrono::hours(1)};

TEST(GateTest, HasSoManyPlacesAndGivesThoseOfClientsBackAtOnce) {
  Gate gate({.places = 2});
  EXPECT_TRUE(gate.Enter(kGateStart));
  EXPECT_TRUE(gate.Enter(kGateStart));
  EXPECT_FALSE(gate.Enter(kGateStart));
  EXPECT_FALSE(gate.Enter(kGateStart + seconds(60))) << "an open handshake keeps its place";
  gate.Leave(/*proved=*/true, kGateStart);
  EXPECT_TRUE(gate.Enter(kGateStart));
  EXPECT_FALSE(gate.Enter(kGateStart));
}

TEST(GateTest, KeepsThePlaceOfAFailureForAWhile) {
  Gate gate({.places = 1, .after_failure = milliseconds(250)});
  ASSERT_TRUE(gate.Enter(kGateStart));
  gate.Leave(/*proved=*/false, kGateStart);
  EXPECT_FALSE(gate.Enter(kGateStart + milliseconds(249)));
  EXPECT_TRUE(gate.Enter(kGateStart + milliseconds(250)));
}

TEST(GateTest, BoundsTheHandshakesOfWhoNeverProvesAnything) {
  Gate gate;
  int handshakes = 0;
  for (TimePoint now = kGateStart; now < kGateStart + seconds(10); now += milliseconds(1)) {
    if (!gate.Enter(now)) continue;
    ++handshakes;
    gate.Leave(/*proved=*/false, now);
  }
  EXPECT_LE(handshakes, 10 * 32);
  EXPECT_GE(handshakes, 10 * 30);
}

TEST(GateTest, TellsOfRefusalsSeldom) {
  Gate gate({.tell_every = seconds(10)});
  EXPECT_TRUE(gate.ShouldTell(kGateStart));
  EXPECT_FALSE(gate.ShouldTell(kGateStart + milliseconds(9'999)));
  EXPECT_TRUE(gate.ShouldTell(kGateStart + seconds(10)));
}

}  // namespace
}  // namespace hawser::agent
