#include "editor/actions.h"

#include <algorithm>
#include <optional>

#include "grammar/tree/printer.h"

namespace tally::editor {
namespace {

constexpr std::size_t max_tries = 12;

// The text between the first backquotes behind some words, if the help begins with them.
std::optional<std::string> quoted_behind(const std::string& help, std::string_view words) {
  if (!help.starts_with(words)) return std::nullopt;
  const std::size_t end = help.find('`', words.size());
  if (end == std::string::npos) return std::nullopt;
  return help.substr(words.size(), end - words.size());
}

class ActionFinder {
 public:
  ActionFinder(const std::string& path, const std::string& text, const ReadFile& read)
      : path_(path), text_(text), read_(read), reading_(read_text(text)) {}

  void look(const Diagnostic& d, std::size_t number) {
    number_ = number;
    add_replacements(d);
    if (d.code == DiagnosticId::gap) add_rules(d);
    add_examples(d);
  }
  std::vector<Action> take() { return std::move(out_); }

 private:
  std::shared_ptr<const Reading> read_text(const std::string& text) const {
    return read_program(path_, [&](const std::string& path) -> std::variant<std::string, ReadError> {
      return path == path_ ? std::variant<std::string, ReadError>(text) : read_(path);
    });
  }

  // Adds the edit if it leaves fewer errors, or, if it need not mend one, no more.
  void try_edit(std::string title, ByteEdit edit, bool must_mend) {
    if (++tries_ > max_tries) return;
    const auto after = read_text(edited(text_, {edit}));
    const std::size_t before = reading_->diagnostics.error_count(), now = after->diagnostics.error_count();
    const std::size_t warned = reading_->diagnostics.warning_count(), warns = after->diagnostics.warning_count();
    const bool mends = now < before || (now == before && before == 0 && warns < warned);
    if (must_mend ? !mends : now > before) return;
    out_.push_back({std::move(title), {std::move(edit)}, true, number_});
  }

  // The text that a help suggests: `did you mean X`, `write X`.
  void add_replacements(const Diagnostic& d) {
    for (const std::string& help : d.helps) {
      for (const std::string_view words : {"did you mean `", "write `"}) {
        const auto text = quoted_behind(help, words);
        if (!text || text->find("...") != std::string::npos) continue;
        try_edit("Write `" + *text + "`", {{d.span->begin, d.span->end}, *text}, true);
      }
    }
  }

  // The decision whose name is at a place, or null.
  const ast::DecisionDecl* decision_at(const Span& span) const {
    const Module* module = reading_->root();
    if (module == nullptr) return nullptr;
    for (const ast::Declaration& declaration : module->tree.declarations) {
      const auto* decision = ast::as<ast::DecisionDecl>(declaration);
      if (decision && decision->name.span.begin == span.begin && decision->name.span.end == span.end) {
        end_ = declaration.span.end;
        return decision;
      }
    }
    return nullptr;
  }

  // The outcome of the last rule, for want of a better one.
  static std::string outcome_of(const ast::DecisionDecl& decision) {
    const ast::Expr* outcome = nullptr;
    if (const auto* rules = std::get_if<ast::Rules>(&decision.body); rules && !rules->rules.empty())
      outcome = rules->rules.back().outcome.get();
    if (const auto* table = std::get_if<ast::Table>(&decision.body); table && !table->rows.empty())
      outcome = table->rows.back().outcome.get();
    if (outcome == nullptr) return "";
    if (const auto* flag = ast::as<ast::FlagLiteral>(*outcome)) return flag->on ? "off" : "on";
    return source_text(*outcome);
  }

  void add_rules(const Diagnostic& d) {
    const ast::DecisionDecl* decision = decision_at(*d.span);
    if (decision == nullptr || end_ == 0 || text_[end_ - 1] != '}') return;
    const std::string outcome = outcome_of(*decision);
    if (outcome.empty()) return;
    std::uint32_t at = end_ - 1;
    while (at > 0 && (text_[at - 1] == ' ' || text_[at - 1] == '\n' || text_[at - 1] == '\r')) --at;
    const ByteRange bytes{at, end_ - 1};
    try_edit("Add `" + outcome + " otherwise`", {bytes, "\n  " + outcome + " otherwise\n"}, false);
    const std::string call = call_of(d);
    const bool is_table = std::holds_alternative<ast::Table>(decision->body);
    if (!call.empty() && !is_table)
      try_edit("Add a rule for the call that none matches", {bytes, "\n  " + outcome + " when " + call + "\n"}, false);
  }

  // The call of a gap as a condition: "source is onnet and a is unset".
  static std::string call_of(const Diagnostic& d) {
    constexpr std::string_view words = "no rule matches ";
    for (const std::string& note : d.notes) {
      if (!note.starts_with(words) || note.find("any call") != std::string::npos) continue;
      std::string out;
      for (std::size_t at = words.size(); at < note.size();) {
        const std::size_t comma = std::min(note.find(", ", at), note.size());
        out += (out.empty() ? "" : " and ") + note.substr(at, comma - at);
        at = comma + 2;
      }
      return out;
    }
    return "";
  }

  void add_examples(const Diagnostic& d) {
    for (const ShownCall& call : d.calls) {
      if (call.example.empty()) continue;
      const auto end = static_cast<std::uint32_t>(text_.size());
      const std::string before = text_.empty() || text_.ends_with('\n') ? "\n" : "\n\n";
      out_.push_back({"Keep this call as an example", {{{end, end}, before + call.example}}, false, number_});
      return;
    }
  }

  const std::string& path_;
  const std::string& text_;
  const ReadFile& read_;
  std::shared_ptr<const Reading> reading_;
  mutable std::uint32_t end_ = 0;
  std::size_t number_ = 0, tries_ = 0;
  std::vector<Action> out_;
};

}  // namespace

std::vector<Action> actions(const std::string& path, const std::string& text, ByteRange bytes,
                            const Diagnostics& diagnostics, const SourceSet& sources, const ReadFile& read) {
  std::optional<ActionFinder> finder;
  for (std::size_t i = 0; i < diagnostics.list().size(); ++i) {
    const Diagnostic& d = diagnostics.list()[i];
    if (!d.span || sources.file(d.span->file).name() != path) continue;
    if (d.span->end < bytes.begin || d.span->begin > bytes.end || d.span->end > text.size()) continue;
    if (!finder) finder.emplace(path, text, read);
    finder->look(d, i);
  }
  return finder ? finder->take() : std::vector<Action>();
}

}  // namespace tally::editor
