// The columns of a view: what each decision decides, as SQL.
//
// For example, `decision recording : flag` has the columns
//
//   recording          its value: true, false, or NULL if it is unset
//   recording_rule     the number of the rule that fired, from 1; 0 if none did
//   recording_reason   the reason of that rule with its insertions; NULL if it has none
//
// A record or map has a column for each member, such as account_settings_format, and one for its own presence.
//
// In:     a deployed policy, places with its inputs
// Out:    columns with expressions, and one for the fault of the row
// Always: where `fault` is not NULL, every other column is. No two columns have the same name, whatever the case of its
//         letters.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/deploy/deployment.h"
#include "compiler/sql/graph_text.h"
#include "compiler/sql/row_places.h"

namespace tally::sql {

struct OutcomeColumn {
  enum class Kind : std::uint8_t { value, rule, reason, fault };
  enum class Type : std::uint8_t { flag, number, text };
  std::string name;  // "account_settings_format"
  std::string of;    // "account-settings.format"
  Kind kind = Kind::value;
  Type type = Type::text;
  std::size_t output = 0, part = 0;  // of a value: which part of which output
  Expr value{};
};

// The value of one part of a result, which has a code: a text, a number, or a boolean; NULL if it is unset.
Expr value_of_part(const Writer& writer, RowPlaces& places, const ResultPart& part, const Expr& code);

std::vector<OutcomeColumn> outcome_columns(const Policy& policy, const Deployment& deployment, const Writer& writer,
                                           Levels& levels, RowPlaces& places);

}  // namespace tally::sql
