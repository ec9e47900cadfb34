// Runs the token grammar of token_grammar.h over characters: see lexer.h.
#include "grammar/parse/tokens/lexer.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "grammar/parse/tokens/token_grammar.h"

namespace tally::syntax {

namespace {

namespace pegtl = tao::pegtl;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

using Keyword = std::pair<std::string_view, Word>;
constexpr Keyword listed[] = {
#define TALLY_KEYWORD(name, spelling) {spelling, Word::name},
#include "grammar/parse/tokens/keywords.def"
#undef TALLY_KEYWORD
};

// Sorted by spelling.
constexpr std::array<Keyword, std::size(listed)> keywords = [] {
  std::array<Keyword, std::size(listed)> sorted{};
  std::copy(std::begin(listed), std::end(listed), sorted.begin());
  std::sort(sorted.begin(), sorted.end(), [](const Keyword& x, const Keyword& y) { return x.first < y.first; });
  return sorted;
}();

// The first keyword that begins with a letter, or with a later one.
constexpr std::array<std::uint8_t, 26> first_keyword = [] {
  std::array<std::uint8_t, 26> first{};
  for (std::size_t letter = 0; letter < first.size(); ++letter) {
    while (first[letter] < keywords.size() && keywords[first[letter]].first.front() < static_cast<char>('a' + letter)) {
      ++first[letter];
    }
  }
  return first;
}();

// Collects the tokens that the grammar's actions report, in order.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  void add(Kind kind, const char* begin, const char* end) {
    Token token;
    token.begin = static_cast<std::uint32_t>(begin - text_.data());
    token.end = static_cast<std::uint32_t>(end - text_.data());
    token.kind = kind;
    if (kind == Kind::word) token.word = keyword({begin, static_cast<std::size_t>(end - begin)});
    place(token);
    tokens_.push_back(token);
    last_end_ = token.end;
  }

  void add_comment(const char* begin, const char* end) {
    if (end > begin && end[-1] == '\r') --end;
    comments_.push_back(
        {static_cast<std::uint32_t>(begin - text_.data()), static_cast<std::uint32_t>(end - text_.data())});
  }

  Lexed finish() && {
    Token token;
    token.begin = token.end = static_cast<std::uint32_t>(text_.size());
    place(token);
    tokens_.push_back(token);
    return {std::move(tokens_), std::move(comments_)};
  }

 private:
  void place(Token& token) const {
    const std::string_view gap = text_.substr(last_end_, token.begin - last_end_);
    token.spaced = !gap.empty() || tokens_.empty();
    token.line_start = tokens_.empty() || gap.find('\n') != std::string_view::npos;
    token.column_one = token.begin == 0 || text_[token.begin - 1] == '\n' ||
                       (tokens_.empty() && token.begin == byte_order_mark.size() && text_.starts_with(byte_order_mark));
  }

  std::string_view text_;
  std::uint32_t last_end_ = 0;
  std::vector<Token> tokens_;
  std::vector<Comment> comments_;
};

template <Kind kind>
struct Emit {
  template <typename Input>
  static void apply(const Input& in, Tokens& tokens) {
    tokens.add(kind, in.begin(), in.end());
  }
};

template <typename Rule>
struct Action : pegtl::nothing<Rule> {};
template <>
struct Action<rules::comment> {
  template <typename Input>
  static void apply(const Input& in, Tokens& tokens) {
    tokens.add_comment(in.begin(), in.end());
  }
};
template <>
struct Action<rules::word> : Emit<Kind::word> {};
template <>
struct Action<rules::dashed> : Emit<Kind::dashed> {};
template <>
struct Action<rules::strange> : Emit<Kind::strange> {};
template <>
struct Action<rules::range> : Emit<Kind::range> {};
template <>
struct Action<rules::number> : Emit<Kind::number> {};
template <>
struct Action<rules::text> : Emit<Kind::text> {};
template <>
struct Action<rules::open_text> : Emit<Kind::open_text> {};
template <>
struct Action<rules::pointer> : Emit<Kind::pointer> {};
template <>
struct Action<rules::ellipsis> : Emit<Kind::ellipsis> {};
template <>
struct Action<rules::other> : Emit<Kind::other> {};
template <Kind kind, char... characters>
struct Action<rules::symbol<kind, characters...>> : Emit<kind> {};

}  // namespace

Word keyword(std::string_view word) {
  if (word.empty() || word.front() < 'a' || word.front() > 'z') return Word::none;
  for (std::size_t i = first_keyword[word.front() - 'a']; i < keywords.size(); ++i) {
    if (keywords[i].first == word) return keywords[i].second;
    if (keywords[i].first.front() != word.front()) break;
  }
  return Word::none;
}

bool begins_declaration(Word word) { return word >= Word::use && word <= Word::example; }

Lexed lex(std::string_view text) {
  Tokens tokens(text);
  const std::size_t skip = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  if (text.size() > skip) {
    pegtl::memory_input<pegtl::tracking_mode::lazy, pegtl::eol::lf> in(text.data() + skip, text.data() + text.size(),
                                                                       "");
    pegtl::parse<rules::file, Action>(in, tokens);
  }
  return std::move(tokens).finish();
}

}  // namespace tally::syntax
