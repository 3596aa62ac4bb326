// What a host allows beyond the core of the language.
#pragma once

namespace hawser::starlark {

/// Each switch is one of the options that implementations of Starlark commonly have.
struct Dialect {
  bool set = true;                 ///< the built-in function `set`
  bool while_loops = false;        ///< the `while` statement
  bool recursion = false;          ///< functions may call themselves
  bool top_level_control = false;  ///< `if`, `for` and `while` outside functions
  bool global_reassign = false;    ///< a global may be assigned more than once

  /// The language as it is specified.
  static constexpr Dialect Standard() { return {}; }
  /// That of Tiltfiles: everything on.
  static constexpr Dialect Tilt() {
    return {.set = true,
            .while_loops = true,
            .recursion = true,
            .top_level_control = true,
            .global_reassign = true};
  }
};

}  // namespace hawser::starlark
