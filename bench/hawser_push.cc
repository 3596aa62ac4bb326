// Reads push's events from the file that its output goes to.
#include "bench/hawser_push.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "bench/deployment.h"
#include "bench/scratch.h"

namespace hawser::bench {
namespace {

using nlohmann::json;

constexpr auto kLook = std::chrono::microseconds(500);

std::vector<std::string> CommandLine(const PushOptions& options) {
  std::vector<std::string> argv = {"env", "XDG_CACHE_HOME=" + options.cache};
  if (!options.kubeconfig.empty()) argv.push_back("KUBECONFIG=" + options.kubeconfig);
  for (const std::string& word :
       {options.binary, std::string("push"), options.session, options.directory, std::string("-n"),
        std::string(kNamespace), std::string("-o"), std::string("json"), std::string("--timeline"),
        std::string("--yes")})
    argv.push_back(word);
  if (options.watch) argv.emplace_back("--watch");
  if (!options.direct) argv.emplace_back("--no-direct");
  return argv;
}

PushEvent Parse(std::string_view line) {
  PushEvent event;
  const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return event;
  event.kind = object.value("event", "");
  for (const json& pod : object.value("pods", json::array()))
    event.bytes += pod.value("bytes", uint64_t{0});
  const json phases = object.value("phasesMs", json::object());
  for (const auto& [phase, at] : phases.items()) event.phases_ms[phase] = at.get<double>();
  return event;
}

}  // namespace

Result<HawserPush> HawserPush::Start(const PushOptions& options) {
  // The child empties its log only once it runs; what an earlier one told must not be read till
  // then.
  std::ofstream(options.log, std::ios::trunc).flush();
  HAWSER_ASSIGN_OR_RETURN(Process process,
                          Process::Start(CommandLine(options), options.gid, options.log));
  return HawserPush(std::move(process), options.log);
}

void HawserPush::ReadLog() {
  std::ifstream in(log_, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(read_));
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  size_t start = 0;
  for (size_t end = 0; (end = text.find('\n', start)) != std::string::npos; start = end + 1)
    unread_.push_back(Parse(std::string_view(text).substr(start, end - start)));
  read_ += start;
}

std::vector<PushEvent> HawserPush::NewEvents() {
  ReadLog();
  return std::exchange(unread_, {});
}

Status HawserPush::Await(const std::string& kind, Duration limit) {
  const auto came = [&] {
    ReadLog();
    const auto found = std::find_if(unread_.begin(), unread_.end(),
                                    [&](const PushEvent& event) { return event.kind == kind; });
    const bool any = found != unread_.end();
    unread_.erase(unread_.begin(), any ? found + 1 : found);
    return any;
  };
  if (PollUntil(came, kLook, limit)) return OkStatus();
  return DeadlineExceededError("hawser push did not tell \"" + kind +
                               "\"; it said: " + FileText(log_));
}

}  // namespace hawser::bench
