// The settings matrix of a guide, read from its Markdown tables.
//
// In: the text of a guide, and the inputs that its tables go through. Out: the
// rows of every table that has a column `Setting`, one for each of these inputs,
// and one more for the outcome; other tables, and tables in fenced code, are
// passed over. Tables may be written with or without outer bars; a table ends at
// the first line without a bar. Always: every row of such a table is in the
// result, a malformed one with what is wrong with it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tally {

struct GuideRow {
  std::size_t line = 0;         // from 1
  std::string setting;          // as written: "Account -> Inbound -> Onnet"
  std::vector<std::string> by;  // the cells of the inputs, in the order that was asked for
  std::string outcome;          // as written: "yes¹", "yes (if inbound -> onnet isn't configured)"
  bool yes = false;
  // What stands with the yes or no, and the footnotes that it refers to.
  std::string words;
  std::string fault;  // not empty: the row cannot be understood, for this reason
};

struct GuideTable {
  std::size_t line = 0;  // of its header
  std::string title;     // the line of text before it; may be empty
  std::vector<GuideRow> rows;
};

struct Guide {
  std::vector<GuideTable> tables;
  std::size_t other_tables = 0;
};

Guide read_guide(std::string_view text, const std::vector<std::string>& inputs);

// The words of a text in lower case, for comparing names however they are
// written: "Account -> Inbound", "account[inbound" and "account.inbound" are all
// "account", "inbound"; "device's" is "device".
std::vector<std::string> plain_words(std::string_view text);

}  // namespace tally
