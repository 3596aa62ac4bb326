// Writes one batch onto a channel: chooses how each file travels, encodes it, and streams with
// bounded memory.
#pragma once

#include "lib/sync/send/batch_request.h"
#include "lib/sync/send/sending_content.h"
#include "lib/wire/channel.h"

namespace hawser::sync {

/// Sends the batch, unless a file changed since the snapshot (BatchCost::changed). Failures are the
/// channel's. Blocks while the stream takes bytes.
Result<BatchCost> WriteBatch(wire::Channel& channel, const BatchRequest& request,
                             SendingContent& content, Deadline deadline);

}  // namespace hawser::sync
