// Mutants as text for people.
//
// For example:
//   rules.tally:12: survives: value: `offnet` -> `onnet`
//     where source is offnet
//     recording: on, with the edit off
#pragma once

#include <string>
#include <vector>

#include "compiler/front_end.h"
#include "simulator/mutate/mutate.h"

namespace tally::cli {

// Mutants of one kind at one place with one verdict, such as `CA` replaced by each other state.
using MutantGroup = std::vector<const Mutant*>;

// Returns the mutants that no check notices, in groups; with `all`, every mutant.
std::vector<MutantGroup> mutant_groups(const Mutation& mutation, bool all);
// Returns lines that show a group by its first mutant. `file` is the rule file as the user wrote it. With `examples`,
// an example follows that would catch it.
std::string mutant_text(const Compilation& c, const std::string& file, const MutantGroup& group, bool examples,
                        bool colour);

}  // namespace tally::cli
