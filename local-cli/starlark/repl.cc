// The loop that reads, runs and prints.
#include "local-cli/starlark/repl.h"

#include <istream>
#include <ostream>
#include <vector>

#include "lib/starlark/eval/compiler.h"
#include "lib/starlark/eval/evaluation.h"
#include "lib/starlark/syntax/scanner.h"
#include "lib/starlark/value/text.h"
#include "local-cli/starlark/loader.h"

namespace hawser::cli {

namespace {

constexpr char kResult[] = "_result";

/// Whether more lines belong to what was typed: a bracket is open, or a block not yet ended by an
/// empty line.
bool IsIncomplete(const std::string& text) {
  std::vector<starlark::Diagnostic> errors;
  starlark::Scanner scanner(text, errors);
  int depth = 0;
  bool block = false;
  starlark::Token previous = starlark::Token::kEnd;
  for (;;) {
    const starlark::Token token = scanner.Next().token;
    if (token == starlark::Token::kEnd) break;
    depth += token == starlark::Token::kLeftParen || token == starlark::Token::kLeftBracket ||
             token == starlark::Token::kLeftBrace;
    depth -= token == starlark::Token::kRightParen || token == starlark::Token::kRightBracket ||
             token == starlark::Token::kRightBrace;
    block = block || (token == starlark::Token::kNewline && previous == starlark::Token::kColon);
    previous = token;
  }
  return depth > 0 || (block && !text.ends_with("\n\n"));
}

/// What was typed as a program: an expression is given the name of the result.
std::shared_ptr<const starlark::Program> CompileTyped(const starlark::Environment& environment,
                                                      const std::string& text,
                                                      std::string& problem) {
  std::shared_ptr<const starlark::Program> program;
  for (const std::string& form : {kResult + std::string(" = (") + text + "\n)", text}) {
    const auto source = std::make_shared<const starlark::Source>("<stdin>", form);
    std::vector<starlark::Diagnostic> errors;
    program = starlark::Compile(
        source, {.dialect = environment.dialect(), .predeclared = environment.names()}, errors);
    if (program != nullptr) return program;
    problem = DescribeDiagnostics(*source, errors);
  }
  return nullptr;
}

}  // namespace

void RunStarlarkRepl(starlark::Environment& environment, std::istream& in, std::ostream& out,
                     std::ostream& err, bool interactive) {
  // Modules stay: later statements use their values.
  std::vector<std::shared_ptr<const starlark::Module>> modules;
  std::string text;
  for (std::string line;;) {
    if (interactive) out << (text.empty() ? ">>> " : "... ") << std::flush;
    const bool more = static_cast<bool>(std::getline(in, line));
    if (more) text += line + "\n";
    if (more && IsIncomplete(text)) continue;
    if (text.find_first_not_of(" \n") != std::string::npos) {
      std::string problem;
      const auto program = CompileTyped(environment, text, problem);
      starlark::Evaluation evaluation(
          environment,
          {.print = [&err](starlark::Evaluation&, const std::string& t) { err << t << "\n"; },
           .freeze = false});
      const auto module = program == nullptr ? nullptr : evaluation.Execute(program);
      if (program != nullptr && module == nullptr) problem = evaluation.failure().ToString();
      if (module == nullptr) {
        err << problem;
      } else {
        modules.push_back(module);
        for (const std::string_view name : module->Names()) {
          const starlark::Value value = module->Find(name);
          if (name != kResult) {
            environment.DefineMutable(name, value);
          } else if (!value.IsNone()) {
            out << starlark::Repr(evaluation, value) << "\n";
          }
        }
      }
    }
    text.clear();
    if (!more) break;
  }
}

}  // namespace hawser::cli
