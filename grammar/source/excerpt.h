// Excerpts of source text, and texts, for a line of a report or a cell of a table.
//
// In:     the text of an expression in a rule file, or the value of a text
// Out:    the same on one line, without comments and line breaks; texts inside it are
//         unchanged
// Always: the result contains no control character of a text
#pragma once

#include <string>
#include <string_view>

namespace tally {

// The source of an expression on one line.
std::string one_line(std::string_view source);
// An insertion as a reader of the text sees it: `{m["on hold"]}`, where the file has
// `{m[\"on hold\"]}`. `source` is the text between the braces.
std::string as_inserted(std::string_view source);
// A text with its control characters escaped, as a rule file writes them.
std::string visible(std::string_view text);
// The same as a literal: in quotes, with quotes and backslashes escaped too.
std::string as_literal(std::string_view text);
// The same as a piece of a literal with insertions: each `{` doubled, without quotes.
std::string as_piece(std::string_view text);

}  // namespace tally
