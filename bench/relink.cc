// The source that was edited before a program was linked anew: a function came, and a message is
// longer.
#include <cstdio>
#include <string>
#include <vector>

namespace hawser::bench {

#if RELINK_EDIT == 1
constexpr char kGreeting[] = "relinked";
#else
constexpr char kGreeting[] = "relinked after one more line was written";

[[gnu::used]] std::string Repeated(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + kGreeting;
  return text;
}
#endif

/// Kept, so that the rest of the program moves with it.
[[gnu::used]] void Greet(const std::string& name) {
  std::printf("%s: %s\n", kGreeting, name.c_str());
}

}  // namespace hawser::bench
