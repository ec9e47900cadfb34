#include "tests/support/agreement.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include "compiler/deploy/native.h"
#include "simulator/conditions/cells.h"
#include "simulator/documents/smallest_document.h"
#include "tests/support/call_comparison.h"
#include "tests/support/documents.h"
#include "tests/support/plan_diagrams.h"
#include "tests/support/related_values.h"

namespace tally::testing {
namespace {

// The rule of a decision, or a part of its result, and the elements that its code can
// depend on.
struct Slot {
  NodeId node;
  std::set<ElementId> reads;
};

class Comparison {
 public:
  Comparison(const Policy& policy, const AgreementOptions& options)
      : policy_(policy),
        model_(*policy.model),
        classes_(*policy.classes),
        options_(options),
        call_(policy),
        documents_(model_, 1) {}

  Agreement run() {
    FunctionRequest request = decide_functions_request(policy_, "agreement");
    request.part_terms = options_.part_terms;
    PlanComparison plan = compare_plan(model_, policy_.space->order(), request, options_.node_limit);
    result_.plans = plan.outputs;
    result_.plans_too_large = plan.too_large;
    result_.differences = std::move(plan.differences);
    if (const auto error = call_.compile(request)) {
      result_.differences.push_back("no code: " + *error);
      return std::move(result_);
    }
    for (std::size_t i = 0; i < policy_.outputs.size() && !full(); ++i) compare_output(i);
    return std::move(result_);
  }

 private:
  bool full() const { return result_.differences.size() >= options_.max_differences; }

  void compare_output(std::size_t number) {
    output_ = &policy_.outputs[number];
    // Each decision has its own space, so that it has the full node limit.
    space_.emplace(model_, *policy_.graph, classes_, policy_.space->order(), options_.node_limit);
    has_diagrams_ = call_.take(number, *space_);
    if (!has_diagrams_) ++result_.without_diagrams;
    if (assignments(output_->reads) <= options_.max_assignments) {
      ++result_.whole;
      try_all(output_->reads, 1);
    } else {
      compare_by_parts();
    }
  }

  // The number of assignments to the codes of these elements. If there are too many, the result
  // is one more than the most that is ever tried.
  std::uint64_t assignments(const std::set<ElementId>& elements) const {
    const std::uint64_t most = std::max(options_.max_assignments, options_.max_part_assignments);
    std::uint64_t product = 1;
    for (const ElementId element : elements) {
      product *= classes_.codes(element) - classes_.first(element);
      if (product > most) return most + 1;
    }
    return product;
  }

  // --- part by part ----------------------------------------------------------------

  void compare_by_parts() {
    std::vector<Slot> small, large;
    for (const NodeId node : slots()) {
      Slot slot{node, reads_of(node)};
      (assignments(slot.reads) <= options_.max_part_assignments ? small : large).push_back(std::move(slot));
    }
    // Every call is compared in all parts. A part that reads no more than another part is
    // therefore covered by the calls for that part.
    std::stable_sort(small.begin(), small.end(),
                     [](const Slot& a, const Slot& b) { return a.reads.size() > b.reads.size(); });
    std::vector<std::set<ElementId>> done;
    for (const Slot& slot : small) {
      ++result_.parts;
      const bool covered = std::any_of(done.begin(), done.end(), [&](const std::set<ElementId>& wider) {
        return std::includes(wider.begin(), wider.end(), slot.reads.begin(), slot.reads.end());
      });
      if (covered || full()) continue;
      const std::uint64_t size = std::max<std::uint64_t>(assignments(slot.reads), 1);
      try_all(slot.reads, (options_.least_calls + size - 1) / size);
      done.push_back(slot.reads);
    }
    if (!large.empty() && options_.samples == 0) {
      result_.parts_skipped += large.size();
      ++result_.skipped;
      return;
    }
    ++result_.by_parts;
    if (large.empty()) return;
    result_.parts_sampled += large.size();
    const std::optional<Diagram> possible = possible_of(output_->reads);
    for (std::uint64_t i = 0; i < options_.samples && !full(); ++i) try_random_document(possible);
    if (!possible || !has_diagrams_) return;
    for (const Slot& slot : large) try_every_value(slot.node, *possible);
  }

  std::vector<NodeId> slots() const {
    std::vector<NodeId> nodes{output_->rule};
    for (const ResultPart& part : output_->parts) nodes.push_back(part.node);
    return nodes;
  }

  // Includes the elements of the rule: they decide whether the part is present at all.
  std::set<ElementId> reads_of(NodeId node) const {
    const NodeId roots[] = {output_->rule, node};
    std::set<ElementId> elements;
    for (const NodeId id : policy_.graph->reachable(roots)) {
      const Node& n = policy_.graph->node(id);
      if (reads_element(n.op)) elements.insert(n.element);
    }
    return elements;
  }

