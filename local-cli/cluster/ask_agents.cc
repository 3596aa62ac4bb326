// One thread per pod, one question, one answer.
#include "local-cli/cluster/ask_agents.h"

#include <thread>

#include "local-cli/render/words.h"

namespace hawser::cli {

namespace {

/// Sends `question` and waits for an answer of type Answer, passing over what else the agent says.
template <typename Answer>
Result<Answer> Ask(wire::Channel& channel, const wire::Message& question, Deadline deadline,
                   const std::stop_token& stop) {
  const std::stop_callback cancel(stop, [&] { channel.Close(); });
  HAWSER_RETURN_IF_ERROR(channel.Send(question, deadline));
  while (true) {
    HAWSER_ASSIGN_OR_RETURN(const wire::Message message, channel.Receive(deadline));
    if (const auto* answer = std::get_if<Answer>(&message)) return *answer;
    if (const auto* reject = std::get_if<wire::Reject>(&message)) return RejectStatus(*reject);
  }
}

/// Runs `ask` for each pod on a thread of its own and collects the answers in the pods' order.
template <typename Answer, typename Function>
std::vector<Answer> AskAll(const std::vector<PodView>& pods, const Function& ask) {
  std::vector<Answer> answers(pods.size());
  std::vector<std::jthread> threads;
  for (size_t i = 0; i < pods.size(); ++i) {
    threads.emplace_back([&, i] { answers[i] = ask(pods[i]); });
  }
  threads.clear();
  return answers;
}

std::string NotRunning(const PodView& pod) {
  return pod.waiting.empty() ? "its agent does not run yet" : pod.waiting;
}

LiveAgent ToLiveAgent(const AgentConnection& connection, const wire::StatusReply& reply) {
  LiveAgent agent{.agent_version = connection.welcome.agent_version,
                  .direct = connection.direct,
                  .app = AppWord(reply.app, reply.last_exit),
                  .pid = reply.pid,
                  .restarts = reply.restarts,
                  .batch = reply.last_batch};
  if (!reply.tree.IsZero()) agent.tree = reply.tree.ToHex();
  for (const wire::Problem& problem : reply.problems) {
    agent.problems.push_back({.path = problem.path,
                              .reason = std::string(ReasonWord(problem.reason)),
                              .message = problem.message});
  }
  return agent;
}

Result<LiveAgent> AskOneStatus(const AgentGroup& group, const PodView& pod, Deadline deadline) {
  HAWSER_ASSIGN_OR_RETURN(
      const AgentConnection connection,
      ConnectAgent(group.dialer, pod.name, MakeHello(wire::Role::kObserve, group.session), deadline,
                   group.stop));
  HAWSER_ASSIGN_OR_RETURN(
      const wire::StatusReply reply,
      Ask<wire::StatusReply>(*connection.channel, wire::StatusRequest{}, deadline, group.stop));
  return ToLiveAgent(connection, reply);
}

Result<wire::RestartResult> AskOneRestart(const AgentGroup& group, const PodView& pod,
                                          Deadline deadline) {
  HAWSER_ASSIGN_OR_RETURN(
      const AgentConnection connection,
      ConnectAgent(group.dialer, pod.name, MakeHello(wire::Role::kObserve, group.session), deadline,
                   group.stop));
  return Ask<wire::RestartResult>(*connection.channel, wire::RestartRequest{}, deadline,
                                  group.stop);
}

}  // namespace

std::vector<PodReport> AskStatus(const AgentGroup& group, Duration patience) {
  const Deadline deadline = In(patience);
  return AskAll<PodReport>(group.pods, [&](const PodView& pod) {
    PodReport report{.name = pod.name, .ready = pod.ready};
    if (!pod.agent_running) {
      report.agent.error = NotRunning(pod);
      return report;
    }
    const Result<LiveAgent> agent = AskOneStatus(group, pod, deadline);
    report.agent = agent.ok() ? *agent : LiveAgent{.error = agent.status().message()};
    return report;
  });
}

std::vector<PodRestart> AskRestart(const AgentGroup& group, Duration patience) {
  const Deadline deadline = In(patience);
  return AskAll<PodRestart>(group.pods, [&](const PodView& pod) {
    if (!pod.agent_running) return PodRestart{.pod = pod.name, .error = NotRunning(pod)};
    const Result<wire::RestartResult> result = AskOneRestart(group, pod, deadline);
    if (!result.ok()) return PodRestart{.pod = pod.name, .error = result.status().message()};
    if (!result->ok) return PodRestart{.pod = pod.name, .error = result->message};
    return PodRestart{.pod = pod.name, .pid = result->pid};
  });
}

}  // namespace hawser::cli
