// The settings matrix of a guide, read from its Markdown tables.
//
// In:     the text of a guide, and the inputs that its tables go through.
// Out:    the rows of every table that has a column `Setting`, a column for each of these
//         inputs, and one more for the outcome. Other tables, and tables in fenced code, are
//         skipped. A table may have outer bars or not, and ends at the first line without a bar.
// Always: every row of such a table is in the result. A malformed row has a `fault`.
//
// For example, with the inputs `source` and `destination`, this table has one row, whose
// outcome is "yes¹" and whose `words` are those of the footnote:
//
//   | Setting                     | source | destination | Recorded? |
//   | --------------------------- | ------ | ----------- | --------- |
//   | Account -> Inbound -> Onnet | onnet  | onnet       | yes¹      |
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tally {

struct GuideRow {
  std::size_t line = 0;         // from 1
  std::string setting;          // as written: "Account -> Inbound -> Onnet"
  std::vector<std::string> by;  // the cells of the inputs, in the order of `inputs`
  std::string outcome;          // as written: "yes¹", "yes (if inbound -> onnet isn't configured)"
  bool yes = false;
  // The text beside the yes or no, and the footnotes that it refers to.
  std::string words;
  std::string fault;  // why the row cannot be understood; empty if it can
  // The same cells with emphasis and footnote marks, since a name or a value may look like one.
  struct {
    std::string setting;
    std::vector<std::string> by;
    std::string outcome;
  } verbatim;
};

struct GuideTable {
  std::size_t line = 0;  // the line of its header, from 1
  std::string title;     // the line of text before it; may be empty
  std::vector<GuideRow> rows;
};

struct Guide {
  std::vector<GuideTable> tables;
  std::size_t other_tables = 0;  // how many were skipped
};

// Reads the tables of a guide whose columns name `inputs`.
Guide read_guide(std::string_view text, const std::vector<std::string>& inputs);

// Returns the words of a text in lower case, so that names can be compared however they are
// written: "Account -> Inbound", "account[inbound" and "account.inbound" all give "account",
// "inbound". "device's" gives "device".
std::vector<std::string> plain_words(std::string_view text);

}  // namespace tally
