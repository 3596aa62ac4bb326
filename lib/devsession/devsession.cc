// Names that belong to a session.
#include "lib/devsession/devsession.h"

#include <algorithm>

#include "lib/base/digest.h"

namespace hawser::devsession {

namespace {

/// What a StatefulSet's name may be: its pods' revision label adds a hash to it.
constexpr size_t kMaxCloneName = 52;

}  // namespace

std::string SecretName(const std::string& session) {
  return "hawser-" + session;
}

std::string CloneName(const std::string& session) {
  std::string name = "hawser-" + session;
  std::replace(name.begin(), name.end(), '.', '-');
  if (name.size() <= kMaxCloneName && session.find('.') == std::string::npos) return name;
  const std::string digest = "-" + Sha256(session).ToShortHex();
  return name.substr(0, kMaxCloneName - digest.size()) + digest;
}

}  // namespace hawser::devsession
