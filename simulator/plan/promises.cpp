#include "simulator/plan/promises.h"

#include <algorithm>
#include <set>

#include "compiler/checks/checks.h"

namespace tally {
namespace {

constexpr std::size_t max_label = 72;  // bytes of a label; a longer one is cut

// One promise of a file: the text that identifies it, and which proof or example of the model it is.
struct OwnPromise {
  std::string text;
  std::string label;
  bool is_proof = true;
  std::size_t index = 0;
};

// Returns a text without comments, each run of blanks and line breaks as one blank.
std::string plain_text(std::string_view text) {
  std::string out;
  bool in_quotes = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_quotes) {
      out += c;
      if (c == '\\' && i + 1 < text.size()) out += text[++i];
      if (c == '"') in_quotes = false;
      continue;
    }
    if (c == '#') {
      while (i + 1 < text.size() && text[i + 1] != '\n') ++i;
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += c;
      in_quotes = c == '"';
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// Returns a text cut in front of a character, so that no character is torn.
std::string cut_short(const std::string& text) {
  if (text.size() <= max_label) return text;
  std::size_t end = max_label - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

std::vector<OwnPromise> own_promises(const Compilation& c) {
  std::vector<OwnPromise> out;
  const Model& model = *c.policy->model;
  for (std::size_t i = 0; i < model.proofs.size(); ++i) {
    const Proof& proof = model.proofs[i];
    const std::string text = plain_text(c.sources.text(proof.span));
    out.push_back({text, cut_short(proof.title ? "proof `" + *proof.title + "`" : text), true, i});
  }
  for (std::size_t i = 0; i < model.examples.size(); ++i) {
    const Example& example = model.examples[i];
    out.push_back({plain_text(c.sources.text(example.span)), cut_short("example `" + example.title + "`"), false, i});
  }
  return out;
}

// Returns the text of a promise, which ends with its own line: a comment may end it.
std::string source_text(const Compilation& c, const OwnPromise& promise) {
  const Model& model = *c.policy->model;
  const Span& span = promise.is_proof ? model.proofs[promise.index].span : model.examples[promise.index].span;
  return "\n" + std::string(c.sources.text(span)) + "\n";
}

void write_fault(const Diagnostics& faults, ComparedPromise& out) {
  for (const Diagnostic& fault : faults.list()) {
    if (fault.severity != Severity::error) continue;
    out.why = fault.message;
    out.notes = fault.notes;
    return;
  }
}

// Returns whether a promise of the compilation holds. If not, why is written.
bool holds(Compilation& c, bool is_proof, std::size_t index, ComparedPromise& out) {
  Diagnostics faults;
  if (is_proof)
    check_proof(*c.policy, c.sources, faults, {}, c.policy->model->proofs[index]);
  else
    check_example(*c.policy, c.sources, faults, {}, c.policy->model->examples[index]);
  if (!faults.has_errors()) return true;
  write_fault(faults, out);
  return false;
}

// Judges the promises that only the old file has.
class FormerPromises {
 public:
  FormerPromises(const Compilation& before, const Compilation& after, const CompileWith& compile_with)
      : before_(before), after_(*after.policy->model), compile_with_(compile_with) {}

  void judge(const std::vector<OwnPromise>& promises, std::vector<ComparedPromise>& out) {
    std::string all;
    for (const OwnPromise& promise : promises) all += source_text(before_, promise);
    // Nearly always all of them have a meaning in the new file, so it is compiled once.
    std::optional<Compilation> together;
    if (promises.size() > 1) together.emplace(compile_with_(all));
    std::size_t proofs = after_.proofs.size(), examples = after_.examples.size();
    for (const OwnPromise& promise : promises) {
      ComparedPromise& judged = out.emplace_back();
      judged.label = promise.label;
      judged.text = promise.text;
      judged.in_old = true;
      if (together && together->policy) {
        write(*together, promise.is_proof, promise.is_proof ? proofs++ : examples++, judged);
        continue;
      }
      Compilation alone = compile_with_(source_text(before_, promise));
      if (alone.policy) {
        write(alone, promise.is_proof, promise.is_proof ? after_.proofs.size() : after_.examples.size(), judged);
      } else {
        judged.fate = PromiseFate::unknown;
        write_fault(alone.diagnostics, judged);
      }
    }
  }

 private:
  static void write(Compilation& c, bool is_proof, std::size_t index, ComparedPromise& out) {
    out.fate = holds(c, is_proof, index, out) ? PromiseFate::gone : PromiseFate::broken;
  }

  const Compilation& before_;
  const Model& after_;
  const CompileWith& compile_with_;
};

}  // namespace

std::vector<ComparedPromise> compare_promises(const Compilation& before, Compilation& after,
                                              const CompileWith& compile_with) {
  const std::vector<OwnPromise> old = own_promises(before), now = own_promises(after);
  std::set<std::string> old_texts, new_texts;
  for (const OwnPromise& promise : old) old_texts.insert(promise.text);
  std::vector<ComparedPromise> out;
  for (const OwnPromise& promise : now) {
    new_texts.insert(promise.text);
    ComparedPromise& made = out.emplace_back();
    made.label = promise.label;
    made.text = promise.text;
    made.in_new = true;
    made.in_old = old_texts.contains(promise.text);
    made.fate = made.in_old ? PromiseFate::kept : PromiseFate::added;
    if (!holds(after, promise.is_proof, promise.index, made)) made.fate = PromiseFate::broken;
  }
  std::vector<OwnPromise> former;
  for (const OwnPromise& promise : old) {
    if (!new_texts.contains(promise.text)) former.push_back(promise);
  }
  FormerPromises(before, after, compile_with).judge(former, out);
  return out;
}

}  // namespace tally
