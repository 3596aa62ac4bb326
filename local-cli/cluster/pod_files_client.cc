// Questions and answers about a container's files.
#include "local-cli/cluster/pod_files_client.h"

#include <algorithm>
#include <utility>

#include "lib/wire/limits.h"
#include "local-cli/cluster/agents.h"
#include "local-cli/cluster/pod_trees.h"

namespace hawser::cli {

namespace {

constexpr size_t kMaxListed = 100000;
/// Requests under way at once, so that a piece need not wait for the way there and back.
constexpr uint64_t kPiecesUnderWay = 4;

/// The length of the piece at `offset`.
uint32_t PieceAt(uint64_t offset, uint64_t size) {
  return static_cast<uint32_t>(std::min<uint64_t>(wire::kMaxPullPiece, size - offset));
}

}  // namespace

/// Waits for the answer with that id, passing over everything else.
template <typename Answer>
Result<Answer> PodFilesClient::Await(uint64_t id, Deadline deadline) {
  while (true) {
    HAWSER_ASSIGN_OR_RETURN(wire::Message message, channel_.Receive(deadline));
    if (const auto* reject = std::get_if<wire::Reject>(&message)) return RejectStatus(*reject);
    auto* answer = std::get_if<Answer>(&message);
    if (answer != nullptr && answer->id == id) return std::move(*answer);
  }
}

Result<PodFilesClient::Agreement> PodFilesClient::Agreed(const sync::Tree& known,
                                                         Deadline deadline) {
  HAWSER_RETURN_IF_ERROR(channel_.Send(wire::StatusRequest{}, deadline));
  while (true) {
    HAWSER_ASSIGN_OR_RETURN(const wire::Message message, channel_.Receive(deadline));
    if (const auto* reject = std::get_if<wire::Reject>(&message)) return RejectStatus(*reject);
    const auto* status = std::get_if<wire::StatusReply>(&message);
    if (status == nullptr) continue;
    Agreement agreement{.tree = {}, .container_runs = status->app != wire::AppState::kNoSupervisor};
    if (status->tree.IsZero()) return agreement;
    HAWSER_ASSIGN_OR_RETURN(agreement.tree, FetchTree(channel_, status->tree, known, deadline));
    return agreement;
  }
}

Result<PodFilesClient::Listing> PodFilesClient::List(const std::vector<wire::PullPattern>& patterns,
                                                     const Digest& known, Deadline deadline) {
  const uint64_t id = ++newest_;
  HAWSER_RETURN_IF_ERROR(
      channel_.Send(wire::PullList{.id = id, .patterns = patterns, .known = known}, deadline));
  sync::TreeEdits entries;
  while (true) {
    HAWSER_ASSIGN_OR_RETURN(wire::PullListing piece, Await<wire::PullListing>(id, deadline));
    if (piece.digest.IsZero()) return UnavailableError(piece.trouble);
    if (entries.size() + piece.entries.size() > kMaxListed) {
      return DataLossError("the pod lists more files than it may");
    }
    for (wire::PathEntry& item : piece.entries) entries[item.path] = std::move(item.entry);
    if (!piece.last) continue;
    Listing listing{.tree = {}, .trouble = std::move(piece.trouble)};
    if (entries.empty() && piece.digest == known) return listing;
    listing.tree = sync::Tree().With(entries);
    if (listing.tree->digest() == piece.digest) return listing;
    return DataLossError("the pod's listing is not what its digest says");
  }
}

Status PodFilesClient::Fetch(const std::string& path, uint64_t size,
                             const sync::PullSaver::Sink& sink, Deadline deadline) {
  uint64_t asked = 0;
  const uint64_t first = newest_ + 1;
  const auto ask = [&] {
    const uint32_t length = PieceAt(asked, size);
    const wire::PullRead read{.id = ++newest_, .path = path, .offset = asked, .length = length};
    asked += length;
    return channel_.Send(read, deadline);
  };
  uint64_t next = first;
  for (uint64_t got = 0; got < size; ++next) {
    while (asked < size && newest_ + 1 - next < kPiecesUnderWay) HAWSER_RETURN_IF_ERROR(ask());
    HAWSER_ASSIGN_OR_RETURN(const wire::PullPiece piece, Await<wire::PullPiece>(next, deadline));
    if (!piece.trouble.empty()) return FailedPreconditionError(piece.trouble);
    if (piece.bytes.size() != PieceAt(got, size)) {
      return DataLossError("the file changed in the pod while it was pulled");
    }
    HAWSER_RETURN_IF_ERROR(sink(piece.bytes));
    got += piece.bytes.size();
  }
  return OkStatus();
}

}  // namespace hawser::cli
