// Trees hold what was put into them, whatever way it came there, and tell where they differ.
#include "lib/sync/tree/tree.h"

#include <gtest/gtest.h>

#include <random>

#include "lib/sync/tree/node.h"
#include "tests/lib/sync/entries.h"
#include "tests/support/flaky_stream.h"
#include "tests/support/thoroughness.h"

namespace hawser::sync {
namespace {

using Model = std::map<std::string, Entry>;

Tree TreeOf(const Model& model) {
  TreeEdits edits;
  for (const auto& [path, entry] : model) edits.emplace(path, entry);
  return Tree().With(edits);
}

/// Entries of every kind, paths that share much and little.
class RandomTrees {
 public:
  explicit RandomTrees(uint64_t seed) : random_(seed) {}

  uint64_t Below(uint64_t bound) { return random_() % bound; }
  std::string Path(uint64_t names) {
    return "/app/module" + std::to_string(Below(7)) + "/" + std::to_string(Below(names));
  }
  Entry AnyEntry() {
    switch (Below(4)) {
      case 0:
        return DirectoryEntry(0700 + static_cast<uint32_t>(Below(64)));
      case 1:
        return SymlinkEntry("to/" + std::to_string(Below(9)));
      default:
        return FileEntry(std::to_string(Below(1000)));
    }
  }
  TreeEdits Edits(uint64_t count, uint64_t names) {
    TreeEdits edits;
    while (count-- > 0) {
      std::optional<Entry>& entry = edits[Path(names)];
      entry.reset();
      if (Below(3) != 0) entry = AnyEntry();
    }
    return edits;
  }

