// A value with settable attributes, and an iterable without an end.
#include "lib/starlark/testing/values.h"

#include <map>

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/eval/operators.h"
#include "lib/starlark/messages/modules.h"
#include "lib/starlark/value/host.h"

namespace hawser::starlark {

namespace {

/// Attributes whose names begin with "no" cannot be set.
class HasFields : public HostValue {
 public:
  std::string_view TypeName() const override { return "hasfields"; }
  std::string ToString() const override { return "hasfields"; }

  Value GetAttribute(Context&, std::string_view name) override {
    const auto found = fields_.find(name);
    return found == fields_.end() ? Value() : found->second;
  }

  /// A list plus this is 42, which tells suites that `list += value` tries the value's own
  /// operator.
  Value Binary(Context&, BinaryOp op, Value other, bool self_is_left) override {
    const bool after_list = !self_is_left && other.IsObjectOf(Type::kList);
    return op == BinaryOp::kAdd && after_list ? Value::SmallInt(42) : Value();
  }

  std::vector<std::string> AttributeNames() const override {
    std::vector<std::string> names;
    for (const auto& [name, value] : fields_) names.push_back(name);
    return names;
  }

  bool SetAttribute(Context& context, std::string_view name, Value value) override {
    if (frozen_) {
      context.Fail(messages::kFrozenFields);
      return false;
    }
    if (name.starts_with("no")) return false;
    fields_[std::string(name)] = value;
    return true;
  }

  void Freeze(void (*freeze)(Value)) override {
    frozen_ = true;
    for (const auto& [name, value] : fields_) freeze(value);
  }

 private:
  std::map<std::string, Value, std::less<>> fields_;
  bool frozen_ = false;
};

class Fibonacci : public HostValue {
 public:
  std::string_view TypeName() const override { return "fib"; }
  std::string ToString() const override { return "fib"; }
  std::unique_ptr<HostIterator> Iterate() override { return std::make_unique<Sequence>(); }

 private:
  class Sequence : public HostIterator {
   public:
    Value Next(Context& context) override {
      const Value current = a_;
      a_ = b_;
      b_ = IntAdd(context, current, b_);
      return current;
    }

   private:
    Value a_ = Value::SmallInt(0);
    Value b_ = Value::SmallInt(1);
  };
};

Value HasFieldsFunction(Evaluation& evaluation, const Call& call) {
  if (!NoArguments(evaluation, call)) return Value();
  return MakeHost(evaluation.heap(), std::make_shared<HasFields>());
}

}  // namespace

void DefineTestValues(Environment& environment) {
  environment.DefineFunction("hasfields", HasFieldsFunction);
  environment.Define("fibonacci", MakeHost(environment.heap(), std::make_shared<Fibonacci>()));
}

}  // namespace hawser::starlark
