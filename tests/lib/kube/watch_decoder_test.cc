// A watch's body in pieces: events, ends of lines, limits and errors.
#include "lib/kube/watch_decoder.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hawser::kube {
namespace {

using Type = WatchEvent::Type;

constexpr char kBody[] =
    R"({"type":"ADDED","object":{"n":1}}
{"type":"MODIFIED","object":{"n":2}}

{"type":"DELETED","object":{"n":3}}
{"type":"BOOKMARK","object":{"n":4}}
)";

class WatchDecoderTest : public ::testing::Test {
 protected:
  Status FeedOne(std::string_view body) {
    WatchDecoder decoder([](const WatchEvent&) { return OkStatus(); });
    return decoder.Feed(body);
  }

  std::vector<std::pair<Type, int>> seen_;
  WatchDecoder decoder_{[this](const WatchEvent& event) {
    seen_.emplace_back(event.type, event.object->at("n").get<int>());
    return OkStatus();
  }};
};

TEST_F(WatchDecoderTest, ReadsEventsHoweverTheBodyIsCut) {
  const std::vector<std::pair<Type, int>> all = {
      {Type::kAdded, 1}, {Type::kModified, 2}, {Type::kDeleted, 3}, {Type::kBookmark, 4}};
  const std::string_view body(kBody);
  for (size_t piece = 1; piece <= body.size(); ++piece) {
    seen_.clear();
    for (size_t at = 0; at < body.size(); at += piece) {
      ASSERT_TRUE(decoder_.Feed(body.substr(at, piece)).ok());
    }
    EXPECT_EQ(seen_, all) << piece;
    EXPECT_TRUE(decoder_.AtBoundary());
  }
}

TEST_F(WatchDecoderTest, HoldsAnEventBackUntilItsLineEnds) {
  EXPECT_TRUE(decoder_.Feed(R"({"type":"ADDED","object":{"n":1}})").ok());
  EXPECT_TRUE(seen_.empty());
  EXPECT_FALSE(decoder_.AtBoundary());
  EXPECT_TRUE(decoder_.Feed("\n").ok());
  EXPECT_EQ(seen_.size(), 1U);
}

TEST_F(WatchDecoderTest, FailsAsAnErrorEventSays) {
  EXPECT_EQ(FeedOne(R"({"type":"ERROR","object":{"kind":"Status","code":410,"message":"old"}})"
                    "\n"),
            OutOfRangeError("old"));
  EXPECT_EQ(FeedOne("{\"type\":\"ERROR\",\"object\":{}}\n").code(), Code::kInternal);
}

TEST_F(WatchDecoderTest, RefusesWhatIsNoEvent) {
  for (const char* line :
       {"<html>", "[]", "7", "{}", R"({"type":"ADDED"})", R"({"type":"ADDED","object":[]})",
        R"({"object":{}})", R"({"type":"RENAMED","object":{}})", R"({"type":5,"object":{}})"}) {
    EXPECT_EQ(FeedOne(std::string(line) + "\n").code(), Code::kDataLoss) << line;
  }
}

TEST_F(WatchDecoderTest, FailuresDoNotShowTheObject) {
  const Status status = FeedOne(R"({"object":{"data":{"password":"s3cret"}},"type":"ADDED")"
                                "\n");
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_EQ(status.message().find("s3cret"), std::string::npos) << status;
}

TEST_F(WatchDecoderTest, RefusesLongEventsHoweverTheyAreCut) {
  const std::string line = R"({"type":"ADDED","object":{"n":1,"s":")" +
                           std::string(WatchDecoder::kMaxEventBytes, 'x') + "\"}}\n";
  EXPECT_EQ(FeedOne(line).code(), Code::kDataLoss);
  const std::string_view text(line);
  EXPECT_TRUE(decoder_.Feed(text.substr(0, 100)).ok());
  EXPECT_EQ(decoder_.Feed(text.substr(100)).code(), Code::kDataLoss);
  EXPECT_EQ(FeedOne(text.substr(0, line.size() - 1)).code(), Code::kDataLoss);
  EXPECT_TRUE(seen_.empty());
}

}  // namespace
}  // namespace hawser::kube
