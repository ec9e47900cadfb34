// How PEGTL reports to the parse state: the one control class of the grammar.
//
// In:     start, success and failure of a rule; `must` and `enclosed` where a rule fails
// Out:    nodes in the state; a fault with what was expected
// Always: in the first pass a fault is a `NoMatch` without words. Private to grammar/parse/.
#pragma once

#include "grammar/parse/messages/expectations.h"
#include "grammar/parse/messages/mistakes.h"
#include "grammar/parse/rules/proofs_and_examples.h"

namespace tally::syntax {

template <class Rule>
struct NodeControl {
  static constexpr bool enable = is_node<Rule>;

  template <tao::pegtl::apply_mode A, tao::pegtl::rewind_mode M, template <class...> class Action,
            template <class...> class Control, class Input, class... States>
  static bool match(Input& in, States&&... states) {
    return tao::pegtl::match<Rule, A, M, Action, Control>(in, states...);
  }
  template <class... Rest>
  static void start(const TokenInput& in, ParseState& state, Rest&&...) {
    if constexpr (is_node<Rule> && !is_leaf<Rule>) state.start(rule_number<Rule>, in.position());
  }
  template <class... Rest>
  static void success(const TokenInput& in, ParseState& state, Rest&&...) {
    if constexpr (is_leaf<Rule>) {
      state.nodes.push_back({rule_number<Rule>, in.position() - 1, in.position(), 1});
    } else if constexpr (is_node<Rule>) {
      state.succeed(in.position(), collapses<Rule>);
    }
  }
  template <class... Rest>
  static void failure(const TokenInput&, ParseState& state, Rest&&...) {
    if constexpr (is_node<Rule> && !is_leaf<Rule>) state.fail();
  }
  template <class... Rest>
  [[noreturn]] static void raise(const TokenInput& in, ParseState& state, Rest&&...) {
    constexpr const Expectation& expected = expectation<Rule>;
    static_assert(expected.what != nullptr, "expectations.h has no words for this rule");
    throw_unexpected(expected, state, in.position());
  }
};

}  // namespace tally::syntax
