// Ports of sessions: the Service in the cluster, and local ports that lead to the pods.
#include <gtest/gtest.h>

#include <atomic>
#include <sstream>
#include <thread>

#include "lib/base/digest.h"
#include "lib/kube/object.h"
#include "lib/net/socket.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;

/// A server in place of the example's: GET / tells the pod, GET /N answers with N bytes that the
/// page /sum/N has the digest of, and PUT answers with the digest of what it got.
constexpr char kServer[] = R"(
import hashlib, os, random, signal, socket, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

def noise(size):
    return random.Random(size).randbytes(size)

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        path = self.path.strip("/")
        if path.startswith("sum/"):
            self.answer(hashlib.sha256(noise(int(path[4:]))).hexdigest().encode())
        elif path.isdigit():
            self.answer(noise(int(path)))
        else:
            self.answer(socket.gethostname().encode())
    def do_PUT(self):
        digest, left = hashlib.sha256(), int(self.headers["Content-Length"])
        while left > 0:
            piece = self.rfile.read(min(left, 65536))
            left -= len(piece)
            digest.update(piece)
        self.answer(digest.hexdigest().encode())
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_request(self, code="-", size="-"):
        pass

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("version x", flush=True)
ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Handler).serve_forever()
)";

std::vector<json> Events(const Background& program, const std::string& kind) {
  std::vector<json> events;
  std::istringstream lines(program.Out());
  for (std::string line; std::getline(lines, line);) {
    json event = json::parse(line, nullptr, false);
    if (event.is_object() && event.value("event", "") == kind) events.push_back(std::move(event));
  }
  return events;
}

/// The local port that leads to that port of the session; 0 when none does within a minute.
int LocalPort(const Background& program, const std::string& name) {
  int port = 0;
  EXPECT_TRUE(Eventually([&] {
    for (const json& event : Events(program, "forwarding")) {
      if (event["name"] == name) port = event["local"];
    }
    return port != 0;
  })) << program.Out()
      << program.Err();
  return port;
}

Outcome Curl(int port, const std::string& path, Arguments more = {}) {
  Arguments argv{"curl", "-sS", "--max-time", "60",
                 "http://127.0.0.1:" + std::to_string(port) + "/" + path};
  argv.insert(argv.end(), more.begin(), more.end());
  return RunProgram(argv);
}

class ForwardTest : public ClusterTest {
 protected:
  /// The server above in the pod.
  static void Serve(const Example& example) {
    example.Save("src/server.py", kServer);
    const Outcome pushed = example.Push();
    ASSERT_TRUE(pushed.ok()) << pushed.err;
    example.ReadyPod();
  }
  Arguments Forward(const Arguments& arguments) {
    Arguments argv{"forward", "-o", "json"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return cluster().HawserCommand(argv);
  }
};

TEST_F(ForwardTest, TheSessionsServiceReachesItsPodAndGoesWithIt) {
  const Example example(cluster(), "app");
  Serve(example);
  const json status = cluster().Get("devsession/app")["status"];
  EXPECT_EQ(status["ports"],
            json::array({{{"name", "http"}, {"container", 8080}, {"service", "hawser-app"}}}));
  EXPECT_EQ(cluster().ConditionOf("app", "PortsServed").reason, "Served");
  const std::string pod = example.Pod().name;
  EXPECT_TRUE(Eventually([&] { return cluster().Ask("hawser-app:http") == pod; }));

  cluster().Kubectl({"patch", "devsession", "app", "--type=merge", "-p",
                     R"({"spec": {"ports": [{"name": "web", "container": 8080}]}})"});
  EXPECT_TRUE(Eventually([&] { return cluster().Ask("hawser-app:web") == pod; }));
  cluster().Kubectl(
      {"patch", "devsession", "app", "--type=merge", "-p", R"({"spec": {"ports": []}})"});
  cluster().Await("app", "PortsServed", "True", "NoPorts");
  EXPECT_FALSE(cluster().Exists("service/hawser-app"));
}

TEST_F(ForwardTest, AServiceOfAnotherIsLeftAlone) {
  cluster().Kubectl({"create", "service", "clusterip", "hawser-app", "--tcp=1:1"});
  const json before = cluster().Get("service/hawser-app");
  const Example example(cluster(), "app");
  const Condition taken = cluster().Await("app", "PortsServed", "False", "NameTaken");
  EXPECT_NE(taken.message.find("Service hawser-app"), std::string::npos) << taken.message;
  EXPECT_EQ(cluster().Get("service/hawser-app"), before);
  EXPECT_TRUE(example.Push().ok()) << "saves reach the pod all the same";
  cluster().Kubectl({"delete", "devsession", "app", "--timeout=60s"});
  EXPECT_EQ(cluster().Get("service/hawser-app"), before);
}

TEST_F(ForwardTest, StaysOpenWhileThePodIsReplaced) {
  const Example example(cluster(), "app");
  Serve(example);
  const Background push(example.Watch());  // brings the new pod up to date
  Background forward(Forward({"app", ":http", ":8080"}));
  const int port = LocalPort(forward, "http");
  const std::string before = example.Pod().name;
  EXPECT_EQ(Curl(port, "").out, before);
  cluster().Kubectl({"delete", "pod", before, "--wait=false"});
  // Asked all the while: each connection reaches a pod or waits for one, and none is lost to a port
  // that closed.
  std::string now;
  EXPECT_TRUE(Eventually([&] {
    const Outcome asked = Curl(port, "");
    EXPECT_NE(asked.exit_code, 7) << "the local port refused: " << asked.err;
    now = asked.out;
    return asked.ok() && now != before;
  })) << forward.Out()
      << forward.Err();
  EXPECT_EQ(now, example.ReadyPod().name);
  EXPECT_EQ(Curl(port, "").out, now);
  EXPECT_EQ(forward.Interrupt(), 0);
  const std::vector<json> told = Events(forward, "connection");
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.front()["pod"], before);
  EXPECT_EQ(told.back()["pod"], now);
  EXPECT_FALSE(Events(forward, "connectionEnded").empty());
}

