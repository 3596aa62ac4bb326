// Finds which parts of a new version resemble which parts of an old one, byte by byte with few
// exceptions.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace hawser::wire {

/// data[data_begin, +length) resembles base[base_begin, +length): most bytes are the same.
struct Segment {
  size_t data_begin = 0;
  size_t base_begin = 0;
  size_t length = 0;
};

/// Segments of `data`, ascending and apart; what lies between them resembles nothing. Time is
/// linear in both sides, and that of one comparison where little changed in place. `base` may have
/// 128 MiB.
std::vector<Segment> Align(std::string_view base, std::string_view data);

/// How many bytes are the same at the beginning of both.
size_t MatchLength(std::string_view a, std::string_view b);

}  // namespace hawser::wire
