#include "simulator/solve/conflict.h"

#include <algorithm>

#include "compiler/diagrams/support.h"

namespace tally {
namespace {

constexpr std::size_t max_subsets = 20'000;  // subsets of the wishes; with more, the search for the fewest is given up
constexpr std::size_t max_calls = 200;       // calls that are gathered to show a conflict

class Search {
 public:
  explicit Search(SettingsSpace& space) : space_(space) {}

  Conflict run() {
    Conflict conflict;
    for (std::size_t size = 1; size <= space_.wishes().size() && !given_up_; ++size) {
      if (choose(size, 0, space_.plain())) break;
    }
    conflict.is_smallest = !given_up_;
    conflict.wishes = given_up_ ? irreducible() : chosen_;
    conflict.reads_nothing = std::none_of(space_.settings().begin(), space_.settings().end(),
                                          [&](ElementId setting) { return space_.may_change(setting); });
    conflict.calls = calls_of(conflict.wishes, conflict.are_all_calls);
    conflict.kept = kept_objects(conflict.wishes);
    return conflict;
  }

 private:
  Diagrams& diagrams() { return space_.diagrams(); }
  bool is_no(Diagram d) { return d == diagrams().no(); }

  // Chooses the first `size` wishes, from index `from` on, that contradict each other under the
  // settings `met`. Returns whether there are any.
  bool choose(std::size_t size, std::size_t from, Diagram met) {
    for (std::size_t i = from; i + size <= space_.wishes().size() && !given_up_; ++i) {
      given_up_ = ++tried_ > max_subsets;
      const Diagram with = diagrams().both(met, space_.wishes()[i].meets);
      chosen_.push_back(i);
      if (size == 1 ? is_no(with) : choose(size - 1, i + 1, with)) return true;
      chosen_.pop_back();
    }
    return false;
  }

  // Returns contradicting wishes, none of which can be left out.
  std::vector<std::size_t> irreducible() {
    std::vector<std::size_t> kept(space_.wishes().size());
    for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = i;
    for (std::size_t i = kept.size(); i-- > 0;) {
      std::vector<std::size_t> without = kept;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
      Diagram met = space_.plain();
      for (const std::size_t wish : without) met = diagrams().both(met, space_.wishes()[wish].meets);
      if (is_no(met)) kept = std::move(without);
    }
    return kept;
  }

  // Returns the objects whose removal would meet these wishes, of which as few as possible are removed.
  std::vector<KeptObject> kept_objects(const std::vector<std::size_t>& wishes) {
    if (!space_.start().has_documents()) return {};
    Diagram met = space_.plain_with_removals();
    for (const std::size_t wish : wishes) met = diagrams().both(met, space_.wishes()[wish].meets);
    if (is_no(met)) return {};
    std::vector<ElementId> objects;
    for (const ElementId element : space_.settings()) {
      const bool is_there = !space_.model().at(element).is_leaf() && space_.start_code(element) != 0;
      if (is_there && space_.representative(element) == element && !space_.can_be_removed(element))
        objects.push_back(element);
    }
    std::set<VariableId> variables;
    for (const ElementId object : objects) variables.insert(space_.space().variable(object));
    const auto codes =
        diagrams().cheapest(met, [&](VariableId v, Code code) { return code == 0 && variables.contains(v) ? 1u : 0u; });
    std::erase_if(objects, [&](ElementId object) { return (*codes)[space_.space().variable(object).value] != 0; });
    std::vector<KeptObject> kept;
    for (const ElementId object : objects) kept.push_back(space_.unread_in(object));
    return kept;
  }

  // --- calls ---------------------------------------------------------------------------

  std::vector<ConflictCall> calls_of(const std::vector<std::size_t>& wishes, bool& are_all_calls) {
    Diagram candidates = space_.plain();
    Diagram fails = diagrams().no();
    for (const std::size_t i : wishes) {
      candidates = diagrams().both(candidates, space_.wishes()[i].room);
      fails = diagrams().either(fails, space_.wishes()[i].fails);
    }
    if (is_no(candidates)) return {};
    fails = without_mixed_relations(fails);
    // Either one call in which all settings fail, or several that together exclude all settings.
    const Diagram one =
        diagrams().negate(diagrams().exists(diagrams().but_not(candidates, fails), space_.setting_variables()));
    std::vector<Call> calls;
    if (const auto call = smallest(one, fails)) {
      calls.push_back(*call);
    } else {
      are_all_calls = several(candidates, fails, calls);
    }
    std::vector<ConflictCall> out;
    for (const Call& call : calls) {
      ConflictCall shown;
      for (const std::size_t i : wishes) {
        const Diagram there = held(diagrams().both(candidates, space_.wishes()[i].fails), call);
        if (!is_no(there)) shown.wishes.push_back(i);
      }
      shown.facts = call_text(space_.model(), space_.classes(), restricted_to(call, decisive_facts(call, fails)));
      out.push_back(std::move(shown));
    }
    return out;
  }

