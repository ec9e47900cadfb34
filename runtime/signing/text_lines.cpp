#include "runtime/signing/text_lines.h"

#include <charconv>

#include "runtime/support/json_text.h"

namespace tally {

std::string_view TextLines::line_at(std::size_t at) const { return text_.substr(at, text_.find('\n', at) - at); }

void TextLines::fail(const std::string& what, const std::string& help) {
  error_ = Error{Cause::document, "`" + name_ + "`, line " + std::to_string(number_) + ": " + what, help};
}

void TextLines::refuse(std::string_view expected) {
  if (error_) return;
  const std::string_view line = line_at(last_);
  const std::string wanted(expected);
  const std::string copy = "copy the file again, byte for byte; or " + help_;
  if (last_ == text_.size()) return fail("the file is cut off before it: expected " + wanted + ", found its end", copy);
  if (line.ends_with('\r'))
    return fail("it ends with CR LF, and LF alone was expected: the file was copied as text", copy);
  const std::string word = wanted.substr(0, wanted.find_first_of(" ,"));
  const std::string_view begun = line.substr(0, word.size());
  if (!ends_with_line_feed(last_) && word.starts_with(begun))
    return fail("the file is cut off in it: expected " + wanted + " and a line feed, found " + shown(line), copy);
  const std::string_view next = ends_with_line_feed(last_) ? line_at(last_ + line.size() + 1) : std::string_view();
  if (next.starts_with(word + " ") && !line.starts_with(word + " "))
    return fail("a line too many: expected " + wanted + ", which follows it, found " + shown(line), help_);
  fail("expected " + wanted + ", found " + shown(line), help_);
}

std::string_view TextLines::value(std::string_view word, std::string_view described) {
  if (error_) return {};
  last_ = at_;
  ++number_;
  const std::string_view line = line_at(at_);
  if (!ends_with_line_feed(at_) || !line.starts_with(word) || line.size() < word.size() + 2 ||
      line[word.size()] != ' ') {
    refuse(std::string(word) + " and " + std::string(described));
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

std::optional<Error> TextLines::finish(std::string_view what) {
  if (error_ || at_ == text_.size()) return error_;
  last_ = at_;
  ++number_;
  fail("it stands behind " + std::string(what) + ", whose end was expected, found " + shown(line_at(at_)), help_);
  return error_;
}

}  // namespace tally
