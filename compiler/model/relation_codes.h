// The code of a relation whose sides are equal. For `limit <= most`, two numbers, it is NumberRelation::equal.
//
// In:     a leaf that is related to another one: a number, or a text or enum.
// Out:    a code of the relation.
// Always: two numbers that are both unset are not equal by this code; two texts are.
#pragma once

#include "compiler/model/model.h"

namespace tally {

inline unsigned equal_code(const Model& model, ElementId leaf) {
  return model.at(leaf).type->kind == Type::Kind::number ? static_cast<unsigned>(NumberRelation::equal)
                                                         : static_cast<unsigned>(TextRelation::equal);
}

}  // namespace tally
