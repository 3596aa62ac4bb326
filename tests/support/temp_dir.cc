// A directory that lives as long as a test.
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <system_error>

namespace hawser::testing {

namespace fs = std::filesystem;

TempDir::TempDir() {
  std::string pattern = (fs::temp_directory_path() / "hawser-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    std::perror(pattern.c_str());
    std::abort();
  }
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  for (fs::recursive_directory_iterator entry(path_, ignored), end; entry != end;
       entry.increment(ignored)) {
    if (entry->symlink_status(ignored).type() != fs::file_type::directory) continue;
    fs::permissions(entry->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
  }
  fs::remove_all(path_, ignored);
}

std::string TempDir::Write(std::string_view relative, std::string_view content) const {
  const fs::path file = path_ / relative;
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  EXPECT_TRUE(out.good()) << "cannot write " << file;
  return file.string();
}

std::string TempDir::Read(std::string_view relative) const {
  std::ifstream in(path_ / relative, std::ios::binary);
  EXPECT_TRUE(in.is_open()) << "cannot read " << path_ / relative;
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

bool TempDir::Exists(std::string_view relative) const {
  std::error_code ignored;
  return fs::symlink_status(path_ / relative, ignored).type() != fs::file_type::not_found;
}

}  // namespace hawser::testing
