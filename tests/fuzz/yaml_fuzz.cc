// YAML from users: parsed within bounds or refused; what is written back reads the same.
#include <nlohmann/json.hpp>

#include "lib/yaml/yaml.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto value = hawser::yaml::ParseYaml(hawser::fuzz::Input(data, size), "fuzz");
  if (!value.ok()) return 0;
  const auto again = hawser::yaml::ParseYaml(hawser::yaml::ToYaml(*value), "again");
  hawser::fuzz::Check(again.ok() && *again == *value);
  return 0;
}
