// The values that two policies both accept at one place.
//
// In:     a type, flag or key of each policy.
// Out:    what both accept: of `mp3 | wav` and `mp3 | ogg`, only `mp3`; of 1..10 and 5..30, 5..10.
// Always: values are matched as a document spells them, whatever the policies call them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/model/model.h"

namespace tally {

// Returns the spellings of an enum that another type does not read, and one of them in another case if only the
// enum is read in any case: of `mp3 | wav` beside `mp3`, "wav".
std::vector<std::string> spellings_alone(const Type& own, const Type& other);

// Returns the texts that both of two flags read alike. Nothing if there is none for one of their values, or if one flag
// is on where the other is off.
std::optional<FlagTexts> common_texts(const FlagTexts& a, const FlagTexts& b);

// Whether the keys of two objects are read alike. Only where keys have several spellings may they not be.
bool have_same_keys(const Element* a, const Element* b);

// Returns the same value in another type, or nothing if that type lacks it. Enums are matched by spelling.
std::optional<Literal> literal_in(const Literal& value, const Type& from, const Type& to);

// Returns a type of the values that both types have, or null if there are none. Both types are of one JSON kind.
TypeRef common_values(const TypeRef& a, const TypeRef& b);

// Whether the two accept the same values. All objects are alike: their members are compared one by one.
bool accept_same_values(const Type& a, const Type& b);

}  // namespace tally
