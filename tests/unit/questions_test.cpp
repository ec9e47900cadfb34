// The questions about a policy, answered again by enumeration: every request over a few values per
// leaf is decided by the reference interpreter, and what `diff`, `mutate`, `explain` and `solve`
// report is held against that.
//
// The rules are random. TALLY_QUESTION_SEEDS=FIRST..LAST tries other seeds than those below, as
// many as wanted. A seed that fails is printed with the smallest rules that still fail.
#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/checks/checks.h"
#include "runtime/documents/places.h"
#include "simulator/diff/diff.h"
#include "simulator/explain/explain.h"
#include "simulator/mutate/mutate.h"
#include "simulator/solve/solve.h"
#include "tests/support/explained_facts.h"
#include "tests/support/question_rules.h"

namespace tally::testing {
namespace {

using Outcomes = DecidedRules::Outcomes;

// Tries a property on all seeds, and shows the first rules for which it does not hold.
void try_seeds(std::uint64_t count, const std::function<std::string(const QuestionRules&)>& fails) {
  const auto [first, last] = question_seeds(count);
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const QuestionRules rules = question_rules(seed);
    if (fails(rules).empty()) continue;
    ADD_FAILURE() << "seed " << seed << ": " << smallest_failure(rules, fails);
    return;
  }
}

// --- diff -------------------------------------------------------------------------------------

// Returns what an outcome that a row shows is in a request: the value of the leaf that it names, or
// the literal itself.
std::string shown_value(const Model& model, const CallFacts& facts, const std::string& label) {
  const auto value_of = [&](const std::string& name) -> std::optional<Literal> {
    for (std::uint32_t i = 0; i < model.elements.size(); ++i) {
      if (model.elements[i].name == name && model.elements[i].is_leaf()) return facts(ElementId{i});
    }
    return std::nullopt;
  };
  if (const auto value = value_of(label); value && !std::holds_alternative<EnumName>(*value)) return to_string(*value);
  if (label.empty() || label.front() != '"') return label;
  std::string text;
  for (std::size_t i = 1; i + 1 < label.size(); ++i) {
    if (label[i] != '{') {
      text += label[i];
      continue;
    }
    const std::size_t end = label.find('}', i);
    const auto value = value_of(label.substr(i + 1, end - i - 1));
    if (!value) return label;
    const auto* inserted = std::get_if<std::string>(&*value);
    text += inserted ? *inserted : to_string(*value);
    i = end;
  }
  return to_string(Literal{text});
}

// Whether an outcome is one literal, for which equal calls can be told apart by a condition.
bool is_literal(const Model& model, const std::string& label) {
  return label.find('{') == std::string::npos &&
         std::none_of(model.elements.begin(), model.elements.end(), [&](const Element& e) { return e.name == label; });
}

class DiffQuestion {
 public:
  explicit DiffQuestion(const QuestionRules& rules)
      : rules_(rules),
        before_(DecidedRules::make(rules.before_text())),
        after_(DecidedRules::make(rules.after_text())) {}

  // Returns what is wrong, or "".
  std::string run() {
    if (!before_ || !after_) return "";
    Diff diff(before_->policy(), after_->policy(), false);
    DiffCalls calls(diff.joint(), {before_->descriptor().get(), after_->descriptor().get()});
    for (std::size_t output = 0; output < before_->policy().outputs.size(); ++output) {
      const DiffDecision decision = diff.compare({output, output}, "", {});
      if (!decision.failures.empty()) return "not compared: " + decision.failures.front().why;
      for (const DiffPart& part : decision.parts) {
        const std::string wrong = part_is_wrong(part, calls);
        if (!wrong.empty()) return "diff of " + part.title + ": " + wrong;
      }
    }
    return "";
  }

 private:
  struct Seen {
    std::set<std::vector<Code>> combinations, different;
    std::vector<std::set<std::vector<Code>>> rows;
  };

