// The findings of solving, as JSON: solutions, or the wishes that contradict each other.
//
// In:     a question and its answer.
// Out:    {"file": "rules.tally", "settings": 1, "count": 1, "solutions": [...], "conflict": null}.
//         With documents it has "changes" in the place of "settings", and a solution has a patch for each document.
// Always: either "conflict" is null, or "settings" (or "changes") is null and "solutions" is empty.
#pragma once

#include <string>
#include <vector>

#include "simulator/report/filed_document.h"
#include "simulator/report/json.h"
#include "simulator/solve/solve.h"

namespace tally::report {

// A document of the question, and the file that it was read from.
struct SolvedFile {
  FiledDocument document;
  std::string file;
};

// `file` is the path as it was given. `answer` must be the answer to `question`, whose documents are `files`.
Json solve_json(const std::string& file, const Model& model, const SolveQuestion& question, const SolveAnswer& answer,
                const std::vector<SolvedFile>& files = {});

// Returns the places of a document of the question: its own, and those where `same` has it as well. For example
// {"caller.user", "callee.user"}.
std::vector<std::string> names_of_document(const Model& model, const SolveQuestion& question, std::size_t document);

}  // namespace tally::report
