// Temporary directories, and waiting for what can only be looked at.
#include "bench/scratch.h"

#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>

namespace hawser::bench {

Scratch::Scratch(const std::string& parent) {
  std::string pattern = parent + "/hawser-bench-XXXXXX";
  if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
}

Scratch::~Scratch() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

bool PollUntil(const std::function<bool()>& done, Duration interval, Duration limit) {
  const Deadline deadline = In(limit);
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(interval);
  }
  return true;
}

std::string FileText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace hawser::bench
