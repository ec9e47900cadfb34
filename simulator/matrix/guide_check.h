// A guide's settings matrix, compared with the rules.
//
// In:     the rows of a guide, and the matrices that the rules give, over the same inputs.
// Out:    a finding for each row of the guide, in its order, then one for each combination
//         that the guide leaves out.
// Always: every row has exactly one kind of finding. Every cell of the matrices is in a row
//         that is understood, or is left out.
//
// For example, if the guide has "yes" and the rules give "no", the finding is `contradicted`. If
// the guide has "yes (always)" and the rules give "yes", it is `in_words`.
//
// A row agrees if its yes or no is that of the rules, and its words (a condition, a footnote)
// name exactly the settings that the condition of the rules tests. If its words name whose
// setting decides, by the alias of the path or its own part of the name, that must be the right
// one. Other words are not understood. If the words are "if C" with a condition in the rule language,
// C must hold in the same calls as the condition of the rules.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "simulator/matrix/guide.h"
#include "simulator/matrix/matrix.h"
#include "simulator/matrix/setting_rows.h"

namespace tally {

// One --settings option: its rows, and the matrix of all their leaves, row by row.
struct AskedMatrix {
  std::string name;  // the name that a guide uses; if empty, that of the input
  std::vector<SettingRow> rows;
  Matrix matrix;

  // Returns the cells of a row in a section, one per leaf.
  std::vector<const MatrixCell*> cells(std::size_t section, std::size_t row) const;
};

// How much of a condition is shown. With `few`, one of more than eight terms is only counted:
// "yes, sometimes (17 alternatives; --all shows them)".
enum class Alternatives : std::uint8_t { all, few };
// Returns the outcome of a row by the rules: "no", "yes", "yes, if C", "yes, for callee",
// "yes, for caller if C; yes, for callee". Over words, "yes, if C; in some calls, if D".
std::string outcome_text(const AskedMatrix& asked, std::size_t section, std::size_t row,
                         Alternatives shown = Alternatives::all);

struct GuideFinding {
  enum class Kind {
    agrees,
    in_words,  // agrees, but its words name no known setting
    contradicted,
    unclear,   // the row cannot be understood
    left_out,  // a combination that the guide lacks
  };
  Kind kind = Kind::agrees;
  std::size_t line = 0;  // in the guide, from 1; 0 if left out
  std::string setting;
  std::vector<std::string> by;  // values of the inputs: "onnet", "offnet"
  std::string guide;            // the outcome in the guide, with words and footnotes; empty if left out
  std::string rules;            // the outcome by the rules; for an unclear row, why it is unclear
};

struct GuideCheck {
  std::vector<GuideFinding> findings;
  std::size_t count(GuideFinding::Kind kind) const;
};

// Returns whether a condition in the rule language holds exactly where the setting of a cell changes
// what is decided, or nothing if the text is not such a condition.
using IsRightCondition = std::function<std::optional<bool>(const std::string& condition, const MatrixSection& section,
                                                           ElementId setting, const MatrixCell& cell)>;

// Compares a guide with the matrices in `asked`. `by` are the inputs of the guide's tables. Without
// `is_right`, conditions are compared as other words.
GuideCheck check_guide(const Model& model, const Guide& guide, const std::vector<ElementId>& by,
                       const std::vector<AskedMatrix>& asked, const IsRightCondition& is_right = {});

}  // namespace tally
