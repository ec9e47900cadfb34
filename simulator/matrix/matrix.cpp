#include "simulator/matrix/matrix.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "compiler/diagrams/support.h"
#include "compiler/lower/origins.h"
#include "simulator/conditions/cells.h"
#include "simulator/conditions/conditions.h"
#include "simulator/covers/cover.h"

namespace tally {
namespace {

// A part of what is decided: its code, and which codes mean a value that is handed on from a
// leaf.
struct Part {
  Diagram diagram;
  const std::vector<Origin>* origins = nullptr;  // by code, from 1
};

bool comes_from(const Origin& origin, ElementId leaf) {
  const std::vector<ElementId> leaves = leaves_of(origin);
  return std::find(leaves.begin(), leaves.end(), leaf) != leaves.end();
}

class MatrixMaker {
 public:
  MatrixMaker(const Policy& policy, const MatrixQuestion& question)
      : policy_(policy), model_(*policy.model), classes_(*policy.classes), question_(question) {}

  Result<Matrix> run() {
    if (question_.where) {
      where_ = policy_.lowering->condition(question_.where);
    }
    for (const Word& word : question_.over) words_read_.push_back(policy_.lowering->value(word.value));
    if (!policy_.lowering->failures().empty()) return Error{Cause::bound, policy_.lowering->failures().back().message};
    // The condition and the words may cut numbers and texts into more classes than the decisions do.
    std::set<CutId> cuts = policy_.cuts;
    for (const LoweredValue& word : words_read_) cuts.insert(word.reads.cuts.begin(), word.reads.cuts.end());
    if (where_) cuts.insert(where_->reads.cuts.begin(), where_->reads.cuts.end());
    classes_ = Classes(model_, *policy_.graph, cuts);
    order_ = order();
    if (const auto wide = classes_.too_wide({order_.begin(), order_.end()}))
      return Error{Cause::bound, too_wide_text(model_, classes_, *wide)};
    const bool is_cut_further = where_ || !words_read_.empty();
    for (const std::size_t i : question_.outputs) {
      for (const ResultPart& part : policy_.outputs[i].parts) {
        results_[i].push_back(is_cut_further ? settle(model_, *policy_.graph, classes_, part) : part);
      }
    }
    renew();
    if (fault_) return *fault_;
    if (where_ && allowed({question_.by.begin(), question_.by.end()}) == diagrams().no())
      return Error{Cause::usage, "no call meets the condition of --where"};
    const Count cells = space_->count(diagrams().yes(), {question_.by.begin(), question_.by.end()}) *
                        static_cast<unsigned long>(question_.settings.size());
    if (cells > max_matrix_cells)
      return Error{Cause::bound, "the matrix has " + grouped(cells) + " cells, more than " + grouped(max_matrix_cells),
                   "name fewer inputs in --by, or fewer --settings"};
    sections({}, {});
    if (fault_) return *fault_;
    group_sections();
    return std::move(matrix_);
  }

 private:
  using Held = std::vector<std::pair<VariableId, Code>>;  // sorted

  Diagrams& diagrams() { return space_->diagrams(); }

  std::vector<ElementId> order() const {
    std::set<ElementId> elements(question_.by.begin(), question_.by.end());
    elements.insert(question_.settings.begin(), question_.settings.end());
    for (const ElementId setting : question_.settings) {
      const auto around = optional_ancestors(model_, setting);
      elements.insert(around.begin(), around.end());
    }
    std::vector<NodeId> roots;
    for (const std::size_t i : question_.outputs) {
      const Output& output = policy_.outputs[i];
      elements.insert(output.reads.begin(), output.reads.end());
      roots.push_back(output.rule);
      for (const ResultPart& part : output.parts) roots.push_back(part.node);
    }
    if (where_) {
      elements.insert(where_->reads.elements.begin(), where_->reads.elements.end());
      roots.push_back(where_->node);
    }
    for (const LoweredValue& word : words_read_) {
      elements.insert(word.reads.elements.begin(), word.reads.elements.end());
      for (const ResultPart& part : word.parts) roots.push_back(part.node);
    }
    return best_order(model_, *policy_.graph, classes_, roots, elements);
  }

