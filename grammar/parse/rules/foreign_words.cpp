// Words of other languages: see foreign_words.h.
#include "grammar/parse/rules/foreign_words.h"

#include <algorithm>
#include <array>

#include "base/nearest.h"

namespace tally::syntax {
namespace {

constexpr const char* by_a_test =
    "a text is compared whole, by its beginning, its end, its length or a dial pattern: `is \"...\"`, `starts "
    "\"...\"`, "
    "`ends \"...\"`, `has length 4..6`, `like \"NXX\"`; let the host supply anything else as a flag";
constexpr const char* write_like = "write `like`, and a dial pattern: `x like \"NXX\"`, `x like \"0900.\"`";
constexpr const char* write_ends = "write `ends`";
constexpr const char* write_starts = "write `starts`";
constexpr const char* write_has_length = "write `has length`: `x has length 4..6`";
constexpr const char* write_is = "write `is`";
constexpr const char* write_is_not = "write `is not`";
constexpr const char* write_in = "write `in`: `x in (a, b)`, `x in 5..30`";
constexpr const char* write_greater = "write `>` or `>=`";
constexpr const char* write_less = "write `<` or `<=`";
constexpr const char* write_but_not = "write `but not`: `x in 5..80 but not (7, 9)`";
constexpr const char* write_range = "write a range: `x in 5..30`";

struct Advice {
  std::string_view word;
  const char* help;
};

constexpr Advice operators[] = {
    {"contains", by_a_test},
    {"includes", by_a_test},
    {"matches", write_like},
    {"match", write_like},
    {"regex", write_like},
    {"regexp", write_like},
    {"lik", write_like},
    {"likes", write_like},
    {"endswith", write_ends},
    {"endsWith", write_ends},
    {"ends_with", write_ends},
    {"ends-with", write_ends},
    {"suffix", write_ends},
    {"end", write_ends},
    {"ending", write_ends},
    {"startswith", write_starts},
    {"startsWith", write_starts},
    {"starts_with", write_starts},
    {"starts-with", write_starts},
    {"begins", write_starts},
    {"begin", write_starts},
    {"start", write_starts},
    {"starting", write_starts},
    {"beginswith", write_starts},
    {"begins_with", write_starts},
    {"begins-with", write_starts},
    {"prefix", write_starts},
    {"has", write_has_length},
    {"have", write_has_length},
    {"length", write_has_length},
    {"len", write_has_length},
    {"equals", write_is},
    {"equal", write_is},
    {"eq", write_is},
    {"equalTo", write_is},
    {"are", write_is},
    {"was", write_is},
    {"isnt", write_is_not},
    {"neq", write_is_not},
    {"ne", write_is_not},
    {"differs", write_is_not},
    {"within", write_in},
    {"among", write_in},
    {"gt", write_greater},
    {"gte", write_greater},
    {"ge", write_greater},
    {"above", write_greater},
    {"over", write_greater},
    {"exceeds", write_greater},
    {"greater", write_greater},
    {"more", write_greater},
    {"lt", write_less},
    {"lte", write_less},
    {"le", write_less},
    {"below", write_less},
    {"under", write_less},
    {"less", write_less},
    {"fewer", write_less},
    {"between", write_range},
    {"from", write_range},
    {"but", write_but_not},
    {"except", write_but_not},
    {"without", write_but_not},
    {"minus", write_but_not},
    {"xor", "write `is not` between two conditions: `a is not b`"},
    {"than", "write `<` or `>` alone: `x > 5`"},
    {"mod", "there is no arithmetic: let the host supply the number"},
};

constexpr const char* a_let = "a named expression is `let name(parameter : type) = expression`";
constexpr const char* a_type = "a type is `type name = a | b`, or `type name = { field : type }`";
constexpr const char* a_decision = "an output is `decision name : type { ... }`";
constexpr const char* an_input = "a value from the host is `input name : type`";
constexpr const char* a_use = "another file is read by `use \"file.tally\"`";
constexpr const char* an_amendment =
    "what another file declares is changed by `amend \"file.tally\"` and `amend decision name { ... }`";
constexpr const char* a_prove = "a claim about every call is `prove CLAIM when CONDITION`";
constexpr const char* a_list = "a list with a name is a `let`: `let NAME = (a, b)`";
constexpr const char* an_example = "a call with its results is `example \"title\" { given ... expect ... }`";

constexpr Advice declarations[] = {
    {"function", a_let},
    {"func", a_let},
    {"fn", a_let},
    {"def", a_let},
    {"define", a_let},
    {"const", a_let},
    {"var", a_let},
    {"macro", a_let},
    {"fun", a_let},
    {"enum", a_type},
    {"struct", a_type},
    {"record", a_type},
    {"typedef", a_type},
    {"class", a_type},
    {"rule", a_decision},
    {"rules", a_decision},
    {"output", a_decision},
    {"policy", a_decision},
    {"decide", a_decision},
    {"table", a_decision},
    {"param", an_input},
    {"parameter", an_input},
    {"field", an_input},
    {"inputs", an_input},
    {"fact", an_input},
    {"import", a_use},
    {"include", a_use},
    {"require", a_use},
    {"from", a_use},
    {"using", a_use},
    {"assert", a_prove},
    {"ensure", a_prove},
    {"check", a_prove},
    {"invariant", a_prove},
    {"always", a_prove},
    {"proof", a_prove},
    {"test", an_example},
    {"tests", an_example},
    {"scenario", an_example},
    {"it", an_example},
    {"override", an_amendment},
    {"extend", an_amendment},
    {"extends", an_amendment},
    {"replace", an_amendment},
    {"patch", an_amendment},
    {"overlay", an_amendment},
    {"modify", an_amendment},
    {"list", a_list},
    {"group", a_list},
};

const char* find(const auto& list, std::string_view word) {
  const auto found = std::find_if(std::begin(list), std::end(list), [&](const Advice& a) { return a.word == word; });
  return found == std::end(list) ? nullptr : found->help;
}

bool among(std::initializer_list<std::string_view> list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

std::optional<std::string> operator_meant_by(std::string_view word) {
  const char* help = advice_for_operator(word);
  if (help == write_ends) return "ends";
  if (help == write_starts) return "starts";
  if (help == write_like) return "like";
  if (help == write_has_length) return "has length";
  if (help == write_is) return "";
  if (help == write_is_not) return "not";
  if (help == write_in) return "in";
  if (help != nullptr) return std::nullopt;
  return nearest(word, {"ends", "starts", "like"});
}
const char* advice_for_operator(std::string_view word) { return find(operators, word); }
const char* advice_for_declaration(std::string_view word) { return find(declarations, word); }
bool means_otherwise(std::string_view word) {
  return among({"default", "always", "any", "otherwize", "fallback"}, word);
}
bool is_quantifier(std::string_view word) { return among({"all", "each", "every", "any"}, word); }
const char* quantifier_meant_by(std::string_view word) {
  if (among({"any", "exists", "one"}, word)) return "some";
  return among({"all", "each", "forall"}, word) ? "every" : nullptr;
}

}  // namespace tally::syntax
