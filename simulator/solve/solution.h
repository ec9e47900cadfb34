// A solution in words of documents, from the codes of its settings. Private to solving (solve*.cpp).
//
// In:     the space of a question, and a code for each variable of a setting.
// Out:    the settings with their values, and the documents that hold them; or, if documents are given, the changes of
//         these, and what they hold afterwards.
// Always: a value that does not change is the document's own, not another one of its class.
//
// For example, the code 2 of `user.enabled` gives `user.enabled` = on, in the document `user`.
#pragma once

#include <vector>

#include "simulator/solve/settings_space.h"

namespace tally {

// `by_variable` has a code for each variable of the space; those of facts do not count.
Solution solution_of(SettingsSpace& space, const std::vector<GivenDocument>& documents,
                     const std::vector<Code>& by_variable);

}  // namespace tally
