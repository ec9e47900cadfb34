#include "runtime/documents/malformed_json.h"

#include <algorithm>

namespace tally {
namespace {

// The parser's message, without its prefix and without bytes of the text.
std::string reason_of(const std::string& what) {
  std::string text = what;
  for (const std::string_view mark : {"] ", "column ", ": ", " - "}) {
    if (const auto at = text.find(mark); at != std::string::npos) text.erase(0, at + mark.size());
  }
  if (const auto read = text.find("; last read: "); read != std::string::npos) {
    const auto expected = text.rfind("; expected ");
    text.erase(read, expected == std::string::npos || expected < read ? std::string::npos : expected - read);
  }
  std::erase_if(text, [](char c) { return c < 0x20 || c > 0x7e; });
  return text;
}

}  // namespace

DocumentFault malformed_json(std::string_view text, std::size_t position, const std::string& what) {
  DocumentFault fault;
  fault.code = FaultId::malformed;
  fault.message = "malformed JSON: " + reason_of(what);
  const std::size_t byte = std::min(position == 0 ? 0 : position - 1, text.size());
  fault.byte = byte;
  const std::string_view before = text.substr(0, byte);
  fault.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t newline = before.rfind('\n');
  const std::string_view in_line = before.substr(newline == std::string_view::npos ? 0 : newline + 1);
  fault.column = 1 + static_cast<std::size_t>(std::count_if(in_line.begin(), in_line.end(), [](char c) {
                   return (static_cast<unsigned char>(c) & 0xc0) != 0x80;  // characters, not bytes
                 }));
  return fault;
}

}  // namespace tally
