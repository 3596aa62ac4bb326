// Takes the first of the token's two names that holds one.
#include "lib/oci/token_answer.h"

#include <nlohmann/json.hpp>

#include "lib/http/message_text.h"
#include "lib/oci/registry_json.h"

namespace hawser::oci {

Result<std::string> ParseTokenAnswer(std::string_view text) {
  HAWSER_ASSIGN_OR_RETURN(const nlohmann::json answer, ParseRegistryJson(text, "token answer"));
  for (const char* name : {"token", "access_token"}) {
    std::string token = TextOf(MemberOf(&answer, name));
    if (!token.empty() && http::IsVisibleAscii(token)) return token;
  }
  return DataLossError("token answer: it holds no token");
}

}  // namespace hawser::oci
