// Names: what stands at a place, where it is declared, where it is used.
//
// For example, at the `source` of `on when source is offnet` stands a use of an input. It is declared
// in `input source : network`, and highlighted at both.
//
// In:     a reading, or several
// Out:    symbols, and their places
// Always: a symbol is one thing, whatever it is called: the `x` of two records are two. Values of enums with
//         the same names are one, as these enums are. What has a fault has no symbol.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "editor/reading.h"

namespace tally::editor {

// Where something is declared, without a reading: a path, and the offset of the name.
struct Declared {
  std::string path;
  ByteRange bytes;
  auto operator<=>(const Declared&) const = default;
};

// What a name stands for.
struct Symbol {
  NameKind kind = NameKind::value;
  std::string name;
  std::vector<Declared> declared;  // at least one; a value of an enum may have several
};

// The name at an offset, or the one that ends there; null if there is none.
const NameUse* name_at(const Reading& reading, FileId file, std::uint32_t offset);
// The symbol of a name, or nothing if it is declared nowhere (a member of a type that is built in).
std::optional<Symbol> symbol_of(const Reading& reading, const NameUse& use);
// Where the symbol is declared.
std::vector<Location> definition(const std::shared_ptr<const Reading>& reading, FileId file, std::uint32_t offset);

// A use of a symbol, or its declaration.
struct Occurrence {
  Location at;
  bool declares = false;
};
// All places of a symbol in the files of a reading for which `wanted` holds; null: in all.
std::vector<Occurrence> occurrences(const std::shared_ptr<const Reading>& reading, const Symbol& symbol,
                                    const std::function<bool(FileId)>& wanted = {});

// The declaration of a name: the record entry of the place where it is declared, or null.
const NameUse* declaration_at(const Reading& reading, Span declared);
// Where in the reading's sources a declaration is.
std::optional<Span> span_of(const Reading& reading, const Declared& declared);

// The file that a `use` or `amend` at this offset names.
std::optional<std::string> used_path_at(const Reading& reading, FileId file, std::uint32_t offset);

}  // namespace tally::editor
