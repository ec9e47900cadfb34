// Encodes a policy descriptor as the bytes that a compiled policy contains.
//
// In:     a descriptor
// Out:    the tables of runtime/descriptor/descriptor_format.h
// Always: the same descriptor gives the same bytes on every machine
#pragma once

#include <string>

#include "runtime/descriptor/policy_descriptor.h"

namespace tally {

// Returns the bytes of the tables.
std::string encode_descriptor(const PolicyDescriptor& policy);

}  // namespace tally
