// The controller put together: caches, observer, reconciler and loop over one API client.
#pragma once

#include <atomic>
#include <stop_token>
#include <string>

#include "controller/audit.h"
#include "controller/entrypoint.h"
#include "controller/image_questions.h"
#include "controller/key_memory.h"
#include "controller/observe.h"
#include "controller/policies.h"
#include "controller/reconcile.h"
#include "lib/base/metrics.h"
#include "lib/kube/controller_loop.h"
#include "lib/kube/events.h"

namespace hawser::controller {

struct OperatorOptions {
  std::string ns;  ///< empty: all namespaces
  int workers = 8;
  std::string instance;  ///< this process, as events name it
  Metrics& metrics = NoMetrics();
  PlanOptions plan;
};

/// Watches sessions, the workloads they may act on and their pods, and reconciles.
class Operator {
 public:
  /// Everything passed by reference must outlive the operator.
  Operator(kube::Api& api, ImageCommandSource& images, const Clock& clock, OperatorOptions options);

  /// Works until `stop`. Failures are those of kube::Controller::Run.
  Status Run(std::stop_token stop);

  /// True once Run was called: a process that waits to lead has not. Any thread.
  bool Started() const { return started_; }
  /// True once every cache holds its first list. Any thread.
  bool Ready() const { return loop_.Synced(); }

 private:
  kube::KeyMapper CountingFor(kube::KeyMapper mapper);

  Caches caches_;
  KeyMemory keys_;
  ImageQuestions images_;
  Observer observer_;
  kube::EventRecorder recorder_;
  Audit audit_;
  SessionReconciler reconciler_;
  PolicyReconciler policy_reconciler_;
  kube::Controller policy_loop_;  ///< without watches of its own: the other's caches serve both
  kube::Controller loop_;
  std::atomic<bool> started_{false};
};

}  // namespace hawser::controller
