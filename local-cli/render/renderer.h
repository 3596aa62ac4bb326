// How results reach the person or program that asked: the interface, and its text and JSON forms.
#pragma once

#include <memory>
#include <ostream>
#include <string_view>

#include "local-cli/render/events.h"
#include "local-cli/render/plan_report.h"
#include "local-cli/render/reports.h"

namespace hawser::cli {

/// Shows what commands found. Used by one thread, but for events, which any thread may show.
class Renderer {
 public:
  virtual ~Renderer() = default;
  virtual void Show(const Event& event) = 0;
  virtual void Show(const SessionList& list) = 0;
  virtual void Show(const SessionReport& report) = 0;
  virtual void Show(const DoctorReport& report) = 0;
  virtual void Show(const VersionReport& report) = 0;
  virtual void Show(const RestartReport& report) = 0;
  virtual void Show(const PlanReport& report) = 0;
  /// A piece of an app's output, passed through as it is wherever that is safe.
  virtual void ShowOutput(std::string_view pod, std::string_view bytes) = 0;
};

/// How text may look.
struct TextStyle {
  bool colour = false;
  bool terminal = false;  ///< output of apps is made safe for a terminal
};

/// The style for standard output: colour on a terminal unless NO_COLOR is set and not empty
/// (no-color.org).
TextStyle StyleOfStandardOutput();

/// Lines and tables for people; warnings go to `err`. Both streams must outlive the renderer.
std::unique_ptr<Renderer> MakeTextRenderer(std::ostream& out, std::ostream& err, TextStyle style);

/// JSON for programs: one object per line and event, one document per report (docs/cli.md has the
/// fields).
std::unique_ptr<Renderer> MakeJsonRenderer(std::ostream& out, const Clock& clock);

}  // namespace hawser::cli
