// An API server in memory: the kube::Api interface with the real one's semantics, and faults on
// demand.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/kube/api.h"
#include "tests/support/kube/field_owners.h"
#include "tests/support/kube/kube_call.h"

namespace hawser::testing {

/// Keeps objects as the real server does: uid, creationTimestamp, resourceVersion, generation
/// (moved by changes outside metadata and status), conflicts, finalizers and deletionTimestamp,
/// field ownership of server-side apply, a status subresource where the real one has it (workloads,
/// pods, services, CRDs, custom resources), watches with bookmarks. It has no schemas, no defaults
/// and no admission of its own, and does not ask that a namespace exists. What it does not know is
/// an error. Thread-safe.
class FakeKubeApi final : public kube::Api {
 public:
  /// Knows the types in kube::resources. `clock` tells the timestamps and must outlive the fake.
  explicit FakeKubeApi(const Clock& clock);

  /// Makes the type of a custom resource known.
  void AddResource(const kube::Resource& resource);

  Result<nlohmann::json> Get(const kube::Resource& resource, const kube::ObjectKey& key) override;
  Result<kube::ObjectList> List(const kube::Resource& resource,
                                const kube::ListOptions& options) override;
  Result<nlohmann::json> Create(const kube::Resource& resource, const std::string& ns,
                                const nlohmann::json& object) override;
  using kube::Api::Delete;
  Status Delete(const kube::Resource& resource, const kube::ObjectKey& key,
                const kube::DeleteOptions& options) override;
  Result<nlohmann::json> Apply(const kube::Resource& resource, const kube::ObjectKey& key,
                               const nlohmann::json& object, const std::string& manager, bool force,
                               const std::string& subresource) override;
  Result<nlohmann::json> Patch(const kube::Resource& resource, const kube::ObjectKey& key,
                               kube::PatchType type, const nlohmann::json& patch,
                               const std::string& subresource) override;
  Status Watch(const kube::Resource& resource, const kube::ListOptions& options,
               const std::string& resource_version,
               const std::function<Status(kube::WatchEvent)>& sink, std::stop_token stop) override;
  Result<std::string> GetRaw(const std::string& path) override;

  /// Access reviews refuse the resourceAttributes for which `denied` holds; without it, none.
  void Deny(std::function<bool(const nlohmann::json& attributes)> denied);

  /// What admission makes of an object that is written; without it, nothing else.
  using Admission = std::function<void(const kube::Resource& resource, nlohmann::json& object)>;
  void SetAdmission(Admission admission);

  /// What GetRaw answers for a path; others are not_found.
  void SetRaw(const std::string& path, std::string body);

  /// Asked before every call; a failure it returns is the call's result and nothing happens.
  using Fault = std::function<Status(const KubeCall&)>;
  void SetFault(Fault fault);
  /// Fails the `nth` call from now (1 is the next) with `failure`; with `after_effect` the write
  /// happens and only its answer is lost.
  void FailCall(int nth, Status failure, bool after_effect = false);

  /// Forgets what happened before now: older resourceVersions are out_of_range, as after a
  /// compaction.
  void ExpireHistory();
  /// Sends a bookmark to every running watch.
  void SendBookmarks();
  /// Ends every running watch: in good order, or with `failure`.
  void EndWatches(Status failure = {});
  /// Deletes the objects whose owners are all gone, as the garbage collector does, until none is
  /// left.
  void CollectGarbage();

  /// Every call so far, failed ones too.
  std::vector<KubeCall> calls() const;
  size_t writes() const;   ///< how many of them were writes
  size_t watches() const;  ///< how many run now

 private:
  struct Stored {
    nlohmann::json object;
    FieldOwners owners;
  };
  struct Record {  // one change, kept for watches
    uint64_t version = 0;
    kube::Resource resource;
    std::shared_ptr<const nlohmann::json> before;
    std::shared_ptr<const nlohmann::json> after;
  };
  struct Watcher;
  using Objects = std::map<kube::ObjectKey, Stored>;

  Result<Objects*> Enter(const KubeCall& call);
  template <typename T>
  Result<T> Leave(Result<T> result);
  Result<nlohmann::json> Insert(Objects& objects, const kube::Resource& resource,
                                nlohmann::json object, FieldOwners owners);
  Result<nlohmann::json> Replace(Objects& objects, const kube::Resource& resource, Stored& stored,
                                 nlohmann::json changed, const std::string& subresource);
  Result<nlohmann::json> ApplyLocked(const KubeCall& call, Objects& objects,
                                     const nlohmann::json& object, const std::string& manager,
                                     bool force);
  Result<nlohmann::json> PatchLocked(const KubeCall& call, Objects& objects, kube::PatchType type,
                                     const nlohmann::json& patch);
  void DeleteLocked(Objects& objects, const kube::Resource& resource, const kube::ObjectKey& key);
  void Append(const kube::Resource& resource, const nlohmann::json* before,
              const nlohmann::json* after);
  void Stamp(nlohmann::json& object);
  nlohmann::json Review(nlohmann::json review) const;
  std::optional<kube::WatchEvent> NextEvent(Watcher& watcher, const kube::ListOptions& options);
  nlohmann::json BookmarkLocked(const kube::Resource& resource) const;

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<kube::Resource, Objects> objects_;
  std::map<std::string, std::string> raw_;
  std::vector<Record> history_;
  uint64_t version_ = 1000;
  uint64_t expired_before_ = 1000;
  uint64_t next_uid_ = 1;
  std::vector<KubeCall> calls_;
  Fault fault_;
  std::function<bool(const nlohmann::json&)> denied_;
  Admission admission_;
  int fail_in_ = 0;
  Status failure_;
  bool fail_after_effect_ = false;
  bool answer_lost_ = false;
  std::set<Watcher*> watchers_;
};

}  // namespace hawser::testing
