// Files that load files: where they are looked for, once each, and what is told when they fail.
#include "local-cli/starlark/loader.h"

#include <gtest/gtest.h>

#include <sstream>

#include "lib/starlark/modules/modules.h"
#include "local-cli/starlark/repl.h"
#include "tests/support/temp_dir.h"

namespace hawser::cli {
namespace {

class StarlarkLoaderTest : public ::testing::Test {
 protected:
  /// Runs `main.star` of the folder; what it prints for people when it fails.
  std::string Run() {
    StarlarkLoader loader(environment_, {});
    const std::string path = folder_ / "main.star";
    std::string problem;
    module_ = loader.Run(path, *ReadStarlarkFile(path), problem);
    return problem;
  }

  testing::TempDir folder_;
  starlark::Environment environment_{starlark::Dialect::Tilt()};
  std::shared_ptr<const starlark::Module> module_;
};

TEST_F(StarlarkLoaderTest, LooksBesideTheLoadingFile) {
  folder_.Write("main.star", "load('lib/a.star', 'a')\nx = a\n");
  folder_.Write("lib/a.star", "load('b.star', 'b')\na = b + 1\n");
  folder_.Write("lib/b.star", "b = 1\n");
  EXPECT_EQ(Run(), "");
  ASSERT_NE(module_, nullptr);
  EXPECT_EQ(module_->Find("x"), starlark::Value::SmallInt(2));
}

TEST_F(StarlarkLoaderTest, FailsForCyclesAndMissingFiles) {
  folder_.Write("main.star", "load('a.star', 'a')\n");
  folder_.Write("a.star", "load('b.star', 'b')\na = b\n");
  folder_.Write("b.star", "load('a.star', 'a')\nb = a\n");
  EXPECT_NE(Run().find("cycle in load graph"), std::string::npos);
  folder_.Write("main.star", "load('missing.star', 'a')\n");
  EXPECT_NE(Run().find("missing.star: No such file or directory"), std::string::npos);
}

TEST_F(StarlarkLoaderTest, TellsEverySyntaxErrorWithItsLine) {
  folder_.Write("main.star", "x = \ny = 1 +\n");
  const std::string path = folder_ / "main.star";
  EXPECT_EQ(Run(), path + ":1:5: got newline, want primary expression\n    x = \n        ^\n" +
                       path +
                       ":2:8: got newline, want primary expression\n    y = 1 +\n           ^\n");
}

TEST(StarlarkReplTest, KeepsWhatStatementsLeave) {
  starlark::Environment environment(starlark::Dialect::Tilt());
  std::istringstream in(
      "x = [1]\nx.append(2)\ndef f(y):\n  return y + x\n\nf([0])\nx = (\n3)\nx +\nx\n");
  std::ostringstream out;
  std::ostringstream err;
  RunStarlarkRepl(environment, in, out, err, false);
  EXPECT_EQ(out.str(), "[0, 1, 2]\n3\n");
  EXPECT_EQ(err.str(), "<stdin>:1:4: got newline, want primary expression\n    x +\n       ^\n");
}

}  // namespace
}  // namespace hawser::cli
