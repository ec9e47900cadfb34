// Expressions of SQL, and the names that they are divided by.
//
// An expression that is used more than once gets a name. Names are computed level by level: one SELECT for each level,
// over the one before it. For example,
//
//   e1 = CASE "src_net" WHEN 'onnet' THEN 1 ... END        level 0, over the table
//   n4 = e1 = 2 AND e2 <> 0                                level 1, uses e1 and e2
//
// become
//
//   p0 AS (SELECT CASE ... END AS e1, ... FROM "calls" OFFSET 0),
//   p1 AS (SELECT e2, e1 = 2 AND e2 <> 0 AS n4 FROM p0 OFFSET 0)
//
// In:     expressions over columns of the table, and over names
// Out:    references to names; the SELECTs
// Always: a name is computed in the first level that has all that it uses, and handed on as far as it is used.
//         An expression of level 0 alone uses columns of the table. No condition is NULL.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/sql/dialect.h"

namespace tally::sql {

// How tightly the outermost operator of an expression binds.
enum class Tightness : std::uint8_t { disjunction, conjunction, comparison, atom };

using DefinitionId = std::uint32_t;

// An expression: a code, a text, or a condition.
struct Expr {
  std::string text;
  Tightness tight = Tightness::atom;
  std::vector<DefinitionId> uses{};  // names, sorted
  unsigned depth = 1;                // of brackets, CASEs and operators
  // Of a condition that is the same in every row; of a code that is.
  std::optional<bool> always{};
  std::optional<std::uint32_t> code{};
  // Of a code that is 0 or 1: when it is 1, if that is known.
  std::shared_ptr<const Expr> condition{};
};

// Makes expressions. Conditions that are always or never true are left out where they can be.
class Writer {
 public:
  explicit Writer(Dialect dialect) : dialect_(dialect) {}
  Dialect dialect() const { return dialect_; }

  Expr truth(bool value) const;
  Expr code(std::uint32_t value) const;
  // An expression of a text that uses some expressions.
  static Expr made(std::string text, Tightness tight, const std::vector<const Expr*>& of);
  Expr negated(const Expr& condition) const;
  Expr both(const std::vector<Expr>& conditions) const { return combined(conditions, true); }
  Expr either(const std::vector<Expr>& conditions) const { return combined(conditions, false); }
  // Whether a code is among some codes, which are sorted, of all from 0 to `count` - 1.
  Expr among(const Expr& of, const std::vector<std::uint32_t>& codes, std::uint32_t count) const;
  // The value of the first arm whose condition holds. Without `otherwise` it is NULL if none does.
  Expr chosen(const std::vector<std::pair<Expr, Expr>>& arms, const std::optional<Expr>& otherwise) const;
  // values[code]; NULL for a code without a value.
  Expr by_code(const Expr& of, const std::vector<std::optional<Expr>>& values) const;
  // Whether `by_code` writes the code once, whatever it is.
  bool writes_code_once(const std::vector<std::optional<Expr>>& values) const;
  // A condition as a code, and a code as a condition.
  Expr code_of(const Expr& condition) const;
  Expr condition_of(const Expr& code) const;
  // In brackets, unless it binds as tightly.
  static std::string at_least(const Expr& expression, Tightness tight);

 private:
  Expr combined(const std::vector<Expr>& conditions, bool all) const;
  void add_condition(Expr& made, const Expr& when, const Expr& then, const Expr& otherwise) const;

  Dialect dialect_;
};

// A column of a SELECT: an expression with its name.
struct NamedColumn {
  std::string name;  // as it is written, in quotes if it has any
  Expr value;
};

// A column of the table that is handed on: as it is read from the table, and what it is called afterwards.
struct KeptName {
  std::string column, name;
};

class Levels {
 public:
  // Names an expression, unless it is a name or a constant already. Returns a reference to it. One name stands for one
  // expression.
  Expr define(const std::string& name, Expr value);

  // The columns of the widest SELECT that was written.
  std::size_t widest() const { return widest_; }
  // The SELECT of `columns` over all levels; the first is over `table`, which is written in quotes. `kept` are columns
  // of the table that are handed on to the last, each as a column before the others.
  std::string text(Dialect dialect, const std::string& table, const std::vector<KeptName>& kept,
                   const std::vector<NamedColumn>& columns);

 private:
  struct Definition {
    std::string name;
    Expr value;
    unsigned level = 0;
  };
  // The definitions that are computed in each level, and those that are handed on by it.
  struct Level {
    std::vector<DefinitionId> computed, handed_on;
  };
  std::vector<Level> needed_levels(const std::vector<NamedColumn>& columns) const;
  std::vector<std::string> items_of(const Level& level) const;

  Expr reference(DefinitionId id) const;

  std::vector<Definition> definitions_;
  std::map<std::string, DefinitionId> by_name_;
  std::size_t widest_ = 0;
};

}  // namespace tally::sql