  // Makes a new space, so that the nodes of one cell do not count against the next.
  void renew() {
    space_.emplace(model_, *policy_.graph, classes_, order_);
    parts_.clear();
    words_.reset();
    if (!question_.over.empty()) make_words();
    for (const std::size_t i : question_.outputs) {
      const Output& output = policy_.outputs[i];
      // "Undecided" is an outcome of its own.
      add({diagrams().where(space_->of(output.rule), 0)});
      for (const ResultPart& part : results_[i])
        add({space_->of(part.node), part.kind == ResultPart::Kind::origin ? &part.origins : nullptr});
    }
  }

  void make_words() {
    auto words = Words::make(model_, classes_, *policy_.lowering, *space_, question_.over);
    if (words)
      words_.emplace(*std::move(words));
    else
      fault_ = words.error();
  }

  void add(Part part) {
    if (part.origins || !diagrams().is_terminal(part.diagram)) parts_.push_back(part);
  }

  // The possible calls that are asked about, over the elements in `scope` and those of the condition.
  Diagram allowed(std::set<ElementId> scope) {
    if (!where_) return space_->possible(scope);
    scope.insert(where_->reads.elements.begin(), where_->reads.elements.end());
    return diagrams().both(space_->possible(scope), space_->of(where_->node));
  }

  // --- combinations --------------------------------------------------------------

  void sections(const Held& held, const MatrixSection& fixed) {
    const Diagram possible = allowed({question_.by.begin(), question_.by.end()});
    if (diagrams().hold(possible, sorted(held)) == diagrams().no()) return;
    if (held.size() == question_.by.size()) {
      held_.push_back(sorted(held));
      matrix_.sections.push_back(section(sorted(held), fixed));
      return;
    }
    const ElementId element = question_.by[held.size()];
    for (unsigned code = classes_.first(element); code < classes_.codes(element); ++code) {
      Held more = held;
      more.emplace_back(space_->variable(element), static_cast<Code>(code));
      MatrixSection named = fixed;
      named.fixed.emplace_back(header_text(model_, classes_, element), cell_text(model_, classes_, element, code));
      named.condition = condition_of(more);
      sections(more, named);
    }
  }

  // The condition of a section: "source is onnet and destination is offnet".
  std::string condition_of(const Held& held) {
    Cube term;
    for (const auto& [variable, code] : held) {
      const ElementId element = space_->element(variable);
      if (classes_.width(element) > 1) term.tests.emplace_back(variable, CodeSet().add(code));
    }
    return condition_text(model_, classes_, *space_, term);
  }

  void group_sections() {
    for (std::size_t i = 0; i < matrix_.sections.size(); ++i) {
      const auto same = [&](const MatrixGroup& g) {
        return matrix_.sections[g.sections.front()].cells == matrix_.sections[i].cells;
      };
      auto at = std::find_if(matrix_.groups.begin(), matrix_.groups.end(), same);
      if (at == matrix_.groups.end()) at = matrix_.groups.insert(at, MatrixGroup{});
      at->sections.push_back(i);
    }
    renew();
    const Diagram possible = space_->possible({question_.by.begin(), question_.by.end()});
    Diagram occurs = diagrams().no();
    for (const Held& held : held_) occurs = diagrams().either(occurs, diagrams().cube(held));
    occurs = diagrams().both(occurs, possible);
    for (MatrixGroup& group : matrix_.groups) {
      Diagram in = diagrams().no();
      for (const std::size_t i : group.sections) in = diagrams().either(in, diagrams().cube(held_[i]));
      const Cover cover =
          minimal_cover(diagrams(), diagrams().both(in, occurs), diagrams().either(in, diagrams().negate(occurs)));
      const auto place = [&](const auto& test) {
        return std::find(question_.by.begin(), question_.by.end(), space_->element(test.first));
      };
      std::vector<Cube> terms = cover.terms;
      for (Cube& term : terms) {
        std::sort(term.tests.begin(), term.tests.end(),
                  [&](const auto& a, const auto& b) { return place(a) < place(b); });
      }
      group.condition = condition_text(model_, classes_, *space_, terms);
    }
  }

  static Held sorted(Held held) {
    std::sort(held.begin(), held.end());
    return held;
  }

  MatrixSection section(const Held& held, MatrixSection out) {
    std::vector<Part> parts = parts_under(held);
    for (const ElementId setting : question_.settings) {
      if (diagrams().node_count() > Diagrams::default_node_limit / 4) {
        renew();
        parts = parts_under(held);
      }
      out.cells.push_back(cell(setting, held, parts));
    }
    return out;
  }