  // --- all assignments ---------------------------------------------------------------

  // Tries every assignment `rounds` times, each time with other codes of all other elements.
  void try_all(const std::set<ElementId>& read, std::uint64_t rounds) {
    const std::optional<Diagram> possible = possible_of(read);
    const std::vector<ElementId> elements(read.begin(), read.end());
    const std::uint64_t size = assignments(read);
    std::uint64_t compared = 0;
    for (std::uint64_t i = 0; i < rounds * size && !full(); ++i) {
      vary_codes();
      std::uint64_t rest = i % size;
      for (const ElementId element : elements) {
        const std::uint32_t range = classes_.codes(element) - classes_.first(element);
        call_.set_code(element, static_cast<Code>(classes_.first(element) + rest % range));
        rest /= range;
      }
      const auto document = document_of(read);
      if (possible && document.has_value() != holds(*possible)) {
        differ(std::string("the interpreter calls it ") + (document ? "possible" : "impossible") +
               ", the space does not");
      } else if (document) {
        ++compared;
        compare_call(grow(*document, read, i));
      }
    }
    if (!possible || full()) return;
    const Count counted = space_->count(space_->diagrams().yes(), read) * static_cast<unsigned long>(rounds);
    if (counted != Count(static_cast<unsigned long>(compared))) {
      result_.differences.push_back("decision " + model_.at(output_->decision).name + ": " + grouped(counted) +
                                    " possible calls by count, " + std::to_string(compared) + " by trial");
    }
  }

  // A document with the codes of these elements, or nothing if there is none. A relation may be read without its
  // leaves; these have then whatever codes fit, which are set.
  std::optional<std::vector<bool>> document_of(const std::set<ElementId>& read) {
    std::set<ElementId> wider = read;
    std::vector<ElementId> open;
    for (const ElementId element : read) {
      const auto& relation = model_.at(element).relation;
      if (!relation) continue;
      for (const ElementId leaf : {relation->left, relation->right})
        if (wider.insert(leaf).second) open.push_back(leaf);
    }
    const auto code = [&](ElementId element) { return call_.code(element); };
    const RelatedValues related(model_, classes_, wider);
    const std::vector<ElementId> elements(wider.begin(), wider.end());
    std::optional<std::vector<bool>> document;
    const std::function<bool(std::size_t)> found_with = [&](std::size_t at) {
      if (at == open.size()) {
        document = smallest_document_of(model_, elements, code);
        return document && related.find(code);
      }
      for (unsigned c = classes_.first(open[at]); c < classes_.codes(open[at]); ++c) {
        call_.set_code(open[at], static_cast<Code>(c));
        if (found_with(at + 1)) return true;
      }
      return false;
    };
    return found_with(0) ? document : std::nullopt;
  }

  // Does nothing if the diagram is too large.
  std::optional<Diagram> possible_of(const std::set<ElementId>& elements) {
    try {
      return space_->possible(elements);
    } catch (const NodeLimit&) {
      return std::nullopt;
    }
  }
  bool holds(Diagram condition) const { return space_->diagrams().evaluate(condition, call_.assignment()) == 1; }

  // Some code for every element, for the compiled code and the diagrams.
  void vary_codes() {
    for (const ElementId element : space_->order()) call_.set_code(element, some_code(element, false));
  }
  Code some_code(ElementId element, bool set) {
    // A place of another kind is on or unset.
    if (model_.at(element).kind == ast::PlaceKind::other) return set || documents_.below(2) == 1 ? 2 : 0;
    const std::uint32_t first = set ? 1 : classes_.first(element);
    return static_cast<Code>(first + documents_.below(classes_.codes(element) - first));
  }

  // Elements that are not tried must not matter, so the document may hold more of them than it
  // must. It sometimes holds elements that the decision does not read, and always those that
  // only another part reads.
  std::vector<bool> grow(const std::vector<bool>& document, const std::set<ElementId>& tried, std::uint64_t number) {
    if (tried.size() == output_->reads.size() && number % 16 != 0) return document;
    demands_.assign(document.size(), Demand::nothing);
    for (const ElementId element : tried) {
      demands_[element.value] = call_.code(element) != 0 ? Demand::set : Demand::unset;
    }
    auto wider = documents_.draw(demands_, fullness());
    if (!wider) {
      differ("no random document for a call that is possible");
      return document;
    }
    return std::move(*wider);
  }

  // Empty, full, and everything between.
  unsigned fullness() {
    constexpr unsigned some[] = {0, 32, 128, 224, 256};
    return some[documents_.below(5)];
  }

  // --- some calls ----------------------------------------------------------------------

