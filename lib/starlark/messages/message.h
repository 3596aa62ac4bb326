// The form of the catalogue's entries: a text and the number of arguments that it takes.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace hawser::starlark::messages {

/// `text` with its first "{}" replaced by the first of `arguments`, and so on.
std::string Fill(std::string_view text, std::initializer_list<std::string> arguments);

/// A text in which "{}" stands for each argument. The compiler checks their number, here and where
/// it is used.
template <int kArguments>
class Message {
 public:
  consteval Message(const char* text) : text_(text) {  // NOLINT(google-explicit-constructor)
    int holes = 0;
    for (size_t at = 0; (at = text_.find("{}", at)) != std::string_view::npos; at += 2) ++holes;
    if (holes != kArguments) throw "the text has another number of {}";
  }

  /// Arguments are texts, characters and integers.
  template <typename... Arguments>
  requires(sizeof...(Arguments) == kArguments) std::string operator()(
      const Arguments&... arguments) const {
    return Fill(text_, {ToText(arguments)...});
  }

  // NOLINTNEXTLINE(google-explicit-constructor)
  operator std::string() const requires(kArguments == 0) { return std::string(text_); }
  // NOLINTNEXTLINE(google-explicit-constructor)
  constexpr operator std::string_view() const requires(kArguments == 0) { return text_; }

 private:
  template <typename T>
  static std::string ToText(const T& argument) {
    if constexpr (std::is_same_v<T, char>) {
      return std::string(1, argument);
    } else if constexpr (std::is_integral_v<T>) {
      return std::to_string(argument);
    } else {
      return std::string(argument);
    }
  }

  std::string_view text_;
};

}  // namespace hawser::starlark::messages
