// hawser-operator-bench: measures the controller with thousands of sessions. scripts/bench prepares
// what it needs.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/operator/operator_bench.h"

namespace {

constexpr char kUsage[] =
    "usage: hawser-operator-bench --controller BINARY --controller-kubeconfig FILE\n"
    "           --kubeconfig FILE [--sessions N] [--json FILE]\n";

struct Arguments {
  hawser::bench::OperatorBenchOptions options;
  std::string json;
};

/// Nothing when the command line is not understood.
std::optional<Arguments> Parse(int argc, char** argv) {
  Arguments parsed;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view flag = argv[i];
    if (i + 1 == argc) return std::nullopt;
    const char* value = argv[i + 1];
    if (flag == "--controller") {
      parsed.options.controller = value;
    } else if (flag == "--controller-kubeconfig") {
      parsed.options.controller_kubeconfig = value;
    } else if (flag == "--kubeconfig") {
      parsed.options.kubeconfig = value;
    } else if (flag == "--json") {
      parsed.json = value;
    } else if (flag != "--sessions" || (parsed.options.sessions = std::atoi(value)) <= 0) {
      return std::nullopt;
    }
  }
  const hawser::bench::OperatorBenchOptions& options = parsed.options;
  if (options.controller.empty() || options.controller_kubeconfig.empty() ||
      options.kubeconfig.empty()) {
    return std::nullopt;
  }
  return parsed;
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Arguments> arguments = Parse(argc, argv);
  if (!arguments) {
    std::cerr << kUsage;
    return 2;
  }
  std::vector<hawser::bench::Figure> figures;
  const hawser::Status status =
      hawser::bench::RunOperatorBench(arguments->options, [&](const auto& figure) {
        std::cerr << figure.name << ": " << figure.value << " " << figure.unit << "\n";
        figures.push_back(figure);
      });
  std::cout << hawser::bench::ToTable(figures);
  if (!status.ok()) std::cerr << "hawser-operator-bench: " << status << "\n";
  if (!arguments->json.empty() &&
      !(std::ofstream(arguments->json) << hawser::bench::ToJson(figures)).flush()) {
    std::cerr << "hawser-operator-bench: cannot write " << arguments->json << "\n";
    return 1;
  }
  return status.ok() ? 0 : 1;
}
