// A cluster in memory for whole commands: a fake API server, and agents that follow a script.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>
#include <stop_token>
#include <string>

#include "local-cli/commands/command.h"
#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"

namespace hawser::cli {

/// What an agent does with a client that it has greeted; the connection ends when it returns.
using AgentScript = std::function<void(wire::Channel&)>;

/// Answers questions about status and restarts until the client goes: the app runs as pid 42.
void AnswerQuestions(wire::Channel& client);

/// Namespace "team" with session "dev" and its keys, without pods. Serves one command.
class FakeCluster {
 public:
  FakeCluster();
  ~FakeCluster();

  testing::FakeKubeApi& api() { return *api_; }
  /// Adds a running pod whose agent greets with `version` and then follows `script`.
  void AddPod(const std::string& name, const std::string& version, AgentScript script);
  /// Adds a running pod that confirmed the tree with this digest.
  void AddPodWithTree(const std::string& name, const Digest& tree, AgentScript script);
  /// Adds a pod whose agent does not run yet.
  void AddWaitingPod(const std::string& name);
  /// The configuration cannot be read.
  void BreakConfig(Status why) { broken_ = std::move(why); }
  /// Asks the command to stop, as Ctrl-C does, once its output holds `text`.
  void StopAfter(const std::string& text) { output_.stop_after = text; }

  /// What commands work with, printing text or JSON.
  Environment& Text() { return text_; }
  Environment& Json() { return json_; }

  std::string out() const { return output_.str(); }
  std::string err() const { return err_.str(); }
  /// The output as one document.
  nlohmann::json document() const { return nlohmann::json::parse(out()); }

 private:
  class Agents;
  struct Output : std::stringbuf {
    int sync() override;
    std::string stop_after;
    std::stop_source stop;
  };
  Result<Cluster> Connect();
  Environment MakeEnvironment(Renderer& renderer);

  const testing::FakeClock clock_;
  std::unique_ptr<testing::FakeKubeApi> unconnected_;
  testing::FakeKubeApi* const api_;
  const std::shared_ptr<Agents> agents_;
  Status broken_;
  Output output_;
  std::ostream out_{&output_};
  std::ostringstream err_;
  const std::unique_ptr<Renderer> text_renderer_;
  const std::unique_ptr<Renderer> json_renderer_;
  Environment text_;
  Environment json_;
};

}  // namespace hawser::cli
