// Examples: what is given fixes codes, and what is expected holds for every
// call that is left. See checks.h.
#include <algorithm>
#include <map>
#include <utility>

#include "compiler/evidence.h"

namespace tally {
namespace {

constexpr std::size_t max_assumed = 4;  // facts that an example assumes; more are not told

// What the givens want of one element.
struct Wish {
  enum class Kind : std::uint8_t { value, set, unset } kind = Kind::set;
  Literal value;          // of kind `value`
  std::size_t given = 0;  // the first that wants it
};

class ExampleCheck {
 public:
  ExampleCheck(const Checker& checker, const Example& example)
      : checker_(checker), model_(checker.model()), example_(example) {}

  void check() {
    for (std::size_t i = 0; i < example_.givens.size(); ++i) {
      if (!add_wishes(wishes_, i, true)) return;
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
      question.roots.push_back(condition(expected).node);
      question.roots.push_back(claim(expected).node);
      question.add(checker_.reads_of(undecided_behind(expected)));
      // To tell what was decided instead.
      for (const DecisionId id : mentioned(model_, expected.claim)) {
        question.add(checker_.lowering().decision(id).reads);
      }
    }
    if (checker_.report_failures(example_.span)) return;
    question.elements = with_surroundings(model_, std::move(question.elements));
    elements_ = question.elements;

    const auto bench = checker_.bench(question, example_.span);
    if (!bench) return;
    const Diagram calls = calls_of(*bench, wishes_);
    if (calls == bench->diagrams().no()) return report_impossible(*bench);
    for (const Expectation& expected : example_.expectations) check_expectation(*bench, expected, calls);
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

  // Adds what one given wants; false where that contradicts an earlier one.
  bool add_wishes(Wishes& wishes, std::size_t index, bool report) const {
    const Given& given = example_.givens[index];
    const auto wish = [&](ElementId element, Wish::Kind kind, const Literal& value = {}) {
      const auto [found, is_new] = wishes.try_emplace(element, Wish{kind, value, index});
      if (is_new) return true;
      Wish& earlier = found->second;
      if (earlier.kind == kind && (kind != Wish::Kind::value || earlier.value == value)) return true;
      if (earlier.kind != Wish::Kind::unset && kind != Wish::Kind::unset && earlier.kind != kind) {
        if (kind == Wish::Kind::value) earlier = {kind, value, index};  // a value is set
        return true;
      }
      if (report) {
        checker_.diagnostics()
            .add(Code::example_is_empty, given.span, "this `given` of " + name() + " contradicts another one")
            .label(example_.givens[earlier.given].span, "the other one")
            .note("both say what `" + model_.at(element).name + "` is");
      }
      return false;
    };
    for (const ElementId named : resolve(model_, given.path, {})) {
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

  // So that the given value alone is one class, in this example.
  void add_single_class(Question& question, ElementId element, const Literal& value) const {
    Cut cut;
    if (const auto* number = std::get_if<std::uint64_t>(&value)) {
      cut.ranges.push_back({*number, *number});
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      cut.texts.push_back(*text);
    } else {
      return;
    }
    // A cut that holds all or nothing is no node of its own, and splits nothing.
    const Node& node = checker_.graph().node(checker_.graph().cut(element, cut));
    if (node.op == Op::cut) question.cuts.insert(CutId{node.value});
  }

  // The codes that an element may have in the example.
  CodeSet codes_of(const Classes& classes, const Wishes& wishes, ElementId id) const {
    const auto fixed = [](unsigned code) { return CodeSet().add(code); };
    const Element& element = model_.at(id);
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

  Diagram calls_of(const Bench& bench, const Wishes& wishes) const {
    Space& space = bench.space();
    std::vector<VariableId> variables = space.variables(elements_);
    Diagram calls = space.diagrams().yes();
    for (auto v = variables.rbegin(); v != variables.rend(); ++v) {
      const ElementId element = space.element(*v);
      calls = space.diagrams().both(space.test(element, codes_of(bench.classes(), wishes, element)), calls);
    }
    return space.diagrams().both(calls, space.possible(elements_));
  }

  // No document has all that is given: names the first given that is too much.
  void report_impossible(const Bench& bench) const {
    Wishes wishes;
    std::size_t first = 0;
    for (; first < example_.givens.size(); ++first) {
      add_wishes(wishes, first, false);
      if (calls_of(bench, wishes) == bench.diagrams().no()) break;
    }
    const Span span = first < example_.givens.size() ? example_.givens[first].span : example_.span;
    checker_.diagnostics()
        .add(Code::example_is_empty, span, "no document has what " + name() + " gives")
        .note("this `given` cannot stand together with those before it");
  }

  void check_expectation(const Bench& bench, const Expectation& expected, Diagram all) const {
    Space& space = bench.space();
    Diagrams& diagrams = bench.diagrams();
    const LoweredCondition when = condition(expected), claimed = claim(expected);
    const DecisionSet undecided = undecided_behind(expected);
    const Diagram decided = checker_.decided_by(bench, undecided);
    const Diagram calls = diagrams.both(diagrams.both(all, space.of(when.node)), decided);
    if (calls == diagrams.no() && !undecided.empty()) return;
    if (calls == diagrams.no()) {
      Diagnostic& d = checker_.diagnostics().add(Code::example_is_empty, expected.span,
                                                 "no call of " + name() + " satisfies the `when` of this `expect`");
      d.note("members and inputs that are not given are unset, or have their default, where they may");
      return;
    }
    const Diagram bad = diagrams.but_not(calls, space.of(claimed.node));
    if (bad == diagrams.no()) return;

    const std::set<ElementId> free = free_elements(bench);
    const auto call = space.smallest(bad, elements_);
    if (!call) return;
    // Everything but the free elements is fixed by the example, so these alone
    // count, and tell the calls apart.
    Reads reads = when.reads;
    reads.add(claimed.reads);
    reads.add(checker_.reads_of(undecided));
    std::set<ElementId> counted_elements;
    for (const ElementId element : reads.elements) {
      if (free.contains(element)) counted_elements.insert(element);
    }
    const Count bad_calls = count(bench, bad, counted_elements), all_calls = count(bench, calls, counted_elements);
    Diagnostic& d = checker_.diagnostics().add(
        Code::example_fails, expected.span,
        name() + " fails" +
            (counted_elements.empty() ? "" : " for " + share(bad_calls, all_calls)));
    const auto decisions = mentioned(model_, expected.claim);
    const auto& told = decisions.empty() ? reads.elements : counted_elements;
    if (!told.empty()) d.note("for " + describe(model_, bench.classes(), only(*call, told)));
    for (const DecisionId id : decisions) {
      if (auto text = checker_.decided(bench, id, *call)) d.note(std::move(*text));
    }
    // What the reader may have thought to be otherwise.
    Call assumed;
    for (const auto& fact : only(*call, support(space, {space.of(claimed.node), space.of(when.node)}))) {
      if (!wishes_.contains(fact.first) && !free.contains(fact.first)) assumed.push_back(fact);
    }
    if (!assumed.empty() && assumed.size() <= max_assumed) {
      d.note("not given: " + describe(model_, bench.classes(), assumed, true));
    }
  }

  // The elements that the example leaves open: required ones, and those given
  // as `set`.
  std::set<ElementId> free_elements(const Bench& bench) const {
    std::set<ElementId> out;
    for (const ElementId element : elements_) {
      if (codes_of(bench.classes(), wishes_, element).size() > 1) out.insert(element);
    }
    return out;
  }

  // Calls over these elements alone, whatever the others are.
  Count count(const Bench& bench, Diagram calls, const std::set<ElementId>& elements) const {
    std::vector<VariableId> others;
    for (const VariableId v : bench.diagrams().support(calls)) {
      if (!elements.contains(bench.space().element(v))) others.push_back(v);
    }
    return bench.diagrams().count(bench.diagrams().exists(calls, others), bench.space().variables(elements));
  }

  const Checker& checker_;
  const Model& model_;
  const Example& example_;
  Wishes wishes_;
  std::set<ElementId> elements_;  // that are given or read, with the objects around them
};

void run(const Checker& checker, const Example& example) {
  ExampleCheck check(checker, example);
  checker.run(check.name(), example.span, [&] { check.check(); });
}

}  // namespace

void check_example(Policy& policy, const SourceSet& sources, Diagnostics& diagnostics, const CheckOptions& options,
                   const Example& example) {
  run(Checker(policy, sources, diagnostics, options), example);
}

void check_examples(Policy& policy, const SourceSet& sources, Diagnostics& diagnostics, const CheckOptions& options,
                    const DecisionSet& undecided) {
  const Checker checker(policy, sources, diagnostics, options, undecided);
  for (const Example& example : policy.model->examples) run(checker, example);
}

}  // namespace tally
