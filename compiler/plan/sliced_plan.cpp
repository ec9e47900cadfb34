#include "compiler/plan/sliced_plan.h"

#include <algorithm>
#include <functional>
#include <map>

namespace tally {
namespace {

constexpr std::size_t max_kernels = 16;
constexpr std::size_t max_loops = 24;
constexpr std::size_t max_vectors = 32;
// Bounds on the code: the gates of all kernels times the vectors of each. A small space
// gets a lower bound, one gate per this many combinations, since compiling takes longer
// than running there.
constexpr double max_emitted = 16'000, least_emitted = 250, combinations_a_gate = 2000;
// A space of this size is only run for a moment, to estimate the time for all.
constexpr double hopeless = 1e19;
// Gates that are built only to find out whether fixing a variable pays.
constexpr std::size_t max_tried = 500'000;
// Fixing a variable must reduce the gates to at most this part.
constexpr double worth_fixing = 0.75;
// The fixed cost of one pass through the vectors, as a number of vectors.
constexpr double overhead = 3;

std::uint32_t radix(const SlicedVariable& v) { return v.end - v.first; }

class Planner {
 public:
  explicit Planner(const SlicedRequest& request) : request_(request) {
    plan_.variables = request.variables;
    plan_.width = request.width;
    for (const SlicedVariable& v : plan_.variables) plan_.combinations *= radix(v);
    const double pays = plan_.combinations < hopeless ? plan_.combinations / combinations_a_gate : 0;
    max_emitted_ = static_cast<std::size_t>(std::clamp(pays, least_emitted, max_emitted));
    if (plan_.combinations >= hopeless) tried_ = max_tried;
  }

  SlicedPlan make() {
    fix();
    place_lanes();
    std::vector<std::uint32_t> rest;
    for (std::uint32_t v = 0; v < plan_.variables.size(); ++v) {
      if (!is_in(plan_.fixed, v) && !is_in(plan_.lanes, v)) rest.push_back(v);
    }
    const std::size_t arguments = rest.size() > max_loops ? rest.size() - max_loops : 0;
    plan_.arguments.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(arguments));
    plan_.loops.assign(rest.begin() + static_cast<std::ptrdiff_t>(arguments), rest.end());
    for_each_fixed(plan_.fixed,
                   [&](const std::vector<GateVariable>& held) { plan_.kernels.push_back(kernel(placed(held))); });
    return std::move(plan_);
  }

 private:
  static bool is_in(const std::vector<std::uint32_t>& list, std::uint32_t v) {
    return std::find(list.begin(), list.end(), v) != list.end();
  }

  std::vector<GateVariable> gate_variables() const {
    std::vector<GateVariable> out;
    for (const SlicedVariable& v : plan_.variables) out.push_back({v.element, v.first, v.end});
    return out;
  }

  // Sets the source of each variable's code, once the roles are decided.
  std::vector<GateVariable> placed(std::vector<GateVariable> variables) const {
    for (std::uint32_t v : plan_.lanes) variables[v].lanes = true;
    for (std::size_t i = 0; i < plan_.loops.size(); ++i)
      variables[plan_.loops[i]].depth = static_cast<std::uint16_t>(i + 1);
    return variables;
  }

  SlicedKernel kernel(std::vector<GateVariable> variables) const {
    SlicedKernel out{Gates(request_.graph, request_.classes, std::move(variables)), {}};
    for (const NodeId condition : request_.conditions) out.conditions.push_back(out.gates.condition(condition));
    return out;
  }

  // Visits every combination of these variables' codes; the last variable changes
  // fastest.
  void for_each_fixed(const std::vector<std::uint32_t>& fixed,
                      const std::function<void(const std::vector<GateVariable>&)>& visit) const {
    std::vector<GateVariable> variables = gate_variables();
    const auto hold = [&](auto& self, std::size_t i) -> void {
      if (i == fixed.size()) return visit(variables);
      GateVariable& v = variables[fixed[i]];
      const GateVariable all = v;
      for (std::uint16_t code = all.first; code < all.end; ++code) {
        v.first = static_cast<Code>(code);
        v.end = static_cast<std::uint16_t>(code + 1);
        self(self, i + 1);
      }
      v = all;
    };
    hold(hold, 0);
  }

  std::size_t combinations(const std::vector<std::uint32_t>& variables) const {
    std::size_t product = 1;
    for (const std::uint32_t v : variables) product *= radix(plan_.variables[v]);
    return product;
  }

