// Says why a path of the container could not be written, and what to do about it.
#include "lib/sync/apply/problem.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string_view>
#include <system_error>

namespace hawser::sync {

namespace {

using wire::ProblemReason;

ProblemReason ReasonFor(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return ProblemReason::kPermission;
    case EROFS:
      return ProblemReason::kReadOnly;
    case ENOSPC:
    case EDQUOT:
      return ProblemReason::kNoSpace;
    case ENOTDIR:
      return ProblemReason::kNotADirectory;
    case EBUSY:
    case ETXTBSY:
      return ProblemReason::kBusy;
    case ELOOP:
    case EXDEV:
      return ProblemReason::kEscapes;
    case EFBIG:
      return ProblemReason::kTooLarge;
    default:
      return ProblemReason::kOther;
  }
}

/// "user 1000 may not write to /app (owner 0:0, mode 755)", for the closest directory that exists.
std::string WhoMayNot(const std::string& path, const std::string& real_path) {
  const size_t prefix = real_path.size() - path.size();
  std::string directory = real_path;
  struct stat info {};
  do {
    directory.erase(directory.rfind('/'));
  } while (directory.size() > prefix && ::stat(directory.c_str(), &info) != 0);
  std::string text = "user " + std::to_string(::geteuid()) + " may not write to ";
  text += directory.size() > prefix ? directory.substr(prefix) : "/";
  std::array<char, 64> owner{};
  std::snprintf(owner.data(), owner.size(), " (owner %u:%u, mode %o)", info.st_uid, info.st_gid,
                info.st_mode & 07777);
  return text + owner.data();
}

std::string_view Remedy(ProblemReason reason) {
  switch (reason) {
    case ProblemReason::kPermission:
      return "make the directory writable for that user in the image, or set the pod's runAsUser "
             "or fsGroup";
    case ProblemReason::kReadOnly:
      return "the file system is read-only: mount an emptyDir there, or drop "
             "readOnlyRootFilesystem";
    case ProblemReason::kNoSpace:
      return "free space in the container, or raise its ephemeral-storage limit";
    case ProblemReason::kNotADirectory:
      return "a file stands where a directory is needed: remove it";
    case ProblemReason::kBusy:
      return "something is mounted at this path, as a ConfigMap's subPath is, and can't be "
             "replaced "
             "whole: name the path in spec.sync[].ignore, or remove the mount";
    case ProblemReason::kEscapes:
      return "a symbolic link on the way is never followed: replace it by a directory";
    default:
      return "";
  }
}

}  // namespace

wire::Problem MakeProblem(const std::string& path, const std::string& real_path, int error) {
  wire::Problem problem{path, ReasonFor(error), {}};
  if (problem.reason == ProblemReason::kPermission) {
    problem.message += WhoMayNot(path, real_path);
  } else if (error == ENOTEMPTY || error == EEXIST) {
    problem.message += "a directory here holds files that this session did not write; remove them";
  } else {
    problem.message += std::generic_category().message(error);
  }
  if (const std::string_view remedy = Remedy(problem.reason); !remedy.empty()) {
    problem.message += "; ";
    problem.message += remedy;
  }
  return problem;
}

wire::Problem MakeCollision(const std::string& path, const std::string& other) {
  return {path, ProblemReason::kOther,
          "it is one file with " + other +
              ", because the file system ignores case: rename or ignore one of them"};
}

}  // namespace hawser::sync
