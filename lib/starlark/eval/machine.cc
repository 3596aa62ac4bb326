// The machine: executes the instructions of the innermost function until the call it was started
// for returns.
#include "lib/starlark/builtins/methods.h"
#include "lib/starlark/eval/evaluation.h"
#include "lib/starlark/eval/operators.h"
#include "lib/starlark/messages/evaluation.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/text.h"

namespace hawser::starlark {

namespace {

/// The next element without a call where that is easy; no value: ask NextElement.
inline Value NextFast(Iterator* iterator) {
  if (iterator->source_type == Type::kRange && iterator->left > 0) {
    --iterator->left;
    const Value element = Value::SmallInt(iterator->value);
    iterator->value += static_cast<Range*>(iterator->source)->step;
    return element;
  }
  if (iterator->source_type == Type::kList) {
    const List* list = static_cast<List*>(iterator->source);
    if (iterator->next < list->size) return list->items[iterator->next++];
  }
  return Value();
}

/// list[i] without a call, or no value: ask Index.
inline Value IndexFast(Value object, Value key) {
  if (!object.IsObjectOf(Type::kList) || !key.IsSmallInt()) return Value();
  const List* list = object.as<List>();
  const int64_t i = key.small_int();
  return static_cast<uint64_t>(i) < list->size ? list->items[i] : Value();
}

bool AddEntry(Context& context, Value dict, Value key, Value value, bool must_be_new) {
  const std::optional<uint32_t> hash = Hash(context, key);
  if (!hash) return false;
  HashTable& table = dict.as<Dict>()->table;
  if (table.Insert(context.heap(), key, *hash, value) || !must_be_new) return true;
  context.Fail(messages::kDuplicateKey(Repr(context, key)));
  return false;
}

}  // namespace

// One function, because its locals must stay in machine registers from one instruction to the next.
// Each instruction is one or two lines: what takes more is a function elsewhere.
#define R(index) base[index]
#define A instruction.a()
#define B instruction.b()
#define C instruction.c()
#define TARGET goto* kLabels[static_cast<uint8_t>((instruction = *pc++).op())]
#define NEXT TARGET
#define SET(value)                         \
  do {                                     \
    const Value set_value = (value);       \
    if (!set_value.has_value()) goto fail; \
    R(A) = set_value;                      \
    NEXT;                                  \
  } while (false)
#define DO(condition)            \
  do {                           \
    if (!(condition)) goto fail; \
    NEXT;                        \
  } while (false)
#define GO pc = code + C
#define COMPARE(op)                                                       \
  do {                                                                    \
    const int result = CompareFast<Comparison::k##op>(*this, R(B), R(C)); \
    if (result < 0) goto fail;                                            \
    R(A) = Value::Bool(result != 0);                                      \
    NEXT;                                                                 \
  } while (false)
#define UNLESS(op, right)                                                  \
  do {                                                                     \
    const int result = CompareFast<Comparison::k##op>(*this, R(A), right); \
    if (result < 0) goto fail;                                             \
    if (result == 0) GO;                                                   \
    NEXT;                                                                  \
  } while (false)
#define RESUME                                                   \
  do {                                                           \
    const Frame& frame = frames_.back();                         \
    pc = frame.pc;                                               \
    base = frame.base;                                           \
    code = frame.function->code->instructions.data();            \
    constants = frame.function->code->program->constants.data(); \
    globals = frame.function->module->globals;                   \
  } while (false)
#define PROGRAM (*frames_.back().function->code->program)
#define SITE static_cast<size_t>(C)
#define IMMEDIATE Value::SmallInt(instruction.signed_b())

Value Evaluation::Run() {
  static const void* const kLabels[] = {
#define X(name) &&L##name,
      HAWSER_STARLARK_OPS(X)
#undef X
  };
  const size_t entry = frames_.size();
  const Instruction* pc = nullptr;
  const Instruction* code = nullptr;
  Value* base = nullptr;
  const Value* constants = nullptr;
  Value* globals = nullptr;
  Instruction instruction(Op::kConst, 0, 0, 0);
  RESUME;
  try {
    NEXT;
  LConst:
    R(A) = constants[C];
    NEXT;
  LMove:
    R(A) = R(B);
    NEXT;
  LGlobal:
    if (!globals[C].has_value()) {
      // What load binds belongs to the file, not to the module.
      FailUnassigned(PROGRAM.globals[SITE].loaded ? "local" : "global", PROGRAM.globals[SITE].name);
      goto fail;
    }
    R(A) = globals[C];
    NEXT;
  LSetGlobal:
    globals[C] = R(A);
    NEXT;
  LCheck:
    if (R(A).has_value()) NEXT;
    FailUnassigned("local", frames_.back().function->code->locals[A]);
    goto fail;
  LCell:
    if (!R(B).as<Cell>()->value.has_value()) {
      FailUnassigned("local", frames_.back().function->code->locals[B]);
      goto fail;
    }
    R(A) = R(B).as<Cell>()->value;
    NEXT;
  LSetCell:
    R(A).as<Cell>()->value = R(B);
    NEXT;
  LFree : {
    const Cell* cell = frames_.back().function->cells[C];
    if (!cell->value.has_value()) {
      FailUnassigned("local", frames_.back().function->code->free_names[SITE]);
      goto fail;
    }
    R(A) = cell->value;
    NEXT;
  }
  LAdd:
    SET(Add(*this, R(B), R(C)));
  LSubtract:
    SET(Subtract(*this, R(B), R(C)));
  LMultiply:
    SET(Multiply(*this, R(B), R(C)));
  LDivide:
    SET(Binary(*this, BinaryOp::kDivide, R(B), R(C)));
  LFloorDivide:
    SET(FloorDivide(*this, R(B), R(C)));
  LModulo:
    SET(Modulo(*this, R(B), R(C)));
  LAnd:
    SET(And(*this, R(B), R(C)));
  LOr:
    SET(Or(*this, R(B), R(C)));
  LXor:
    SET(Xor(*this, R(B), R(C)));
  LShiftLeft:
    SET(Binary(*this, BinaryOp::kShiftLeft, R(B), R(C)));
  LShiftRight:
    SET(Binary(*this, BinaryOp::kShiftRight, R(B), R(C)));
  LIn:
    SET(Binary(*this, BinaryOp::kIn, R(B), R(C)));
  LNotIn : {
    const Value found = Binary(*this, BinaryOp::kIn, R(B), R(C));
    if (!found.has_value()) goto fail;
    R(A) = Value::Bool(found.IsFalse());
    NEXT;
  }
  LAddInt:
    SET(Add(*this, R(B), Value::SmallInt(C)));
  LSubtractInt:
    SET(Subtract(*this, R(B), Value::SmallInt(C)));
  LMultiplyInt:
    SET(Multiply(*this, R(B), Value::SmallInt(C)));
  LFloorDivideInt:
    SET(FloorDivide(*this, R(B), Value::SmallInt(C)));
  LModuloInt:
    SET(Modulo(*this, R(B), Value::SmallInt(C)));
  LInPlaceAdd:
    SET(BothSmall(R(B), R(C)) ? Add(*this, R(B), R(C)) : InPlaceAdd(*this, R(B), R(C)));
  LInPlaceOr:
    SET(InPlaceOr(*this, R(B), R(C)));
  LEqual:
    COMPARE(Equal);
  LNotEqual:
    COMPARE(NotEqual);
  LLess:
    COMPARE(Less);
  LLessEqual:
    COMPARE(LessEqual);
  LGreater:
    COMPARE(Greater);
  LGreaterEqual:
    COMPARE(GreaterEqual);
  LNot:
    R(A) = Value::Bool(!IsTruthy(R(B)));
    NEXT;
  LNegate:
    SET(Negate(*this, R(B)));
  LPlus:
    SET(Plus(*this, R(B)));
  LInvert:
    SET(Invert(*this, R(B)));
  LJump:
    GO;
    NEXT;
  LJumpBack:
    if (!TakeStep()) Tick();
    GO;
    NEXT;
  LJumpIf:
    if (IsTruthy(R(A))) GO;
    NEXT;
  LJumpUnless:
    if (!IsTruthy(R(A))) GO;
    NEXT;
  LUnlessEqual:
    UNLESS(Equal, R(B));
  LUnlessNotEqual:
    UNLESS(NotEqual, R(B));
  LUnlessLess:
    UNLESS(Less, R(B));
  LUnlessLessEqual:
    UNLESS(LessEqual, R(B));
  LUnlessGreater:
    UNLESS(Greater, R(B));
  LUnlessGreaterEqual:
    UNLESS(GreaterEqual, R(B));
  LUnlessEqualInt:
    UNLESS(Equal, IMMEDIATE);
  LUnlessNotEqualInt:
    UNLESS(NotEqual, IMMEDIATE);
  LUnlessLessInt:
    UNLESS(Less, IMMEDIATE);
  LUnlessLessEqualInt:
    UNLESS(LessEqual, IMMEDIATE);
  LUnlessGreaterInt:
    UNLESS(Greater, IMMEDIATE);
  LUnlessGreaterEqualInt:
    UNLESS(GreaterEqual, IMMEDIATE);
  LIterate:
    Loop(R(B), &R(A));
    DO(!failed());
  LNext : {
    if (!TakeStep()) Tick();
    Iterator* iterator = R(B).as<Iterator>();
    Value element = NextFast(iterator);
    if (!element.has_value()) element = NextElement(*this, iterator);
    if (element.has_value()) {
      R(A) = element;
      NEXT;
    }
    if (failed()) goto fail;
    GO;
    NEXT;
  }
  LEndLoop:
    EndLoop(R(A));
    NEXT;
  LList:
    R(A) = MakeList(heap(), {&R(B), static_cast<size_t>(C)});
    NEXT;
  LTuple:
    R(A) = MakeTuple(heap(), {&R(B), static_cast<size_t>(C)});
    NEXT;
  LDict : {
    Dict* dict = NewDict(heap());
    if (C > 0) dict->table.Reserve(heap(), static_cast<uint32_t>(C));
    R(A) = Value::Of(dict);
    NEXT;
  }
  LAddEntry:
    DO(AddEntry(*this, R(A), R(B), R(C), true));
  LSetEntry:
    DO(AddEntry(*this, R(A), R(B), R(C), false));
  LAppend:
    Append(heap(), R(A).as<List>(), R(B));
    NEXT;
  LIndex : {
    const Value element = IndexFast(R(B), R(C));
    SET(element.has_value() ? element : Index(*this, R(B), R(C)));
  }
  LSetIndex:
    DO(SetIndex(*this, R(A), R(B), R(C)));
  LSlice:
    SET(Slice(*this, R(B), R(B + 1), R(B + 2), R(B + 3)));
  LAttribute:
    SET(GetAttribute(*this, R(B), PROGRAM.attributes[SITE]));
  LSetAttribute:
    DO(SetAttribute(*this, R(A), PROGRAM.attributes[SITE].name, R(B)));
  LCall : {
    const Value callee = R(A);
    frames_.back().pc = pc;
    if (callee.IsObjectOf(Type::kFunction)) {
      const Function* function = callee.as<Function>();
      const bool fits = function->code->simple && B == function->code->parameters;
      if (!fits && !BindArguments(function, &R(A + 1), B, {})) goto fail;
      if (!Enter(function, &R(A + 1), &R(static_cast<uint32_t>(C)))) goto fail;
      RESUME;
      NEXT;
    }
    const Value result = callee.IsObjectOf(Type::kBuiltin)
                             ? CallNative(*callee.as<Builtin>(), &R(A + 1), B, {})
                             : CallHost(callee, &R(A + 1), B, {});
    if (!result.has_value()) goto fail;
    R(static_cast<uint32_t>(C)) = result;
    NEXT;
  }
  LCallMethod : {
    const AttributeName& attribute = PROGRAM.attributes[SITE];
    const Value self = R(A);
    frames_.back().pc = pc;
    if (const Method* method = FindMethod(self.type(), attribute.method); method != nullptr) {
      SET(CallMethodNative(method->function, method->name, self, &R(A + 1), B));
    }
    const Value callee = GetAttribute(*this, self, attribute);
    if (!callee.has_value()) goto fail;
    if (callee.IsObjectOf(Type::kFunction)) {
      if (!BindArguments(callee.as<Function>(), &R(A + 1), B, {})) goto fail;
      if (!Enter(callee.as<Function>(), &R(A + 1), &R(A))) goto fail;
      RESUME;
      NEXT;
    }
    SET(CallValue(callee, {&R(A + 1), B}));
  }
  LCallSpread : {
    frames_.back().pc = pc;
    const CallSite& site = PROGRAM.call_sites[SITE];
    SET(CallSpread(R(A), site, &R(A + 1)));
  }
  LReturn : {
    const Value result = R(A);
    Value* target = frames_.back().result;
    frames_.pop_back();
    if (frames_.size() < entry) return result;
    *target = result;
    RESUME;
    NEXT;
  }
  LFunction:
    R(A) = NewFunction(frames_.back(), C, &R(B));
    NEXT;
  LUnpack:
    DO(Unpack(R(B), &R(A), static_cast<uint32_t>(C)));
  LLoad:
    frames_.back().pc = pc;
    DO(LoadModule(PROGRAM.loads[SITE], &R(A)));
  LLine:
    if (options_.profiler != nullptr) {
      const Code& running = *frames_.back().function->code;
      options_.profiler->OnLine(*running.program->source,
                                running.offsets[static_cast<size_t>(pc - code) - 1]);
    }
    NEXT;
  } catch (...) {
    // Machines further out find their own frame innermost again.
    if (frames_.size() >= entry) {
      frames_.back().pc = pc;
      CaptureFrames();
      Unwind(entry - 1);
    }
    throw;
  }
fail:
  frames_.back().pc = pc;
  CaptureFrames();
  Unwind(entry - 1);
  return Value();
}

}  // namespace hawser::starlark
