// Excerpts of source text, and texts, for a line of a report or the cell of a
// table.
//
// In: the text of an expression as it stands in a rule file. Out: the same on
// one line, comments and line breaks taken out, texts in it untouched. Always:
// nothing that is shown holds a control character of a text.
#pragma once

#include <string>
#include <string_view>

namespace tally {

std::string one_line(std::string_view source);
// An insertion as a reader of the text sees it: `{m["on hold"]}`, where the file
// has `{m[\"on hold\"]}`. `source` is what stands between the braces.
std::string as_inserted(std::string_view source);
// A text with its control characters escaped as a rule file would.
std::string visible(std::string_view text);
// The same as a literal: in quotes, these and backslashes escaped too.
std::string as_literal(std::string_view text);
// The same as a piece of a literal with insertions: a brace doubled, no quotes.
std::string as_piece(std::string_view text);

}  // namespace tally
