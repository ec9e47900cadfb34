#include "simulator/covers/exact_partition.h"

#include <algorithm>
#include <map>
#include <utility>

namespace tally {
namespace {

// A set of calls.
class Calls {
 public:
  explicit Calls(std::size_t count = 0) : words_((count + 63) / 64, 0) {}
  void add(std::size_t i) { words_[i / 64] |= std::uint64_t{1} << (i % 64); }
  bool has(std::size_t i) const { return words_[i / 64] >> (i % 64) & 1; }
  bool empty() const {
    return std::all_of(words_.begin(), words_.end(), [](std::uint64_t w) { return w == 0; });
  }
  bool within(const Calls& other) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      if (words_[i] & ~other.words_[i]) return false;
    return true;
  }
  bool meets(const Calls& other) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      if (words_[i] & other.words_[i]) return true;
    return false;
  }
  std::size_t size() const {
    std::size_t n = 0;
    for (const std::uint64_t w : words_) n += static_cast<std::size_t>(__builtin_popcountll(w));
    return n;
  }
  Calls both(const Calls& other) const {
    Calls out = *this;
    for (std::size_t i = 0; i < words_.size(); ++i) out.words_[i] &= other.words_[i];
    return out;
  }
  void add(const Calls& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  }
  void remove(const Calls& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
  }
  auto operator<=>(const Calls&) const = default;

 private:
  std::vector<std::uint64_t> words_;
};

struct Candidate {
  Calls calls;
  std::vector<CodeSet> tests;  // by variable
  std::size_t size = 0;
};

class FewestRows {
 public:
  FewestRows(Diagrams& diagrams, Diagram must, Diagram possible, const PartitionBounds& bounds)
      : diagrams_(diagrams), must_(must), possible_(possible), bounds_(bounds) {}

  ExactPartition run(std::size_t at_least, std::size_t at_most) {
    ExactPartition out;
    if (!collect_calls() || !collect_cubes()) return out;
    for (std::size_t size = std::max<std::size_t>(at_least, 1); size <= at_most; ++size) {
      const bool found = go(wanted_, size);
      if (steps_ > bounds_.exact_steps) return out;
      if (!found) continue;
      out.rows.emplace();
      for (const Candidate* c : chosen_) out.rows->push_back(row(*c));
      break;
    }
    out.is_complete = true;
    return out;
  }

 private:
  // Collects all possible calls, over the variables that matter. Returns false past a bound.
  bool collect_calls() {
    variables_ = diagrams_.support(must_);
    for (const VariableId v : diagrams_.support(possible_)) variables_.push_back(v);
    std::sort(variables_.begin(), variables_.end());
    variables_.erase(std::unique(variables_.begin(), variables_.end()), variables_.end());
    if (diagrams_.count(possible_, variables_) > bounds_.exact_calls) return false;
    Assignment call;
    for (const Variable& v : diagrams_.variables()) call.push_back(v.first);
    if (!collect_from(0, possible_, call)) return false;
    wanted_ = Calls(calls_.size());
    for (std::size_t i = 0; i < calls_.size(); ++i)
      if (diagrams_.evaluate(must_, calls_[i]) == 1) wanted_.add(i);
    return true;
  }

  bool collect_from(std::size_t at, Diagram left, Assignment& call) {
    if (left == diagrams_.no()) return true;
    if (at == variables_.size()) {
      calls_.push_back(call);
      return true;
    }
    const VariableId v = variables_[at];
    const Variable& variable = diagrams_.variables()[v.value];
    for (unsigned code = variable.first; code < variable.first + unsigned{variable.count}; ++code) {
      call[v.value] = static_cast<Code>(code);
      if (!collect_from(at + 1, diagrams_.hold(left, v, call[v.value]), call)) return false;
    }
    return true;
  }

