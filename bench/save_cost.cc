// hawser-save-cost: the CPU time of saves, phase by phase, and what they send. Needs no cluster.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "bench/engine/session.h"
#include "bench/sync/sources.h"

namespace hawser::bench {
namespace {

constexpr int kWarmUp = 5;
constexpr size_t kLarge = 50'000'000;
constexpr uint32_t kMany = 500;
constexpr uint32_t kFirst = 20'000;
constexpr int kHourReports = 10;

/// Makes version `i` of what changes and returns the paths.
using Change = std::function<std::vector<std::string>(const std::string& root, int i)>;

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

size_t ResidentMib() {
  size_t total = 0;
  size_t resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<size_t>(::getpagesize()) >> 20;
}

void PrintHeader() {
  std::printf("| case |");
  for (const char* phase : kPhases) std::printf(" %s |", phase);
  std::printf(" all, us of CPU | bytes | RSS, MiB |\n|");
  for (size_t i = 0; i < kPhases.size() + 4; ++i) std::printf(" --- |");
  std::printf("\n");
}

void PrintRow(const std::string& name, const std::vector<Costs>& samples, uint64_t bytes) {
  std::printf("| %s |", name.c_str());
  std::vector<double> totals(samples.size());
  for (size_t phase = 0; phase < kPhases.size(); ++phase) {
    std::vector<double> values;
    for (size_t i = 0; i < samples.size(); ++i) {
      values.push_back(samples[i][phase]);
      totals[i] += samples[i][phase];
    }
    std::printf(" %.0f |", Median(std::move(values)));
  }
  std::printf(" %.0f | %zu | %zu |\n", Median(totals), static_cast<size_t>(bytes), ResidentMib());
  std::fflush(stdout);
}

void Measure(const std::string& name, EngineSession& session, const Change& change, int saves) {
  std::vector<Costs> samples;
  for (int i = 0; i < saves + kWarmUp; ++i) {
    const std::vector<std::string> paths = change(session.root(), i + 1);
    samples.push_back(session.Save(paths));
  }
  samples.erase(samples.begin(), samples.begin() + kWarmUp);
  PrintRow(name, samples, session.wire_bytes());
}

void WriteSource(const std::string& root, uint32_t number, int version) {
  WriteText(root, SourcePath(number).string(), SourceText(2048, number, version));
}

/// One line changed in one of so many files.
void MeasureSmall(uint32_t files) {
  EngineSession session([&](const std::string& root) {
    for (uint32_t i = 0; i < files; ++i) WriteSource(root, i, 0);
  });
  const Change change = [&](const std::string& root, int i) {
    const uint32_t number = (files / 2 + static_cast<uint32_t>(i) / 4) % files;
    WriteSource(root, number, i);
    return std::vector<std::string>{SourcePath(number).string()};
  };
  Measure(std::to_string(files), session, change, 60);
}

/// One byte of 50 MB.
void MeasureLarge() {
  EngineSession session(
      [](const std::string& root) { WriteText(root, "data.txt", SourceText(kLarge, 1, 0)); });
  const Change change = [](const std::string& root, int i) {
    std::fstream file(root + "/data.txt", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(static_cast<size_t>(i) * 7919 * 512 % kLarge));
    file.put('~');
    return std::vector<std::string>{"data.txt"};
  };
  Measure("large", session, change, 10);
}

/// Two links of a program in turn.
void MeasureBinary(const std::vector<std::string>& links) {
  const auto version = [&](int i) {
    return links[static_cast<size_t>(i) % links.size()] + "build-" + std::to_string(100000 + i);
  };
  EngineSession session([&](const std::string& root) { WriteText(root, "program", version(0)); });
  const Change change = [&](const std::string& root, int i) {
    WriteText(root, "program", version(i));
    return std::vector<std::string>{"program"};
  };
  Measure("binary", session, change, 10);
}

/// One line in each of 500 files.
void MeasureMany() {
  EngineSession session([](const std::string& root) {
    for (uint32_t i = 0; i < kMany; ++i) WriteSource(root, i, 0);
  });
  const Change change = [](const std::string& root, int i) {
    std::vector<std::string> paths;
    for (uint32_t number = 0; number < kMany; ++number) {
      WriteSource(root, number, i);
      paths.push_back(SourcePath(number).string());
    }
    return paths;
  };
  Measure("many", session, change, 20);
}

/// 20,000 files, 80 MB, to a pod that holds none of them.
void MeasureFirst() {
  const EngineSession session([](const std::string& root) {
    if (!WriteTree(root, kFirst).ok()) Die("can't write the files");
  });
  PrintRow("first", {session.first()}, session.wire_bytes());
}

/// So many saves of files in turn; memory must not grow.
void MeasureHour(int saves) {
  constexpr uint32_t kFiles = 1000;
  EngineSession session([&](const std::string& root) {
    for (uint32_t i = 0; i < kFiles; ++i) WriteSource(root, i, 0);
  });
  std::vector<Costs> samples;
  for (int i = 1; i <= saves; ++i) {
    const uint32_t number = static_cast<uint32_t>(i) * 7 % kFiles;
    WriteSource(session.root(), number, i);
    samples.push_back(session.Save({SourcePath(number).string()}));
    if (i % (saves / kHourReports) != 0) continue;
    PrintRow("after " + std::to_string(i) + " saves", samples, session.wire_bytes());
    samples.clear();
  }
}

std::string FileText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (text.str().empty()) Die("there is nothing in " + path);
  return text.str();
}

void Run(const std::string& name) {
  if (name == "large") return MeasureLarge();
  if (name == "many") return MeasureMany();
  if (name == "first") return MeasureFirst();
  if (name == "hour") return MeasureHour(20000);
  if (const size_t comma = name.find(','); comma != std::string::npos) {
    return MeasureBinary({FileText(name.substr(0, comma)), FileText(name.substr(comma + 1))});
  }
  const unsigned long files = std::strtoul(name.c_str(), nullptr, 10);
  if (files == 0) Die("expected a number of files, large, many, first, hour, or PROGRAM,RELINKED");
  MeasureSmall(static_cast<uint32_t>(files));
}

}  // namespace
}  // namespace hawser::bench

int main(int argc, char** argv) {
  std::vector<std::string> names(argv + 1, argv + argc);
  if (names.empty()) names = {"1000", "10000", "100000", "large", "many", "first"};
  hawser::bench::PrintHeader();
  for (const std::string& name : names) hawser::bench::Run(name);
  return 0;
}
