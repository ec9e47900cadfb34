// From the columns of a table to the codes of a call, and to the faults of a row.
//
// For example, with `source = src_net` for `input source : onnet | offnet`, the column becomes the code
//
//   CASE WHEN "src_net" IS NULL THEN 0
//        ELSE CASE CAST("src_net" AS text) WHEN 'onnet' THEN 1 WHEN 'offnet' THEN 2 ELSE -1 END END
//
// and the fault is "`source` is missing" where it is 0, "`source` is not one of ..." where it is -1.
//
// In:     the model, and for each element what a map of columns has for it
// Out:    codes of elements, numbers and texts, presences: expressions that are never NULL; one number for the fault
// Always: an object is present if its line says so or if something in it is set, as in compiler/columns/column_map.h;
//         without one that is required the row has a fault. A number that is unset is -1, and a text that is unset ''.
//
// NULL is unset, so that a default counts.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/model/model.h"
#include "compiler/sql/levels.h"
#include "runtime/documents/facts.h"

namespace tally::sql {

// What a map has for an element: a column, a value that is the same in every row, or when an object is present.
struct Place {
  enum class Kind : std::uint8_t { column, constant, set_when_null, set_when_not_null };
  Kind kind = Kind::column;
  std::string column{};                   // as it is called in the table
  ColumnKind type = ColumnKind::unknown;  // of the column
  Fact constant{};
};
using PlaceMap = std::map<ElementId, Place>;

class RowPlaces {
 public:
  // All must outlive it. `inputs` are those whose elements a row has.
  RowPlaces(const Model& model, const Writer& writer, Levels& levels, const PlaceMap& map,
            const std::vector<InputId>& inputs, std::string table);

  // Why a column or a constant does not fit, or an element that is required has none; nothing if all is well.
  const std::vector<Error>& errors() const { return errors_; }
  // What `read` has that no column gives: leaves, and objects as a whole. Each is unset in every row, or has its
  // default.
  std::vector<ElementId> never_set(const std::set<ElementId>& read) const;

  // Whether an object is present; nothing for another element.
  std::optional<Expr> presence(ElementId element) const;
  // The code of an enum, a presence or a relation.
  Expr code(ElementId element);
  // Whether a number or a text is set, and the number or the text itself.
  Expr is_set(ElementId leaf);
  const Expr& value(ElementId leaf) const { return leaves_.at(leaf).value; }
  bool is_number(ElementId leaf) const { return model_.at(leaf).type->kind == Type::Kind::number; }
  // 0, or the number of the fault of the row, from 1; and the text of each.
  Expr fault();
  const std::vector<std::string>& fault_texts() const { return fault_texts_; }

 private:
  struct Leaf {
    Expr code;   // enum: of its value; text: 1 if set, else 0
    Expr value;  // number: -1 if unset; text: '' if unset
  };
  // Whether the row has a value of an element, or something in an object; then the objects around it are present.
  struct Given {
    Expr condition, absent;  // the one is the negation of the other
    bool has_columns = false;
  };
  Given read(ElementId element);
  Given read_leaf(ElementId leaf);
  void complete(ElementId element, const Expr& around);
  void complete_leaf(ElementId leaf, const Expr& around);
  void check_given(ElementId element, const Expr& around);
  void read_constant(ElementId leaf, const Place& place);
  void read_enum(ElementId leaf, const Place& place);
  void read_number(ElementId leaf, const Place& place);
  void read_text(ElementId leaf, const Place& place);
  void check_rivals();
  std::string name(char kind, ElementId element) const { return kind + std::to_string(element.value); }
  std::string shown(ElementId element) const;
  std::string column(const Place& place) const { return quoted_column(writer_.dialect(), table_, place.column); }
  void add_fault(const Expr& condition, std::string text);
  const Element& at(ElementId element) const { return model_.at(element); }

  const Model& model_;
  const Writer& writer_;
  Levels& levels_;
  const PlaceMap& map_;
  const std::string table_;
  std::map<ElementId, Given> given_;
  std::map<ElementId, Leaf> raw_, leaves_;
  std::map<ElementId, Expr> present_, relations_;
  std::vector<Error> errors_;
  std::vector<std::pair<Expr, Expr>> fault_arms_;
  std::vector<std::string> fault_texts_;
  std::map<std::string, std::vector<ElementId>> one_place_;
};

}  // namespace tally::sql
