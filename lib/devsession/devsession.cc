// Names that belong to a session.
#include "lib/devsession/devsession.h"

namespace hawser::devsession {

std::string SecretName(const std::string& session) {
  return "hawser-" + session;
}

}  // namespace hawser::devsession
