// Other programs as tests use them: run to their end, or beside the test.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "tests/support/temp_dir.h"

namespace hawser::e2e {

using Arguments = std::vector<std::string>;

/// How a program ended, and what it printed.
struct Outcome {
  int exit_code = -1;  ///< -1 when it was killed
  std::string out;
  std::string err;
  bool ok() const { return exit_code == 0; }
};

/// Runs a program with `input` on its standard input. It is killed when it takes longer than
/// `limit`.
Outcome RunProgram(const Arguments& argv, const std::string& input = {},
                   Duration limit = std::chrono::minutes(2));

/// A program that runs beside the test. Interrupted (SIGINT) and waited for when it goes.
class Background {
 public:
  explicit Background(const Arguments& argv);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// What it printed so far.
  std::string Out() const { return scratch_.Read("out"); }
  std::string Err() const { return scratch_.Read("err"); }
  /// Waits for its end and returns the exit code; -1 when it had to be killed after `limit`.
  int Wait(Duration limit);
  /// Asks it to end with SIGINT, and waits.
  int Interrupt();

 private:
  hawser::testing::TempDir scratch_;
  pid_t pid_;
};

}  // namespace hawser::e2e
