// Compares the pods that are there with what the command line reported last.
#include "controller/plan/synced.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "controller/plan/names.h"
#include "controller/plan/one_of.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

constexpr std::array<const char*, 2> kOwnReasons = {reason::kPodJoined, reason::kPodsAgree};

/// What the pods hold, as last reported.
struct Holdings {
  std::vector<std::string> without;  ///< names of pods of which nothing was reported
  std::set<std::string> trees;
};

Holdings HoldingsOf(const devsession::SessionStatus& status,
                    const std::vector<kube::ObjectPtr>& pods) {
  Holdings holdings;
  for (const kube::ObjectPtr& pod : pods) {
    const auto reported = std::find_if(
        status.pods.begin(), status.pods.end(), [&](const devsession::PodStatus& each) {
          return each.name == kube::NameOf(*pod) && each.uid == kube::UidOf(*pod) &&
                 !each.tree_digest.empty();
        });
    if (reported == status.pods.end()) {
      holdings.without.push_back(kube::NameOf(*pod));
    } else {
      holdings.trees.insert(reported->tree_digest);
    }
  }
  return holdings;
}

Verdict Behind(const Holdings& holdings, const std::string& session) {
  const std::string what =
      holdings.without.empty()
          ? "the pods do not hold the same tree"
          : Join(holdings.without, ", ") + " joined after the last push, without the workspace";
  return Verdict::False({reason::kPodJoined, what + "; run: hawser push " + session});
}

}  // namespace

std::optional<Verdict> SyncedVerdict(const devsession::DevSession& session,
                                     const std::vector<kube::ObjectPtr>& pods) {
  const devsession::Condition* synced =
      devsession::FindCondition(session.status, devsession::kSyncedCondition);
  if (synced == nullptr || synced->reason == reason::kNotReported) {
    return Verdict{.reason = reason::kNotReported,
                   .message = "nothing was pushed yet; run: hawser push " + session.name};
  }
  const bool own = OneOf(kOwnReasons, synced->reason);
  if (!own && synced->status != "True") return std::nullopt;
  const Holdings holdings = HoldingsOf(session.status, pods);
  if (!holdings.without.empty()) return Behind(holdings, session.name);
  if (!own) return std::nullopt;
  if (holdings.trees.size() > 1) return Behind(holdings, session.name);
  return Verdict::True(reason::kPodsAgree, "every pod holds the tree that was last pushed");
}

}  // namespace hawser::controller
