// One call in words of the policy: which of them its outcome rests on, and which would change it.
//
// In:     a policy, a question with words (table.h), and the facts of one call.
// Out:    conditions on the words.
// Always: every call for which the words of `rests_on` hold has the same outcome, by the same rule; or
//         the words do not settle the outcome, and `open` names the inputs by which it differs. No word
//         can be left out without another outcome being possible. A change is a value of one word while
//         all others keep theirs, if some call has these values, another outcome is possible then, and
//         what is possible is not the same as now. If there is no such value, the changes are of the fewest words
//         that change the outcome together.
//
// For example, `record` of a policy on consent, over `consent` and `announcement`: the outcome `announce` rests on
// "consent is all-party" and "announcement"; with "not announcement" it would be `beep` or `no`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "simulator/table/table.h"

namespace tally {

struct CallInWords {
  struct Change {
    std::string condition;              // "not announcement"; of several words "not announcement and recorded"
    std::vector<std::string> outcomes;  // "beep", "no"; the present one may be among several
  };
  std::vector<std::string> rests_on;  // "consent is all-party"
  std::vector<std::string> open;      // names of inputs; empty if the words settle the outcome
  std::vector<Change> changes;
  std::size_t words_at_once =
      1;  // of a change; several if no single word changes the outcome, 0 if they were too many to try
};

// Returns the call in the words of `question.over`, of which there is at least one. Fails if a word has
// no values that can be shown, or if a diagram passes its node limit.
Result<CallInWords> call_in_words(Policy& policy, const SourceSet& sources, const TableQuestion& question,
                                  const std::function<Literal(ElementId)>& facts);

}  // namespace tally
