// What every byte stream must do, as one suite that runs against each kind of stream.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/support/memory_pipe.h"

namespace hawser::testing {

/// A kind of stream: how tests name it and how to get a connected pair of it.
struct StreamKind {
  std::string name;
  std::function<StreamPair()> connect;
};

/// INSTANTIATE_TEST_SUITE_P this with the kinds to check; StreamKindName as the name generator.
class ByteStreamContractTest : public ::testing::TestWithParam<StreamKind> {
 protected:
  void SetUp() override;

  StreamPair pair_;
};

std::string StreamKindName(const ::testing::TestParamInfo<StreamKind>& info);

/// Reads exactly `count` bytes within ten seconds; a test failure and what came otherwise.
std::string ReadExactly(net::ByteStream& stream, size_t count);

}  // namespace hawser::testing
