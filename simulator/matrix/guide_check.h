// A guide's settings matrix, held against the rules.
//
// In: the rows of a guide and the matrices that the rules give, over the same
// inputs. Out: a finding for each row of the guide, in its order, then one for
// each combination that the guide leaves out. Always: every row is found to be
// one thing, and every cell of the matrices is either in some row that is
// understood or left out.
//
// A row agrees if its yes or no is that of the rules, and its words (a condition, a
// footnote) name the settings that the rules' condition tests, and no others. Words that
// name whose setting decides (by the path's alias or its own part of the name) have to name
// the right one. Other words are not understood.
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

// The outcome of a row by the rules: "no", "yes", "yes, if C", "yes, for callee",
// "yes, for caller if C; yes, for callee". Nobody can read a condition of many terms:
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
  std::string guide;            // the outcome in the guide, with words and footnotes; empty: left out
  std::string rules;            // the outcome by the rules; of an unclear row, why it is unclear
};

struct GuideCheck {
  std::vector<GuideFinding> findings;
  std::size_t count(GuideFinding::Kind kind) const;
};

GuideCheck check_guide(const Model& model, const Guide& guide, const std::vector<ElementId>& by,
                       const std::vector<AskedMatrix>& asked);

}  // namespace tally
