// A small HTTP service on plain POSIX sockets: GET / greets, GET /healthz says that it lives.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

namespace {

constexpr char kVersion[] = "1";
constexpr char kGreeting[] = "Hello from C++";
constexpr size_t kMaxRequestBytes = 16 * 1024;
constexpr int kBacklog = 64;

std::string Hostname() {
  char name[256] = "";
  gethostname(name, sizeof(name) - 1);
  return name;
}

std::string Response(const char* status, const std::string& body) {
  return std::string("HTTP/1.1 ") + status +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

/// "/healthz" of "GET /healthz?full HTTP/1.1"; empty unless it is a GET.
std::string_view Page(std::string_view request) {
  constexpr std::string_view kGet = "GET ";
  if (request.substr(0, kGet.size()) != kGet) return "";
  request.remove_prefix(kGet.size());
  return request.substr(0, request.find_first_of("? "));
}

std::string Answer(std::string_view request) {
  const std::string_view page = Page(request);
  if (page == "/") {
    return Response("200 OK", std::string("{\"greeting\": \"") + kGreeting + "\", \"version\": \"" +
                                  kVersion + "\", \"pod\": \"" + Hostname() + "\"}\n");
  }
  if (page == "/healthz") return Response("200 OK", "{\"status\": \"ok\"}\n");
  return Response("404 Not Found", "{\"error\": \"no such page\"}\n");
}

/// Reads up to the end of the request's headers; empty if the peer went away or sent too much.
std::string ReadRequest(int connection) {
  std::string request;
  char buffer[4096];
  while (request.find("\r\n\r\n") == std::string::npos) {
    const ssize_t count = read(connection, buffer, sizeof(buffer));
    if (count <= 0 || request.size() > kMaxRequestBytes) return "";
    request.append(buffer, static_cast<size_t>(count));
  }
  return request;
}

void WriteAll(int connection, std::string_view data) {
  while (!data.empty()) {
    const ssize_t count = write(connection, data.data(), data.size());
    if (count <= 0) return;
    data.remove_prefix(static_cast<size_t>(count));
  }
}

void Serve(int connection) {
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  const std::string request = ReadRequest(connection);
  if (!request.empty()) WriteAll(connection, Answer(request));
  close(connection);
}

int Listen(uint16_t port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(listener, kBacklog) != 0) {
    std::perror("cannot listen");
    std::exit(1);
  }
  return listener;
}

}  // namespace

int main() {
  std::signal(SIGPIPE, SIG_IGN);
  // Process 1 of a container is not stopped by a signal it does not handle.
  std::signal(SIGTERM, [](int) { _exit(0); });
  const char* configured = std::getenv("PORT");
  const auto port = static_cast<uint16_t>(configured != nullptr ? std::atoi(configured) : 8080);
  const int listener = Listen(port);
  std::printf("version %s listens on port %d\n", kVersion, port);
  std::fflush(stdout);
  while (true) {
    const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection >= 0) std::thread(Serve, connection).detach();
  }
}
