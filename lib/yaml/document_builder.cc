// Keeps a stack of open collections; every value is charged before it is kept, aliases in full.
#include "lib/yaml/document_builder.h"

#include <cmath>
#include <sstream>
#include <utility>

#include "lib/base/utf8.h"
#include "lib/yaml/scalar.h"
#include "lib/yaml/yaml.h"

namespace hawser::yaml {
namespace {

using nlohmann::json;

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

// "!!int" for the long form, other tags as they are.
std::string ShortTag(const std::string& tag) {
  return tag.starts_with(kTagPrefix) ? "!!" + tag.substr(kTagPrefix.size()) : tag;
}

bool HasType(const json& value, const std::string& tag) {
  if (tag == "!!int") return value.is_number_integer();
  if (tag == "!!float") return value.is_number();
  if (tag == "!!bool") return value.is_boolean();
  return tag == "!!null" && value.is_null();
}

json TypedScalar(const YAML::Mark& mark, const std::string& raw_tag, const std::string& text) {
  const std::string tag = ShortTag(raw_tag);
  if (tag == "!" || tag == "!!str" || tag == "!!binary" || tag == "!!timestamp") return text;
  json value = ResolvePlainScalar(text);
  if (value.is_number_float() && !std::isfinite(value.get<double>())) {
    throw BuildError(mark, "JSON has no " + text + "; quote it if it is meant as text");
  }
  if (tag == "?" || tag.empty()) return value;
  if (HasType(value, tag)) return value;
  throw BuildError(mark, "cannot read \"" + text.substr(0, 64) + "\" as " + tag);
}

void CheckCollectionTag(const YAML::Mark& mark, const std::string& raw_tag, const char* expected) {
  const std::string tag = ShortTag(raw_tag);
  if (tag.empty() || tag == "?" || tag == "!" || tag == expected) return;
  throw BuildError(mark, "unsupported tag " + tag);
}

/// JSON is UTF-8 alone, and the parser passes on whatever bytes there are.
void CheckUtf8(const YAML::Mark& mark, const std::string& text) {
  const size_t at = FindNotUtf8(text);
  if (at == std::string::npos) return;
  const auto byte = static_cast<unsigned char>(text[at]);
  std::ostringstream what;
  what << "the byte 0x" << std::hex << unsigned{byte}
       << " in this value is not UTF-8; save the file in that encoding";
  throw BuildError(mark, what.str());
}

std::string KeyText(const YAML::Mark& mark, const json& key) {
  if (key.is_string()) return key.get<std::string>();
  if (key.is_number() || key.is_boolean()) return key.dump();
  throw BuildError(mark, key.is_null() ? "a key may not be null; quote it if it is meant as text"
                                       : "a key must be a scalar");
}

}  // namespace

json DocumentBuilder::TakeDocument() {
  json document = document_ ? *std::move(document_) : json();
  document_.reset();
  return document;
}

void DocumentBuilder::OnDocumentStart(const YAML::Mark&) {
  open_.clear();
  anchors_.clear();
  document_.reset();
}

void DocumentBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Charge(mark, {.values = 1, .bytes = 0});
  Remember(anchor, json(), {.values = 1, .bytes = 0});
  Add(mark, json(), false);
}

void DocumentBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto it = anchors_.find(anchor);
  if (it == anchors_.end()) throw BuildError(mark, "an alias may not stand inside its own anchor");
  Charge(mark, it->second.cost);
  Add(mark, it->second.value, false);
}

void DocumentBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag,
                               YAML::anchor_t anchor, const std::string& value) {
  const Cost cost{.values = 1, .bytes = value.size()};
  Charge(mark, cost);
  CheckUtf8(mark, value);
  json typed = TypedScalar(mark, tag, value);
  Remember(anchor, typed, cost);
  const bool plain = tag == "?" || tag.empty();
  Add(mark, std::move(typed), plain && value == "<<");
}

void DocumentBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                      YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  CheckCollectionTag(mark, tag, "!!seq");
  Open(mark, json::array(), anchor);
}

void DocumentBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag,
                                 YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  CheckCollectionTag(mark, tag, "!!map");
  Open(mark, json::object(), anchor);
}

void DocumentBuilder::Open(const YAML::Mark& mark, json empty, YAML::anchor_t anchor) {
  if (open_.size() >= kMaxDepth) {
    throw BuildError(mark, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
  }
  const Cost before = total_;
  Charge(mark, {.values = 1, .bytes = 0});
  open_.push_back({mark, std::move(empty), anchor, before, std::nullopt, false, {}});
}

void DocumentBuilder::Close() {
  Frame frame = std::move(open_.back());
  open_.pop_back();
  // Keys of the map itself win over merged ones, and earlier merges over later ones.
  for (const json& merged : frame.merges) {
    for (const auto& [key, value] : merged.items()) {
      if (!frame.value.contains(key)) frame.value[key] = value;
    }
  }
  Remember(frame.anchor, frame.value,
           {total_.values - frame.before.values, total_.bytes - frame.before.bytes});
  Add(frame.mark, std::move(frame.value), false);
}

void DocumentBuilder::Add(const YAML::Mark& mark, json value, bool merge_key) {
  if (open_.empty()) {
    document_ = std::move(value);
    return;
  }
  Frame& frame = open_.back();
  if (frame.value.is_array()) {
    frame.value.push_back(std::move(value));
  } else if (frame.merging) {
    AddMerge(mark, frame, value);
    frame.merging = false;
  } else if (!frame.key) {
    AddKey(mark, frame, value, merge_key);
  } else {
    frame.value[*std::exchange(frame.key, std::nullopt)] = std::move(value);
  }
}

void DocumentBuilder::AddKey(const YAML::Mark& mark, Frame& map, const json& key, bool merge_key) {
  if (merge_key) {
    map.merging = true;
    return;
  }
  map.key = KeyText(mark, key);
  if (map.value.contains(*map.key)) {
    throw BuildError(mark, "the key \"" + map.key->substr(0, 64) + "\" is already there");
  }
}

void DocumentBuilder::AddMerge(const YAML::Mark& mark, Frame& map, const json& value) {
  if (value.is_object()) {
    map.merges.push_back(value);
    return;
  }
  if (!value.is_array()) throw BuildError(mark, "<< merges a mapping or a list of mappings");
  for (const json& item : value) {
    if (!item.is_object()) throw BuildError(mark, "<< merges a mapping or a list of mappings");
    map.merges.push_back(item);
  }
}

void DocumentBuilder::Charge(const YAML::Mark& mark, Cost cost) {
  total_.values += cost.values;
  total_.bytes += cost.bytes;
  if (total_.values > kMaxValues || total_.bytes > kMaxStringBytes) {
    throw BuildError(mark, "the text stands for too many values; are aliases nested?");
  }
}

void DocumentBuilder::Remember(YAML::anchor_t anchor, const json& value, Cost cost) {
  if (anchor != 0) anchors_[anchor] = {value, cost};
}

}  // namespace hawser::yaml
