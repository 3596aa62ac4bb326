// Which paths may travel.
#include "lib/wire/path.h"

#include <gtest/gtest.h>

#include <string>

namespace hawser::wire {
namespace {

using std::string_literals::operator""s;

TEST(PathTest, AcceptsAbsoluteNormalisedPaths) {
  for (const std::string& path : {"/a"s, "/app/src/main.py"s, "/a/..."s, "/a/.hidden"s,
                                  "/a b/\xc3\xa9\n"s, "/" + std::string(255, 'x')}) {
    EXPECT_TRUE(CheckPath(path).ok()) << CheckPath(path);
  }
}

TEST(PathTest, RefusesEverythingElse) {
  for (const std::string& path :
       {""s, "/"s, "a"s, "a/b"s, "/a/"s, "//a"s, "/a//b"s, "/."s, "/.."s, "/a/./b"s, "/a/../b"s,
        "/a/.."s, "/a\0b"s, "/" + std::string(256, 'x')}) {
    EXPECT_EQ(CheckPath(path).code(), Code::kInvalidArgument) << path;
  }
}

TEST(PathTest, BoundsTheWholePath) {
  std::string path;
  while (path.size() < 4096) path += "/" + std::string(127, 'x');
  EXPECT_TRUE(CheckPath(path).ok());
  EXPECT_FALSE(CheckPath(path + "x").ok());
}

TEST(PathTest, ShowsAnOverlongPathShortenedAndPrintable) {
  const Status status = CheckPath("/\x1b[31m/" + std::string(5000, 'x'));
  EXPECT_LT(status.message().size(), 300U);
  EXPECT_EQ(status.message().find('\x1b'), std::string::npos);
}

TEST(PathTest, TellsWhatIsInsideARoot) {
  EXPECT_TRUE(IsInside("/app", "/app"));
  EXPECT_TRUE(IsInside("/app/x", "/app"));
  EXPECT_FALSE(IsInside("/application", "/app"));
  EXPECT_FALSE(IsInside("/ap", "/app"));
}

TEST(PathTest, TellsWhereAPathLies) {
  EXPECT_EQ(ParentOf("/app/x"), "/app");
  EXPECT_EQ(NameOf("/app/x"), "x");
  EXPECT_EQ(ParentOf("/app"), "");
  EXPECT_EQ(NameOf("/app"), "app");
}

}  // namespace
}  // namespace hawser::wire
