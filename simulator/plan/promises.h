// What a change of a rule file does to its promises: the proofs and examples.
//
// In:     an old file and a new one, and a function that compiles the new one with more text at its end.
// Out:    each promise of either file with what became of it.
// Always: a promise is the same one if its text is the same apart from blanks, line breaks and comments. A promise of
//         the old file means in the new one what its text means there.
//
// For example, let the old file have `prove recording is off when tenant is "acme"`, and let the new file, which lacks
// it, record a call of that tenant. The promise is `broken`, and `in_new` is false.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "compiler/front_end.h"

namespace tally {

enum class PromiseFate : std::uint8_t {
  kept,     // in both files; it holds in the new one
  added,    // only in the new file; it holds
  gone,     // only in the old file; the rules of the new file still keep it
  broken,   // the rules of the new file do not keep it
  unknown,  // only in the old file; it has no meaning in the new one, or could not be checked
};

struct ComparedPromise {
  std::string label;  // "proof `internal calls`", "prove d is on when a is on"; cut if it is long
  std::string text;   // the whole promise on one line, without comments
  PromiseFate fate = PromiseFate::kept;
  bool in_old = false, in_new = false;
  // broken, unknown: why, as the first fault that was found, and what more is known of it: a call, in words.
  std::string why;
  std::vector<std::string> notes;
};

// Compiles the new file as if `more` stood at its end.
using CompileWith = std::function<Compilation(const std::string& more)>;

// Compares the promises of the two files themselves, without those of files that they use. Both compilations must have
// a policy. The promises of the new file come first, in its order.
std::vector<ComparedPromise> compare_promises(const Compilation& before, Compilation& after,
                                              const CompileWith& compile_with);

}  // namespace tally
