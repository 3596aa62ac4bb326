// Counts one kind of what the command line would tell.
#pragma once

#include <atomic>
#include <string_view>
#include <variant>

#include "local-cli/render/renderer.h"

namespace hawser::testing {

/// Shows nothing. Any thread.
template <typename Counted>
class CountingRenderer final : public cli::Renderer {
 public:
  void Show(const cli::Event& event) override {
    if (std::holds_alternative<Counted>(event)) ++count_;
  }
  void Show(const cli::SessionList&) override {}
  void Show(const cli::SessionReport&) override {}
  void Show(const cli::DoctorReport&) override {}
  void Show(const cli::VersionReport&) override {}
  void Show(const cli::RestartReport&) override {}
  void Show(const cli::PlanReport&) override {}
  void ShowOutput(std::string_view, std::string_view) override {}

  int64_t count() const { return count_; }

 private:
  std::atomic<int64_t> count_ = 0;
};

}  // namespace hawser::testing
