// The table of sessions: who works on what.
#pragma once

#include <string>

#include "local-cli/render/reports.h"

namespace hawser::cli {

/// "True", or why not: "False (NoPods)".
std::string ConditionStatus(const devsession::DevSession& session, const std::string& type);

/// "Deployment/api".
std::string TargetOf(const devsession::DevSession& session);

/// How long something lasts or is ago, in its largest unit: "45s", "12m", "3h", "9d"; "0s" for what
/// is not yet.
std::string RoughSpan(Duration span);

/// One line for each session below a header, with its namespace when the list is of all of them.
std::string SessionTable(const SessionList& list);

}  // namespace hawser::cli
