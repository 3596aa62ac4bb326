// Every kind of byte stream keeps the same contract.
#include "lib/net/stream.h"

#include "tests/lib/net/stream_kinds.h"
#include "tests/support/byte_stream_contract.h"

namespace hawser::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(
    StreamTest, ByteStreamContractTest,
    ::testing::Values(StreamKind{"MemoryPipe", [] { return MakeMemoryPipe(); }},
                      StreamKind{"Tcp", ConnectTcpPair}, StreamKind{"UnixSocket", ConnectUnixPair},
                      StreamKind{"TlsOverMemoryPipe",
                                 [] { return ConnectTlsPair(MakeMemoryPipe()); }},
                      StreamKind{"TlsOverTcp", [] { return ConnectTlsPair(ConnectTcpPair()); }}),
    StreamKindName);

}  // namespace
}  // namespace hawser::testing
