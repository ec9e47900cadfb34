// What a document may have at a place, and the words for it in a fault.
//
// In:     the element that reads a place, and the kind or the text of the value that is there.
// Out:    whether the element reads it, and the parts of a message: "expected a number, found a text".
// Always: a part of a message is short, however long the value or the list of names is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/descriptor/policy_descriptor.h"
#include "runtime/documents/written_values.h"

namespace tally {

// The JSON kinds of a value. `null` means missing; only a whole request cannot be `null`.
enum class JsonKind : std::uint8_t { null, flag, number, text, object, array };

// "a boolean", "an array". A string is "a text", as in the rule language.
std::string_view json_kind_name(JsonKind kind);
Written written_kind(JsonKind kind);

// Whether an element with this filter reads a value of this kind.
bool reads_kind(PlaceFilter filter, JsonKind kind);
bool is_in_range(const ElementDescriptor& element, std::uint64_t number);
// Whether an element reads a text as a number or a flag: a number that is read `if string`.
bool is_kept_as_text(const ElementDescriptor& element);

// What an element accepts: "`true` or `false`", "one of `mp3`, `wav`".
std::string accepted_values(const ElementDescriptor& element);
// The same for an element that reads one JSON kind only: "a number as a text".
std::string accepted_spellings(const ElementDescriptor& element);

// "`mp3`, `wav`"; of more than 12 names the first 12, and "...".
std::string listed_names(const std::vector<std::string>& names);
// The text of a number or string, cut after 40 characters.
std::string brief_text(const std::string& text);
// A key as JSON spells it, without the quotes.
std::string key_text(std::string_view key);

}  // namespace tally
