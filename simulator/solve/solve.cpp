#include "simulator/solve/solve.h"

#include "simulator/solve/conflict.h"
#include "simulator/solve/fewest.h"
#include "simulator/solve/solution.h"

namespace tally {

Result<SolveAnswer> solve(Policy& policy, const SolveQuestion& question) {
  try {
    SettingsSpace space(policy, question);
    TALLY_RETURN_IF_ERROR(space.build());
    Diagram all = space.plain();
    for (const auto& wish : space.wishes()) all = space.diagrams().both(all, wish.meets);
    if (all == space.diagrams().no()) return SolveAnswer(find_conflict(space));

    Solutions out;
    Fewest fewest(space);
    const auto [minimal, number] = fewest.of(all);
    out.settings = number;
    out.count = space.diagrams().count(minimal, space.setting_variables());
    fewest.each(minimal, question.limit, [&](const std::vector<Code>& codes) {
      std::vector<Code> by_variable(space.space().order().size(), 0);
      for (std::size_t i = 0; i < codes.size(); ++i) {
        by_variable[space.space().variable(fewest.elements()[i]).value] = codes[i];
      }
      out.solutions.push_back(solution_of(space, question.documents, by_variable));
    });
    return SolveAnswer(std::move(out));
  } catch (const NodeLimit& reached) {
    return Error{Cause::bound, "the question is too large: its diagrams pass " + grouped(reached.limit) + " nodes",
                 "fewer wishes at a time, or fewer paths, make it smaller"};
  }
}

}  // namespace tally
