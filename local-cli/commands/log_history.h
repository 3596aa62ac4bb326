// What of an app's output was already printed, so that a reconnect repeats nothing.
#pragma once

#include <string>
#include <string_view>

namespace hawser::cli {

/// Remembers the end of what was printed.
class LogHistory {
 public:
  static constexpr size_t kKept = 16U << 10;

  /// Adds what was just printed.
  void Add(std::string_view printed);
  /// The part of `kept` (the end of the app's output, as an agent kept it) that was not printed
  /// yet. Where the two have nothing in common the app's output began anew, and all of it is new.
  std::string_view NotYetPrinted(std::string_view kept) const;

 private:
  std::string end_;
};

/// The last `lines` lines of `text`.
std::string_view LastLines(std::string_view text, int64_t lines);

}  // namespace hawser::cli
