#include "compiler/fingerprint/handed_on.h"

#include <algorithm>
#include <utility>

#include "compiler/diagrams/support.h"
#include "compiler/fingerprint/canonical_form.h"
#include "compiler/fingerprint/places.h"
#include "compiler/values/equal_values.h"

namespace tally {
namespace {

// With more pairs of outcomes than this to compare, equal ones are not looked for.
constexpr std::size_t max_compared = 20'000;
constexpr std::size_t max_rounds = 3;
// In larger forms neither, nor if the diagrams grow beyond this.
constexpr std::size_t max_nodes_to_compare = 10'000;
constexpr std::size_t equality_node_limit = std::size_t{1} << 18;

// A literal that is decided, as the text of its outcome.
std::string literal_text(const Origin& origin) {
  if (const auto* number = std::get_if<std::uint64_t>(&origin)) return "number " + std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&origin)) return "text " + *text;
  return "handed on";
}

bool hands_on(const Outcome& outcome) { return outcome.origin && !leaves_of(*outcome.origin).empty(); }

// An outcome as a text that has places instead of names.
std::string outcome_text(const Model& model, const Outcome& outcome, bool is_number) {
  if (!hands_on(outcome)) return outcome.text;
  std::string text = is_number ? "number" : "handed on";
  for (const auto& piece : pieces_of(*outcome.origin)) {
    const auto* literal = std::get_if<std::string>(&piece);
    const std::string part = literal ? *literal : place_text(model, std::get<ElementId>(piece));
    text += (literal ? " text " : " place ") + std::to_string(part.size()) + " " + part;
  }
  return text;
}

// Literals first, so that they stand for what is handed on where both are equal.
std::vector<std::size_t> order_of_outcomes(const std::vector<Outcome>& outcomes,
                                           const std::vector<std::string>& texts) {
  std::vector<std::size_t> order(outcomes.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(hands_on(outcomes[a]), texts[a]) < std::pair(hands_on(outcomes[b]), texts[b]);
  });
  return order;
}

// A function in which a leaf, alone or in a text, is the one value that its class has: `limit` is 60 in the class
// of 60.
OutcomeFunction settled(const OutcomeFunction& function, const Model& model, Graph& graph, const Classes& classes) {
  // What is not handed on stands for itself, as a literal that no rule can have.
  const auto as_origin = [](const Outcome& outcome) {
    return outcome.origin ? *outcome.origin : Origin('\0' + outcome.text);
  };
  ResultPart part;
  part.kind = ResultPart::Kind::origin;
  part.type = with_optional(text_type(), true);
  // The code 0 of a part is unset, so the codes of the function follow it.
  const auto codes = static_cast<std::uint32_t>(function.outcomes.size());
  std::vector<std::uint32_t> next(graph.codes(function.node));
  for (std::uint32_t code = 0; code < next.size(); ++code) next[code] = std::min(code, codes - 1) + 1;
  part.node = graph.recode(function.node, std::move(next), codes + 1);
  for (const Outcome& outcome : function.outcomes) part.origins.push_back(as_origin(outcome));
  const ResultPart split = settle(model, graph, classes, part);
  OutcomeFunction out{split.node, {{"no outcome", {}}}, function.is_number};
  for (const Origin& origin : split.origins) {
    const auto* text = std::get_if<std::string>(&origin);
    if (text != nullptr && !text->empty() && text->front() == '\0') {
      out.outcomes.push_back({text->substr(1), {}});
    } else {
      out.outcomes.push_back(outcome_of(origin));
    }
  }
  return out;
}

// How far equal outcomes are looked for: between leaves, and between a leaf and a literal; only the latter; not at
// all.
enum class Equalities : std::uint8_t { all, with_literals, none };

class OutcomeDiagram {
 public:
  OutcomeDiagram(const Model& model, Graph& graph, OutcomeFunction function, std::set<CutId> cuts,
                 Equalities equalities)
      : model_(model), graph_(graph), function_(std::move(function)), cuts_(std::move(cuts)) {
    look_at_outcomes();
    compares_ = equalities != Equalities::none && handed_on_ != 0 && handed_on_ * origins_.size() <= max_compared;
    if (compares_) add_equality_cuts();
    if (compares_ && equalities == Equalities::all) add_relations();
    if (compares_) settle_outcomes();
  }

  // Returns nothing if a leaf has too many classes.
  std::optional<CanonicalForm> form(std::size_t node_limit) {
    const Classes classes(model_, graph_, cuts_);
    const std::set<ElementId> elements = elements_read(classes);
    if (classes.too_wide(elements)) return std::nullopt;
    Space space(model_, graph_, classes, canonical_order(model_, elements), node_limit);
    const Diagram possible = space.possible(elements);
    Diagrams& d = space.diagrams();
    number_outcomes();
    Diagram values = d.recode(space.of(function_.node), number_by_code_);
    if (compares_) values = without_equal(classes, space, possible, values);
    // The terminals from 1 are outcomes; `no_call` is 0.
    std::vector<std::uint32_t> next(outcomes_.size());
    for (std::uint32_t i = 0; i < next.size(); ++i) next[i] = i + 1;
    const Diagram calls =
        d.choose(calls_about(model_, space, values, possible), d.recode(values, next), d.terminal(no_call));
    return canonical_form(model_, classes, space, calls, digests_);
  }

 private:
  void look_at_outcomes() {
    origins_.clear();
    handed_on_ = 0;
    for (const Outcome& outcome : function_.outcomes) {
      if (outcome.origin) origins_.push_back(*outcome.origin);
      handed_on_ += hands_on(outcome) ? 1 : 0;
    }
  }

