// Patches are made once, held within a bound, and never when making them failed.
#include "lib/sync/send/patch_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

namespace hawser::sync {
namespace {

std::shared_ptr<const std::string> Text(size_t size, char fill) {
  return std::make_shared<const std::string>(size, fill);
}

class PatchCacheTest : public ::testing::Test {
 protected:
  PatchCache::Patch Get(const Digest& base, const Digest& content, size_t size) {
    return cache_
        .GetOrEncode(base, content,
                     [&]() -> Result<PatchCache::Patch> {
                       ++encoded_;
                       return Text(size, 'p');
                     })
        .value();
  }

  const Digest a_ = Sha256("a");
  const Digest b_ = Sha256("b");
  PatchCache cache_{1000};
  std::atomic<int> encoded_ = 0;
};

TEST_F(PatchCacheTest, KnowsPatchesByBothEndsAndStaysWithinItsBound) {
  const PatchCache::Patch patch = Get(a_, b_, 400);
  EXPECT_EQ(Get(a_, b_, 400), patch);
  EXPECT_TRUE(cache_.Expects(a_, b_));
  EXPECT_FALSE(cache_.Expects(b_, a_));
  Get(b_, a_, 400);
  EXPECT_FALSE(cache_.Expects(a_, b_)) << "the oldest went";
  EXPECT_TRUE(cache_.Expects(b_, a_));
  Get(a_, a_, 1001);
  EXPECT_FALSE(cache_.Expects(a_, a_)) << "larger than the cache";
  EXPECT_EQ(encoded_, 3);
}

TEST_F(PatchCacheTest, CountsWhatSmallPatchesTakeBesideTheirBytes) {
  for (int i = 0; i < 100; ++i) Get(a_, Sha256(std::to_string(i)), 1);
  EXPECT_FALSE(cache_.Expects(a_, Sha256("0")));
  EXPECT_TRUE(cache_.Expects(a_, Sha256("99")));
}

TEST_F(PatchCacheTest, ThreadsThatWantTheSamePatchEncodeItOnce) {
  std::vector<std::jthread> threads;
  std::latch ready(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      ready.arrive_and_wait();
      EXPECT_EQ(*Get(a_, b_, 400), std::string(400, 'p'));
    });
  }
  threads.clear();
  EXPECT_EQ(encoded_, 1);
}

TEST_F(PatchCacheTest, AFailureIsNotKept) {
  const auto fail = []() -> Result<PatchCache::Patch> { return AbortedError("changed"); };
  EXPECT_EQ(cache_.GetOrEncode(a_, b_, fail).status().code(), Code::kAborted);
  EXPECT_FALSE(cache_.Expects(a_, b_));
  EXPECT_NE(Get(a_, b_, 400), nullptr);
}

}  // namespace
}  // namespace hawser::sync
