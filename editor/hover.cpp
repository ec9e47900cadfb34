#include "editor/hover.h"

#include "editor/markdown.h"
#include "editor/outline.h"

namespace tally::editor {
namespace {

constexpr std::size_t max_setting_rows = 12;
constexpr std::size_t max_values = 24;

// The declaration as it is written, up to its body: `let forwards(l : leg?) : flag`.
std::string head_of(const Reading& reading, const NameUse& declaration) {
  for (const Module& module : reading.program.modules) {
    if (module.file != declaration.span.file) continue;
    for (const ast::Declaration& written : module.tree.declarations) {
      if (written.span.begin > declaration.span.begin || written.span.end < declaration.span.end) continue;
      std::string_view text = reading.sources.text(written.span);
      if (ast::as<ast::DecisionDecl>(written) != nullptr)
        text = text.substr(0, text.find_first_of("{=", text.find(':')));
      if (ast::as<ast::LetDecl>(written) != nullptr) {
        const auto* let = ast::as<ast::LetDecl>(written);
        const std::uint32_t body = let->body ? let->body->span.begin : written.span.end;
        text = text.substr(0, body - written.span.begin);
      }
      constexpr std::size_t max_head = 600;
      std::string out(text.substr(0, max_head));
      while (!out.empty() && (out.back() == ' ' || out.back() == '\n' || out.back() == '=' || out.back() == '{'))
        out.pop_back();
      return out;
    }
  }
  return "";
}

std::string type_text(const Reading& reading, const NameUse& use, const NameUse* declaration) {
  if (declaration != nullptr && declaration->type) return to_string(*declaration->type);
  const auto values = reading.names.enums.find(use.of);
  return values == reading.names.enums.end() ? "" : "one of " + std::to_string(values->second.size()) + " values";
}

std::string values_text(const Type& type) {
  if (!type.is_enum() || type.is_flag || type.name.empty()) return "";
  std::string out = "Values: ";
  for (std::size_t i = 0; i < type.values.size(); ++i) {
    if (i == max_values) return out + ", ...";
    out += (i > 0 ? ", `" : "`") + to_string(type.values[i]) + "`";
  }
  return out;
}

std::string settings_text(const Facts& facts, const Declared& name) {
  MarkdownTable table({"setting", "decision", "changes it"});
  std::size_t rows = 0;
  for (const SettingFacts& setting : facts.settings) {
    if (setting.name != name) continue;
    if (++rows > max_setting_rows) break;
    table.add({"`" + setting.setting + "`", setting.decision, setting.when});
  }
  if (rows == 0) return "";
  return table.text() + (rows > max_setting_rows ? "\n... and more settings\n" : "");
}

}  // namespace

std::string_view word_of(NameKind kind) {
  switch (kind) {
    case NameKind::file: return "file";
    case NameKind::type: return "type";
    case NameKind::field: return "field";
    case NameKind::value: return "value";
    case NameKind::input: return "input";
    case NameKind::let: return "let";
    case NameKind::list: return "list";
    case NameKind::decision: return "decision";
    case NameKind::parameter: return "parameter";
    case NameKind::local: return "name";
  }
  return "";
}

std::optional<Hover> hover(const Reading& reading, FileId file, std::uint32_t offset, const Facts* facts) {
  const NameUse* use = name_at(reading, file, offset);
  if (use == nullptr) return std::nullopt;
  const auto symbol = symbol_of(reading, *use);
  const NameUse* declaration = nullptr;
  if (symbol) {
    if (const auto span = span_of(reading, symbol->declared.front())) declaration = declaration_at(reading, *span);
  }
  const std::string name(reading.sources.text(use->span));
  const std::string type = type_text(reading, *use, declaration);
  std::string head;
  const bool whole = use->kind != NameKind::field && use->kind != NameKind::value && use->kind != NameKind::parameter &&
                     use->kind != NameKind::local;
  if (declaration != nullptr && whole) head = head_of(reading, *declaration);
  if (head.empty()) head = std::string(word_of(use->kind)) + " " + name + (type.empty() ? "" : " : " + type);
  std::string text = "```tally\n" + head + "\n```\n";
  if (declaration != nullptr) {
    const std::string comment = comment_above(reading.text(declaration->span.file), declaration->span.begin);
    if (!comment.empty()) text += "\n" + comment + "\n";
    if (whole && declaration->type && use->kind != NameKind::type) {
      if (head.find(':') == std::string::npos) text += "\nType: `" + type + "`\n";
      const std::string values = values_text(*declaration->type);
      if (!values.empty()) text += "\n" + values + "\n";
    }
    const std::string& path = reading.sources.file(declaration->span.file).name();
    if (declaration->span.file != file) text += "\nDeclared in `" + path.substr(path.rfind('/') + 1) + "`.\n";
  }
  if (facts != nullptr && symbol) {
    for (const DecisionFacts& decision : facts->decisions) {
      if (use->kind == NameKind::decision && decision.name == name && !decision.table.empty())
        text += "\n" + decision.table;
    }
    const bool setting = use->kind == NameKind::field || use->kind == NameKind::input;
    const std::string settings = setting ? settings_text(*facts, symbol->declared.front()) : "";
    if (!settings.empty()) text += "\n" + settings;
  }
  return Hover{{use->span.begin, use->span.end}, std::move(text)};
}

}  // namespace tally::editor
