// The contract of kube::Api against the cluster that KUBECONFIG names, and a port-forward through
// it.
#include <gtest/gtest.h>

#include <cstdlib>

#include "lib/kube/config.h"
#include "lib/kube/object.h"
#include "tests/support/kube/kube_api_contract_cases.h"

namespace hawser::testing {
namespace {

using nlohmann::json;

// A namespace that lives as long as the test binary.
class OwnNamespace {
 public:
  explicit OwnNamespace(std::shared_ptr<kube::Api> api)
      : api_(std::move(api)), name_("hawser-contract-" + RandomHex(4)) {
    const json object = kube::MakeObject(kube::resources::kNamespaces, {{}, name_});
    const auto created = api_->Create(kube::resources::kNamespaces, {}, object);
    EXPECT_TRUE(created.ok()) << created.status();
  }
  ~OwnNamespace() { EXPECT_TRUE(api_->Delete(kube::resources::kNamespaces, {{}, name_}).ok()); }
  OwnNamespace(const OwnNamespace&) = delete;
  OwnNamespace& operator=(const OwnNamespace&) = delete;

  ApiUnderTest UnderTest() const { return {api_, name_}; }

 private:
  std::shared_ptr<kube::Api> api_;
  std::string name_;
};

bool HaveCluster() {
  return std::getenv("KUBECONFIG") != nullptr;
}

ApiFactory RealApi() {
  return []() -> std::optional<ApiUnderTest> {
    if (!HaveCluster()) return std::nullopt;
    static const std::unique_ptr<OwnNamespace> own = []() -> std::unique_ptr<OwnNamespace> {
      const auto config = kube::LoadConfig({});
      EXPECT_TRUE(config.ok()) << config.status();
      if (!config.ok()) return nullptr;
      auto api = kube::MakeApi(*config);
      EXPECT_TRUE(api.ok()) << api.status();
      return api.ok() ? std::make_unique<OwnNamespace>(*std::move(api)) : nullptr;
    }();
    return own == nullptr ? ApiUnderTest() : own->UnderTest();
  };
}

INSTANTIATE_TEST_SUITE_P(Real, KubeApiContract, ::testing::Values(RealApi()));

class KubeApiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!HaveCluster()) GTEST_SKIP() << "KUBECONFIG is not set";
    config_ = kube::LoadConfig({});
    ASSERT_TRUE(config_.ok()) << config_.status();
  }

  Result<kube::ClusterConfig> config_ = UnavailableError("not read yet");
};

TEST_F(KubeApiTest, PortForwardToMissingPodIsNotFound) {
  const auto stream =
      kube::OpenPortForward(*config_, {"default", "no-such-pod"}, 80, In(std::chrono::seconds(10)));
  EXPECT_EQ(stream.status().code(), Code::kNotFound) << stream.status();
}

TEST_F(KubeApiTest, RawPathAnswersText) {
  const auto api = kube::MakeApi(*config_);
  ASSERT_TRUE(api.ok()) << api.status();
  const auto version = (*api)->GetRaw("/version");
  ASSERT_TRUE(version.ok()) << version.status();
  EXPECT_NE(version->find("gitVersion"), std::string::npos);
}

}  // namespace
}  // namespace hawser::testing
