// The map of columns: which column of a table is which input of a policy.
//
//   # calls.map
//   source = src_net                                  # the input `source` is the column `src_net`
//   account[inbound, onnet].enabled = `rec in on`     # a column's name that is not a word is quoted
//   destination = "onnet"                             # the same value in every row; a number without quotes
//   agent is set when agent_id is not null            # an object without a column of its own
//   keep call_id                                      # a column that is handed on beside the answers
//   columns src_net String, rec_in_on Nullable(UInt8) # names and types, where the rows do not have them
//
// In:     the text of the map, and the descriptor of a policy.
// Out:    for each input that has a line, where its value comes from; or all faults of the map.
// Always: each input has at most one line, and its kind fits. An input that is required has one: without an object
//         around it always, inside an object if a line is at or inside that object. An object is present in a row if
//         its line says so, or if something in it is set.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "compiler/columns/column_types.h"
#include "runtime/descriptor/policy_descriptor.h"
#include "runtime/documents/facts.h"

namespace tally {

// A line of the map about an input.
struct MappedInput {
  enum class From : std::uint8_t {
    column,    // `source = src_net`: the value of the column, unset where it is null
    constant,  // `source = "onnet"`
    not_null,  // `agent is set when agent_id is not null`; only of a record, map or set
    null,      // `agent is set when agent_id is null`
  };

  ElementIndex element = 0;
  From from = From::column;
  std::string column{};  // unless it is a constant
  Fact constant{};       // of a constant: the code of an enum or flag, a number, or a text
  std::size_t line = 0;  // in the map, from 1
};

// A column that the map names beside the inputs.
struct KeptColumn {
  std::string name;
  std::size_t line = 0;
};
struct DeclaredColumn {
  std::string name;
  ColumnType type;
  std::size_t line = 0;
};

struct ColumnMap {
  std::string name;                 // of the map, for messages: "calls.map"
  std::vector<MappedInput> inputs;  // in the order of the elements
  std::vector<KeptColumn> kept;     // in the order of the map
  std::vector<DeclaredColumn> declared;

  // Null if the input has no line.
  const MappedInput* of(ElementIndex element) const;
};

// A fault of the map, or between the map and a table. Its text is
// "calls.map:3: no input `sorce`".
struct MapFault {
  std::string message;
  std::string help;  // what to write instead; may be empty
};

// Reads a map. `name` is what messages call it.
Result<ColumnMap, std::vector<MapFault>> read_column_map(const std::string& name, std::string_view text,
                                                         const PolicyDescriptor& policy);

// A column of a table. Its type may be unknown, as in CSV, where every column is a text.
struct TableColumn {
  std::string name;
  const ColumnType* type = nullptr;
};
// The faults between a map and the columns of a table: a column that the table lacks, one that it has twice although
// the map names it, and a type that does not fit its input.
std::vector<MapFault> faults_between(const ColumnMap& map, const PolicyDescriptor& policy,
                                     const std::vector<TableColumn>& table);

// The code of a flag that a column spells as a text: 2 for "on", "true", "t" or "1", 1 for "off", "false", "f" or "0",
// or as its documents spell it.
std::optional<std::uint8_t> flag_of_text(const ElementDescriptor& element, std::string_view text);

}  // namespace tally
