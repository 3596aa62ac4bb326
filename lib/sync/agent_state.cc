// What an agent must remember across restarts, as a file: magic, SHA-256 of the rest, then the
// fields in wire format.
#include "lib/sync/agent_state.h"

#include <string_view>
#include <utility>

#include "lib/base/digest.h"
#include "lib/fs/file.h"
#include "lib/wire/fields_batch.h"
#include "lib/wire/path.h"

namespace hawser::sync {

namespace {

constexpr std::string_view kMagic = "HAWSER-1";  // the digit is the format's version
constexpr uint64_t kMaxStateSize = 1ULL << 30;
constexpr uint32_t kStateMode = 0644;  // the supervisor reads as the app's own user

/// The state with its tree as the list the wire format knows.
struct Record {
  uint64_t last_batch = 0;
  wire::Configure configure;
  wire::TreeReply tree;
  std::vector<std::string> removed;
  std::vector<uint32_t> steps_due;
};

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Record> r) {
  c.Varint(r.last_batch);
  wire::Fields(c, r.configure);
  wire::Fields(c, r.tree);
  c.List(r.removed, wire::kMaxItems, 1,
         [](auto& codec, auto& path) { codec.Bytes(path, wire::kMaxPath); });
  wire::Indexes(c, r.steps_due, wire::kMaxSteps);
}

Status CheckRecord(const Record& record) {
  HAWSER_RETURN_IF_ERROR(wire::Validate(record.configure));
  HAWSER_RETURN_IF_ERROR(wire::Validate(record.tree));
  for (const std::string& path : record.removed) HAWSER_RETURN_IF_ERROR(wire::CheckPath(path));
  return OkStatus();
}

Status Damaged(std::string_view what) {
  return DataLossError("the agent's state " + std::string(what));
}

}  // namespace

Result<std::string> EncodeAgentState(const AgentState& state) {
  Record record{state.last_batch, state.configure, {}, state.removed, state.steps_due};
  record.tree.entries.reserve(state.tree.size());
  for (const auto& [path, entry] : state.tree) record.tree.entries.push_back({path, entry});
  wire::Encoder encoder;
  Fields(encoder, record);
  if (!encoder.status().ok()) return encoder.status().Annotate("the agent's state");
  const std::string payload = encoder.Take();
  std::string bytes(kMagic);
  bytes += Sha256(payload).AsBytes();
  bytes += payload;
  return bytes;
}

Result<AgentState> DecodeAgentState(std::string_view bytes) {
  constexpr size_t kHead = kMagic.size() + Digest::kSize;
  if (bytes.size() < kHead || bytes.substr(0, kMagic.size()) != kMagic) {
    return Damaged("is not of this version");
  }
  const std::string_view payload = bytes.substr(kHead);
  if (bytes.substr(kMagic.size(), Digest::kSize) != Sha256(payload).AsBytes()) {
    return Damaged("does not match its checksum");
  }
  Record record;
  wire::Decoder decoder(payload);
  Fields(decoder, record);
  decoder.End();
  if (!decoder.status().ok()) return decoder.status().Annotate("the agent's state");
  if (const Status status = CheckRecord(record); !status.ok()) return Damaged(status.message());

  // A newer configuration may have fewer steps than the batches before it asked for.
  std::erase_if(record.steps_due,
                [&](uint32_t step) { return step >= record.configure.steps.size(); });
  AgentState state{record.last_batch,
                   std::move(record.configure),
                   {},
                   std::move(record.removed),
                   std::move(record.steps_due)};
  for (wire::PathEntry& item : record.tree.entries) {
    state.tree.emplace_hint(state.tree.end(), std::move(item.path), std::move(item.entry));
  }
  return state;
}

Result<AgentState> LoadAgentState(const std::string& path) {
  HAWSER_ASSIGN_OR_RETURN(const UniqueFd fd, fs::OpenToRead(path));
  HAWSER_ASSIGN_OR_RETURN(const std::string bytes, fs::ReadAll(fd.get(), kMaxStateSize));
  return DecodeAgentState(bytes);
}

Status SaveAgentState(const std::string& path, const AgentState& state) {
  HAWSER_ASSIGN_OR_RETURN(const std::string bytes, EncodeAgentState(state));
  return fs::ReplaceFile(path, bytes, kStateMode);
}

}  // namespace hawser::sync
