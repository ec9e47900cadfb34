// The shape of a file: its symbols, what can be folded, the colours of its words.
//
// In:     a reading, and a file of it
// Out:    a tree of declarations, ranges of lines, tokens with their kinds
// Always: ranges lie in the text and are in its order; that of a symbol contains those of its members
#pragma once

#include <string>
#include <vector>

#include "editor/reading.h"

namespace tally::editor {

enum class OutlineKind : std::uint8_t {
  file,
  type,
  value,
  field,
  input,
  let,
  function,
  list,
  decision,
  proof,
  example
};

struct OutlineItem {
  OutlineKind kind = OutlineKind::decision;
  std::string name;      // of a proof without a title its claim
  std::string detail;    // `flag`, `amends`; may be empty
  ByteRange whole, own;  // the declaration, and its name
  std::vector<OutlineItem> members;
};
std::vector<OutlineItem> outline(const Reading& reading, FileId file);

struct Fold {
  ByteRange bytes;
  bool is_comment = false;
};
// Brackets and comments of several lines, and what stands between two of them.
std::vector<Fold> folds(const Reading& reading, FileId file);

enum class TokenKind : std::uint8_t {
  keyword,
  comment,
  text,
  number,
  op,
  type,
  value,
  input,
  field,
  let,
  function,
  decision,
  parameter,
  file
};
struct ColouredToken {
  ByteRange bytes;
  TokenKind kind = TokenKind::keyword;
  bool declares = false;
};
std::vector<ColouredToken> coloured_tokens(const Reading& reading, FileId file);

// The comment that stands directly above an offset, without `#`; empty if there is none.
std::string comment_above(std::string_view text, std::uint32_t offset);

// Words that are keywords at some places only, such as `like`.
bool is_soft_keyword(std::string_view word);

}  // namespace tally::editor