 private:
  std::mt19937_64 random_;
};

void Apply(const TreeEdits& edits, Model& model) {
  for (const auto& [path, entry] : edits) {
    model.erase(path);
    if (entry.has_value()) model.emplace(path, *entry);
  }
}

Model ModelOf(const Tree& tree) {
  Model model;
  for (const auto& [path, entry] : tree) model.emplace_hint(model.end(), path, entry);
  return model;
}

/// What a comparison path by path finds.
std::map<std::string, std::pair<std::optional<Entry>, std::optional<Entry>>> Differences(
    const Model& before, const Model& after) {
  std::map<std::string, std::pair<std::optional<Entry>, std::optional<Entry>>> differences;
  for (const auto& [path, entry] : before) differences[path].first = entry;
  for (const auto& [path, entry] : after) differences[path].second = entry;
  std::erase_if(differences, [](const auto& each) {
    const auto& [old_entry, new_entry] = each.second;
    return old_entry.has_value() && new_entry.has_value() && old_entry->SameContent(*new_entry);
  });
  return differences;
}

TEST(TreeTest, IsWhatAMapIsAndDependsOnNothingButWhatItHolds) {
  const uint64_t seed = testing::TestSeed();
  SCOPED_TRACE("HAWSER_SEED=" + std::to_string(seed));
  RandomTrees random(seed);
  for (const uint64_t names : {3U, 40U, 2000U}) {
    Model model;
    Tree tree;
    for (int round = 0; round < testing::Repeats(60, 15); ++round) {
      const TreeEdits edits = random.Edits(random.Below(round % 8 == 0 ? names * 2 : 6), names);
      const Model model_before = model;
      const Tree before = tree;
      Apply(edits, model);
      tree = tree.With(edits);
      ASSERT_EQ(ModelOf(tree), model);
      ASSERT_EQ(ModelOf(before), model_before) << "an edit changed the tree before it";
      ASSERT_EQ(tree.size(), model.size());
      ASSERT_EQ(tree.digest(), TreeOf(model).digest()) << "another shape for the same entries";
      const auto expected = Differences(model_before, model);
      const std::vector<TreeChange> changes = Diff(before, tree);
      ASSERT_EQ(changes.size(), expected.size());
      auto each = expected.begin();
      for (const TreeChange& change : changes) {
        ASSERT_EQ(change.path, each->first);
        ASSERT_EQ(change.before, each->second.first);
        ASSERT_EQ(change.after, (each++)->second.second);
      }
      for (int look = 0; look < 5; ++look) {
        const std::string path = random.Path(names);
        const auto found = model.find(path);
        ASSERT_EQ(tree.Find(path),
                  found == model.end() ? std::nullopt : std::optional(found->second));
        const auto next = model.lower_bound(path);
        const TreeIterator from = tree.From(path);
        ASSERT_EQ(from == nullptr, next == model.end());
        if (next != model.end()) {
          ASSERT_EQ(from->first, next->first);
        }
      }
    }
  }
}

TEST(TreeTest, ComparesTreesThatHaveNothingInCommon) {
  RandomTrees random(7);
  const Tree one = Tree().With(random.Edits(3000, 4000));
  EXPECT_EQ(Diff({}, one).size(), one.size());
  EXPECT_EQ(Diff(one, {}).size(), one.size());
  const Tree other{{"/app/zzz", FileEntry("z")}};
  EXPECT_EQ(Diff(one, other).size(), one.size() + 1);
}

TEST(TreeTest, SharesAllButTheWayToAnEdit) {
  TreeEdits edits;
  for (int i = 0; i < 20000; ++i) edits["/app/" + std::to_string(i)] = FileEntry(std::to_string(i));
  const Tree before = Tree().With(edits);
  Tree after = before;
  after.Put("/app/777", FileEntry("new"));
  ASSERT_GE(before.root()->level, 2U);
  size_t shared = 0;
  for (const TreeNodePtr& child : before.root()->children) {
    for (const TreeNodePtr& other : after.root()->children) shared += child == other ? 1 : 0;
  }
  EXPECT_EQ(shared, before.root()->children.size() - 1);
}

TEST(TreeTest, HasADigestThatEveryFieldButTheTimeCounts) {
  const Entry file = FileEntry("a");
  const Tree tree{{"/app/a", file}};
  Entry touched = file;
  touched.mtime_ns = 5;
  const Tree with_time{{"/app/a", touched}};
  EXPECT_EQ(with_time.digest(), tree.digest());
  EXPECT_FALSE(with_time == tree);
  std::set<Digest> digests{tree.digest(), Tree().digest()};
  digests.insert(Tree{{"/app/b", file}}.digest());
  digests.insert(Tree{{"/app/a", FileEntry("b")}}.digest());
  digests.insert(Tree{{"/app/a", FileEntry("a", 0755)}}.digest());
  digests.insert(Tree{{"/app/a", DirectoryEntry(0644)}}.digest());
  digests.insert(Tree{{"/app/a", SymlinkEntry("a")}}.digest());
  digests.insert(Tree{{"/app/a", SymlinkEntry("b")}}.digest());
  EXPECT_EQ(digests.size(), 8U);
  EXPECT_EQ(Tree().digest(), Sha256(""));
}

// Computed apart from this code, after wire/PROTOCOL.md.
TEST(TreeTest, KeepsThePublishedFormat) {
  const Tree small{{"/app/a", FileEntry("a")}, {"/app/d", DirectoryEntry()}};
  EXPECT_EQ(small.digest().ToHex(),
            "d0497f9df404daec08890fccff8e3caae52c4b9c87d841ae99c371ebbc5d9220");
  TreeEdits edits;
  for (int i = 0; i < 2000; ++i) edits["/app/" + std::to_string(i)] = FileEntry("x");
  EXPECT_EQ(Tree().With(edits).digest().ToHex(),
            "5fad71a12e46d577e52059fd530e78771f40567715553d8e4b1b44cff752a372");
}

TEST(TreeTest, KnowsWhatLiesBelow) {
  const Tree tree{{"/app/a.b", FileEntry("")}, {"/app/a/x", FileEntry("")}};
  EXPECT_TRUE(tree.HasBelow("/app"));
  EXPECT_TRUE(tree.HasBelow("/app/a"));
  EXPECT_FALSE(tree.HasBelow("/app/a.b"));
  EXPECT_FALSE(tree.HasBelow("/app/a/x"));
  EXPECT_FALSE(tree.HasBelow("/zzz"));
}

}  // namespace
}  // namespace hawser::sync
