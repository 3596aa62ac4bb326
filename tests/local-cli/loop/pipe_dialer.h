// A dialer whose agents are in the test.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include "lib/base/bounded_queue.h"
#include "local-cli/loop/pod_link.h"
#include "tests/support/memory_pipe.h"

namespace hawser::testing {

/// Hands out one end of a pipe per Dial and keeps the agent's end, which says nothing by itself.
class PipeDialer final : public cli::AgentDialer {
 public:
  Result<cli::DialedAgent> Dial(const std::string&, Deadline, const std::stop_token&) override {
    StreamPair pair = MakeMemoryPipe();
    agents_.Push(std::make_shared<wire::Channel>(std::move(pair.second)));
    return std::make_unique<wire::Channel>(std::move(pair.first));
  }
  void ForgetKeys() override {}

  /// The agent's end of the next connection.
  std::shared_ptr<wire::Channel> Accept() {
    return agents_.Pop(In(std::chrono::seconds(20))).value_or(nullptr);
  }
  void Close() { agents_.Close(); }

 private:
  BoundedQueue<std::shared_ptr<wire::Channel>> agents_{256};
};

}  // namespace hawser::testing
