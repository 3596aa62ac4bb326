// Random edits, pods that die, disks that are full and streams that break: whatever happens, each
// container ends up as the workspace, and never shows what the workspace never held.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string_view>

#include "tests/integration/sync_eye.h"
#include "tests/integration/sync_link.h"
#include "tests/integration/sync_workspace.h"
#include "tests/support/small_disk.h"
#include "tests/support/thoroughness.h"

namespace hawser::testing {
namespace {

namespace stdfs = std::filesystem;

constexpr size_t kMaxPods = 3;
/// Connections of a round on which something may go wrong, and with which the rest must do.
constexpr int kFaultyConnections = 3;
constexpr int kMaxConnections = 12;
constexpr int kRounds = 6;
/// Polling takes its time, so that few seeds do it.
constexpr uint64_t kPollingEvery = 128;

wire::Configure Configuration() {
  wire::Configure configure;
  configure.generation = 1;
  configure.roots = {{"/app", false}};
  return configure;
}

Sight SightOf(uint64_t seed) {
  if (seed % kPollingEvery == 0) return Sight::kPolling;
  return seed % 8 == 0 ? Sight::kInotify : Sight::kTold;
}

/// What a pod or a workspace lives on. Without a disk of its own nothing is ever full.
struct Place {
  std::unique_ptr<SmallDisk> disk = SmallDisk::Make();
  TempDir directory;

  std::string Fresh() const {
    if (disk != nullptr) disk->Grow();
    const std::string path = (disk ? disk->path() : directory.path().string()) + "/fresh";
    stdfs::remove_all(path);
    stdfs::create_directory(path);
    return path;
  }
};

class Simulation {
 public:
  /// The last of `places` is the workspace's.
  Simulation(uint64_t seed, const std::vector<Place>& places)
      : workspace_(seed, places.back().Fresh()), sight_(SightOf(seed)) {
    const uint64_t pods = 1 + workspace_.Random(places.size() - 1);
    for (uint64_t i = 0; i < pods; ++i) {
      pods_.push_back({&places[i], std::make_unique<SyncPod>(places[i].Fresh(), Configuration())});
    }
    StartClient();
  }

  void Round() {
    if (workspace_.Once(6)) {
      StartClient();
      // The first look may come before the next save, and knows then what is replaced by it.
      if (workspace_.Once(2) && !Look()) return;
    }
    Edit();
    if (!Look()) return;
    for (int connections = 0; !InSync(); ++connections) {
      ASSERT_LT(connections, kMaxConnections) << "does not converge:" << Troubles();
      const bool faulty = connections < kFaultyConnections;
      for (Pod& pod : pods_) Connect(pod, faulty);
      Talk(faulty);
      if ((rescan_ || !touched_.empty()) && !Look()) return;
    }
    for (Pod& pod : pods_) Settle(pod);
  }

  /// How often the sums of what only a pod held were of use, to all clients so far.
  SumsUse sums_use() const {
    SumsUse use = sums_use_;
    for (const Pod& pod : pods_) {
      if (pod.link) use.Add(pod.link->sums_use());
    }
    return use;
  }

 private:
  struct Pod {
    const Place* place;
    std::unique_ptr<SyncPod> pod;
    std::unique_ptr<SyncLink> link = nullptr;
    bool disturbed = false;  ///< what it holds may not be what it confirmed
  };

  /// The command line's process begins anew; what it kept on disk is there.
  void StartClient() {
    sums_use_ = sums_use();
    for (Pod& pod : pods_) pod.link.reset();
    eye_.reset();
    content_ = std::make_unique<sync::SendingContent>(workspace_.root());
    eye_ = std::make_unique<SyncEye>(workspace_.root(), cache_ / "stat", sight_, content_->fresh);
    for (Pod& pod : pods_) {
      pod.link = std::make_unique<SyncLink>(*pod.pod, *content_, Configuration());
    }
  }

