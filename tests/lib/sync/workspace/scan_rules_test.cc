// A scan goes by what its rules are to be made from now.
#include <gtest/gtest.h>

#include <optional>

#include "lib/sync/workspace/ignore_files.h"
#include "lib/sync/workspace/scan.h"
#include "lib/sync/workspace/source_kinds.h"
#include "tests/lib/sync/workspace/scan_fixture.h"

namespace hawser::sync {
namespace {

/// Rules that leave out what git ignores, and take a file into a directory.
class ScanRulesTest : public ScanTest {
 protected:
  ScanRulesTest() { Write("web/.gitignore", ".env\n"); }

  std::optional<Rules> Read() {
    ++reads_;
    LookAtSources(root(), rules_);
    Result<WorkspaceIgnores> ignores = ReadIgnores(root(), rules_);
    if (!ignores.ok()) return std::nullopt;
    return Rules::MakeWith(rules_, *std::move(ignores)).value();
  }
  std::unique_ptr<Scanner> Make() {
    auto scanner = MakeScanner(root(), *Read()).value();
    scanner->ReadRulesBy([this] { return Read(); });
    return scanner;
  }

  std::vector<Rule> rules_ = {{.from = "bin/server", .to = "/srv/app", .into_directory = true},
                              {.from = "", .to = "/app", .gitignore = true}};
  int reads_ = 0;
};

TEST_F(ScanRulesTest, LooksByTheIgnoreFilesThatAreThereBeforeItPublishes) {
  Write("web/.env", "secret");
  Write("web/f", "code");
  const auto scanner = Make();
  EXPECT_FALSE(scanner->ScanAll().value().snapshot->tree.contains("/app/web/.env"));
  EXPECT_EQ(reads_, 1);
  stdfs::rename(At("web"), At("site"));
  const Tree site = scanner->ScanDirty(PathsOf({"site", "web"})).value().snapshot->tree;
  EXPECT_TRUE(site.contains("/app/site/f"));
  EXPECT_FALSE(site.contains("/app/site/.env"));
  EXPECT_EQ(reads_, 2);
  stdfs::rename(At("site"), At("page"));
  scanner->LookAhead(PathsOf({"page", "site"}));
  const Tree page = scanner->ScanDirty(PathsOf({"page", "site"})).value().snapshot->tree;
  EXPECT_TRUE(page.contains("/app/page/f"));
  EXPECT_FALSE(page.contains("/app/page/.env"));
  EXPECT_EQ(reads_, 3);
  Write("page/f", "newer code");
  Write("page/g", "code");
  EXPECT_EQ(scanner->ScanDirty(PathsOf({"page/f", "page/g"})).value().snapshot->tree.size(),
            page.size() + 1);
  EXPECT_EQ(reads_, 3) << "a save does not ask";
  stdfs::remove(At("page/.gitignore"));
  EXPECT_TRUE(
      scanner->ScanDirty(PathsOf({"page"})).value().snapshot->tree.contains("/app/page/.env"));
}

TEST_F(ScanRulesTest, NoticesWhatCameBetweenTheRulesAndTheFirstLook) {
  const auto scanner = Make();
  Write("in/.gitignore", "*.o\n");
  Write("in/a.o", "");
  stdfs::remove(At("web/.gitignore"));
  Write("web/.env", "no secret");
  const Tree tree = scanner->ScanAll().value().snapshot->tree;
  EXPECT_FALSE(tree.contains("/app/in/a.o"));
  EXPECT_TRUE(tree.contains("/app/web/.env"));
}

TEST_F(ScanRulesTest, GoesOnByItsRulesWhereOthersCanNotBeHad) {
  const auto scanner = Make();
  ASSERT_TRUE(scanner->ScanAll().ok());
  Write("in/.gitignore", std::string(2 << 20, '#'));  // longer than is read
  Write("in/f", "");
  EXPECT_TRUE(scanner->ScanDirty(PathsOf({"in"})).value().snapshot->tree.contains("/app/in/f"));
  EXPECT_EQ(reads_, 2);
}

TEST_F(ScanRulesTest, PutsAnArtifactThatIsBuiltLaterWhereItsRuleSays) {
  const auto scanner = Make();
  ASSERT_TRUE(scanner->ScanAll().ok());
  Write("bin/server", "elf");
  const SnapshotPtr built = scanner->ScanDirty(PathsOf({"bin"})).value().snapshot;
  EXPECT_TRUE(built->tree.contains("/srv/app/server"));
  EXPECT_FALSE(built->tree.contains("/srv/app"));
  EXPECT_EQ(built->sources.Find("/srv/app/server"), "bin/server");
  EXPECT_EQ(rules_[0].source, SourceKind::kFile);
  stdfs::remove_all(At("bin"));
  Write("bin/server/main", "elf");
  const SnapshotPtr directory = scanner->ScanDirty(PathsOf({"bin"})).value().snapshot;
  EXPECT_TRUE(directory->tree.contains("/srv/app/main"));
  EXPECT_FALSE(directory->tree.contains("/srv/app/server"));
  EXPECT_EQ(rules_[0].source, SourceKind::kDirectory);
}

}  // namespace
}  // namespace hawser::sync
