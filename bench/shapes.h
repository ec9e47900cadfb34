// Generated policies of a given size, in the shapes in which real policies grow.
//
// In:     a shape and a number of rules, such as `table` and 1000
// Out:    the text of a rule file without faults: no gap, no rule that never fires, and
//         proofs and examples that hold
// Always: the text is the same on every machine
//
// - table:    one decision as a table over four enums, one rule per row;
// - list:     one decision of conditions over enums, flags, numbers and ranges, in the
//             order of their priority, with one proof per fifty rules;
// - settings: decisions of four rules, each over its own documents, device over user over
//             account, with one proof and one example per decision.
#pragma once

#include <cstddef>
#include <string>

namespace tally::bench {

inline constexpr const char* shape_names[] = {"table", "list", "settings"};

// `rules` is at least 10.
std::string shaped_policy(const std::string& shape, std::size_t rules);

}  // namespace tally::bench
