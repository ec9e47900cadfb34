// A policy that can decide, for tests: compiled, described, and bound to documents.
#pragma once

#include <memory>
#include <string>

#include "compiler/front_end.h"
#include "compiler/llvm/compiled_policy.h"
#include "runtime/documents/answer.h"
#include "runtime/documents/request_binder.h"

namespace tally::testing {

struct Running {
  Compilation compilation;
  CompiledPolicy compiled;
  RequestBinder binder;

  const PolicyDescriptor& descriptor() const { return *compiled.descriptor; }
};

// If the rules are faulty, returns null and puts the reason in `faults`.
std::unique_ptr<Running> start(const std::string& path, std::string& faults);  // a rule file
std::unique_ptr<Running> start_text(const std::string& text, std::string& faults);

}  // namespace tally::testing
