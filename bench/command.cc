// Starts, waits for and measures other programs.
#include "bench/command.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <thread>

#include "lib/base/clock.h"

namespace hawser::bench {
namespace {

constexpr int kNotStarted = 127;
constexpr auto kEndPatience = std::chrono::seconds(10);
constexpr auto kEndLook = std::chrono::milliseconds(10);

/// In the child: takes on its identity and files, and becomes the program.
[[noreturn]] void Become(const std::vector<std::string>& argv, gid_t gid, const std::string& log) {
  const int in = ::open("/dev/null", O_RDONLY);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (in < 0 || out < 0) ::_exit(kNotStarted);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(out, 2);
  if (gid != 0 && (::setgroups(0, nullptr) != 0 || ::setgid(gid) != 0)) ::_exit(kNotStarted);
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execvp(words[0], words.data());
  ::_exit(kNotStarted);
}

std::string Quoted(const std::vector<std::string>& argv) {
  std::string line;
  for (const std::string& word : argv) {
    line += line.empty() ? "'" : " '";
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

/// A file that goes with its owner.
class ScratchFile {
 public:
  explicit ScratchFile(std::string_view content) {
    const int fd = ::mkstemp(path_.data());
    if (fd >= 0) ::close(fd);
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~ScratchFile() { ::unlink(path_.c_str()); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/hawser-bench-XXXXXX";
};

}  // namespace

Result<Process> Process::Start(const std::vector<std::string>& argv, gid_t gid,
                               const std::string& log) {
  const pid_t pid = ::fork();
  if (pid < 0) return ErrnoStatus(errno, "starting " + argv[0]);
  if (pid == 0) Become(argv, gid, log);
  return Process(pid);
}

Process::~Process() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  for (const Deadline deadline = In(kEndPatience); Running();) {
    if (std::chrono::steady_clock::now() > deadline) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
      return;
    }
    std::this_thread::sleep_for(kEndLook);
  }
}

Result<int64_t> Process::Wait() {
  int status = 0;
  rusage usage{};
  if (::wait4(pid_, &status, 0, &usage) < 0) return ErrnoStatus(errno, "waiting for a program");
  pid_ = 0;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return FailedPreconditionError("a program failed with status " + std::to_string(status));
  }
  return usage.ru_maxrss;
}

int64_t Process::PeakRssKib() const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  constexpr std::string_view kKey = "VmHWM:";
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(kKey)) return std::strtoll(line.c_str() + kKey.size(), nullptr, 10);
  }
  return 0;
}

bool Process::Running() const {
  return pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == 0;
}

Result<std::string> Output(const std::vector<std::string>& argv, std::string_view input) {
  const ScratchFile in(input);
  const ScratchFile errors("");
  const std::string line = Quoted(argv) + " <" + in.path() + " 2>" + errors.path();
  FILE* pipe = ::popen(line.c_str(), "re");
  if (pipe == nullptr) return ErrnoStatus(errno, "starting " + argv[0]);
  std::string output;
  char piece[4096];
  for (size_t count = 0; (count = std::fread(piece, 1, sizeof(piece), pipe)) > 0;)
    output.append(piece, count);
  if (::pclose(pipe) == 0) return output;
  std::ifstream said(errors.path());
  return FailedPreconditionError(Quoted(argv) + ": " +
                                 std::string(std::istreambuf_iterator<char>(said), {}));
}

}  // namespace hawser::bench
