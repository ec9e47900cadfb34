// Vectors in the forms in which other programs run them.
//
// In:     requests with expected answers, and the name of the rule file.
// Out:    the lines of `tally test`; a module for EUnit; a file for Lua; what SIPp injects, and the scenario that does.
// Always: a form has every vector, in order. A text may hold any bytes: each form escapes what it cannot hold.
//
// For example, {"source":"offnet"} with {"recording":true} is in Erlang
//
//   {<<"1">>, <<"{\"source\":\"offnet\"}">>, <<"{\"recording\":true}">>}
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tally::cli {

enum class VectorFormat : std::uint8_t { jsonl, eunit, lua, sipp, sipp_scenario };

struct WrittenVector {
  std::string name;     // "1: line 8, value: `on` -> `off`, and 3 more edits"
  std::string request;  // JSON on one line
  std::string expect;   // a member of a line for `tally test`: "\"expect\": {\"recording\":true}"
  std::string answer;   // what the policy answers: JSON with all decisions
};

struct WrittenVectors {
  std::string file;  // the rule file, as it was written
  std::vector<WrittenVector> vectors;
};

// Returns the whole file, which ends in a line break.
std::string vectors_text(const WrittenVectors& vectors, VectorFormat format);

// What SIPp calls with every vector: a template, `cli/templates/vectors.xml`.
std::string_view vectors_scenario();

}  // namespace tally::cli
