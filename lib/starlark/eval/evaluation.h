// One run of a program: its registers, frames and limits, and how native functions call back.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/starlark/eval/code.h"
#include "lib/starlark/eval/environment.h"
#include "lib/starlark/eval/module.h"
#include "lib/starlark/value/callable.h"
#include "lib/starlark/value/context.h"
#include "lib/starlark/value/iterate.h"

namespace hawser::starlark {

/// Told where time goes, if the program was compiled for it. Called on the evaluation's thread.
class Profiler {
 public:
  virtual ~Profiler() = default;
  /// A statement begins.
  virtual void OnLine(const Source& source, uint32_t offset) = 0;
  /// A native function begins, or ends.
  virtual void OnCall(std::string_view name) = 0;
  virtual void OnReturn() = 0;
};

class Evaluation;

/// What the host lends to an evaluation.
struct EvaluationOptions {
  /// Runs the module that a load statement names, or finds it run. Without: load fails.
  std::function<Result<std::shared_ptr<const Module>>(Evaluation&, std::string_view name)> load;
  /// Takes what `print` prints, without the line end.
  std::function<void(Evaluation&, const std::string& text)> print;
  uint64_t max_steps = 0;        ///< 0: no limit
  size_t max_memory = SIZE_MAX;  ///< bytes
  size_t max_depth = 20'000;     ///< calls within calls
  Profiler* profiler = nullptr;
  bool freeze = true;    ///< freeze the module's variables when it has run
  void* host = nullptr;  ///< for the host's native functions
};

/// Why an evaluation failed.
struct Failure {
  struct Frame {
    std::string function;
    std::shared_ptr<const Source> source;
    uint32_t offset;
  };
  std::string message;
  std::vector<Frame> frames;  ///< outermost first

  /// "Traceback (most recent call last):", a line for each frame, with the source line of the
  /// innermost, and "Error: MESSAGE". Ends in a line end.
  std::string ToString() const;
};

namespace internal {
/// Made before the Context that uses it.
struct OwnedHeap {
  explicit OwnedHeap(size_t limit) : owned(std::make_shared<Heap>(limit)) {}
  std::shared_ptr<Heap> owned;
};
}  // namespace internal

/// Used by one thread, except Cancel. The environment must outlive it.
class Evaluation : private internal::OwnedHeap, public Context {
 public:
  Evaluation(const Environment& environment, EvaluationOptions options);
  ~Evaluation();

  /// Runs a module from its first statement to its last and freezes its variables. Null when it
  /// failed: see failure().
  std::shared_ptr<const Module> Execute(std::shared_ptr<const Program> program);

  /// Calls a function for the host. No value when it failed: see failure().
  Value Invoke(Value function, std::span<const Value> arguments);

  const Failure& failure() const { return failure_; }

  // For native functions.

  /// Calls any value from within a call. No value when it failed: return at once.
  Value CallValue(Value callee, std::span<const Value> arguments,
                  std::span<const String* const> names = {});
  /// Forgets a failure that a native function deals with; its message.
  std::string Recover();
  const EvaluationOptions& options() const { return options_; }
  const Environment& environment() const { return environment_; }
  /// Where the program is that calls the native function.
  std::string Where() const;
  /// The source file of the innermost function of a program.
  const Source* CurrentSource() const;

 private:
  friend class Machine;

  struct Frame {
    const Function* function;
    const Instruction* pc;
    Value* base;
    Value* result;
    size_t iterators;
  };

  Value Run();
  bool Enter(const Function* function, Value* base, Value* result);
  bool BindArguments(const Function* function, Value* base, uint32_t positional,
                     std::span<const String* const> names);
  bool BindNamed(const Function* function, Value* base, Value rest,
                 std::span<const String* const> names, std::span<const Value> values);
  bool FillDefaults(const Function* function, Value* base);
  Value CallNative(const Builtin& builtin, const Value* arguments, uint32_t positional,
                   std::span<const String* const> names);
  Value CallMethodNative(NativeFunction function, std::string_view name, Value self,
                         const Value* arguments, uint32_t positional);
  Value CallHost(Value callee, const Value* arguments, uint32_t positional,
                 std::span<const String* const> names);
  bool Spread(const CallSite& site, Value* arguments, std::vector<Value>& values,
              std::vector<const String*>& names);
  Value CallSpread(Value callee, const CallSite& site, Value* arguments);
  Value NewFunction(const Frame& frame, int32_t index, const Value* defaults);
  bool Unpack(Value source, Value* targets, uint32_t count);
  bool LoadModule(const LoadSite& site, Value* targets);
  void Loop(Value source, Value* slot);
  void EndLoop(Value iterator);
  void Unwind(size_t frames);
  void CaptureFrames();
  void FailUnassigned(std::string_view scope, const String* name);
  Value* StackTop() const;

  const Environment& environment_;
  EvaluationOptions options_;
  std::unique_ptr<std::byte[]> stack_;
  Value* stack_end_;
  std::vector<Frame> frames_;
  std::vector<Iterator*> iterators_;
  size_t native_depth_ = 0;
  Failure failure_;
  bool captured_ = false;  ///< failure_.frames are those of the failure under way
};

}  // namespace hawser::starlark