  // The number of gates of all kernels together.
  std::size_t gates_with(const std::vector<std::uint32_t>& fixed) {
    std::size_t sum = 0;
    for_each_fixed(fixed, [&](const std::vector<GateVariable>& held) {
      const SlicedKernel made = kernel(held);
      tried_ += made.gates.size();
      sum += made.gates.reachable(made.conditions).size();
    });
    return sum;
  }

  void fix() {
    for (std::uint32_t v = 0; v < plan_.variables.size(); ++v) {
      if (radix(plan_.variables[v]) == 1) plan_.fixed.push_back(v);
    }
    gates_ = gates_with(plan_.fixed);
    for (bool found = true; found;) {
      found = false;
      std::vector<std::uint32_t> best;
      double least = worth_fixing * static_cast<double>(gates_) / static_cast<double>(combinations(plan_.fixed));
      std::size_t gates = 0;
      for (std::uint32_t v = 0; v < plan_.variables.size() && tried_ < max_tried; ++v) {
        if (is_in(plan_.fixed, v)) continue;
        std::vector<std::uint32_t> fixed = plan_.fixed;
        fixed.push_back(v);
        if (combinations(fixed) > max_kernels) continue;
        const std::size_t sum = gates_with(fixed);
        const double average = static_cast<double>(sum) / static_cast<double>(combinations(fixed));
        if (sum > max_emitted_ || average >= least) continue;
        least = average;
        gates = sum;
        best = std::move(fixed);
        found = true;
      }
      if (!found) break;
      plan_.fixed = std::move(best);
      gates_ = gates;
    }
    std::sort(plan_.fixed.begin(), plan_.fixed.end());
  }

  // Chooses, for each radix (number of codes), how many variables with it become lanes:
  // the choice that visits the most combinations in the time of one vector.
  void place_lanes() {
    std::map<std::uint32_t, std::vector<std::uint32_t>> by_radix;
    for (std::uint32_t v = 0; v < plan_.variables.size(); ++v) {
      if (!is_in(plan_.fixed, v)) by_radix[radix(plan_.variables[v])].push_back(v);
    }
    const std::size_t vectors =
        std::clamp<std::size_t>(max_emitted_ / std::max<std::size_t>(gates_, 1), 1, max_vectors);
    const std::size_t most = vectors * plan_.width;
    struct Choice {
      std::size_t positions = 1;
      std::map<std::uint32_t, std::size_t> taken;
      double merit = -1;
    };
    Choice best, tried;
    const auto choose = [&](auto& self, auto at) -> void {
      if (at == by_radix.end()) {
        const auto used = static_cast<double>((tried.positions + plan_.width - 1) / plan_.width);
        tried.merit = static_cast<double>(tried.positions) / (used + overhead);
        if (tried.merit > best.merit) best = tried;
        return;
      }
      const auto& [codes, variables] = *at;
      const std::size_t before = tried.positions;
      for (std::size_t count = 0; count <= variables.size() && tried.positions <= most; ++count) {
        tried.taken[codes] = count;
        self(self, std::next(at));
        tried.positions *= codes;
      }
      tried.positions = before;
    };
    choose(choose, by_radix.begin());
    for (const auto& [codes, count] : best.taken) {
      const auto& variables = by_radix.at(codes);
      plan_.lanes.insert(plan_.lanes.end(), variables.end() - static_cast<std::ptrdiff_t>(count), variables.end());
    }
    std::sort(plan_.lanes.begin(), plan_.lanes.end());
    plan_.positions = static_cast<std::uint32_t>(combinations(plan_.lanes));
    plan_.vectors = (plan_.positions + plan_.width - 1) / plan_.width;
  }

  const SlicedRequest& request_;
  SlicedPlan plan_;
  std::size_t max_emitted_ = 0;
  std::size_t gates_ = 0;  // of all kernels
  std::size_t tried_ = 0;
};

}  // namespace

std::uint32_t SlicedPlan::lane_code(std::size_t lane, std::uint32_t position) const {
  for (std::size_t i = lanes.size(); i-- > lane + 1;) position /= radix(variables[lanes[i]]);
  const SlicedVariable& v = variables[lanes[lane]];
  return v.first + position % radix(v);
}

std::vector<std::uint32_t> SlicedPlan::nesting() const {
  std::vector<std::uint32_t> out;
  for (const auto* part : {&fixed, &arguments, &loops, &lanes}) out.insert(out.end(), part->begin(), part->end());
  return out;
}

SlicedPlan make_sliced_plan(const SlicedRequest& request) { return Planner(request).make(); }

}  // namespace tally