  // Settling makes literals of leaves, which other leaves may equal, in classes that are made for them.
  void settle_outcomes() {
    const OutcomeFunction as_given = function_;
    for (std::size_t round = 0; round < max_rounds; ++round) {
      function_ = settled(as_given, model_, graph_, Classes(model_, graph_, cuts_));
      look_at_outcomes();
      const std::size_t known = cuts_.size();
      add_equality_cuts();
      if (cuts_.size() == known) return;
    }
  }

  // What tells whether something that is handed on equals a literal, or something else that is handed on.
  void add_equality_cuts() {
    for (const Outcome& outcome : function_.outcomes) {
      if (!hands_on(outcome)) continue;
      for (const Origin& other : origins_) {
        const auto cut = other == *outcome.origin ? std::nullopt : equality_cut(model_, *outcome.origin, other);
        if (!cut) continue;
        if (const auto id = graph_.nonempty_cut(cut->first, cut->second)) cuts_.insert(*id);
      }
    }
  }

  void add_relations() {
    const std::set<CutId> relations = relations_between(model_, graph_, cuts_, origins_, origins_);
    cuts_.insert(relations.begin(), relations.end());
    for (const CutId relation : relations) compared_.insert(graph_.at(relation).element);
  }

  std::set<ElementId> elements_read(const Classes& classes) const {
    std::set<ElementId> elements = compared_;
    const NodeId root = function_.node;
    for (const NodeId id : graph_.reachable(std::span(&root, 1))) {
      const Node& node = graph_.node(id);
      if (reads_element(node.op)) elements.insert(node.element);
    }
    for (const Origin& origin : origins_) {
      if (!compares_) break;
      for (const ElementId leaf : leaves_of(origin)) {
        if (classes.width(leaf) > 1) elements.insert(leaf);
      }
    }
    return with_surroundings(model_, with_related(model_, std::move(elements)));
  }

  // Gives outcomes with one text one number, in the canonical order.
  void number_outcomes() {
    std::vector<std::string> texts;
    for (const Outcome& outcome : function_.outcomes)
      texts.push_back(outcome_text(model_, outcome, function_.is_number));
    number_by_code_.resize(texts.size());
    for (const std::size_t code : order_of_outcomes(function_.outcomes, texts)) {
      if (outcomes_.empty() || texts[code] != last_text_) {
        outcomes_.push_back(function_.outcomes[code]);
        digests_.push_back(Digesting("outcome").add(texts[code]).finish());
        last_text_ = texts[code];
      }
      number_by_code_[code] = static_cast<std::uint32_t>(outcomes_.size() - 1);
    }
  }

  Diagram without_equal(const Classes& classes, Space& space, Diagram possible, Diagram values) {
    Diagrams& d = space.diagrams();
    EqualValues equal(model_, classes, space);
    const auto calls_of = [&](std::size_t i) {
      return d.both(possible, d.where(values, static_cast<std::uint32_t>(i)));
    };
    const auto equal_in = [&](Diagram calls, std::size_t a, std::size_t b) {
      return d.both(calls, equal.compare(*outcomes_[a].origin, *outcomes_[b].origin).equal);
    };
    for (std::size_t j = 0; j < outcomes_.size(); ++j) {
      if (!hands_on(outcomes_[j])) continue;
      for (std::size_t i = 0; i < j; ++i) {
        const Diagram calls = calls_of(j);
        if (calls == d.no()) break;
        if (outcomes_[i].origin)
          values = d.choose(equal_in(calls, i, j), d.terminal(static_cast<std::uint32_t>(i)), values);
      }
    }
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      const Diagram calls = calls_of(i);
      if (calls == d.no() || !outcomes_[i].origin) continue;
      for (std::size_t j = 0; j < outcomes_.size(); ++j) {
        if (j == i || !hands_on(outcomes_[j]) || calls_of(j) == d.no() || equal_in(calls, i, j) != calls) continue;
        values = d.choose(calls, d.terminal(static_cast<std::uint32_t>(j)), values);
        break;
      }
    }
    return values;
  }

  const Model& model_;
  Graph& graph_;
  OutcomeFunction function_;
  std::set<CutId> cuts_;
  std::set<ElementId> compared_;  // the relations that tell whether two outcomes are equal
  std::vector<Origin> origins_;
  std::size_t handed_on_ = 0;
  bool compares_ = false;
  std::vector<Outcome> outcomes_;  // in the canonical order
  std::vector<Digest> digests_;
  std::vector<std::uint32_t> number_by_code_;
  std::string last_text_;
};

}  // namespace

Outcome outcome_of(const Origin& origin) { return {literal_text(origin), origin}; }

std::optional<Digest> digest_of(const Model& model, Graph& graph, const OutcomeFunction& function,
                                const std::set<CutId>& cuts, std::size_t node_limit) {
  const auto plain = OutcomeDiagram(model, graph, function, cuts, Equalities::none).form(node_limit);
  if (!plain) return std::nullopt;
  const bool compares = std::any_of(function.outcomes.begin(), function.outcomes.end(), hands_on);
  if (!compares || plain->nodes > max_nodes_to_compare) return plain->digest;
  // Looking for equal outcomes must not cost the digest, so its diagrams have a bound of their own.
  for (const Equalities equalities : {Equalities::all, Equalities::with_literals}) {
    try {
      OutcomeDiagram finer(model, graph, function, cuts, equalities);
      if (const auto form = finer.form(std::min(node_limit, equality_node_limit))) return form->digest;
    } catch (const NodeLimit&) {
    }
  }
  return plain->digest;
}

}  // namespace tally
