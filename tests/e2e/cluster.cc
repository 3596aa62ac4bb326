// Runs kubectl and hawser, and polls what they show.
#include "tests/e2e/cluster.h"

#include <unistd.h>

#include <cstdlib>
#include <map>
#include <thread>

#include "lib/base/random.h"
#include "lib/kube/config.h"
#include "lib/kube/object.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;

constexpr auto kPollInterval = std::chrono::milliseconds(50);

const std::map<std::string, kube::Resource> kResources = {
    {"daemonset", kube::resources::kDaemonSets},
    {"deployment", kube::resources::kDeployments},
    {"devsession", {"hawser.dev", "v1alpha1", "devsessions", "DevSession"}},
    {"devpolicy", {"hawser.dev", "v1alpha1", "devpolicies", "DevPolicy"}},
    {"pod", kube::resources::kPods},
    {"secret", kube::resources::kSecrets},
    {"service", kube::resources::kServices},
    {"ingress", kube::resources::kIngresses},
    {"statefulset", kube::resources::kStatefulSets},
};

std::unique_ptr<kube::Api> ConnectApi() {
  const auto config = kube::LoadConfig({});
  EXPECT_TRUE(config.ok()) << config.status();
  if (!config.ok()) return nullptr;
  auto api = kube::MakeApi(*config);
  EXPECT_TRUE(api.ok()) << api.status();
  return api.ok() ? *std::move(api) : nullptr;
}

Condition FindCondition(const json& object, const std::string& type) {
  const json* conditions = kube::Find(object, "/status/conditions");
  if (conditions == nullptr) return {};
  for (const json& condition : *conditions) {
    if (kube::StringAt(condition, "/type") != type) continue;
    return {.status = kube::StringAt(condition, "/status"),
            .reason = kube::StringAt(condition, "/reason"),
            .message = kube::StringAt(condition, "/message")};
  }
  return {};
}

}  // namespace

::testing::AssertionResult Eventually(const std::function<bool()>& holds, Duration limit) {
  const Deadline deadline = In(limit);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return ::testing::AssertionFailure()
             << "not within " << std::chrono::duration_cast<std::chrono::seconds>(limit).count()
             << " s";
    }
    std::this_thread::sleep_for(kPollInterval);
  }
  return ::testing::AssertionSuccess();
}

Cluster::Cluster() : ns_("hawser-e2e-" + RandomHex(4)), api_(ConnectApi()) {
  Kubectl({"create", "namespace", ns_});
}

Cluster::~Cluster() {
  Kubectl({"delete", "namespace", ns_, "--wait=false"});
}

Outcome Cluster::TryKubectl(Arguments arguments, const std::string& input) const {
  arguments.insert(arguments.begin(), {"kubectl", "-n", ns_});
  return RunProgram(arguments, input);
}

std::string Cluster::Kubectl(const Arguments& arguments, const std::string& input) const {
  const Outcome outcome = TryKubectl(arguments, input);
  EXPECT_TRUE(outcome.ok()) << "kubectl " << ::testing::PrintToString(arguments) << ": "
                            << outcome.err;
  return outcome.out;
}

json Cluster::Get(const std::string& object) const {
  const size_t slash = object.find('/');
  const auto resource = kResources.find(object.substr(0, slash));
  if (resource == kResources.end() || slash == std::string::npos) {
    ADD_FAILURE() << "no such kind of object: " << object;
    return {};
  }
  return api_->Get(resource->second, {ns_, object.substr(slash + 1)}).value_or(json());
}

Status Cluster::CreateSession(json session) const {
  session["metadata"]["namespace"] = ns_;
  return api_->Create(kResources.at("devsession"), ns_, session).status();
}

std::vector<json> Cluster::Pods(const std::string& label_selector) const {
  const kube::ListOptions options{.ns = ns_, .label_selector = label_selector};
  return api_->List(kube::resources::kPods, options).value_or(kube::ObjectList()).items;
}

std::string Cluster::Ask(const std::string& service_and_port) const {
  return api_->GetRaw("/api/v1/namespaces/" + ns_ + "/services/" + service_and_port + "/proxy/")
      .value_or(std::string());
}

Condition Cluster::ConditionOf(const std::string& session, const std::string& type) const {
  return FindCondition(Get("devsession/" + session), type);
}

Condition Cluster::Await(const std::string& session, const std::string& type,
                         const std::string& status, const std::string& reason) const {
  Condition seen;
  const auto holds = [&] {
    seen = ConditionOf(session, type);
    return seen.status == status && (reason.empty() || seen.reason == reason);
  };
  EXPECT_TRUE(Eventually(holds)) << "session " << session << ": " << type << " is " << seen.status
                                 << " " << seen.reason << ": " << seen.message << "; expected "
                                 << status << " " << reason;
  return seen;
}

std::string Cluster::ServedVersion(const std::string& service) const {
  const json answer = json::parse(Ask(service + ":http"), nullptr, false);
  return answer.is_object() ? answer.value("version", std::string()) : std::string();
}

Arguments Cluster::HawserCommand(const Arguments& arguments) const {
  Arguments command{std::string(HAWSER_BIN_DIR) + "/hawser"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  command.insert(command.end(), {"-n", ns_});
  return command;
}

json Cluster::Kubeconfig() const {
  return json::parse(Kubectl({"config", "view", "--raw", "--minify", "--flatten", "-o", "json"}));
}

void ClusterTest::SetUp() {
  if (std::getenv("KUBECONFIG") == nullptr) GTEST_SKIP() << "KUBECONFIG is not set";
  cluster_ = std::make_unique<Cluster>();
}

void ClusterTest::TearDown() {
  if (cluster_ == nullptr || !HasFailure()) return;
  std::cerr << cluster_->Kubectl({"get", "devsessions,pods", "-o", "wide"})
            << cluster_->Kubectl({"get", "events", "--sort-by=.lastTimestamp"});
}

void LocalClusterTest::SetUp() {
  ClusterTest::SetUp();
  if (IsSkipped() || HasFatalFailure()) return;
  const bool ours = cluster().Kubeconfig()["clusters"][0]["name"] == "testcluster";
  if (!ours || ::geteuid() != 0) GTEST_SKIP() << "needs a cluster of tests/cluster, and root";
}

std::string TestImage(const char* variable) {
  const char* value = std::getenv(variable);
  EXPECT_NE(value, nullptr) << variable
                            << " is not set; scripts/test builds the images and sets it";
  return value == nullptr ? "" : value;
}

}  // namespace hawser::e2e
