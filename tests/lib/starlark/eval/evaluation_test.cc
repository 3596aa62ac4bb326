// Evaluations as a host sees them: limits, cancellation, traces, loads, native functions, threads.
#include "lib/starlark/eval/evaluation.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/eval/compiler.h"
#include "lib/starlark/modules/modules.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/text.h"

namespace hawser::starlark {
namespace {

std::shared_ptr<const Program> CompileText(const Environment& environment, std::string text,
                                           bool profiled = false) {
  const auto source = std::make_shared<const Source>("test.star", std::move(text));
  std::vector<Diagnostic> errors;
  auto program = Compile(
      source,
      {.dialect = environment.dialect(), .predeclared = environment.names(), .profiled = profiled},
      errors);
  for (const Diagnostic& error : errors) ADD_FAILURE() << error.message;
  return program;
}

class EvaluationTest : public testing::Test {
 protected:
  EvaluationTest() { DefineStruct(environment_); }

  std::shared_ptr<const Module> Run(const std::string& text, EvaluationOptions options = {}) {
    Evaluation evaluation(environment_, std::move(options));
    auto module = evaluation.Execute(CompileText(environment_, text));
    failure_ = evaluation.failure();
    return module;
  }

  /// The message that `text` fails with.
  std::string Message(const std::string& text, EvaluationOptions options = {}) {
    EXPECT_EQ(Run(text, std::move(options)), nullptr);
    return failure_.message;
  }

