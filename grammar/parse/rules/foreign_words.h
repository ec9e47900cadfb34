// Words of other languages, and what Tally writes instead.
//
// For example, for `contains` as an operator: "a text is compared whole or by its beginning: ...".
//
// In:     a word
// Out:    advice, or null if the word is not one of them
// Always: no keyword of the language is among them. Private to grammar/parse/.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tally::syntax {

const char* advice_for_operator(std::string_view word);  // `called contains "5"`
// The operator of the language that a word means, or nothing: "ends" for `endswith` and for `end`. Before a value that
// is
// "" for `equals`.
std::optional<std::string> operator_meant_by(std::string_view word);
const char* advice_for_declaration(std::string_view word);  // `function f(x) = x`
bool means_otherwise(std::string_view word);                // `default off`
bool is_quantifier(std::string_view word);                  // `for all n in network`
// "some" or "every" for a word of another language, or null: `any v in network: c`
const char* quantifier_meant_by(std::string_view word);

}  // namespace tally::syntax
