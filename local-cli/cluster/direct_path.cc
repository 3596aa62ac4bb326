// TCP to a pod, and what is remembered of it.
#include "local-cli/cluster/direct_path.h"

#include <utility>

#include "lib/net/address.h"
#include "lib/net/connect.h"
#include "lib/net/socket.h"

namespace hawser::cli {

namespace {

/// A way that swallows packets must not hold up a push for as long as TCP would try.
constexpr Duration kUnacknowledged = std::chrono::seconds(30);

class TcpDirectPath final : public DirectPath {
 public:
  Result<std::unique_ptr<net::ByteStream>> Open(const std::string& address, uint16_t port,
                                                Deadline deadline,
                                                const std::stop_token& stop) override {
    HAWSER_ASSIGN_OR_RETURN(const net::Address remote, net::ParseAddress(address, port));
    Result<UniqueFd> socket = net::ConnectSocket(remote, deadline, stop);
    if (!socket.ok()) return socket.status().Annotate(net::AddressText(remote));
    net::LimitUnacknowledged(socket->get(), kUnacknowledged);
    return net::AdoptSocket(socket->Release(), net::AddressText(remote));
  }
};

/// True for what neither the peer's end nor this side's own decision explains.
bool IsBreak(const Status& status) {
  return !status.ok() && status.code() != Code::kCancelled &&
         status.code() != Code::kDeadlineExceeded;
}

class TellingStream final : public net::ByteStream {
 public:
  TellingStream(std::unique_ptr<net::ByteStream> inner, std::function<void()> on_broken)
      : inner_(std::move(inner)), on_broken_(std::move(on_broken)) {}

  Result<size_t> Read(std::span<char> out, Deadline deadline) override {
    Result<size_t> read = inner_->Read(out, deadline);
    if (IsBreak(read.status())) on_broken_();
    return read;
  }
  Status Write(std::string_view data, Deadline deadline) override {
    const Status written = inner_->Write(data, deadline);
    // A deadline here means that the agent took nothing for long: a stall.
    if (!written.ok() && written.code() != Code::kCancelled) on_broken_();
    return written;
  }
  bool HasHalves() const override { return inner_->HasHalves(); }
  void EndWrite() override { inner_->EndWrite(); }
  void Close() override { inner_->Close(); }
  void Abort() override { inner_->Abort(); }
  std::string Peer() const override { return inner_->Peer(); }

 private:
  const std::unique_ptr<net::ByteStream> inner_;
  const std::function<void()> on_broken_;
};

}  // namespace

std::unique_ptr<DirectPath> MakeDirectPath() {
  return std::make_unique<TcpDirectPath>();
}

void DirectAddresses::Learn(const std::vector<PodView>& pods) {
  const std::lock_guard lock(mutex_);
  for (const PodView& pod : pods) addresses_[pod.name] = pod.direct_address;
}

std::optional<std::string> DirectAddresses::Find(const std::string& pod, TimePoint now) {
  const std::lock_guard lock(mutex_);
  const auto known = addresses_.find(pod);
  if (known == addresses_.end() || known->second.empty()) return std::nullopt;
  const auto resting = resting_.find(known->second);
  if (resting != resting_.end() && now < resting->second) return std::nullopt;
  return known->second;
}

void DirectAddresses::Rest(const std::string& address, TimePoint now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(resting_, [now](const auto& entry) { return entry.second <= now; });
  resting_[address] = now + kRest;
}

std::unique_ptr<net::ByteStream> TellWhenBroken(std::unique_ptr<net::ByteStream> inner,
                                                std::function<void()> on_broken) {
  return std::make_unique<TellingStream>(std::move(inner), std::move(on_broken));
}

}  // namespace hawser::cli
