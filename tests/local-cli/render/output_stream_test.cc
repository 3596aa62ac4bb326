// Output over real pipes, with and without someone at the other end.
#include "local-cli/render/output_stream.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "lib/base/unique_fd.h"
#include "lib/fs/file.h"

namespace hawser::cli {
namespace {

constexpr size_t kMoreThanAPipeHolds = 300000;

class OutputStreamTest : public ::testing::Test {
 protected:
  void SetUp() override {
    before_ = ::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    reader_.Reset(ends[0]);
    writer_.Reset(ends[1]);
  }
  void TearDown() override { ::signal(SIGPIPE, before_); }

  /// Writes much; what arrives at the other end.
  std::string Pass(const std::string& text) {
    std::string read;
    {
      const std::jthread reading(
          [&] { read = fs::ReadAll(reader_.get(), kMoreThanAPipeHolds * 2).value_or(""); });
      {
        OutputStream out(writer_.get(), [] { FAIL() << "someone reads"; });
        out << text << 'x' << std::flush;
        out << "not flushed";
      }
      writer_.Reset();
    }
    return read;
  }

  void (*before_)(int) = nullptr;
  UniqueFd reader_;
  UniqueFd writer_;
};

TEST_F(OutputStreamTest, TellsOnceThatNobodyReads) {
  int told = 0;
  OutputStream out(writer_.get(), [&] { ++told; });
  out << "a\n" << std::flush;
  EXPECT_FALSE(out.unread());
  EXPECT_EQ(told, 0);
  reader_.Reset();
  out << "b\n";
  EXPECT_EQ(told, 0) << "nothing was written yet";
  for (int i = 0; i < 3; ++i) out << std::flush << "c\n";
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(out.unread());
}

TEST_F(OutputStreamTest, WritesAllOfIt) {
  const std::string text(kMoreThanAPipeHolds, 'o');
  EXPECT_EQ(Pass(text), text + "xnot flushed");
}

TEST_F(OutputStreamTest, WaitsForTheReaderWhereWritesDoNot) {
  ASSERT_EQ(::fcntl(writer_.get(), F_SETFL, O_NONBLOCK), 0);
  const std::string text(kMoreThanAPipeHolds, 'o');
  EXPECT_EQ(Pass(text), text + "xnot flushed");
}

}  // namespace
}  // namespace hawser::cli
