// hawser: runs Starlark, which must start at once, and leaves the rest to hawser-cluster beside it,
// whose libraries take longer to load than most programs take to run.
#include <iostream>
#include <string>
#include <vector>

#include "lib/base/sibling.h"
#include "local-cli/starlark/command.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (const auto options = hawser::cli::ParseStarlark(arguments)) {
    return hawser::cli::RunStarlark(*options);
  }
  const hawser::Status missing = hawser::BecomeSibling("hawser-cluster", argv);
  std::cerr << "error: " << missing.message() << std::endl;
  return 1;
}
