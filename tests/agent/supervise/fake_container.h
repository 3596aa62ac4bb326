// Processes and files in memory, for tests of the supervisor.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/supervise/container_files.h"
#include "agent/supervise/processes.h"

namespace hawser::testing {

/// Hands out pids from 100; a group lives until the test ends it.
class FakeProcesses final : public agent::Processes {
 public:
  Result<pid_t> StartApp(const std::vector<std::string>&) override {
    ++app_starts;
    return Start();
  }
  Result<pid_t> StartStep(const std::vector<std::string>& argv) override {
    steps.push_back(argv.front());
    return Start();
  }
  void SignalGroup(pid_t group, int signal) override { signals.emplace_back(group, signal); }
  bool GroupAlive(pid_t group) override { return groups.contains(group); }

  pid_t newest() const { return next_ - 1; }

  int app_starts = 0;
  std::vector<std::string> steps;
  std::vector<std::pair<pid_t, int>> signals;
  std::set<pid_t> groups;
  Status start_failure;  ///< when not ok, nothing can be started

 private:
  Result<pid_t> Start() {
    if (!start_failure.ok()) return start_failure;
    groups.insert(next_);
    return next_++;
  }
  pid_t next_ = 100;
};

/// Reports what the test put in.
class FakeFiles final : public agent::ContainerFiles {
 public:
  agent::FilesReport Bring() override {
    ++brought;
    return report;
  }
  void Prepare(const std::vector<wire::SyncRoot>&, const wire::Prepare& ahead) override {
    for (const wire::PathEntry& item : ahead.entries) prepared.push_back(item.path);
  }
  void DropPrepared() override { prepared.clear(); }
  agent::FilesReport report;
  int brought = 0;
  std::vector<std::string> prepared;
};

}  // namespace hawser::testing
