// Runs the grammar over tokens: see matcher.h. The one translation unit that has the grammar's code.
#include "grammar/parse/matcher.h"

#include "grammar/parse/passes.h"

namespace tally::syntax {

std::optional<Fault> match(Text text, ParseState& state, std::uint32_t& position) {
  return match_with<NodeControl>(text, state, position);
}

const Owner* owner_of(std::uint16_t rule) {
  static constexpr Owner type{"type ", 1}, input{"input ", 1}, let{"let ", 1}, decision{"decision ", 1},
      amendment{"the amendment of ", 2}, parameter{"parameter ", 0}, field{"field ", 0}, member{"member ", 0},
      binder{"", 0};
  switch (rule) {
    case rule_number<grammar::type_declaration>: return &type;
    case rule_number<grammar::input>: return &input;
    case rule_number<grammar::let>: return &let;
    case rule_number<grammar::decision>: return &decision;
    case rule_number<grammar::amendment>: return &amendment;
    case rule_number<grammar::parameter>: return &parameter;
    case rule_number<grammar::field>: return &field;
    case rule_number<grammar::member>: return &member;
    case rule_number<grammar::first_binder>:
    case rule_number<grammar::next_binder>: return &binder;
    default: return nullptr;
  }
}

}  // namespace tally::syntax
