// What the names in the text of a program stand for, place by place: for editors.
//
// For example, of
//
//   input source : onnet | offnet
//   decision d : flag { on when source is offnet  off otherwise }
//
// the record has the declarations `onnet`, `offnet`, `source` and `d`, and the uses of `source` and
// `offnet` in the rule.
//
// In:     a program (grammar/program.h). It may have faults: what cannot be resolved is left out.
// Out:    the model, or nothing if there are errors; and the record of names, in either case
// Always: a name is recorded where it stands in the text, also in a text with insertions. An analysis
//         that is not asked for names records none.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/analyze/analyze.h"

namespace tally {

enum class NameKind : std::uint8_t { file, type, field, value, input, let, list, decision, parameter, local };

// An enum by the names of its values: two enums with the same names are the same one.
struct EnumKey {
  std::uint64_t hash = 0;
  auto operator<=>(const EnumKey&) const = default;
};

// A name in the text. `file` is the name in `use "f.tally" as f`, `local` a `for` name or one of a quantifier.
struct NameUse {
  Span span;
  NameKind kind = NameKind::value;
  bool declares = false;
  Span declared;      // the name where it is declared; of a value that is used, nothing: see `of`
  EnumKey of;         // of a value
  TypeRef type = {};  // of a declaration, if it has one
  auto order() const { return std::tuple(span, kind, declares, declared, of); }
};

// What stands at the place of a name that is being written.
struct NamePlace {
  enum class Expects : std::uint8_t { value, literal, function, field, member, type, list, path, index };
  // A name that can be used there. The names of files that are used as `f` have it in front: `f.source`.
  struct Known {
    std::string name;
    NameKind kind = NameKind::input;
    TypeRef type = {};  // of a parameter or a local
  };
  Span span;
  Expects expects = Expects::value;
  TypeRef type;  // the enum of a value, the record of a field; null if the place determines none
  std::vector<Known> known;
};

struct NameRecord {
  // Names with this text are recorded as places. Empty: none are.
  std::string placeholder;

  std::vector<NameUse> uses;  // sorted by place, each once
  std::vector<NamePlace> places;
  std::map<EnumKey, std::vector<std::string>> enums;  // the names of their values
};

// Returns the model of the root file, as `analyze` does, and records the names of all files of the program.
std::optional<Model> analyze_names(const Program& program, const SourceSet& sources, Diagnostics& diagnostics,
                                   NameRecord& names);

}  // namespace tally
