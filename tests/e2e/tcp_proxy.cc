// Two threads per connection; a cut closes both ends of each.
#include "tests/e2e/tcp_proxy.h"

#include <array>
#include <utility>

#include "lib/base/clock.h"

namespace hawser::e2e {
namespace {

constexpr auto kDialPatience = std::chrono::seconds(5);

}  // namespace

TcpProxy::TcpProxy(std::string host, uint16_t port)
    : host_(std::move(host)),
      server_port_(port),
      listener_(net::ListenTcp("127.0.0.1", 0).value()),
      acceptor_([this] { Accept(); }) {}

TcpProxy::~TcpProxy() {
  listener_.listener->Close();
  acceptor_.join();
  CutAll();
}

void TcpProxy::CutAfter(int64_t bytes) {
  const std::lock_guard lock(mutex_);
  until_cut_ = bytes;
}

void TcpProxy::Accept() {
  while (true) {
    auto client = listener_.listener->Accept(kNoDeadline);
    if (!client.ok()) return;
    auto server = net::DialTcp(host_, server_port_, In(kDialPatience));
    if (!server.ok()) continue;
    const std::lock_guard lock(mutex_);
    Connection& connection = connections_.emplace_back(*std::move(client), *std::move(server),
                                                       std::jthread(), std::jthread());
    connection.up = std::jthread(
        [this, &connection] { Forward(*connection.client, *connection.server, true); });
    connection.down = std::jthread(
        [this, &connection] { Forward(*connection.server, *connection.client, false); });
  }
}

void TcpProxy::Forward(net::ByteStream& from, net::ByteStream& to, bool counted) {
  std::array<char, 16384> buffer{};
  while (true) {
    const Result<size_t> count = from.Read(buffer, kNoDeadline);
    if (!count.ok() || *count == 0) break;
    int64_t allowed = static_cast<int64_t>(*count);
    const bool cut = counted && Spend(allowed, allowed);
    const std::string_view passed(buffer.data(), static_cast<size_t>(allowed));
    if (!to.Write(passed, kNoDeadline).ok()) break;
    if (cut) {
      CutAll();
      ++cuts_;
    }
  }
  from.Close();
  to.Close();
}

bool TcpProxy::Spend(int64_t size, int64_t& allowed) {
  const std::lock_guard lock(mutex_);
  if (until_cut_ < 0) return false;
  until_cut_ -= size;
  if (until_cut_ >= 0) return false;
  allowed = size + until_cut_;
  until_cut_ = -1;
  return true;
}

void TcpProxy::CutAll() {
  const std::lock_guard lock(mutex_);
  for (Connection& connection : connections_) {
    connection.client->Close();
    connection.server->Close();
  }
}

}  // namespace hawser::e2e
