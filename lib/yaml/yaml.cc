// Runs the YAML parser over bounded text and turns what it throws into failures.
#include "lib/yaml/yaml.h"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "lib/base/text.h"
#include "lib/yaml/document_builder.h"

namespace hawser::yaml {
namespace {

using nlohmann::json;

Status At(std::string_view source, const YAML::Mark& mark, std::string_view what) {
  std::string where(source);
  if (!mark.is_null()) {
    where += ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
  }
  return InvalidArgumentError(where + ": " + Printable(what));
}

// Every document of the text, empty ones as null.
Result<std::vector<json>> ParseAll(std::string_view text, std::string_view source) {
  if (text.size() > kMaxTextBytes) {
    return InvalidArgumentError(std::string(source) + ": " + FormatBytes(text.size()) +
                                " of YAML, at most " + FormatBytes(kMaxTextBytes) + " are read");
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    DocumentBuilder builder;
    std::vector<json> documents;
    while (parser.HandleNextDocument(builder)) documents.push_back(builder.TakeDocument());
    return documents;
  } catch (const BuildError& error) {
    return At(source, error.mark, error.what());
  } catch (const YAML::Exception& error) {
    return At(source, error.mark, error.msg);
  }
}

}  // namespace

Result<json> ParseYaml(std::string_view text, std::string_view source_name) {
  HAWSER_ASSIGN_OR_RETURN(std::vector<json> documents, ParseAll(text, source_name));
  if (documents.size() > 1) {
    return InvalidArgumentError(std::string(source_name) + ": one document was expected, found " +
                                std::to_string(documents.size()));
  }
  return documents.empty() ? json() : std::move(documents.front());
}

Result<std::vector<json>> ParseYamlDocuments(std::string_view text, std::string_view source_name) {
  HAWSER_ASSIGN_OR_RETURN(std::vector<json> documents, ParseAll(text, source_name));
  std::erase_if(documents, [](const json& document) { return document.is_null(); });
  return documents;
}

}  // namespace hawser::yaml
