#include "compiler/plan/wide_choices.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

namespace tally {
namespace {

// A choice with fewer arms is no longer as a `member` for each of them.
constexpr std::size_t many_arms = 64;

class Splitting {
 public:
  Splitting(const Graph& graph, const Classes& classes, std::span<const NodeId> operands)
      : graph_(graph), classes_(classes), operands_(operands) {}

  std::optional<WideChoice> run() {
    std::vector<std::pair<NodeId, NodeId>> arms;
    for (std::size_t i = 0; i + 1 < operands_.size(); i += 2) {
      for (const NodeId condition : alternatives(operands_[i])) arms.emplace_back(condition, operands_[i + 1]);
    }
    if (arms.size() < many_arms) return std::nullopt;
    std::map<ElementId, std::size_t> deciding;  // by leaf: the arms that have a cut of it
    for (const auto& [condition, value] : arms) {
      if (const auto element = find_element(condition)) ++deciding[*element];
    }
    const auto most = std::max_element(deciding.begin(), deciding.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    // Where few arms ask for the leaf, each of its codes would repeat all the others.
    if (most == deciding.end() || 2 * most->second < arms.size()) return std::nullopt;
    element_ = most->first;
    for (const auto& [condition, value] : arms) add_arm(condition, value);
    add_arm_for({{}, operands_.back()}, every_code());
    return split();
  }

 private:
  // The leaf of many codes of which a condition has a cut.
  std::optional<ElementId> find_element(NodeId condition) const {
    for (const NodeId part : parts(condition)) {
      const Node& node = graph_.node(part);
      if (node.op == Op::cut && classes_.is_wide(node.element)) return node.element;
    }
    return std::nullopt;
  }

  // The conditions of which one has to hold. Rows with the same outcome are one arm: `(a and b) or (a and c)`.
  std::vector<NodeId> alternatives(NodeId condition) const {
    const Node& node = graph_.node(condition);
    if (node.op != Op::either) return {condition};
    const auto operands = graph_.operands(node);
    return {operands.begin(), operands.end()};
  }

  // The conditions of which a condition is the conjunction.
  std::vector<NodeId> parts(NodeId condition) const {
    const Node& node = graph_.node(condition);
    if (node.op != Op::both) return {condition};
    const auto operands = graph_.operands(node);
    return {operands.begin(), operands.end()};
  }

  CodeSet every_code() const { return CodeSet().add_range(0, classes_.codes(element_) - 1); }
  CodeSet all_but(const CodeSet& codes) const {
    CodeSet out;
    unsigned next = 0;
    for (const CodeRun& run : codes.runs()) {
      if (run.first > next) out.add_range(next, run.first - 1);
      next = run.last + 1;
    }
    if (next < classes_.codes(element_)) out.add_range(next, classes_.codes(element_) - 1);
    return out;
  }

  // The codes for which a condition holds, or nothing if it depends on more than the leaf.
  std::optional<CodeSet> codes_of(NodeId condition) const {
    const Node& node = graph_.node(condition);
    switch (node.op) {
      case Op::cut:
        return node.element == element_ ? std::optional(classes_.codes_of(CutId{node.value})) : std::nullopt;
      case Op::present: return node.element == element_ ? std::optional(all_but(CodeSet().add(0))) : std::nullopt;
      case Op::negate: {
        const auto inside = codes_of(graph_.operands(node)[0]);
        return inside ? std::optional(all_but(*inside)) : std::nullopt;
      }
      case Op::both:
      case Op::either: {
        const bool all = node.op == Op::both;
        CodeSet codes = all ? every_code() : CodeSet();
        for (const NodeId operand : graph_.operands(node)) {
          const auto inside = codes_of(operand);
          if (!inside) return std::nullopt;
          codes = all ? both(codes, *inside) : either(codes, *inside);
        }
        return codes;
      }
      case Op::constant:
      case Op::leaf:
      case Op::member:
      case Op::choose:
      case Op::select:
      case Op::first_set:
      case Op::recode: return std::nullopt;
    }
    return std::nullopt;
  }

  void add_arm(NodeId condition, NodeId value) {
    OpenArm arm{{}, value};
    CodeSet codes = every_code();
    for (const NodeId part : parts(condition)) {
      if (const auto inside = codes_of(part)) {
        codes = both(codes, *inside);
      } else {
        arm.rest.push_back(part);
      }
    }
    add_arm_for(std::move(arm), codes);
  }
  void add_arm_for(OpenArm arm, const CodeSet& codes) {
    for (const CodeRun& run : codes.runs()) {
      begins_[run.first].push_back(arms_.size());
      ends_[run.last + 1].push_back(arms_.size());
    }
    alike_.push_back(known_arms_.try_emplace({arm.rest, arm.value}, arms_.size()).first->second);
    arms_.push_back(std::move(arm));
  }

  // Goes through the codes in order. Between two ends of runs the same arms may hold.
  WideChoice split() const {
    WideChoice out{element_, {}, {}};
    out.branches.resize(classes_.codes(element_));
    std::map<std::vector<std::size_t>, std::uint32_t> known;
    std::set<std::size_t> holding;
    std::set<unsigned> places;
    for (const auto& [code, arms] : begins_) places.insert(code);
    for (const auto& [code, arms] : ends_) places.insert(code);
    for (auto place = places.begin(); place != places.end() && *place < out.branches.size(); ++place) {
      if (const auto ending = ends_.find(*place); ending != ends_.end()) {
        for (const std::size_t arm : ending->second) holding.erase(arm);
      }
      if (const auto beginning = begins_.find(*place); beginning != begins_.end()) {
        for (const std::size_t arm : beginning->second) holding.insert(arm);
      }
      // Arms that differ only in their codes are the same under one code.
      std::vector<std::size_t> open;
      for (const std::size_t arm : holding) {
        open.push_back(alike_[arm]);
        if (arms_[arm].rest.empty()) break;
      }
      open.erase(std::unique(open.begin(), open.end()), open.end());
      const auto [at, is_new] = known.try_emplace(std::move(open), static_cast<std::uint32_t>(out.arms.size()));
      if (is_new) {
        auto& arms = out.arms.emplace_back();
        for (const std::size_t arm : at->first) arms.push_back(arms_[arm]);
      }
      const auto next = std::next(place);
      for (unsigned code = *place; code < (next == places.end() ? out.branches.size() : *next); ++code)
        out.branches[code] = at->second;
    }
    return out;
  }

  const Graph& graph_;
  const Classes& classes_;
  std::span<const NodeId> operands_;
  ElementId element_;
  std::vector<OpenArm> arms_;
  std::vector<std::size_t> alike_;  // by arm: the first one with the same rest and value
  std::map<std::pair<std::vector<NodeId>, NodeId>, std::size_t> known_arms_;
  std::map<unsigned, std::vector<std::size_t>> begins_, ends_;  // arms by code
};

}  // namespace

std::optional<WideChoice> wide_choice(const Graph& graph, const Classes& classes, const Node& node) {
  if (node.op != Op::choose) return std::nullopt;
  return Splitting(graph, classes, graph.operands(node)).run();
}

}  // namespace tally
