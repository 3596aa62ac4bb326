// Splits references at their separators and checks the parts' characters (the distribution
// project's reference grammar).
#include "lib/oci/reference.h"

#include <algorithm>

#include "lib/base/digest.h"
#include "lib/base/text.h"

namespace hawser::oci {
namespace {

constexpr size_t kMaxReference = 512;
constexpr size_t kMaxTag = 128;

bool IsLowerAlnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool IsWord(char c) {
  return IsLowerAlnum(c) || (c >= 'A' && c <= 'Z') || c == '_';
}

// The first part of a name is a registry when it could not be a Docker Hub user.
bool IsRegistry(std::string_view part) {
  return part.find_first_of(".:[") != std::string_view::npos || part == "localhost";
}

bool IsSeparator(std::string_view text) {
  return text == "." || text == "_" || text == "__" ||
         text.find_first_not_of('-') == std::string_view::npos;
}

// Runs of letters and digits with one separator between each two.
bool IsPathComponent(std::string_view text) {
  for (;;) {
    const auto run_end = std::ranges::find_if_not(text, IsLowerAlnum);
    if (run_end == text.begin()) return false;
    if (run_end == text.end()) return true;
    const auto separator_end = std::find_if(run_end, text.end(), IsLowerAlnum);
    if (!IsSeparator({run_end, separator_end})) return false;
    text = {separator_end, text.end()};
  }
}

bool IsRepository(std::string_view repository) {
  return std::ranges::all_of(Split(repository, '/'), IsPathComponent);
}

bool IsTag(std::string_view tag) {
  return !tag.empty() && tag.size() <= kMaxTag && IsWord(tag.front()) &&
         std::ranges::all_of(tag, [](char c) { return IsWord(c) || c == '.' || c == '-'; });
}

bool IsHostName(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return IsWord(c) || c == '.' || c == '-'; });
}

bool IsIpv6(std::string_view text) {
  return text.size() > 2 && text.front() == '[' && text.back() == ']' &&
         text.find_first_not_of("0123456789abcdefABCDEF:.", 1) == text.size() - 1;
}

bool IsPort(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// A name or an IPv6 address in brackets, and perhaps a port.
bool IsHost(std::string_view text) {
  const size_t colon = text.find(':', text.starts_with('[') ? text.find(']') : 0);
  const std::string_view host = text.substr(0, colon);
  const bool port = colon == std::string_view::npos || IsPort(text.substr(colon + 1));
  return port && (IsHostName(host) || IsIpv6(host));
}

Status Bad(std::string_view text, const std::string& what) {
  return InvalidArgumentError("image \"" + Printable(text.substr(0, 256)) + "\": " + what);
}

Status Check(std::string_view text, const Reference& reference) {
  if (!IsHost(reference.registry)) return Bad(text, "the registry is not a host name");
  if (!IsRepository(reference.repository)) {
    return Bad(text,
               "the repository may hold lower-case letters and digits, with . _ - between them");
  }
  if (!reference.tag.empty() && !IsTag(reference.tag)) {
    return Bad(text, "the tag may hold letters, digits and _ . -, at most 128");
  }
  if (!reference.digest.empty() && !IsSha256Digest(reference.digest)) {
    return Bad(text, "the digest is not sha256: and 64 lower-case hexadecimal digits");
  }
  return OkStatus();
}

}  // namespace

bool IsSha256Digest(std::string_view text) {
  constexpr std::string_view kAlgorithm = "sha256:";
  if (!text.starts_with(kAlgorithm)) return false;
  const Result<Digest> digest = Digest::FromHex(text.substr(kAlgorithm.size()));
  return digest.ok() && text.ends_with(digest->ToHex());
}

std::string Reference::ToString() const {
  std::string text = registry + "/" + repository;
  if (!tag.empty()) text += ":" + tag;
  if (!digest.empty()) text += "@" + digest;
  return text;
}

Result<Reference> ParseReference(std::string_view text) {
  if (text.empty() || text.size() > kMaxReference) return Bad(text, "1 to 512 characters expected");
  Reference reference;
  std::string_view name = text;
  if (const size_t at = name.find('@'); at != std::string_view::npos) {
    reference.digest = name.substr(at + 1);
    if (reference.digest.empty()) return Bad(text, "nothing follows the @");
    name = name.substr(0, at);
  }
  const size_t colon = name.rfind(':');
  if (colon != std::string_view::npos && name.find('/', colon) == std::string_view::npos) {
    reference.tag = name.substr(colon + 1);
    if (reference.tag.empty()) return Bad(text, "nothing follows the colon");
    name = name.substr(0, colon);
  }
  const size_t slash = name.find('/');
  if (slash != std::string_view::npos && IsRegistry(name.substr(0, slash))) {
    reference.registry = name.substr(0, slash);
    name = name.substr(slash + 1);
  }
  if (reference.registry.empty() || reference.registry == "index.docker.io") {
    reference.registry = "docker.io";
  }
  const bool hub_official =
      reference.registry == "docker.io" && name.find('/') == std::string_view::npos;
  reference.repository = (hub_official ? "library/" : "") + std::string(name);
  if (reference.tag.empty() && reference.digest.empty()) reference.tag = "latest";
  HAWSER_RETURN_IF_ERROR(Check(text, reference));
  return reference;
}

}  // namespace hawser::oci
