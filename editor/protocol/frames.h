// Messages over streams, as language servers exchange them: "Content-Length: N", a blank line, N bytes.
//
// In:     a stream of bytes, also a broken one
// Out:    the content of one frame after the other
// Always: a frame without a length, or one that is too long, is passed over, and reading goes on
#pragma once

#include <istream>
#include <optional>
#include <ostream>
#include <string>

namespace tally::editor {

inline constexpr std::size_t max_frame_bytes = std::size_t{64} << 20;

// Returns the next content, or nothing at the end of the stream.
std::optional<std::string> read_frame(std::istream& in);
void write_frame(std::ostream& out, const std::string& content);

}  // namespace tally::editor
