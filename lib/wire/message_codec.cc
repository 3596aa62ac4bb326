// Messages to bytes and back, by the type numbers that never change.
#include "lib/wire/message_codec.h"

#include "lib/wire/fields_app.h"
#include "lib/wire/fields_batch.h"
#include "lib/wire/fields_carry.h"
#include "lib/wire/fields_opening.h"
#include "lib/wire/fields_pull.h"
#include "lib/wire/fields_sums.h"
#include "lib/wire/fields_supervisor.h"

namespace hawser::wire {
namespace {

/// The type number of each message. Once released, a number is never changed or used again.
template <typename M>
inline constexpr uint16_t kType = 0;
template <>
inline constexpr uint16_t kType<Hello> = 1;
template <>
inline constexpr uint16_t kType<Welcome> = 2;
template <>
inline constexpr uint16_t kType<Reject> = 3;
template <>
inline constexpr uint16_t kType<Ping> = 4;
template <>
inline constexpr uint16_t kType<Pong> = 5;
template <>
inline constexpr uint16_t kType<Configure> = 16;
template <>
inline constexpr uint16_t kType<TreeRequest> = 32;
template <>
inline constexpr uint16_t kType<TreeReply> = 33;
template <>
inline constexpr uint16_t kType<NodesRequest> = 34;
template <>
inline constexpr uint16_t kType<NodesReply> = 35;
template <>
inline constexpr uint16_t kType<SumsRequest> = 36;
template <>
inline constexpr uint16_t kType<SumsReply> = 37;
template <>
inline constexpr uint16_t kType<RangeSumsRequest> = 38;
template <>
inline constexpr uint16_t kType<BatchBegin> = 48;
template <>
inline constexpr uint16_t kType<Changes> = 49;
template <>
inline constexpr uint16_t kType<Data> = 50;
template <>
inline constexpr uint16_t kType<BatchEnd> = 51;
template <>
inline constexpr uint16_t kType<Need> = 52;
template <>
inline constexpr uint16_t kType<Progress> = 53;
template <>
inline constexpr uint16_t kType<StepOutput> = 54;
template <>
inline constexpr uint16_t kType<BatchResult> = 55;
template <>
inline constexpr uint16_t kType<StatusRequest> = 64;
template <>
inline constexpr uint16_t kType<StatusReply> = 65;
template <>
inline constexpr uint16_t kType<LogRequest> = 66;
template <>
inline constexpr uint16_t kType<LogChunk> = 67;
template <>
inline constexpr uint16_t kType<RestartRequest> = 68;
template <>
inline constexpr uint16_t kType<RestartResult> = 69;
template <>
inline constexpr uint16_t kType<SupervisorHello> = 80;
template <>
inline constexpr uint16_t kType<ApplyRequest> = 81;
template <>
inline constexpr uint16_t kType<ApplyResult> = 82;
template <>
inline constexpr uint16_t kType<AppStatus> = 83;
template <>
inline constexpr uint16_t kType<PushState> = 84;
template <>
inline constexpr uint16_t kType<RestartOrder> = 85;
template <>
inline constexpr uint16_t kType<RestartState> = 86;
template <>
inline constexpr uint16_t kType<Prepare> = 87;
template <>
inline constexpr uint16_t kType<ContainerState> = 88;
template <>
inline constexpr uint16_t kType<PullList> = 96;
template <>
inline constexpr uint16_t kType<PullListing> = 97;
template <>
inline constexpr uint16_t kType<PullRead> = 98;
template <>
inline constexpr uint16_t kType<PullPiece> = 99;
template <>
inline constexpr uint16_t kType<ListenRequest> = 112;
template <>
inline constexpr uint16_t kType<ListenReply> = 113;
template <>
inline constexpr uint16_t kType<Arrival> = 114;
template <>
inline constexpr uint16_t kType<ArrivalRefused> = 115;
template <>
inline constexpr uint16_t kType<CarryRequest> = 116;
template <>
inline constexpr uint16_t kType<CarryReply> = 117;
template <>
inline constexpr uint16_t kType<StreamPiece> = 118;
template <>
inline constexpr uint16_t kType<StreamEnd> = 119;

/// Opening messages are read before a version is agreed, so a newer peer may have added fields at
/// their end.
template <typename M>
inline constexpr bool kMayGrow = std::is_same_v<M, Hello> || std::is_same_v<M, Welcome> ||
                                 std::is_same_v<M, Reject> || std::is_same_v<M, SupervisorHello>;

/// A newer agent may have reasons that this version has no name for; its message still tells the
/// user.
void Settle(Reject& message) {
  if (message.reason < RejectReason::kVersion || message.reason > RejectReason::kShuttingDown) {
    message.reason = RejectReason::kProtocol;
  }
}
template <typename M>
void Settle(M&) {}

template <typename M>
Result<std::optional<Message>> DecodeAs(std::string_view payload) {
  M message;
  Decoder decoder(payload);
  Fields(decoder, message);
  if (!kMayGrow<M>) decoder.End();
  HAWSER_RETURN_IF_ERROR(decoder.status());
  Settle(message);
  Message decoded(std::move(message));
  if (const Status valid = Validate(decoded); !valid.ok())
    return DataLossError("invalid message: " + valid.message());
  return std::optional<Message>(std::move(decoded));
}

/// Tries the alternatives of Message one after the other.
template <size_t kIndex = 0>
Result<std::optional<Message>> DecodeAny(uint16_t type, std::string_view payload) {
  if constexpr (kIndex < std::variant_size_v<Message>) {
    using M = std::variant_alternative_t<kIndex, Message>;
    static_assert(kType<M> != 0, "every message needs a type number");
    if (type == kType<M>) return DecodeAs<M>(payload);
    return DecodeAny<kIndex + 1>(type, payload);
  } else {
    return std::optional<Message>();
  }
}

}  // namespace

uint16_t TypeOf(const Message& message) {
  return std::visit([]<typename M>(const M&) { return kType<M>; }, message);
}

Result<std::string> EncodeMessage(const Message& message) {
  HAWSER_RETURN_IF_ERROR(Validate(message).Annotate("a message cannot be sent"));
  Encoder encoder;
  std::visit([&](const auto& m) { Fields(encoder, m); }, message);
  HAWSER_RETURN_IF_ERROR(encoder.status());
  return encoder.Take();
}

Result<std::optional<Message>> DecodeMessage(uint16_t type, std::string_view payload) {
  return DecodeAny(type, payload);
}

}  // namespace hawser::wire
