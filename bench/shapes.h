// Generated policies of a given size, in the shapes that real ones grow in.
//
// In: a shape and a number of rules. Out: the text of a rule file without
// faults: no gap, no rule that never fires, proofs and examples that hold. The
// same on every machine.
//
// - table:    one decision as a table over four enums, a row a rule;
// - list:     one decision of conditions over enums, flags, numbers and ranges,
//             in the order of their priority, a proof for every fifty rules;
// - settings: decisions of four rules each over documents of their own, device
//             over user over account, a proof and an example for each.
#pragma once

#include <cstddef>
#include <string>

namespace tally::bench {

inline constexpr const char* shape_names[] = {"table", "list", "settings"};

// `rules` is at least 10.
std::string shaped_policy(const std::string& shape, std::size_t rules);

}  // namespace tally::bench
