// Manifests and indexes: what they lead to, and what is wrong with those that lead nowhere.
#include "lib/oci/manifest.h"

#include <gtest/gtest.h>

#include "tests/lib/oci/fake_registry.h"

namespace hawser::oci {
namespace {

using testing::DigestOf;

std::string Entry(const std::string& digest, const std::string& os,
                  const std::string& architecture) {
  return R"({"digest":")" + digest + R"(","platform":{"os":")" + os + R"(","architecture":")" +
         architecture + R"("}})";
}

TEST(ManifestTest, LeadsToItsConfig) {
  const std::string digest = DigestOf("config");
  const auto target = ParseManifest(R"({"config":{"digest":")" + digest + R"("}})", "amd64");
  ASSERT_TRUE(target.ok()) << target.status();
  EXPECT_EQ(*target, (ManifestTarget{.is_manifest = false, .digest = digest}));
}

TEST(ManifestTest, LeadsFromAnIndexToTheImageOfTheArchitecture) {
  const std::string index = R"({"manifests":[)" + Entry(DigestOf("a"), "linux", "arm64") + "," +
                            Entry(DigestOf("b"), "linux", "amd64") + "," +
                            Entry(DigestOf("c"), "linux", "amd64") + "]}";
  EXPECT_EQ(*ParseManifest(index, "amd64"), (ManifestTarget{true, DigestOf("b")}));
  EXPECT_EQ(*ParseManifest(index, "arm64"), (ManifestTarget{true, DigestOf("a")}));
}

TEST(ManifestTest, NamesWhatAnIndexHasWithinBounds) {
  const auto message = [](const std::string& entries) {
    const Status status = ParseManifest(R"({"manifests":[)" + entries + "]}", "amd64").status();
    EXPECT_EQ(status.code(), Code::kNotFound);
    return status.message();
  };
  EXPECT_EQ(message(""), "no image for linux/amd64; the index has none");
  EXPECT_EQ(message(Entry("", "linux", "arm64") + "," + Entry("", "plan9", "mips")),
            "no image for linux/amd64; the index has linux/arm64, plan9/mips");
  const std::string long_name = Entry("", std::string(100'000, 'x'), "amd64");
  std::string many = long_name;
  for (int i = 0; i < 1000; ++i) many += "," + Entry("", "plan9", "mips");
  EXPECT_LT(message(many).size(), 2000U);
}

TEST(ManifestTest, TakesJsonUpToItsDepth) {
  const auto nested = [](size_t levels) {
    return R"({"annotations":)" + std::string(levels, '[') + R"("]]{{\"[")" +
           std::string(levels, ']') + R"(,"config":{"digest":")" + DigestOf("c") + R"("}})";
  };
  EXPECT_TRUE(ParseManifest(nested(31), "amd64").ok());
  const Status status = ParseManifest(nested(32), "amd64").status();
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_EQ(status.message(), "manifest: nested deeper than 32 levels");
}

TEST(ManifestTest, BracketsInTextAreNoDepth) {
  const std::string brackets(1000, '[');
  EXPECT_TRUE(ParseManifest(R"({"a":"\\\")" + brackets + R"(","b":"\\","config":{"digest":")" +
                                DigestOf("c") + R"("}})",
                            "amd64")
                  .ok());
}

}  // namespace
}  // namespace hawser::oci
