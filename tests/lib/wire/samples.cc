// One valid message of every type.
#include "tests/lib/wire/samples.h"

#include "lib/wire/limits.h"

namespace hawser::wire::testing {
namespace {

const Entry kLink{.kind = EntryKind::kSymlink, .mode = 0, .target = "../lib/a.so"};
const Entry kDirectory{.kind = EntryKind::kDirectory, .mode = 0755, .mtime_ns = -5};

std::vector<Message> OpeningMessages() {
  return {
      Hello{1, 3, Role::kPush, "1.2.3", "team/api", "dev1@laptop"},
      Welcome{1, "1.2.3", "api-0", Sha256("tree"), 7, 2, AppState::kRunning},
      Reject{RejectReason::kSuperseded, "dev2@laptop pushes now"},
      Configure{3,
                {{"/app/src", true}, {"/app/static", false}},
                {{{"npm", "install"}, 1000}},
                {RestartPolicy::kContainer, 2, 500},
                8080},
      TreeRequest{},
      TreeReply{{{"/app/a", kDirectory}, {"/app/a/b.py", FileEntry("x")}, {"/app/l", kLink}},
                false},
      NodesRequest{{Sha256("root"), Sha256("leaf")}},
      NodesReply{{{.level = 2, .children = {Sha256("a"), Sha256("b")}},
                  {.entries = {{"/app/a", kDirectory}, {"/app/l", kLink}}}},
                 false},
      SumsRequest{{Sha256("old"), Sha256("older")}},
      RangeSumsRequest{{{Sha256("old"), 1U << 20, 5000}, {Sha256("older"), 0, 1}}},
      SumsReply{Sha256("old"), {5000, 2048, {{1, 2}, {0xfffffffe, 0x0102030405060708}, {5, 6}}}},
  };
}

std::vector<Message> BatchMessages() {
  const Change patched{.path = "/app/a",
                       .entry = FileEntry("new"),
                       .encoding = Encoding::kPatch,
                       .base = Sha256("old")};
  const Change removed{.remove = true, .path = "/app/gone"};
  const Change linked{.path = "/app/l", .entry = kLink};
  return {
      BatchBegin{8, Sha256("a"), Sha256("b"), 3, {0, 2}, true},
      Changes{{patched, removed, linked}},
      Data{2, true, std::string("bytes\0of any kind", 17)},
      BatchEnd{8},
      Need{8, {0, 5}},
      Progress{8, Phase::kApplied, 12345},
      StepOutput{8, 1, "compiling\n"},
      BatchResult{8,
                  BatchOutcome::kFailed,
                  "no space",
                  Sha256("t"),
                  {{"/app/x", ProblemReason::kReadOnly, "read-only file system"}},
                  {{1, -1, 77, true, "not found"}},
                  true},
  };
}

std::vector<Message> AppMessages() {
  return {
      StatusRequest{},
      StatusReply{AppState::kExited,
                  42,
                  3,
                  137,
                  Sha256("t"),
                  9,
                  4,
                  {{"/p", ProblemReason::kBusy, "m"}},
                  Sha256("a")},
      LogRequest{true, 100, {7, 300}},
      LogChunk{"line\n", true, {0xffffffffffffffffU, 1}},
      RestartRequest{},
      RestartResult{true, 43, "restarted"},
      Ping{0xffffffffffffffffU},
      Pong{1},
      SupervisorHello{1, "1.2.3", 65532, Sha256("t")},
      ApplyRequest{8, {1}, true},
      ApplyResult{8, {{"/p", ProblemReason::kEscapes, "m"}}, {{0, 0, 1, false, ""}}, true},
      AppStatus{AppState::kStarting, 44, 1, -1},
      PushState{true},
      RestartOrder{"3.9f2c", {RestartPolicy::kContainer, 2, 500}},
      RestartState{0xffffffffffffffffU, "3.9f2c"},
      Prepare{{{"/app/new", kDirectory}, {"/app/new/f", FileEntry("x")}}},
      ContainerState{Sha256("t"), {{"/p", ProblemReason::kNoSpace, "m"}}, {{1, 4, 77, false, ""}}},
  };
}

std::vector<Message> PullMessages() {
  return {
      PullList{7, {{"/app/src", "**/*.lock"}, {"/app/package.json", ""}}, Sha256("known")},
      PullListing{7,
                  {{"/app/a.lock", FileEntry("x")}, {"/app/l", kLink}},
                  false,
                  Sha256("t"),
                  "/app/secret: permission denied"},
      PullRead{8, "/app/a.lock", uint64_t{1} << 40, kMaxPullPiece},
      PullPiece{8, "", std::string("bytes\0of any kind", 17)},
  };
}

std::vector<Message> CarryMessages() {
  return {
      ListenRequest{5432},
      ListenReply{5432, "a program in the pod has it"},
      Arrival{9, 5432},
      ArrivalRefused{9},
      CarryRequest{9},
      CarryReply{9, "it is gone"},
      StreamPiece{std::string("bytes\0of any kind", 17)},
      StreamEnd{},
  };
}

}  // namespace

Entry FileEntry(std::string_view content) {
  return {.mode = 0640,
          .mtime_ns = 1767323045123456789,
          .size = content.size(),
          .digest = Sha256(content)};
}

std::vector<Message> SampleMessages() {
  std::vector<Message> all = OpeningMessages();
  for (const auto& group : {BatchMessages(), AppMessages(), PullMessages(), CarryMessages()})
    all.insert(all.end(), group.begin(), group.end());
  return all;
}

}  // namespace hawser::wire::testing
