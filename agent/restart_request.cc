// Words "key=value", each known one checked.
#include "agent/restart_request.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <string>
#include <utility>

#include "lib/base/text.h"

namespace hawser::agent {
namespace {

constexpr size_t kMaxRequest = 1024;
constexpr size_t kMaxRequestId = 64;

constexpr std::array<std::pair<std::string_view, int>, 7> kSignals = {{{"TERM", SIGTERM},
                                                                       {"INT", SIGINT},
                                                                       {"HUP", SIGHUP},
                                                                       {"QUIT", SIGQUIT},
                                                                       {"USR1", SIGUSR1},
                                                                       {"USR2", SIGUSR2},
                                                                       {"KILL", SIGKILL}}};

Status Bad(const char* word, const char* expected) {
  return InvalidArgumentError(std::string("restart request: ") + word + ": expected " + expected);
}

Status ReadId(std::string_view value, wire::RestartOrder& order) {
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
  });
  if (value.empty() || value.size() > kMaxRequestId || !plain) {
    return Bad("id", "at most 64 lower-case letters, digits and dots");
  }
  order.id = value;
  return OkStatus();
}

Status ReadPolicy(std::string_view value, wire::RestartOrder& order) {
  if (value != "Process" && value != "Container") return Bad("policy", "Process or Container");
  order.rule.policy =
      value == "Process" ? wire::RestartPolicy::kProcess : wire::RestartPolicy::kContainer;
  return OkStatus();
}

Status ReadSignal(std::string_view value, wire::RestartOrder& order) {
  const auto* const known = std::find_if(kSignals.begin(), kSignals.end(),
                                         [&](const auto& each) { return each.first == value; });
  if (known == kSignals.end()) return Bad("signal", "the name of a signal that may end an app");
  order.rule.signal = static_cast<uint32_t>(known->second);
  return OkStatus();
}

Status ReadGrace(std::string_view value, wire::RestartOrder& order) {
  const Result<Duration> grace = ParseDuration(value);
  if (!grace.ok() || *grace < Duration::zero() || *grace > std::chrono::hours(1)) {
    return Bad("grace", "a time of at most an hour");
  }
  order.rule.grace_ms =
      static_cast<uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(*grace).count());
  return OkStatus();
}

Status ReadWord(std::string_view word, wire::RestartOrder& order) {
  const size_t equals = word.find('=');
  if (equals == std::string_view::npos) return Bad("words", "key=value");
  const std::string_view key = word.substr(0, equals);
  const std::string_view value = word.substr(equals + 1);
  if (key == "id") return ReadId(value, order);
  if (key == "policy") return ReadPolicy(value, order);
  if (key == "signal") return ReadSignal(value, order);
  if (key == "grace") return ReadGrace(value, order);
  return OkStatus();
}

}  // namespace

Result<std::optional<wire::RestartOrder>> ParseRestartRequest(std::string_view text) {
  text = Trim(text);
  if (text.empty()) return std::optional<wire::RestartOrder>();
  if (text.size() > kMaxRequest) return Bad("text", "at most 1024 bytes");
  wire::RestartOrder order;
  for (const std::string_view word : Split(text, ' ')) {
    HAWSER_RETURN_IF_ERROR(ReadWord(word, order));
  }
  if (order.id.empty()) return Bad("id", "one");
  return std::optional(std::move(order));
}

}  // namespace hawser::agent
