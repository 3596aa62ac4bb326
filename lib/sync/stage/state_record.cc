// The records of the agent's state file, in the fields of the wire format.
#include "lib/sync/stage/state_record.h"

#include <cstring>
#include <utility>

#include "lib/wire/fields_batch.h"
#include "lib/wire/path.h"

namespace hawser::sync {

namespace {

constexpr size_t kLengthSize = 4;

/// One edit; `entry` is unused when the path is removed.
struct PathEdit {
  bool remove = false;
  std::string path;
  Entry entry;
};

/// A record with its edits as the list the wire format knows.
struct Layout {
  bool commits = false;
  Digest tree;
  uint64_t last_batch = 0;
  bool configures = false;
  wire::Configure configure;
  std::vector<uint32_t> steps_due;
  std::vector<PathEdit> edits;
};

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Layout> l) {
  c.Bool(l.commits);
  c.Hash(l.tree);
  c.Varint(l.last_batch);
  c.Bool(l.configures);
  if (l.configures) wire::Fields(c, l.configure);
  wire::Indexes(c, l.steps_due, wire::kMaxSteps);
  c.List(l.edits, wire::kMaxItems, 3, [](auto& codec, auto& edit) {
    codec.Bool(edit.remove);
    codec.Bytes(edit.path, wire::kMaxPath);
    if (!edit.remove) wire::Fields(codec, edit.entry);
  });
}

Digest Check(const Digest& before, std::string_view payload) {
  Sha256Hasher hasher;
  hasher.Update(before.AsBytes());
  hasher.Update(payload);
  return hasher.Finish();
}

Status Damaged(const std::string& what) {
  return DataLossError("the agent's state: " + what);
}

Status CheckLayout(const Layout& layout) {
  if (layout.configures) HAWSER_RETURN_IF_ERROR(wire::Validate(layout.configure));
  wire::TreeReply puts;
  for (const PathEdit& edit : layout.edits) {
    HAWSER_RETURN_IF_ERROR(wire::CheckPath(edit.path));
    if (!edit.remove) puts.entries.push_back({edit.path, edit.entry});
  }
  return wire::Validate(puts);
}

}  // namespace

Result<std::string> EncodeRecord(const StateRecord& record, Digest& check) {
  Layout layout{.commits = record.commits,
                .tree = record.tree,
                .last_batch = record.delta.last_batch,
                .configures = record.delta.configure.has_value(),
                .configure = record.delta.configure.value_or(wire::Configure()),
                .steps_due = record.delta.steps_due};
  for (const auto& [path, entry] : record.delta.edits) {
    layout.edits.push_back({!entry.has_value(), path, entry.value_or(Entry())});
  }
  wire::Encoder encoder;
  Fields(encoder, layout);
  if (!encoder.status().ok()) return encoder.status().Annotate("the agent's state");
  const std::string payload = encoder.Take();
  check = Check(check, payload);
  std::string frame;
  for (size_t i = 0; i < kLengthSize; ++i) {
    frame += static_cast<char>(payload.size() >> (8 * i) & 0xff);
  }
  frame += check.AsBytes();
  return frame + payload;
}

size_t PayloadLength(std::string_view head) {
  size_t length = 0;
  for (size_t i = 0; i < kLengthSize; ++i) {
    length |= static_cast<size_t>(static_cast<uint8_t>(head[i])) << (8 * i);
  }
  return length;
}

Result<std::optional<StateFrame>> FindFrame(std::string_view bytes, const Digest& check) {
  if (bytes.size() < kFrameHead) return std::optional<StateFrame>();
  const size_t length = PayloadLength(bytes);
  if (bytes.size() - kFrameHead < length) return std::optional<StateFrame>();
  StateFrame frame{
      .payload = bytes.substr(kFrameHead, length), .check = Digest(), .size = kFrameHead + length};
  frame.check = Check(check, frame.payload);
  if (bytes.substr(kLengthSize, Digest::kSize) != frame.check.AsBytes()) {
    return Damaged("a record does not match its checksum");
  }
  return std::optional<StateFrame>(frame);
}

Result<StateRecord> DecodeRecord(std::string_view payload) {
  Layout layout;
  wire::Decoder decoder(payload);
  Fields(decoder, layout);
  decoder.End();
  if (!decoder.status().ok()) return Damaged(decoder.status().message());
  if (const Status status = CheckLayout(layout); !status.ok()) return Damaged(status.message());
  StateRecord record{.delta = {.last_batch = layout.last_batch,
                               .configure = std::nullopt,
                               .steps_due = std::move(layout.steps_due),
                               .edits = {}},
                     .commits = layout.commits,
                     .tree = layout.tree};
  if (layout.configures) record.delta.configure = std::move(layout.configure);
  for (PathEdit& edit : layout.edits) {
    std::optional<Entry>& entry = record.delta.edits[std::move(edit.path)];
    entry.reset();
    if (!edit.remove) entry = std::move(edit.entry);
  }
  return record;
}

}  // namespace hawser::sync
