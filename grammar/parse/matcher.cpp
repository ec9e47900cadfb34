// Runs the grammar over tokens: see matcher.h. The one translation unit that has the grammar's code.
#include "grammar/parse/matcher.h"

#include "grammar/parse/node_control.h"

namespace tally::syntax {
namespace {

template <class Rule>
bool run(TokenInput& in, ParseState& state) {
  return tao::pegtl::match<Rule, tao::pegtl::apply_mode::nothing, tao::pegtl::rewind_mode::dontcare,
                           tao::pegtl::nothing, NodeControl>(in, state);
}

bool run(Text text, TokenInput& in, ParseState& state) {
  switch (text) {
    case Text::declaration: return run<grammar::declaration>(in, state);
    case Text::expression: return run<tao::pegtl::must<grammar::lone_expression>>(in, state);
    case Text::expectation: return run<grammar::expectation>(in, state);
    case Text::paths: return run<tao::pegtl::must<grammar::lone_paths>>(in, state);
    case Text::insertion: return run<tao::pegtl::must<grammar::lone_insertion>>(in, state);
  }
  return false;
}

// Whether a text of this kind may end here.
bool may_end(Text text, const TokenInput& in) {
  return in.token().kind == Kind::end || (text == Text::declaration && begins_declaration(in.token().word));
}

}  // namespace

std::optional<Fault> match(Text text, ParseState& state, std::uint32_t& position) {
  for (const bool with_mistakes : {false, true}) {
    state.reset();
    state.with_mistakes = with_mistakes;
    TokenInput in(state.tokens, position);
    try {
      if (run(text, in, state)) {
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

const Owner* owner_of(std::uint16_t rule) {
  static constexpr Owner type{"type ", 1}, input{"input ", 1}, let{"let ", 1}, decision{"decision ", 1},
      parameter{"parameter ", 0}, field{"field ", 0}, member{"member ", 0}, binder{"", 0};
  switch (rule) {
    case rule_number<grammar::type_declaration>: return &type;
    case rule_number<grammar::input>: return &input;
    case rule_number<grammar::let>: return &let;
    case rule_number<grammar::decision>: return &decision;
    case rule_number<grammar::parameter>: return &parameter;
    case rule_number<grammar::field>: return &field;
    case rule_number<grammar::member>: return &member;
    case rule_number<grammar::first_binder>:
    case rule_number<grammar::next_binder>: return &binder;
    default: return nullptr;
  }
}

}  // namespace tally::syntax
