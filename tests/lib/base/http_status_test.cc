// HTTP statuses as codes, by table.
#include "lib/base/http_status.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace hawser {
namespace {

TEST(HttpStatusTest, MapsRefusalsToCodes) {
  const std::vector<std::pair<int, Code>> meanings = {{400, Code::kInvalidArgument},
                                                      {401, Code::kUnauthenticated},
                                                      {403, Code::kPermissionDenied},
                                                      {404, Code::kNotFound},
                                                      {405, Code::kUnimplemented},
                                                      {408, Code::kDeadlineExceeded},
                                                      {409, Code::kAborted},
                                                      {410, Code::kOutOfRange},
                                                      {412, Code::kFailedPrecondition},
                                                      {418, Code::kInvalidArgument},
                                                      {422, Code::kInvalidArgument},
                                                      {429, Code::kResourceExhausted},
                                                      {499, Code::kInvalidArgument},
                                                      {500, Code::kUnavailable},
                                                      {502, Code::kUnavailable},
                                                      {503, Code::kUnavailable},
                                                      {504, Code::kUnavailable},
                                                      {599, Code::kUnavailable}};
  for (const auto& [http_status, code] : meanings) {
    EXPECT_EQ(CodeOfHttpStatus(http_status), code) << http_status;
  }
}

TEST(HttpStatusTest, NothingIsOk) {
  for (const int http_status : {-1, 0, 101, 200, 204, 302, 399}) {
    EXPECT_EQ(CodeOfHttpStatus(http_status), Code::kInternal) << http_status;
  }
}

}  // namespace
}  // namespace hawser
