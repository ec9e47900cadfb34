// Rules made of rules that PEGTL lacks: brackets that know where they opened, bounded nesting,
// places, and mistakes.
//
// For example, `enclosed<left_paren, condition, close_paren>` matches `(a or b)`.
//
// In:     rules over tokens
// Out:    rules over tokens
// Always: nesting in brackets, and the suffixes of one expression or type, stay below
//         `max_nesting`. So neither the parser nor what walks the tree can overflow the stack.
//         Private to grammar/parse/.
#pragma once

#include <algorithm>
#include <utility>

#include "grammar/parse/engine/faults.h"
#include "grammar/parse/engine/token_input.h"

namespace tally::syntax::grammar {

// The place of a rule in another one, with a name and an expectation (expectations.h) of its own:
// `struct outcome : place<expression> {}`.
template <class Rule>
struct place {
  using rule_t = place;
  using subs_t = p::type_list<Rule>;
  template <p::apply_mode A, p::rewind_mode M, template <class...> class Action, template <class...> class Control,
            class Input, class... States>
  static bool match(Input& in, ParseState& state, States&&... rest) {
    return Control<Rule>::template match<A, M, Action, Control>(in, state, rest...);
  }
};

// A literal whose characters are checked: a number with letters in it is malformed.
template <Kind kind>
struct literal_token : terminal<literal_token<kind>> {
  static bool at(const TokenInput& in, ParseState& state) {
    if (in.token().kind != kind) return false;
    const auto wrong = state.tokens.malformed(in.position());
    if (!wrong) return true;
    fail(state, in.position(), [&] { return fault_of(*wrong); });
  }
};

// Counts one more level of nesting.
inline void descend(ParseState& state, std::uint32_t at) {
  if (++state.depth <= max_nesting) return;
  fail(state, at,
       [&] { return too_deep(state, at, "nesting deeper than " + std::to_string(max_nesting) + " levels"); });
}

// `Opening Inside Closing`, where Inside does not fail. Closing is what matches the opening bracket.
template <class Opening, class Inside, class Closing>
struct enclosed {
  using rule_t = enclosed;
  using subs_t = p::type_list<Opening, Inside, Closing>;
  template <p::apply_mode A, p::rewind_mode, template <class...> class Action, template <class...> class Control,
            class Input, class... States>
  static bool match(Input& in, ParseState& state, States&&... rest) {
    const auto begin = in.position();
    if (!Control<Opening>::template match<A, p::rewind_mode::required, Action, Control>(in, state, rest...)) {
      return false;
    }
    descend(state, begin);
    state.brackets.push_back(begin);
    const bool inside =
        Control<Inside>::template match<A, p::rewind_mode::dontcare, Action, Control>(in, state, rest...);
    if (!inside ||
        !Control<Closing>::template match<A, p::rewind_mode::dontcare, Action, Control>(in, state, rest...)) {
      Control<Closing>::raise(in, state);
    }
    state.brackets.pop_back();
    --state.depth;
    return true;
  }
};

// Recursion without a bracket: `not not a`.
template <class Rule>
struct deeper {
  using rule_t = deeper;
  using subs_t = p::type_list<Rule>;
  template <p::apply_mode A, p::rewind_mode M, template <class...> class Action, template <class...> class Control,
            class Input, class... States>
  static bool match(Input& in, ParseState& state, States&&... rest) {
    descend(state, in.position());
    const bool matched = Control<Rule>::template match<A, M, Action, Control>(in, state, rest...);
    --state.depth;
    return matched;
  }
};

// The token that begins a suffix. `a.b.c` and `T???` nest to the left without brackets, so the
// suffixes on the way from the root to a leaf are counted, those in brackets included.
template <class Rule>
struct begins_suffix {
  using rule_t = begins_suffix;
  using subs_t = p::type_list<Rule>;
  template <p::apply_mode A, p::rewind_mode M, template <class...> class Action, template <class...> class Control,
            class Input, class... States>
  static bool match(Input& in, ParseState& state, States&&... rest) {
    const auto begin = in.position();
    if (!Control<Rule>::template match<A, M, Action, Control>(in, state, rest...)) return false;
    if (++state.suffixes <= max_nesting) return true;
    fail(state, begin,
         [&] { return too_deep(state, begin, "more than " + std::to_string(max_nesting) + " suffixes in a row"); });
  }
};
template <class Rule>
struct with_suffixes {
  using rule_t = with_suffixes;
  using subs_t = p::type_list<Rule>;
  template <p::apply_mode A, p::rewind_mode M, template <class...> class Action, template <class...> class Control,
            class Input, class... States>
  static bool match(Input& in, ParseState& state, States&&... rest) {
    const std::size_t around = std::exchange(state.suffixes, 0);
    const bool matched = Control<Rule>::template match<A, M, Action, Control>(in, state, rest...);
    state.suffixes = std::max(around, state.suffixes);
    return matched;
  }
};

// Mistakes that people make at this place (mistakes.h). The first pass does not look at them. In the
// second pass, the first one that matches is the fault. Otherwise this matches nothing.
template <class... Mistakes>
struct mistakes {
  using rule_t = mistakes;
  using subs_t = p::type_list<Mistakes...>;
  template <p::apply_mode A, p::rewind_mode, template <class...> class Action, template <class...> class Control,
            class Input, class... States>
  static bool match(Input& in, ParseState& state, States&&... rest) {
    if (!state.with_mistakes) return true;
    const auto begin = in.position();
    const auto look = [&]<class Mistake>(p::type_list<Mistake>) {
      const bool made =
          Control<Mistake>::template match<A, p::rewind_mode::required, Action, Control>(in, state, rest...);
      if (made) throw_mistake<Mistake>(state, begin, in.position());
    };
    (look(p::type_list<Mistakes>()), ...);
    return true;
  }
};
// The same as the last alternative of a choice.
template <class... Mistakes>
struct or_mistakes : p::seq<mistakes<Mistakes...>, p::failure> {};

}  // namespace tally::syntax::grammar

namespace tao::pegtl {
template <class Name, class Rule>
struct analyze_traits<Name, tally::syntax::grammar::place<Rule>> : analyze_seq_traits<Rule> {};
template <class Name, class Opening, class Inside, class Closing>
struct analyze_traits<Name, tally::syntax::grammar::enclosed<Opening, Inside, Closing>>
    : analyze_seq_traits<Opening, Inside, Closing> {};
template <class Name, class Rule>
struct analyze_traits<Name, tally::syntax::grammar::deeper<Rule>> : analyze_seq_traits<Rule> {};
template <class Name, class Rule>
struct analyze_traits<Name, tally::syntax::grammar::begins_suffix<Rule>> : analyze_seq_traits<Rule> {};
template <class Name, class Rule>
struct analyze_traits<Name, tally::syntax::grammar::with_suffixes<Rule>> : analyze_seq_traits<Rule> {};
template <class Name, class... Mistakes>
struct analyze_traits<Name, tally::syntax::grammar::mistakes<Mistakes...>> : analyze_opt_traits<Mistakes...> {};
}  // namespace tao::pegtl
