// The grammar of JSON Pointers, whose characters matter.
//
//   /account/call_recording
#pragma once

#include "grammar/parse/rules/pointer_faults.h"
#include "grammar/parse/rules/symbols.h"

namespace tally::syntax::grammar {

// "/a b"
struct quoted_pointer : text {};
// /a/b
struct bare_pointer : symbol<Kind::pointer> {};

// Whether the pointer that ends here has no fault.
struct pointer_is_right : terminal<pointer_is_right, 0> {
  static bool at(const TokenInput& in, ParseState& state) {
    auto fault = fault_in_pointer(state, in.position() - 1);
    if (!fault) return true;
    fail(state, in.position(), [&] { return *std::move(fault); });
  }
};

}  // namespace tally::syntax::grammar
