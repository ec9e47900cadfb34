// Faults of form, before they are diagnostics: see faults.h.
#include "grammar/parse/engine/faults.h"

#include <algorithm>
#include <vector>

#include "base/letter_case.h"
#include "grammar/parse/engine/nodes.h"

namespace tally::syntax {
namespace {

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
    case Kind::pointer: return text.starts_with("//") || text == "/" ? "a comment begins with `#`" : nullptr;
    case Kind::other: return text == "'" ? "a text stands in double quotes" : nullptr;
    default: return nullptr;
  }
}

// The keywords in backticks of what was expected: "`when` or `otherwise` after the outcome".
std::vector<std::string> expected_words(const std::string& what) {
  std::vector<std::string> words;
  for (std::size_t begin = what.find('`'); begin != std::string::npos;) {
    const std::size_t end = what.find('`', begin + 1);
    if (end == std::string::npos) break;
    std::string word = what.substr(begin + 1, end - begin - 1);
    if (keyword(word) != Word::none || word == "boolean" || word == "string" || word == "object" || word == "longest") {
      words.push_back(std::move(word));
    }
    begin = what.find('`', end + 1);
  }
  return words;
}

Fault unclosed(const ParseState& state, std::uint32_t at) {
  const TokenReader& tokens = state.tokens;
  const std::uint32_t opener = state.brackets.back();
  Fault made = make_fault(DiagnosticId::unclosed, tokens.span(at), tokens.quoted(opener) + " is not closed");
  made.label(tokens.span(opener), "opened here");
  made.diagnostic.note(std::string("expected ") + spelling(closer(tokens[opener].kind)) + " before " +
                       (tokens[at].kind == Kind::end ? "the end" : tokens.quoted(at)));
  made.settled = true;
  return made;
}

// “ ” „ ‘ ’ « »
bool has_curly_quote(std::string_view text) {
  constexpr std::string_view quotes[] = {"\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E", "\xE2\x80\x98",
                                         "\xE2\x80\x99", "\xC2\xAB",     "\xC2\xBB"};
  return std::any_of(std::begin(quotes), std::end(quotes),
                     [&](std::string_view quote) { return text.find(quote) != std::string_view::npos; });
}

Fault settled(Fault fault) {
  fault.settled = true;
  return fault;
}

// What the innermost open rule with a name belongs to: "input `x`".
std::string owner(const ParseState& state) {
  for (auto open = state.open_rules.rbegin(); open != state.open_rules.rend(); ++open) {
    if (const Owner* owner = owner_of(open->rule)) {
      return owner->noun + ("`" + std::string(state.tokens.text(open->begin + owner->name)) + "`");
    }
  }
  return "";
}

}  // namespace

Fault make_fault(DiagnosticId code, Span span, std::string message) {
  Fault made;
  made.diagnostic.code = code;
  made.diagnostic.span = span;
  made.diagnostic.message = std::move(message);
  return made;
}

Fault fault_of(const BadLiteral& wrong) {
  Fault made = make_fault(wrong.code, wrong.span, wrong.message);
  if (!wrong.help.empty()) made.help(wrong.help);
  return made;
}

Fault too_deep(const ParseState& state, std::uint32_t at, std::string message) {
  return make_fault(DiagnosticId::nesting_too_deep, state.tokens.span(at), std::move(message));
}

void report(const Fault& fault, Diagnostics& diagnostics) {
  const Diagnostic& from = fault.diagnostic;
  Diagnostic& to = diagnostics.add(from.code, from.span.value_or(Span{}), from.message);
  to.labels = from.labels;
  to.notes = from.notes;
  to.helps = from.helps;
}