  std::string part_is_wrong(const DiffPart& part, DiffCalls& calls) {
    if (part.undecided != 0) return "a combination is undecided";
    std::vector<ExprRef> conditions;
    for (const DiffRow& row : part.rows) {
      if (!row.is_described || !row.alternatives.empty()) return "a row without a condition";
      const bool has_condition = !row.condition.empty() && rules_.inputs == rules_.after_inputs;
      conditions.push_back(has_condition ? before_->condition(row.condition) : nullptr);
      if (has_condition && !conditions.back()) return "not a condition: " + row.condition;
    }
    Seen seen;
    seen.rows.resize(part.rows.size());
    for (const std::string& request : rules_.requests) {
      const std::string wrong = request_is_wrong(part, calls, conditions, request, seen);
      if (!wrong.empty()) return wrong + " in " + request;
    }
    if (part.combinations != seen.combinations.size())
      return part.combinations.get_str() + " combinations, not " + std::to_string(seen.combinations.size());
    if (part.different != seen.different.size())
      return part.different.get_str() + " different, not " + std::to_string(seen.different.size());
    for (std::size_t r = 0; r < part.rows.size(); ++r) {
      if (part.rows[r].combinations != seen.rows[r].size())
        return "row " + std::to_string(r) + " has " + part.rows[r].combinations.get_str() + " combinations, not " +
               std::to_string(seen.rows[r].size());
      const std::string wrong = shown_call_is_wrong(part, r, conditions[r]);
      if (!wrong.empty()) return "the call of row " + std::to_string(r) + ": " + wrong + " in " + part.rows[r].request;
    }
    return "";
  }

  // The values of one part in a request, or nothing if one of the files does not have the part
  // there.
  std::optional<Pair<std::string>> values(const DiffPart& part, const std::string& request) const {
    const auto &old_outcomes = before_->decide(request), &new_outcomes = after_->decide(request);
    if (!old_outcomes || !new_outcomes) return std::nullopt;
    const auto x = old_outcomes->find(part.title), y = new_outcomes->find(part.title);
    if (x == old_outcomes->end() || y == new_outcomes->end()) return std::nullopt;
    return Pair<std::string>{x->second, y->second};
  }

  std::string request_is_wrong(const DiffPart& part, DiffCalls& calls, const std::vector<ExprRef>& conditions,
                               const std::string& request, Seen& seen) {
    const auto both = values(part, request);
    std::vector<DocumentFault> faults;
    const auto old_facts = before_->binder().read(request, faults), new_facts = after_->binder().read(request, faults);
    const BindResult old_call = before_->binder().bind(request), new_call = after_->binder().bind(request);
    if (!old_call.call || !new_call.call) return "refused";
    calls.take({&*old_facts, &*new_facts}, {&*old_call.call, &*new_call.call});
    if (calls.asked(part) != both.has_value()) return "asked about wrongly";
    if (!both) return "";
    const bool differs = (*both)[0] != (*both)[1];
    const auto row = calls.row(part);
    if (row.has_value() != differs) return differs ? "counted as the same" : "counted as different";
    const std::vector<Code> codes = calls.codes(part);
    seen.combinations.insert(codes);
    if (differs) seen.different.insert(codes), seen.rows[*row].insert(codes);
    // A condition is about what both files read; where one of them fills in a default, the facts of
    // neither file are these.
    if (rules_.inputs != rules_.after_inputs) return row ? row_is_wrong(part.rows[*row], *both, request) : "";
    std::size_t rows = 0;
    for (std::size_t r = 0; r < part.rows.size(); ++r) {
      if (conditions[r] && !before_->holds(conditions[r], request)) continue;
      ++rows;
      const std::string wrong = row_is_wrong(part.rows[r], *both, request);
      if (!wrong.empty()) return wrong;
      if (differs && *row != r) return "counted in another row than its condition says";
    }
    if (rows > 1) return "in several rows";
    if (differs && rows == 0) return "in no row";
    return "";
  }

