#include "simulator/table/call_in_words.h"

#include <algorithm>
#include <map>

#include "simulator/table/table_space.h"

namespace tally {
namespace {

class WordExplainer {
 public:
  WordExplainer(TableSpace& space, const Words& words, const SourceSet& sources, const Assignment& call)
      : space_(space), words_(words), sources_(sources), values_(words.values_in(call)) {
    outcome_ = space.diagrams().evaluate(space.rows(), call);
  }

  CallInWords run() {
    CallInWords out;
    std::vector<std::size_t> kept = all_but(words_.size());
    const std::vector<std::uint32_t> outcomes = space_.outcomes_of(calls_with(kept));
    for (std::size_t i = words_.size(); i-- > 0;) {
      std::vector<std::size_t> fewer = kept;
      std::erase(fewer, i);
      if (space_.outcomes_of(calls_with(fewer)) == outcomes) kept = std::move(fewer);
    }
    if (outcomes.size() > 1) out.open = space_.differing_inputs(calls_with(kept));
    for (const std::size_t i : kept) {
      if (is_fixed(i)) continue;
      out.rests_on.push_back(words_.condition(i, CodeSet().add(values_[i])));
    }
    const std::vector<std::string> present = texts_of(outcomes);
    for (std::size_t i = 0; i < words_.size(); ++i) add_changes(i, present, out.changes);
    for (std::size_t n = 2; out.changes.empty() && n <= words_.size() && tried_ < max_tried; ++n) {
      out.words_at_once = n;
      add_changes_together(0, n, space_.allowed(), "", present, out.changes);
    }
    if (tried_ >= max_tried && out.changes.empty()) out.words_at_once = 0;
    return out;
  }

 private:
  // A word that has one value in every call distinguishes nothing.
  bool is_fixed(std::size_t word) const { return words_.variables()[word].count == 1; }

  std::vector<std::size_t> all_but(std::size_t word) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < words_.size(); ++i)
      if (i != word) out.push_back(i);
    return out;
  }

  // The calls in which some words have the values that they have in this call.
  Diagram calls_with(const std::vector<std::size_t>& words) {
    Diagram calls = space_.allowed();
    for (const std::size_t i : words) calls = space_.diagrams().both(calls, words_.where(i, values_[i]));
    return calls;
  }

  std::string text_of(std::uint32_t outcome) const { return space_.outcome_text(space_.outcome(outcome), sources_); }

  // Each text once.
  std::vector<std::string> texts_of(const std::vector<std::uint32_t>& outcomes) const {
    std::vector<std::string> out;
    for (const std::uint32_t outcome : outcomes) {
      const std::string text = text_of(outcome);
      if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(text);
    }
    return out;
  }

  // Values of a word with the same outcomes are one change. `present` are those with the words' own values.
  void add_changes(std::size_t word, const std::vector<std::string>& present, std::vector<CallInWords::Change>& out) {
    const Diagram others = calls_with(all_but(word));
    const Variable variable = words_.variables()[word];
    std::map<std::vector<std::string>, CodeSet> codes_by_outcomes;
    for (unsigned code = variable.first; code < variable.first + variable.count; ++code) {
      if (code == values_[word]) continue;
      const Diagram calls = space_.diagrams().both(others, words_.where(word, code));
      const std::vector<std::string> outcomes = texts_of(space_.outcomes_of(calls));
      const bool is_another = outcomes.size() > 1 || (outcomes.size() == 1 && outcomes.front() != text_of(outcome_));
      if (is_another && outcomes != present) codes_by_outcomes[outcomes].add(code);
    }
    for (const auto& [outcomes, codes] : codes_by_outcomes) out.push_back({words_.condition(word, codes), outcomes});
  }

  // Changes of `n` words from `word` on, beside those of `condition`, which hold in `calls`. The words before `word`
  // that are not among them keep their values.
  void add_changes_together(std::size_t word, std::size_t n, Diagram calls, const std::string& condition,
                            const std::vector<std::string>& present, std::vector<CallInWords::Change>& out) {
    Diagrams& diagrams = space_.diagrams();
    if (calls == diagrams.no() || out.size() == max_together || ++tried_ >= max_tried) return;
    if (n == 0) {
      for (; word < words_.size(); ++word) calls = diagrams.both(calls, words_.where(word, values_[word]));
      const std::vector<std::string> outcomes = texts_of(space_.outcomes_of(calls));
      const bool is_another = outcomes.size() > 1 || (outcomes.size() == 1 && outcomes.front() != text_of(outcome_));
      if (is_another && outcomes != present) out.push_back({condition, outcomes});
      return;
    }
    if (words_.size() - word < n) return;
    const Variable variable = words_.variables()[word];
    for (unsigned code = variable.first; code < variable.first + variable.count; ++code) {
      if (code == values_[word]) continue;
      const std::string own = words_.condition(word, CodeSet().add(code));
      add_changes_together(word + 1, n - 1, diagrams.both(calls, words_.where(word, code)),
                           condition.empty() ? own : condition + " and " + own, present, out);
    }
    add_changes_together(word + 1, n, diagrams.both(calls, words_.where(word, values_[word])), condition, present, out);
  }

  static constexpr std::size_t max_tried = 20'000;  // combinations of values
  static constexpr std::size_t max_together = 20;

  TableSpace& space_;
  const Words& words_;
  const SourceSet& sources_;
  const Assignment values_;
  std::uint32_t outcome_ = 0;
  std::size_t tried_ = 0;
};

}  // namespace

Result<CallInWords> call_in_words(Policy& policy, const SourceSet& sources, const TableQuestion& question,
                                  const std::function<Literal(ElementId)>& facts) {
  try {
    TALLY_ASSIGN_OR_RETURN(const auto space, TableSpace::make(policy, question));
    TALLY_ASSIGN_OR_RETURN(const Words words, Words::make(space->model(), space->classes(), space->lowering(),
                                                          space->space(), question.over));
    Assignment call;
    for (const ElementId element : space->space().order())
      call.push_back(static_cast<Code>(space->classes().code_of(element, facts(element))));
    return WordExplainer(*space, words, sources, call).run();
  } catch (const NodeLimit& reached) {
    return Error{Cause::bound, "the diagrams of the words grew beyond " + grouped(reached.limit) + " nodes",
                 "name fewer words in --over"};
  }
}

}  // namespace tally
