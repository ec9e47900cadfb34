// The C header of a policy's object file.
//
// For example, with the prefix `tally`:
//
//   struct tally_input in = {0};      // one byte per input; 0 is unset
//   struct tally_results out;         // one struct per decision
//   tally_decide(&in, &out);
//
// In:     the descriptor of a policy, and the symbols of its object
// Out:    a header in C11 that is also valid C++: a struct of bytes for the inputs,
//         constants for the values, functions from numbers and texts to codes, and the
//         decision functions with one struct each for their results
// Always: the header needs the object file and no library
#pragma once

#include <string>

#include "compiler/deploy/deployment.h"

namespace tally {

// `prefix` is a C name; every name of the header begins with it.
std::string c_header(const PolicyDescriptor& policy, const Symbols& symbols, const std::string& prefix);

// Whether a text can be a prefix: true for "tally", false for "2x".
bool is_c_name(const std::string& text);

// Whether C or C++ keeps a name for itself: keywords such as `int`, `_Name`, and `a__b`.
bool is_reserved_in_c(const std::string& text);

}  // namespace tally
