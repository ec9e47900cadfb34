// Examples: the given values fix codes, and the expectation must hold for every remaining
// call. See checks.h.
//
// For example,
//
//   example "a call from outside" {
//     given  source is offnet
//     expect recording is on
//   }
//
// fixes `source` and leaves open only the required inputs that are not given.
//
// An example fixes nearly all elements: those that are given, and those that are unset
// because they are not given. So only functions of the few open elements are built.
#include <algorithm>
#include <map>
#include <utility>

#include "compiler/checks/evidence.h"
#include "grammar/source/excerpt.h"

namespace tally {
namespace {

constexpr std::size_t max_assumed = 4;  // facts that an example assumes; if there are more, none is shown
// The product of the codes of the open elements. Up to this number any order of the
// variables will do.
constexpr std::size_t max_open = 4096;

// The requirement that the givens have for one element.
struct Wish {
  enum class Kind : std::uint8_t { value, set, unset } kind = Kind::set;
  Literal value;          // for the kind `value`
  std::size_t given = 0;  // the first given that requires it
};

class ExampleCheck {
 public:
  ExampleCheck(const Checker& checker, const Example& example)
      : checker_(checker), model_(checker.model()), example_(example) {}

  void check() {
    for (std::size_t i = 0; i < example_.givens.size(); ++i) {
      if (!add_wishes(wishes_, i, Contradiction::is_reported)) return;
    }
    Question question;
    for (const auto& [element, wish] : wishes_) {
      if (!model_.at(element).has_code()) continue;
      question.elements.insert(element);
      if (wish.kind == Wish::Kind::value) add_single_class(question, element, wish.value);
    }
    for (const Expectation& expected : example_.expectations) {
      question.add(condition(expected).reads);
      question.add(claim(expected).reads);
      question.add_root(condition(expected).node);
      question.add_root(claim(expected).node);
      question.add(checker_.reads_of(undecided_behind(expected)));
      // The decisions are read to show the actual outcome.
      for (const DecisionId id : mentioned(model_, expected.claim)) {
        question.add(checker_.lowering().decision(id).reads);
      }
    }
    if (checker_.report_failures(example_.span)) return;
    question.elements = with_surroundings(model_, with_related(model_, std::move(question.elements)));
    elements_ = question.elements;
    // How a default compares with another value is known.
    for (const ElementId element : elements_) {
      const auto& relation = model_.at(element).relation;
      if (!relation) continue;
      for (const ElementId leaf : {relation->left, relation->right}) {
        const auto& usual = model_.at(leaf).default_value;
        if (usual && !wishes_.contains(leaf)) add_single_class(question, leaf, *usual);
      }
    }

    const auto classes = checker_.classes(question);
    std::size_t open = 1;
    for (const ElementId element : elements_) {
      if (open <= max_open) open *= std::max(1u, codes_of(*classes, wishes_, element).size());
    }
    const SpaceOrder order = open <= max_open ? SpaceOrder::of_policy : SpaceOrder::best;
    const auto view = checker_.question_space(question, example_.span, order);
    if (!view) return;
    SpaceWithin within(view->space(), held_by_wishes(view->classes(), wishes_));
    if (possible_calls(*view, within) == view->diagrams().no()) return report_impossible(*view);
    for (const Expectation& expected : example_.expectations) {
      if (!holds(*view, within, expected)) report(*view, within, expected);
    }
  }

  std::string name() const { return "example `" + example_.title + "`"; }

 private:
  using Wishes = std::map<ElementId, Wish>;

  LoweredCondition claim(const Expectation& expected) const { return checker_.lowering().condition(expected.claim); }
  LoweredCondition condition(const Expectation& expected) const {
    if (!expected.condition) return {checker_.graph().yes(), {}};
    return checker_.lowering().condition(expected.condition);
  }

  DecisionSet undecided_behind(const Expectation& expected) const {
    return checker_.undecided_behind({expected.claim, expected.condition});
  }

  // Adds the requirements of one given. Returns false if they contradict an earlier
  // given.
  enum class Contradiction { is_reported, is_known };
  bool add_wishes(Wishes& wishes, std::size_t index, Contradiction contradiction) const {
    const Given& given = example_.givens[index];
    const auto wish = [&](ElementId element, Wish::Kind kind, const Literal& value = {}) {
      const auto [found, is_new] = wishes.try_emplace(element, Wish{kind, value, index});
      if (is_new) return true;
      Wish& earlier = found->second;
      if (earlier.kind == kind && (kind != Wish::Kind::value || earlier.value == value)) return true;
      if (earlier.kind != Wish::Kind::unset && kind != Wish::Kind::unset && earlier.kind != kind) {
        if (kind == Wish::Kind::value) earlier = {kind, value, index};  // an element with a value is set
        return true;
      }
      if (contradiction == Contradiction::is_reported) {
        checker_.diagnostics()
            .add(DiagnosticId::example_is_empty, given.span, "this `given` of " + name() + " contradicts another one")
            .label(example_.givens[earlier.given].span, "the other one")
            .note("both state what `" + model_.at(element).name + "` is");
      }
      return false;
    };
    for (const ElementId named : elements_of_path(model_, given.path, {})) {
      for (const ElementId around : optional_ancestors(model_, named)) {
        if (!wish(around, Wish::Kind::set)) return false;
      }
      const auto* presence = std::get_if<ast::Presence>(&given.value);
      const auto* literal = std::get_if<Literal>(&given.value);
      if (presence && *presence == ast::Presence::set) {
        if (!wish(named, Wish::Kind::set)) return false;
      } else if (presence || std::holds_alternative<Unset>(*literal)) {
        for (const ElementId element : below(model_, named)) {
          if (!wish(element, Wish::Kind::unset)) return false;
        }
      } else if (!wish(named, Wish::Kind::value, *literal)) {
        return false;
      }
    }
    return true;
  }

