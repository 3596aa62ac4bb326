// Exponential backoff with jitter from a seeded generator, so that tests repeat.
#include "lib/base/backoff.h"

#include <algorithm>
#include <cmath>

namespace hawser {

namespace {

/// SplitMix64 (Steele, Lea, Flood 2014): small, seedable, good enough for jitter.
uint64_t NextRandom(uint64_t& state) {
  uint64_t z = (state += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

}  // namespace

Backoff::Backoff(BackoffOptions options, uint64_t seed) : options_(options), state_(seed) {}

Duration Backoff::Next() {
  const double cap = static_cast<double>(options_.max.count());
  const double plain =
      static_cast<double>(options_.initial.count()) * std::pow(options_.factor, failures_);
  failures_ = std::min(failures_ + 1, 64);
  const double unit = static_cast<double>(NextRandom(state_) >> 11) * 0x1.0p-53;
  const double spread = 1.0 + options_.jitter * (2.0 * unit - 1.0);
  return Duration(static_cast<Duration::rep>(std::min(plain * spread, cap)));
}

}  // namespace hawser