  std::string row_is_wrong(const DiffRow& row, const Pair<std::string>& values, const std::string& request) const {
    std::string out;
    before_->with_facts(request, [&](const CallFacts& facts, const BoundCall&) {
      for (std::size_t side = 0; side < 2; ++side) {
        const std::string shown = shown_value(before_->model(), facts, row.outcomes[side]);
        if (shown != values[side]) out = "a row shows " + shown + " instead of " + values[side];
      }
    });
    if (!out.empty() || values[0] != values[1]) return out;
    const bool may_be_equal =
        !is_literal(before_->model(), row.outcomes[0]) && !is_literal(before_->model(), row.outcomes[1]);
    const bool is_inserted =
        row.outcomes[0].find('{') != std::string::npos || row.outcomes[1].find('{') != std::string::npos;
    return may_be_equal || is_inserted ? "" : "equal values in a row that a condition could separate";
  }

  std::string shown_call_is_wrong(const DiffPart& part, std::size_t r, const ExprRef& condition) const {
    const std::string& request = part.rows[r].request;
    const auto both = values(part, request);
    if (!both) return "not asked about";
    if ((*both)[0] == (*both)[1]) return "both decide " + (*both)[0];
    if (condition && !before_->holds(condition, request)) return "not in its row";
    return row_is_wrong(part.rows[r], *both, request);
  }

