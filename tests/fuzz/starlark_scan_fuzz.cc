// The scanner: any bytes end, lexemes lie within the text in order, indents and outdents match.
#include "lib/starlark/syntax/scanner.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace starlark = hawser::starlark;
  const std::string_view text = hawser::fuzz::Input(data, size);
  std::vector<starlark::Diagnostic> errors;
  starlark::Scanner scanner(text, errors);
  int64_t depth = 0;
  uint32_t last = 0;
  // Each byte makes at most a token and an end of line; each indent an outdent.
  for (size_t left = 4 * text.size() + 8;; --left) {
    hawser::fuzz::Check(left > 0);
    const starlark::Lexeme lexeme = scanner.Next();
    hawser::fuzz::Check(lexeme.offset >= last && lexeme.offset <= lexeme.end);
    hawser::fuzz::Check(lexeme.end <= text.size());
    last = lexeme.offset;
    depth += lexeme.token == starlark::Token::kIndent ? 1 : 0;
    depth -= lexeme.token == starlark::Token::kOutdent ? 1 : 0;
    hawser::fuzz::Check(depth >= 0);
    if (lexeme.token == starlark::Token::kEnd) break;
  }
  for (const starlark::Diagnostic& error : errors) {
    hawser::fuzz::Check(error.offset <= text.size() && !error.message.empty());
  }
  return 0;
}
