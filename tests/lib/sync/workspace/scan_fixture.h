// A workspace to scan.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lib/sync/workspace/scan.h"
#include "tests/support/temp_dir.h"

namespace hawser::sync {

namespace stdfs = std::filesystem;

inline fs::Dirty PathsOf(std::vector<std::string> paths) {
  fs::Dirty dirty;
  dirty.paths = std::move(paths);
  return dirty;
}

class ScanTest : public ::testing::Test {
 protected:
  ScanTest() { stdfs::create_directories(root()); }

  std::string root() const { return parent_ / "w"; }
  std::string At(const std::string& path) const { return root() + "/" + path; }
  void Write(const std::string& path, const std::string& content) const {
    parent_.Write("w/" + path, content);
  }
  std::unique_ptr<Scanner> Make(std::vector<Rule> rules = {{"", "/app", {}, false}}) const {
    return MakeScanner(root(), Rules::Make(std::move(rules), {}).value()).value();
  }
  static void ExpectRefused(const Result<ScanResult>& scan, const std::string& why,
                            Code code = Code::kFailedPrecondition) {
    EXPECT_EQ(scan.status().code(), code);
    EXPECT_NE(scan.status().message().find(why), std::string::npos) << scan.status();
  }

  testing::TempDir parent_;
};

}  // namespace hawser::sync
