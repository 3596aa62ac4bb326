// What tests do to the fake API server and ask it: faults, raw answers, garbage collection, the
// calls seen.
#include <algorithm>
#include <utility>

#include "lib/kube/object.h"
#include "tests/support/kube/fake_kube_api.h"

namespace hawser::testing {

namespace {
using nlohmann::json;
}  // namespace

Result<std::string> FakeKubeApi::GetRaw(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const KubeCall call{"raw", {}, {{}, path}, {}};
  calls_.push_back(call);
  if (fault_) HAWSER_RETURN_IF_ERROR(fault_(call));
  const auto body = raw_.find(path);
  if (body == raw_.end()) return NotFoundError(path + " not found");
  return body->second;
}

void FakeKubeApi::SetRaw(const std::string& path, std::string body) {
  const std::lock_guard lock(mutex_);
  raw_[path] = std::move(body);
}

void FakeKubeApi::SetAdmission(Admission admission) {
  const std::lock_guard lock(mutex_);
  admission_ = std::move(admission);
}

void FakeKubeApi::Deny(std::function<bool(const json&)> denied) {
  const std::lock_guard lock(mutex_);
  denied_ = std::move(denied);
}

json FakeKubeApi::Review(json review) const {
  const bool denied = denied_ && denied_(review.at("/spec/resourceAttributes"_json_pointer));
  review["status"] = {{"allowed", !denied}};
  return review;
}

void FakeKubeApi::SetFault(Fault fault) {
  const std::lock_guard lock(mutex_);
  fault_ = std::move(fault);
}

void FakeKubeApi::FailCall(int nth, Status failure, bool after_effect) {
  const std::lock_guard lock(mutex_);
  fail_in_ = nth;
  failure_ = std::move(failure);
  fail_after_effect_ = after_effect;
}

void FakeKubeApi::CollectGarbage() {
  const std::lock_guard lock(mutex_);
  std::set<std::string> alive;
  for (const auto& [resource, objects] : objects_) {
    for (const auto& [key, stored] : objects) alive.insert(kube::UidOf(stored.object));
  }
  const auto orphaned = [&](const json& object) {
    const json owners = object["metadata"].value("ownerReferences", json::array());
    return !owners.empty() && !kube::IsDeleting(object) &&
           std::ranges::none_of(owners, [&](const json& owner) {
             return alive.contains(kube::StringAt(owner, "/uid"));
           });
  };
  bool again = true;
  while (std::exchange(again, false)) {
    for (auto& [resource, objects] : objects_) {
      for (auto it = objects.begin(); it != objects.end();) {
        const auto here = it++;
        if (!orphaned(here->second.object)) continue;
        const std::string uid = kube::UidOf(here->second.object);
        const kube::ObjectKey key = here->first;
        DeleteLocked(objects, resource, key);
        if (!objects.contains(key)) alive.erase(uid);
        again = true;
      }
    }
  }
}

std::vector<KubeCall> FakeKubeApi::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

size_t FakeKubeApi::writes() const {
  const std::lock_guard lock(mutex_);
  return static_cast<size_t>(std::ranges::count_if(calls_, &KubeCall::IsWrite));
}

}  // namespace hawser::testing
