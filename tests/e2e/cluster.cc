// Runs kubectl and hawser, and polls what they show.
#include "tests/e2e/cluster.h"

#include <cstdlib>
#include <thread>

#include "lib/base/random.h"
#include "lib/kube/object.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;

constexpr auto kPollInterval = std::chrono::milliseconds(150);

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

Cluster::Cluster() : ns_("hawser-e2e-" + RandomHex(4)) {
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
  const Outcome outcome = TryKubectl({"get", object, "-o", "json", "--ignore-not-found"});
  return outcome.out.empty() ? json() : json::parse(outcome.out, nullptr, false);
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
  if (TestImage("HAWSER_TEST_IMAGE").empty()) {
    GTEST_SKIP() << "HAWSER_TEST_IMAGE is not set; scripts/test builds the images and sets it";
  }
  cluster_ = std::make_unique<Cluster>();
}

void ClusterTest::TearDown() {
  if (cluster_ == nullptr || !HasFailure()) return;
  std::cerr << cluster_->Kubectl({"get", "devsessions,pods", "-o", "wide"})
            << cluster_->Kubectl({"get", "events", "--sort-by=.lastTimestamp"});
}

std::string TestImage(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

}  // namespace hawser::e2e