  // Makes the given value a class of its own in this example.
  void add_single_class(Question& question, ElementId element, const Literal& value) const {
    Cut cut;
    if (const auto* number = std::get_if<std::uint64_t>(&value)) {
      cut.ranges.push_back({*number, *number});
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      cut.texts.push_back(*text);
    } else {
      return;
    }
    if (const auto id = checker_.graph().nonempty_cut(element, cut)) question.cuts.insert(*id);
  }

  // The codes that an element may have in the example.
  CodeSet codes_of(const Classes& classes, const Wishes& wishes, ElementId id) const {
    const auto fixed = [](unsigned code) { return CodeSet().add(code); };
    const Element& element = model_.at(id);
    if (element.relation) {  // it follows from its leaves
      CodeSet all;
      for (unsigned code = classes.first(id); code < classes.codes(id); ++code) all.add(code);
      return all;
    }
    const auto found = wishes.find(id);
    if (found != wishes.end() && found->second.kind == Wish::Kind::unset) return fixed(0);
    if (found != wishes.end() && found->second.kind == Wish::Kind::value) {
      return fixed(classes.code_of(id, found->second.value));
    }
    if (found == wishes.end()) {
      for (const ElementId around : optional_ancestors(model_, id)) {
        const auto object = wishes.find(around);
        if (object == wishes.end() || object->second.kind != Wish::Kind::set) return fixed(0);
      }
      if (element.default_value) return fixed(classes.code_of(id, *element.default_value));
      if (element.optional()) return fixed(0);
    }
    CodeSet set;
    for (unsigned code = 1; code < classes.codes(id); ++code) set.add(code);
    return set;
  }

  Held held_by_wishes(const Classes& classes, const Wishes& wishes) const {
    Held held;
    for (const ElementId element : elements_) held.emplace(element, codes_of(classes, wishes, element));
    return held;
  }

  // The possible calls of the example, as a condition on the elements that it leaves
  // open.
  Diagram possible_calls(const QuestionSpace& view, SpaceWithin& within) const {
    Diagram calls = view.diagrams().yes();
    for (const ElementId element : elements_) {
      const CodeSet& codes = within.held().at(element);
      if (codes.empty()) return view.diagrams().no();
      if (codes.size() > 1) calls = view.diagrams().both(view.space().test(element, codes), calls);
    }
    return view.diagrams().both(calls, within.possible(elements_));
  }

  // The same, as a condition on all of its elements.
  Diagram all_calls(const QuestionSpace& view, SpaceWithin& within) const {
    Diagram calls = possible_calls(view, within);
    std::vector<VariableId> variables = view.space().variables(elements_);
    for (auto v = variables.rbegin(); v != variables.rend(); ++v) {
      const ElementId element = view.space().element(*v);
      calls = view.diagrams().both(view.space().test(element, within.held().at(element)), calls);
    }
    return calls;
  }

  // Restricts the calls to those that satisfy `when` and that the decisions behind it
  // decide.
  Diagram asked_of(const QuestionSpace& view, SpaceWithin& within, const Expectation& expected, Diagram calls) const {
    Diagrams& diagrams = view.diagrams();
    calls = diagrams.both(calls, within.of(condition(expected).node));
    for (const DecisionId id : undecided_behind(expected)) {
      calls = diagrams.but_not(calls, diagrams.where(within.of(checker_.lowering().decision(id).rule), 0));
    }
    return calls;
  }

  // Reports that no document has all given values. The report names the first given that
  // makes them impossible.
  void report_impossible(const QuestionSpace& view) const {
    Wishes wishes;
    std::size_t first = 0;
    for (; first < example_.givens.size(); ++first) {
      add_wishes(wishes, first, Contradiction::is_known);
      SpaceWithin within(view.space(), held_by_wishes(view.classes(), wishes));
      if (possible_calls(view, within) == view.diagrams().no()) break;
    }
    const Span span = first < example_.givens.size() ? example_.givens[first].span : example_.span;
    checker_.diagnostics()
        .add(DiagnosticId::example_is_empty, span, "no document has what " + name() + " gives")
        .note("this `given` cannot stand together with those before it");
  }

  bool holds(const QuestionSpace& view, SpaceWithin& within, const Expectation& expected) const {
    const Diagram calls = asked_of(view, within, expected, possible_calls(view, within));
    return calls != view.diagrams().no() && view.diagrams().within(calls, within.of(claim(expected).node));
  }