  // Collects all cubes that contain no possible call outside the condition. Of cubes with the
  // same calls only the one with the fewest tests is kept.
  bool collect_cubes() {
    by_code_.resize(variables_.size());
    for (std::size_t i = 0; i < variables_.size(); ++i) {
      const Variable& variable = diagrams_.variables()[variables_[i].value];
      if (variable.count > 8) return false;
      for (unsigned code = variable.first; code < variable.first + unsigned{variable.count}; ++code) {
        Calls with(calls_.size());
        for (std::size_t c = 0; c < calls_.size(); ++c)
          if (calls_[c][variables_[i].value] == code) with.add(c);
        by_code_[i].push_back(std::move(with));
      }
    }
    Calls all(calls_.size());
    for (std::size_t i = 0; i < calls_.size(); ++i) all.add(i);
    std::vector<CodeSet> tests;
    if (!cubes_from(0, all, tests)) return false;
    for (auto& [calls, tested] : cubes_) candidates_.push_back({calls, tested, calls.size()});
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Candidate& a, const Candidate& b) { return a.size > b.size; });
    by_call_.resize(calls_.size());
    for (const Candidate& c : candidates_)
      for (std::size_t i = 0; i < calls_.size(); ++i)
        if (c.calls.has(i)) by_call_[i].push_back(&c);
    return true;
  }

  bool cubes_from(std::size_t at, const Calls& calls, std::vector<CodeSet>& tests) {
    if (!calls.meets(wanted_)) return true;
    if (at == variables_.size()) {
      if (!calls.within(wanted_)) return true;
      const auto [known, is_new] = cubes_.try_emplace(calls, tests);
      if (!is_new && test_count(tests) < test_count(known->second)) known->second = tests;
      return cubes_.size() <= bounds_.exact_cubes;
    }
    const Variable& variable = diagrams_.variables()[variables_[at].value];
    // The set of all codes comes first, since it needs no test.
    for (unsigned subset = (1u << variable.count) - 1; subset > 0; --subset) {
      if (++steps_ > bounds_.exact_steps) return false;
      Calls some(calls_.size());
      CodeSet codes;
      for (unsigned i = 0; i < variable.count; ++i) {
        if (!(subset >> i & 1)) continue;
        some.add(by_code_[at][i]);
        codes.add(variable.first + i);
      }
      tests.push_back(codes);
      const bool go_on = cubes_from(at + 1, calls.both(some), tests);
      tests.pop_back();
      if (!go_on) return false;
    }
    return true;
  }

  std::size_t test_count(const std::vector<CodeSet>& tests) const {
    std::size_t n = 0;
    for (std::size_t i = 0; i < tests.size(); ++i) n += tests[i] != every_code(diagrams_, variables_[i]) ? 1 : 0;
    return n;
  }

  bool go(const Calls& left, std::size_t size) {
    if (left.empty()) return true;
    if (size == 0 || candidates_.empty() || left.size() > size * candidates_.front().size) return false;
    // Branch on the call with the fewest cubes left.
    std::size_t least = SIZE_MAX, chosen = 0;
    for (std::size_t i = 0; i < calls_.size() && least > 1; ++i) {
      if (!left.has(i)) continue;
      std::size_t open = 0;
      for (const Candidate* c : by_call_[i]) {
        if (++steps_ > bounds_.exact_steps) return false;
        if (c->calls.within(left) && ++open >= least) break;
      }
      if (open < least) least = open, chosen = i;
    }
    for (const Candidate* c : by_call_[chosen]) {
      if (!c->calls.within(left)) continue;
      Calls rest = left;
      rest.remove(c->calls);
      chosen_.push_back(c);
      if (go(rest, size - 1)) return true;
      chosen_.pop_back();
      if (steps_ > bounds_.exact_steps) return false;
    }
    return false;
  }

  Row row(const Candidate& candidate) const {
    Row out{{}, 1};
    for (std::size_t i = 0; i < variables_.size(); ++i)
      if (candidate.tests[i] != every_code(diagrams_, variables_[i])) out.tests[variables_[i]] = candidate.tests[i];
    return out;
  }

  Diagrams& diagrams_;
  Diagram must_, possible_;
  const PartitionBounds& bounds_;
  std::vector<VariableId> variables_;
  std::vector<Assignment> calls_;
  Calls wanted_;
  std::vector<std::vector<Calls>> by_code_;
  std::map<Calls, std::vector<CodeSet>> cubes_;
  std::vector<Candidate> candidates_;
  std::vector<std::vector<const Candidate*>> by_call_;
  std::vector<const Candidate*> chosen_;
  std::size_t steps_ = 0;
};

}  // namespace

ExactPartition exact_partition(Diagrams& diagrams, Diagram must, Diagram possible, std::size_t at_least,
                               std::size_t at_most, const PartitionBounds& bounds) {
  return FewestRows(diagrams, must, possible, bounds).run(at_least, at_most);
}

}  // namespace tally
