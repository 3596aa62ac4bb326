// The product's version, set once in CMakeLists.txt.
#pragma once

namespace hawser {

inline constexpr char kVersion[] = HAWSER_VERSION;

}  // namespace hawser
