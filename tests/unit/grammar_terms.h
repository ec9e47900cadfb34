// The rules of the grammar as terms of EBNF: what a rule matches is read from its type.
//
//   Bodies bodies;
//   term<grammar::file>(bodies);   // bodies["let"] is the production of `let`
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "grammar/parse/rules/proofs_and_examples.h"
#include "grammar/parse/tokens/token_grammar.h"
#include "tests/support/ebnf.h"

namespace tally::syntax {

using testing::Ebnf;
namespace p = tao::pegtl;
namespace pi = tao::pegtl::internal;

// The keywords in the order of `Word`, which begins with `none`.
inline constexpr const char* keywords[] = {
#define TALLY_KEYWORD(name, spelling) spelling,
#include "grammar/parse/tokens/keywords.def"
#undef TALLY_KEYWORD
};

// The name on the page of a rule of the grammar (`list_item`) or of the lexer (`rules::name`).
inline std::string page_name(std::string rule) {
  if (rule == "rules::name") return "word";
  if (rule == "rules::digits") return "number";
  if (rule == "rules::pointer") return "plain-pointer";
  if (rule == "rules::file") return "tokens";
  if (rule == "first_binder") return "binder";
  if (rule.starts_with("rules::")) rule.erase(0, 7);
  std::replace(rule.begin(), rule.end(), '_', '-');
  return rule;
}

// The bodies of productions, by their names on the page.
using Bodies = std::map<std::string, Ebnf>;

// Whether a rule is a struct of its own that is made from other rules, and not written in place.
template <class Rule>
constexpr bool is_named =
    p::demangle<Rule>().starts_with("tally::syntax::") && p::demangle<Rule>().find('<') == std::string_view::npos &&
    !std::is_same_v<Rule, typename Rule::rule_t>;

// `Body<Rule::rule_t>::make(bodies)` is the term for a rule.
template <class Rule>
struct Body;

template <class Rule>
Ebnf term(Bodies& bodies) {
  if constexpr (!is_named<Rule>) {
    return Body<typename Rule::rule_t>::make(bodies);
  } else {
    constexpr std::string_view full = p::demangle<Rule>();
    constexpr std::string_view grammar = "tally::syntax::grammar::", lexer = "tally::syntax::";
    const std::string name =
        page_name(std::string(full.substr(full.starts_with(grammar) ? grammar.size() : lexer.size())));
    if (bodies.try_emplace(name).second) {
      Ebnf body = Body<typename Rule::rule_t>::make(bodies);
      bodies[name] = std::move(body);
    }
    return testing::reference(name);
  }
}

template <class... Rules>
std::vector<Ebnf> terms(Bodies& bodies) {
  std::vector<Ebnf> all;
  (all.push_back(term<Rules>(bodies)), ...);
  return all;
}

inline Ebnf partial(Ebnf term) {
  term.is_partial = true;
  return term;
}

// Bodies of rules that match what some rules match one after another, or what one of them matches.
template <class... Rules>
struct InSequence {
  static Ebnf make(Bodies& bodies) { return testing::sequence(terms<Rules...>(bodies)); }
};
struct Nothing {
  static Ebnf make(Bodies&) { return {}; }
};

// A rule that looks at the tokens, and consumes none.
template <class Rule>
requires std::derived_from<Rule, grammar::consumes<0>>
struct Body<Rule> : Nothing {
};
template <class... Rules>
struct Body<pi::at<Rules...>> : Nothing {};
template <class... Rules>
struct Body<pi::not_at<Rules...>> : Nothing {};
template <class... Mistakes>
struct Body<grammar::mistakes<Mistakes...>> : Nothing {};
template <>
struct Body<pi::failure> {
  static Ebnf make(Bodies&) { return testing::never(); }
};

template <class... Rules>
struct Body<pi::seq<Rules...>> : InSequence<Rules...> {};
template <class... Rules>
struct Body<pi::must<Rules...>> : InSequence<Rules...> {};
template <bool result, class... Rules>
struct Body<pi::if_must<result, Rules...>> : InSequence<Rules...> {};
template <class... Rules>
struct Body<pi::sor<Rules...>> {
  static Ebnf make(Bodies& bodies) { return testing::choice(terms<Rules...>(bodies)); }
};
template <class... Rules>
struct Body<pi::opt<Rules...>> {
  static Ebnf make(Bodies& bodies) { return testing::optional(InSequence<Rules...>::make(bodies)); }
};
template <class... Rules>
struct Body<pi::star<Rules...>> {
  static Ebnf make(Bodies& bodies) { return testing::any_number(InSequence<Rules...>::make(bodies)); }
};
template <class... Rules>
struct Body<pi::plus<Rules...>> {
  static Ebnf make(Bodies& bodies) { return testing::at_least_one(InSequence<Rules...>::make(bodies)); }
};

template <class Rule>
struct Body<grammar::place<Rule>> : InSequence<Rule> {};
template <class Rule>
struct Body<grammar::deeper<Rule>> : InSequence<Rule> {};
template <class Rule>
struct Body<grammar::begins_suffix<Rule>> : InSequence<Rule> {};
template <class Rule>
struct Body<grammar::with_suffixes<Rule>> : InSequence<Rule> {};
template <class Rule>
struct Body<grammar::counted_by_lines<Rule>> : InSequence<Rule> {};
template <class Opening, class Inside, class Closing>
struct Body<grammar::enclosed<Opening, Inside, Closing>> : InSequence<Opening, Inside, Closing> {};
template <class Cell>
struct Body<grammar::as_many_as_columns<Cell>> {
  static Ebnf make(Bodies& bodies) { return partial(testing::at_least_one(term<Cell>(bodies))); }
};

// --- tokens

// The characters of a symbol, from the rules of the lexer.
template <Kind kind, char... characters>
std::string characters_if(Kind wanted, p::type_list<rules::symbol<kind, characters...>>) {
  return kind == wanted ? std::string{characters...} : std::string();
}
template <class... Symbols>
std::string characters_of(Kind wanted, p::type_list<Symbols...>) {
  return (characters_if(wanted, p::type_list<Symbols>()) + ...);
}
inline Ebnf symbol_term(Kind kind) {
  if (kind == Kind::ellipsis) return testing::quoted("...");
  return testing::quoted(characters_of(kind, rules::symbols::subs_t()));
}

template <Kind kind>
struct Body<grammar::symbol<kind>> {
  static Ebnf make(Bodies&) { return symbol_term(kind); }
};
template <>
struct Body<grammar::symbol<Kind::pointer>> : InSequence<rules::pointer> {};
template <Kind kind>
struct Body<grammar::touching<kind>> {
  static Ebnf make(Bodies&) { return partial(symbol_term(kind)); }
};
template <Word word>
struct Body<grammar::key<word>> {
  static Ebnf make(Bodies&) { return testing::quoted(keywords[static_cast<int>(word) - 1]); }
};
template <char... characters>
struct Body<grammar::spelled<characters...>> {
  static Ebnf make(Bodies&) { return testing::quoted({characters...}); }
};
template <>
struct Body<grammar::literal_token<Kind::number>> : InSequence<rules::number> {};
template <>
struct Body<grammar::literal_token<Kind::range>> : InSequence<rules::range> {};
template <>
struct Body<grammar::literal_token<Kind::text>> : InSequence<rules::text> {};
// A name is a word of the lexer that is not a keyword; the name of a field is any word.
template <>
struct Body<grammar::name> {
  static Ebnf make(Bodies& bodies) {
    bodies["name"] = term<rules::name>(bodies);
    return testing::reference("name");
  }
};
template <>
struct Body<grammar::field_name> : InSequence<rules::name> {};

// --- characters

// A character within brackets: `#x9` for what cannot be seen, or has a meaning there.
inline std::string in_class(char c) {
  if (c > ' ' && c < '\x7f' && std::string_view("[]^-#\\").find(c) == std::string_view::npos) return {c};
  std::ostringstream hexadecimal;
  hexadecimal << "#x" << std::uppercase << std::hex << static_cast<int>(static_cast<unsigned char>(c));
  return hexadecimal.str();
}

template <pi::result_on_found found, class Peek, char... characters>
struct Body<pi::one<found, Peek, characters...>> {
  static Ebnf make(Bodies&) {
    const bool is_negated = found == pi::result_on_found::failure;
    if (!is_negated && sizeof...(characters) == 1) return testing::quoted({characters...});
    std::string text = is_negated ? "[^" : "[";
    ((text += in_class(characters)), ...);
    return testing::terminal(text + "]");
  }
};
template <class Peek, char low, char high>
struct Body<pi::range<pi::result_on_found::success, Peek, low, high>> {
  static Ebnf make(Bodies&) { return testing::terminal("[" + in_class(low) + "-" + in_class(high) + "]"); }
};
template <class Peek, char... bounds>
struct Body<pi::ranges<Peek, bounds...>> {
  static Ebnf make(Bodies&) {
    const std::string all{bounds...};
    std::string text = "[";
    for (std::size_t i = 0; i < all.size(); i += 2) text += in_class(all[i]) + "-" + in_class(all[i + 1]);
    return testing::terminal(text + "]");
  }
};
template <char... characters>
struct Body<pi::string<characters...>> {
  static Ebnf make(Bodies&) { return testing::quoted({characters...}); }
};

}  // namespace tally::syntax
