// Cuts lists and texts.
#include "lib/wire/told_problems.h"

#include <string>

#include "lib/wire/limits.h"

namespace hawser::wire {
namespace {

/// Never within a character, where the text is UTF-8.
void CutText(std::string& text, size_t max) {
  if (text.size() <= max) return;
  while (max > 0 && (static_cast<unsigned char>(text[max]) & 0xc0U) == 0x80U) --max;
  text.resize(max);
}

std::string NotListed(size_t count) {
  return "; " + std::to_string(count) +
         (count == 1 ? " more problem is not listed" : " more problems are not listed");
}

}  // namespace

void CutToTold(std::vector<Problem>& problems) {
  const size_t count = problems.size();
  if (count > kMaxToldProblems) problems.resize(kMaxToldProblems);
  for (Problem& problem : problems) CutText(problem.message, kMaxToldText);
  if (count <= kMaxToldProblems) return;
  const std::string rest = NotListed(count - kMaxToldProblems);
  CutText(problems.back().message, kMaxToldText - rest.size());
  problems.back().message += rest;
}

void CutToTold(std::vector<StepResult>& steps) {
  for (StepResult& step : steps) CutText(step.message, kMaxToldText);
}

}  // namespace hawser::wire
