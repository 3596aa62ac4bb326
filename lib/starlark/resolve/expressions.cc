// What the resolver does and checks at each expression.
#include <unordered_set>

#include "lib/starlark/messages/names.h"
#include "lib/starlark/resolve/resolver_state.h"

namespace hawser::starlark {

/// Goes down the left side in a loop: it may be long, where other nesting is bounded by the parser.
void Resolver::Visit(Expr* expr) {
  for (; expr != nullptr; expr = LeftOperand(expr)) VisitParts(expr);
}

/// Everything of an expression but its left operand.
void Resolver::VisitParts(Expr* expr) {
  switch (expr->kind) {
    case Expr::Kind::kName:
      return UseName(static_cast<NameExpr*>(expr));
    case Expr::Kind::kList:
    case Expr::Kind::kTuple:
      for (Expr* element : static_cast<SequenceExpr*>(expr)->elements) Visit(element);
      return;
    case Expr::Kind::kDict:
      for (const DictEntry& entry : static_cast<DictExpr*>(expr)->entries) {
        Visit(entry.key);
        Visit(entry.value);
      }
      return;
    case Expr::Kind::kComprehension:
      return VisitComprehension(*static_cast<ComprehensionExpr*>(expr));
    case Expr::Kind::kConditional: {
      const auto* conditional = static_cast<ConditionalExpr*>(expr);
      Visit(conditional->condition);
      Visit(conditional->yes);
      return Visit(conditional->no);
    }
    case Expr::Kind::kUnary:
      return Visit(static_cast<UnaryExpr*>(expr)->operand);
    case Expr::Kind::kBinary:
      return Visit(static_cast<BinaryExpr*>(expr)->right);
    case Expr::Kind::kIndex:
      return Visit(static_cast<IndexExpr*>(expr)->index);
    case Expr::Kind::kSlice: {
      const auto* slice = static_cast<SliceExpr*>(expr);
      Visit(slice->low);
      Visit(slice->high);
      return Visit(slice->step);
    }
    case Expr::Kind::kCall:
      return VisitCall(*static_cast<CallExpr*>(expr));
    case Expr::Kind::kLambda:
      return VisitFunction(static_cast<LambdaExpr*>(expr)->function);
    case Expr::Kind::kLiteral:
    case Expr::Kind::kDot:
    case Expr::Kind::kError:
      return;
  }
}

void Resolver::VisitCall(const CallExpr& call) {
  VisitArguments(call.arguments);
  std::unordered_set<const String*> names;
  const Argument* star = nullptr;
  const Argument* star_star = nullptr;
  bool named = false;
  for (const Argument& argument : call.arguments) {
    const uint32_t at = argument.offset;
    switch (argument.kind) {
      case Argument::Kind::kStarStar:
        if (star_star != nullptr) Fail(at, messages::kTwoStarStarArguments);
        star_star = &argument;
        break;
      case Argument::Kind::kStar:
        if (star_star != nullptr) Fail(at, messages::kStarAfterStarStar);
        if (star != nullptr) Fail(at, messages::kTwoStarArguments);
        star = &argument;
        break;
      case Argument::Kind::kNamed:
        named = true;
        if (star_star != nullptr) {
          Fail(at, messages::kKeywordAfterStarStar);
        } else if (star != nullptr) {
          Fail(at, messages::kKeywordAfterStar);
        }
        if (!names.insert(argument.name).second) {
          Fail(at, messages::kKeywordRepeated(argument.name->view()));
        }
        break;
      case Argument::Kind::kPositional:
        if (star_star != nullptr) {
          Fail(at, messages::kPositionalAfterStarStar);
        } else if (star != nullptr) {
          Fail(at, messages::kPositionalAfterStar);
        } else if (named) {
          Fail(at, messages::kPositionalAfterNamed);
        }
        break;
    }
  }
}

void Resolver::VisitArguments(std::span<const Argument> arguments) {
  for (const Argument& argument : arguments) Visit(argument.value);
}

/// The first loop's source belongs to the enclosing block, all else to the comprehension's own.
void Resolver::VisitComprehension(const ComprehensionExpr& comprehension) {
  Visit(comprehension.clauses.front().source);
  Block block{.kind = Block::Kind::kComprehension,
              .outer = block_,
              .frame = block_->frame,
              .locals = {},
              .uses = {}};
  block_ = &block;
  bool first = true;
  for (const Clause& clause : comprehension.clauses) {
    if (!first) Visit(clause.source);
    first = false;
    if (clause.target != nullptr) Assign(clause.target, false);
  }
  Visit(comprehension.key);
  Visit(comprehension.value);
  Close(block);
  block_ = block.outer;
}

void Resolver::VisitFunction(FunctionNode* function) {
  for (const Parameter& parameter : function->parameters) Visit(parameter.fallback);
  CheckParameters(function->parameters);
  functions_.emplace_back(function, std::make_unique<Frame>());
  Block block{.kind = Block::Kind::kFunction,
              .outer = block_,
              .frame = functions_.back().second.get(),
              .locals = {},
              .uses = {}};
  const int loops = loops_;
  const int conditionals = conditionals_;
  loops_ = conditionals_ = 0;
  block_ = &block;
  BindParameters(function);
  VisitAll(function->body);
  Visit(function->result);
  Close(block);
  block_ = block.outer;
  loops_ = loops;
  conditionals_ = conditionals;
}

void Resolver::CheckParameters(std::span<Parameter> parameters) {
  const Parameter* star = nullptr;
  const Parameter* star_star = nullptr;
  bool optional = false;
  for (const Parameter& parameter : parameters) {
    const uint32_t at = parameter.offset;
    const auto fail_after = [&](std::string_view what) {
      Fail(at, messages::kParameterAfterStarStar(what, star_star->name->name->view()));
    };
    switch (parameter.kind) {
      case Parameter::Kind::kStarStar:
        if (star_star != nullptr) Fail(at, messages::kTwoStarStarParameters);
        star_star = &parameter;
        break;
      case Parameter::Kind::kStar:
        if (star_star != nullptr) {
          fail_after("*");
        } else if (star != nullptr) {
          Fail(at, messages::kTwoStarParameters);
        } else {
          star = &parameter;
        }
        break;
      case Parameter::Kind::kPlain:
        if (star_star != nullptr) {
          fail_after(parameter.fallback == nullptr ? "required" : "optional");
        } else if (parameter.fallback == nullptr && optional && star == nullptr) {
          Fail(at, messages::kRequiredAfterOptional);
        }
        optional = optional || parameter.fallback != nullptr;
        break;
    }
  }
  if (star == nullptr || star->name != nullptr) return;
  const bool followed =
      star + 1 != parameters.data() + parameters.size() && star[1].kind == Parameter::Kind::kPlain;
  if (!followed) Fail(star->offset, messages::kBareStar);
}

/// Registers in the order of calls: parameters that take one argument, then *args, then **kwargs.
void Resolver::BindParameters(FunctionNode* function) {
  const auto bind = [&](Parameter::Kind kind) {
    for (const Parameter& parameter : function->parameters) {
      if (parameter.kind != kind || parameter.name == nullptr) continue;
      const size_t before = block_->locals.size();
      BindLocal(parameter.name);
      if (block_->locals.size() > before) continue;
      Fail(parameter.name->offset, messages::kDuplicateParameter(parameter.name->name->view()));
    }
  };
  bind(Parameter::Kind::kPlain);
  bind(Parameter::Kind::kStar);
  bind(Parameter::Kind::kStarStar);
}

}  // namespace hawser::starlark
