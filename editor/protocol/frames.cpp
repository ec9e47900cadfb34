#include "editor/protocol/frames.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace tally::editor {
namespace {

constexpr std::size_t max_header_line = 4'096;

// A line without its end. What goes beyond the bound is left out.
bool read_line(std::istream& in, std::string& line) {
  line.clear();
  for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
    if (c == '\n') {
      if (line.ends_with('\r')) line.pop_back();
      return true;
    }
    if (line.size() < max_header_line) line += static_cast<char>(c);
  }
  return false;
}

std::optional<std::size_t> content_length(std::string line) {
  constexpr std::string_view name = "content-length:";
  std::transform(line.begin(), line.end(), line.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  // Garbage may stand in front, if a frame before was shorter than its header.
  const std::size_t at = line.find(name);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t digits = line.find_first_not_of(" \t", at + name.size());
  if (digits == std::string::npos) return std::nullopt;
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(line.data() + digits, line.data() + line.size(), length);
  if (error != std::errc()) return std::nullopt;
  return length;
}

}  // namespace

std::optional<std::string> read_frame(std::istream& in) {
  std::optional<std::size_t> length;
  std::string line;
  while (read_line(in, line)) {
    if (!line.empty()) {
      if (const auto found = content_length(line)) length = found;
      continue;
    }
    if (!length) continue;
    if (*length > max_frame_bytes) {
      in.ignore(static_cast<std::streamsize>(std::min(*length, std::size_t{1} << 62)));
      length.reset();
      continue;
    }
    std::string content(*length, '\0');
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (static_cast<std::size_t>(in.gcount()) < content.size()) return std::nullopt;
    return content;
  }
  return std::nullopt;
}

void write_frame(std::ostream& out, const std::string& content) {
  out << "Content-Length: " << content.size() << "\r\n\r\n" << content << std::flush;
}

}  // namespace tally::editor
