// Keeps a cache equal to the server: list, then watch from there, for ever.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "lib/base/backoff.h"
#include "lib/base/clock.h"
#include "lib/base/status.h"
#include "lib/kube/api.h"
#include "lib/kube/cache.h"

namespace hawser::kube {

/// What to mirror, and how failures are retried.
struct ReflectorOptions {
  Resource resource;
  ListOptions list;
  BackoffOptions backoff{.initial = std::chrono::milliseconds(800),
                         .max = std::chrono::seconds(30),
                         .factor = 2.0,
                         .jitter = 0.2};
  Duration healthy_after = std::chrono::seconds(120);  ///< so long without failure forgets failures
};

/// The list-and-watch state machine: told what happened, it says what to do next. Holds no thread
/// and makes no call. Not thread-safe.
class ReflectorMachine {
 public:
  struct Listed {
    std::string resource_version;
  };
  struct Seen {  ///< a watch event came; bookmarks too
    std::string resource_version;
  };
  struct Failed {  ///< a list or watch failed; out_of_range means the version is too old
    Status status;
  };
  struct Ended {};  ///< the server ended the watch in good order
  using Input = std::variant<Listed, Seen, Failed, Ended>;

  /// The next call to make: list, or watch from `resource_version`, after waiting for `delay`.
  struct Action {
    enum class Kind { kList, kWatch };
    Kind kind = Kind::kList;
    std::string resource_version;
    Duration delay{};
    bool operator==(const Action&) const = default;
  };

  ReflectorMachine(const ReflectorOptions& options, uint64_t seed);

  /// What to do at first.
  static Action Start() { return {}; }
  Action Step(const Input& input, TimePoint now);

 private:
  Action Next(Duration delay) const;
  Action Retry(TimePoint now);

  Backoff backoff_;
  Duration healthy_after_;
  TimePoint last_failure_{};
  TimePoint last_end_{};
  std::string resource_version_;  // empty: a list is needed
};

/// Called with the changes of each list or event, after the cache holds them, on the reflector's
/// thread; must only enqueue.
using ChangeHandler = std::function<void(const Change&)>;

/// Runs the machine against an API server. One thread runs it; the cache may be read from any.
class Reflector {
 public:
  /// Called when a list or watch failed and will be retried; for logs.
  using FailureHandler = std::function<void(const Status&)>;

  /// Everything passed by reference must outlive the reflector.
  Reflector(ReflectorOptions options, Api& api, Cache& cache, const Clock& clock,
            ChangeHandler on_change, FailureHandler on_failure = {});

  /// Blocks until `stop`.
  void Run(std::stop_token stop);

 private:
  ReflectorMachine::Action Perform(const ReflectorMachine::Action& action, std::stop_token stop);
  ReflectorMachine::Action List();
  ReflectorMachine::Action Watch(const std::string& resource_version, std::stop_token stop);
  ReflectorMachine::Action Fail(const Status& status);
  void Publish(const std::vector<Change>& changes);

  ReflectorOptions options_;
  Api& api_;
  Cache& cache_;
  const Clock& clock_;
  ChangeHandler on_change_;
  FailureHandler on_failure_;
  ReflectorMachine machine_;
};

}  // namespace hawser::kube
