// Reading, writing, copying and replacing files as wholes.
#include "lib/fs/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temp_dir.h"

namespace hawser::fs {
namespace {

class FileTest : public ::testing::Test {
 protected:
  UniqueFd Opened(const std::string& content) const {
    return OpenToRead(directory_.Write("in", content)).value();
  }
  UniqueFd Created() const {
    return UniqueFd(::open((directory_ / "out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644));
  }
  size_t Entries() const {
    return static_cast<size_t>(
        std::distance(std::filesystem::directory_iterator(directory_.path()), {}));
  }

  testing::TempDir directory_;
};

TEST_F(FileTest, ReadsFilesUpToTheLimitAndNoFurther) {
  EXPECT_EQ(ReadAll(Opened("").get(), 0).value(), "");
  EXPECT_EQ(ReadAll(Opened("abc").get(), 3).value(), "abc");
  EXPECT_EQ(ReadAll(Opened("abc").get(), 2).status().code(), Code::kOutOfRange);
  const std::string large(700000, 'x');
  EXPECT_EQ(ReadAll(Opened(large).get(), large.size()).value(), large);
}

TEST_F(FileTest, ReadsFilesThatDoNotTellTheirSize) {
  const UniqueFd fd = OpenToRead("/proc/self/maps").value();
  EXPECT_GT(ReadAll(fd.get(), 64U << 20).value().size(), 100U);
  ::lseek(fd.get(), 0, SEEK_SET);
  EXPECT_EQ(ReadAll(fd.get(), 10).status().code(), Code::kOutOfRange);
}

TEST_F(FileTest, NamesThePathThatCouldNotBeOpened) {
  const Status status = OpenToRead(directory_ / "none").status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.message().find(directory_ / "none"), std::string::npos);
}

TEST_F(FileTest, CopiesExactlySoManyBytes) {
  const UniqueFd in = Opened(std::string(300000, 'x') + "rest");
  ASSERT_TRUE(CopyBytes(in.get(), Created().get(), 300000).ok());
  EXPECT_EQ(directory_.Read("out"), std::string(300000, 'x'));
  EXPECT_EQ(ReadAll(in.get(), 10).value(), "rest");
  EXPECT_EQ(CopyBytes(in.get(), Created().get(), 1).code(), Code::kDataLoss);
}

TEST_F(FileTest, CopiesWhereTheKernelCanNotByItself) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  ASSERT_TRUE(WriteAll(writer.get(), "through a pipe").ok());
  ASSERT_TRUE(CopyBytes(reader.get(), Created().get(), 14).ok());
  EXPECT_EQ(directory_.Read("out"), "through a pipe");
}

TEST_F(FileTest, AFileWithoutANameLeavesNothing) {
  const UniqueFd file = OpenUnnamed(directory_.path()).value();
  ASSERT_TRUE(WriteAll(file.get(), "content").ok());
  ::lseek(file.get(), 0, SEEK_SET);
  EXPECT_EQ(ReadAll(file.get(), 10).value(), "content");
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
  EXPECT_EQ(OpenUnnamed(directory_ / "none").status().code(), Code::kNotFound);
}

TEST_F(FileTest, ReplacesWholeAndLeavesNothingBeside) {
  ASSERT_TRUE(ReplaceFile(directory_ / "f", "old", 0600).ok());
  const UniqueFd old = OpenToRead(directory_ / "f").value();
  ASSERT_TRUE(ReplaceFile(directory_ / "f", "new", 0751).ok());
  EXPECT_EQ(ReadAll(old.get(), 10).value(), "old") << "who had it open keeps the old one";
  EXPECT_EQ(directory_.Read("f"), "new");
  struct stat info {};
  ASSERT_EQ(::stat((directory_ / "f").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0751U);
  EXPECT_EQ(Entries(), 1U);
}

TEST_F(FileTest, LeavesNothingBehindWhenItCanNotReplace) {
  directory_.Write("d/f", "kept");
  EXPECT_FALSE(ReplaceFile(directory_ / "d", "file in a directory's place", 0644).ok());
  EXPECT_EQ(Entries(), 1U);
  EXPECT_EQ(ReplaceFile(directory_ / "none/f", "x", 0644).code(), Code::kNotFound);
}

TEST_F(FileTest, ShowsNoReaderAPart) {
  const std::string a(100000, 'a');
  const std::string b(50000, 'b');
  ASSERT_TRUE(ReplaceFile(directory_ / "f", a, 0644).ok());
  std::atomic<bool> done = false;
  std::jthread writer([&] {
    for (int i = 0; i < 100; ++i) {
      EXPECT_TRUE(ReplaceFile(directory_ / "f", i % 2 == 0 ? b : a, 0644).ok());
    }
    done = true;
  });
  while (!done) {
    const std::string seen = ReadAll(OpenToRead(directory_ / "f").value().get(), 1U << 20).value();
    ASSERT_TRUE(seen == a || seen == b) << seen.size();
  }
}

TEST(TemporaryNameTest, IsNobodyElses) {
  std::mutex mutex;
  std::set<std::string> names;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          std::string name = TemporaryName();
          const std::lock_guard lock(mutex);
          names.insert(std::move(name));
        }
      });
    }
  }
  EXPECT_EQ(names.size(), 4000U);
  for (const std::string& name : names) {
    EXPECT_TRUE(name.starts_with(".hawser-") && name.ends_with(".tmp")) << name;
    EXPECT_EQ(name.find('/'), std::string::npos);
  }
}

TEST(TemporaryNameTest, IsKnownAgain) {
  EXPECT_TRUE(IsTemporaryName(TemporaryName()));
  for (const char* other : {"", ".tmp", ".hawser-1", "hawser-1.tmp", ".hawser-pod"}) {
    EXPECT_FALSE(IsTemporaryName(other)) << other;
  }
}

TEST(TemporaryNameTest, IsNotThatOfACopyOfTheProcess) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t copy = ::fork();
  if (copy == 0) {
    const std::string name = TemporaryName();
    ::_exit(::write(pipe[1], name.data(), name.size()) < 0);
  }
  const std::string mine = TemporaryName();
  std::array<char, 200> other{};
  EXPECT_GT(::read(pipe[0], other.data(), other.size() - 1), 0);
  EXPECT_NE(mine, other.data());
  int ended = 0;
  EXPECT_EQ(::waitpid(copy, &ended, 0), copy);
  ::close(pipe[0]);
  ::close(pipe[1]);
}

}  // namespace
}  // namespace hawser::fs
