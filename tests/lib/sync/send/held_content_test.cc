// What a pod is believed to hold.
#include "lib/sync/send/held_content.h"

#include <gtest/gtest.h>

#include "tests/lib/sync/entries.h"

namespace hawser::sync {
namespace {

TEST(HeldContentTest, RemembersWhatATreeHeldBefore) {
  const Tree first{{"/app/a", FileEntry("one")}, {"/app/d", DirectoryEntry()}};
  const Tree second{{"/app/a", FileEntry("two")}};
  HeldContent held;
  held.Learn({}, first);
  held.Learn(first, second);
  EXPECT_TRUE(held.Has(Sha256("one"))) << "it is in the store";
  EXPECT_TRUE(held.Has(Sha256("two")));
  EXPECT_FALSE(held.Has(Sha256("three")));
  held.Forget(Sha256("one"));
  EXPECT_FALSE(held.Has(Sha256("one")));
}

TEST(HeldContentTest, RemembersWhereRemovedFilesWere) {
  const Tree first{{"/app/a", FileEntry("one")}, {"/app/d", DirectoryEntry()}};
  HeldContent held;
  held.Learn({}, first);
  EXPECT_FALSE(held.FormerAt("/app/a").has_value()) << "it is still there";
  held.Learn(first, Tree{{"/app/b", FileEntry("b")}});
  EXPECT_EQ(held.FormerAt("/app/a")->digest, Sha256("one"));
  EXPECT_FALSE(held.FormerAt("/app/d").has_value());
  held.Forget(Sha256("one"));
  EXPECT_FALSE(held.FormerAt("/app/a").has_value()) << "the pod lacks it";
}

TEST(HeldContentTest, ForgetsWhereAFileWasOnceThereIsAnother) {
  const Tree first{{"/app/a", FileEntry("one")}, {"/app/b", FileEntry("b")}};
  const Tree without{{"/app/b", FileEntry("b")}};
  HeldContent held;
  held.Learn({}, first);
  held.Learn(first, without);
  held.Learn(without, Tree{{"/app/a", FileEntry("two")}, {"/app/b", FileEntry("b")}});
  EXPECT_FALSE(held.FormerAt("/app/a").has_value());
}

TEST(HeldContentTest, KeepsToTheTreeWhenThereIsTooMuchOldContent) {
  HeldContent held;
  const Tree last{{"/app/kept", FileEntry("kept")}};
  for (int round = 0; round < 3; ++round) {
    TreeEdits edits;
    for (int i = 0; i < 20000; ++i) {
      edits["/app/" + std::to_string(i)] = FileEntry(std::to_string(round * 100000 + i));
    }
    held.Learn({}, Tree().With(edits));
  }
  EXPECT_TRUE(held.Has(Sha256("7")));
  held.Learn({}, last);
  EXPECT_FALSE(held.Has(Sha256("7")));
  EXPECT_TRUE(held.Has(Sha256("kept")));
}

}  // namespace
}  // namespace hawser::sync
