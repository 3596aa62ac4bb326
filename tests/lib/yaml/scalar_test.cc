// The typing table of plain scalars.
#include "lib/yaml/scalar.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace hawser::yaml {
namespace {

using nlohmann::json;

TEST(ScalarTest, TypesPlainTextAsKubernetesDoes) {
  const std::vector<std::pair<std::string, json>> table = {
      {"", nullptr},
      {"~", nullptr},
      {"null", nullptr},
      {"nUll", "nUll"},
      {"true", true},
      {"yes", true},
      {"on", true},
      {"Y", true},
      {"off", false},
      {"No", false},
      {"n", false},
      {"yEs", "yEs"},
      {"0", 0},
      {"42", 42},
      {"-7", -7},
      {"+5", 5},
      {"0644", 420},
      {"0o17", 15},
      {"0x1F", 31},
      {"-0b101", -5},
      {"1_000", 1000},
      {"08", 8},
      {"1.50", 1.5},
      {"1e3", 1000},
      {"2.", 2},
      {".5", 0.5},
      {"-.5", -0.5},
      {"+1.5", 1.5},
      {"1.0", 1},
      {"1:30", "1:30"},
      {"1.2.3", "1.2.3"},
      {"v1", "v1"},
      {"2026-01-02", "2026-01-02"},
      {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"},
      {"-", "-"},
      {".", "."},
      {"1e", "1e"},
      {"0x", "0x"},
      {"100m", "100m"},
      {"512Mi", "512Mi"},
      {"10.0.0.1", "10.0.0.1"},
      {"9223372036854775807", INT64_MAX},
      {"-9223372036854775808", INT64_MIN},
      {"18446744073709551615", UINT64_MAX},
      {"1e400", "1e400"},
  };
  for (const auto& [text, value] : table) {
    EXPECT_EQ(ResolvePlainScalar(text), value) << '"' << text << '"';
    EXPECT_EQ(ResolvePlainScalar(text).type_name(), std::string(value.type_name())) << text;
  }
}

TEST(ScalarTest, InfinitiesAreFloats) {
  EXPECT_TRUE(std::isinf(ResolvePlainScalar("-.Inf").get<double>()));
  EXPECT_TRUE(std::isnan(ResolvePlainScalar(".nan").get<double>()));
}

}  // namespace
}  // namespace hawser::yaml
