// Builds JSON documents from the YAML parser's events, within bounds.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace hawser::yaml {

/// Wrong input, thrown out of the parser by the builder. Never leaves lib/yaml.
struct BuildError : std::runtime_error {
  BuildError(const YAML::Mark& where, const std::string& what)
      : std::runtime_error(what), mark(where) {}
  YAML::Mark mark;
};

/// Receives the events of one text; TakeDocument after each document.
class DocumentBuilder final : public YAML::EventHandler {
 public:
  nlohmann::json TakeDocument();

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { Close(); }

 private:
  struct Cost {
    size_t values = 0;
    size_t bytes = 0;
  };
  struct Anchored {
    nlohmann::json value;
    Cost cost;
  };
  struct Frame {
    YAML::Mark mark;
    nlohmann::json value;
    YAML::anchor_t anchor = 0;
    Cost before;                     // what the text stood for when the collection opened
    std::optional<std::string> key;  // of a map: the value that follows belongs to it
    bool merging = false;            // the key was `<<`
    std::vector<nlohmann::json> merges;
  };

  void Open(const YAML::Mark& mark, nlohmann::json empty, YAML::anchor_t anchor);
  void Close();
  void Add(const YAML::Mark& mark, nlohmann::json value, bool merge_key);
  void AddKey(const YAML::Mark& mark, Frame& map, const nlohmann::json& key, bool merge_key);
  void AddMerge(const YAML::Mark& mark, Frame& map, const nlohmann::json& value);
  void Charge(const YAML::Mark& mark, Cost cost);
  void Remember(YAML::anchor_t anchor, const nlohmann::json& value, Cost cost);

  std::vector<Frame> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::optional<nlohmann::json> document_;
  Cost total_;
};

}  // namespace hawser::yaml