  void report(const QuestionSpace& view, SpaceWithin& within, const Expectation& expected) const {
    Space& space = view.space();
    Diagrams& diagrams = view.diagrams();
    const LoweredCondition when = condition(expected), claimed = claim(expected);
    const DecisionSet undecided = undecided_behind(expected);
    const Diagram calls = asked_of(view, within, expected, all_calls(view, within));
    if (calls == diagrams.no() && !undecided.empty()) return;
    if (calls == diagrams.no()) {
      Diagnostic& d = checker_.diagnostics().add(DiagnosticId::example_is_empty, expected.span,
                                                 "no call of " + name() + " satisfies the `when` of this `expect`");
      d.note("members and inputs that are not given are unset, or have their default, where they may");
      return;
    }
    const Diagram bad = diagrams.but_not(calls, within.of(claimed.node));
    if (bad == diagrams.no()) return;
    if (!checker_.wants_evidence()) {
      checker_.diagnostics().add(DiagnosticId::example_fails, expected.span, name() + " fails");
      return;
    }
    std::set<ElementId> free;  // open elements of the example: required ones, and those given as `set`
    for (const auto& [element, codes] : within.held()) {
      if (codes.size() > 1) free.insert(element);
    }
    const auto call = space.smallest(bad, elements_);
    if (!call) return;
    // The example fixes all other elements, so only the free elements distinguish calls.
    Reads reads = when.reads;
    reads.add(claimed.reads);
    reads.add(checker_.reads_of(undecided));
    std::set<ElementId> counted_elements;
    for (const ElementId element : reads.elements) {
      if (free.contains(element)) counted_elements.insert(element);
    }
    const Count bad_calls = count(view, bad, counted_elements), all_calls = count(view, calls, counted_elements);
    Diagnostic& d = checker_.diagnostics().add(
        DiagnosticId::example_fails, expected.span,
        name() + " fails" + (counted_elements.empty() ? "" : " for " + part_of_calls(bad_calls, all_calls)));
    const auto decisions = mentioned(model_, expected.claim);
    const auto& told = decisions.empty() ? reads.elements : counted_elements;
    if (!told.empty())
      d.note("for " + call_text(model_, view.classes(), restricted_to(*call, with_related(model_, told))));
    for (const DecisionId id : decisions) {
      if (auto text = checker_.decided(view, id, *call)) d.note(std::move(*text));
    }
    d.calls = checker_.forms_of({view.classes(),
                                 *call,
                                 example_.title + ": a call for which it fails",
                                 {},
                                 one_line(checker_.sources().text(expected.claim->span))});
    if (const auto assumed = assumed_in(view, *call, {claimed.node, when.node}, free)) {
      d.note("not given: " + call_text(model_, view.classes(), *assumed, UnsetFacts::shown));
    }
  }

  // The facts that the reader may have assumed: the answer depends on them, and the
  // example does not give them.
  std::optional<Call> assumed_in(const QuestionSpace& view, const Call& call, std::initializer_list<NodeId> nodes,
                                 const std::set<ElementId>& free) const {
    std::set<ElementId> depends;
    try {
      for (const NodeId node : nodes) depends.merge(support_of(view.space(), {view.space().of(node)}));
    } catch (const NodeLimit&) {
      return std::nullopt;  // it depends on too much to be shown
    }
    Call assumed;
    for (const auto& fact : restricted_to(call, depends)) {
      if (!wishes_.contains(fact.first) && !free.contains(fact.first)) assumed.push_back(fact);
    }
    if (assumed.empty() || assumed.size() > max_assumed) return std::nullopt;
    return assumed;
  }

  // The number of calls as seen by these elements only.
  Count count(const QuestionSpace& view, Diagram calls, const std::set<ElementId>& elements) const {
    std::vector<VariableId> others;
    for (const VariableId v : view.diagrams().support(calls)) {
      if (!elements.contains(view.space().element(v))) others.push_back(v);
    }
    return view.diagrams().count(view.diagrams().exists(calls, others), view.space().variables(elements));
  }

  const Checker& checker_;
  const Model& model_;
  const Example& example_;
  Wishes wishes_;
  std::set<ElementId> elements_;  // elements that are given or read, with the objects around them
};

void run(const Checker& checker, const Example& example) {
  if (checker.stopped()) return;
  ExampleCheck check(checker, example);
  checker.run(check.name(), example.span, [&] { check.check(); });
}

}  // namespace

void check_example(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                   const CheckOptions& options, const Example& example) {
  run(Checker(policy, sources, diagnostics, options), example);
}

void check_examples(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                    const CheckOptions& options, const DecisionSet& undecided) {
  const Checker checker(policy, sources, diagnostics, options, undecided);
  for (const Example& example : policy.model->examples) run(checker, example);
}

void check_amended_examples(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                            const CheckOptions& options, const DecisionSet& undecided) {
  const Checker checker(policy, sources, diagnostics, options, undecided);
  for (const Example& example : policy.model->amended_examples) run(checker, example);
}

}  // namespace tally
