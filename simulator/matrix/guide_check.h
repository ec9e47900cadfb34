// A guide's settings matrix, held against the rules.
//
// In: the rows of a guide and the matrices that the rules give, over the same
// inputs. Out: a finding for each row of the guide, in its order, then one for
// each combination that the guide leaves out. Always: every row is found to be
// one thing, and every cell of the matrices is either in some row that is
// understood or left out.
//
// A row agrees where it says yes or no as the rules do, and its words (a
// condition, a footnote) name the settings that the rules' condition tests, and
// no others. Words that name who of several has the say (by the path's alias or
// its own part of the name) have to name the right ones. What else words say is
// not understood.
#pragma once

#include <string>
#include <vector>

#include "simulator/matrix/guide.h"
#include "simulator/matrix/matrix.h"
#include "simulator/matrix/setting_rows.h"

namespace tally {

// One --settings: its rows, and the matrix of all their leaves, row by row.
struct AskedMatrix {
  std::string name;  // that a guide uses; empty: that of the input
  std::vector<SettingRow> rows;
  Matrix matrix;

  // The cells of a row in a section, one a leaf.
  std::vector<const MatrixCell*> cells(std::size_t section, std::size_t row) const;
};

// What the rules say of a row: "no", "yes", "yes, if C", "yes, for callee",
// "yes, for caller if C; yes, for callee". A condition of many terms is no reading:
// "yes, sometimes (17 alternatives)".
std::string outcome_text(const AskedMatrix& asked, std::size_t section, std::size_t row);

struct GuideFinding {
  enum class Kind {
    agrees,
    in_words,  // agrees, but its words name nothing that is known
    contradicted,
    unclear,   // the row cannot be understood
    left_out,  // by the guide
  };
  Kind kind = Kind::agrees;
  std::size_t line = 0;  // in the guide; 0: left out
  std::string setting;
  std::vector<std::string> by;  // values of the inputs
  std::string guide;            // what the guide says, words and footnotes included; empty: left out
  std::string rules;            // what the rules say; of an unclear row, why it is
};

struct GuideCheck {
  std::vector<GuideFinding> findings;
  std::size_t count(GuideFinding::Kind kind) const;
};

GuideCheck check_guide(const Model& model, const Guide& guide, const std::vector<ElementId>& by,
                       const std::vector<AskedMatrix>& asked);

}  // namespace tally