  // Returns what is decided while the inputs are held, each part once.
  std::vector<Part> parts_under(const Held& held) {
    std::vector<Part> parts;
    for (const Part& part : parts_) {
      const Part here{diagrams().hold(part.diagram, held), part.origins};
      if (std::none_of(parts.begin(), parts.end(), [&](const Part& known) {
            return known.diagram == here.diagram && known.origins == here.origins;
          }))
        parts.push_back(here);
    }
    return parts;
  }

  // --- one cell ------------------------------------------------------------------

  MatrixCell cell(ElementId setting, const Held& by, const std::vector<Part>& all) {
    const VariableId variable = space_->variable(setting);
    std::vector<Part> parts;  // the parts that the setting can change
    for (const Part& part : all) {
      const auto support = diagrams().support(part.diagram);
      const std::vector<VariableId> changing = with_its_relations(setting);
      const bool reads = std::any_of(changing.begin(), changing.end(), [&](VariableId v) {
        return std::find(support.begin(), support.end(), v) != support.end();
      });
      const bool hands_on = part.origins && std::any_of(part.origins->begin(), part.origins->end(),
                                                        [&](const Origin& o) { return comes_from(o, setting); });
      if (reads || hands_on) parts.push_back(part);
    }
    if (parts.empty()) return {};

    // The objects around the setting are present in both calls.
    const std::vector<ElementId> around = optional_ancestors(model_, setting);
    Held held = by;
    for (const ElementId object : around) held.emplace_back(space_->variable(object), 1);
    held = sorted(held);
    for (Part& part : parts) part.diagram = diagrams().hold(part.diagram, held);

    std::vector<Diagram> depends;
    for (const Part& part : parts) depends.push_back(part.diagram);
    std::set<ElementId> scope = with_related(model_, support_of(*space_, depends));
    scope.insert(setting);
    scope.insert(around.begin(), around.end());
    scope.insert(question_.by.begin(), question_.by.end());
    const Diagram possible = diagrams().hold(allowed(std::move(scope)), held);

    const Type& type = *model_.at(setting).type;
    const Difference found = type.is_flag ? on_and_off(setting, possible, parts) : any_two(setting, possible, parts);
    return words_ ? over_words(found, words_->held(held, variable)) : over_elements(found);
  }

  // Conditions over everything but the setting: when there are two calls to compare, and when
  // these differ.
  struct Difference {
    Diagram pairs, differ;
  };

  Difference on_and_off(ElementId setting, Diagram possible, const std::vector<Part>& parts) {
    const VariableId variable = space_->variable(setting);
    const auto off = static_cast<Code>(classes_.code_of(setting, EnumName{"off"}));
    const auto on = static_cast<Code>(classes_.code_of(setting, EnumName{"on"}));
    const auto at = [&](Diagram d, Code code) { return diagrams().hold(d, variable, code); };
    Difference out{diagrams().both(at(possible, on), at(possible, off)), diagrams().no()};
    for (const Part& part : parts) {
      const Diagram same = diagrams().equal(at(part.diagram, on), at(part.diagram, off));
      out.differ = diagrams().either(out.differ, diagrams().negate(same));
    }
    return out;
  }

  // A setting, and how it compares with others: what changes if it does.
  std::vector<VariableId> with_its_relations(ElementId setting) const {
    return space_->variables(with_relations_among(model_, {setting}, space_->order()));
  }

  Difference any_two(ElementId setting, Diagram possible, const std::vector<Part>& parts) {
    const VariableId variable = space_->variable(setting);
    const std::vector<VariableId> variables = with_its_relations(setting);
    // "At least two of these hold" is built up one by one: one holds, and an earlier one does too.
    struct Twice {
      Diagram once, twice;
    };
    const auto meet = [&](Twice& met, Diagram where) {
      met.twice = diagrams().either(met.twice, diagrams().both(met.once, where));
      met.once = diagrams().either(met.once, where);
    };
    const Diagram no = diagrams().no();
    Twice values{no, no};
    for (unsigned code = classes_.first(setting); code < classes_.codes(setting); ++code) {
      const Diagram here = diagrams().exists(diagrams().hold(possible, variable, static_cast<Code>(code)), variables);
      meet(values, here);
      // A class of several values counts as two values.
      if (code != 0 && !model_.at(setting).type->is_enum() && !classes_.classes(setting)[code - 1].single)
        meet(values, here);
    }
    Difference out{values.twice, no};
    for (const Part& part : parts) {
      Twice results{no, no};
      for (const std::uint32_t code : diagrams().terminals(part.diagram)) {
        const Diagram calls = diagrams().both(possible, diagrams().where(part.diagram, code));
        const Diagram here = diagrams().exists(calls, variables);
        meet(results, here);
        const bool handed_on = part.origins && code != 0 && comes_from((*part.origins)[code - 1], setting);
        if (handed_on) meet(results, here);
      }
      out.differ = diagrams().either(out.differ, results.twice);
    }
    return out;
  }

