// Reads the session's keys and notices their rotation by file identity.
#include "agent/serve/keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "lib/base/unique_fd.h"

namespace hawser::agent {
namespace {

constexpr const char* kFiles[] = {"ca.crt", "agent.crt", "agent.key"};
constexpr size_t kMaxFile = size_t{64} << 10;

/// What changes when kubelet swaps a Secret's files (it renames a symlink to a fresh directory).
Result<std::string> FileIdentity(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return ErrnoStatus(errno, "can't read " + path);
  return std::to_string(info.st_ino) + ":" + std::to_string(info.st_size) + ":" +
         std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec) + " ";
}

Result<std::string> ReadSmallFile(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return ErrnoStatus(errno, "can't open " + path);
  std::string content(kMaxFile, '\0');
  size_t size = 0;
  while (size < content.size()) {
    const ssize_t count = ::read(file.get(), content.data() + size, content.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoStatus(errno, "can't read " + path);
    if (count == 0) break;
    size += static_cast<size_t>(count);
  }
  if (size == content.size()) return InvalidArgumentError(path + " is too large for a key");
  content.resize(size);
  return content;
}

}  // namespace

Result<std::shared_ptr<net::TlsContext>> Keys::Current() {
  std::string seen;
  for (const char* file : kFiles) {
    HAWSER_ASSIGN_OR_RETURN(const std::string identity, FileIdentity(directory_ + "/" + file));
    seen += identity;
  }
  if (context_ != nullptr && seen == seen_) return context_;
  net::TlsIdentity identity;
  std::string* const parts[] = {&identity.ca, &identity.certificate, &identity.key};
  for (size_t i = 0; i < std::size(kFiles); ++i) {
    HAWSER_ASSIGN_OR_RETURN(*parts[i], ReadSmallFile(directory_ + "/" + kFiles[i]));
  }
  Result<std::shared_ptr<net::TlsContext>> context = net::MakeTlsServerContext(identity);
  if (!context.ok()) return context.status().Annotate("keys in " + directory_);
  context_ = *context;
  seen_ = std::move(seen);
  return context_;
}

}  // namespace hawser::agent
