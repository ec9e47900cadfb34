// What another value of a leaf means for what it is compared with, in one call. Private to explanations.
//
// In:     a policy, and the facts of a call.
// Out:    the classes of a leaf's values that are decided alike in this call; the codes of relations.
// Always: all other leaves keep their values.
//
// For example, under `calls < limit` and with `calls` 5 the classes of `limit` are ..4, 5 and 6.., also where
// no rule compares `limit` with 5.
#pragma once

#include <memory>

#include "compiler/policy.h"
#include "simulator/documents/call_facts.h"

namespace tally {

class ComparedValues {
 public:
  // The arguments must outlive this.
  ComparedValues(Policy& policy, const CallFacts& facts) : policy_(policy), facts_(facts) {}

  // Whether the leaf is compared with another one.
  bool is_compared(ElementId leaf) const;
  std::shared_ptr<const Classes> classes_of(ElementId leaf) const;
  // Gives the relations of a leaf the codes that they have with another value of it.
  void relate(ElementId leaf, const Literal& value, Assignment& codes) const;

 private:
  Policy& policy_;
  const CallFacts& facts_;
};

}  // namespace tally
