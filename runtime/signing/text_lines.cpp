#include "runtime/signing/text_lines.h"

#include <charconv>

#include "runtime/support/json_text.h"

namespace tally {

std::string_view TextLines::line_at(std::size_t at) const { return text_.substr(at, text_.find('\n', at) - at); }

void TextLines::refuse(std::string_view expected) {
  if (error_) return;
  const std::string_view line = line_at(last_);
  const std::string found = last_ == text_.size() ? "its end" : shown(line);
  error_ = Error{
      Cause::document,
      "`" + name_ + "`, line " + std::to_string(number_) + ": expected " + std::string(expected) + ", found " + found,
      help_};
}

std::string_view TextLines::value(std::string_view word, std::string_view described) {
  if (error_) return {};
  last_ = at_;
  ++number_;
  const std::string_view line = line_at(at_);
  const bool ends = at_ + line.size() < text_.size();
  if (!ends || !line.starts_with(word) || line.size() < word.size() + 2 || line[word.size()] != ' ') {
    const bool is_cut = !ends && at_ < text_.size() && line.starts_with(word);
    refuse(is_cut ? "a line that ends" : std::string(word) + " and " + std::string(described));
    return {};
  }
  at_ += line.size() + 1;
  return line.substr(word.size() + 1);
}

std::uint64_t TextLines::number(std::string_view word) {
  const std::string_view text = value(word, "a whole number");
  std::uint64_t out = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (fault != std::errc() || std::to_string(out) != text || out >> 63 != 0)
    refuse(std::string(word) + " and a whole number below 2^63");
  return out;
}

std::optional<Error> TextLines::finish() {
  if (error_ || at_ == text_.size()) return error_;
  last_ = at_;
  ++number_;
  refuse("its end");
  return error_;
}

}  // namespace tally
