// Words of a policy: lets, decisions, conditions and inputs, in place of the elements that they depend on.
//
// In:     a space, and words: expressions with their texts.
// Out:    a small space whose variables are the words; the combinations of their values that some
//         call brings about, each with its calls; sets of these combinations as cells and conditions.
// Always: a combination is visited only if some of the calls that are asked about have it, and
//         its calls are exactly those that have it.
//
// For example, the words `internal` and `consent is all` have at most four combinations, however
// many inputs the two depend on.
//
// Functions throw NodeLimit like the diagrams of the space.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/diagrams/space.h"
#include "compiler/lower/lower.h"
#include "grammar/tree/ast.h"

namespace tally {

struct Word {
  std::string text;  // as asked: "consent is all"
  ExprRef value;
};

inline constexpr std::size_t max_word_combinations = 20'000;

class Words {
 public:
  // The space must outlive the words. It has the elements that the words read, and its classes have
  // their cuts. Fails if a word has no values that can be shown.
  static Result<Words> make(const Model& model, const Classes& classes, Lowering& lowering, Space& space,
                            const std::vector<Word>& words);

  std::size_t size() const { return columns_.size(); }
  const std::string& text(std::size_t word) const { return columns_[word].text; }
  // The words as variables of diagrams of their own, in order.
  std::vector<Variable> variables() const;

  // Returns the words while some elements are held. Words that depend on `changing` even then are
  // left out.
  Words held(std::span<const std::pair<VariableId, Code>> codes, VariableId changing) const;

  // Visits each combination of values that some of `calls` have, with these calls. Returns false if
  // there are more than `max_word_combinations`, of which some were visited then.
  bool combinations(Diagram calls, const std::function<void(const Assignment& codes, Diagram calls)>& visit) const;
  // Returns the calls in which a word has a value.
  Diagram where(std::size_t word, unsigned code) const { return space_->diagrams().where(columns_[word].codes, code); }
  // Returns the words' values in one call.
  Assignment values_in(const Assignment& call) const;

  // Returns a set of a word's values as a cell: "onnet", "not on", "-".
  std::string cell(std::size_t word, const CodeSet& codes) const;
  // Returns the same as a condition: "consent is not all", "not internal". `codes` holds at least one of the
  // word's values, and not all of them.
  std::string condition(std::size_t word, const CodeSet& codes) const;
  // Returns terms over the words as a condition; "" if they hold for every combination.
  std::string condition(const std::vector<Cube>& terms) const;

 private:
  struct Column {
    std::string text;
    Diagram codes;                  // of the space
    Variable variable;              // the codes that occur
    std::optional<ElementId> leaf;  // its codes are those of this input, or else
    TypeRef type;                   // the values of this enum from 1, or if null
                                    // `unset` and `set`
  };

  Words(const Model& model, const Classes& classes, Space& space)
      : model_(&model), classes_(&classes), space_(&space) {}

  Result<Column> column(Lowering& lowering, const Word& word) const;
  bool visit_from(Diagram calls, Assignment& codes, std::size_t& count,
                  const std::function<void(const Assignment&, Diagram)>& visit) const;
  ast::ExprPtr test(std::size_t word, const CodeSet& codes) const;

  const Model* model_;
  const Classes* classes_;
  Space* space_;
  std::vector<Column> columns_;
};

// Returns the error of words that have too many combinations. `option` names them.
Error too_many_combinations(const std::string& option);

}  // namespace tally
