// An explanation as JSON, for who embeds the compiler.
#pragma once

#include <string>
#include <variant>

#include "compiler/driver.h"
#include "runtime/failure.h"
#include "runtime/facts.h"
#include "runtime/policy_descriptor.h"

namespace tally {

// The members rests_on, earlier and changes of a JSON object, each after a comma,
// as `tally explain --format json` has them. Fails where diagrams are too large.
std::variant<std::string, Failure> explained_json(Compilation& compilation, const PolicyDescriptor& policy,
                                                  std::size_t decision, const BoundCall& call);

}  // namespace tally
