// One case of bench sync while it runs: its pod, its sources, the tools, and what they cost.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/byte_counter.h"
#include "bench/deployment.h"
#include "bench/hawser_push.h"
#include "bench/report.h"
#include "bench/scratch.h"
#include "bench/sync/network.h"
#include "bench/sync/sight.h"
#include "bench/sync/sync_bench.h"
#include "bench/sync/tools.h"

namespace hawser::bench {

/// Where a case has its files, and how far away the cluster is.
struct Setting {
  std::string name;                         ///< of the case; also of its pod
  std::string sources = "/dev/shm";         ///< in which the folders of the tools are made
  std::string volume = "{medium: Memory}";  ///< of the pod's emptyDir
  std::optional<NetworkPath> relayed;       ///< through relays that make the way such a one
};

class Trial {
 public:
  /// Brings up the pod and makes the folders on both sides.
  static Result<std::unique_ptr<Trial>> Open(const SyncOptions& options, Setting setting);

  const Setting& setting() const { return setting_; }
  const std::vector<Tool>& tools() const { return tools_; }
  const Deployment& deployment() const { return deployment_; }
  const Container& container() const { return container_; }
  Network& network() { return network_; }
  HawserPush& hawser() { return *hawser_; }

  /// A tool's folder here.
  std::filesystem::path Source(const std::string& tool) const { return sources_.path() / tool; }
  /// A tool's folder in the pod, as this host sees it.
  std::string Target(const std::string& tool) const { return container_.OnHost("/bench/" + tool); }

  /// Whether Hawser goes straight to the pod from its next start on. Never through relays: they
  /// stand before the API server.
  void SetDirect(bool direct) { direct_ = direct; }

  /// Starts `hawser push` on its folder; without `known` it remembers nothing of the files.
  Status StartHawser(bool watch, bool known = false);
  /// Ends it, if it runs.
  void StopHawser() { hawser_.reset(); }

  /// Takes a new pod, with empty folders.
  Status Renew();

  /// Runs the tool's command to its end; the largest resident memory, in KiB.
  Result<int64_t> Push(const Tool& tool);

  /// Milliseconds from `start` until all of `marks` are seen in the pod, and then the tool's
  /// end. Runs the tool's command; Hawser runs already. The files are compared after that.
  Result<double> Time(const Tool& tool, TimePoint start, const std::vector<Mark>& marks, Row& row);

  /// Bytes between tool and cluster so far, both ways.
  Result<uint64_t> Bytes(const Tool& tool) const { return counter_.Read(tool.gid); }

  /// A row for each tool, still empty.
  std::vector<Row> Rows() const;

 private:
  Trial(const SyncOptions& options, Setting setting, Deployment deployment, ByteCounter counter)
      : options_(options),
        setting_(std::move(setting)),
        deployment_(std::move(deployment)),
        counter_(std::move(counter)),
        sources_(setting_.sources) {}

  Status MakeFolders();
  Status MakeRoute();

  const SyncOptions& options_;
  const Setting setting_;
  Deployment deployment_;
  ByteCounter counter_;
  Scratch sources_;
  Scratch logs_;
  Container container_;
  Network network_;
  std::vector<Tool> tools_;
  std::optional<HawserPush> hawser_;
  int caches_ = 0;
  bool direct_ = true;
};

}  // namespace hawser::bench
