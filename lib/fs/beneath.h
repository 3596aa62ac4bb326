// Opens paths beneath a directory such that nothing ever leads out of it: no "..", no symbolic link
// is followed.
#pragma once

#include <sys/types.h>

#include <string>

#include "lib/base/unique_fd.h"

namespace hawser::fs {

/// Opens `relative` ("" is the directory itself) beneath `directory`, following no symbolic link at
/// any component, and crossing no "..". Like openat(2): a descriptor, or an invalid one with errno
/// set. ELOOP: a link is in the way; EXDEV: the path leads out. Uses openat2(2), or a walk
/// component by component where the kernel or its seccomp filter lacks it.
UniqueFd OpenBeneath(int directory, const std::string& relative, int flags, mode_t mode = 0);

/// The walk that stands in for openat2(2). Same contract.
UniqueFd WalkBeneath(int directory, const std::string& relative, int flags, mode_t mode = 0);

}  // namespace hawser::fs
