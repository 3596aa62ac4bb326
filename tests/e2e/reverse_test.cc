// Ports of the pods that lead back to this machine, through the API server.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <sstream>
#include <thread>

#include "lib/base/digest.h"
#include "lib/net/socket.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;

constexpr Duration kAnswerPatience = std::chrono::seconds(60);

/// A server in place of the example's. GET /N sends N bytes to port 5432 of the pod, ends that
/// direction, and answers with all that comes back, or with what went wrong; any other path, the
/// probe's too, is answered with the pod's name.
constexpr char kAskingServer[] = R"(
import os, signal, socket, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

def ask(size):
    with socket.create_connection(("127.0.0.1", 5432), 60) as there:
        there.sendall(b"x" * size)
        there.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := there.recv(65536):
            answer += piece
        return answer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.strip("/")
        try:
            answer = ask(int(path)) if path.isdigit() else socket.gethostname().encode()
        except OSError as error:
            answer = type(error).__name__.encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer)
    def log_request(self, code="-", size="-"):
        pass

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("version x", flush=True)
ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Handler).serve_forever()
)";

/// A server on this machine: it reads until its client ends its direction, and answers with the
/// digest of that.
class LocalServer {
 public:
  LocalServer() : bound_(net::ListenTcp("127.0.0.1", 0).value()), thread_([this] { Run(); }) {}
  ~LocalServer() {
    bound_.listener->Close();
    thread_.join();
  }
  uint16_t port() const { return bound_.port; }

 private:
  void Run() {
    std::vector<std::jthread> clients;
    while (true) {
      auto accepted = bound_.listener->Accept(kNoDeadline);
      if (!accepted.ok()) return;
      clients.emplace_back([client = std::shared_ptr<net::ByteStream>(*std::move(accepted))] {
        std::string got;
        std::vector<char> piece(64U << 10);
        while (const size_t count = client->Read(piece, In(kAnswerPatience)).value_or(0)) {
          got.append(piece.data(), count);
        }
        (void)client->Write(Sha256(got).ToHex(), In(kAnswerPatience));
      });
    }
  }

  net::TcpListener bound_;
  std::jthread thread_;
};

std::string DigestOf(size_t size) {
  return Sha256(std::string(size, 'x')).ToHex();
}

class ReverseTest : public ClusterTest {
 protected:
  static void Serve(const Example& example) {
    example.Save("src/server.py", kAskingServer);
    const Outcome pushed = example.Push();
    ASSERT_TRUE(pushed.ok()) << pushed.err;
    example.ReadyPod();
  }

  Arguments Forward(uint16_t local) const {
    return cluster().HawserCommand({"forward", "-o", "json", "app", "0:http", "--reverse",
                                    "5432:127.0.0.1:" + std::to_string(local)});
  }

  static std::vector<json> Events(const Background& program, const std::string& kind) {
    std::vector<json> events;
    std::istringstream lines(program.Out());
    for (std::string line; std::getline(lines, line);) {
      json event = json::parse(line, nullptr, false);
      if (event.is_object() && event.value("event", "") == kind) events.push_back(std::move(event));
    }
    return events;
  }

  /// Waits until so many pods, one after the other, led back; the local port that leads to the app.
  static int AwaitBoth(const Background& forward, size_t reversed) {
    int port = 0;
    EXPECT_TRUE(Eventually([&] {
      size_t back = 0;
      for (const json& event : Events(forward, "forwarding")) {
        if (event.value("direction", "") == "reverse") {
          ++back;
        } else {
          port = event["local"];
        }
      }
      return port != 0 && back >= reversed;
    })) << forward.Out()
        << forward.Err();
    return port;
  }

  static std::string AskApp(int port, const std::string& path) {
    const Outcome outcome = RunProgram({"curl", "-sS", "--max-time", "60",
                                        "http://127.0.0.1:" + std::to_string(port) + "/" + path});
    return outcome.out + outcome.err;
  }
};

TEST_F(ReverseTest, PodsReachAServerOfThisMachineAlsoWhenReplaced) {
  const LocalServer server;
  const Example example(cluster(), "app");
  Serve(example);
  Background forward(Forward(server.port()));
  const int port = AwaitBoth(forward, 1);
  EXPECT_EQ(AskApp(port, "3"), DigestOf(3)) << forward.Err();
  const size_t much = size_t{8} << 20;
  EXPECT_EQ(AskApp(port, std::to_string(much)), DigestOf(much)) << forward.Err();

  std::atomic<int> right = 0;
  std::vector<std::jthread> askers;
  for (size_t i = 1; i <= 8; ++i) {
    askers.emplace_back([&, size = 50'000 * i] {
      if (AskApp(port, std::to_string(size)) == DigestOf(size)) ++right;
    });
  }
  askers.clear();
  EXPECT_EQ(right, 8) << forward.Out() << forward.Err();

  // The new pod is made from the image, so the server must be pushed to it.
  Background watch(example.Watch());
  const std::string before = example.Pod().name;
  cluster().Kubectl({"delete", "pod", before, "--wait=false"});
  AwaitBoth(forward, 2);
  EXPECT_TRUE(Eventually([&] {
    return AskApp(port, "") != before && AskApp(port, "4") == DigestOf(4);
  })) << forward.Out()
      << forward.Err();
  EXPECT_EQ(watch.Interrupt(), 0);
  EXPECT_EQ(forward.Interrupt(), 0);
  bool told = false;
  for (const json& event : Events(forward, "connectionEnded")) {
    told |= event.value("direction", "") == "reverse" && event["received"] == 3;
  }
  EXPECT_TRUE(told) << forward.Out();
}

TEST_F(ReverseTest, TheAppSeesAResetWhenNothingAnswersHereAndARefusalAfterwards) {
  uint16_t nobody = 0;
  {
    const LocalServer gone;
    nobody = gone.port();
  }
  const Example example(cluster(), "app");
  Serve(example);
  Background forward(Forward(nobody));
  const int port = AwaitBoth(forward, 1);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(AskApp(port, "3"), "ConnectionResetError");
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_TRUE(Eventually([&] { return !Events(forward, "warning").empty(); })) << forward.Out();
  EXPECT_EQ(forward.Interrupt(), 0);

  Background there(cluster().HawserCommand({"forward", "-o", "json", "app", "0:http"}));
  const int only = AwaitBoth(there, 0);
  EXPECT_TRUE(Eventually([&] { return AskApp(only, "3") == "ConnectionRefusedError"; }));
  EXPECT_EQ(there.Interrupt(), 0);
}

TEST_F(ReverseTest, SaysWhichPortsItCannotHave) {
  const Example example(cluster(), "app");
  const struct {
    const char* reverse;
    int exit_code;
    const char* message;
  } rows[] = {
      {"80:8080", 2, "port 80 of the pod is privileged"},
      {"8080:3000", 1, "port 8080 of the pods is the app's own"},
      {"40100:3000", 1, "port 40100 of the pod is taken"},
      {"5432:", 2, "expected REMOTE:[HOST:]LOCAL"},
  };
  for (const auto& row : rows) {
    const Outcome outcome = cluster().Hawser({"forward", "app", "-R", row.reverse});
    EXPECT_EQ(outcome.exit_code, row.exit_code) << outcome.out;
    EXPECT_NE(outcome.err.find(row.message), std::string::npos) << outcome.err;
  }
}

}  // namespace
}  // namespace hawser::e2e