  // How a fact compares with a setting depends on the setting, so a call has no relation of the two: it
  // fails if it does for some value of the fact.
  Diagram without_mixed_relations(Diagram fails) {
    const Model& model = space_.model();
    std::set<ElementId> mixed;
    for (const ElementId element : space_.space().order()) {
      const auto& relation = model.at(element).relation;
      if (relation && !space_.is_setting(element) &&
          (space_.is_setting(relation->left) || space_.is_setting(relation->right)))
        mixed.insert(element);
    }
    if (mixed.empty()) return fails;
    const Diagram possible = space_.space().possible(with_related(model, support_of(space_.space(), {fails})));
    return diagrams().exists(diagrams().both(fails, possible), space_.space().variables(mixed));
  }

  // Returns a call that meets the condition, with as few facts set as possible. All facts that
  // `fails` depends on have a code in it.
  std::optional<Call> smallest(Diagram condition, Diagram fails) {
    if (is_no(condition)) return std::nullopt;
    return space_.space().smallest(condition, facts_of({condition, fails}));
  }

  std::set<ElementId> facts_of(const std::vector<Diagram>& diagrams) {
    std::set<ElementId> facts;
    for (const ElementId element : support_of(space_.space(), diagrams)) {
      if (!space_.is_setting(element)) facts.insert(element);
    }
    return facts;
  }

  // Returns the facts that the failure needs; the other facts may be anything.
  std::set<ElementId> decisive_facts(const Call& call, Diagram fails) {
    Call kept = call;
    for (std::size_t i = kept.size(); i-- > 0;) {
      Call without = kept;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
      if (facts_of({held(fails, without)}).empty()) kept = std::move(without);
    }
    std::set<ElementId> out;
    for (const auto& fact : kept) out.insert(fact.first);
    return out;
  }

  Diagram held(Diagram d, const Call& call) {
    std::vector<std::pair<VariableId, Code>> codes;
    for (const auto& [element, code] : call) codes.emplace_back(space_.space().variable(element), code);
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    return diagrams().hold(d, codes);
  }

  // Adds calls in which the remaining settings fail, until no settings remain. Returns false if
  // that takes too many calls.
  bool several(Diagram candidates, Diagram fails, std::vector<Call>& calls) {
    std::vector<Diagram> fail_there;
    const std::vector<VariableId> settings = space_.setting_variables();
    Diagram left = candidates;
    while (!is_no(left)) {
      if (calls.size() == max_calls) return false;
      const auto codes = diagrams().cheapest(left, [](VariableId, Code code) { return code == 0 ? 0u : 1u; });
      std::vector<std::pair<VariableId, Code>> choice;
      for (const VariableId v : settings) choice.emplace_back(v, (*codes)[v.value]);
      const auto call = smallest(diagrams().hold(fails, choice), fails);
      if (!call) return false;
      calls.push_back(*call);
      fail_there.push_back(held(fails, *call));
      left = diagrams().but_not(left, fail_there.back());
    }
    // Drop calls that the other calls make superfluous.
    for (std::size_t i = calls.size(); i-- > 0;) {
      left = candidates;
      for (std::size_t k = 0; k < calls.size(); ++k) {
        if (k != i) left = diagrams().but_not(left, fail_there[k]);
      }
      if (!is_no(left)) continue;
      calls.erase(calls.begin() + static_cast<std::ptrdiff_t>(i));
      fail_there.erase(fail_there.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return true;
  }

  SettingsSpace& space_;
  std::vector<std::size_t> chosen_;
  std::size_t tried_ = 0;
  bool given_up_ = false;
};

}  // namespace

Conflict find_conflict(SettingsSpace& space) { return Search(space).run(); }

}  // namespace tally
