// Reads the config blob's "config" member.
#include "lib/oci/image_config.h"

#include <nlohmann/json.hpp>

#include "lib/oci/registry_json.h"

namespace hawser::oci {
namespace {

using nlohmann::json;

Status Bad(const std::string& field, const char* expected) {
  return DataLossError("image config: " + field + ": expected " + expected);
}

Status ReadStrings(const json& config, const char* field, std::vector<std::string>& into) {
  const auto it = config.find(field);
  if (it == config.end() || it->is_null()) return OkStatus();
  if (!it->is_array()) return Bad(field, "a list of strings");
  for (const json& item : *it) {
    if (!item.is_string()) return Bad(field, "a list of strings");
    into.push_back(item.get<std::string>());
  }
  return OkStatus();
}

Status ReadString(const json& config, const char* field, std::string& into) {
  const auto it = config.find(field);
  if (it == config.end() || it->is_null()) return OkStatus();
  if (!it->is_string()) return Bad(field, "a string");
  into = it->get<std::string>();
  return OkStatus();
}

}  // namespace

Result<ImageConfig> ParseImageConfig(std::string_view text) {
  HAWSER_ASSIGN_OR_RETURN(const json document, ParseRegistryJson(text, "image config"));
  const auto config = document.find("config");
  if (config == document.end() || config->is_null()) return ImageConfig();
  if (!config->is_object()) return Bad("config", "a mapping");
  ImageConfig image;
  HAWSER_RETURN_IF_ERROR(ReadStrings(*config, "Entrypoint", image.entrypoint));
  HAWSER_RETURN_IF_ERROR(ReadStrings(*config, "Cmd", image.cmd));
  HAWSER_RETURN_IF_ERROR(ReadStrings(*config, "Env", image.env));
  HAWSER_RETURN_IF_ERROR(ReadString(*config, "User", image.user));
  HAWSER_RETURN_IF_ERROR(ReadString(*config, "WorkingDir", image.working_dir));
  return image;
}

}  // namespace hawser::oci
