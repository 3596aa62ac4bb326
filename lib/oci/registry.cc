// From a reference to its config blob: manifest, the right entry of an index, blob; all verified.
#include "lib/oci/registry.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "lib/base/digest.h"
#include "lib/base/text.h"
#include "lib/oci/registry_session.h"

namespace hawser::oci {
namespace {

using nlohmann::json;

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

std::string TextAt(const json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto it = object.find(name);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
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

Result<json> FetchManifest(RegistrySession& session, const std::string& digest,
                           const std::string& tag) {
  HAWSER_ASSIGN_OR_RETURN(
      const std::string body,
      Fetch(session, "manifests/" + (digest.empty() ? tag : digest), digest, kManifestTypes));
  json manifest = json::parse(body, nullptr, false);
  if (!manifest.is_object()) return DataLossError("registry: the manifest is not a JSON object");
  return manifest;
}

// The digest of the index's image for Linux on `architecture`.
Result<std::string> ChooseImage(const json& index, const std::string& architecture) {
  std::string offered;
  for (const json& entry : index["manifests"]) {
    const json platform = entry.is_object() ? entry.value("platform", json::object()) : json();
    const std::string name = TextAt(platform, "os") + "/" + TextAt(platform, "architecture");
    if (name == "linux/" + architecture) return TextAt(entry, "digest");
    offered += (offered.empty() ? "" : ", ") + Printable(name);
  }
  return NotFoundError("no image for linux/" + architecture + "; the index has " +
                       (offered.empty() ? "none" : offered));
}

// The digest is part of a path from here on, and the content is checked against it.
Status CheckDigest(const std::string& digest) {
  return IsSha256Digest(digest) ? OkStatus()
                                : DataLossError("registry: \"" + Printable(digest.substr(0, 128)) +
                                                "\" is no sha256 digest");
}

}  // namespace

Registry::Registry(RegistryOptions options, TransportFactory transports)
    : options_(std::move(options)), transports_(std::move(transports)) {
  if (options_.architecture.empty()) options_.architecture = OwnArchitecture();
}

Result<ImageConfig> Registry::ReadConfig(const Reference& reference) const {
  RegistrySession session(options_, transports_, reference);
  HAWSER_ASSIGN_OR_RETURN(json manifest, FetchManifest(session, reference.digest, reference.tag));
  if (manifest.contains("manifests") && manifest["manifests"].is_array()) {
    Result<std::string> digest = ChooseImage(manifest, options_.architecture);
    if (!digest.ok()) return digest.status().Annotate("image " + reference.ToString());
    HAWSER_RETURN_IF_ERROR(CheckDigest(*digest));
    HAWSER_ASSIGN_OR_RETURN(manifest, FetchManifest(session, *digest, {}));
  }
  const std::string config = TextAt(manifest.value("config", json()), "digest");
  HAWSER_RETURN_IF_ERROR(CheckDigest(config));
  HAWSER_ASSIGN_OR_RETURN(const std::string blob, Fetch(session, "blobs/" + config, config, ""));
  return ParseImageConfig(blob);
}

}  // namespace hawser::oci