  const QuestionRules& rules_;
  const std::unique_ptr<DecidedRules> before_, after_;
};

TEST(Questions, DifferencesTheirCountsAndTheirCalls) {
  try_seeds(1'000, [](const QuestionRules& rules) { return DiffQuestion(rules).run(); });
}

// --- mutate -----------------------------------------------------------------------------------

bool passes_all_checks(const std::string& text) {
  Compilation c = compile("p.tally", [&](const std::string&) { return std::variant<std::string, ReadError>(text); });
  if (c.policy) check(*c.policy, c.sources, c.diagnostics);
  return c.policy && !c.diagnostics.has_errors();
}

class MutateQuestion {
 public:
  explicit MutateQuestion(const QuestionRules& rules) : rules_(rules), text_(rules.before_text()) {}

  // Returns what is wrong, or "". Only every n-th mutant is tried.
  std::string run() {
    if (!passes_all_checks(text_)) return "";
    file_ = DecidedRules::make(text_);
    if (!file_) return "";
    auto mutation = mutate(file_->compilation());
    if (!mutation) return mutation.error().message;
    constexpr std::size_t most = 12;
    const std::size_t step = mutation->mutants.size() / most + 1;
    for (std::size_t i = text_.size() % step; i < mutation->mutants.size(); i += step) {
      const Mutant& mutant = mutation->mutants[i];
      const std::string wrong = mutant_is_wrong(mutant);
      if (!wrong.empty())
        return "mutant " + std::string(to_string(mutant.edit.kind)) + ", `" + mutant.edit.before + "` -> `" +
               mutant.edit.after + "`, " + to_string(mutant.verdict) + ": " + wrong;
    }
    return "";
  }

 private:
  std::string mutant_is_wrong(const Mutant& mutant) const {
    const std::string text = edited(file_->compilation().sources, mutant.edit);
    const auto other = DecidedRules::make(text);
    if (!other) return "does not compile";
    if (!passes_all_checks(text)) return mutant.verdict == Verdict::caught ? "" : "it does not pass `check`";
    if (mutant.verdict == Verdict::caught) return "it passes `check`";
    if (mutant.verdict == Verdict::unknown) return "unknown";
    for (const std::string& request : rules_.requests) {
      if (file_->decide(request) == other->decide(request)) continue;
      if (mutant.verdict == Verdict::equal) return "decided differently: " + request;
    }
    if (mutant.verdict == Verdict::equal) return "";
    const auto &before = file_->decide(mutant.call->request), &after = other->decide(mutant.call->request);
    if (!before || !after) return "its call is refused: " + mutant.call->request;
    return *before == *after ? "its call is decided the same: " + mutant.call->request : "";
  }

  const QuestionRules& rules_;
  const std::string text_;
  std::unique_ptr<DecidedRules> file_;
};

TEST(Questions, VerdictsOnMutants) {
  try_seeds(400, [](const QuestionRules& rules) { return MutateQuestion(rules).run(); });
}

// --- explain ----------------------------------------------------------------------------------

class ExplainQuestion {
 public:
  explicit ExplainQuestion(const QuestionRules& rules)
      : rules_(rules), file_(DecidedRules::make(rules.before_text())) {}

  std::string run() {
    if (!file_) return "";
    for (const std::string& request : rules_.requests) add_call(request);
    // Some of the requests are explained, all are compared with them.
    for (std::size_t i = calls_.size() / 7; i < calls_.size(); i += calls_.size() / 3 + 1) {
      for (std::size_t output = 0; output < file_->policy().outputs.size(); ++output) {
        const std::string wrong = explanation_is_wrong(output, calls_[i]);
        if (!wrong.empty()) return wrong + " in " + calls_[i].request;
      }
    }
    return "";
  }

 private:
  struct Call {
    std::string request;
    std::vector<Literal> facts;                             // by element
    std::vector<std::pair<std::size_t, Outcomes>> decided;  // by output: the rule, and the values
  };

  void add_call(const std::string& request) {
    Call call{request, {}, {}};
    file_->with_facts(request, [&](const CallFacts& facts, const BoundCall&) {
      for (std::uint32_t i = 0; i < file_->model().elements.size(); ++i) call.facts.push_back(facts(ElementId{i}));
      const Outcomes& all = *file_->decide(request);
      for (const Output& output : file_->policy().outputs) {
        const std::string& name = file_->model().at(output.decision).name;
        Outcomes own;
        for (const auto& [title, value] : all) {
          if (title == name || title.starts_with(name + ".")) own.emplace(title, value);
        }
        call.decided.emplace_back(file_->decided(name, facts).rule, std::move(own));
      }
    });
    calls_.push_back(std::move(call));
  }

  bool is_settled(std::size_t output, const Call& call, const std::vector<ElementId>& elements,
                  std::optional<ElementId> but) const {
    return std::all_of(calls_.begin(), calls_.end(), [&](const Call& other) {
      const bool agrees = std::all_of(elements.begin(), elements.end(), [&](ElementId element) {
        return element == but || other.facts[element.value] == call.facts[element.value];
      });
      return !agrees || other.decided[output] == call.decided[output];
    });
  }

  // The changes that alone change the value: for each call that another value is decided for, the
  // elements any of which stands for the whole change. Calls that change more than another such call
  // are left out.
  struct Changes {
    std::set<ElementId> possible;            // what stands for any of the changes
    std::vector<std::set<ElementId>> least;  // what stands for each of the changes that are kept
  };
  Changes changes(std::size_t output, const Call& call) const {
    Changes out;
    std::map<std::set<ElementId>, std::set<ElementId>> found;  // all that changes, to what stands for it
    for (const Call& other : calls_) {
      if (other.decided[output].second == call.decided[output].second) continue;
      std::set<ElementId> changed;
      for (std::uint32_t i = 0; i < call.facts.size(); ++i) {
        if (other.facts[i] != call.facts[i]) changed.insert(ElementId{i});
      }
      const std::set<ElementId> whole = standing_for(changed, other, file_->policy().outputs[output].reads);
      out.possible.insert(whole.begin(), whole.end());
      if (!whole.empty()) found[changed].insert(whole.begin(), whole.end());
    }
    for (const auto& [changed, whole] : found) {
      const bool is_least = std::none_of(found.begin(), found.end(), [&, &all = changed](const auto& less) {
        return less.first.size() < all.size() &&
               std::includes(all.begin(), all.end(), less.first.begin(), less.first.end());
      });
      if (is_least) out.least.push_back(whole);
    }
    return out;
  }

  // Returns the elements from which the other changes follow: one that became set, and the objects
  // around it with it; or an object that became absent, and all that was in it.
  std::set<ElementId> standing_for(const std::set<ElementId>& changed, const Call& other,
                                   const std::set<ElementId>& reads) const {
    std::set<ElementId> out;
    for (const ElementId element : changed) {
      const bool is_set = !std::holds_alternative<Unset>(other.facts[element.value]);
      std::vector<ElementId> follow =
          is_set ? optional_ancestors(file_->model(), element) : below(file_->model(), element);
      // An object is one fact if the decision reads it, or reads a member that is there with it.
      const auto with_object = [&](ElementId inside) {
        return reads.contains(inside) && !file_->model().at(inside).optional();
      };
      if (!is_set && !reads.contains(element) && std::none_of(follow.begin(), follow.end(), with_object)) continue;
      follow.push_back(element);
      // In an object that becomes present, a member with a default has it, and a required member that
      // the decision does not read may be anything.
      for (const ElementId also : changed) {
        const auto& usual = file_->model().at(also).default_value;
        const bool is_any = !usual && !file_->model().at(also).optional() && !reads.contains(also);
        if (!is_set || !(is_any || (usual && other.facts[also.value] == *usual))) continue;
        const auto around = optional_ancestors(file_->model(), also);
        if (!around.empty() && changed.contains(around.back())) follow.push_back(also);
      }
      const bool all_follow = std::all_of(changed.begin(), changed.end(), [&](ElementId also) {
        return std::find(follow.begin(), follow.end(), also) != follow.end();
      });
      if (all_follow) out.insert(element);
    }
    return out;
  }

  // A fact of an object that is missing stands for all that is unset in it.
  std::string fact_is_wrong(const ExplainedFact& fact, const Call& call) const {
    const Model& model = file_->model();
    const auto is_unset = [&](ElementId id) { return std::holds_alternative<Unset>(call.facts[id.value]); };
    const bool is_missing = !model.at(fact.element).is_leaf() && is_unset(fact.element);
    if (is_missing != (fact.from == FactFrom::absent)) return model.at(fact.element).name + " is wrongly absent";
    for (const ElementId around : optional_ancestors(model, fact.element)) {
      if (is_unset(around)) return model.at(fact.element).name + " is in an object that is missing";
    }
    for (const ElementId inside : fact.inside) {
      const auto all = below(model, fact.element);
      if (std::find(all.begin(), all.end(), inside) == all.end()) return model.at(inside).name + " is not inside";
      if (!is_unset(inside)) return model.at(inside).name + " is set";
    }
    return "";
  }

  std::string explanation_is_wrong(std::size_t output, const Call& call) {
    const CallFacts facts = [&](ElementId id) { return call.facts[id.value]; };
    const auto why =
        explain(file_->policy(), file_->compilation().sources, output, facts, [](ElementId) { return false; });
    if (!why) return why.error().message;
    const std::string name = "explain " + file_->model().at(why->decision).name + ": ";
    if (why->rule != call.decided[output].first) return name + "another rule";
    for (const ExplainedFact& fact : why->rests_on) {
      if (const std::string wrong = fact_is_wrong(fact, call); !wrong.empty()) return name + wrong;
    }
    const std::vector<ElementId> elements = elements_of(why->rests_on);
    if (!is_settled(output, call, elements, std::nullopt)) return name + "what it rests on is not enough";
    for (const ElementId element : elements) {
      if (is_settled(output, call, elements, element))
        return name + "it does not rest on " + file_->model().at(element).name;
    }
    std::set<ElementId> listed;
    for (const ExplainedChange& change : why->changes) listed.insert(change.element);
    const Changes all = changes(output, call);
    for (const std::set<ElementId>& any : all.least) {
      const bool is_listed = std::any_of(any.begin(), any.end(), [&](ElementId e) { return listed.contains(e); });
      if (!is_listed) return name + file_->model().at(*any.begin()).name + " would change it";
    }
    for (const ElementId element : listed) {
      if (!all.possible.contains(element)) return name + file_->model().at(element).name + " would not change it";
    }
    return "";
  }

  const QuestionRules& rules_;
  const std::unique_ptr<DecidedRules> file_;
  std::vector<Call> calls_;
};

TEST(Questions, WhatAnOutcomeRestsOnAndWhatChangesIt) {
  try_seeds(1'000, [](const QuestionRules& rules) { return ExplainQuestion(rules).run(); });
}

}  // namespace
}  // namespace tally::testing
