#include "grammar/parse/cursor.h"

#include <utility>

#include "grammar/parse/literal.h"
#include "grammar/parse/parser.h"

namespace tally::syntax {

namespace {

constexpr std::size_t max_quoted = 40;  // bytes of the user's text in a message

Kind closer(Kind opener) {
  switch (opener) {
    case Kind::left_paren: return Kind::right_paren;
    case Kind::left_bracket: return Kind::right_bracket;
    default: return Kind::right_brace;
  }
}

const char* spelling(Kind closing) {
  switch (closing) {
    case Kind::right_paren: return "`)`";
    case Kind::right_bracket: return "`]`";
    default: return "`}`";
  }
}

// Advice for what other languages write.
const char* advice(Kind kind, std::string_view text) {
  switch (kind) {
    case Kind::equal_equal: return "`is` compares, `=` defines";
    case Kind::not_equal: return "write `is not`";
    case Kind::bang: return "write `not`";
    case Kind::and_and: return "write `and`";
    case Kind::colon_assign: return "write `=`";
    case Kind::semicolon: return "leave the `;` out: white space separates";
    case Kind::pointer: return text.starts_with("//") ? "a comment begins with `#`" : nullptr;
    case Kind::other: return text == "'" ? "a text stands in double quotes" : nullptr;
    default: return nullptr;
  }
}

// The keywords in backticks of what was expected: "`when` or `otherwise` after
// the outcome".
std::vector<std::string> expected_words(const std::string& what) {
  std::vector<std::string> words;
  for (std::size_t begin = what.find('`'); begin != std::string::npos;) {
    const std::size_t end = what.find('`', begin + 1);
    if (end == std::string::npos) break;
    std::string word = what.substr(begin + 1, end - begin - 1);
    if (keyword(word) != Word::none || word == "boolean" || word == "string" || word == "object") {
      words.push_back(std::move(word));
    }
    begin = what.find('`', end + 1);
  }
  return words;
}

}  // namespace

void report(const Fault& fault, Diagnostics& diagnostics) {
  const Diagnostic& from = fault.diagnostic;
  Diagnostic& to = diagnostics.add(from.code, from.span.value_or(Span{}), from.message);
  to.labels = from.labels;
  to.notes = from.notes;
  to.helps = from.helps;
}

Cursor::Cursor(FileId file, std::string_view text, std::span<const std::uint32_t> origins)
    : file_(file), text_(text), origins_(origins), tokens_(lex(text)) {}

// --- looking and taking -------------------------------------------------------

bool Cursor::at_field() const {
  const Kind kind = peek().kind;
  return (kind == Kind::word || kind == Kind::dashed || kind == Kind::strange) && peek(1).kind == Kind::colon;
}

bool Cursor::at_declaration(std::size_t index) const {
  const Token& first = token(index);
  // `type : text` is a field, and `x.` and then `type` another.
  return first.line_start && begins_declaration(first.word) && token(index + 1).kind != Kind::colon &&
         (index == 0 || token(index - 1).kind != Kind::dot);
}

const Token& Cursor::take() {
  const Token& taken = peek();
  if (taken.kind != Kind::end) ++position_;
  return taken;
}

bool Cursor::accept(Kind kind) {
  if (!at(kind)) return false;
  take();
  return true;
}

bool Cursor::accept(Word word) {
  if (!at(word)) return false;
  take();
  return true;
}

Span Cursor::span(const Token& token) const { return {file_, origin(token.begin), origin(token.end)}; }

Span Cursor::since(std::size_t start) const {
  const Token& first = token(start);
  const Token& last = position_ > start ? token(position_ - 1) : first;
  return {file_, origin(first.begin), origin(last.end)};
}

// --- taking what is wanted, or a fault ----------------------------------------

void Cursor::expect(Kind kind, const Want& want) {
  if (!accept(kind)) throw unexpected(want);
}

void Cursor::expect(Word word, const Want& want) {
  if (!accept(word)) throw unexpected(want);
}

ast::Name Cursor::name(const Want& want) {
  if (!at(Kind::word) || at_declaration(position_)) throw unexpected(want);
  if (!at(Word::none)) throw reserved(peek());
  const Token& taken = take();
  return {std::string(text(taken)), span(taken)};
}

ast::Name Cursor::field_name(const Want& want) {
  if (!at(Kind::word)) throw unexpected(want);
  const Token& taken = take();
  return {std::string(text(taken)), span(taken)};
}

ast::Text Cursor::text_literal(const Want& want) {
  if (!at(Kind::text)) throw unexpected(want);
  const Token& taken = take();
  const std::string_view body = text(taken).substr(1, taken.end - taken.begin - 2);
  auto decoded = decode_text(body);
  if (const auto* wrong = std::get_if<LiteralFault>(&decoded)) {
    const std::uint32_t base = taken.begin + 1;
    const Span place{file_, origin(base + static_cast<std::uint32_t>(wrong->begin)),
                     origin(base + static_cast<std::uint32_t>(wrong->end))};
    throw fault(DiagnosticId::bad_text, place, wrong->message).help(wrong->help);
  }
  return {std::move(std::get<std::string>(decoded)), span(taken), std::string(body)};
}

std::uint64_t Cursor::number_of(std::string_view digits, std::uint32_t begin) const {
  const auto decoded = decode_number(digits);
  if (const auto* wrong = std::get_if<LiteralFault>(&decoded)) {
    const Span place{file_, origin(begin), origin(begin + static_cast<std::uint32_t>(digits.size()))};
    Fault bad = fault(DiagnosticId::bad_number, place, wrong->message);
    if (!wrong->help.empty()) bad.help(wrong->help);
    throw bad;
  }
  return std::get<std::uint64_t>(decoded);
}

std::uint64_t Cursor::number(const Token& token) const { return number_of(text(token), token.begin); }

ast::NumberRange Cursor::range(const Token& token) const {
  const std::string_view all = text(token);
  const std::size_t dots = all.find("..");
  ast::NumberRange range;
  range.span = span(token);
  if (dots > 0) range.low = number_of(all.substr(0, dots), token.begin);
  if (dots + 2 < all.size()) {
    range.high = number_of(all.substr(dots + 2), token.begin + static_cast<std::uint32_t>(dots) + 2);
  }
  return range;
}

// --- nesting --------------------------------------------------------------------

void Cursor::open() {
  descend();
  open_.push_back(position_);
  take();
}

void Cursor::close(DiagnosticId code, const char* want) {
  const Token& opener = token(open_.back());
  if (!accept(closer(opener.kind))) throw unexpected(code, want).label(span(opener), "opened here");
  open_.pop_back();
  ascend();
}

void Cursor::descend() {
  if (++depth_ > max_nesting) {
    throw fault(DiagnosticId::nesting_too_deep, here(),
                "nesting deeper than " + std::to_string(max_nesting) + " levels");
  }
}

void Cursor::add_suffix() {
  if (++suffixes_ > max_nesting) {
    throw fault(DiagnosticId::nesting_too_deep, here(),
                "more than " + std::to_string(max_nesting) + " suffixes in a row");
  }
}

void Cursor::reset() {
  open_.clear();
  depth_ = 0;
  suffixes_ = 0;
  in_table = false;
}

// --- faults -----------------------------------------------------------------------

Fault Cursor::fault(DiagnosticId code, Span span, std::string message) const {
  Fault made;
  made.diagnostic.code = code;
  made.diagnostic.span = span;
  made.diagnostic.message = std::move(message);
  return made;
}

std::string Cursor::quoted(const Token& token) const {
  std::string_view all = text(token);
  const bool cut = all.size() > max_quoted;
  if (cut) {
    std::size_t length = max_quoted;  // never within a character
    while (length > 0 && (static_cast<unsigned char>(all[length]) & 0xC0) == 0x80) --length;
    all = all.substr(0, length);
  }
  std::string result = "`";
  for (const char c : all) {
    const auto byte = static_cast<unsigned char>(c);
    constexpr std::string_view hex = "0123456789abcdef";
    if (byte < 0x20 || byte == 0x7F) {
      result += {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
    } else {
      result += c;
    }
  }
  return result + (cut ? "...`" : "`");
}

Fault Cursor::reserved(const Token& token) const {
  return fault(DiagnosticId::bad_name, span(token), quoted(token) + " is a keyword and cannot be a name");
}

Fault Cursor::unclosed() const {
  const Token& opener = token(open_.back());
  Fault made = fault(DiagnosticId::unclosed, here(), quoted(opener) + " is not closed");
  made.label(span(opener), "opened here");
  made.diagnostic.note(std::string("expected ") + spelling(closer(opener.kind)) + " before " +
                       (at(Kind::end) ? "the end" : quoted(peek())));
  made.settled = true;
  return made;
}

Fault Cursor::unexpected(const Want& want) const {
  return unexpected(want.code, want.where == nullptr ? std::string(want.text) : want.text + (" " + *want.where));
}

Fault Cursor::unexpected(DiagnosticId code, const std::string& what) const {
  const Token& found = peek();
  Fault made;
  switch (found.kind) {
    case Kind::open_text:
      made = fault(DiagnosticId::bad_text, here(), "a text is not closed by `\"` on its line");
      made.settled = true;
      return made;
    case Kind::dashed:
      made = fault(DiagnosticId::bad_name, here(), quoted(found) + " is no name: a name does not end in `-`");
      made.settled = true;
      return made;
    case Kind::strange:
      made = fault(DiagnosticId::bad_name, here(), quoted(found) + " is no name");
      made.help("a name is a letter, then letters, digits, `_` and `-`");
      made.settled = true;
      return made;
    case Kind::dots:
      made = fault(DiagnosticId::bad_number, here(), "`..` has no number at its side");
      made.help("a range has no space inside: `5..30`, `5..` or `..30`");
      made.settled = true;
      return made;
    default: break;
  }
  if (!open_.empty() && (found.kind == Kind::end || at_declaration(position_))) return unclosed();
  made = fault(code, here(),
               "expected " + what + ", found " + (found.kind == Kind::end ? std::string("the end") : quoted(found)));
  if (const char* help = advice(found.kind, text(found))) made.help(help);
  if (const char* help = detached(position_)) made.help(help);
  if (found.kind == Kind::word && found.word == Word::none) {
    if (const auto meant = nearest(text(found), expected_words(what))) made.help("did you mean `" + *meant + "`?");
  }
  return made;
}

const char* Cursor::detached(std::size_t index) const {
  const Token& here = token(index);
  if (index == 0 || !here.spaced) return nullptr;
  const Token& before = token(index - 1);
  if (here.kind == Kind::left_paren && before.kind == Kind::word && before.word == Word::none) {
    return "the `(` of a call touches the name before it: leave out the space";
  }
  const bool open_below = here.kind == Kind::range && text(here).starts_with("..");
  const bool open_above = before.kind == Kind::range && text(before).ends_with("..");
  if ((before.kind == Kind::number && open_below) || (open_above && here.kind == Kind::number)) {
    return "a range has no space inside: `5..30`";
  }
  return nullptr;
}

}  // namespace tally::syntax
