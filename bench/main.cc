// hawser-bench: runs one bench by name, prints its table, and writes its JSON. scripts/bench
// prepares what it needs.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "bench/first_light.h"

namespace {

using hawser::bench::FirstLightOptions;

constexpr char kUsage[] =
    "usage: hawser-bench first-light --image REFERENCE --manifests FOLDER [--hawser BINARY] "
    "[--runs N] [--json FILE] "
    "[--keep]\n";

struct Arguments {
  FirstLightOptions first_light;
  std::string json;
};

/// Nothing when the command line is not understood.
std::optional<Arguments> Parse(int argc, char** argv) {
  Arguments parsed;
  if (argc < 2 || std::string_view(argv[1]) != "first-light") return std::nullopt;
  for (int i = 2; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--keep") {
      parsed.first_light.keep = true;
      continue;
    }
    if (++i == argc) return std::nullopt;
    const char* value = argv[i];
    if (flag == "--image")
      parsed.first_light.image = value;
    else if (flag == "--manifests")
      parsed.first_light.manifests = value;
    else if (flag == "--hawser")
      parsed.first_light.hawser = value;
    else if (flag == "--runs")
      parsed.first_light.runs = std::atoi(value);
    else if (flag == "--json")
      parsed.json = value;
    else
      return std::nullopt;
  }
  if (parsed.first_light.image.empty() || parsed.first_light.manifests.empty()) return std::nullopt;
  if (parsed.first_light.runs < 1) return std::nullopt;
  return parsed;
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Arguments> arguments = Parse(argc, argv);
  if (!arguments) {
    std::cerr << kUsage;
    return 2;
  }
  const auto rows = hawser::bench::RunFirstLight(arguments->first_light);
  if (!rows.ok()) {
    std::cerr << "hawser-bench: " << rows.status() << "\n";
    return 1;
  }
  std::cout << hawser::bench::ToTable(*rows);
  if (arguments->json.empty()) return 0;
  std::ofstream out(arguments->json);
  out << hawser::bench::ToJson(*rows);
  out.close();
  if (out.good()) return 0;
  std::cerr << "hawser-bench: cannot write " << arguments->json << "\n";
  return 1;
}
