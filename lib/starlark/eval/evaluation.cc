// Starting, ending and failing evaluations.
#include "lib/starlark/eval/evaluation.h"

#include <algorithm>
#include <new>

#include "lib/starlark/messages/evaluation.h"
#include "lib/starlark/value/freeze.h"
#include "lib/starlark/value/make.h"

namespace hawser::starlark {

namespace {

/// Registers for calls of that depth: room for the largest function, and for many small ones.
size_t StackSize(size_t max_depth) {
  constexpr size_t kSmallest = size_t{1} << 17;
  constexpr size_t kLargest = size_t{1} << 20;
  return std::clamp(std::min(max_depth, kLargest) * 64, kSmallest, kLargest);
}

}  // namespace

std::string_view FunctionName(const Function* function) {
  const String* name = function->code->name;
  return name == nullptr ? "<toplevel>" : name->view();
}
uint32_t DefaultCount(const Function* function) {
  return function->code->defaults();
}
uint32_t FreeCellCount(const Function* function) {
  return static_cast<uint32_t>(function->code->free.size());
}

Evaluation::Evaluation(const Environment& environment, EvaluationOptions options)
    : OwnedHeap(options.max_memory),
      Context(*owned),
      environment_(environment),
      options_(std::move(options)),
      // Untouched pages cost nothing.
      stack_(new std::byte[StackSize(options_.max_depth) * sizeof(Value)]),
      stack_end_(reinterpret_cast<Value*>(stack_.get()) + StackSize(options_.max_depth)) {
  if (options_.max_steps > 0) LimitSteps(options_.max_steps);
}

Evaluation::~Evaluation() {
  Unwind(0);
}

Value* Evaluation::StackTop() const {
  if (frames_.empty()) return reinterpret_cast<Value*>(stack_.get());
  return frames_.back().base + frames_.back().function->code->registers;
}

std::shared_ptr<const Module> Evaluation::Execute(std::shared_ptr<const Program> program) {
  ModuleState* state = heap().New<ModuleState>();
  const size_t count = program->globals.size();
  state->globals = heap().NewArray<Value>(count + 1);
  for (size_t i = 0; i < count; ++i) {
    const GlobalVariable& global = program->globals[i];
    state->globals[i] = global.predeclared ? environment_.Find(global.name->view()) : Value();
  }
  heap().Keep(std::const_pointer_cast<Program>(program));
  const Function* main = heap().New<Function>(program->functions.front().get(), state);
  if (!Invoke(Value::Of(main), {}).has_value()) return nullptr;
  for (size_t i = 0; i < count && options_.freeze; ++i) Freeze(state->globals[i]);
  return std::make_shared<const Module>(std::move(program), owned, state);
}

Value Evaluation::Invoke(Value function, std::span<const Value> arguments) {
  captured_ = false;
  const size_t frames = frames_.size();
  const auto fail = [&](std::string message) {
    Fail(std::move(message));
    CaptureFrames();
    Unwind(frames);
    return Value();
  };
  Value result;
  try {
    result = CallValue(function, arguments);
  } catch (const OutOfMemory&) {
    result = fail(messages::kOutOfGrantedMemory);
  } catch (const std::bad_alloc&) {
    result = fail(messages::kOutOfMemory);
  } catch (const Stopped& stopped) {
    result = fail(stopped.reason);
  }
  native_depth_ = 0;
  if (!result.has_value()) failure_.message = TakeError();
  return result;
}

/// Records where the failure under way happened, once.
void Evaluation::CaptureFrames() {
  if (captured_) return;
  captured_ = true;
  failure_.frames.clear();
  for (const Frame& frame : frames_) {
    const Code& code = *frame.function->code;
    const auto next = static_cast<size_t>(frame.pc - code.instructions.data());
    const uint32_t offset = next == 0 ? 0 : code.offsets[next - 1];
    failure_.frames.push_back(
        {std::string(FunctionName(frame.function)), code.program->source, offset});
  }
}

std::string Evaluation::Recover() {
  captured_ = false;
  return TakeError();
}

void Evaluation::Unwind(size_t frames) {
  if (frames_.size() <= frames) return;
  const size_t loops = frames_[frames].iterators;
  frames_.resize(frames, Frame{});
  for (; iterators_.size() > loops; iterators_.pop_back()) EndIteration(iterators_.back());
}

void Evaluation::FailUnassigned(std::string_view scope, const String* name) {
  Fail(messages::kUnassigned(scope, name->view()));
}

std::string Evaluation::Where() const {
  if (frames_.empty()) return "";
  const Frame& frame = frames_.back();
  const Code& code = *frame.function->code;
  const auto next = static_cast<size_t>(frame.pc - code.instructions.data());
  return code.program->source->Where(next == 0 ? 0 : code.offsets[next - 1]);
}

const Source* Evaluation::CurrentSource() const {
  return frames_.empty() ? nullptr : frames_.back().function->code->program->source.get();
}

std::string Failure::ToString() const {
  constexpr size_t kMostFrames = 40;
  std::string text = "Traceback (most recent call last):\n";
  for (size_t i = 0; i < frames.size(); ++i) {
    if (frames.size() > kMostFrames && i == kMostFrames / 2) {
      text += "  ... " + std::to_string(frames.size() - kMostFrames) + " more calls ...\n";
      i += frames.size() - kMostFrames;
    }
    const Frame& frame = frames[i];
    text += "  " + frame.source->Where(frame.offset) + ": in " + frame.function + "\n";
  }
  if (!frames.empty()) text += frames.back().source->Excerpt(frames.back().offset);
  return text + "Error: " + message + "\n";
}

}  // namespace hawser::starlark
