// Mutations that know the grammar: a rule file, or a condition, is changed along its syntax tree.
//
// In:     a text that parses, a second text that lends parts, and a seed
// Out:    a text with one to three changes: a rule, row, declaration or operand is doubled, left
//         out, moved or brought in from the other text; an expression, type or cell is replaced by
//         another one, or wrapped; a name, number, text or word is changed
// Always: the result parses, and is the same for the same arguments on every machine. Nothing is
//         returned if the text has a fault, or if no change was found that parses.
//
// For example, `a is on and b` may become `b`, `b and a is on`, `not a is on and b`, `a is not on
// and b` or `a is on and a is on`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tally::fuzz {

// What a text is read as.
enum class TextKind : std::uint8_t { rule_file, condition };

// Changes `text`. Parts are taken from `other`, and sometimes from the text itself. If `other` has
// a fault, all are taken from the text itself.
std::optional<std::string> mutate_text(TextKind kind, const std::string& text, const std::string& other,
                                       std::uint64_t seed);

}  // namespace tally::fuzz
