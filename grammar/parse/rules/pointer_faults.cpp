// The faults of JSON Pointers: see pointer_faults.h.
#include "grammar/parse/rules/pointer_faults.h"

namespace tally::syntax::grammar {

std::optional<Fault> fault_in_pointer(const ParseState& state, std::uint32_t at) {
  const TokenReader& tokens = state.tokens;
  const auto fault = [&](Span place, std::string message) {
    return make_fault(DiagnosticId::bad_pointer, place, std::move(message));
  };
  std::string pointer;
  if (tokens[at].kind == Kind::text) {
    pointer = tokens.text_literal(at).value;
    if (!pointer.starts_with('/')) return fault(tokens.span(at), "a JSON Pointer begins with `/`");
  } else {
    pointer = std::string(tokens.text(at));
    if (pointer == "/") {
      return fault(tokens.span(at), "a key is missing after `/`")
          .help("a pointer to an empty key stands in quotes: `\"/\"`");
    }
    // What touches the pointer was meant to be a part of it.
    const Token& next = tokens[at + 1];
    if (!next.spaced && next.kind != Kind::end && next.kind != Kind::comma && next.kind != Kind::right_brace &&
        next.kind != Kind::assign) {
      return fault(tokens.span(at + 1), tokens.quoted(at + 1) + " stands in no JSON Pointer without quotes")
          .help("a key with such a character is quoted: `at \"" + pointer + "...\"`; a pointer has no variables");
    }
  }
  for (std::size_t i = pointer.find('~'); i != std::string::npos; i = pointer.find('~', i + 1)) {
    const char next = i + 1 < pointer.size() ? pointer[i + 1] : '\0';
    if (next != '0' && next != '1') {
      return fault(tokens.span(at), "`~` in a JSON Pointer is followed by `0` or `1`")
          .help("`~0` is a tilde, `~1` a slash within a key");
    }
  }
  return std::nullopt;
}

}  // namespace tally::syntax::grammar
