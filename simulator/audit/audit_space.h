// The space of an audit: the diagrams of the wanted condition, and its answers by the codes of lines. Private to audits
// (audit*.cpp).
//
// In:     a policy, a lowered question, and further cuts. Then the codes of one line after another.
// Out:    the answer for a line's codes, with the codes of a call in which the wanted condition does not hold.
// Always: lines with equal codes share an answer; at most `max_answers` of them are kept.
//
// For example, with the elements `source` and `device.enabled`, a line that has {"enabled": true} has the codes
// {open, 2}.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "simulator/audit/audit.h"

namespace tally {

// A question as nodes of the policy's graph, with all that it reads.
struct LoweredAudit {
  NodeId want, when;
  std::set<ElementId> elements;  // with the objects around them, and the leaves of relations
  std::set<CutId> cuts;
};

class AuditSpace {
 public:
  // Stands for a code that a line does not settle.
  static constexpr Code open = 0xFFFF;
  static constexpr std::size_t max_answers = 1 << 16;

  struct Answer {
    AuditAnswer answer = AuditAnswer::no_call;
    Call call;  // codes of all elements; empty if the condition always holds, or there is no call
  };

  // The references must outlive the space. `graph` has the nodes of the question, and the cuts. Throws NodeLimit.
  AuditSpace(const Model& model, const Graph& graph, const LoweredAudit& question, const std::set<CutId>& cuts);

  const Classes& classes() const { return classes_; }
  const std::vector<ElementId>& elements() const { return elements_; }

  // `codes` has one code for each of `elements`. `only` restricts some that are open to a few codes. Throws NodeLimit.
  const Answer& answer(const std::vector<Code>& codes, const Held& only);

 private:
  void make_diagrams();
  Answer find(const std::vector<Code>& codes, const Held& only);

  const Model& model_;
  const Graph& graph_;
  const LoweredAudit& question_;
  Classes classes_;
  std::vector<ElementId> elements_;  // in order of declaration
  std::vector<ElementId> order_;
  std::unique_ptr<Space> space_;
  Diagram holds_, fails_;                            // the calls that count, divided by the wanted condition
  std::size_t own_nodes_ = 0;                        // nodes of these diagrams
  std::unordered_map<std::string, Answer> answers_;  // by codes, and the restrictions of open ones
};

}  // namespace tally
