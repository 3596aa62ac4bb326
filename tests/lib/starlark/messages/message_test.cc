// The form of the catalogue's entries.
#include "lib/starlark/messages/message.h"

#include <gtest/gtest.h>

namespace hawser::starlark::messages {
namespace {

TEST(MessageTest, PutsArgumentsIntoTheHolesInOrder) {
  constexpr Message<3> kMessage = "got {}, want {} ({})";
  EXPECT_EQ(kMessage("int", 'x', -3), "got int, want x (-3)");
}

TEST(MessageTest, TakesAnArgumentAsItIs) {
  constexpr Message<2> kMessage = "{}{}";
  EXPECT_EQ(kMessage("{}", std::string_view("}{")), "{}}{");
}

TEST(MessageTest, IsItsTextWithoutArguments) {
  constexpr Message<0> kMessage = "single '}' in format";
  EXPECT_EQ(std::string(kMessage), "single '}' in format");
  EXPECT_EQ(std::string_view(kMessage), "single '}' in format");
}

}  // namespace
}  // namespace hawser::starlark::messages
