// Builds API paths and queries.
#include "lib/kube/paths.h"

#include "lib/base/url_encode.h"

namespace hawser::kube {

std::string ObjectPath(const Resource& resource, const ObjectKey& key,
                       std::string_view subresource) {
  std::string path = resource.group.empty() ? "/api/" : "/apis/" + resource.group + "/";
  path += resource.version;
  if (resource.namespaced && !key.ns.empty()) path += "/namespaces/" + UrlEncode(key.ns);
  path += "/" + resource.plural;
  if (!key.name.empty()) path += "/" + UrlEncode(key.name);
  if (!subresource.empty()) path += "/" + std::string(subresource);
  return path;
}

std::string Query(const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string query;
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    query += (query.empty() ? "?" : "&") + UrlEncode(name) + "=" + UrlEncode(value);
  }
  return query;
}

}  // namespace hawser::kube
