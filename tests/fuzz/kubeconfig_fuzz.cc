// A kubeconfig file: read and merged, or refused. Contexts are not resolved: they name programs to
// run and files to read.
#include <sys/mman.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string>

#include "lib/base/unique_fd.h"
#include "lib/kube/kubeconfig.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const hawser::UniqueFd file(::memfd_create("kubeconfig", MFD_CLOEXEC));
  if (!file.valid() || ::write(file.get(), data, size) != static_cast<ssize_t>(size)) return 0;
  const std::string path = "/proc/self/fd/" + std::to_string(file.get());
  const auto read = hawser::kube::ReadKubeconfig({path, path}, /*required=*/true);
  if (!read.ok()) {
    hawser::fuzz::Check(read.status().code() == hawser::Code::kInvalidArgument);
    return 0;
  }
  for (const auto& [name, entry] : read->contexts) hawser::fuzz::Check(entry.value != nullptr);
  return 0;
}
