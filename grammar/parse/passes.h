// The two passes over a text, with the grammar and a control class of PEGTL.
//
// In:     tokens, where a text of some kind begins, and the control: `NodeControl`, or one that derives
//         from it and watches the rules
// Out:    as `match` of matcher.h
// Always: whoever includes it compiles the whole grammar. Private to grammar/parse/ and its test.
#pragma once

#include <optional>
#include <utility>

#include "grammar/parse/matcher.h"
#include "grammar/parse/node_control.h"

namespace tally::syntax {

template <class Rule, template <class...> class Control>
bool run(TokenInput& in, ParseState& state) {
  return Control<Rule>::template match<tao::pegtl::apply_mode::nothing, tao::pegtl::rewind_mode::dontcare,
                                       tao::pegtl::nothing, Control>(in, state);
}

template <template <class...> class Control>
bool run(Text text, TokenInput& in, ParseState& state) {
  switch (text) {
    case Text::declaration: return run<grammar::declaration, Control>(in, state);
    case Text::expression: return run<grammar::must<grammar::lone_expression>, Control>(in, state);
    case Text::expectation: return run<grammar::expectation, Control>(in, state);
    case Text::paths: return run<grammar::must<grammar::lone_paths>, Control>(in, state);
    case Text::insertion: return run<grammar::must<grammar::lone_insertion>, Control>(in, state);
  }
  return false;
}

// Whether a text of this kind may end here.
inline bool may_end(Text text, const TokenInput& in) {
  return in.token().kind == Kind::end || (text == Text::declaration && begins_declaration(in.token().word));
}

template <template <class...> class Control>
std::optional<Fault> match_with(Text text, ParseState& state, std::uint32_t& position) {
  for (const bool with_mistakes : {false, true}) {
    state.reset();
    state.with_mistakes = with_mistakes;
    TokenInput in(state.tokens, position);
    try {
      if (run<Control>(text, in, state)) {
        // What stands behind may be the second half of a mistake: `a < b < c`.
        if (!with_mistakes && !may_end(text, in)) continue;
        position = in.position();
        return std::nullopt;
      }
    } catch (const NoMatch&) {
      continue;
    } catch (Fault& fault) {
      position = fault.at;
      return std::move(fault);
    }
  }
  // The caller has seen that the text begins as it should, and every further rule is in a `must`.
  return unexpected(state, position, DiagnosticId::expected_declaration, "a declaration");
}

}  // namespace tally::syntax
