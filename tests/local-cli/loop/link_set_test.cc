// What becomes of links whose pods went.
#include "local-cli/loop/link_set.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/local-cli/loop/pipe_dialer.h"
#include "tests/support/temp_dir.h"

namespace hawser::cli {
namespace {

TEST(LinkSetTest, LetsGoOfWhatItKnowsOfPodsThatWent) {
  const testing::TempDir dir;
  testing::PipeDialer dialer;
  sync::SendingContent content(dir.path());
  const SystemClock clock;
  LinkSet links({.dialer = dialer,
                 .content = content,
                 .clock = clock,
                 .hello = MakeHello(wire::Role::kPush, {.ns = "dev", .name = "api"})},
                [](const LinkEvent&) {});
  const auto held = std::make_shared<sync::Snapshot>();
  links.Publish(held);
  for (int pod = 0; pod < 5; ++pod) {
    links.Open({.name = "pod", .uid = std::to_string(pod), .agent_running = true});
  }
  for (int pod = 0; pod < 5; ++pod) links.Close(std::to_string(pod));
  const auto next = std::make_shared<sync::Snapshot>();
  for (const Deadline deadline = In(std::chrono::seconds(20)); held.use_count() > 1;) {
    ASSERT_LT(In({}), deadline) << held.use_count() << " hold on to it";
    std::this_thread::yield();
    links.Publish(next);
  }
}

}  // namespace
}  // namespace hawser::cli
