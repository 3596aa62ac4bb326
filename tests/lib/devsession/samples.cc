// Reads sample files.
#include "tests/lib/devsession/samples.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lib/base/text.h"
#include "lib/yaml/yaml.h"

namespace hawser::testing {

namespace {

Sample ReadSample(const std::filesystem::path& path) {
  constexpr std::string_view kMark = "# Refused at: ";
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  Sample sample{.name = path.filename().string(), .text = text.str()};
  sample.object = yaml::ParseYaml(sample.text, sample.name).value();
  const std::string first(Split(sample.text, '\n').front());
  if (first.starts_with(kMark)) sample.refused_field = first.substr(kMark.size());
  return sample;
}

}  // namespace

std::vector<Sample> ReadSamples(const std::string& folder) {
  std::vector<Sample> samples;
  const std::filesystem::path path = std::filesystem::path(HAWSER_SOURCE_DIR) / folder;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    if (entry.path().extension() == ".yaml") samples.push_back(ReadSample(entry.path()));
  }
  std::sort(samples.begin(), samples.end(),
            [](const Sample& a, const Sample& b) { return a.name < b.name; });
  return samples;
}

}  // namespace hawser::testing