  void try_random_document(const std::optional<Diagram>& possible) {
    demands_.assign(model_.elements.size(), Demand::nothing);
    const auto document = documents_.draw(demands_, fullness());
    if (!document) {
      differ("there is no document at all");
      return;
    }
    vary_codes();
    ++result_.sampled_calls;
    compare_call(*document);
    if (possible && !holds(*possible)) differ("the space calls a random document impossible");
  }

  // Finds calls that give each value of a part: the cheapest calls by its diagram, under random
  // costs.
  void try_every_value(NodeId node, Diagram possible) {
    Diagrams& d = space_->diagrams();
    const Diagram part = space_->of(node);
    for (const std::uint32_t value : d.terminals(part)) {
      Diagram given;
      try {
        given = d.both(possible, d.where(part, value));
      } catch (const NodeLimit&) {
        return;
      }
      for (std::uint64_t i = 0; i < options_.samples_a_value && !full(); ++i) {
        const auto found = d.cheapest(given, [this](VariableId, Code) { return documents_.below(1000); });
        if (!found) break;  // no call gives this value
        try_assignment(*found, i);
      }
    }
  }

  void try_assignment(const Assignment& codes, std::uint64_t number) {
    for (const ElementId element : space_->order()) {
      call_.set_code(element, codes[space_->variable(element).value]);
    }
    const std::vector<ElementId> read(output_->reads.begin(), output_->reads.end());
    const auto document = smallest_document_of(model_, read, [&](ElementId element) { return call_.code(element); });
    ++result_.sampled_calls;
    if (document) {
      compare_call(grow(*document, output_->reads, number));
    } else {
      differ("the interpreter calls it impossible, the space does not");
    }
  }

  // --- a call --------------------------------------------------------------------------

  // Sets the codes of the elements that the decision reads to those of the document.
  void compare_call(const std::vector<bool>& document) {
    for (const ElementId element : output_->reads) {
      const bool set = call_.code(element) != 0;
      if (set != document[element.value]) call_.set_code(element, set ? 0 : some_code(element, true));
    }
    ++result_.calls;
    call_.compare(document, related_values(), [this](const std::string& what) { differ(what); });
  }

  // Values for what the decision compares with each other, in which the relations have their codes. Where those of
  // elements that are not tried contradict each other, they get the codes of some values.
  LeafValues related_values() {
    const RelatedValues related(model_, classes_, output_->reads);
    const auto code = [&](ElementId element) { return call_.code(element); };
    if (auto values = related.find(code)) return std::move(*values);
    LeafValues values;
    for (const ElementId leaf : related.leaves()) {
      values[leaf] = code(leaf) == 0 ? Literal{Unset{}} : value_of(model_, classes_, leaf, code(leaf));
    }
    for (const ElementId id : related.relations()) {
      const Relation& of = *model_.at(id).relation;
      const bool are_numbers = model_.at(of.left).type->kind == Type::Kind::number;
      call_.set_code(id, code_between(values[of.left], values[of.right], are_numbers));
    }
    return values;
  }

  void differ(const std::string& what) {
    if (full()) return;
    std::string call;
    for (const ElementId element : output_->reads) {
      if (output_->reads.size() > 40 && call_.code(element) == classes_.first(element)) continue;
      call += (call.empty() ? "" : ", ") + model_.at(element).name + " = " +
              cell_text(model_, classes_, element, call_.code(element));
    }
    result_.differences.push_back("decision " + model_.at(output_->decision).name + ", {" + call + "}: " + what);
  }

  const Policy& policy_;
  const Model& model_;
  const Classes& classes_;
  AgreementOptions options_;
  CallComparison call_;
  RandomDocuments documents_;
  Agreement result_;
  const Output* output_ = nullptr;  // the output that is being compared
  std::optional<Space> space_;      // the space of its diagrams
  bool has_diagrams_ = false;
  std::vector<Demand> demands_;
};

}  // namespace

std::string summary(const Agreement& a) {
  const auto n = [](std::uint64_t number) { return grouped(Count(static_cast<unsigned long>(number))); };
  std::string out = n(a.calls) + " calls: " + n(a.whole) + " decisions on all calls";
  if (a.parts > 0) out += ", " + n(a.parts) + " parts of others on all that they read";
  if (a.parts_sampled > 0) {
    out += ", " + n(a.parts_sampled) + " parts on " + n(a.sampled_calls) + " calls that were drawn";
  }
  if (a.parts_skipped > 0) out += ", " + n(a.parts_skipped) + " parts skipped";
  if (a.without_diagrams > 0) out += ", " + n(a.without_diagrams) + " decisions without diagrams";
  out += "; " + n(a.plans) + " outputs of the plan on all inputs";
  if (a.plans_too_large > 0) out += ", " + n(a.plans_too_large) + " not";
  return out;
}

Agreement compare(const Policy& policy, const AgreementOptions& options) { return Comparison(policy, options).run(); }

}  // namespace tally::testing
