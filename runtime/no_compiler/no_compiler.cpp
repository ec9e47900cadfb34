// libtally-runtime: there is no compiler in it.
#include "runtime/policy/policy_loader.h"

namespace tally {

const RuleCompiler* rule_compiler() { return nullptr; }

}  // namespace tally