  void Edit() {
    if (touched_.empty()) ahead_ = workspace_.Once(2);
    const std::vector<std::string> touched = workspace_.Edit();
    if (ahead_) eye_->LookAhead(touched);
    touched_.insert(touched_.end(), touched.begin(), touched.end());
  }

  /// Takes up what happened to the workspace. False while there is nothing in it, of which nothing
  /// is sent.
  bool Look() {
    const bool all = workspace_.Once(4);
    const Result<sync::SnapshotPtr> seen = all ? eye_->LookAtAll() : eye_->Look(touched_);
    if (seen.status().code() == Code::kUnavailable) return false;
    EXPECT_TRUE(seen.ok()) << seen.status();
    if (!seen.ok()) return false;
    touched_.clear();
    rescan_ = false;
    for (Pod& pod : pods_) pod.link->OnSnapshot(*seen);
    return true;
  }

  bool InSync() const {
    return std::all_of(pods_.begin(), pods_.end(),
                       [](const Pod& pod) { return pod.link->in_sync(); });
  }

  std::string Troubles() const {
    std::string text;
    for (const Pod& pod : pods_) text += " " + pod.link->trouble() + "; " + pod.pod->trouble();
    return text;
  }

  void Connect(Pod& pod, bool faulty) {
    if (pod.place->disk != nullptr) pod.place->disk->Grow();
    if (!faulty && !pod.pod->supervised()) pod.pod->StartSupervisor();
    if (pod.link->in_sync()) return;
    if (faulty) Disturb(pod);
    if (faulty && pod.link->connected()) return;
    pod.link->Connect(faulty && workspace_.Once(2) ? AnyFaults() : Faults(),
                      faulty && workspace_.Once(4) ? AnyFaults() : Faults());
  }

  void Disturb(Pod& pod) {
    if (workspace_.Once(6)) pod.pod->KillAgentAt(Below(10));
    if (workspace_.Once(8)) pod.pod->KillSupervisorAt(Below(10));
    if (workspace_.Once(16)) pod.pod->StartSupervisor();
    if (workspace_.Once(16)) LeadOut(pod);
    if (!workspace_.Once(8) || pod.place->disk == nullptr) return;
    pod.place->disk->Leave(Below(19));
    pod.disturbed = true;
  }

  /// The app puts a link that leads out of the root in the place of something in it.
  void LeadOut(Pod& pod) {
    const std::string app = pod.pod->container() + "/app/";
    const std::string path = app + static_cast<char>('a' + workspace_.Random(5));
    if (stdfs::remove_all(path) == 0) return;
    stdfs::create_symlink(workspace_.Once(2) ? "../outside" : "../outside/c", path);
    pod.disturbed = true;
  }

  Faults AnyFaults() {
    Faults faults;
    const uint64_t place = Below(19);
    switch (workspace_.Random(3)) {
      case 0:
        faults.cut_after = place;
        break;
      case 1:
        faults.corrupt_at = place;
        faults.flip = static_cast<uint8_t>(1 + workspace_.Random(255));
        break;
      default:
        faults.lose_at = place;
        faults.lose = 1 + Below(8);
    }
    return faults;
  }

  /// Below two to the power of `bits`, small as often as large.
  uint64_t Below(uint64_t bits) {
    return workspace_.Random(uint64_t{1} << (1 + workspace_.Random(bits)));
  }

  /// Lets all sides speak, now the one and now the other, until nobody has anything to say.
  void Talk(bool while_edited) {
    while (!::testing::Test::HasFailure()) {
      std::vector<Pod*> talking;
      for (Pod& pod : pods_) {
        if (pod.link->connected() && !pod.link->in_sync()) talking.push_back(&pod);
      }
      if (talking.empty()) return;
      if (while_edited && workspace_.Once(20)) Edit();
      Pod& pod = *talking[workspace_.Random(talking.size())];
      pod.link->Exchange();
      rescan_ = pod.link->TakeRescan() || rescan_;
      CheckWhatIsSeen(pod);
    }
  }

