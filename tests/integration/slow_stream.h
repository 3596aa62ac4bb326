// A byte stream that takes its time, as a network does.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "lib/net/stream.h"

namespace hawser::testing {

/// Lets so many bytes a second through to `inner`; what comes back is as fast as it is.
class SlowStream final : public net::ByteStream {
 public:
  SlowStream(std::unique_ptr<net::ByteStream> inner, uint64_t bytes_a_second)
      : inner_(std::move(inner)), rate_(bytes_a_second) {}

  Result<size_t> Read(std::span<char> out, Deadline deadline) override {
    return inner_->Read(out, deadline);
  }
  Status Write(std::string_view data, Deadline deadline) override {
    constexpr size_t kPiece = 16U << 10;
    while (!data.empty()) {
      const std::string_view piece = data.substr(0, kPiece);
      data.remove_prefix(piece.size());
      HAWSER_RETURN_IF_ERROR(inner_->Write(piece, deadline));
      std::this_thread::sleep_for(std::chrono::microseconds(piece.size() * 1'000'000 / rate_));
    }
    return OkStatus();
  }
  void Close() override { inner_->Close(); }
  std::string Peer() const override { return inner_->Peer(); }

 private:
  const std::unique_ptr<net::ByteStream> inner_;
  const uint64_t rate_;
};

}  // namespace hawser::testing
