// How much an exhaustive or randomised test does: all of it in an optimised build, a sample under a
// sanitizer, where everything takes many times longer.
#pragma once

namespace hawser::testing {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

/// How often to repeat: `all`, or `sample` under a sanitizer.
template <typename Number>
constexpr Number Repeats(Number all, Number sample) {
  return kSanitized ? sample : all;
}

/// The distance between the cases of an exhaustive test that are tried: 1, or `sample` under a
/// sanitizer.
constexpr int Stride(int sample) {
  return kSanitized ? sample : 1;
}

}  // namespace hawser::testing
