// Splits a watch's body into lines and lines into events.
#include "lib/kube/watch_decoder.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "lib/base/text.h"
#include "lib/kube/api_status.h"
#include "lib/kube/object.h"

namespace hawser::kube {
namespace {

std::optional<WatchEvent::Type> TypeOf(std::string_view name) {
  if (name == "ADDED") return WatchEvent::Type::kAdded;
  if (name == "MODIFIED") return WatchEvent::Type::kModified;
  if (name == "DELETED") return WatchEvent::Type::kDeleted;
  if (name == "BOOKMARK") return WatchEvent::Type::kBookmark;
  return std::nullopt;
}

}  // namespace

Status WatchDecoder::Feed(std::string_view chunk) {
  for (size_t end = chunk.find('\n'); end != std::string_view::npos; end = chunk.find('\n')) {
    HAWSER_RETURN_IF_ERROR(CheckLength(end));
    if (partial_.empty()) {
      HAWSER_RETURN_IF_ERROR(Decode(chunk.substr(0, end)));
    } else {
      partial_.append(chunk.substr(0, end));
      const std::string line = std::exchange(partial_, {});
      HAWSER_RETURN_IF_ERROR(Decode(line));
    }
    chunk.remove_prefix(end + 1);
  }
  HAWSER_RETURN_IF_ERROR(CheckLength(chunk.size()));
  partial_.append(chunk);
  return OkStatus();
}

Status WatchDecoder::CheckLength(size_t more) const {
  if (partial_.size() + more <= kMaxEventBytes) return OkStatus();
  return DataLossError("a watch event is longer than " + FormatBytes(kMaxEventBytes));
}

Status WatchDecoder::Decode(std::string_view line) {
  if (Trim(line).empty()) return OkStatus();
  nlohmann::json event = nlohmann::json::parse(line, nullptr, false);
  if (!event.is_object() || !event.contains("object") || !event["object"].is_object()) {
    // The line is not quoted: it may be of a Secret.
    return DataLossError("a watch event is not a JSON object with a type and an object");
  }
  const std::string type = StringAt(event, "/type");
  if (type == "ERROR") return StatusOfObject(event["object"]);
  const std::optional<WatchEvent::Type> known = TypeOf(type);
  if (!known)
    return DataLossError("a watch event has the unknown type \"" + Printable(type.substr(0, 64)) +
                         "\"");
  return sink_({*known, std::make_shared<const nlohmann::json>(std::move(event["object"]))});
}

}  // namespace hawser::kube
