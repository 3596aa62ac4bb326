// SHA-256 against its published vectors.
#include "lib/base/digest.h"

#include <gtest/gtest.h>

namespace hawser {
namespace {

constexpr char kEmpty[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char kMillionA[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(DigestTest, MatchesThePublishedVectors) {
  EXPECT_EQ(Sha256("").ToHex(), kEmpty);
  EXPECT_EQ(Sha256("abc").ToHex(), kAbc);
  EXPECT_EQ(Sha256(std::string(1000000, 'a')).ToHex(), kMillionA);
}

TEST(DigestTest, HashesInPieces) {
  Sha256Hasher hasher;
  for (int i = 0; i < 1000; ++i) hasher.Update(std::string(1000, 'a'));
  EXPECT_EQ(hasher.Finish().ToHex(), kMillionA);
}

TEST(DigestTest, StartsAnewAfterFinish) {
  Sha256Hasher hasher;
  hasher.Update("something");
  (void)hasher.Finish();
  hasher.Update("abc");
  EXPECT_EQ(hasher.Finish().ToHex(), kAbc);
  Sha256Hasher moved = std::move(hasher);
  EXPECT_EQ(moved.Finish().ToHex(), kEmpty);
}

TEST(DigestTest, ReadsWhatItWrites) {
  EXPECT_EQ(*Digest::FromHex(kAbc), Sha256("abc"));
  EXPECT_EQ(Sha256("abc").ToShortHex(), "ba7816bf8f01");
}

TEST(DigestTest, RefusesOtherText) {
  for (const std::string& text :
       {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(63, 'a') + "g"}) {
    EXPECT_EQ(Digest::FromHex(text).status().code(), Code::kInvalidArgument);
  }
}

TEST(DigestTest, IsZeroOnlyByDefault) {
  EXPECT_TRUE(Digest().IsZero());
  EXPECT_FALSE(Sha256("").IsZero());
}

}  // namespace
}  // namespace hawser
