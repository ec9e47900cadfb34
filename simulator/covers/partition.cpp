#include "simulator/covers/partition.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "simulator/covers/cover.h"
#include "simulator/covers/exact_partition.h"

namespace tally {
namespace {

constexpr std::size_t max_groups = 4;  // up to this many groups of a variable's codes are joined in every way

// What must be covered, and what may be.
struct Task {
  Diagram must, may;
  auto operator<=>(const Task&) const = default;
};

// Codes of one variable that lead to one task.
struct Group {
  CodeSet codes;
  Task task;
};

class Trees {
 public:
  Trees(Diagrams& diagrams, const PartitionBounds& bounds) : diagrams_(diagrams), bounds_(bounds) {}

  // Returns the rows of the best tree, or nothing if a bound is reached.
  std::optional<std::vector<Row>> best(Task task) {
    if (variables(task).size() > bounds_.tree_variables || !fewest(task)) return std::nullopt;
    std::vector<Row> rows;
    write(task, Row{{}, 1}, rows);
    return rows;
  }

  // Returns the rows of a tree that always tests the variable that leaves the smallest diagrams,
  // or nothing if a bound is reached.
  std::optional<std::vector<Row>> greedy(Task task) {
    std::vector<Row> rows;
    if (!grow(task, Row{{}, 1}, rows)) return std::nullopt;
    return rows;
  }

 private:
  struct Step {
    std::size_t rows = 0;
    std::optional<Row> whole;   // set if one row is enough
    VariableId variable;        // otherwise the variable that is tested,
    std::vector<Group> groups;  // and the groups of its codes
  };

  // Returns the variables that a task can be split by.
  std::vector<VariableId> variables(const Task& task) const {
    std::vector<VariableId> out = diagrams_.support(task.must);
    const std::vector<VariableId> more = diagrams_.support(task.may);
    out.insert(out.end(), more.begin(), more.end());
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  std::vector<Group> split(const Task& task, VariableId v) {
    std::vector<Group> groups;
    const Variable& variable = diagrams_.variables()[v.value];
    for (unsigned code = variable.first; code < variable.first + unsigned{variable.count}; ++code) {
      const auto c = static_cast<Code>(code);
      const Task below{diagrams_.hold(task.must, v, c), diagrams_.hold(task.may, v, c)};
      const auto same = std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.task == below; });
      if (same != groups.end())
        same->codes.add(code);
      else
        groups.push_back({CodeSet().add(code), below});
    }
    return groups;
  }

  // Returns the smallest row around all that must be covered, if it lies within what may be
  // covered.
  std::optional<Row> one_row(const Task& task) {
    Row row{{}, 1};
    for (const VariableId v : diagrams_.support(task.must)) {
      CodeSet codes;
      const Variable& variable = diagrams_.variables()[v.value];
      for (unsigned code = variable.first; code < variable.first + unsigned{variable.count}; ++code) {
        if (diagrams_.hold(task.must, v, static_cast<Code>(code)) != diagrams_.no()) codes.add(code);
      }
      if (codes != every_code(diagrams_, v)) row.tests[v] = codes;
    }
    if (!diagrams_.within(of(diagrams_, row), task.may)) return std::nullopt;
    return row;
  }

  // Returns two groups as one, if the same rows can cover both.
  std::optional<Group> together(const Group& a, const Group& b) {
    Group out{either(a.codes, b.codes),
              {diagrams_.either(a.task.must, b.task.must), diagrams_.both(a.task.may, b.task.may)}};
    if (!diagrams_.within(out.task.must, out.task.may)) return std::nullopt;
    return out;
  }

  std::optional<std::size_t> fewest(const Task& task) {
    if (task.must == diagrams_.no()) return 0;
    if (const auto known = steps_.find(task); known != steps_.end()) return known->second.rows;
    if (steps_.size() >= bounds_.tree_states) return std::nullopt;
    Step best;
    best.whole = one_row(task);
    best.rows = best.whole ? 1 : SIZE_MAX;
    steps_.emplace(task, best);
    if (best.whole) return 1;
    for (const VariableId v : variables(task)) {
      const std::vector<Group> groups = split(task, v);
      if (groups.size() < 2) continue;
      std::vector<Group> chosen;
      if (!join_groups(groups, 0, chosen, v, best)) return std::nullopt;
    }
    steps_[task] = best;
    return best.rows;
  }

  // Tries every way to join groups, and adds up the rows of each. Many groups are not joined.
  bool join_groups(const std::vector<Group>& groups, std::size_t next, std::vector<Group>& chosen, VariableId v,
                   Step& best) {
    if (next == groups.size()) {
      std::size_t rows = 0;
      for (const Group& group : chosen) {
        if (chosen.size() == 1) return true;  // a single group is not a split
        const auto own = fewest(group.task);
        if (!own) return false;
        rows += *own;
        if (rows >= best.rows) return true;
      }
      best.rows = rows;
      best.variable = v;
      best.groups = chosen;
      return true;
    }
    if (groups.size() <= max_groups) {
      for (std::size_t i = 0; i < chosen.size(); ++i) {
        const auto both = together(chosen[i], groups[next]);
        if (!both) continue;
        const Group kept = std::exchange(chosen[i], *both);
        if (!join_groups(groups, next + 1, chosen, v, best)) return false;
        chosen[i] = kept;
      }
    }
    chosen.push_back(groups[next]);
    if (!join_groups(groups, next + 1, chosen, v, best)) return false;
    chosen.pop_back();
    return true;
  }

