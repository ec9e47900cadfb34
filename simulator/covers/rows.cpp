#include "simulator/covers/rows.h"

#include <iterator>
#include <optional>
#include <utility>

namespace tally {
namespace {

// Drops tests that only exclude calls that cannot occur, since they do not help a reader.
void widen(Diagrams& diagrams, Diagram allowed, std::vector<Row>& rows) {
  for (Row& row : rows)
    for (auto it = row.tests.begin(); it != row.tests.end();) {
      Row without = row;
      without.tests.erase(it->first);
      const Diagram wide = diagrams.both(of(diagrams, without), allowed);
      const Diagram narrow = diagrams.both(of(diagrams, row), allowed);
      it = wide == narrow ? row.tests.erase(it) : std::next(it);
    }
}

// Merges `b` into `row` if they differ in at most one variable. Otherwise returns false and
// changes nothing.
bool join(const Diagrams& diagrams, Row& row, const Row& b) {
  const Row& a = row;
  if (a.outcome != b.outcome) return false;
  std::optional<VariableId> differs;
  for (const Row* side : {&a, &b})
    for (const auto& [v, codes] : side->tests) {
      const auto in_a = a.tests.find(v), in_b = b.tests.find(v);
      if (in_a != a.tests.end() && in_b != b.tests.end() && in_a->second == in_b->second) continue;
      if (differs && *differs != v) return false;
      differs = v;
    }
  if (!differs) return true;
  const auto codes_in = [&](const Row& r) {
    const auto at = r.tests.find(*differs);
    return at == r.tests.end() ? every_code(diagrams, *differs) : at->second;
  };
  const CodeSet both = either(codes_in(a), codes_in(b)), all = every_code(diagrams, *differs);
  if (both == all)
    row.tests.erase(*differs);
  else
    row.tests[*differs] = both;
  return true;
}

// Merges `b` into `row` if they differ in a few compared variables only, and if the values of both together say no
// more than both rows. For example, "a is unset" (which has no relation to c) and "a < 10, a < c", where c is 10 or
// more, are "a unset or < 10". Otherwise returns false and changes nothing.
bool join_compared(Diagrams& diagrams, Diagram allowed, Row& row, const Row& b, const std::set<VariableId>& compared) {
  constexpr std::size_t few = 3;
  if (compared.empty() || row.outcome != b.outcome) return false;
  const Row& a = row;
  std::set<VariableId> differ;
  for (const Row* side : {&a, &b})
    for (const auto& [v, codes] : side->tests) {
      const auto in_a = a.tests.find(v), in_b = b.tests.find(v);
      if (in_a != a.tests.end() && in_b != b.tests.end() && in_a->second == in_b->second) continue;
      if (!compared.contains(v)) return false;
      differ.insert(v);
      if (differ.size() > few) return false;
    }
  const Diagram apart = diagrams.both(allowed, diagrams.either(of(diagrams, row), of(diagrams, b)));
  Row both = row;
  for (const VariableId v : differ) {
    CodeSet held;
    const CodeSet all = every_code(diagrams, v);
    for (const CodeRun& run : all.runs()) {
      for (unsigned code = run.first; code <= run.last; ++code)
        if (diagrams.both(apart, diagrams.test(v, CodeSet().add(code))) != diagrams.no()) held.add(code);
    }
    if (held == all)
      both.tests.erase(v);
    else
      both.tests[v] = held;
  }
  if (diagrams.both(allowed, of(diagrams, both)) != apart) return false;
  std::vector<Row> one{std::move(both)};
  widen(diagrams, allowed, one);
  row = std::move(one.front());
  return true;
}

}  // namespace

CodeSet every_code(const Diagrams& diagrams, VariableId variable) {
  CodeSet all;
  const Variable& v = diagrams.variables()[variable.value];
  for (unsigned code = v.first; code < v.first + unsigned{v.count}; ++code) all.add(code);
  return all;
}

Diagram of(Diagrams& diagrams, const Row& row) {
  Diagram d = diagrams.yes();
  for (auto it = row.tests.rbegin(); it != row.tests.rend(); ++it)
    d = diagrams.both(diagrams.test(it->first, it->second), d);
  return d;
}

std::vector<Row> path_rows(const Diagrams& diagrams, Diagram outcomes) {
  std::vector<Row> rows;
  diagrams.paths(outcomes, 0, [&](const Cube& cube) {
    Row row;
    for (const auto& [v, codes] : cube.tests) row.tests[v] = codes;
    row.outcome = cube.terminal;
    rows.push_back(std::move(row));
    return true;
  });
  return rows;
}

void merge_rows(Diagrams& diagrams, Diagram allowed, std::vector<Row>& rows, const std::set<VariableId>& compared) {
  if (rows.size() > max_merged_rows) return;
  widen(diagrams, allowed, rows);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t j = i + 1; j < rows.size();) {
        if (join(diagrams, rows[i], rows[j]) || join_compared(diagrams, allowed, rows[i], rows[j], compared)) {
          rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(j));
          changed = true;
        } else {
          ++j;
        }
      }
  }
}

}  // namespace tally
