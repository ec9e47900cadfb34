// What was meant by a word that is not of the language: see meant.h.
#include "grammar/parse/messages/meant.h"

#include <algorithm>
#include <vector>

#include "base/letter_case.h"
#include "base/nearest.h"
#include "grammar/parse/rules/foreign_words.h"

namespace tally::syntax {
namespace {

bool is_free_word(const TokenReader& tokens, std::uint32_t at) {
  return tokens[at].kind == Kind::word && tokens[at].word == Word::none;
}
bool is_one_of(std::initializer_list<std::string_view> list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}
// Whether a value may begin here.
bool is_value(const Token& token) {
  return token.kind == Kind::number || token.kind == Kind::range || token.kind == Kind::text ||
         (token.kind == Kind::word &&
          (token.word == Word::none || token.word == Word::on || token.word == Word::off || token.word == Word::unset));
}

// Where the condition that begins at `begin` ends: at the end of its line, before a reason or the next rule.
std::uint32_t end_of_condition(const TokenReader& tokens, std::uint32_t begin) {
  std::size_t depth = 0;
  for (std::uint32_t i = begin; i < begin + max_copied; ++i) {
    const Token& token = tokens[i];
    if (token.kind == Kind::end || (i > begin && token.line_start) || token.word == Word::because) return i;
    if (depth == 0 && closes(token.kind)) return i;
    if (opens(token.kind)) ++depth;
    if (closes(token.kind)) --depth;
  }
  return begin;
}

// The condition from `begin` on in one operand of `not`: `(a and b)`. Its words are given if it is too long or
// if it does not end on its line.
std::string negated(const TokenReader& tokens, std::uint32_t begin) {
  const std::uint32_t end = end_of_condition(tokens, begin);
  bool joined = false;
  for (std::uint32_t i = begin; i < end; ++i) {
    const Word word = tokens[i].word;
    if (word == Word::otherwise || word == Word::when) return "not (CONDITION)";
    joined = joined || word == Word::and_ || word == Word::or_;
  }
  if (end == begin) return "not (CONDITION)";
  return joined ? "not (" + source_of(tokens, begin, end) + ")" : "not " + source_of(tokens, begin, end);
}

// `CONDITION then VALUE` from `begin` on, as a rule: `VALUE when CONDITION`.
std::string turned_around(const TokenReader& tokens, std::uint32_t begin) {
  const std::uint32_t end = end_of_condition(tokens, begin);
  for (std::uint32_t i = begin + 1; i < end; ++i) {
    const std::uint32_t value = i + length_of_arrow(tokens, i);
    if (value > i && value + 1 == end && is_value(tokens[value]))
      return std::string(tokens.text(value)) + " when " + source_of(tokens, begin, i);
  }
  return "OUTCOME when CONDITION";
}

Meant meant(std::uint32_t begin, std::uint32_t end, std::string message, std::string help) {
  return {begin, end, std::move(message), std::move(help)};
}
Meant foreign(const TokenReader& tokens, std::uint32_t at, std::string help) {
  return meant(at, at + 1, tokens.quoted(at) + " is not an operator", std::move(help));
}

// Returns the keyword that a word is in capital letters: "and" for `AND`.
std::optional<std::string> keyword_in_capitals(const TokenReader& tokens, std::uint32_t at) {
  if (!is_free_word(tokens, at)) return std::nullopt;
  std::string lower = lower_case(tokens.text(at));
  return keyword(lower) != Word::none ? std::optional(std::move(lower)) : std::nullopt;
}

// `a`, `a, b` or `(a, b)` from `at` on, as a list in parentheses.
std::string list_from(const TokenReader& tokens, std::uint32_t at) {
  if (tokens[at].kind == Kind::left_paren) {
    for (std::uint32_t i = at + 1; i < at + max_copied; ++i)
      if (tokens[i].kind == Kind::right_paren) return source_of(tokens, at, i + 1);
    return "(a, b)";
  }
  return is_value(tokens[at]) ? "(" + joined_by_commas(tokens, at) + ")" : "(a, b)";
}

// `30 s`, `1 000`, `30 to 60`: `at` is behind a number.
std::optional<Meant> behind_a_number(const TokenReader& tokens, std::uint32_t at) {
  const std::string before(tokens.text(at - 1));
  if (tokens[at].kind == Kind::number) {
    return meant(at - 1, at + 1, "a number has no spaces",
                 "write `" + before + std::string(tokens.text(at)) + "`, or `" + before + "_" +
                     std::string(tokens.text(at)) + "`");
  }
  if (!is_free_word(tokens, at)) return std::nullopt;
  const std::string_view word = tokens.text(at);
  if (is_one_of({"to", "through", "till", "until", "upto"}, word) && tokens[at + 1].kind == Kind::number) {
    return meant(at - 1, at + 2, "a range is written with two dots",
                 "write `in " + before + ".." + std::string(tokens.text(at + 1)) + "`");
  }
  if (lower_case(word) == "k")
    return meant(at, at + 1, "a number has no unit", "write `" + before + "000`, in the unit that the host supplies");
  if (is_one_of({"s",    "sec",   "secs", "second", "seconds", "m",  "min",     "mins", "minute", "minutes", "h",
                 "hour", "hours", "d",    "day",    "days",    "ms", "percent", "am",   "pm",     "kb",      "mb"},
                lower_case(word))) {
    return meant(at, at + 1, "a number has no unit", "write `" + before + "`, in the unit that the host supplies");
  }
  return std::nullopt;
}

// A word before the operand at `at`, as in `exists a`, `either a or b`, `NOT a`.
std::optional<Meant> before_an_operand(const TokenReader& tokens, std::uint32_t at) {
  if (at == 0 || !is_free_word(tokens, at - 1)) return std::nullopt;
  const std::string word(tokens.text(at - 1));
  if (const auto known = keyword_in_capitals(tokens, at - 1); known && !is_one_of({"on", "off"}, *known))
    return meant(at - 1, at, tokens.quoted(at - 1) + " is not a keyword",
                 "keywords are in small letters: write `" + *known + "`");
  const std::string operand(tokens.text(at));
  if (is_one_of({"either", "neither"}, word) && is_value(tokens[at]) &&
      (tokens[at + 1].word == Word::or_ || tokens.text(at + 1) == "nor") && is_value(tokens[at + 2])) {
    const std::string list = "(" + operand + ", " + std::string(tokens.text(at + 2)) + ")";
    return foreign(tokens, at - 1, (word == "either" ? "write `in " : "write `not in ") + list + "`, without `is`");
  }
  const Word before = at >= 2 ? tokens[at - 2].word : Word::none;
  const bool begins_condition = before == Word::when || before == Word::and_ || before == Word::or_ ||
                                before == Word::not_ || before == Word::prove || before == Word::expect;
  if (begins_condition && is_one_of({"exists", "exist", "defined", "present", "has", "isset"}, word))
    return foreign(tokens, at - 1, "write `" + operand + " is set`");
  if (begins_condition && is_one_of({"missing", "absent", "undefined"}, word))
    return foreign(tokens, at - 1, "write `" + operand + " is unset`");
  if (before == Word::is && is_one_of({"exactly", "equal", "just", "the", "a", "an", "same"}, word))
    return foreign(tokens, at - 1, "leave it out: `is " + operand + "`");
  return std::nullopt;
}

// What the word is by itself, if an operand follows: `AND`, `unless`, `becuase`.
std::optional<Meant> connective(const TokenReader& tokens, std::uint32_t at, const std::string& joins) {
  const std::string word(tokens.text(at));
  const Token& next = tokens[at + 1];
  if (const auto known = keyword_in_capitals(tokens, at); known && !is_one_of({"on", "off"}, *known))
    return meant(at, at + 1, tokens.quoted(at) + " is not a keyword",
                 "keywords are in small letters: write `" + *known + "`");
  if (word == "unless") return foreign(tokens, at, "write `" + joins + " " + negated(tokens, at + 1) + "`");
  if (word == "nor") return foreign(tokens, at, "write `and not CONDITION`");
  if (is_one_of({"plus", "also", "with", "while", "whereas", "where"}, word) && is_value(next))
    return foreign(tokens, at, "write `and`");
  if (is_one_of({"isn", "aren", "wasn", "doesn", "don"}, word) && tokens.text(at + 1) == "'") {
    const bool is_verb = is_one_of({"doesn", "don"}, word) && !is_one_of({"equal", "be"}, tokens.text(at + 3));
    return meant(at, at + 3, "`" + source_of(tokens, at, at + 3) + "` is not an operator",
                 is_verb ? "write `not` in front of the whole test: `not x starts \"49\"`" : "write `is not`");
  }
  if (word == "of" && at > 0 && is_one_of({"one", "any", "either", "some", "all"}, tokens.text(at - 1)))
    return meant(at - 1, at + 1, "`" + source_of(tokens, at - 1, at + 1) + "` is not an operator",
                 "write `in " + list_from(tokens, at + 1) + "`, without `is`");
  if (next.kind == Kind::text &&
      is_one_of({"reason", "since", "comment", "note", "why", "as", "message", "cause"}, word))
    return meant(at, at + 1, tokens.quoted(at) + " does not begin a reason",
                 "write `because " + std::string(tokens.text(at + 1)) + "`");
  if (is_one_of({"exists", "exist", "defined", "present"}, word) && (!is_value(next) || next.line_start))
    return foreign(tokens, at, "write `is set`");
  if (is_one_of({"missing", "absent", "undefined"}, word) && (!is_value(next) || next.line_start))
    return foreign(tokens, at, "write `is unset`");
  if (!is_value(next) || next.line_start) return std::nullopt;
  if (next.kind == Kind::text && nearest(word, {"because"}))
    return meant(at, at + 1, tokens.quoted(at) + " does not begin a reason", "did you mean `because`?");
  if (const auto near = nearest(word, {"and", "or", "starts", "ends", "like", "is", "in"}); near && *near != word)
    return foreign(tokens, at, "did you mean `" + *near + "`?");
  return std::nullopt;
}

}  // namespace

std::optional<Meant> meant_behind(const TokenReader& tokens, std::uint32_t at, const std::string& joins) {
  if (at == 0) return std::nullopt;
  if (auto found = before_an_operand(tokens, at)) return found;
  if (tokens[at].line_start) return std::nullopt;
  if (tokens[at - 1].kind == Kind::number) {
    if (auto found = behind_a_number(tokens, at)) return found;
  }
  return is_free_word(tokens, at) ? connective(tokens, at, joins) : std::nullopt;
}

std::optional<Meant> meant_by_rule(const TokenReader& tokens, std::uint32_t begin, std::uint32_t at) {
  const std::string word(tokens.text(begin)), found(tokens.text(at));
  const std::string outcome = at - begin <= max_copied ? source_of(tokens, begin, at) : "OUTCOME";
  if (found == "unless" && at > begin) {
    return meant(at, at + 1, "`unless` is not a word of a rule",
                 "write `" + outcome + " when " + negated(tokens, at + 1) + "`");
  }
  if (!tokens[at].line_start &&
      is_one_of({"where", "while", "whenever", "iff", "provided", "given", "for", "WHEN", "When"}, found) &&
      is_value(tokens[at + 1])) {
    return meant(at, at + 1, tokens.quoted(at) + " is not a word of a rule", "write `when`");
  }
  if (tokens[at].line_start && begin > 0 && !tokens[begin].line_start) return meant_behind(tokens, begin);
  if (found == ":" && is_value(tokens[at + 1]) && at > begin + 1) {
    return meant(begin, at, "a rule begins with its outcome, not with its condition",
                 "write `" + std::string(tokens.text(at + 1)) + " when " + outcome + "`");
  }
  if (is_free_word(tokens, begin) && is_one_of({"elif", "elsif", "elseif", "unless", "switch", "match", "case",
                                                "select", "cond", "choose", "whenever", "iff"},
                                               word)) {
    const bool chooses = is_one_of({"switch", "match", "case", "select", "cond", "choose"}, word);
    if (word == "unless" && !tokens[begin].line_start && begin > 0 && tokens[begin - 1].kind != Kind::left_brace)
      return connective(tokens, begin, "and");
    return meant(begin, begin + 1, "a rule begins with its outcome, not with " + tokens.quoted(begin),
                 word == "unless" ? "write `OUTCOME when not (CONDITION)`"
                 : chooses        ? "each case is a rule: `OUTCOME when x is VALUE`, and last `OUTCOME otherwise`"
                                  : "write `" + turned_around(tokens, begin + 1) + "`");
  }
  return meant_behind(tokens, begin);
}

std::uint32_t length_of_arrow(const TokenReader& tokens, std::uint32_t at) {
  const Token &here = tokens[at], &next = tokens[at + 1];
  if ((here.kind == Kind::minus || here.kind == Kind::assign) && next.kind == Kind::greater && !next.spaced) return 2;
  return here.kind == Kind::colon || tokens.text(at) == "then" ? 1 : 0;
}

namespace {

// The number at `at`, and the token behind it: 540 of `9:00` and of `9am`.
std::optional<std::pair<std::string, std::uint32_t>> end_of_range(const TokenReader& tokens, std::uint32_t at) {
  if (tokens[at].kind != Kind::number) return std::nullopt;
  const auto first = decode_number(tokens.text(at));
  if (tokens[at + 1].kind != Kind::colon || tokens[at + 1].spaced || tokens[at + 2].spaced)
    return std::holds_alternative<std::uint64_t>(first) ? std::optional(std::pair(std::string(tokens.text(at)), at + 1))
                                                        : std::nullopt;
  // `00..17` is one token.
  const std::string_view minutes = tokens.text(at + 2).substr(0, tokens.text(at + 2).find('.'));
  const auto second = decode_number(minutes);
  const auto *hour = std::get_if<std::uint64_t>(&first), *minute = std::get_if<std::uint64_t>(&second);
  if (hour == nullptr || minute == nullptr || *hour > 24 || *minute > 59) return std::nullopt;
  return std::pair(std::to_string(60 * *hour + *minute), at + 3);
}

}  // namespace

std::optional<std::string> range_meant_at(const TokenReader& tokens, std::uint32_t at) {
  auto low = end_of_range(tokens, at);
  if (!low) return std::nullopt;
  auto& [from, behind] = *low;
  const Token& last = tokens[behind - 1];
  if (last.kind == Kind::range && tokens[behind].kind == Kind::colon) {  // `9:00..17:00`
    const std::string_view text = tokens.text(behind - 1);
    const std::string_view hour_text = text.substr(text.find_last_of('.') + 1);
    const auto hour = decode_number(hour_text), minute = decode_number(tokens.text(behind + 1));
    const auto *h = std::get_if<std::uint64_t>(&hour), *m = std::get_if<std::uint64_t>(&minute);
    if (h == nullptr || m == nullptr || hour_text.empty() || *h > 24 || *m > 59) return std::nullopt;
    return from + ".." + std::to_string(60 * *h + *m);
  }
  const Token& sign = tokens[behind];
  if (sign.kind == Kind::range && tokens.text(behind).starts_with("..")) {  // `30 ..60`
    return from + std::string(tokens.text(behind));
  }
  if (sign.kind == Kind::minus || sign.kind == Kind::dots || sign.kind == Kind::ellipsis ||
      tokens.text(behind) == "to" || tokens.text(behind) == "and" || tokens.text(behind) == "until") {
    const auto high = end_of_range(tokens, behind + 1);
    return high ? std::optional(from + ".." + high->first) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Meant> meant_by_cell(const TokenReader& tokens, std::uint32_t at) {
  if (!is_free_word(tokens, at) || tokens[at].line_start) return std::nullopt;
  const std::string word(tokens.text(at));
  if (word == "with" && tokens[at - 1].word == Word::starts && tokens[at + 1].kind == Kind::text) {
    return meant(at, at + 1, "`starts with` does not begin a cell",
                 "leave `with` out: `starts " + std::string(tokens.text(at + 1)) + "`");
  }
  std::uint32_t operand = at + 1;
  if (is_one_of({"with", "by", "in", "to", "at"}, tokens.text(operand)) && !tokens[operand].line_start) ++operand;
  const std::string_view next = tokens.text(operand);
  if (word == "has" && nearest(next, {"length"}).has_value() && is_value(tokens[operand + 1])) {
    return meant(at, operand + 1, "`" + source_of(tokens, at, operand + 1) + "` is not a test of a text",
                 "write `has length " + std::string(tokens.text(operand + 1)) + "`");
  }
  if (const auto known = keyword_in_capitals(tokens, at); known && !is_one_of({"on", "off"}, *known))
    return meant(at, at + 1, tokens.quoted(at) + " is not a keyword",
                 "keywords are in small letters: write `" + *known + "`");
  if (is_one_of({"anything", "everything", "all", "any", "whatever"}, word) && tokens[at + 1].kind == Kind::bar)
    return std::nullopt;  // may be a value
  const bool is_operand = is_value(tokens[operand]) || tokens[operand].kind == Kind::left_paren;
  if (!is_operand) return std::nullopt;
  const std::string written = operand > at + 1 ? source_of(tokens, at, operand) : word;
  const std::string value = tokens[operand].kind == Kind::left_paren ? list_from(tokens, operand) : std::string(next);
  if (const auto operation = operator_meant_by(word)) {
    return meant(at, operand, "`" + written + "` does not begin a cell",
                 "write `" + (operation->empty() ? "" : *operation + " ") + value + "`");
  }
  if (is_one_of({"except", "without", "excluding", "no", "isnt"}, word))
    return meant(at, operand, "`" + written + "` does not begin a cell", "write `not " + value + "`");
  if (const char* help = advice_for_operator(word))
    return meant(at, operand, "`" + written + "` does not begin a cell", help);
  return std::nullopt;
}

void replace(Fault& fault, const TokenReader& tokens, const Meant& meant) {
  if (fault.settled) return;
  fault.diagnostic.span = tokens.span(meant.begin, meant.end);
  fault.diagnostic.message = meant.message;
  fault.diagnostic.labels.clear();
  fault.diagnostic.helps.clear();
  fault.help(meant.help);
}

}  // namespace tally::syntax
