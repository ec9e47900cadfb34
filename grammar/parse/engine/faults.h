// Faults of form, before they are diagnostics.
//
// For example, "expected a type after `:` in input `x`, found `=`".
//
// In:     the tokens, and where the fault is
// Out:    a fault. It is thrown, and caught by parser.cpp and text_template.cpp: it never leaves
//         this folder.
// Always: a malformed token and a bracket that is not closed have messages of their own. Private to
//         grammar/parse/.
#pragma once

#include <string>
#include <utility>

#include "grammar/parse/engine/parse_state.h"
#include "grammar/parse/tokens/bounds.h"

namespace tally::syntax {

// Thrown in the first pass, which only asks whether the text is right.
struct NoMatch {};

struct Fault {
  Diagnostic diagnostic;
  // The fault is not what the caller thinks (a bracket that is not closed): its advice would
  // mislead, and is left out.
  bool settled = false;
  std::uint32_t at = 0;  // the token where the parser stood

  Fault& help(std::string text) {
    if (!settled) diagnostic.help(std::move(text));
    return *this;
  }
  Fault& label(Span span, std::string text) {
    if (!settled) diagnostic.label(span, std::move(text));
    return *this;
  }
};

Fault make_fault(DiagnosticId code, Span span, std::string message);
Fault fault_of(const BadLiteral& wrong);
Fault too_deep(const ParseState& state, std::uint32_t at, std::string message);
void report(const Fault& fault, Diagnostics& diagnostics);

// Ends the match at token `at`: in the second pass with the fault that `make()` returns.
template <class Make>
[[noreturn]] void fail(const ParseState& state, std::uint32_t at, Make make) {
  if (!state.with_mistakes) throw NoMatch();
  Fault fault = make();
  fault.at = at;
  throw Fault(std::move(fault));
}

// "expected WHAT, found ...".
Fault unexpected(const ParseState& state, std::uint32_t at, DiagnosticId code, const std::string& what);

// Advice where the token `at` was probably meant to touch the one before it: the `(` of a call, the
// end of a range. Null otherwise.
const char* detached(const TokenReader& tokens, std::uint32_t at);

// The words that commas join from token `at` on: "ca, fl".
std::string joined_by_commas(const TokenReader& tokens, std::uint32_t at);

// The source of the tokens `begin` to before `end`, on one line.
std::string source_of(const TokenReader& tokens, std::uint32_t begin, std::uint32_t end);

// The words of a message: `{found}` is the token at `begin` and `{last}` the one before `end`, in
// backticks; `{word}` and `{last-word}` are the same without them; `{owner}` is what the innermost
// open rule with a name belongs to: "input `x`".
std::string filled(std::string_view message, const ParseState& state, std::uint32_t begin, std::uint32_t end);

// The fault of a mistake (mistakes.h) that matches the tokens `begin` to before `end`.
template <class Mistake>
[[noreturn]] void throw_mistake(const ParseState& state, std::uint32_t begin, std::uint32_t end);

}  // namespace tally::syntax
