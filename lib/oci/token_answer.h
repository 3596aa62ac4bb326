// What a registry's token server answers.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace hawser::oci {

/// The token in an answer (Docker's registry token protocol: "token" or "access_token"), which fits
/// into a header. data_loss when there is none.
Result<std::string> ParseTokenAnswer(std::string_view text);

}  // namespace hawser::oci
