// A destination gives the container path back, and many share what they begin with.
#include "lib/sync/workspace/destination.h"

#include <gtest/gtest.h>

namespace hawser::sync {
namespace {

TEST(DestinationTest, GivesTheContainerPathBack) {
  struct Case {
    std::string path, container;
  };
  Destination::Beginnings beginnings;
  for (const Case& each :
       {Case{"src/a.py", "/app/a.py"}, Case{"src/b/c.py", "/app/b/c.py"}, Case{"a.py", "/app/a.py"},
        Case{"b/a.py", "/app/b/a.py"}, Case{"one.txt", "/etc/other.conf"}, Case{"web/src", "/src"},
        Case{"web/src/x", "/src/x"}, Case{"websrc/x", "/src/x"}, Case{"x", "/x"}}) {
    const Destination destination(each.path, each.container, beginnings);
    EXPECT_EQ(destination.Of(each.path), each.container);
    EXPECT_TRUE(destination.exists());
  }
  // "/app", "/app/", "/etc/other.conf", "", "/".
  EXPECT_LE(beginnings.size(), 6U);
}

TEST(DestinationTest, IsEqualWhereTheContainerPathIs) {
  Destination::Beginnings beginnings;
  const Destination app("src/a", "/app/a", beginnings);
  EXPECT_EQ(app, Destination("src/a", "/app/a", beginnings));
  EXPECT_NE(app, Destination("src/a", "/srv/a", beginnings));
  EXPECT_NE(app, Destination("src/a", "/app/src/a", beginnings));
  EXPECT_NE(app, Destination());
  EXPECT_EQ(Destination().Of("src/a"), "");
  EXPECT_FALSE(Destination().exists());
}

}  // namespace
}  // namespace hawser::sync
