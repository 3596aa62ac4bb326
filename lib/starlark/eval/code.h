// Compiled programs: instructions for a machine with registers, and what they refer to.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "lib/starlark/resolve/resolver.h"
#include "lib/starlark/syntax/source.h"
#include "lib/starlark/value/heap.h"
#include "lib/starlark/value/objects.h"

namespace hawser::starlark {

/// R(x): register x of the function. Where an operation fails, the evaluation unwinds.
// clang-format off
#define HAWSER_STARLARK_OPS(X) \
  X(Const) /* R(a) = constant c */ \
  X(Move) /* R(a) = R(b) */ \
  X(Global) /* R(a) = global c */ \
  X(SetGlobal) /* global c = R(a) */ \
  X(Check) /* fails unless local R(a) is assigned */ \
  X(Cell) /* R(a) = content of the cell in R(b) */ \
  X(SetCell) /* content of the cell in R(a) = R(b) */ \
  X(Free) /* R(a) = content of closed-over cell c */ \
  X(Add) X(Subtract) X(Multiply) X(Divide) X(FloorDivide) X(Modulo) \
  X(And) X(Or) X(Xor) X(ShiftLeft) X(ShiftRight) X(In) X(NotIn) /* R(a) = R(b) op R(c) */ \
  X(AddInt) X(SubtractInt) X(MultiplyInt) X(FloorDivideInt) X(ModuloInt) /* R(a) = R(b) op the int c */ \
  X(InPlaceAdd) X(InPlaceOr) /* R(a) = R(b) op= R(c) */ \
  X(Equal) X(NotEqual) X(Less) X(LessEqual) X(Greater) X(GreaterEqual) /* R(a) = R(b) op R(c) */ \
  X(Not) X(Negate) X(Plus) X(Invert) /* R(a) = op R(b) */ \
  X(Jump) /* to c */ \
  X(JumpBack) /* to c, counting a step */ \
  X(JumpIf) X(JumpUnless) /* to c if R(a) is true, false */ \
  X(UnlessEqual) X(UnlessNotEqual) X(UnlessLess) X(UnlessLessEqual) \
  X(UnlessGreater) X(UnlessGreaterEqual) /* to c unless R(a) op R(b) */ \
  X(UnlessEqualInt) X(UnlessNotEqualInt) X(UnlessLessInt) \
  X(UnlessLessEqualInt) X(UnlessGreaterInt) X(UnlessGreaterEqualInt) /* to c unless R(a) op the int b */ \
  X(Iterate) /* R(a) = a loop over R(b) */ \
  X(Next) /* R(a) = next element of loop R(b); to c at its end */ \
  X(EndLoop) /* ends loop R(a) */ \
  X(List) X(Tuple) /* R(a) = of the c values from R(b) */ \
  X(Dict) /* R(a) = empty, with room for c entries */ \
  X(AddEntry) /* dict R(a)[R(b)] = R(c), which must be new */ \
  X(SetEntry) /* dict R(a)[R(b)] = R(c) */ \
  X(Append) /* to list R(a): R(b) */ \
  X(Index) /* R(a) = R(b)[R(c)] */ \
  X(SetIndex) /* R(a)[R(b)] = R(c) */ \
  X(Slice) /* R(a) = R(b)[R(b+1):R(b+2):R(b+3)] */ \
  X(Attribute) /* R(a) = R(b).attribute c */ \
  X(SetAttribute) /* R(a).attribute c = R(b) */ \
  X(Call) /* R(c) = R(a)(b values from R(a+1)) */ \
  X(CallMethod) /* R(a) = R(a).attribute c (b values from R(a+1)) */ \
  X(CallSpread) /* R(a) = R(a)(arguments as call site c tells) */ \
  X(Return) /* R(a) */ \
  X(Function) /* R(a) = function c, its defaults from R(b) */ \
  X(Unpack) /* c values from R(a) = the elements of R(b) */ \
  X(Load) /* values from R(a) = what load c names */ \
  X(Line) /* for the profiler: a statement begins */
// clang-format on

enum class Op : uint8_t {
#define X(name) k##name,
  HAWSER_STARLARK_OPS(X)
#undef X
};

/// op: 8 bits, a: 16, b: 16, c: 24 with sign.
struct Instruction {
  Instruction(Op op, uint32_t a, uint32_t b, int32_t c)
      : bits(static_cast<uint64_t>(op) | (uint64_t{a & 0xffff} << 8) |
             (uint64_t{b & 0xffff} << 24) |
             (static_cast<uint64_t>(static_cast<int64_t>(c)) << 40)) {}
  Op op() const { return static_cast<Op>(bits & 0xff); }
  uint32_t a() const { return static_cast<uint16_t>(bits >> 8); }
  uint32_t b() const { return static_cast<uint16_t>(bits >> 24); }
  int32_t signed_b() const { return static_cast<int16_t>(bits >> 24); }
  int32_t c() const { return static_cast<int32_t>(static_cast<int64_t>(bits) >> 40); }
  uint64_t bits;
};

inline constexpr int32_t kMaxC = (1 << 23) - 1;
/// An attribute that the program names, and its number among the methods of built-in types.
struct AttributeName {
  const String* name;
  uint16_t method;
};

/// The arguments of a call with more than positional ones. From the register after the callee:
/// positional values, values of `names`, then those of *args and **kwargs.
struct CallSite {
  uint32_t positional = 0;
  std::vector<const String*> names;
  bool star = false;
  bool star_star = false;
};

struct LoadSite {
  const String* module;
  std::vector<const String*> names;
};

struct Program;

/// A function's instructions and the shape of its calls. Parameters are its first registers:
/// those that take one argument, then *args, then **kwargs.
struct Code {
  const Program* program = nullptr;
  const String* name = nullptr;
  std::vector<Instruction> instructions;
  std::vector<uint32_t> offsets;  ///< in the source, of each instruction
  uint32_t registers = 0;
  uint32_t parameters = 0;  ///< that take one argument
  uint32_t positional = 0;  ///< of those, that may be given by position
  uint32_t required = 0;    ///< of those, the first that have no default
  bool star = false;
  bool star_star = false;
  bool simple = false;                ///< all parameters positional and required
  std::vector<const String*> locals;  ///< names by register
  std::vector<uint16_t> cleared;      ///< registers that must begin unassigned
  std::vector<uint16_t> cells;        ///< registers whose variables live in cells
  std::vector<std::pair<bool, uint32_t>>
      free;  ///< from the creator: (its register, or its cell) and which
  std::vector<const String*> free_names;

  uint32_t defaults() const { return parameters - required; }
};

/// Immutable once compiled, and shared by all who run it, on any thread.
struct Program {
  explicit Program(std::shared_ptr<const Source> s) : source(std::move(s)) {}

  std::shared_ptr<const Source> source;
  Heap heap;  ///< of constants and names
  std::vector<Value> constants;
  std::vector<AttributeName> attributes;
  std::vector<CallSite> call_sites;
  std::vector<LoadSite> loads;
  std::vector<std::unique_ptr<Code>> functions;  ///< the first is the module's own code
  std::vector<GlobalVariable> globals;
};

/// A run of a program: its variables.
struct ModuleState {
  Value* globals = nullptr;
};

}  // namespace hawser::starlark
