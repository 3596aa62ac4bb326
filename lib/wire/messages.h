// The messages between client and agent, as plain values. PROTOCOL.md is the contract;
// message_codec.h the bytes.
#pragma once

#include <variant>

#include "lib/base/status.h"
#include "lib/wire/app_messages.h"
#include "lib/wire/batch_messages.h"
#include "lib/wire/carry_messages.h"
#include "lib/wire/opening_messages.h"
#include "lib/wire/pull_messages.h"
#include "lib/wire/sums_messages.h"
#include "lib/wire/supervisor_messages.h"

namespace hawser::wire {

using Message = std::variant<
    Hello, Welcome, Reject, Configure, TreeRequest, TreeReply, NodesRequest, NodesReply, BatchBegin,
    Changes, Data, BatchEnd, Need, Progress, StepOutput, BatchResult, StatusRequest, StatusReply,
    LogRequest, LogChunk, RestartRequest, RestartResult, Ping, Pong, SupervisorHello, ApplyRequest,
    ApplyResult, AppStatus, PullList, PullListing, PullRead, PullPiece, PushState, SumsRequest,
    SumsReply, RangeSumsRequest, RestartOrder, RestartState, Prepare, ContainerState, ListenRequest,
    ListenReply, Arrival, ArrivalRefused, CarryRequest, CarryReply, StreamPiece, StreamEnd>;

/// Checks what a decoder can't: paths absolute and normalised, modes in range, enums known, indexes
/// consistent. invalid_argument names the field. Every received message passes through here before
/// anyone acts on it.
Status Validate(const Message& message);

}  // namespace hawser::wire
