// Columns of text aligned with spaces.
#pragma once

#include <string>
#include <vector>

namespace hawser::cli {

/// Rows below an upper-case header, three spaces between columns and none at line ends. Every row
/// has as many cells as the header.
std::string FormatTable(const std::vector<std::string>& header,
                        const std::vector<std::vector<std::string>>& rows);

}  // namespace hawser::cli