Fault unexpected(const ParseState& state, std::uint32_t at, DiagnosticId code, const std::string& what) {
  const TokenReader& tokens = state.tokens;
  const Token& found = tokens[at];
  const Span here = tokens.span(at);
  switch (found.kind) {
    case Kind::open_text:
      return settled(make_fault(DiagnosticId::bad_text, here, "a text is not closed by `\"` on its line"));
    case Kind::dashed:
      return settled(
          make_fault(DiagnosticId::bad_name, here, tokens.quoted(at) + " is not a name: a name does not end in `-`"));
    case Kind::strange:
      if (has_curly_quote(tokens.text(at))) {
        return settled(make_fault(DiagnosticId::bad_text, here, "a text is in straight double quotes: `\"`")
                           .help("the quotes here are curly, as a word processor writes them"));
      }
      return settled(make_fault(DiagnosticId::bad_name, here, tokens.quoted(at) + " is not a name")
                         .help("a name is a letter, then letters, digits, `_` and `-`"));
    case Kind::dots:
      return settled(make_fault(DiagnosticId::bad_number, here, "`..` has no number at its side")
                         .help("a range has no space inside: `5..30`, `5..` or `..30`"));
    default: break;
  }
  if (!state.brackets.empty() && (found.kind == Kind::end || tokens.begins_declaration(at))) return unclosed(state, at);
  Fault made = make_fault(
      code, here,
      "expected " + what + ", found " + (found.kind == Kind::end ? std::string("the end") : tokens.quoted(at)));
  if (const char* help = advice(found.kind, tokens.text(at))) made.help(help);
  if (const char* help = detached(tokens, at)) made.help(help);
  if (found.kind == Kind::word && found.word == Word::none) {
    const std::string lower = lower_case(tokens.text(at));
    if (keyword(lower) != Word::none)
      made.help("keywords are in small letters: write `" + lower + "`");
    else if (const auto meant = nearest(tokens.text(at), expected_words(what)))
      made.help("did you mean `" + *meant + "`?");
  }
  return made;
}

const char* detached(const TokenReader& tokens, std::uint32_t at) {
  const Token& here = tokens[at];
  if (at == 0 || !here.spaced) return nullptr;
  const Token& before = tokens[at - 1];
  if (here.kind == Kind::left_paren && before.kind == Kind::word && before.word == Word::none) {
    return "the `(` of a call touches the name before it: leave out the space";
  }
  const bool open_below = here.kind == Kind::range && tokens.text(at).starts_with("..");
  const bool open_above = before.kind == Kind::range && tokens.text(at - 1).ends_with("..");
  if ((before.kind == Kind::number && open_below) || (open_above && here.kind == Kind::number)) {
    return "a range has no space inside: `5..30`";
  }
  return nullptr;
}

std::string joined_by_commas(const TokenReader& tokens, std::uint32_t at) {
  std::string list(tokens.text(at));
  for (; tokens[at + 1].kind == Kind::comma; at += 2) list += ", " + std::string(tokens.text(at + 2));
  return list;
}

std::string source_of(const TokenReader& tokens, std::uint32_t begin, std::uint32_t end) {
  std::string text;
  for (std::uint32_t i = begin; i < end; ++i) {
    if (i > begin && tokens[i].spaced) text += ' ';
    text += tokens.text(i);
  }
  return text;
}

std::string filled(std::string_view message, const ParseState& state, std::uint32_t begin, std::uint32_t end) {
  const TokenReader& tokens = state.tokens;
  std::string result;
  for (std::size_t i = 0; i < message.size();) {
    const std::string_view rest = message.substr(i);
    const auto take = [&](std::string_view placeholder, const auto& value) {
      if (!rest.starts_with(placeholder)) return false;
      result += value();
      i += placeholder.size();
      return true;
    };
    if (take("{found}", [&] { return tokens.quoted(begin); }) ||
        take("{last}", [&] { return tokens.quoted(end > begin ? end - 1 : begin); }) ||
        take("{last-word}", [&] { return std::string(tokens.text(end > begin ? end - 1 : begin)); }) ||
        take("{word}", [&] { return std::string(tokens.text(begin)); }) ||
        take("{owner}", [&] { return owner(state); })) {
      continue;
    }
    result += message[i++];
  }
  return result;
}

}  // namespace tally::syntax
