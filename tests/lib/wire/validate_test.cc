// What no receiver may act on, message by message.
#include <gtest/gtest.h>

#include "lib/wire/limits.h"
#include "lib/wire/messages.h"
#include "tests/lib/wire/samples.h"

namespace hawser::wire {
namespace {

using testing::FileEntry;
using testing::SampleMessages;

template <typename E>
E Unknown() {
  return static_cast<E>(99);
}

void ExpectRefused(const Message& message, std::string_view named) {
  const Status status = Validate(message);
  EXPECT_EQ(status.code(), Code::kInvalidArgument) << named;
  EXPECT_NE(status.message().find(named), std::string::npos)
      << status << " does not name " << named;
}

Message TreeOf(Entry entry) {
  return TreeReply{{{"/a", std::move(entry)}}, true};
}

Message One(Change change) {
  return Changes{{std::move(change)}};
}

TEST(ValidateTest, AcceptsEverySample) {
  for (const Message& message : SampleMessages())
    EXPECT_TRUE(Validate(message).ok()) << Validate(message);
}

TEST(ValidateTest, RefusesAnUnusableOpening) {
  ExpectRefused(Hello{0, 1, Role::kPush, "", "n/s", ""}, "min_version");
  ExpectRefused(Hello{2, 1, Role::kPush, "", "n/s", ""}, "min_version");
  ExpectRefused(Hello{1, 1, Unknown<Role>(), "", "n/s", ""}, "role");
  ExpectRefused(Hello{1, 1, Role::kPush, "", "", ""}, "session");
  ExpectRefused(Welcome{.version = 0}, "version");
  ExpectRefused(Welcome{.app = Unknown<AppState>()}, "app");
  ExpectRefused(Reject{Unknown<RejectReason>(), ""}, "reason");
  ExpectRefused(SupervisorHello{.version = 0}, "version");
  ExpectRefused(RestartOrder{.id = ""}, "id");
  ExpectRefused(RestartOrder{.id = "1", .rule = {.signal = 65}}, "signal");
}

TEST(ValidateTest, RefusesAnUnusableConfiguration) {
  ExpectRefused(Configure{.roots = {{"/", false}}}, "roots");
  ExpectRefused(Configure{.roots = {{"/a", false}, {"/a", true}}}, "twice");
  ExpectRefused(Configure{.steps = {{}}}, "steps");
  ExpectRefused(Configure{.steps = {{{"a\0b"}, 0}}}, "timeout_ms");
  ExpectRefused(Configure{.steps = {{{"a", std::string("b\0c", 3)}, 1}}}, "steps");
  ExpectRefused(Configure{.restart = {Unknown<RestartPolicy>(), 15, 0}}, "policy");
  ExpectRefused(Configure{.restart = {RestartPolicy::kProcess, 0, 0}}, "signal");
  ExpectRefused(Configure{.restart = {RestartPolicy::kProcess, 65, 0}}, "signal");
  ExpectRefused(Configure{.restart = {RestartPolicy::kProcess, 15, 3600001}}, "grace_ms");
}

TEST(ValidateTest, RefusesEntriesThatContradictTheirKind) {
  Entry file = FileEntry("x");
  file.mode = 04755;
  ExpectRefused(TreeOf(file), "mode");
  file = FileEntry("x");
  file.target = "y";
  ExpectRefused(TreeOf(file), "target");
  file = FileEntry("x");
  file.digest = {};
  ExpectRefused(TreeOf(file), "digest");
  ExpectRefused(TreeOf({.kind = EntryKind::kDirectory, .size = 1}), "directory");
  ExpectRefused(TreeOf({.kind = EntryKind::kDirectory, .mode = 01777}), "mode");
  ExpectRefused(TreeOf({.kind = EntryKind::kSymlink, .mode = 0777, .target = "x"}), "symlink");
  ExpectRefused(TreeOf({.kind = EntryKind::kSymlink, .mode = 0, .target = ""}), "target");
  ExpectRefused(TreeOf({.kind = EntryKind::kSymlink, .mode = 0, .target = std::string("a\0", 2)}),
                "target");
  ExpectRefused(TreeOf({.kind = Unknown<EntryKind>()}), "kind");
}

TEST(ValidateTest, RefusesATreeOutOfOrder) {
  ExpectRefused(TreeReply{{{"/b", FileEntry("x")}, {"/a", FileEntry("x")}}, true}, "path order");
  ExpectRefused(TreeReply{{{"/a", FileEntry("x")}, {"/a", FileEntry("x")}}, true}, "path order");
}

TEST(ValidateTest, RefusesChangesThatContradictThemselves) {
  const Digest base = Sha256("base");
  ExpectRefused(Changes{}, "changes");
  ExpectRefused(One({.remove = true, .path = "/a/../b"}), "normalised");
  ExpectRefused(One({.remove = true, .path = "/a", .encoding = Encoding::kWhole}), "encoding");
  ExpectRefused(
      One({.path = "/a", .entry = {.kind = EntryKind::kDirectory}, .encoding = Encoding::kWhole}),
      "encoding");
  ExpectRefused(One({.path = "/a", .entry = FileEntry("x"), .encoding = Unknown<Encoding>()}),
                "encoding");
  ExpectRefused(One({.path = "/a", .entry = FileEntry("x"), .encoding = Encoding::kPatch}), "base");
  ExpectRefused(
      One({.path = "/a", .entry = FileEntry("x"), .encoding = Encoding::kWhole, .base = base}),
      "base");
  Entry huge = FileEntry("x");
  huge.size = (4ULL << 30) + 1;
  ExpectRefused(One({.path = "/a", .entry = huge, .encoding = Encoding::kPatch, .base = base}),
                "size");
}

TEST(ValidateTest, RefusesABatchWithoutNumberOrOrder) {
  ExpectRefused(BatchBegin{.number = 0}, "number");
  ExpectRefused(BatchBegin{.number = 1, .change_count = 1000001}, "change_count");
  ExpectRefused(BatchBegin{.number = 1, .steps = {2, 1}}, "steps");
  ExpectRefused(BatchBegin{.number = 1, .steps = {256}}, "steps");
  ExpectRefused(BatchEnd{0}, "number");
  ExpectRefused(Data{1000000, true, ""}, "change");
  ExpectRefused(Data{0, false, ""}, "bytes");
  ExpectRefused(Need{1, {}}, "changes");
  ExpectRefused(Need{1, {3, 3}}, "changes");
  ExpectRefused(ApplyRequest{.number = 0}, "number");
  ExpectRefused(ApplyRequest{.number = 1, .steps = {1, 1}}, "steps");
  ExpectRefused(ApplyResult{.number = 0}, "number");
}

TEST(ValidateTest, RefusesUnknownOutcomes) {
  ExpectRefused(Progress{1, Unknown<Phase>(), 0}, "phase");
  ExpectRefused(StepOutput{1, 256, ""}, "step");
  ExpectRefused(BatchResult{.number = 1, .outcome = Unknown<BatchOutcome>()}, "outcome");
  ExpectRefused(BatchResult{.number = 1, .problems = {{"/a", Unknown<ProblemReason>(), ""}}},
                "reason");
  ExpectRefused(BatchResult{.number = 1, .steps = {{.step = 256}}}, "steps");
  ExpectRefused(ContainerState{.problems = {{"/a", Unknown<ProblemReason>(), ""}}}, "reason");
  ExpectRefused(ContainerState{.steps = {{.step = 256}}}, "steps");
  ExpectRefused(StatusReply{.app = Unknown<AppState>()}, "app");
  ExpectRefused(AppStatus{.app = Unknown<AppState>()}, "app");
}

TEST(ValidateTest, RefusesRangesThatNoPatchReaches) {
  ExpectRefused(RangeSumsRequest{}, "ranges");
  for (const auto& [offset, length] : {std::pair<uint64_t, uint64_t>{0, 0},
                                       {0, kMaxPatched + 1},
                                       {1, kMaxPatched},
                                       {UINT64_MAX, 1},
                                       {1, UINT64_MAX}}) {
    ExpectRefused(RangeSumsRequest{{{Sha256("x"), offset, length}}}, "ranges");
  }
  EXPECT_TRUE(Validate(RangeSumsRequest{{{Sha256("x"), 1, kMaxPatched - 1}}}).ok());
}

TEST(ValidateTest, RefusesSumsThatDoNotCoverTheirContent) {
  ExpectRefused(SumsRequest{}, "contents");
  const auto refused = [](uint64_t size, uint32_t block_size, size_t sums, const char* field) {
    ExpectRefused(SumsReply{Sha256("x"), {size, block_size, std::vector<BlockSum>(sums)}}, field);
  };
  refused(5000, 0, 3, "block_size");
  refused(5000, 1024, 5, "block_size");
  refused(5000, 3000, 2, "block_size");
  refused(5000, 2U << 20, 1, "block_size");
  refused(5000, 2048, 2, "sums");
  refused(5000, 2048, 4, "sums");
  refused(4096, 2048, 3, "sums");
  refused(0, 2048, 1, "sums");
  refused(UINT64_MAX, 2048, 1, "sums");
  EXPECT_TRUE(Validate(SumsReply{Sha256("x"), {}}).ok()) << "not held";
  EXPECT_TRUE(Validate(SumsReply{Sha256("x"), {4096, 2048, {{}, {}}}}).ok());
}

TEST(ValidateTest, RefusesNodesThatContradictTheirLevel) {
  const PathEntry a{"/a", FileEntry("a")};
  ExpectRefused(NodesRequest{}, "nodes");
  ExpectRefused(NodesReply{{{.level = 17, .children = {Sha256("a")}}}, true}, "level");
  ExpectRefused(NodesReply{{{.level = 0}}, true}, "entries");
  ExpectRefused(NodesReply{{{.level = 1, .entries = {a}}}, true}, "entries");
  ExpectRefused(NodesReply{{{.level = 0, .children = {Sha256("a")}, .entries = {a}}}, true},
                "children");
  ExpectRefused(NodesReply{{{.level = 0, .entries = {a, a}}}, true}, "path order");
}

TEST(ValidateTest, RefusesCarriedConnectionsWithoutPortIdOrBounds) {
  EXPECT_FALSE(Validate(ListenRequest{0}).ok());
  EXPECT_FALSE(Validate(ListenReply{0, "x"}).ok());
  EXPECT_FALSE(Validate(Arrival{0, 80}).ok());
  EXPECT_FALSE(Validate(Arrival{1, 0}).ok());
  EXPECT_FALSE(Validate(ArrivalRefused{0}).ok());
  EXPECT_FALSE(Validate(CarryRequest{0}).ok());
  EXPECT_FALSE(Validate(CarryReply{0, ""}).ok());
  EXPECT_FALSE(Validate(StreamPiece{""}).ok());
  EXPECT_TRUE(Validate(StreamPiece{std::string(kMaxStreamPiece, 'x')}).ok());
  EXPECT_FALSE(Validate(StreamPiece{std::string(kMaxStreamPiece + 1, 'x')}).ok());
}

}  // namespace
}  // namespace hawser::wire
