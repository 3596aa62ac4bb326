// A hub on a volume of its own, and what is said to it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/serve/hub.h"
#include "lib/wire/compress.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace hawser::agent {

inline constexpr PeerId kClient = 1;
inline constexpr PeerId kOther = 2;
inline constexpr PeerId kSupervisor = 10;
using Outputs = std::vector<HubOutput>;

/// The messages of one kind that go to `peer`.
template <typename T>
std::vector<T> Sent(const Outputs& outputs, PeerId peer) {
  std::vector<T> found;
  for (const HubOutput& output : outputs) {
    const auto* send = std::get_if<Send>(&output);
    if (send == nullptr || send->peer != peer) continue;
    if (const T* message = std::get_if<T>(&send->message)) found.push_back(*message);
  }
  return found;
}

inline const Close* Closed(const Outputs& outputs) {
  for (const HubOutput& output : outputs) {
    if (const auto* close = std::get_if<Close>(&output)) return close;
  }
  return nullptr;
}

class HubTest : public ::testing::Test {
 protected:
  HubTest() { Reopen(); }

  /// The agent's process starts anew on the same volume.
  void Reopen() {
    hub_.reset();
    confirmed_.reset();
    warning_.clear();
    confirmed_ = ConfirmedState::Open({.dir = volume_.path()}, &warning_).value();
    hub_ = std::make_unique<Hub>(HubOptions{.session = "team/api", .pod = "api-1", .version = "1"},
                                 *confirmed_, clock_);
  }

  Outputs Open(PeerId peer, wire::Role role = wire::Role::kPush) {
    return hub_->Step(ClientOpened{
        peer, {.role = role, .client_version = "1", .session = "team/api", .identity = "ann"}});
  }
  Outputs Say(PeerId peer, wire::Message message) {
    return hub_->Step(ClientMessage{peer, std::move(message)});
  }
  Outputs SupervisorSays(wire::Message message) {
    return hub_->Step(SupervisorMessage{kSupervisor, std::move(message)});
  }
  Outputs OpenSupervisor(const Digest& applied = {}) {
    return hub_->Step(
        SupervisorOpened{kSupervisor, {.agent_version = "1", .applied_tree = applied}});
  }
  void OpenPusher() {
    Open(kClient);
    Say(kClient, wire::Configure{.generation = 1,
                                 .roots = {{.path = "/app"}},
                                 .steps = {{.argv = {"install"}}},
                                 .restart = {},
                                 .ready_port = 80});
  }

  /// Sends a batch with one new file; the outputs of all its messages.
  Outputs Push(PeerId peer, uint64_t number, const std::string& content) {
    const wire::Entry file{.size = content.size(), .digest = ContentDigest(content)};
    sync::Tree tree = confirmed_->state().tree;
    const Digest base = confirmed_->digest();
    tree.Put("/app/f", file);
    const wire::Change change{.path = "/app/f", .entry = file, .encoding = wire::Encoding::kWhole};
    Outputs all;
    const wire::Message messages[] = {wire::BatchBegin{.number = number,
                                                       .base_tree = base,
                                                       .result_tree = tree.digest(),
                                                       .change_count = 1,
                                                       .steps = {0},
                                                       .restart = true},
                                      wire::Changes{{change}},
                                      wire::Data{0, true, wire::Compress(content)},
                                      wire::BatchEnd{number}};
    for (const wire::Message& message : messages) {
      for (HubOutput& output : Say(peer, message)) all.push_back(std::move(output));
      clock_.Advance(std::chrono::milliseconds(1));
    }
    return all;
  }

  testing::TempDir volume_;
  testing::FakeClock clock_;
  std::string warning_;
  std::unique_ptr<ConfirmedState> confirmed_;
  std::unique_ptr<Hub> hub_;
};

}  // namespace hawser::agent
