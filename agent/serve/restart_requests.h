// Sees to it that each restart that a pod's annotation asks for happens once in that pod.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/wire/messages.h"

namespace hawser::agent {

/// Joins what is asked for with what the supervisor says it did. A record on the shared volume
/// outlives the agent; a supervisor that is another than the one that was ordered has started the
/// app anew, which is what was asked. One thread.
class RestartRequests {
 public:
  /// `record` names the file; empty, and nothing outlives the agent.
  explicit RestartRequests(std::string record);

  /// The newest request, again and again as it is seen. Returns the order to send now, if any.
  std::optional<wire::RestartOrder> OnRequest(const wire::RestartOrder& request);
  /// What the connected supervisor says of itself. Returns the order to send now, if any.
  std::optional<wire::RestartOrder> OnState(const wire::RestartState& state);
  void OnSupervisorGone() { connected_ = false; }

 private:
  void Load();
  void Save() const;
  void NoteOrder(uint64_t instance);
  std::optional<wire::RestartOrder> Next();

  const std::string path_;
  // The record.
  std::string done_;         ///< the newest request that is done for
  std::string ordered_;      ///< the newest that a supervisor was told of
  uint64_t ordered_to_ = 0;  ///< its instance

  std::optional<wire::RestartOrder> wanted_;  ///< not done for yet
  bool connected_ = false;
  std::optional<wire::RestartState> supervisor_;  ///< the one that was connected last
};

}  // namespace hawser::agent
