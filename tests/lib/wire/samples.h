// One valid message of every type, with every field set to something that a default would not be.
#pragma once

#include <vector>

#include "lib/wire/messages.h"

namespace hawser::wire::testing {

/// In the order of the variant's alternatives.
std::vector<Message> SampleMessages();

/// A file entry whose digest is that of `content`.
Entry FileEntry(std::string_view content);

}  // namespace hawser::wire::testing
