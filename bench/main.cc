// hawser-bench: runs one bench by name, prints its table, and writes its JSON. scripts/bench
// prepares what it needs.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/first_light.h"
#include "bench/sync/sync_bench.h"

namespace {

using hawser::bench::Row;

constexpr char kUsage[] =
    "usage: hawser-bench first-light|sync --image REFERENCE --manifests FOLDER [--hawser BINARY]\n"
    "         [--runs N] [--case NAME]... [--link BINARY]... [--json FILE] [--keep]\n";

struct Arguments {
  std::string bench;
  hawser::bench::SyncOptions options;
  std::string json;
};

/// Takes one flag with its value. False when there is no such flag.
bool Take(std::string_view flag, const char* value, Arguments& parsed) {
  if (flag == "--image") return parsed.options.image = value, true;
  if (flag == "--manifests") return parsed.options.manifests = value, true;
  if (flag == "--hawser") return parsed.options.hawser = value, true;
  if (flag == "--runs") return (parsed.options.runs = std::atoi(value)) > 0;
  if (flag == "--case") return parsed.options.cases.emplace_back(value), true;
  if (flag == "--link") return parsed.options.binaries.emplace_back(value), true;
  if (flag == "--json") return parsed.json = value, true;
  return false;
}

/// Nothing when the command line is not understood.
std::optional<Arguments> Parse(int argc, char** argv) {
  Arguments parsed;
  if (argc < 2) return std::nullopt;
  parsed.bench = argv[1];
  for (int i = 2; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--keep") {
      parsed.options.keep = true;
    } else if (i + 1 == argc || !Take(argv[i], argv[i + 1], parsed)) {
      return std::nullopt;
    } else {
      ++i;
    }
  }
  if (parsed.bench != "first-light" && parsed.bench != "sync") return std::nullopt;
  if (parsed.options.image.empty() || parsed.options.manifests.empty()) return std::nullopt;
  return parsed;
}

/// Runs the bench; rows are shown as they come and kept for the JSON.
hawser::Status Run(const Arguments& arguments, std::vector<Row>& all) {
  const auto show = [&](const std::vector<Row>& rows) {
    std::cout << hawser::bench::ToTable(rows) << std::endl;
    all.insert(all.end(), rows.begin(), rows.end());
  };
  const auto& options = arguments.options;
  if (arguments.bench == "sync") return hawser::bench::RunSync(options, show);
  const auto rows = hawser::bench::RunFirstLight({.hawser = options.hawser,
                                                  .manifests = options.manifests,
                                                  .image = options.image,
                                                  .runs = options.runs > 0 ? options.runs : 50,
                                                  .keep = options.keep});
  if (rows.ok()) show(*rows);
  return rows.status();
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Arguments> arguments = Parse(argc, argv);
  if (!arguments) {
    std::cerr << kUsage;
    return 2;
  }
  std::vector<Row> rows;
  const hawser::Status status = Run(*arguments, rows);
  if (!status.ok()) std::cerr << "hawser-bench: " << status << "\n";
  if (!arguments->json.empty() &&
      !(std::ofstream(arguments->json) << hawser::bench::ToJson(rows)).flush()) {
    std::cerr << "hawser-bench: cannot write " << arguments->json << "\n";
    return 1;
  }
  return status.ok() ? 0 : 1;
}
