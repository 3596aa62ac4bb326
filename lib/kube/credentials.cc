// Fixed and file token sources.
#include "lib/kube/credentials.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "lib/base/text.h"
#include "lib/kube/read_file.h"

namespace hawser::kube {
namespace {

constexpr Duration kRereadAfter = std::chrono::minutes(1);

class Fixed final : public TokenSource {
 public:
  explicit Fixed(std::string token) : token_(std::move(token)) {}
  Result<std::string> Token() override { return token_; }
  void Invalidate(const std::string& /*refused*/) override {}

 private:
  const std::string token_;
};

class File final : public TokenSource {
 public:
  File(std::string path, std::shared_ptr<const Clock> clock)
      : path_(std::move(path)), clock_(std::move(clock)) {}

  Result<std::string> Token() override {
    const std::lock_guard lock(mutex_);
    if (token_ && clock_->Now() - read_at_ < kRereadAfter) return *token_;
    Result<std::string> read = Read();
    if (!read.ok() && !token_) return read;
    if (read.ok()) token_ = *std::move(read);
    read_at_ = clock_->Now();
    return *token_;
  }

  void Invalidate(const std::string& refused) override {
    const std::lock_guard lock(mutex_);
    if (token_ == refused) token_.reset();
  }

 private:
  Result<std::string> Read() const {
    const Result<std::string> content = ReadFile(path_);
    if (!content.ok()) return content.status().Annotate("token file");
    Result<std::string> token = CleanToken(*content);
    if (!token.ok()) return token.status().Annotate("token file " + path_);
    if (token->empty()) return UnauthenticatedError("token file " + path_ + ": it is empty");
    return token;
  }

  const std::string path_;
  const std::shared_ptr<const Clock> clock_;
  std::mutex mutex_;
  std::optional<std::string> token_;
  TimePoint read_at_{};
};

}  // namespace

Result<std::string> CleanToken(std::string_view text) {
  const std::string_view token = Trim(text);
  if (std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; })) {
    return std::string(token);
  }
  return InvalidArgumentError("the token holds white space or other characters no token has");
}

std::shared_ptr<TokenSource> FixedToken(std::string token) {
  return std::make_shared<Fixed>(std::move(token));
}

std::shared_ptr<TokenSource> FileToken(std::string path, std::shared_ptr<const Clock> clock) {
  return std::make_shared<File>(std::move(path), std::move(clock));
}

}  // namespace hawser::kube
