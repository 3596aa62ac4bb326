// Matches the kernel's list of listening sockets with the descriptors of processes.
#include "local-cli/forward/port_owner.h"

#include <dirent.h>
#include <pwd.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

#include "lib/base/text.h"

namespace hawser::cli {
namespace {

constexpr char kProc[] = "/proc";
constexpr std::string_view kListen = "0A";
constexpr size_t kMaxTable = 8U << 20;
// Columns of the table.
constexpr size_t kLocal = 1;
constexpr size_t kState = 3;
constexpr size_t kUid = 7;
constexpr size_t kInode = 9;

template <typename T>
std::optional<T> ParseNumber(std::string_view text, int base) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> Columns(std::string_view line) {
  std::vector<std::string_view> columns;
  for (const std::string_view column : Split(line, ' ')) {
    if (!column.empty()) columns.push_back(column);
  }
  return columns;
}

std::string ReadSome(const std::string& path, size_t limit) {
  std::ifstream in(path, std::ios::binary);
  std::string text(limit, '\0');
  in.read(text.data(), static_cast<std::streamsize>(limit));
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

bool HoldsSocket(const std::string& process, const std::string& link) {
  const std::string folder = process + "/fd";
  const Directory descriptors(::opendir(folder.c_str()));
  if (descriptors == nullptr) return false;
  char target[64];
  while (const dirent* entry = ::readdir(descriptors.get())) {
    const std::string path = folder + "/" + entry->d_name;
    const ssize_t size = ::readlink(path.c_str(), target, sizeof(target));
    if (size > 0 && std::string_view(target, static_cast<size_t>(size)) == link) return true;
  }
  return false;
}

/// "NAME (process ID)" of the first process that has the socket; "" when none can be seen.
std::string ProcessWith(uint64_t inode) {
  const std::string link = "socket:[" + std::to_string(inode) + "]";
  const Directory processes(::opendir(kProc));
  if (processes == nullptr) return {};
  while (const dirent* entry = ::readdir(processes.get())) {
    const std::string id = entry->d_name;
    const std::string process = std::string(kProc) + "/" + id;
    if (!ParseNumber<int>(id, 10) || !HoldsSocket(process, link)) continue;
    const std::string name = ReadSome(process + "/comm", 64);
    return Printable(Trim(name)) + " (process " + id + ")";
  }
  return {};
}

std::string UserName(uint32_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  char buffer[4096];
  ::getpwuid_r(uid, &entry, buffer, sizeof(buffer), &found);
  return found != nullptr ? Printable(found->pw_name) : std::to_string(uid);
}

}  // namespace

std::vector<ListeningSocket> ParseListening(std::string_view table, uint16_t port) {
  std::vector<ListeningSocket> sockets;
  for (const std::string_view line : Split(table, '\n')) {
    const std::vector<std::string_view> columns = Columns(line);
    if (columns.size() <= kInode || columns[kState] != kListen) continue;
    const std::string_view local = columns[kLocal];
    const size_t colon = local.rfind(':');
    if (colon == std::string_view::npos) continue;
    const auto number = ParseNumber<uint16_t>(local.substr(colon + 1), 16);
    const auto uid = ParseNumber<uint32_t>(columns[kUid], 10);
    const auto inode = ParseNumber<uint64_t>(columns[kInode], 10);
    if (number == port && uid && inode) sockets.push_back({.inode = *inode, .uid = *uid});
  }
  return sockets;
}

std::string PortOwner(uint16_t port) {
  std::string owner;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    for (const ListeningSocket& socket : ParseListening(ReadSome(table, kMaxTable), port)) {
      if (std::string process = ProcessWith(socket.inode); !process.empty()) return process;
      owner = "a process of user " + UserName(socket.uid);
    }
  }
  return owner;
}

}  // namespace hawser::cli
