// A policy's object file as C sees it.
//
// In: the descriptor of a policy, and the symbols of its object. Out: a header in
// C11, also good C++, that needs the object and no library: a struct of bytes for
// the inputs, constants for the values, functions from numbers and texts to
// codes, and the decision functions with a struct each for their results.
#pragma once

#include <string>

#include "compiler/deploy/deployment.h"

namespace tally {

// `prefix`: begins every name; a C name.
std::string c_header(const PolicyDescriptor& policy, const Symbols& symbols, const std::string& prefix);

// Whether a text can be a prefix.
bool is_c_name(const std::string& text);

}  // namespace tally
