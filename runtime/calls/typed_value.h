// A result code as a typed value of tally.h: the enum, flag, number or text that it stands for.
//
// In:     what a member means in a version, the slots of a decided call, the values behind the
//         call's codes.
// Out:    the kind and value of a tally_result; its text belongs to the version, to the
//         call's facts, or to `inserted`.
// Always: a code of 0 leaves the result unset.
#pragma once

#include <string>

#include "runtime/documents/answer.h"
#include "runtime/policy/policy_version.h"

namespace tally {

// Fills everything in `out` but the rule, which must be unset before. Does not ask whether the
// objects around the member are present. `inserted` receives a text that is put together.
void read_typed_value(const MemberMeaning& member, const Results& results, const CallValues& values,
                      std::string& inserted, tally_result& out);

}  // namespace tally
