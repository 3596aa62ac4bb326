// Reads the "config" member of a manifest, or the "manifests" of an index.
#include "lib/oci/manifest.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "lib/base/text.h"
#include "lib/oci/reference.h"
#include "lib/oci/registry_json.h"

namespace hawser::oci {
namespace {

using nlohmann::json;

constexpr size_t kMaxDigestShown = 128;
constexpr size_t kMaxPlatform = 64;
constexpr size_t kMaxOffered = 1024;

/// The digest becomes a part of a path, and what is fetched by it is checked against it.
Result<ManifestTarget> TargetOf(bool is_manifest, std::string digest) {
  if (!IsSha256Digest(digest)) {
    return DataLossError("manifest: \"" + Printable(digest.substr(0, kMaxDigestShown)) +
                         "\" is no sha256 digest");
  }
  return ManifestTarget{.is_manifest = is_manifest, .digest = std::move(digest)};
}

/// "linux/amd64", or "/" where the entry does not say.
std::string PlatformOf(const json& entry) {
  const json* const platform = MemberOf(&entry, "platform");
  return TextOf(MemberOf(platform, "os")) + "/" + TextOf(MemberOf(platform, "architecture"));
}

/// Adds a platform to a list for people, which ends early in an index that has very many.
void Offer(const std::string& platform, std::string& offered) {
  if (offered.size() > kMaxOffered) return;
  offered += (offered.empty() ? "" : ", ") + Printable(platform.substr(0, kMaxPlatform));
  if (offered.size() > kMaxOffered) offered += ", ...";
}

Result<ManifestTarget> ChooseImage(const json& entries, const std::string& architecture) {
  const std::string wanted = "linux/" + architecture;
  std::string offered;
  for (const json& entry : entries) {
    const std::string platform = PlatformOf(entry);
    if (platform == wanted) return TargetOf(true, TextOf(MemberOf(&entry, "digest")));
    Offer(platform, offered);
  }
  return NotFoundError("no image for " + wanted + "; the index has " +
                       (offered.empty() ? "none" : offered));
}

}  // namespace

Result<ManifestTarget> ParseManifest(std::string_view text, const std::string& architecture) {
  HAWSER_ASSIGN_OR_RETURN(const json manifest, ParseRegistryJson(text, "manifest"));
  const json* const entries = MemberOf(&manifest, "manifests");
  if (entries != nullptr && entries->is_array()) return ChooseImage(*entries, architecture);
  return TargetOf(false, TextOf(MemberOf(MemberOf(&manifest, "config"), "digest")));
}

}  // namespace hawser::oci