  Environment environment_{Dialect::Tilt()};
  Failure failure_;
};

TEST_F(EvaluationTest, GivesTheVariablesThatTheModuleBound) {
  const auto module = Run("x = 1\ny = [x]\ndef f(): pass\n");
  ASSERT_NE(module, nullptr);
  EXPECT_EQ(module->Names(), (std::vector<std::string_view>{"x", "y", "f"}));
  EXPECT_EQ(module->Find("x"), Value::SmallInt(1));
  EXPECT_FALSE(module->Find("len").has_value());
  EXPECT_TRUE(module->Find("y").object()->frozen);
}

TEST_F(EvaluationTest, StopsAtItsStepLimit) {
  const EvaluationOptions options{.max_steps = 1000};
  EXPECT_EQ(Message("while True: pass", options), "Starlark computation cancelled: too many steps");
  EXPECT_EQ(failure_.frames.size(), 1U);
  EXPECT_EQ(Message("def f(): f()\nf()", options),
            "Starlark computation cancelled: too many steps");
  EXPECT_EQ(Message("list(range(1 << 30))", options),
            "Starlark computation cancelled: too many steps");
  EXPECT_EQ(Message("print(*range(1 << 30))", options),
            "Starlark computation cancelled: too many steps");
  EXPECT_NE(Run("[x for x in range(900)]", options), nullptr);
}

TEST_F(EvaluationTest, TellsWhereItStoppedAlsoWithinCallsOfTheHost) {
  Message("def f(x):\n  while True: pass\nsorted([1], key=f)\n", {.max_steps = 100});
  ASSERT_EQ(failure_.frames.size(), 2U);
  EXPECT_EQ(failure_.frames[0].source->Where(failure_.frames[0].offset), "test.star:3:7");
  EXPECT_EQ(failure_.frames[1].function, "f");
}

TEST_F(EvaluationTest, StopsWhenAnotherThreadCancelsIt) {
  Evaluation evaluation(environment_, {});
  const auto program = CompileText(environment_, "while True: pass");
  auto result = std::async(std::launch::async, [&] { return evaluation.Execute(program); });
  evaluation.Cancel("enough");
  EXPECT_EQ(result.get(), nullptr);
  EXPECT_EQ(evaluation.failure().message, "Starlark computation cancelled: enough");
}

TEST_F(EvaluationTest, StopsAtItsMemoryLimit) {
  const EvaluationOptions options{.max_memory = size_t{1} << 20};
  const std::string message = "out of memory: the limit of this evaluation is reached";
  EXPECT_EQ(Message("x = [1]\nwhile True: x += x", options), message);
  EXPECT_EQ(Message("x = 'ab'\nwhile True: x += x", options), message);
  EXPECT_EQ(Message("x = {}\nfor i in range(1 << 30): x[i] = (i,)", options), message);
  EXPECT_EQ(Message("x = [0] * (1 << 28)", options), message);
  EXPECT_EQ(Message("list(range(1 << 30))", options), message);
  EXPECT_EQ(Message("sorted(range(1 << 30))", options), message);
  EXPECT_EQ(Message("print(*range(1 << 30))", options), message);
  const EvaluationOptions larger{.max_memory = size_t{1} << 21};
  EXPECT_EQ(Message("s = 'a' * (1 << 16)\nx = s.replace('a', s)", larger), message);
  EXPECT_EQ(Message("s = 'a' * (1 << 16)\nx = ','.join([s] * 1000)", larger), message);
  EXPECT_EQ(Message("s = 'a' * (1 << 16)\nx = ('{0}' * 1000).format(s)", larger), message);
  EXPECT_EQ(Message("s = 'a' * (1 << 16)\nx = str([s] * 1000)", larger), message);
}

TEST_F(EvaluationTest, FailsWhenCallsAreTooDeep) {
  EXPECT_EQ(Message("def f(n): return f(n + 1)\nf(0)", {.max_depth = 100}),
            "function f called too deeply: 100 calls within each other");
  EXPECT_NE(Message("def f(x): return sorted([1], key=f)\nf(0)").find("called too deeply"),
            std::string::npos);
}

TEST_F(EvaluationTest, TellsWhereItFailed) {
  Run("def f(x):\n    return x + 'a'\n\nf(1)\n");
  EXPECT_EQ(failure_.ToString(),
            "Traceback (most recent call last):\n"
            "  test.star:4:2: in <toplevel>\n"
            "  test.star:2:14: in f\n"
            "        return x + 'a'\n"
            "                 ^\n"
            "Error: unknown binary op: int + string\n");
}

TEST_F(EvaluationTest, ShortensTheTraceOfManyCalls) {
  Run("def f(n): return f(n - 1) if n else fail('end')\nf(500)");
  EXPECT_EQ(failure_.frames.size(), 502U);
  EXPECT_NE(failure_.ToString().find("  ... 462 more calls ...\n"), std::string::npos);
}

TEST_F(EvaluationTest, EndsTheLoopsOfACallThatFails) {
  environment_.DefineFunction("attempt", [](Evaluation& evaluation, const Call& call) {
    if (!evaluation.CallValue(call[0], {}).has_value()) evaluation.Recover();
    return Value::None();
  });
  const auto module =
      Run("l = [1]\n"
          "def f():\n"
          "  for x in l:\n"
          "    for y in l: fail()\n"
          "attempt(f)\n"
          "l.append(2)\n");
  EXPECT_NE(module, nullptr) << failure_.message;
}

TEST_F(EvaluationTest, LoadsWhatTheHostFinds) {
  const auto library = Run("def double(x): return x * 2\n_hidden = 1\nvalues = [1]\n");
  int loads = 0;
  const EvaluationOptions options{
      .load = [&](Evaluation&, std::string_view name) -> Result<std::shared_ptr<const Module>> {
        ++loads;
        if (name != "lib.star") return NotFoundError("no such file");
        return library;
      }};
  const auto module = Run("load('lib.star', 'double', v='values')\nx = double(v[0])\n", options);
  ASSERT_NE(module, nullptr);
  EXPECT_EQ(module->Find("x"), Value::SmallInt(2));
  EXPECT_FALSE(module->Find("double").has_value()) << "loaded names are not handed on";
  EXPECT_EQ(Message("load('lib.star', 'doubel')", options),
            "load: name doubel not found in module lib.star (did you mean double?)");
  EXPECT_EQ(Message("load('other.star', 'x')", options), "cannot load other.star: no such file");
  EXPECT_EQ(Message("load('lib.star', 'values')\nvalues.append(2)", options),
            "append: cannot append to frozen list");
  EXPECT_EQ(loads, 4);
}

TEST_F(EvaluationTest, CallsNativeFunctionsWithTheirData) {
  int calls = 0;
  environment_.DefineFunction(
      "record",
      [](Evaluation& evaluation, const Call& call) {
        Value name;
        Value count = Value::SmallInt(1);
        if (!UnpackArguments(
                evaluation, call,
                {{"name", Want::kString, &name}, {"count", Want::kInt, &count, kNoneIsOmitted}})) {
          return Value();
        }
        *static_cast<int*>(call.data) += static_cast<int>(count.small_int());
        return name;
      },
      &calls);
  EXPECT_NE(Run("record('a')\nrecord(name='b', count=5)\nrecord('c', None)"), nullptr);
  EXPECT_EQ(calls, 7);
  EXPECT_EQ(Message("record()"), "record: missing argument for name");
  EXPECT_EQ(Message("record(1)"), "record: for parameter name: got int, want string");
  EXPECT_EQ(Message("record('a', cuont=1)"),
            "record: unexpected keyword argument \"cuont\" (did you mean count?)");
  EXPECT_EQ(Message("record('a', 1, 2)"), "record: got 3 arguments, want at most 2");
}

TEST_F(EvaluationTest, PrintsThroughTheHost) {
  std::vector<std::string> lines;
  Run("print('a', [1, 'b'])\nprint(sep='-', *[1, 2])\n",
      {.print = [&](Evaluation& evaluation, const std::string& text) {
        lines.push_back(evaluation.Where() + " " + text);
      }});
  EXPECT_EQ(lines, (std::vector<std::string>{"test.star:1:6 a [1, \"b\"]", "test.star:2:6 1-2"}));
}

TEST_F(EvaluationTest, InvokesFunctionsOfAModule) {
  const auto module =
      Run("def add(a, b=10): return a + b\ndef bad(): return missing\nmissing = None + 1 if False "
          "else 2\n");
  ASSERT_NE(module, nullptr);
  Evaluation evaluation(environment_, {});
  const Value argument = Value::SmallInt(5);
  EXPECT_EQ(evaluation.Invoke(module->Find("add"), {&argument, 1}), Value::SmallInt(15));
  EXPECT_FALSE(evaluation.Invoke(module->Find("add"), {}).has_value());
  EXPECT_EQ(evaluation.failure().message, "function add missing 1 argument (a)");
  EXPECT_EQ(evaluation.Invoke(module->Find("bad"), {}), Value::SmallInt(2));
}

class RecordingProfiler : public Profiler {
 public:
  void OnLine(const Source& source, uint32_t offset) override {
    lines.push_back(source.PositionOf(offset).line);
  }
  void OnCall(std::string_view name) override { calls.emplace_back(name); }
  void OnReturn() override { ++returns; }
  std::vector<uint32_t> lines;
  std::vector<std::string> calls;
  int returns = 0;
};

TEST_F(EvaluationTest, TellsAProfilerOfLinesAndCalls) {
  RecordingProfiler profiler;
  Evaluation evaluation(environment_, {.profiler = &profiler});
  const std::string text = "x = len([])\nfor i in range(2):\n  [].append(i)\n";
  ASSERT_NE(evaluation.Execute(CompileText(environment_, text, true)), nullptr);
  EXPECT_EQ(profiler.lines, (std::vector<uint32_t>{1, 2, 3, 3}));
  EXPECT_EQ(profiler.calls, (std::vector<std::string>{"len", "range", "append", "append"}));
  EXPECT_EQ(profiler.returns, 4);
}

TEST_F(EvaluationTest, SharesFrozenValuesBetweenThreads) {
  const auto library =
      Run("words = ['w%d' % i for i in range(200)]\n"
          "table = {w: (i, w) for i, w in enumerate(words)}\n"
          "grown = 'x' * 200\n"
          "def lookup(w, extra=[]):\n"
          "  for v in words:\n"
          "    if v == w: return table[w][0] + len(extra)\n"
          "def key(i): return {(i, 'a'): 1}[(i, 'a')]\n");
  ASSERT_NE(library, nullptr);
  const auto program = CompileText(environment_,
                                   "load('lib', 'grown', 'key', 'lookup', 'table', 'words')\n"
                                   "total = 0\n"
                                   "for w in words:\n"
                                   "  total += lookup(w) + key(len(w + grown))\n"
                                   "text = grown + 'tail'\n"
                                   "same = str(table) == repr({w: table[w] for w in words})\n");
  std::vector<std::jthread> threads;
  std::vector<int64_t> totals(4);
  for (size_t i = 0; i < totals.size(); ++i) {
    threads.emplace_back([&, i] {
      Evaluation evaluation(
          environment_,
          {.load = [&](Evaluation&, std::string_view) -> Result<std::shared_ptr<const Module>> {
            return library;
          }});
      const auto module = evaluation.Execute(program);
      if (module == nullptr || !module->Find("same").IsTrue()) return;
      totals[i] = module->Find("total").small_int();
    });
  }
  threads.clear();
  EXPECT_EQ(totals, std::vector<int64_t>(4, 199 * 200 / 2 + 200));
}

}  // namespace
}  // namespace hawser::starlark
