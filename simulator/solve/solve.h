// Solving: the settings that bring about what is wanted.
//
// In:     wishes (conditions, each with the calls that it is about), the inputs that may be set
//         (`over`), and assumptions about every call.
// Out:    all choices of as few settings as possible under which every wish holds in every
//         call, and of these the ones with the fewest objects that have no setting in them. If there is none, the
//         fewest wishes that contradict each other, with calls that show it.
// Always: a choice of settings is a solution if each wish holds in all calls that it is about,
//         and there is at least one such call. Settings that merely make the calls of a wish
//         impossible are not a solution.
//
// For example, the wish "caller-recording is on" when "source is onnet and destination is
// onnet", over `caller.device`, has one solution with one setting:
// `caller.device[outbound, onnet].enabled = on`.
//
// Settings are what is read under the paths of `over`, and what a document must hold with it.
// Everything else that is read is a fact, which may be anything that a document can hold.
//
// A choice of settings gives a value to some leaves under the paths, and leaves the others out:
// unset, or at their default. An object under the paths is present if something in it is, or if
// it is chosen to be empty. The calls of a choice are the possible calls with these settings in
// which every assumption holds.
//
// With documents, the settings start as the documents have them, and the fewest changes are found
// in the place of the fewest settings. Each of these is one change: a leaf with another value, a leaf that
// is set or left out, an object that is removed with all that is in it, an object that is added and stays empty.
// In every call the documents are at their places. What the question does not read keeps its
// value; so an object is only removed if the question reads all that is in it.
//
// For example, {"call_recording": {"enabled": false, "format": "mp3"}} at `user` needs one change for "recording is
// on": `user.enabled` from off to on.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
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
  ExprRef condition;  // the calls that the wish is about; null: every call
  std::string text;   // as written, for messages
};

struct Assumption {
  ExprRef condition;
  std::string text;
};

// A document as it is stored. The settings start from it.
struct GivenDocument {
  std::string name;                 // of its place: "caller.device"
  std::string pointer;              // of its place in a request: "/caller/device"
  std::vector<ElementId> elements;  // that stand at its place or below
  Document content;                 // the values that it has, without defaults, and the objects
  std::set<ElementId> kept;         // objects that hold something that no element reads; none of them is removed
};

struct SolveQuestion {
  std::vector<Wish> wishes;       // at least one
  std::vector<Assumption> whens;  // hold in every call
  // Everything under them may be set. Without documents at least one; with documents each is in one, and if there is
  // none, all that the documents hold may be changed.
  std::vector<ElementId> over;
  // Pairs of elements that have equal values in every call, together with everything under them.
  std::vector<std::pair<ElementId, ElementId>> same;
  std::vector<GivenDocument> documents;  // in different places
  std::size_t limit = 10;                // how many solutions are spelled out
};

// A setting of a solution: `caller.device[outbound, onnet].enabled = on`.
struct Setting {
  ElementId element;
  Literal value;  // a value of its class
  // The condition that other values meet equally, if there are any: "user.limit < 30", "user.url
  // is set".
  std::optional<std::string> any_of = {};
  bool is_required = false;  // no wish reads it, but the document must hold it
};

// A document to be stored, with settings in it.
struct StoredDocument {
  std::vector<std::string> names;     // "caller.user"; several if one document is in several places
  std::vector<std::string> pointers;  // its places in a request: "/caller/user"; "" for the request itself
  Document content;                   // as read at the first place
};

// A change of a document: `user.enabled` from off to on. An object that is there is EnumName "present". Unset is
// nothing: `before` of what is added, and the setting's value of what is removed.
struct Change {
  Setting setting;
  Literal before;
};

struct Solution {
  std::vector<Setting> settings;          // in the order of documents; one for each `same` group
  std::vector<StoredDocument> documents;  // the documents in which something is set
  // With documents in the question there are these in the place of the above.
  std::vector<Change> changes;     // in the order of documents; one for each `same` group
  std::vector<Document> contents;  // of each document of the question: what it holds with the changes
};

// A call that shows a conflict. If it is the only one, the wishes fail in it whatever the
// settings are. If there are several, they fail in one or another of them.
struct ConflictCall {
  std::vector<std::size_t> wishes;  // the wishes that are about this call
  std::string facts;                // "source = onnet, destination = onnet"
};

// An object of a document that is not removed, since the question does not read all that is in it.
struct KeptObject {
  ElementId object;
  std::vector<ElementId> unread;  // values in it, and objects that are empty
  bool holds_more = false;        // something that no element reads
};

struct Conflict {
  std::vector<std::size_t> wishes;  // sorted; if `is_smallest`, no fewer wishes contradict each other,
  bool is_smallest = true;          // else only none of them can be left out
  bool reads_nothing = false;       // whether nothing that may be set is read
  std::vector<ConflictCall> calls;  // empty: no settings leave room for a call of each of these wishes
  bool are_all_calls = true;        // false: further calls would be needed to rule out all settings
  std::vector<KeptObject> kept;     // if these could be removed, the wishes would not contradict each other
};

struct Solutions {
  std::size_t settings = 0;         // values that each solution sets, or its changes; a `same` group counts once
  Count count;                      // how many solutions there are; each class of a number or text counts once
  std::vector<Solution> solutions;  // the first of them: settings that come first in a document are preferred
};

using SolveAnswer = std::variant<Solutions, Conflict>;

// Returns solutions or a conflict. Fails if the question does not fit the policy, or if its
// diagrams pass their node limit. The policy's graph grows, so only one thread may use the
// policy at a time.
Result<SolveAnswer> solve(Policy& policy, const SolveQuestion& question);

}  // namespace tally
