// hawser-agent serve: the sidecar.
#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <string_view>
#include <utility>

#include "agent/commands.h"
#include "agent/serve/server.h"
#include "lib/base/log.h"
#include "lib/base/memory.h"
#include "lib/base/version.h"
#include "lib/net/socket.h"

namespace hawser::agent {
namespace {

constexpr mode_t kReadableByAll = 022;
constexpr mode_t kSocketMode = 0666;

/// TERM and INT, blocked in this and all later threads.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

/// The listener on the pod's address. It is a shortcut: without it the agent serves all the same.
std::unique_ptr<net::Listener> ListenDirect(const ServeArguments& arguments) {
  if (arguments.direct_address.empty()) return nullptr;
  Result<net::TcpListener> tcp = net::ListenTcp(arguments.direct_address, arguments.direct_port);
  if (tcp.ok()) return std::move(tcp->listener);
  log::Warning("No client can come by the pod's address", {{"error", tcp.status().ToString()}});
  return nullptr;
}

Result<std::unique_ptr<Server>> StartServer(const ServeArguments& arguments) {
  const std::string run = arguments.volume.RunDir();
  if (::mkdir(run.c_str(), 0755) != 0 && errno != EEXIST)
    return ErrnoStatus(errno, "can't make " + run);
  std::string warning;
  HAWSER_ASSIGN_OR_RETURN(auto confirmed, ConfirmedState::Open(arguments.volume, &warning));
  if (!warning.empty())
    log::Warning("Began anew: the saved state can't be used", {{"reason", warning}});
  HAWSER_ASSIGN_OR_RETURN(auto local, net::ListenUnix(arguments.volume.Socket(), kSocketMode));
  HAWSER_ASSIGN_OR_RETURN(net::TcpListener tcp, net::ListenTcp(arguments.address, arguments.port));
  log::Info("Serving", {{"session", arguments.session},
                        {"address", arguments.address},
                        {"port", tcp.port},
                        {"direct", arguments.direct_address},
                        {"batch", confirmed->state().last_batch},
                        {"tree", confirmed->digest().ToShortHex()},
                        {"version", std::string_view(kVersion)}});
  return std::make_unique<Server>(Server::Options{.session = arguments.session,
                                                  .pod = arguments.pod,
                                                  .version = kVersion,
                                                  .keys = arguments.keys,
                                                  .restart_record = arguments.volume.Restarts(),
                                                  .pod_info = arguments.pod_info,
                                                  .reverse = arguments.reverse},
                                  std::move(confirmed),
                                  Server::Listeners{.loopback = std::move(tcp.listener),
                                                    .local = std::move(local),
                                                    .direct = ListenDirect(arguments)});
}

}  // namespace

int RunServe(const ServeArguments& arguments) {
  UseOneMemoryPool();
  ::umask(kReadableByAll);
  const sigset_t stop_signals = BlockStopSignals();
  log::Configure(log::Level::kInfo, arguments.log_format);
  const Result<std::unique_ptr<Server>> server = StartServer(arguments);
  if (!server.ok()) {
    log::Error("Could not serve", {{"error", server.status().ToString()}});
    return 1;
  }
  int signal = 0;
  while (::sigwait(&stop_signals, &signal) != 0) {
  }
  log::Info("Stopping", {{"signal", signal}});
  return 0;
}

}  // namespace hawser::agent
