// Reading an image's config: from the reference through manifest and index to the blob, all
// verified.
#include "lib/oci/registry.h"

#include <gtest/gtest.h>

#include "lib/http/transport.h"
#include "tests/lib/oci/fake_registry.h"

namespace hawser::oci {
namespace {

using testing::DigestOf;
using testing::FakeRegistry;
using testing::HeaderOf;

constexpr char kServerConfig[] = R"({"config":{"Entrypoint":["/server"]}})";
constexpr char kOtherConfig[] = R"({"config":{"Entrypoint":["/other"]}})";

TransportFactory Http() {
  return [](const std::string& url) { return http::MakeTransport({.base_url = url}); };
}

class RegistryTest : public ::testing::Test {
 protected:
  Reference Image(const std::string& tag, const std::string& digest = {}) const {
    return {.registry = registry_.name(), .repository = "team/api", .tag = tag, .digest = digest};
  }

  Result<ImageConfig> Read(const Reference& reference) const {
    const Registry client({.insecure = {registry_.name()}, .architecture = "amd64"}, Http());
    return client.ReadConfig(reference);
  }

  FakeRegistry registry_;
};

TEST_F(RegistryTest, ReadsTheConfigOfATaggedImage) {
  registry_.AddImage("v1", kServerConfig);
  const Result<ImageConfig> config = Read(Image("v1"));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->entrypoint, std::vector<std::string>{"/server"});
  EXPECT_NE(HeaderOf(registry_.requests().front(), "accept").find("oci.image.index"),
            std::string::npos);
}

TEST_F(RegistryTest, DigestOfTheReferenceWinsOverItsTag) {
  const std::string digest = registry_.AddImage("v1", kServerConfig);
  registry_.AddImage("v2", kOtherConfig);
  const Result<ImageConfig> config = Read(Image("v2", digest));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->entrypoint.front(), "/server");
}

std::string IndexOf(const std::string& amd64, const std::string& arm64) {
  const auto entry = [](const std::string& digest, const std::string& os,
                        const std::string& architecture) {
    return R"({"digest":")" + digest + R"(","platform":{"os":")" + os + R"(","architecture":")" +
           architecture + R"("}})";
  };
  return R"({"manifests":[)" + entry(DigestOf("attestation"), "unknown", "unknown") + "," +
         entry(arm64, "linux", "arm64") + "," + entry(DigestOf("w"), "windows", "amd64") + "," +
         entry(amd64, "linux", "amd64") + "]}";
}

TEST_F(RegistryTest, ChoosesTheLinuxImageOfItsArchitectureFromAnIndex) {
  const std::string amd64 = registry_.AddImage("a", kServerConfig);
  const std::string arm64 = registry_.AddImage("b", kOtherConfig);
  registry_.AddManifest("v1", IndexOf(amd64, arm64));
  const Result<ImageConfig> config = Read(Image("v1"));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->entrypoint.front(), "/server");
  const Registry arm({.insecure = {registry_.name()}, .architecture = "arm64"}, Http());
  EXPECT_EQ(arm.ReadConfig(Image("v1"))->entrypoint.front(), "/other");
}

TEST_F(RegistryTest, SaysWhatAnIndexOffersInPlaceOfItsArchitecture) {
  registry_.AddManifest("v1", IndexOf(DigestOf("a"), DigestOf("b")));
  const Registry other({.insecure = {registry_.name()}, .architecture = "riscv64"}, Http());
  const Status status = other.ReadConfig(Image("v1")).status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.message().find("linux/riscv64"), std::string::npos) << status;
  EXPECT_NE(status.message().find("linux/arm64, windows/amd64, linux/amd64"), std::string::npos)
      << status;
}

TEST_F(RegistryTest, RefusesManifestsAndBlobsThatAreNotTheirDigest) {
  const std::string digest = registry_.AddImage("v1", kServerConfig);
  registry_.Answer("/v2/team/api/blobs/" + DigestOf(kServerConfig),
                   {.status = 200, .body = kOtherConfig});
  EXPECT_EQ(Read(Image("v1")).status().code(), Code::kDataLoss);
  registry_.Answer("/v2/team/api/manifests/" + digest, {.status = 200, .body = "{}"});
  EXPECT_EQ(Read(Image("v1", digest)).status().code(), Code::kDataLoss);
  registry_.AddManifest("v2", IndexOf(digest, digest));
  EXPECT_EQ(Read(Image("v2")).status().code(), Code::kDataLoss);
}

TEST_F(RegistryTest, RefusesManifestsOfAnotherShape) {
  for (const char* manifest :
       {"", "{", "[]", "7", R"({"config":5})", R"({"config":{"digest":7}})", "{}",
        R"({"config":{"digest":"sha256:short"}})", R"({"config":{"digest":"../../secret"}})",
        R"({"manifests":[{"digest":"../x","platform":{"os":"linux","architecture":"amd64"}}]})"}) {
    registry_.AddManifest("v1", manifest);
    EXPECT_EQ(Read(Image("v1")).status().code(), Code::kDataLoss) << manifest;
  }
  registry_.AddManifest("v1", R"({"manifests":[5,null,{"platform":6},{"platform":{"os":[]}}]})");
  EXPECT_EQ(Read(Image("v1")).status().code(), Code::kNotFound);
  EXPECT_EQ(registry_.RequestsFor("/v2/team/api/blobs").size(), 0U);
}

TEST_F(RegistryTest, ReadsAtMost4MiB) {
  const std::string limit(4U << 20, ' ');
  registry_.AddImage("v1", kServerConfig + limit.substr(sizeof kServerConfig - 1));
  EXPECT_TRUE(Read(Image("v1")).ok());
  registry_.AddImage("v2", kServerConfig + limit);
  EXPECT_EQ(Read(Image("v2")).status().code(), Code::kResourceExhausted);
}

TEST_F(RegistryTest, NamesARegistryThatDoesNotAnswer) {
  const Registry client({.insecure = {"127.0.0.1:1"}}, Http());
  const Status status =
      client.ReadConfig({.registry = "127.0.0.1:1", .repository = "api", .tag = "v1"}).status();
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_NE(status.message().find("registry http://127.0.0.1:1"), std::string::npos) << status;
}

}  // namespace
}  // namespace hawser::oci
