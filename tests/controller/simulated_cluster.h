// A cluster with one controller in it, run step by step on the calling thread.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "controller/entrypoint.h"
#include "controller/reconcile.h"
#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"
#include "tests/support/kube/session_objects.h"

namespace hawser::testing {

/// A registry that knows the images a test names.
class FakeImages final : public controller::ImageCommands {
 public:
  Result<std::optional<controller::ImageCommand>> Find(const std::string& image,
                                                       const kube::ObjectKey& asker) override;

  std::map<std::string, controller::ImageCommand> known;
  int asked = 0;
  bool silent = false;  ///< the registry has not answered yet
};

/// The objects, and a controller process that can be stepped, crashed and started anew. Not
/// thread-safe.
class SimulatedCluster {
 public:
  /// An empty cluster that knows DevSessions.
  SimulatedCluster();
  ~SimulatedCluster();

  /// Creates an object of session_objects.h; the server gives it its own uid and version.
  void Create(const kube::Resource& resource, nlohmann::json object);
  /// The object, or null when it is not there.
  nlohmann::json Get(const kube::Resource& resource, const std::string& name);
  nlohmann::json Deployment() { return Get(kube::resources::kDeployments, "api"); }
  nlohmann::json Session(const std::string& name = "dev");
  void DeleteSession(const std::string& name = "dev");
  /// "True Injected: the message" of that condition, or "".
  std::string Condition(const std::string& type, const std::string& session = "dev");
  /// The reasons of all events, oldest first.
  std::vector<std::string> EventReasons();

  /// Changes a workload's app container as its owner would.
  void ChangeApp(const nlohmann::json& fields, const std::string& container = "api");

  /// Takes the present state into the controller's caches, as its watches would. False when the
  /// server did not answer.
  bool FillCaches();
  /// The same for the `nth` of them only, so that they show different times.
  bool FillCache(size_t nth);
  static constexpr size_t kCaches = 8;
  /// One reconcile from what the caches hold.
  kube::ReconcileResult Reconcile(const std::string& session = "dev");
  /// Fills the caches and reconciles every session until nothing is left to do; a test failure
  /// when that takes too long.
  void Converge();
  /// Lets the controller live for `calls` more requests, and start anew after that.
  void CrashAfter(int calls);
  /// Starts anew, with empty caches.
  void Restart();

  /// Reconciles all sessions in the cache, those that left something, and all policies; false when
  /// one fails.
  bool ReconcileAll();

  FakeKubeApi& api() { return api_; }
  FakeClock& clock() { return clock_; }
  FakeImages& images() { return images_; }

 private:
  struct Process;

  FakeClock clock_;
  FakeKubeApi api_{clock_};
  FakeImages images_;
  std::unique_ptr<Process> process_;
};

}  // namespace hawser::testing
