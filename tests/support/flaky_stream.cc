// A byte stream that breaks on purpose.
#include "tests/support/flaky_stream.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include "lib/base/random.h"

namespace hawser::testing {
namespace {

class FlakyStream final : public net::ByteStream {
 public:
  FlakyStream(std::unique_ptr<net::ByteStream> inner, Faults faults)
      : inner_(std::move(inner)), faults_(faults) {}

  Result<size_t> Read(std::span<char> out, Deadline deadline) override {
    if (faults_.max_read) out = out.first(std::min(out.size(), *faults_.max_read));
    return inner_->Read(out, deadline);
  }

  Status Write(std::string_view data, Deadline deadline) override {
    std::string passed(data.substr(0, Room()));
    const bool cut = passed.size() < data.size();
    const size_t count = passed.size();
    Corrupt(passed);
    Lose(passed);
    written_ += count;
    if (!passed.empty()) HAWSER_RETURN_IF_ERROR(inner_->Write(passed, deadline));
    if (!cut) return OkStatus();
    inner_->Close();
    return UnavailableError("the stream was cut after " + std::to_string(written_) + " bytes");
  }

  void Close() override { inner_->Close(); }
  std::string Peer() const override { return inner_->Peer(); }

 private:
  uint64_t Room() const { return faults_.cut_after ? *faults_.cut_after - written_ : UINT64_MAX; }

  void Corrupt(std::string& bytes) const {
    if (!faults_.corrupt_at || *faults_.corrupt_at < written_) return;
    const uint64_t place = *faults_.corrupt_at - written_;
    if (place < bytes.size()) bytes[place] = static_cast<char>(bytes[place] ^ faults_.flip);
  }

  /// Takes out what of the range to lose lies in `bytes`.
  void Lose(std::string& bytes) const {
    if (!faults_.lose_at) return;
    const uint64_t end = written_ + bytes.size();
    const uint64_t first = std::clamp(*faults_.lose_at, written_, end);
    const uint64_t last = std::clamp(*faults_.lose_at + faults_.lose, written_, end);
    bytes.erase(static_cast<size_t>(first - written_), static_cast<size_t>(last - first));
  }

  std::unique_ptr<net::ByteStream> inner_;
  const Faults faults_;
  uint64_t written_ = 0;
};

}  // namespace

std::unique_ptr<net::ByteStream> MakeFlakyStream(std::unique_ptr<net::ByteStream> inner,
                                                 Faults faults) {
  return std::make_unique<FlakyStream>(std::move(inner), faults);
}

uint64_t TestSeed() {
  const char* given = std::getenv("HAWSER_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : RandomU64();
  std::cout << "HAWSER_SEED=" << seed << std::endl;
  return seed;
}

}  // namespace hawser::testing
