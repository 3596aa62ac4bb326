// Counts a group's traffic with nftables: sockets of the group get a connection mark, marked
// packets are counted.
#include "bench/byte_counter.h"

#include <nlohmann/json.hpp>
#include <string>

#include "bench/command.h"

namespace hawser::bench {
namespace {

constexpr char kTable[] = "hawser_bench";

/// On loopback a packet passes both hooks: it is counted where it leaves. From other hosts answers
/// only arrive.
std::string Ruleset(const std::vector<gid_t>& groups) {
  std::string counters, out, in;
  for (const gid_t group : groups) {
    const std::string id = std::to_string(group);
    counters += "  counter g" + id + " {}\n";
    out += "    meta skgid " + id + " ct mark set " + id + "\n    ct mark " + id +
           " counter name g" + id + "\n";
    in += "    iif != lo ct mark " + id + " counter name g" + id + "\n";
  }
  return "table inet " + std::string(kTable) + " {\n" + counters +
         "  chain out {\n    type filter hook output priority -150\n" + out +
         "  }\n  chain in {\n    type filter hook input priority -150\n" + in + "  }\n}\n";
}

}  // namespace

Result<ByteCounter> ByteCounter::Make(const std::vector<gid_t>& groups) {
  (void)Output({"nft", "delete", "table", "inet", kTable});  // of a bench that was killed
  const auto loaded = Output({"nft", "-f", "-"}, Ruleset(groups));
  if (!loaded.ok()) return loaded.status();
  return ByteCounter();
}

ByteCounter::~ByteCounter() {
  if (active_) (void)Output({"nft", "delete", "table", "inet", kTable});
}

Result<uint64_t> ByteCounter::Read(gid_t group) const {
  HAWSER_ASSIGN_OR_RETURN(const std::string text, Output({"nft", "-j", "list", "counter", "inet",
                                                          kTable, "g" + std::to_string(group)}));
  const auto answer = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (answer.is_object()) {
    for (const auto& item : answer.value("nftables", nlohmann::json::array())) {
      if (item.contains("counter")) return item["counter"].value("bytes", uint64_t{0});
    }
  }
  return InternalError("nft did not tell a counter");
}

}  // namespace hawser::bench
