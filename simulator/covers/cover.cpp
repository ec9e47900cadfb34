#include "simulator/covers/cover.h"

#include <algorithm>
#include <map>
#include <optional>

#include "simulator/covers/irredundant_cover.h"

namespace tally {
namespace {

constexpr std::size_t max_primes = 3'000;   // primes of one condition; with more, the search for primes is given up
constexpr std::size_t max_branches = 8;     // different branches of a variable, whose subsets are all tried
constexpr std::size_t max_steps = 20'000;   // steps of the search for the fewest terms
constexpr std::size_t max_pairs = 200'000;  // pairs of conditions, for an irredundant cover

using Tests = std::vector<std::pair<VariableId, CodeSet>>;

// The codes of a variable that lead to one branch.
struct Branch {
  CodeSet codes;
  Diagram below;
};

std::vector<Branch> branches(Diagrams& diagrams, Diagram d, VariableId variable) {
  std::vector<Branch> out;
  const Variable& v = diagrams.variables()[variable.value];
  for (unsigned code = v.first; code < v.first + unsigned{v.count}; ++code) {
    const Diagram below = diagrams.hold(d, variable, static_cast<Code>(code));
    auto at = std::find_if(out.begin(), out.end(), [&](const Branch& b) { return b.below == below; });
    if (at == out.end()) at = out.insert(out.end(), {CodeSet(), below});
    at->codes.add(code);
  }
  return out;
}

// Finds all primes of a condition. A term that tests the first variable for a set of codes is
// prime if its rest is a prime of the intersection of their branches, and does not lie within
// any other branch.
class Primes {
 public:
  explicit Primes(Diagrams& diagrams) : diagrams_(diagrams) {}

  // Returns nothing if there are too many primes.
  const std::vector<Tests>* of(Diagram d) {
    if (const auto known = known_.find(d); known != known_.end()) return &known->second;
    std::vector<Tests> primes;
    if (d == diagrams_.yes()) primes.push_back({});
    if (!diagrams_.is_terminal(d) && !add(d, primes)) return nullptr;
    made_ += primes.size();
    if (made_ > max_primes) return nullptr;
    return &known_.emplace(d, std::move(primes)).first->second;
  }

 private:
  bool add(Diagram d, std::vector<Tests>& primes) {
    const VariableId variable = *diagrams_.top(d);
    const std::vector<Branch> below = branches(diagrams_, d, variable);
    if (below.size() > max_branches) return false;
    for (unsigned chosen = 1; chosen < 1u << below.size(); ++chosen) {
      Diagram common = diagrams_.yes();
      CodeSet codes;
      for (std::size_t i = 0; i < below.size(); ++i) {
        if (!(chosen >> i & 1)) continue;
        common = diagrams_.both(common, below[i].below);
        codes = either(codes, below[i].codes);
      }
      if (common == diagrams_.no()) continue;
      const std::vector<Tests>* rests = of(common);
      if (!rests) return false;
      for (const Tests& rest : *rests) {
        const Diagram term = tally::of(diagrams_, Cube{rest, 1});
        bool widest = true;
        for (std::size_t i = 0; i < below.size() && widest; ++i) {
          widest = (chosen >> i & 1) || !diagrams_.within(term, below[i].below);
        }
        if (!widest) continue;
        Tests tests;
        if (chosen != (1u << below.size()) - 1) tests.emplace_back(variable, codes);
        tests.insert(tests.end(), rest.begin(), rest.end());
        primes.push_back(std::move(tests));
      }
    }
    return true;
  }

  Diagrams& diagrams_;
  std::map<Diagram, std::vector<Tests>> known_;
  std::size_t made_ = 0;
};

struct Term {
  Tests tests;
  Diagram diagram;
};

std::size_t tests_of(const std::vector<const Term*>& terms) {
  std::size_t n = 0;
  for (const Term* term : terms) n += term->tests.size();
  return n;
}

// Finds the fewest terms that cover a condition, and among these the fewest tests. Some term
// must cover any one assignment that is left, so only the terms that cover it are tried.
class FewestTerms {
 public:
  FewestTerms(Diagrams& diagrams, const std::vector<Term>& terms) : diagrams_(diagrams), terms_(terms) {}

  // Returns nothing if the search was given up.
  std::optional<std::vector<const Term*>> run(Diagram must, std::size_t at_most) {
    for (std::size_t size = 0; size <= at_most; ++size) {
      go(must, size);
      if (steps_ > max_steps) return std::nullopt;
      if (best_) return best_;
    }
    return std::nullopt;
  }

 private:
  void go(Diagram left, std::size_t size) {
    if (++steps_ > max_steps) return;
    if (left == diagrams_.no()) {
      if (!best_ || tests_of(chosen_) < tests_of(*best_)) best_ = chosen_;
      return;
    }
    if (size == 0 || (best_ && tests_of(chosen_) >= tests_of(*best_))) return;
    const auto call = diagrams_.cheapest(left, [](VariableId, Code) { return 0u; });
    for (const Term& term : terms_) {
      if (diagrams_.evaluate(term.diagram, *call) == 0) continue;
      chosen_.push_back(&term);
      go(diagrams_.but_not(left, term.diagram), size - 1);
      chosen_.pop_back();
    }
  }

  Diagrams& diagrams_;
  const std::vector<Term>& terms_;
  std::vector<const Term*> chosen_;
  std::optional<std::vector<const Term*>> best_;
  std::size_t steps_ = 0;
};

bool shorter(const Tests& a, const Tests& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  return a < b;
}

}  // namespace

Diagram of(Diagrams& diagrams, const Cube& term) {
  Diagram d = diagrams.yes();
  for (std::size_t i = term.tests.size(); i-- > 0;)
    d = diagrams.both(diagrams.test(term.tests[i].first, term.tests[i].second), d);
  return d;
}

Cover minimal_cover(Diagrams& diagrams, Diagram must, Diagram may, std::size_t max_terms) {
  Cover cover;
  const auto irredundant = IrredundantCover::make(diagrams, must, may, max_pairs);
  cover.is_complete = irredundant && irredundant->size() <= max_terms;
  if (!cover.is_complete) return cover;
  // If there are not too many primes, the fewest terms are searched for among all of them.
  Primes primes(diagrams);
  if (const std::vector<Tests>* all = primes.of(may)) {
    std::vector<Term> terms;
    for (const Tests& tests : *all) {
      const Diagram diagram = of(diagrams, Cube{tests, 1});
      if (diagrams.both(diagram, must) != diagrams.no()) terms.push_back({tests, diagram});
    }
    std::sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) { return shorter(a.tests, b.tests); });
    if (const auto best = FewestTerms(diagrams, terms).run(must, irredundant->size().get_ui())) {
      cover.is_minimal = true;
      for (const Term* term : *best) cover.terms.push_back({term->tests, 1});
    }
  }
  if (!cover.is_minimal) cover.terms = irredundant->largest(SIZE_MAX);
  std::sort(cover.terms.begin(), cover.terms.end(),
            [](const Cube& a, const Cube& b) { return shorter(a.tests, b.tests); });
  return cover;
}

}  // namespace tally