  /// What was synced is whole, as it is or was in the workspace, and nothing else was touched.
  void CheckWhatIsSeen(const Pod& pod) {
    SeenFiles outside;
    for (const auto& [path, file] : LookAt(pod.pod->container())) {
      if (path.starts_with(kOutside)) outside[path.substr(kOutside.size())] = file;
      if (path.starts_with(kOutside) || S_ISDIR(file.mode)) continue;
      ASSERT_TRUE(path.starts_with(kApp)) << path << " was made outside of the root";
      if (workspace_.versions().Hold(path.substr(kApp.size()), file)) continue;
      const bool leads_out = S_ISLNK(file.mode) && pod.disturbed;
      // What a supervisor prepares, or was writing when it died, until it begins anew.
      const bool hidden = path.find(".hawser-") != std::string::npos &&
                          (pod.pod->preparing() || !pod.pod->supervised());
      ASSERT_TRUE(leads_out || hidden) << path << " was never like this in the workspace";
    }
    ASSERT_EQ(Difference(pod.pod->untouched(), outside), "");
  }

  /// What could not be applied is made up for, now or after more has happened; then the container
  /// is what the workspace is.
  void Settle(Pod& pod) {
    if (pod.place->disk != nullptr) pod.place->disk->Grow();
    const bool wants = pod.disturbed || !pod.pod->supervised();
    if (wants && workspace_.Once(2)) return;
    while (wants && !pod.pod->supervised()) pod.pod->StartSupervisor();
    if (pod.disturbed) pod.pod->StartSupervisor();
    if (workspace_.Once(10)) pod.pod->ReplaceContainer();
    if (!pod.pod->supervised()) return;
    pod.disturbed = false;
    CheckWhatIsSeen(pod);
    for (const wire::Problem& problem : pod.pod->problems()) ADD_FAILURE() << problem.message;
    ASSERT_EQ(Difference(workspace_.files(), LookAt(pod.pod->container() + "/app")), "");
  }

  static constexpr std::string_view kApp = "app/";
  static constexpr std::string_view kOutside = "outside/";

  RandomWorkspace workspace_;
  const Sight sight_;
  TempDir cache_;
  std::vector<Pod> pods_;
  std::unique_ptr<sync::SendingContent> content_;
  std::unique_ptr<SyncEye> eye_;
  std::vector<std::string> touched_;  ///< since the last look
  bool ahead_ = false;                ///< and looked at ahead
  SumsUse sums_use_;                  ///< by clients that ended
  bool rescan_ = false;
};

TEST(SyncSimulationTest, ConvergesWhateverBreaks) {
  const uint64_t first = TestSeed();
  const char* asked = std::getenv("HAWSER_SIMULATIONS");
  const uint64_t runs =
      asked != nullptr ? std::strtoull(asked, nullptr, 10) : Repeats<uint64_t>(300, 4);
  const std::vector<Place> places(kMaxPods + 1);
  if (places[0].disk == nullptr) std::cout << "No disk runs full: a test may not mount any\n";
  SumsUse sums_use;
  for (uint64_t seed = first; seed < first + runs; ++seed) {
    SCOPED_TRACE("HAWSER_SEED=" + std::to_string(seed));
    Simulation simulation(seed, places);
    for (int round = 0; round < kRounds; ++round) {
      simulation.Round();
      if (::testing::Test::HasFailure()) return;
    }
    sums_use.Add(simulation.sums_use());
  }
  std::cout << "Patches found by sums: " << sums_use.patches
            << "; sums of ranges: " << sums_use.ranges << "\n";
  constexpr uint64_t kEnough = 200;
  EXPECT_TRUE(runs < kEnough || (sums_use.patches > 0 && sums_use.ranges > 0))
      << "no seed tried them";
}

}  // namespace
}  // namespace hawser::testing
