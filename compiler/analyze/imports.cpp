// Files under names of their own (`use "f.tally" as f`), and inputs that several files declare.
//
// Always: an alias hides nothing. The names of its file are known as `f.name` only.
#include <algorithm>

#include "compiler/analyze/analysis.h"
#include "compiler/analyze/foreign_names.h"

namespace tally {
namespace {

// The first field with this name in a type as it is written, or null.
const ast::Field* field_named(const ast::TypePtr& type, const std::string& name) {
  if (!type) return nullptr;
  if (const auto* optional = ast::as<ast::OptionalType>(*type)) return field_named(optional->inner, name);
  if (const auto* map = ast::as<ast::MapType>(*type)) return field_named(map->element, name);
  const auto* record = ast::as<ast::RecordType>(*type);
  if (record == nullptr) return nullptr;
  for (const ast::Field& field : record->fields) {
    if (field.name.text == name) return &field;
    if (const ast::Field* inner = field_named(field.type, name)) return inner;
  }
  return nullptr;
}

const ast::Field* field_named(const ast::Declaration& declaration, const std::string& name) {
  if (const auto* type = ast::as<ast::TypeDecl>(declaration)) return field_named(type->type, name);
  if (const auto* input = ast::as<ast::InputDecl>(declaration)) return field_named(input->type, name);
  if (const auto* decision = ast::as<ast::DecisionDecl>(declaration)) return field_named(decision->type, name);
  const auto* let = ast::as<ast::LetDecl>(declaration);
  if (let == nullptr) return nullptr;
  for (const ast::Parameter& parameter : let->parameters) {
    if (const ast::Field* field = field_named(parameter.type, name)) return field;
  }
  return field_named(let->type, name);
}

}  // namespace

// Adds the names that the other file declares itself, and those that its amendments are about: they
// are declared in files that it amends.
void Analysis::import(std::size_t module, const Import& use) {
  Scope& scope = scopes_[module];
  const std::size_t used = use.module;
  const std::vector<std::size_t>& amended = program_.modules[module].amends;
  const bool amends_it = std::find(amended.begin(), amended.end(), used) != amended.end();
  const std::string prefix = use.alias ? use.alias->text + "." : "";
  if (use.alias && !scope.aliases.emplace(use.alias->text, &use).second) {
    report(DiagnosticId::declared_twice, use.alias->span, "`" + use.alias->text + "` is declared twice")
        .label(scope.aliases.at(use.alias->text)->alias->span, "first here");
    return;
  }
  const auto clash = [&](const std::string& name, std::size_t from, bool own, Span here, Span there,
                         const std::string& help) {
    auto& d = report(DiagnosticId::declared_twice, own ? here : use.span, "`" + name + "` is declared twice");
    d.label(there,
            "declared in " + program_.modules[from].path + ", which is " + (amends_it ? "amended here" : "used here"));
    if (!own) d.label(here, "and here");
    if (own && amends_it && !help.empty()) d.help(help);
  };
  std::vector<bool> imported(program_.modules.size());
  for (std::size_t m = 0; m <= used; ++m) imported[m] = m == used || amends(used, m);
  const auto is_imported = [&](std::size_t from) { return imported[from]; };
  for (TypeEntry& entry : types_) {
    if (!is_imported(entry.module)) continue;
    const ast::Name& name = entry.declaration->name;
    const auto [at, fresh] = scope.types.emplace(prefix + name.text, &entry);
    if (!fresh && at->second != &entry)
      clash(name.text, entry.module, at->second->module == module, at->second->declaration->name.span, name.span,
            "to add to the type, write `amend type " + name.text + " = (value)` or `= { field : type }`");
  }
  for (ValueEntry& entry : values_) {
    if (!is_imported(entry.module)) continue;
    const auto [at, fresh] = scope.values.emplace(prefix + entry.name.text, &entry);
    if (!fresh && at->second != &entry)
      clash(entry.name.text, entry.module, at->second->module == module, at->second->name.span, entry.name.span,
            entry.kind == ValueEntry::Kind::input
                ? ""
                : "to change what was declared, write `amend` in front, and leave the type out");
  }
}

const Import* Analysis::find_alias(const std::string& name) const {
  const auto& aliases = scopes_[module_].aliases;
  const auto at = aliases.find(name);
  return at == aliases.end() ? nullptr : at->second;
}

// Reports an alias that is also the name of something else.
void Analysis::check_alias(std::size_t module, const Import& use) {
  if (!use.alias) return;
  const ast::Name& alias = *use.alias;
  const Scope& scope = scopes_[module];
  const auto clash = [&](Span there, const std::string& what) {
    report(DiagnosticId::declared_twice, alias.span, "`" + alias.text + "` is declared twice")
        .label(there, what)
        .help("give the file another name: `as " + alias.text + "-rules`");
  };
  if (const auto value = scope.values.find(alias.text); value != scope.values.end())
    return clash(value->second->name.span, "declared here");
  if (const auto type = scope.types.find(alias.text); type != scope.types.end())
    return clash(type->second->declaration->name.span, "declared here");
  for (const ast::Declaration& d : program_.modules[module].tree.declarations) {
    if (const ast::Field* field = field_named(d, alias.text)) return clash(field->name.span, "a field has this name");
  }
  for (const auto& [name, type] : scope.types) {
    if (const ast::Field* field = field_named(type->declaration->type, alias.text))
      return clash(field->name.span, "a field has this name");
  }
}

void Analysis::unknown_qualified(const ast::Name& name, Wanted wanted) {
  const std::size_t dot = name.text.find('.');
  const std::string file = name.text.substr(0, dot), rest = name.text.substr(dot + 1);
  const bool is_type = wanted == Wanted::type, is_list = wanted == Wanted::list;
  const DiagnosticId code = is_type ? DiagnosticId::unknown_type : DiagnosticId::unknown_name;
  const Import* use = find_alias(file);
  if (use == nullptr && is_list && is_declared(file)) {
    report(DiagnosticId::wrong_kind, name.span, "`" + name.text + "` is a field, not a list")
        .note("the members of a list are literals, ranges and names of lists");
    return;
  }
  if (use == nullptr && !is_type && is_declared(file)) {
    if (const char* test = text_test_meant_by(rest)) {
      report(DiagnosticId::wrong_kind, name.span, "`" + rest + "` is not a field")
          .help("write `" + file + " " + test + " \"...\"`");
      return;
    }
    report(DiagnosticId::wrong_kind, name.span, "`" + name.text + "` is a field, and only a `let` is called")
        .help("put a space before the `(` if a new rule begins here");
    return;
  }
  if (use == nullptr) {
    auto& d = report(code, name.span, "no file is used as `" + file + "`");
    std::vector<std::string> aliases;
    for (const auto& [alias, import] : scopes_[module_].aliases) aliases.push_back(alias);
    if (const auto near = nearest(file, aliases))
      d.help("did you mean `" + *near + "." + rest + "`?");
    else
      d.help("write `use \"file.tally\" as " + file + "`");
    return;
  }
  auto& d = report(code, name.span,
                   "`" + program_.modules[use->module].path + "` declares no " +
                       (is_type   ? "type"
                        : is_list ? "list"
                                  : "name") +
                       " `" + rest + "`");
  const Scope& scope = scopes_[module_];
  std::vector<std::string> names;
  const auto add = [&](const auto& known) {
    for (const auto& [full, entry] : known) {
      if (full.starts_with(file + ".")) names.push_back(full.substr(dot + 1));
    }
  };
  if (is_type)
    add(scope.types);
  else
    add(scope.values);
  if (const auto near = nearest(rest, names))
    d.help("did you mean `" + file + "." + *near + "`?");
  else if (!is_type && enum_with(rest))
    d.help("a value of an enum is written as it is: `" + rest + "`");
  else if (is_type ? scope.values.contains(name.text) : scope.types.contains(name.text))
    d.note("`" + name.text + "` is a " + (is_type ? "value, not a type" : "type, not a value"));
}

// --- inputs -----------------------------------------------------------------------------

std::pair<int, std::string> Analysis::shown_name(const ValueEntry& entry) const {
  const std::string& name = entry.name.text;
  if (is_root(entry.module)) return {0, name};
  const auto known = names_in_root_.find(&entry);
  if (known == names_in_root_.end()) return {3, name};
  return {known->second == name ? 1 : 2, known->second};
}

bool Analysis::merge_input(ValueEntry& entry, const Input& input, const Field& place) {
  for (auto at = inputs_at_.lower_bound({place.pointer, place.kind, FileId{}}); at != inputs_at_.end(); ++at) {
    const auto& [pointer, kind, file] = at->first;
    if (pointer != place.pointer || kind != place.kind) break;
    const std::uint32_t i = at->second;
    Input& other = model_.inputs[i];
    const Element& root = model_.at(other.element);
    if (file == input.file) continue;
    if (root.default_value != place.default_value || root.flag_texts != place.flag_texts ||
        root.not_null != place.not_null)
      continue;
    if (!same_documents(*other.type, *input.type)) continue;
    entry.type = other.type;
    entry.id = i;
    if (model_.is_own(input.file) && !model_.is_own(other.file)) {
      other.file = input.file;
      other.span = input.span;
    }
    const auto [rank, name] = shown_name(entry);
    if (rank >= input_ranks_[i]) return true;
    // The name that is nearer to the root file is the one that people know.
    const std::size_t length = other.name.size();
    for (const ElementId id : below(model_, other.element)) {
      std::string& shown = model_.elements[id.value].name;
      shown = name + shown.substr(length);
    }
    other.name = name;
    input_ranks_[i] = rank;
    return true;
  }
  return false;
}

}  // namespace tally
