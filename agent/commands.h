// The subcommands: each returns the process's exit code.
#pragma once

#include "agent/arguments.h"

namespace hawser::agent {

/// Serves the session until TERM or INT, then 0; 1 when serving can't begin.
int RunServe(const ServeArguments& arguments);
/// Supervises the app and returns its exit code (see DESIGN.md); 1 when supervising can't begin.
int RunSupervise(const SuperviseArguments& arguments);
/// Copies this program into a directory: 0 done, 1 not.
int RunInstall(const InstallArguments& arguments);
/// 0 when the agent answers (and, when asked, has its supervisor), else 1.
int RunProbe(const ProbeArguments& arguments);
int RunVersion(const VersionArguments& arguments);

}  // namespace hawser::agent
