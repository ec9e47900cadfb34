// Source text to tokens: the first half of the parser. Private to grammar/.
//
// In:     the text of a file; any bytes.
// Out:    its tokens, the last of them `end`. `limit < 30` has the tokens `limit`, `<`, `30` and `end`.
// Always: every byte outside of white space and comments lies in exactly one token, in order; what
//         does not belong to the language is a token too (`other`, `strange`, `open_text`, ...), so
//         that the parser can report what was expected where it stands. Linear in the text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tally::syntax {

enum class Kind : std::uint8_t {
  end,
  word,       // a name or a keyword
  dashed,     // a word that ends in `-`
  strange,    // a word with characters that no name has
  number,     // digits, unchecked: `5`, `1_000`, `5x`
  range,      // `5..30`, `5..`, `..30`
  text,       // `"..."`, escapes unchecked
  open_text,  // a text that its line does not close
  pointer,    // `/a/b`
  left_paren,
  right_paren,
  left_bracket,
  right_bracket,
  left_brace,
  right_brace,
  colon,
  comma,
  dot,
  dots,      // `..` without a number at its side
  ellipsis,  // `...`
  question,
  bar,
  star,
  minus,
  assign,  // `=`
  less,
  less_equal,
  greater,
  greater_equal,
  // Operators of other languages: known, so that a slip gets advice.
  equal_equal,
  not_equal,
  bang,
  and_and,
  colon_assign,
  semicolon,
  other,  // any other byte
};

// Whether a bracket of any sort opens, or closes.
inline bool opens(Kind kind) {
  return kind == Kind::left_paren || kind == Kind::left_bracket || kind == Kind::left_brace;
}
inline bool closes(Kind kind) {
  return kind == Kind::right_paren || kind == Kind::right_bracket || kind == Kind::right_brace;
}

enum class Word : std::uint8_t {
  none,  // not a keyword
#define TALLY_KEYWORD(name, spelling) name,
#include "grammar/parse/tokens/keywords.def"
#undef TALLY_KEYWORD
};

// The keyword that a word is, or `none`.
Word keyword(std::string_view word);
// Whether a keyword begins a declaration.
bool begins_declaration(Word word);

struct Token {
  std::uint32_t begin = 0;  // byte offsets in the text
  std::uint32_t end = 0;
  Kind kind = Kind::end;
  Word word = Word::none;
  bool spaced = false;      // does not touch what stands before it
  bool line_start = false;  // the first token of its line
  bool column_one = false;  // nothing at all stands before it in its line
};

// `# ...`, without the line break.
struct Comment {
  std::uint32_t begin = 0, end = 0;  // byte offsets in the text
};

struct Lexed {
  std::vector<Token> tokens;  // the last is `end`
  std::vector<Comment> comments;
};

// A byte order mark at the start is skipped.
Lexed lex(std::string_view text);

}  // namespace tally::syntax