TEST_F(ForwardTest, CarriesMuchBothWaysAndManyAtOnce) {
  const Example example(cluster(), "app");
  Serve(example);
  Background forward(Forward({"app", "0:http"}));
  const int port = LocalPort(forward, "http");
  const std::string size = std::to_string(24 << 20);
  const hawser::testing::TempDir scratch;
  const std::string file = (scratch.path() / "noise").string();
  ASSERT_TRUE(Curl(port, size, {"-o", file}).ok());
  const std::string content = scratch.Read("noise");
  const std::string digest = Sha256(content).ToHex();
  EXPECT_EQ(content.size(), static_cast<size_t>(24 << 20));
  EXPECT_EQ(Curl(port, "sum/" + size).out, digest);
  EXPECT_EQ(Curl(port, "", {"-T", file}).out, digest);

  std::atomic<int> right = 0;
  std::vector<std::jthread> clients;
  for (int i = 0; i < 12; ++i) {
    clients.emplace_back([&, bytes = std::to_string(100'000 + i)] {
      if (Sha256(Curl(port, bytes).out).ToHex() == Curl(port, "sum/" + bytes).out) ++right;
    });
  }
  clients.clear();
  EXPECT_EQ(right, 12) << forward.Out() << forward.Err();
  EXPECT_EQ(forward.Interrupt(), 0);
}

TEST_F(ForwardTest, SaysWhatIsWrongAndWhatToDo) {
  const Example example(cluster(), "app");
  auto taken = net::ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(taken.ok());
  const std::string port = std::to_string(taken->port);
  const struct {
    Arguments arguments;
    int exit_code;
    std::string message;
  } cases[] = {
      {{"forward", "app", port + ":http"}, 1, "local port " + port + " is taken by "},
      {{"forward", "app", "web"}, 1, "session app names no port \"web\"; it names: http"},
      {{"forward", "gone"}, 1, "no DevSession \"gone\""},
      {{"forward", "app", "a:b:c"}, 2, "expected [LOCAL:]REMOTE"},
      {{"forward", "app", "--address", "192.0.2.1"}, 1, "192.0.2.1"},
  };
  for (const auto& each : cases) {
    const Outcome outcome = cluster().Hawser(each.arguments);
    EXPECT_EQ(outcome.exit_code, each.exit_code) << outcome.out;
    EXPECT_NE(outcome.err.find(each.message), std::string::npos) << outcome.err;
  }
  Background next(Forward({"app", port + ":http", "--next-free"}));
  EXPECT_NE(std::to_string(LocalPort(next, "http")), port);
  EXPECT_EQ(std::to_string(Events(next, "forwarding")[0]["wanted"].get<int>()), port);
  EXPECT_EQ(next.Interrupt(), 0);

  Background unanswered(
      cluster().HawserCommand({"forward", "app", "0:1", "--address", "127.0.0.1"}));
  std::string local;
  ASSERT_TRUE(Eventually([&] {
    const std::string out = unanswered.Out();
    const size_t begin = out.find("127.0.0.1:");
    const size_t end = out.find(" to port 1\n");
    if (begin == std::string::npos || end == std::string::npos) return false;
    local = out.substr(begin + 10, end - begin - 10);
    return true;
  })) << unanswered.Out();
  ASSERT_TRUE(example.Push().ok());
  example.ReadyPod();
  EXPECT_FALSE(Curl(std::stoi(local), "").ok());
  EXPECT_TRUE(Eventually([&] {
    return unanswered.Err().find("a connection to port 1 of pod") != std::string::npos;
  })) << unanswered.Err();
}

TEST_F(ForwardTest, PushOpensTheSessionsPortsToo) {
  const Example example(cluster(), "app");
  auto spare = net::ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(spare.ok());
  const std::string port = std::to_string(spare->port);
  cluster().Kubectl(
      {"patch", "devsession", "app", "--type=merge", "-p",
       R"({"spec": {"ports": [{"name": "http", "container": 8080, "local": )" + port + "}]}}"});
  example.Save("src/server.py", kServer);
  Background busy(example.Watch());
  EXPECT_TRUE(Eventually([&] {
    return busy.Err().find("http is not forwarded: local port " + port) != std::string::npos;
  })) << busy.Err();
  EXPECT_TRUE(Eventually([&] { return example.Pod().ready; })) << busy.Out() << "it goes on";
  EXPECT_EQ(busy.Interrupt(), 0);

  spare->listener.reset();
  Arguments quiet = example.Watch();
  quiet.push_back("--no-forward");
  Background push(quiet);
  EXPECT_TRUE(Eventually([&] { return push.Out().find("up to date") != std::string::npos; }));
  EXPECT_EQ(Curl(std::stoi(port), "").exit_code, 7);
  EXPECT_EQ(push.Interrupt(), 0);

  Background forwarding(example.Watch());
  EXPECT_TRUE(Eventually([&] { return Curl(std::stoi(port), "").out == example.Pod().name; }))
      << forwarding.Out() << forwarding.Err();
  EXPECT_EQ(forwarding.Interrupt(), 0);
}

}  // namespace
}  // namespace hawser::e2e
