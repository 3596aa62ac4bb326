// The session's Secret: made, read back, and never another owner's.
#include "controller/keys.h"

#include <gtest/gtest.h>

#include "controller/resources.h"
#include "lib/base/base64.h"
#include "lib/kube/object.h"
#include "lib/net/certificate.h"
#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"
#include "tests/support/kube/session_objects.h"

namespace hawser::controller {
namespace {

using Kind = KeysState::Kind;
using nlohmann::json;

constexpr std::chrono::hours kYear{24 * 365};
const kube::ObjectKey kSecret{"team", "hawser-dev"};

class KeysTest : public ::testing::Test {
 protected:
  KeysState Read() {
    const auto state = ReadKeys(api_, devsession::ParseMetadata(object_));
    EXPECT_TRUE(state.ok()) << state.status();
    return state.value_or(KeysState{});
  }

  Status Write(Kind kind) {
    return WriteKeys(api_, object_, {.kind = kind}, clock_.WallNow(), kYear);
  }

  json Secret() { return api_.Get(kube::resources::kSecrets, kSecret).value(); }

  void Change(const json& patch) {
    const auto changed =
        api_.Patch(kube::resources::kSecrets, kSecret, kube::PatchType::kMerge, patch, "");
    ASSERT_TRUE(changed.ok()) << changed.status();
  }

  testing::FakeClock clock_;
  testing::FakeKubeApi api_{clock_};
  json object_ = testing::MakeSession();
};

TEST_F(KeysTest, MissingSecretIsAState) {
  EXPECT_EQ(Read().kind, Kind::kMissing);
}

TEST_F(KeysTest, MakesKeysThatTheSessionOwns) {
  ASSERT_EQ(Write(Kind::kMissing), OkStatus());
  const KeysState state = Read();
  EXPECT_EQ(state.kind, Kind::kValid);
  EXPECT_GE(state.expires, clock_.WallNow() + kYear - std::chrono::seconds(1));
  EXPECT_EQ(kube::ControllerOf(Secret())->uid, "s-dev");
  EXPECT_EQ(kube::LabelOf(Secret(), devsession::kSessionLabel), "dev");
}

TEST_F(KeysTest, TellsKeysThatDoNotBelongTogether) {
  ASSERT_EQ(Write(Kind::kMissing), OkStatus());
  const auto other = net::MakeSessionKeys("team/dev", clock_.WallNow(), kYear);
  ASSERT_TRUE(other.ok()) << other.status();
  Change({{"data", {{devsession::kSecretAgentKey, EncodeBase64(other->agent_key)}}}});
  EXPECT_EQ(Read().kind, Kind::kInvalid);
}

TEST_F(KeysTest, TellsKeysThatAreIncomplete) {
  ASSERT_EQ(Write(Kind::kMissing), OkStatus());
  Change({{"data", {{devsession::kSecretClientCert, nullptr}}}});
  EXPECT_EQ(Read().kind, Kind::kInvalid);
  Change({{"data", {{devsession::kSecretClientCert, "not base64!"}}}});
  EXPECT_EQ(Read().kind, Kind::kInvalid);
}

TEST_F(KeysTest, ReplacesItsOwnKeys) {
  ASSERT_EQ(Write(Kind::kMissing), OkStatus());
  const json before = Secret();
  ASSERT_EQ(Write(Kind::kValid), OkStatus());
  EXPECT_NE(Secret()["data"], before["data"]);
  EXPECT_EQ(Read().kind, Kind::kValid);
}

TEST_F(KeysTest, NeverTouchesAnotherOwnersSecret) {
  json foreign = kube::MakeObject(kube::resources::kSecrets, kSecret);
  foreign["data"] = {{"password", "c2VjcmV0"}};
  ASSERT_TRUE(api_.Create(kube::resources::kSecrets, "team", foreign).ok());
  EXPECT_EQ(Read().kind, Kind::kForeign);
  EXPECT_EQ(Write(Kind::kMissing).code(), Code::kAborted);
  EXPECT_EQ(Secret()["data"], foreign["data"]);
}

TEST_F(KeysTest, TakesASessionOfTheSameNameForAnother) {
  ASSERT_EQ(Write(Kind::kMissing), OkStatus());
  object_["metadata"]["uid"] = "s-new";
  EXPECT_EQ(Read().kind, Kind::kForeign) << "until the garbage collector takes the old Secret";
}

TEST_F(KeysTest, PassesTheServersFailureOn) {
  api_.FailCall(1, UnavailableError("cut"));
  const auto state = ReadKeys(api_, devsession::ParseMetadata(object_));
  EXPECT_EQ(state.status().code(), Code::kUnavailable);
}

}  // namespace
}  // namespace hawser::controller
