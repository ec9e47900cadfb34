// How the checks and the simulator put source text, places and values into words.
//
// In:     a model and its sources.
// Out:    text for messages: "`source` is offnet".
// Always: a text is one line.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/lower/lower.h"
#include "compiler/model/model.h"
#include "grammar/source/source.h"

namespace tally {

// A value of a leaf as rules write it: on, 5, "text", "F L" of an enum without names.
std::string value_text(const Type& type, const Literal& value);

class Wording {
 public:
  // Both must outlive it.
  Wording(const Model& model, const SourceSet& sources) : model_(model), sources_(sources) {}

  // Source text, shortened: "device.enabled is on and source is offn..."
  std::string quoted(const Span& span) const;
  // "line 57", "other.tally:57" for a place outside the root file.
  std::string place(const Span& span) const;
  // A code of a part for people: "inbound", "account[inbound, onnet].url".
  std::string value_text(const ResultPart& part, std::uint32_t code) const;

 private:
  const Model& model_;
  const SourceSet& sources_;
};

}  // namespace tally
