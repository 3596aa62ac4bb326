// WWW-Authenticate headers as registries write them, and broken ones.
#include "lib/oci/challenge.h"

#include <gtest/gtest.h>

namespace hawser::oci {
namespace {

TEST(ChallengeTest, ReadsSchemeAndParameters) {
  EXPECT_EQ(ParseChallenge(R"(Bearer realm="https://auth.example/token",service="reg")"),
            (Challenge{"bearer", {{"realm", "https://auth.example/token"}, {"service", "reg"}}}));
  EXPECT_EQ(ParseChallenge("  BASIC  Realm = plain , Charset=\"UTF-8\" "),
            (Challenge{"basic", {{"realm", "plain"}, {"charset", "UTF-8"}}}));
  EXPECT_EQ(ParseChallenge("Negotiate"), (Challenge{"negotiate", {}}));
}

TEST(ChallengeTest, QuotedValuesKeepCommasAndEscapes) {
  EXPECT_EQ(ParseChallenge(R"(Bearer scope="a,b=c",realm="say \"hi\" \\")"),
            (Challenge{"bearer", {{"scope", "a,b=c"}, {"realm", R"(say "hi" \)"}}}));
}

TEST(ChallengeTest, StopsBeforeTheNextChallenge) {
  EXPECT_EQ(ParseChallenge(R"(Bearer realm="a",service="b", Basic realm="c")"),
            (Challenge{"bearer", {{"realm", "a"}, {"service", "b"}}}));
  EXPECT_EQ(ParseChallenge(R"(Bearer realm="a", Negotiate)"),
            (Challenge{"bearer", {{"realm", "a"}}}));
}

TEST(ChallengeTest, RefusesWhatIsNoChallenge) {
  for (const char* header :
       {"", "   ", R"(Bearer realm="open)", R"(Bearer realm="open\)", R"(Bearer ="nameless")",
        R"(Bearer realm="a"service="b")", R"(realm="no scheme")", "Bearer realm"}) {
    EXPECT_EQ(ParseChallenge(header), std::nullopt) << header;
  }
  EXPECT_EQ(ParseChallenge("Bearer realm=\"" + std::string(8192, 'x') + "\""), std::nullopt);
}

}  // namespace
}  // namespace hawser::oci