  MatrixCell over_words(const Difference& found, const Words& words) {
    MatrixCell cell;
    const Diagram differ = diagrams().both(found.pairs, found.differ);
    if (differ == diagrams().no()) return cell;
    cell.say = differ == found.pairs ? Say::always : Say::sometimes;
    if (cell.say == Say::always) return cell;
    Diagrams small(words.variables());
    Diagram occurs = small.no(), always = small.no(), partly = small.no();
    const bool fits = words.combinations(found.pairs, [&](const Assignment& codes, Diagram calls) {
      std::vector<std::pair<VariableId, Code>> fixed;
      for (std::uint32_t i = 0; i < codes.size(); ++i) fixed.emplace_back(VariableId{i}, codes[i]);
      const Diagram here = small.cube(fixed);
      occurs = small.either(occurs, here);
      if (diagrams().within(calls, differ))
        always = small.either(always, here);
      else if (diagrams().both(calls, differ) != diagrams().no())
        partly = small.either(partly, here);
    });
    if (!fits) {
      fault_ = too_many_combinations("--over");
      return cell;
    }
    const auto told = [&](Diagram set) {
      const Diagram free = small.negate(occurs);
      return words.condition(minimal_cover(small, set, small.either(set, free)).terms);
    };
    if (always != small.no()) cell.condition = told(always);
    if (partly != small.no()) cell.partly = told(partly);
    return cell;
  }

  MatrixCell over_elements(const Difference& found) {
    // Elements that the difference does not depend on are left out of the condition.
    std::set<ElementId> free;
    const auto asked = support_of(*space_, {found.differ});
    for (const ElementId element : support_of(*space_, {found.pairs}))
      if (!asked.contains(element)) free.insert(element);
    const Diagram pairs = diagrams().exists(found.pairs, space_->variables(free));
    const Diagram differ = diagrams().both(pairs, found.differ);
    MatrixCell cell;
    if (differ == diagrams().no()) return cell;
    if (differ == pairs) {
      cell.say = Say::always;
      return cell;
    }
    Cover cover =
        minimal_cover(diagrams(), differ, diagrams().either(differ, diagrams().negate(pairs)), max_matrix_terms);
    cell.say = Say::sometimes;
    cell.is_worded = cover.is_complete;
    if (!cell.is_worded) return cell;
    // Facts come first, then elements of documents.
    for (Cube& term : cover.terms)
      std::stable_partition(term.tests.begin(), term.tests.end(),
                            [&](const auto& test) { return !may_be_unset(model_, space_->element(test.first)); });
    cell.condition = condition_text(model_, classes_, *space_, cover.terms);
    cell.is_minimal = cover.is_minimal;
    cell.terms = cover.terms.size();
    std::set<ElementId> tested;
    for (const Cube& term : cover.terms)
      for (const auto& [variable, codes] : term.tests) tested.insert(space_->element(variable));
    cell.tested.assign(tested.begin(), tested.end());
    return cell;
  }

  const Policy& policy_;
  const Model& model_;
  Classes classes_;
  const MatrixQuestion& question_;
  std::optional<LoweredCondition> where_;
  std::vector<LoweredValue> words_read_;
  std::optional<Words> words_;
  std::optional<Error> fault_;
  std::map<std::size_t, std::vector<ResultPart>> results_;  // by output
  std::vector<ElementId> order_;
  std::optional<Space> space_;
  std::vector<Part> parts_;
  Matrix matrix_;
  std::vector<Held> held_;  // by section
};

}  // namespace

Result<Matrix> make_matrix(const Policy& policy, const MatrixQuestion& question) {
  try {
    return MatrixMaker(policy, question).run();
  } catch (const NodeLimit& reached) {
    return Error{Cause::bound, "the diagrams of the matrix grew beyond " + grouped(reached.limit) + " nodes",
                 "name fewer decisions, or fewer --settings"};
  }
}

}  // namespace tally
