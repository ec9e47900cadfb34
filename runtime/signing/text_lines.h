// The lines of a small file: a word, a blank and a value each.
//
// In:     the text, and the words that are expected, one after another
// Out:    the values, or an error that names the line, what is expected there, and what stands there
// Always: every line ends with a line feed. The first error stays, and later values are empty. It also names what
//         happened to a file on its way, as far as that shows: cut off, a line too many, ends of lines of another
//         system.
//
//   TextLines lines("a.sig", "serial 7\n", "`tally sign` writes it anew");
//   lines.value("serial")    "7"
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/hex.h"
#include "base/result.h"

namespace tally {

class TextLines {
 public:
  // `help` is the help of every error.
  TextLines(std::string name, std::string_view text, std::string help)
      : name_(std::move(name)), text_(text), help_(std::move(help)) {}

  // Reads the line `WORD VALUE`.
  std::string_view value(std::string_view word, std::string_view described = "VALUE");
  // Likewise, a value of so many bytes in hexadecimal.
  template <std::size_t size>
  std::array<std::uint8_t, size> bytes(std::string_view word);
  // Likewise, a whole number below 2^63, written as `std::to_string` writes it.
  std::uint64_t number(std::string_view word);
  // Whether the next line begins with the word.
  bool is_next(std::string_view word) const {
    return !error_ && text_.substr(at_).starts_with(std::string(word) + " ");
  }
  // How many bytes were read.
  std::size_t read() const { return at_; }
  // Expects the end of the text, which is that of `what`: "a signature". Returns the first error, if there was any.
  std::optional<Error> finish(std::string_view what);

  // Makes the line that was read last the error.
  void refuse(std::string_view expected);

 private:
  std::string_view line_at(std::size_t at) const;
  bool ends_with_line_feed(std::size_t at) const { return at + line_at(at).size() < text_.size(); }
  // Makes the line that was read last the error: what is wrong with it, and why.
  void fail(const std::string& what, const std::string& help);

  std::string name_;
  std::string_view text_;
  std::string help_;
  std::size_t at_ = 0, last_ = 0;  // of the next line, and of the one before
  std::size_t number_ = 0;         // of lines that were read
  std::optional<Error> error_;
};

template <std::size_t size>
std::array<std::uint8_t, size> TextLines::bytes(std::string_view word) {
  const std::string digits = std::to_string(2 * size) + " digits of 0-9a-f";
  const auto found = bytes_of_hex<size>(value(word, digits));
  if (!found) refuse(std::string(word) + " and " + digits);
  return found.value_or(std::array<std::uint8_t, size>{});
}

}  // namespace tally
