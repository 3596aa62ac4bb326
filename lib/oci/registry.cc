// From a reference to its config blob: manifest, the right entry of an index, blob; all verified.
#include "lib/oci/registry.h"

#include <utility>

#include "lib/base/digest.h"
#include "lib/oci/manifest.h"
#include "lib/oci/registry_session.h"

namespace hawser::oci {
namespace {

constexpr char kManifestTypes[] =
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
    "application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json";

const char* OwnArchitecture() {
#if defined(__aarch64__)
  return "arm64";
#else
  return "amd64";
#endif
}

// `what` of the repository, whose content must hash to `digest` unless that is empty.
Result<std::string> Fetch(RegistrySession& session, const std::string& what,
                          const std::string& digest, const std::string& accept) {
  HAWSER_ASSIGN_OR_RETURN(http::Response response, session.Get(what, accept));
  if (!digest.empty() && "sha256:" + Sha256(response.body).ToHex() != digest) {
    return DataLossError("registry: " + what + " does not match its digest");
  }
  return std::move(response.body);
}

// Where the manifest of `image` leads.
Result<ManifestTarget> FetchTarget(RegistrySession& session, const Reference& image,
                                   const std::string& architecture) {
  const std::string& name = image.digest.empty() ? image.tag : image.digest;
  HAWSER_ASSIGN_OR_RETURN(const std::string body,
                          Fetch(session, "manifests/" + name, image.digest, kManifestTypes));
  Result<ManifestTarget> target = ParseManifest(body, architecture);
  if (!target.ok()) return target.status().Annotate("image " + image.ToString());
  return target;
}

}  // namespace

Registry::Registry(RegistryOptions options, SenderFactory senders)
    : options_(std::move(options)), senders_(std::move(senders)) {
  if (options_.architecture.empty()) options_.architecture = OwnArchitecture();
}

Result<ImageConfig> Registry::ReadConfig(const Reference& reference) const {
  RegistrySession session(options_, senders_, reference);
  Reference image = reference;
  HAWSER_ASSIGN_OR_RETURN(ManifestTarget target,
                          FetchTarget(session, image, options_.architecture));
  if (target.is_manifest) {
    image.digest = target.digest;
    HAWSER_ASSIGN_OR_RETURN(target, FetchTarget(session, image, options_.architecture));
  }
  if (target.is_manifest) {
    return DataLossError("image " + image.ToString() + ": its index has an index in its place");
  }
  HAWSER_ASSIGN_OR_RETURN(const std::string blob,
                          Fetch(session, "blobs/" + target.digest, target.digest, ""));
  return ParseImageConfig(blob);
}

}  // namespace hawser::oci
