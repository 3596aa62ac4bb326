// Agents speak the real protocol over TLS and memory pipes; the API server is the fake one.
#include "tests/local-cli/commands/fake_cluster.h"

#include <gtest/gtest.h>

#include <list>
#include <map>
#include <mutex>
#include <thread>

#include "lib/base/base64.h"
#include "lib/net/certificate.h"
#include "local-cli/cluster/sessions.h"
#include "tests/support/kube/session_objects.h"
#include "tests/support/memory_pipe.h"

namespace hawser::cli {

namespace {

using nlohmann::json;

constexpr Duration kPatience = std::chrono::seconds(20);
constexpr char kNamespace[] = "team";

const net::SessionKeys& Keys() {
  static const net::SessionKeys keys =
      net::MakeSessionKeys("team/dev", std::chrono::system_clock::now(), std::chrono::hours(1))
          .value();
  return keys;
}

json KeySecret() {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata", {{"name", devsession::SecretName("dev")}}},
          {"data",
           {{"ca.crt", EncodeBase64(Keys().ca)},
            {"client.crt", EncodeBase64(Keys().client_cert)},
            {"client.key", EncodeBase64(Keys().client_key)}}}};
}

/// Creates an object and then, as controllers do, its status.
void Store(testing::FakeKubeApi& api, const kube::Resource& resource, json object) {
  json& metadata = object["metadata"];
  for (const char* field : {"uid", "generation", "resourceVersion", "creationTimestamp"}) {
    metadata.erase(field);
  }
  const std::string name = metadata["name"];
  ASSERT_TRUE(api.Create(resource, kNamespace, object).ok()) << object;
  const json status{{"status", object.value("status", json::object())}};
  ASSERT_TRUE(api.Patch(resource, {.ns = kNamespace, .name = name}, kube::PatchType::kMerge, status,
                        "status")
                  .ok());
}

}  // namespace

void AnswerQuestions(wire::Channel& client) {
  while (true) {
    const Result<wire::Message> question = client.Receive(In(kPatience));
    if (!question.ok()) return;
    wire::Message answer = wire::StatusReply{.app = wire::AppState::kRunning, .pid = 42};
    if (std::holds_alternative<wire::RestartRequest>(*question)) {
      answer = wire::RestartResult{.ok = true, .pid = 42};
    }
    (void)client.Send(answer, In(kPatience));
  }
}

/// Serves each connection on a thread of its own, which ends when the client hangs up.
class FakeCluster::Agents {
 public:
  void Add(const std::string& pod, wire::Welcome welcome, AgentScript script) {
    const std::lock_guard lock(mutex_);
    agents_[pod] = {.welcome = std::move(welcome), .script = std::move(script)};
  }

  Result<std::unique_ptr<net::ByteStream>> Open(const std::string& pod) {
    const std::lock_guard lock(mutex_);
    const auto agent = agents_.find(pod);
    if (agent == agents_.end()) return UnavailableError("nothing listens in pod " + pod);
    testing::StreamPair pair = testing::MakeMemoryPipe();
    threads_.emplace_back([agent = agent->second, stream = std::move(pair.second)]() mutable {
      Serve(agent, std::move(stream));
    });
    return std::move(pair.first);
  }

 private:
  struct Agent {
    wire::Welcome welcome;
    AgentScript script;
  };

  static void Serve(const Agent& agent, std::unique_ptr<net::ByteStream> stream) {
    const auto context = net::MakeTlsServerContext(
        {.ca = Keys().ca, .certificate = Keys().agent_cert, .key = Keys().agent_key});
    auto secured = net::TlsAccept(std::move(stream), context.value(), In(kPatience));
    if (!secured.ok()) return;
    wire::Channel client(std::move(secured).value());
    if (!client.Receive(In(kPatience)).ok()) return;
    (void)client.Send(agent.welcome, In(kPatience));
    agent.script(client);
  }

  std::mutex mutex_;
  std::map<std::string, Agent> agents_;
  std::list<std::jthread> threads_;
};

namespace {

/// Lets a command own its tunnel while the agents live on.
class TunnelTo final : public PodTunnel {
 public:
  using Opener = std::function<Result<std::unique_ptr<net::ByteStream>>(const std::string& pod)>;
  explicit TunnelTo(Opener opener) : opener_(std::move(opener)) {}
  Result<std::unique_ptr<net::ByteStream>> Open(const kube::ObjectKey& pod, uint16_t, Deadline,
                                                const std::stop_token&) override {
    return opener_(pod.name);
  }

 private:
  const Opener opener_;
};

}  // namespace

FakeCluster::FakeCluster()
    : unconnected_(std::make_unique<testing::FakeKubeApi>(clock_)),
      api_(unconnected_.get()),
      agents_(std::make_shared<Agents>()),
      text_renderer_(MakeTextRenderer(out_, err_, {})),
      json_renderer_(MakeJsonRenderer(out_, clock_)),
      text_(MakeEnvironment(*text_renderer_)),
      json_(MakeEnvironment(*json_renderer_)) {
  api_->AddResource(kDevSessions);
  api_->SetRaw("/version", R"({"gitVersion": "v1.20.2"})");
  Store(*api_, kDevSessions, testing::MakeSession());
  EXPECT_TRUE(api_->Create(kube::resources::kSecrets, kNamespace, KeySecret()).ok());
}

FakeCluster::~FakeCluster() = default;

int FakeCluster::Output::sync() {
  if (!stop_after.empty() && str().find(stop_after) != std::string::npos) stop.request_stop();
  return 0;
}

Environment FakeCluster::MakeEnvironment(Renderer& renderer) {
  return {.connect = [this] { return Connect(); },
          .renderer = renderer,
          .clock = clock_,
          .stop = output_.stop.get_token()};
}

Result<Cluster> FakeCluster::Connect() {
  HAWSER_RETURN_IF_ERROR(broken_);
  return Cluster{.api = std::move(unconnected_),
                 .tunnel = std::make_unique<TunnelTo>(
                     [agents = agents_](const std::string& pod) { return agents->Open(pod); }),
                 .ns = kNamespace,
                 .server = "https://cluster.example"};
}

void FakeCluster::AddPod(const std::string& name, const std::string& version, AgentScript script) {
  Store(*api_, kube::resources::kPods,
        testing::MakePod(name, testing::Running(), testing::Running()));
  agents_->Add(name, {.agent_version = version}, std::move(script));
}

void FakeCluster::AddPodWithTree(const std::string& name, const Digest& tree, AgentScript script) {
  Store(*api_, kube::resources::kPods,
        testing::MakePod(name, testing::Running(), testing::Running()));
  agents_->Add(name, {.agent_version = "1", .tree = tree, .last_batch = 1}, std::move(script));
}

void FakeCluster::AddWaitingPod(const std::string& name) {
  Store(*api_, kube::resources::kPods,
        testing::MakePod(name, testing::Waiting("ImagePullBackOff", "no such image"),
                         testing::Running()));
}

}  // namespace hawser::cli
