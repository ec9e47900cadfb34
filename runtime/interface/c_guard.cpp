// tally.h: the guard of a policy, and roll back.
#include <cstddef>
#include <cstring>

#include "runtime/interface/c_objects.h"

using namespace tally;

namespace {

using Success = Result<Done, Failure>;

Result<std::vector<std::string>, Failure> texts_of(const char* const* given, std::size_t count) {
  if (given == nullptr && count > 0) return null_argument();
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) {
    if (given[i] == nullptr) return null_argument();
    out.emplace_back(given[i]);
  }
  return out;
}

// What rules that nobody signed may change; nothing if they may not come in use.
Result<std::optional<RuleLimits>, Failure> rule_limits(const tally_guard_options& given) {
  RuleLimits limits;
  TALLY_ASSIGN_OR_RETURN(limits.calls, texts_of(given.allow, given.allow_count));
  TALLY_ASSIGN_OR_RETURN(limits.decisions, texts_of(given.allow_decisions, given.allow_decision_count));
  if (given.at_most != 0) limits.at_most = given.at_most;
  const bool allows = !limits.calls.empty() || !limits.decisions.empty() || limits.at_most;
  if (given.invariants == nullptr && !allows) return std::optional<RuleLimits>();
  if (given.invariants == nullptr || !allows)
    return Failure(TALLY_ERROR_ARGUMENT,
                   "rules that nobody signed need invariants and what may change: `allow`, `allow_decisions` or "
                   "`at_most`");
  if (rule_compiler() == nullptr)
    return Failure(TALLY_ERROR_UNSUPPORTED, "libtally-runtime has no compiler, so it cannot look at invariants");
  limits.invariants_name = given.invariants;
  TALLY_ASSIGN_OR_RETURN(limits.invariants, read_whole(given.invariants, max_policy_bytes));
  return std::optional<RuleLimits>(std::move(limits));
}

Result<GuardOptions, Failure> guard_options(const tally_guard_options& given) {
  // A program that was built with an earlier header has fewer members.
  if (given.size < offsetof(tally_guard_options, key_count) + sizeof given.key_count || given.size > sizeof given)
    return Failure(TALLY_ERROR_ARGUMENT, "the options of a guard do not have the size that they say");
  tally_guard_options all{};
  std::memcpy(&all, &given, given.size);
  if (all.key_count == 0 || all.key_count > max_trusted_keys)
    return Failure(TALLY_ERROR_ARGUMENT, "a guard trusts one key, or two while a key is changed");
  GuardOptions options;
  options.serial = all.serial;
  options.trusts_version_in_use = all.trust_version_in_use != 0;
  if (all.keys == nullptr) return null_argument();
  for (std::size_t i = 0; i < all.key_count; ++i) {
    if (all.keys[i] == nullptr) return null_argument();
    TALLY_ASSIGN_OR_RETURN(const PublicKey key, trusted_key(all.keys[i]));
    options.keys.push_back(key);
  }
  TALLY_ASSIGN_OR_RETURN(options.unsigned_rules, rule_limits(all));
  return options;
}

}  // namespace

extern "C" {

tally_status tally_policy_guard(tally_policy* policy, const tally_guard_options* options, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || options == nullptr) return null_argument();
    TALLY_ASSIGN_OR_RETURN(GuardOptions checked, guard_options(*options));
    return policy->guard(std::move(checked));
  });
}

tally_status tally_policy_guard_counts(const tally_policy* policy, tally_guard_counts* counts, tally_error** last,
                                       tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || counts == nullptr) return null_argument();
    if (counts->size < sizeof counts->size || counts->size > sizeof *counts)
      return Failure(TALLY_ERROR_ARGUMENT, "the counts of a guard do not have the size that they say");
    const auto now = policy->guard_counts();
    if (!now) return Failure(TALLY_ERROR_ARGUMENT, "the policy has no guard");
    tally_error* refusal = nullptr;
    if (last != nullptr && now->last != nullptr) refusal = new tally_error(*now->last);
    const tally_guard_counts all{counts->size, now->admitted, now->refused, now->serial};
    std::memcpy(counts, &all, counts->size);
    if (last != nullptr) *last = refusal;
    return {};
  });
}

tally_status tally_policy_roll_back(tally_policy* policy, tally_reload* reload, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr) return null_argument();
    TALLY_ASSIGN_OR_RETURN(const tally_reload done, policy->roll_back());
    if (reload != nullptr) *reload = done;
    return {};
  });
}

}  // extern "C"
