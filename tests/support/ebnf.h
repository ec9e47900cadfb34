// Productions in the EBNF of the W3C, and their text.
//
// For example, `list ::= '(' list-item (',' list-item)* ')'`.
//
// In:     terms, made by the functions below
// Out:    the text of a grammar, in which a production stands only where it helps the reader
// Always: what a function makes is as simple as the same language allows in the cases that the
//         functions know: `a a*` is `a+`, `a b | b` is `a? b`
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace tally::testing {

struct Ebnf {
  enum class Kind {
    nothing,       // matches without a token
    never,         // matches in no text
    terminal,      // `text`, with its quotes or brackets
    reference,     // the production `text`
    sequence,      // of two or more
    choice,        // of two or more
    optional,      // of one, as are the next two
    any_number,    // *
    at_least_one,  // +
  };
  Kind kind = Kind::nothing;
  std::string text;
  std::vector<Ebnf> parts;
  bool is_partial = false;  // the rule demands more than this, such as a bracket without a space before it

  // `is_partial` does not count.
  bool operator==(const Ebnf& other) const { return kind == other.kind && text == other.text && parts == other.parts; }
};

Ebnf terminal(std::string text);
Ebnf quoted(const std::string& text);  // 'text'
Ebnf reference(std::string name);
Ebnf never();
Ebnf sequence(std::vector<Ebnf> parts);
Ebnf choice(std::vector<Ebnf> parts);
Ebnf optional(Ebnf part);
Ebnf any_number(Ebnf part);
Ebnf at_least_one(Ebnf part);

// Whether a term or a part of it is partial.
bool has_partial(const Ebnf& term);
// The names that a term refers to, as often as it does.
std::vector<std::string> references(const Ebnf& term);

struct Production {
  std::string name;
  Ebnf body;
  std::string example;   // may be empty
  bool is_kept = false;  // stands on its own, whatever its body is
};

// Removes productions that are another name for a terminal or production, that have the same body as one before
// them, or that have no example and are used once. Their bodies, or the names of the others, stand in their places.
void simplify(std::vector<Production>& productions);

// `name ::= body`, broken into lines of at most `width` columns where that is possible.
std::string text_of(const Production& production, std::size_t width = 90);

}  // namespace tally::testing
