// What a pod says it has, on its way to names in the workspace: whatever is accepted stays below
// it, and comes from where the rules would push it.
#include "lib/sync/pull/plan.h"
#include "lib/sync/pull/selection.h"
#include "lib/wire/message_codec.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

const hawser::sync::PullSelection& Selection() {
  using hawser::sync::Rules;
  static const auto rules = std::make_shared<const Rules>(*Rules::Make(
      {{.from = "src", .to = "/app", .ignore = {"*.tmp"}}, {.from = "", .to = "/app/all"}}, {}));
  static const auto selection = *hawser::sync::PullSelection::Make(rules, {"."});
  return selection;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using hawser::wire::PullListing;
  const auto message = hawser::wire::DecodeMessage(hawser::wire::TypeOf(PullListing{}),
                                                   hawser::fuzz::Input(data, size));
  if (!message.ok()) return 0;
  hawser::sync::TreeEdits edits;
  for (const auto& item : std::get<PullListing>(**message).entries) edits[item.path] = item.entry;
  const hawser::sync::Tree pod = hawser::sync::Tree().With(edits);
  const auto asked = [](const std::string& path) {
    return Selection().WorkspacePath(path).has_value();
  };
  for (const auto& planned : hawser::sync::PlanPull({}, {}, pod, asked)) {
    const std::string path = *Selection().WorkspacePath(planned.path);
    hawser::fuzz::Check(!path.empty() && path.front() != '/');
    hawser::fuzz::Check(("/" + path + "/").find("/../") == std::string::npos);
    hawser::fuzz::Check(Selection().rules().Map(path, false) == planned.path);
  }
  return 0;
}
