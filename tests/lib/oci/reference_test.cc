// Image references: Docker's short forms spelt out, and what may not stand in one.
#include "lib/oci/reference.h"

#include <gtest/gtest.h>

namespace hawser::oci {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

TEST(ReferenceTest, SpellsOutShortForms) {
  const std::vector<std::pair<std::string, std::string>> forms = {
      {"api", "docker.io/library/api:latest"},
      {"api:1.2", "docker.io/library/api:1.2"},
      {"team/api", "docker.io/team/api:latest"},
      {"docker.io/api", "docker.io/library/api:latest"},
      {"index.docker.io/team/api", "docker.io/team/api:latest"},
      {"localhost/api", "localhost/api:latest"},
      {"localhost:5000/api", "localhost:5000/api:latest"},
      {"registry:5000/team/api:1", "registry:5000/team/api:1"},
      {"registry.example/a/b/c", "registry.example/a/b/c:latest"},
      {"[::1]:5000/api", "[::1]:5000/api:latest"},
      {"api@" + kDigest, "docker.io/library/api@" + kDigest},
      {"api:1@" + kDigest, "docker.io/library/api:1@" + kDigest},
      {"a__b/c-d.e_f---g", "docker.io/a__b/c-d.e_f---g:latest"},
      {"localhost:5000", "docker.io/library/localhost:5000"}};
  for (const auto& [text, whole] : forms) {
    const Result<Reference> reference = ParseReference(text);
    ASSERT_TRUE(reference.ok()) << reference.status();
    EXPECT_EQ(reference->ToString(), whole);
    EXPECT_EQ(*ParseReference(whole), *reference);
  }
}

TEST(ReferenceTest, TakesApart) {
  const Reference expected{"registry.example:5000", "team/api", "v1", kDigest};
  EXPECT_EQ(*ParseReference("registry.example:5000/team/api:v1@" + kDigest), expected);
}

TEST(ReferenceTest, NamesThePartThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"", "1 to 512"},
      {std::string(513, 'a'), "1 to 512"},
      {"Team/api", "repository"},
      {"api/", "repository"},
      {"/api", "repository"},
      {"a//b", "repository"},
      {"a/../b", "repository"},
      {"a..b", "repository"},
      {"a._b", "repository"},
      {"a___b", "repository"},
      {"a b", "repository"},
      {"registry.example/", "repository"},
      {"api:", "colon"},
      {"api:-x", "tag"},
      {"api:" + std::string(129, 'x'), "tag"},
      {"api@", "@"},
      {"api@sha256:12", "digest"},
      {"api@md5:" + std::string(64, 'a'), "digest"},
      {"api@sha256:" + std::string(64, 'A'), "digest"},
      {"reg?x.y/api", "registry"},
      {"registry:/api", "registry"},
      {"registry:50000000/api", "registry"},
      {"a:b:c/api", "registry"},
      {"[::1/api", "registry"}};
  for (const auto& [text, part] : wrong) {
    const Status status = ParseReference(text).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << text;
    EXPECT_NE(status.message().find(part), std::string::npos) << text << ": " << status;
  }
}

TEST(ReferenceTest, MessagesAreSafeToPrint) {
  const Status status = ParseReference("api\x1b[2J").status();
  EXPECT_EQ(status.message().find('\x1b'), std::string::npos) << status;
}

}  // namespace
}  // namespace hawser::oci
