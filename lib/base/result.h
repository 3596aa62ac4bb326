// A value or the Status that says why there is none.
#pragma once

#include <cassert>
#include <optional>
#include <type_traits>
#include <utility>

#include "lib/base/status.h"

namespace hawser {

/// Holds a T, or a Status that is not ok. Reading the value of a failure is a bug and aborts.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}         // NOLINT(google-explicit-constructor)
  Result(Status status) : status_(std::move(status)) {  // NOLINT(google-explicit-constructor)
    assert(!status_.ok() && "a Result without a value needs a failure");
    if (status_.ok()) status_ = InternalError("a Result was made of an ok status");
  }

  /// Converts from whatever T can be made of (a derived unique_ptr, a literal).
  template <typename U>
  requires(std::is_convertible_v<U&&, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
           !std::is_same_v<std::remove_cvref_t<U>, Status> &&
           !std::is_same_v<std::remove_cvref_t<U>, Result>)
      // NOLINTNEXTLINE(google-explicit-constructor)
      Result(U&& value)
      : value_(std::forward<U>(value)) {}

  bool ok() const { return value_.has_value(); }

  /// Ok when there is a value.
  const Status& status() const { return status_; }

  T& value() & { return Checked(); }
  const T& value() const& { return const_cast<Result*>(this)->Checked(); }
  T&& value() && { return std::move(Checked()); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// The value, or `fallback` when there is none.
  T value_or(T fallback) const& { return ok() ? *value_ : std::move(fallback); }
  T value_or(T fallback) && { return ok() ? std::move(*value_) : std::move(fallback); }

 private:
  T& Checked() {
    if (!value_.has_value()) __builtin_trap();
    return *value_;
  }

  Status status_;
  std::optional<T> value_;
};

}  // namespace hawser

#define HAWSER_CONCAT_INNER(a, b) a##b
#define HAWSER_CONCAT(a, b) HAWSER_CONCAT_INNER(a, b)

/// HAWSER_ASSIGN_OR_RETURN(auto x, F()): x is F's value, or the function returns F's failure.
#define HAWSER_ASSIGN_OR_RETURN(declaration, expression) \
  HAWSER_ASSIGN_OR_RETURN_IMPL(HAWSER_CONCAT(hawser_result_, __LINE__), declaration, expression)
#define HAWSER_ASSIGN_OR_RETURN_IMPL(result, declaration, expression) \
  auto result = (expression);                                         \
  if (!result.ok()) return result.status();                           \
  declaration = std::move(result).value()
