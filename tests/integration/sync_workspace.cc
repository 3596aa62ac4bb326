// A workspace that someone edits at random.
#include "tests/integration/sync_workspace.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <utility>

namespace hawser::testing {

namespace stdfs = std::filesystem;

namespace {

constexpr uint64_t kBranches = 3;
constexpr auto kCopy = stdfs::copy_options::recursive | stdfs::copy_options::copy_symlinks;

}  // namespace

RandomWorkspace::RandomWorkspace(uint64_t seed, std::string directory)
    : directory_(std::move(directory)), random_(seed) {
  stdfs::create_directory(root());
}

std::string RandomWorkspace::Aside(uint64_t branch) const {
  return directory_ + "/branch-" + std::to_string(branch);
}

std::vector<std::string> RandomWorkspace::Edit() {
  if (Once(9)) SwitchBranch();
  if (Once(12)) WriteMany();
  if (Once(3)) EditLargeFiles();
  for (uint64_t edits = 1 + Random(8); edits > 0; --edits) EditOne(AnyPath());
  files_ = LookAt(root());
  versions_.Add(files_);
  return std::exchange(touched_, {});
}

/// A little in a file that is large enough for its blocks to be summed.
void RandomWorkspace::EditLargeFiles() {
  constexpr uintmax_t kLarge = 256U << 10;
  std::vector<std::string> large;
  for (const auto& entry : stdfs::recursive_directory_iterator(root())) {
    const bool is_file = entry.symlink_status().type() == stdfs::file_type::regular;
    if (is_file && entry.file_size() >= kLarge) {
      large.push_back(stdfs::relative(entry.path(), root()).string());
    }
  }
  std::sort(large.begin(), large.end());  // the directory's order is not the seed's
  for (const std::string& path : large) {
    touched_.push_back(path.substr(0, path.find('/')));
    Once(2) ? Append(path) : Overwrite(path);
  }
}

void RandomWorkspace::TouchTop() {
  for (const auto& entry : stdfs::directory_iterator(root())) {
    touched_.push_back(entry.path().filename().string());
  }
}

/// Puts the files aside and takes out those of another branch, which may never have had any.
void RandomWorkspace::SwitchBranch() {
  TouchTop();
  const std::string aside = Aside(branch_);
  stdfs::remove_all(aside);
  stdfs::copy(root(), aside, kCopy);
  branch_ = Random(kBranches);
  const std::string wanted = Aside(branch_);
  if (!stdfs::exists(wanted)) return;
  for (const auto& entry : stdfs::directory_iterator(root())) stdfs::remove_all(entry.path());
  stdfs::copy(wanted, root(), kCopy);
  TouchTop();
}

/// A directory of many small files, as a generator leaves it.
void RandomWorkspace::WriteMany() {
  const std::string directory = std::string(1, static_cast<char>('a' + Random(5)));
  touched_.push_back(directory);
  stdfs::remove_all(root() + "/" + directory);
  stdfs::create_directories(root() + "/" + directory + "/generated");
  const uint64_t version = Random(3);
  for (int i = 0; i < 150; ++i) {
    const std::string content =
        "file " + std::to_string(i) + " version " + std::to_string(i % 3 == 0 ? version : 0);
    std::ofstream(root() + "/" + directory + "/generated/" + std::to_string(i)) << content;
  }
}

/// One of a few names at one of three depths, so that edits meet each other.
std::string RandomWorkspace::AnyPath() {
  std::string path = std::string(1, static_cast<char>('a' + Random(5)));
  for (uint64_t depth = Random(3); depth > 0; --depth) {
    path += "/" + std::string(1, static_cast<char>('a' + Random(4)));
  }
  return path;
}

std::string RandomWorkspace::AnyContent() {
  constexpr uint64_t kSizes[] = {0, 10, 2000, 20000, 140000, 300000};
  constexpr uint64_t kOfMoreThanOneBlock = 1500000;
  std::string content(Random(8) == 0 ? kOfMoreThanOneBlock : kSizes[Random(std::size(kSizes))],
                      '\0');
  for (size_t i = 0; i < content.size();) {
    for (uint64_t bits = Random(UINT64_MAX); i < content.size() && bits > 0xff; bits >>= 4) {
      content[i++] = static_cast<char>('a' + (bits & 15));
    }
  }
  return content;
}

void RandomWorkspace::Write(const std::string& path) {
  std::ofstream(root() + "/" + path, std::ios::binary) << AnyContent();
}

void RandomWorkspace::Append(const std::string& path) {
  std::ifstream in(root() + "/" + path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf() << "one more line " << Random(1000) << "\n";
  std::ofstream(root() + "/" + path, std::ios::binary) << content.str();
}

/// A few bytes somewhere in a file that has as many.
void RandomWorkspace::Overwrite(const std::string& path) {
  const std::string full = root() + "/" + path;
  std::fstream file(full, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(Random(stdfs::file_size(full) - 8)));
  file << Random(10000000);
}

void RandomWorkspace::EditOne(const std::string& path) {
  const stdfs::path full = root() + "/" + path;
  std::error_code ignored;
  // A file in a parent's place gives way to a directory.
  for (stdfs::path parent = full.parent_path(); parent != root(); parent = parent.parent_path()) {
    if (stdfs::symlink_status(parent, ignored).type() != stdfs::file_type::directory &&
        stdfs::remove(parent, ignored)) {
      touched_.push_back(stdfs::relative(parent, root(), ignored).string());
    }
  }
  const auto type = stdfs::symlink_status(full, ignored).type();
  const bool is_file = type == stdfs::file_type::regular;
  touched_.push_back(path.substr(0, path.find('/')));
  switch (Random(8)) {
    case 0:
      stdfs::remove_all(full, ignored);
      return;
    case 1:
      stdfs::remove_all(full, ignored);
      stdfs::create_directories(full, ignored);
      return;
    case 2:
      stdfs::remove_all(full, ignored);
      stdfs::create_directories(full.parent_path(), ignored);
      stdfs::create_symlink("b", full, ignored);
      return;
    case 3: {
      const std::string other = AnyPath();
      touched_.push_back(other.substr(0, other.find('/')));
      // The way there may lead through a link.
      const stdfs::path arrives = stdfs::relative(root() + "/" + other, root(), ignored);
      if (!arrives.empty()) touched_.push_back(arrives.begin()->string());
      stdfs::rename(full, root() + "/" + other, ignored);
      return;
    }
    case 4:
      if (is_file) stdfs::permissions(full, stdfs::perms(0600 | Random(0100)), ignored);
      return;
    case 5:
      if (is_file) return Append(path);
      [[fallthrough]];
    default:
      if (!is_file) stdfs::remove_all(full, ignored);
      stdfs::create_directories(full.parent_path(), ignored);
      Write(path);
  }
}

}  // namespace hawser::testing
