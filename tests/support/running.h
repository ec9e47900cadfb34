// A policy that decides, for tests: compiled, described, and bound to documents.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "compiler/driver.h"
#include "compiler/jit.h"
#include "runtime/answer.h"
#include "runtime/request_binder.h"

namespace tally::testing {

struct Running {
  Compilation compilation;
  std::shared_ptr<const PolicyDescriptor> descriptor;
  std::optional<NativeCode> native;
  PolicyCode code;
  std::optional<RequestBinder> binder;
};

// Null, with why in `faults`, where the rules are at fault.
std::unique_ptr<Running> start(const std::string& path, std::string& faults);         // a rule file
std::unique_ptr<Running> start_text(const std::string& text, std::string& faults);

}  // namespace tally::testing