  void write(const Task& task, const Row& above, std::vector<Row>& rows) const {
    const auto known = steps_.find(task);
    if (known == steps_.end()) return;  // there is nothing to cover
    const Step& step = known->second;
    if (step.whole) {
      Row row = above;
      row.tests.insert(step.whole->tests.begin(), step.whole->tests.end());
      rows.push_back(std::move(row));
      return;
    }
    for (const Group& group : step.groups) {
      Row row = above;
      if (group.codes != every_code(diagrams_, step.variable)) row.tests[step.variable] = group.codes;
      write(group.task, row, rows);
    }
  }

  bool grow(const Task& task, const Row& above, std::vector<Row>& rows) {
    if (task.must == diagrams_.no()) return true;
    if (const auto whole = one_row(task)) {
      if (rows.size() >= bounds_.greedy_rows) return false;
      Row row = above;
      row.tests.insert(whole->tests.begin(), whole->tests.end());
      rows.push_back(std::move(row));
      return true;
    }
    std::optional<VariableId> tested;
    std::vector<Group> best;
    std::size_t least = SIZE_MAX;
    const std::size_t nodes = diagrams_.size(std::vector<Diagram>{task.must, task.may});
    for (const VariableId v : variables(task)) {
      work_ += nodes * diagrams_.variables()[v.value].count;
      if (work_ > bounds_.greedy_work) return false;
      std::vector<Group> groups = split(task, v);
      for (std::size_t i = 0; i < groups.size(); ++i)
        for (std::size_t j = i + 1; j < groups.size();) {
          const auto both = together(groups[i], groups[j]);
          if (both && diagrams_.size(both->task.must) <=
                          diagrams_.size(std::vector<Diagram>{groups[i].task.must, groups[j].task.must})) {
            groups[i] = *both;
            groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(j));
          } else {
            ++j;
          }
        }
      if (groups.size() < 2) continue;
      std::size_t size = 0;
      for (const Group& group : groups)
        size += diagrams_.size(group.task.must) + (group.task.must != diagrams_.no() ? 1 : 0);
      if (size >= least) continue;
      least = size;
      tested = v;
      best = std::move(groups);
    }
    if (!tested) return false;
    for (const Group& group : best) {
      Row row = above;
      if (group.codes != every_code(diagrams_, *tested)) row.tests[*tested] = group.codes;
      if (!grow(group.task, row, rows)) return false;
    }
    return true;
  }

  Diagrams& diagrams_;
  const PartitionBounds& bounds_;
  std::map<Task, Step> steps_;
  std::size_t work_ = 0;
};

}  // namespace

std::optional<Partition> minimal_partition(Diagrams& diagrams, Diagram condition, Diagram possible,
                                           const PartitionBounds& bounds) {
  Partition out;
  const Diagram must = diagrams.both(condition, possible);
  if (must == diagrams.no()) {
    out.is_minimal = true;
    return out;
  }
  const Task task{must, diagrams.either(must, diagrams.negate(possible))};
  const auto consider = [&](std::optional<std::vector<Row>> rows) {
    if (!rows) return;
    merge_rows(diagrams, possible, *rows);
    if (out.rows.empty() || rows->size() < out.rows.size()) out.rows = std::move(*rows);
  };
  std::size_t paths = 0;
  diagrams.paths(must, 0, [&](const Cube&) { return ++paths <= bounds.paths; });
  if (paths <= bounds.paths) consider(path_rows(diagrams, must));
  if (out.rows.size() != 1) {
    if (auto best = Trees(diagrams, bounds).best(task))
      consider(std::move(best));
    else
      consider(Trees(diagrams, bounds).greedy(task));
  }
  if (out.rows.empty()) return std::nullopt;
  if (out.rows.size() == 1) {
    out.is_minimal = true;
    return out;
  }
  // Terms may overlap and rows may not, so there are never more terms than rows.
  if (out.rows.size() > bounds.exact_rows) return out;
  const Cover cover = minimal_cover(diagrams, must, task.may);
  const std::size_t at_least = cover.is_minimal ? cover.terms.size() : 1;
  out.is_minimal = out.rows.size() <= at_least;
  if (!out.is_minimal) {
    const ExactPartition exact = exact_partition(diagrams, must, possible, at_least, out.rows.size() - 1, bounds);
    consider(exact.rows);
    out.is_minimal = exact.is_complete;
  }
  return out;
}

}  // namespace tally
