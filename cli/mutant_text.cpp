#include "cli/mutant_text.h"

#include <algorithm>

#include "cli/terminal.h"

namespace tally::cli {
namespace {

constexpr std::size_t max_shown = 100;  // bytes of an excerpt

std::string shown(const std::string& excerpt) {
  if (excerpt.size() <= max_shown) return "`" + excerpt + "`";
  std::size_t end = max_shown;
  while (end > 0 && (static_cast<unsigned char>(excerpt[end]) & 0xC0) == 0x80) --end;
  return "`" + excerpt.substr(0, end) + "...`";
}

std::size_t line_of(const Compilation& c, const Mutant& mutant) {
  return c.sources.file(mutant.edit.place.file).position(mutant.edit.place.begin).line;
}

// "`AK`", "`AK` or `AL`", "`AK`, `AL` or any of 49 others".
std::string replacements(const MutantGroup& group) {
  constexpr std::size_t few = 3, named = 2;
  std::string out = shown(group[0]->edit.after);
  const std::size_t listed = group.size() <= few ? group.size() : named;
  for (std::size_t i = 1; i < listed; ++i) out += (i + 1 == group.size() ? " or " : ", ") + shown(group[i]->edit.after);
  if (listed < group.size()) out += " or any of " + std::to_string(group.size() - listed) + " others";
  return out;
}

}  // namespace

std::vector<MutantGroup> mutant_groups(const Mutation& mutation, bool all) {
  std::vector<MutantGroup> groups;
  for (const Mutant& mutant : mutation.mutants) {
    const bool is_unnoticed = mutant.verdict == Verdict::survives || mutant.verdict == Verdict::unknown;
    if (!all && !is_unnoticed) continue;
    const auto same = [&](const MutantGroup& group) {
      const Mutant& first = *group.front();
      return first.edit.kind == mutant.edit.kind && first.edit.place == mutant.edit.place &&
             first.edit.before == mutant.edit.before && first.verdict == mutant.verdict && first.code == mutant.code &&
             first.reason == mutant.reason && !mutant.edit.after.empty();
    };
    const auto at = std::find_if(groups.begin(), groups.end(), same);
    at == groups.end() ? groups.push_back({&mutant}) : at->push_back(&mutant);
  }
  return groups;
}

std::string mutant_text(const Compilation& c, const std::string& file, const MutantGroup& group, bool examples,
                        bool colour) {
  const Mutant& mutant = *group.front();
  const char* paint = mutant.verdict == Verdict::caught  ? "\x1b[32m"
                      : mutant.verdict == Verdict::equal ? "\x1b[2m"
                                                         : "\x1b[1;31m";
  std::string out =
      file + ":" + std::to_string(line_of(c, mutant)) + ": " + (colour ? paint : "") + to_string(mutant.verdict) +
      (colour ? "\x1b[0m" : "") + ": " +
      edit_text(mutant.edit.kind, shown(mutant.edit.before), mutant.edit.after.empty() ? "" : replacements(group)) +
      "\n";
  if (mutant.verdict == Verdict::caught)
    out += "  by " + std::string(info(mutant.code).id) + ", " + mutant.reason + "\n";
  if (mutant.verdict == Verdict::unknown) out += "  " + mutant.reason + "\n";
  if (mutant.call) {
    out += "  where " + mutant.call->text + "\n";
    out += "  " + c.policy->model->at(mutant.call->decision).name + ": " + mutant.call->before + ", with the edit " +
           mutant.call->after + "\n";
  }
  if (!examples || !mutant.call || mutant.call->example.empty()) return prose(out);
  return prose(out) + "\n" + mutant.call->example + "\n";
}

}  // namespace tally::cli
