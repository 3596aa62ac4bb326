// What the chart renders, as the API server judges it.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

class ChartTest : public ClusterTest {
 protected:
  /// The chart rendered for this test's namespace, without what this cluster has no definition of.
  std::string Render(const std::string& values) const {
    const Outcome outcome =
        RunProgram({std::string(HAWSER_BIN_DIR) + "/hawser-chart", "-name", cluster().ns(),
                    "-namespace", cluster().ns(), "-f", values, "-set",
                    "watchNamespace=" + Watched(values), SourcePath("helm")});
    EXPECT_TRUE(outcome.ok()) << outcome.err << "scripts/manifests builds the program";
    return Without(outcome.out, "\nkind: ServiceMonitor\n");
  }

 private:
  /// Whose namespace must be there: the test's own.
  std::string Watched(const std::string& values) const {
    return values.find("single-namespace") == std::string::npos ? "\"\"" : cluster().ns();
  }
  static std::string Without(const std::string& documents, const std::string& text) {
    const std::string separator = "---\n";
    std::string kept;
    for (size_t at = 0; at < documents.size();) {
      const size_t end = std::min(documents.find("\n" + separator, at), documents.size());
      const std::string document = documents.substr(at, end - at) + "\n";
      if (document.find(text) == std::string::npos) kept += separator + document;
      at = end + 1 + separator.size();
    }
    return kept;
  }
};

TEST_F(ChartTest, IsTakenWithEveryKindOfValues) {
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SourcePath("tests/helm/values"))) {
    SCOPED_TRACE(entry.path().filename());
    const Outcome applied = cluster().TryKubectl({"apply", "--dry-run=server", "-f", "-"},
                                                 Render(entry.path().string()));
    EXPECT_TRUE(applied.ok()) << applied.err;
    EXPECT_NE(applied.out.find("deployment.apps/"), std::string::npos) << applied.out;
    ++files;
  }
  EXPECT_GE(files, 5U);
}

}  // namespace
}  // namespace hawser::e2e
