// Image configs through the registry client.
#include "controller/entrypoint.h"

#include <utility>

#include "lib/http/transport.h"
#include "lib/oci/reference.h"

namespace hawser::controller {

RegistryImageCommands::RegistryImageCommands(const std::vector<std::string>& insecure)
    : registry_({.insecure = {insecure.begin(), insecure.end()}}, [](const std::string& base_url) {
        return http::MakeBoundedSender({.base_url = base_url});
      }) {}

Result<ImageCommand> RegistryImageCommands::Lookup(const std::string& image) {
  HAWSER_ASSIGN_OR_RETURN(const oci::Reference reference, oci::ParseReference(image));
  HAWSER_ASSIGN_OR_RETURN(oci::ImageConfig config, registry_.ReadConfig(reference));
  return ImageCommand{.entrypoint = std::move(config.entrypoint), .cmd = std::move(config.cmd)};
}

}  // namespace hawser::controller
