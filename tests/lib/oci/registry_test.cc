// Reading an image's config: from the reference through manifest and index to the blob, all
// verified.
#include "lib/oci/registry.h"

#include <gtest/gtest.h>

#include "lib/http/transport.h"
#include "tests/lib/http/hostile_server.h"
#include "tests/lib/oci/fake_registry.h"

namespace hawser::oci {
namespace {

using testing::AnsweringForEver;
using testing::DigestOf;
using testing::Dripping;
using testing::FakeRegistry;
using testing::HeaderOf;
using testing::HostileServer;

constexpr char kServerConfig[] = R"({"config":{"Entrypoint":["/server"]}})";
constexpr char kOtherConfig[] = R"({"config":{"Entrypoint":["/other"]}})";

SenderFactory Http() {
  return [](const std::string& url) { return http::MakeBoundedSender({.base_url = url}); };
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

/// A list in a list and so on.
std::string Deep(size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

TEST_F(RegistryTest, RefusesJsonNestedTooDeep) {
  for (const std::string& manifest :
       {R"({"config":)" + Deep(100'000) + "}",
        R"({"manifests":[{"platform":)" + Deep(100'000) + "}]}",
        R"({"manifests":)" + Deep(100'000) + "}", R"({"other":)" + Deep(100'000) + "}"}) {
    registry_.AddManifest("v1", manifest);
    const Status status = Read(Image("v1")).status();
    EXPECT_EQ(status.code(), Code::kDataLoss);
    EXPECT_NE(status.message().find("nested deeper than 32"), std::string::npos) << status;
  }
  registry_.AddImage("v1", R"({"config":{"Cmd":)" + Deep(100'000) + "}}");
  const Status status = Read(Image("v1")).status();
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_NE(status.message().find("image config: nested deeper than 32"), std::string::npos)
      << status;
}

TEST_F(RegistryTest, RefusesAnIndexInAnIndex) {
  const std::string inner = registry_.AddManifest("inner", IndexOf(DigestOf("a"), DigestOf("b")));
  registry_.AddManifest("v1", IndexOf(inner, inner));
  const Status status = Read(Image("v1")).status();
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_EQ(registry_.requests().size(), 2U);
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

TEST_F(RegistryTest, ReadsAtMost1MiB) {
  const std::string limit(1U << 20, ' ');
  registry_.AddImage("v1", kServerConfig + limit.substr(sizeof kServerConfig - 1));
  EXPECT_TRUE(Read(Image("v1")).ok());
  registry_.AddImage("v2", kServerConfig + limit);
  EXPECT_EQ(Read(Image("v2")).status().code(), Code::kResourceExhausted);
}

/// What comes of asking a registry that answers every request with `script`.
Status ReadFrom(HostileServer::Script script, Duration timeout) {
  const HostileServer server(std::move(script));
  const Registry client({.insecure = {server.name()}, .timeout = timeout}, Http());
  const Status status =
      client.ReadConfig({.registry = server.name(), .repository = "api", .tag = "v1", .digest = {}})
          .status();
  EXPECT_NE(status.message().find("registry " + server.url()), std::string::npos) << status;
  return status;
}

TEST_F(RegistryTest, RefusesAnswersWithoutAnEnd) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::string piece(1024, 'x');
  const auto timeout = std::chrono::seconds(60);
  for (const char* begin : {"Endless: ", "\r\n"}) {
    const Status status = ReadFrom(AnsweringForEver(head + begin, piece), timeout);
    EXPECT_EQ(status.code(), Code::kResourceExhausted) << status;
  }
}

TEST_F(RegistryTest, EndsARegistryThatDripsInTime) {
  const Status status =
      ReadFrom(Dripping("HTTP/1.1 200 OK\r\n\r\n", " "), std::chrono::milliseconds(200));
  EXPECT_EQ(status.code(), Code::kDeadlineExceeded);
  EXPECT_NE(status.message().find("did not answer within 200.0 ms"), std::string::npos) << status;
}

TEST_F(RegistryTest, HasOneDeadlineForAllRequests) {
  const HostileServer storage(Dripping("HTTP/1.1 200 OK\r\n\r\n", " "));
  const std::string digest = DigestOf("a");
  registry_.AddManifest("v1", R"({"config":{"digest":")" + digest + R"("}})");
  registry_.Answer("/v2/team/api/blobs/" + digest,
                   {.status = 307, .headers = {{"Location", storage.url() + "/blob"}}});
  const Registry client({.insecure = {registry_.name()}, .timeout = std::chrono::milliseconds(200)},
                        Http());
  const TimePoint begun = std::chrono::steady_clock::now();
  const Status status = client.ReadConfig(Image("v1")).status();
  EXPECT_EQ(status.code(), Code::kDeadlineExceeded);
  EXPECT_NE(status.message().find("registry " + storage.url()), std::string::npos) << status;
  EXPECT_EQ(registry_.requests().size(), 2U);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
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
