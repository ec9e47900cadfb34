#include "compiler/checks/proof_question.h"

#include <algorithm>
#include <cctype>

#include "grammar/source/excerpt.h"

namespace tally {

ProofQuestion::ProofQuestion(const Checker& checker, const Proof& proof)
    : checker_(checker),
      proof_(proof),
      combinations_(1),
      undecided_(checker.undecided_behind({proof.claim, proof.condition})) {
  for (const Binder& binder : proof.binders) combinations_ *= binder.type->values.size();
}

std::string ProofQuestion::name() const {
  return "proof `" + (proof_.title ? *proof_.title : checker_.wording().quoted(span())) + "`";
}

Span ProofQuestion::span() const {
  return proof_.ignored.empty() ? proof_.claim_span : around(proof_.claim_span, proof_.ignored.back().span);
}

Values ProofQuestion::combination(std::size_t index) const {
  Values values(proof_.binders.size());
  for (std::size_t i = proof_.binders.size(); i-- > 0;) {
    const auto& names = proof_.binders[i].type->values;
    values[i] = names[index % names.size()].name;
    index /= names.size();
  }
  return values;
}

std::string ProofQuestion::claim_text(const Values& values) const {
  const std::string text = one_line(checker_.sources().text(proof_.claim->span));
  const auto is_part_of_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
  };
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    if (text[i] == '"') {
      while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
      end = std::min(end + 1, text.size());
    } else if (is_part_of_name(text[i])) {
      while (end < text.size() && is_part_of_name(text[end])) ++end;
    }
    std::string word = text.substr(i, end - i);
    // After a dot, and before a colon, a word is the name of a field.
    const bool is_field =
        (!out.empty() && out.back() == '.') || text.substr(end, 1) == ":" || text.substr(end, 2) == " :";
    for (std::size_t b = 0; b < proof_.binders.size() && !is_field; ++b) {
      const Binder& binder = proof_.binders[b];
      if (word != binder.name) continue;
      word = to_string(binder.type->values[*value_index(*binder.type, values[b])]);
      break;
    }
    out += word;
    i = end;
  }
  return out;
}

std::string ProofQuestion::example_title() const {
  return (proof_.title ? *proof_.title : checker_.wording().quoted(span())) + ": a counterexample";
}

bool ProofQuestion::ask() {
  for (std::size_t i = 0; i < combinations_; ++i) {
    const Values values = combination(i);
    question_.add(condition(values).reads);
    question_.add_root(condition(values).node);
    if (proof_.is_ignores) {
      const LoweredValue value = checker_.lowering().value(proof_.claim, values);
      question_.add(value.reads);
      for (const ResultPart& part : value.parts) question_.add_root(part.node);
    } else {
      const LoweredCondition claim = checker_.lowering().condition(proof_.claim, values);
      question_.add(claim.reads);
      question_.add_root(claim.node);
    }
  }
  if (checker_.report_failures(span())) return false;
  // The decisions are read to show their outcomes in a counterexample.
  for (const DecisionId id : mentioned(model(), proof_.claim)) {
    decisions_.push_back(id);
    question_.add(checker_.lowering().decision(id).reads);
    shown_.insert(checker_.lowering().decision(id).reads.elements.begin(),
                  checker_.lowering().decision(id).reads.elements.end());
  }
  question_.add(checker_.reads_of(undecided_));
  if (proof_.is_ignores) question_.calls = CallsAtOnce::two;
  if (proof_.is_ignores) question_.elements = with_surroundings(model(), std::move(question_.elements));
  return true;
}
LoweredCondition ProofQuestion::condition(const Values& values) const {
  if (!proof_.condition) return {checker_.graph().yes(), {}};
  return checker_.lowering().condition(proof_.condition, values);
}

Diagram ProofQuestion::satisfying(const QuestionSpace& view, const LoweredCondition& when) const {
  const Diagram d = view.diagrams().both(view.space().of(when.node), checker_.decided_by(view, undecided_));
  return view.diagrams().both(d, view.space().possible(support_of(view.space(), {d})));
}

}  // namespace tally
