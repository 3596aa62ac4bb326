// Names and look-ups that belong to a session.
#include "lib/devsession/devsession.h"

namespace hawser::devsession {

std::string SecretName(const std::string& session) {
  return "hawser-" + session;
}

const Condition* FindCondition(const SessionStatus& status, const std::string& type) {
  for (const Condition& condition : status.conditions) {
    if (condition.type == type) return &condition;
  }
  return nullptr;
}

}  // namespace hawser::devsession
