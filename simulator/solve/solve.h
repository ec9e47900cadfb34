// Solving: the settings that bring about what is wanted.
//
// In: wishes (conditions, each with the calls that it is about), the inputs that may
// be set, and what holds of every call. Out: all choices of as few settings as
// possible under which every wish holds in every call; or, where there is none, the
// fewest wishes that contradict each other, with calls that show it.
//
// The settings are what is read under the paths of `over`, and what has to stand in a
// document with it; everything else that is read is a fact, and may be anything that
// a document can hold. A choice of settings
// gives a value to some leaves under the paths, and leaves the others out (unset, or
// at their default); an object under the paths is there where something in it is,
// or where it is chosen empty. The calls of a choice are the possible ones with these
// settings for which every `when` holds. A choice is a solution if each wish holds in
// all of its calls that the wish is about, and there is such a call: settings that
// only keep the calls of a wish from being possible bring nothing about.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "compiler/policy.h"
#include "simulator/documents/request_text.h"

namespace tally {

struct Wish {
  ExprRef claim;
  ExprRef condition;  // the calls that it is about; null: every call
  std::string text;   // for messages
};

struct Assumption {
  ExprRef condition;
  std::string text;
};

struct SolveQuestion {
  std::vector<Wish> wishes;       // at least one
  std::vector<Assumption> whens;  // of every call
  std::vector<ElementId> over;    // at least one; all under it may be set
  // Elements with the same values in every call, all under the one those under the other.
  std::vector<std::pair<ElementId, ElementId>> same;
  std::size_t limit = 10;  // of the solutions that are spelled out
};

// A setting of a solution.
struct Setting {
  ElementId element;
  Literal value;  // of its class
  // Of which values this is one, where there are several: "user.limit < 30", "user.url is set".
  std::optional<std::string> any_of = {};
  bool is_required = false;  // nothing that is asked reads it: the document has to hold it
};

// What is to be stored: the document that settings stand in.
struct StoredDocument {
  std::vector<std::string> names;     // "caller.user"; several where one document plays several parts
  std::vector<std::string> pointers;  // where the parts stand in a request: "/caller/user"; "" for the request itself
  Document content;                   // of the first part
};

struct Solution {
  std::vector<Setting> settings;          // in the order of documents; of parts that are the same, the first
  std::vector<StoredDocument> documents;  // those in which something is to be set
};

// A call in which the wishes cannot be had, whatever the settings are, or, where there
// are several, together with the other calls.
struct ConflictCall {
  std::vector<std::size_t> wishes;  // that are about it
  std::string facts;                // "source = onnet, destination = onnet"
};

struct Conflict {
  std::vector<std::size_t> wishes;  // sorted; no fewer contradict each other where `is_smallest`,
  bool is_smallest = true;          // else none of them can be left out
  bool reads_nothing = false;       // nothing under the paths is read
  std::vector<ConflictCall> calls;  // none: no settings leave room for a call of each of these wishes
  bool are_all_calls = true;        // otherwise settings are left that fail in some further call
};

struct Solutions {
  std::size_t settings = 0;         // of each: how many values it sets, those that are the same once
  Count count;                      // how many there are; of a number or text each class once
  std::vector<Solution> solutions;  // the first of them: what stands first in a document is rather set
};

using SolveAnswer = std::variant<Solutions, Conflict>;

// The policy's graph grows. Not for several threads at once.
Result<SolveAnswer> solve(Policy& policy, const SolveQuestion& question);

}  // namespace tally
