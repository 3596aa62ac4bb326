// A pod on this machine for integration tests: real agent and supervisor processes on temporary
// directories.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lib/net/certificate.h"
#include "lib/sync/tree/tree.h"
#include "lib/wire/channel.h"
#include "tests/support/temp_dir.h"

namespace hawser::testing {

inline constexpr char kTestSession[] = "team/api";

/// True when `condition` held within a deadline that is generous on a loaded machine.
bool Eventually(const std::function<bool()>& condition);

/// A child process whose output goes to a file; killed with its group at the end of its life.
class ChildProcess {
 public:
  ChildProcess(const std::vector<std::string>& argv, const std::string& output);
  ~ChildProcess();
  void Signal(int signal) const;
  /// The exit code, 128 + signal when killed; -1 when it did not end in time.
  int Wait();
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

/// Starts and stops the processes of one pod. "/app" is the session's root, below `container`.
class AgentPod {
 public:
  AgentPod();

  void StartAgent();
  void KillAgent() { agent_.reset(); }
  /// Supervises `sh -c script`, where $ROOT is the container's root.
  void StartSupervisor(const std::string& script, const std::string& start = "wait");
  void KillSupervisor() { supervisor_.reset(); }
  ChildProcess& supervisor() { return *supervisor_; }
  const ChildProcess& agent() const { return *agent_; }

  /// A TLS stream to the agent with `keys`, the session's own unless said otherwise.
  Result<std::unique_ptr<net::ByteStream>> Dial() const { return Dial(keys_); }
  Result<std::unique_ptr<net::ByteStream>> Dial(const net::SessionKeys& keys) const;

  const TempDir& container() const { return container_; }
  std::string AgentLog() const;
  std::string SupervisorLog() const;
  net::SessionKeys keys_;

 private:
  TempDir volume_;
  TempDir key_files_;
  TempDir container_;
  TempDir logs_;
  int agent_starts_ = 0;
  std::atomic<uint16_t> port_ = 0;  ///< a link may dial while the agent is started anew
  std::unique_ptr<ChildProcess> agent_;
  std::unique_ptr<ChildProcess> supervisor_;
};

/// The client's end: opens, configures, pushes whole files.
class TestClient {
 public:
  /// Fails the test when the agent does not welcome it.
  TestClient(const AgentPod& pod, wire::Role role);

  wire::Hello hello;
  wire::Welcome welcome;
  std::unique_ptr<wire::Channel> channel;
  sync::Tree tree;  ///< confirmed

  void Configure(const wire::Configure& configure);
  /// The messages of the next batch that makes `path` hold `content`.
  std::vector<wire::Message> MakeBatch(const std::string& path, const std::string& content,
                                       bool restart = true, std::vector<uint32_t> steps = {});
  /// Sends a batch and returns its result; the phases and step output on the way are kept.
  wire::BatchResult Push(const std::string& path, const std::string& content, bool restart = true,
                         std::vector<uint32_t> steps = {});
  /// The next message of the given kind; others are skipped, and a missing one fails the test.
  template <typename T>
  T Await() {
    while (true) {
      const Result<wire::Message> message = channel->Receive(In(std::chrono::seconds(30)));
      if (!message.ok()) {
        last_failure = message.status();
        return T{};
      }
      Note(*message);
      if (const T* wanted = std::get_if<T>(&*message)) return *wanted;
    }
  }

  std::vector<wire::Phase> phases;
  std::string step_output;
  Status last_failure;

 private:
  void Note(const wire::Message& message);
  uint64_t next_batch_ = 1;
};

/// What the tests configure unless they need more: one root, restart by TERM.
wire::Configure TestConfigure();

}  // namespace hawser::testing
