// Listening and dialling: ports, permissions, dead sockets, refusals.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "lib/net/socket.h"
#include "tests/support/temp_dir.h"

namespace hawser::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::TempDir;

TEST(ListenerTest, PicksAFreePort) {
  const Result<TcpListener> first = ListenTcp("127.0.0.1", 0);
  const Result<TcpListener> second = ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(first->port, 0);
  EXPECT_NE(first->port, second->port);
}

TEST(ListenerTest, DialsByName) {
  const Result<TcpListener> listening = ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(listening.ok());
  const auto stream = DialTcp("localhost", listening->port, In(seconds(10)));
  ASSERT_TRUE(stream.ok()) << stream.status();
  EXPECT_EQ((*stream)->Peer(), "localhost:" + std::to_string(listening->port));
}

TEST(ListenerTest, NamesTheAddressThatRefused) {
  Result<TcpListener> listening = ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(listening.ok());
  const uint16_t port = listening->port;
  listening->listener.reset();
  const Status status = DialTcp("127.0.0.1", port, In(seconds(10))).status();
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_NE(status.message().find("127.0.0.1:" + std::to_string(port)), std::string::npos);
}

TEST(ListenerTest, RefusesAnAddressThatIsNoLiteral) {
  EXPECT_EQ(ListenTcp("localhost", 0).status().code(), Code::kInvalidArgument);
}

TEST(ListenerTest, AcceptTimesOutAndStaysUsable) {
  const Result<TcpListener> listening = ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(listening.ok());
  EXPECT_EQ(listening->listener->Accept(In(milliseconds(5))).status().code(),
            Code::kDeadlineExceeded);
  const auto client = DialTcp("127.0.0.1", listening->port, In(seconds(10)));
  EXPECT_TRUE(listening->listener->Accept(In(seconds(10))).ok());
}

TEST(ListenerTest, CloseWakesAcceptOnEitherKind) {
  const TempDir dir;
  Result<TcpListener> tcp = ListenTcp("127.0.0.1", 0);
  Result<std::unique_ptr<Listener>> local = ListenUnix(dir / "a.sock", 0600);
  ASSERT_TRUE(tcp.ok() && local.ok());
  for (Listener* listener : {tcp->listener.get(), local->get()}) {
    Status status;
    {
      const std::jthread acceptor([&] { status = listener->Accept(kNoDeadline).status(); });
      listener->Close();
    }
    EXPECT_EQ(status.code(), Code::kCancelled) << status;
  }
}

TEST(ListenerTest, SetsTheModeOfAUnixSocketAndRemovesItAtTheEnd) {
  const TempDir dir;
  {
    const auto listener = ListenUnix(dir / "a.sock", 0666);
    ASSERT_TRUE(listener.ok()) << listener.status();
    struct stat info {};
    ASSERT_EQ(::stat((dir / "a.sock").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0666U);
  }
  EXPECT_FALSE(dir.Exists("a.sock"));
}

TEST(ListenerTest, ReplacesOnlyADeadUnixSocket) {
  const TempDir dir;
  const std::string path = dir / "a.sock";
  {
    auto dead = ListenUnix(path, 0600);
    ASSERT_TRUE(dead.ok());
    // As after a crash: the file stays, nobody listens.
    ASSERT_EQ(::link(path.c_str(), (dir / "kept.sock").c_str()), 0);
  }
  const auto listener = ListenUnix(dir / "kept.sock", 0600);
  ASSERT_TRUE(listener.ok()) << listener.status();
  EXPECT_EQ(ListenUnix(dir / "kept.sock", 0600).status().code(), Code::kAlreadyExists);
  dir.Write("file", "precious");
  EXPECT_EQ(ListenUnix(dir / "file", 0600).status().code(), Code::kAlreadyExists);
  EXPECT_EQ(dir.Read("file"), "precious");
}

TEST(ListenerTest, RefusesAUnixPathThatIsTooLong) {
  const TempDir dir;
  EXPECT_EQ(ListenUnix(dir / std::string(200, 'x'), 0600).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(DialUnix(dir / "missing.sock", In(seconds(1))).status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace hawser::net
