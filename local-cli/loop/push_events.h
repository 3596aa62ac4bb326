// What can happen during a push, and what can be done about it: the alphabet of PushMachine.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "lib/base/status.h"
#include "lib/devsession/devsession.h"
#include "lib/sync/workspace/scan.h"
#include "local-cli/cluster/session_news.h"
#include "local-cli/loop/link_machine.h"
#include "local-cli/render/events.h"

namespace hawser::cli {

// What happened.
struct Scanned {
  Result<sync::ScanResult> scan;
};
struct LinkEvent {
  std::string pod;
  std::string uid;
  LinkNews news;
};
struct Answered {  ///< to RemovalsHeld
  bool yes = false;
};
struct StatusRefused {  ///< this user may not write the session's status
  Status status;
};
struct Pulled {  ///< news of what came back from a pod
  Event event;
};
struct RootsChanged {};  ///< what a rule starts from became a file or a directory
struct Stopped {};       ///< Ctrl-C
using PushInput = std::variant<PodsSeen, SessionSeen, SessionGone, Scanned, LinkEvent, Answered,
                               ClusterTrouble, StatusRefused, Pulled, RootsChanged, Stopped>;

// What to do.
struct OpenLink {
  PodView pod;
};
struct CloseLink {
  std::string uid;
};
struct ScanAgain {};
struct ConfirmRemovals {
  std::string uid;
};
/// Every pod that is connected holds the workspace for the first time: what led there may go, and
/// what follows can be made ready.
struct Settle {
  sync::SnapshotPtr snapshot;
};
struct AskPerson {};  ///< read an answer from the terminal
struct WriteStatus {  ///< times are the writer's
  devsession::SessionStatus status;
};
struct Finish {
  Status status;
  bool again = false;  ///< the session changed: begin anew with what it says now
};
using PushAction = std::variant<OpenLink, CloseLink, ScanAgain, ConfirmRemovals, AskPerson, Settle,
                                WriteStatus, Finish, Event>;

}  // namespace hawser::cli
