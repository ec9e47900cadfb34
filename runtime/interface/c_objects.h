// What the types of tally.h are.
//
// For example, a `tally_policy` is a ReloadablePolicy.
//
// Always: a caller sees none of this. A pointer of tally.h is a pointer to one of these objects.
#pragma once

#include "runtime/calls/live_call.h"
#include "runtime/policy/kept_document.h"
#include "runtime/policy/reloadable_policy.h"
#include "runtime/support/c_error.h"

struct tally_policy final : tally::ReloadablePolicy {
  using ReloadablePolicy::ReloadablePolicy;
};
struct tally_document final : tally::KeptDocument {
  using KeptDocument::KeptDocument;
};
struct tally_call final : tally::LiveCall {
  using LiveCall::LiveCall;
};

namespace tally {

inline Failure null_argument() { return {TALLY_ERROR_ARGUMENT, "NULL where a pointer is needed"}; }

}  // namespace tally
