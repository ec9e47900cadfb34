// The fault of a text that is not JSON.
//
// In:     the text, where the parser stopped, and its message.
// Out:    a fault with byte, line and column: "malformed JSON: syntax error, unexpected end of input".
// Always: the message has no bytes of the text, which may be secret or no UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "runtime/documents/facts.h"

namespace tally {

// `position` counts the bytes that were read, the faulty one included; `what` is the text of the exception.
DocumentFault malformed_json(std::string_view text, std::size_t position, const std::string& what);

}  // namespace tally
