// Amendments: which declaration each of them changes, and what it becomes.
//
// For example, `amend decision recording { off when tenant is "acme" }` gives the entry of
// `recording` a second layer of rules, which stands before the first.
//
// Always: an entry stays the one of its declaration, so whatever names it names what it becomes.
//         A file amends the declarations of the files that it amends, directly or through others.
#include <algorithm>

#include "base/overloaded.h"
#include "compiler/analyze/analysis.h"

namespace tally {
namespace {

const char* word_of(ValueEntry::Kind kind) {
  switch (kind) {
    case ValueEntry::Kind::input: return "input";
    case ValueEntry::Kind::let: return "let";
    case ValueEntry::Kind::decision: return "decision";
    case ValueEntry::Kind::list: return "list";
  }
  return "";
}

// "an input", "a let"
std::string with_article(const std::string& word) { return (word == "input" ? "an " : "a ") + word; }

std::string form_of(const std::string& word, const std::string& name) {
  if (word == "decision") return "`amend decision " + name + " { ... }`";
  if (word == "list") return "`amend let " + name + " = (...)`, with a comma after a single member: `(\"7\",)`";
  return "`amend " + word + " " + name + " = ...`";
}

const ast::Name& name_of(const ast::TypeDecl& declaration) { return declaration.name; }
const ast::Name& name_of(const ast::Declaration& declaration) {
  if (const auto* let = ast::as<ast::LetDecl>(declaration)) return let->name;
  return std::get<ast::DecisionDecl>(declaration.node).name;
}

// Whether one of the rules matches every call, so that nothing behind them is ever reached.
bool decides_every_call(const ast::DecisionBody& body) {
  return std::visit(overloaded{[](const ast::ExprPtr&) { return true; },
                               [](const ast::Rules& rules) {
                                 return std::any_of(rules.rules.begin(), rules.rules.end(),
                                                    [](const ast::Rule& rule) { return rule.otherwise; });
                               },
                               [](const ast::Table& table) { return table.otherwise.has_value(); }},
                    body);
}

// The enum or record of a type, whatever is optional around it; or null.
const ast::Type* enum_or_record(const ast::Type& type) {
  if (const auto* optional = ast::as<ast::OptionalType>(type)) return enum_or_record(*optional->inner);
  const bool fits = ast::as<ast::EnumType>(type) != nullptr || ast::as<ast::RecordType>(type) != nullptr;
  return fits ? &type : nullptr;
}

}  // namespace

// --- which declaration ------------------------------------------------------------------

bool Analysis::amends(std::size_t module, std::size_t other) const {
  std::vector<std::size_t> left = program_.modules[module].amends;
  std::set<std::size_t> seen;
  while (!left.empty()) {
    const std::size_t at = left.back();
    left.pop_back();
    if (at == other) return true;
    if (!seen.insert(at).second) continue;
    const std::vector<std::size_t>& further = program_.modules[at].amends;
    left.insert(left.end(), further.begin(), further.end());
  }
  return false;
}

// Adds an amendment to its entry, or reports that there is another one.
template <class Entry, class Declaration>
void Analysis::amend(Entry& entry, const ast::Name& own, const ast::Name& name, Amendment<Declaration> amendment) {
  name_used(name, entry);
  if (!entry.amendments.empty()) {
    const auto& last = entry.amendments.back();
    const Span first = name_of(*last.declaration).span;
    if (last.module == amendment.module) {
      report(DiagnosticId::amended_twice, name.span, "`" + name.text + "` is amended twice in one file")
          .label(first, "first here")
          .help("write one amendment with all of it");
      return;
    }
    if (!amends(amendment.module, last.module)) {
      const std::string &one = program_.modules[last.module].path, &other = program_.modules[amendment.module].path;
      report(DiagnosticId::amended_twice, name.span,
             "`" + own.text + "` is amended by `" + one + "` and by `" + other + "`")
          .label(first, "first here")
          .note("nothing decides which of the two amendments comes first")
          .help("let one of the files amend the other: `amend \"" + one + "\"`");
      return;
    }
  }
  entry.amendments.push_back(amendment);
}

// Reports a name that no amended file declares as this kind of declaration. `names` are those that
// could be meant.
void Analysis::nothing_to_amend(std::size_t module, const ast::Name& name, const std::string& word,
                                const std::vector<std::string>& names) {
  const auto& amended = program_.modules[module].amends;
  if (amended.empty()) {
    report(DiagnosticId::nothing_to_amend, name.span,
           "this file amends no other, so it cannot amend `" + name.text + "`")
        .help("name the file that declares it: `amend \"file.tally\"`");
    return;
  }
  auto& d = report(DiagnosticId::nothing_to_amend, name.span,
                   "`" + program_.modules[amended.front()].path + "`" +
                       (amended.size() > 1 ? " and the other amended files have" : " has") + " no " + word + " `" +
                       name.text + "`");
  if (const auto near = nearest(name.text, names))
    d.help("did you mean `" + *near + "`?");
  else if (word == "let" || word == "list")
    d.help("a new " + word + " is declared without `amend`: `let " + name.text + " = ...`");
  else
    d.help("a new " + word + " is declared without `amend`: `" + word + " " + name.text +
           (word == "type" ? " = ...`" : " : ... { ... }`"));
}

void Analysis::amend_type(std::size_t module, const ast::TypeDecl& declaration) {
  const auto& known = scopes_[module].types;
  const auto found = known.find(declaration.name.text);
  if (found == known.end()) {
    std::vector<std::string> names;
    for (const auto& [name, entry] : known)
      if (amends(module, entry->module)) names.push_back(name);
    return nothing_to_amend(module, declaration.name, "type", names);
  }
  TypeEntry& entry = *found->second;
  const ast::Name& own = entry.declaration->name;
  if (!amends(module, entry.module)) return not_amended(module, declaration.name, "a type", own.span, entry.module);
  amend(entry, own, declaration.name, Amendment<ast::TypeDecl>{&declaration, module});
}

void Analysis::amend_value(std::size_t module, const ast::Declaration& declaration, const ast::Name& name,
                           ValueEntry::Kind kind) {
  const auto& known = scopes_[module].values;
  const auto found = known.find(name.text);
  if (found == known.end()) {
    std::vector<std::string> names;
    for (const auto& [other, entry] : known)
      if (entry->kind == kind && amends(module, entry->module)) names.push_back(other);
    return nothing_to_amend(module, name, word_of(kind), names);
  }
  ValueEntry& entry = *found->second;
  const std::string what = with_article(word_of(entry.kind));
  if (!amends(module, entry.module)) return not_amended(module, name, what, entry.name.span, entry.module);
  if (entry.kind == kind) return amend(entry, entry.name, name, Amendment<ast::Declaration>{&declaration, module});
  auto& d = report(DiagnosticId::nothing_to_amend, name.span,
                   "`" + name.text + "` is " + what + ", not " + with_article(word_of(kind)));
  d.label(entry.name.span, "declared here");
  if (entry.kind == ValueEntry::Kind::input)
    d.help("an input is not amended, but its type is: `amend type ...`");
  else
    d.help("write " + form_of(word_of(entry.kind), name.text));
}

// Reports that a name is declared in this file, or in one that is only used. `what` is "a let".
void Analysis::not_amended(std::size_t module, const ast::Name& name, const std::string& what, Span declared,
                           std::size_t declared_in) {
  const std::string& file = program_.modules[declared_in].path;
  const bool is_here = declared_in == module;
  report(DiagnosticId::nothing_to_amend, name.span,
         "`" + name.text + "` is " + what + " of " +
             (is_here ? "this file, which needs no amendment" : "`" + file + "`, which is only used here"))
      .label(declared, "declared here")
      .help(is_here ? "change it there" : "write `amend \"" + file + "\"` in place of `use`");
}

void Analysis::collect_amendments(std::size_t module) {
  for (const ast::Declaration& d : program_.modules[module].tree.declarations) {
    if (diagnostics_.full()) return;
    if (const auto* type = ast::as<ast::TypeDecl>(d); type != nullptr && type->amends) amend_type(module, *type);
    if (const auto* let = ast::as<ast::LetDecl>(d); let != nullptr && let->amends)
      amend_value(module, d, let->name, let->list ? ValueEntry::Kind::list : ValueEntry::Kind::let);
    if (const auto* decision = ast::as<ast::DecisionDecl>(d); decision != nullptr && decision->amends)
      amend_value(module, d, decision->name, ValueEntry::Kind::decision);
  }
}

// --- what it becomes --------------------------------------------------------------------

WrittenLet Analysis::last_let(const ValueEntry& entry) const {
  if (entry.amendments.empty()) return {&std::get<ast::LetDecl>(entry.declaration->node), entry.module};
  const auto& last = entry.amendments.back();
  return {&std::get<ast::LetDecl>(last.declaration->node), last.module};
}

std::vector<RuleLayer> Analysis::rule_layers(const ValueEntry& entry) const {
  std::vector<RuleLayer> layers;
  for (auto at = entry.amendments.rbegin(); at != entry.amendments.rend(); ++at) {
    const auto& declaration = std::get<ast::DecisionDecl>(at->declaration->node);
    layers.push_back({&declaration, at->module, static_cast<std::uint32_t>(entry.amendments.rend() - at)});
    if (decides_every_call(declaration.body)) return layers;
  }
  layers.push_back({&std::get<ast::DecisionDecl>(entry.declaration->node), entry.module, 0});
  return layers;
}

bool Analysis::check_parameters(const ast::LetDecl& amendment, std::size_t module, const Let& let) {
  const auto report_misfit = [&](Span span, const std::string& message) -> Diagnostic& {
    std::string head = "amend let " + let.name;
    for (std::size_t i = 0; i < let.parameters.size(); ++i) {
      head += (i == 0 ? "(" : ", ") + let.parameters[i].first + " : " + to_string(*let.parameters[i].second);
    }
    if (!let.parameters.empty()) head += ")";
    return report(DiagnosticId::bad_amendment, span, message)
        .label(let.span, "declared here")
        .help("write `" + head + " = ...`");
  };
  if (amendment.parameters.size() != let.parameters.size()) {
    report_misfit(amendment.name.span, "`" + let.name + "` has " + std::to_string(let.parameters.size()) +
                                           (let.parameters.size() == 1 ? " parameter" : " parameters") +
                                           ", and its amendment has " + std::to_string(amendment.parameters.size()));
    return false;
  }
  bool ok = true;
  for (std::size_t i = 0; i < let.parameters.size(); ++i) {
    const ast::Parameter& written = amendment.parameters[i];
    const TypeRef type = type_of(*written.type, module);
    ok = ok && type;
    if (!type || same_shape(*type, *let.parameters[i].second)) continue;
    report_misfit(written.type->span, "parameter `" + written.name.text + "` is a `" + to_string(*type) +
                                          "`, and was a `" + to_string(*let.parameters[i].second) + "`");
    ok = false;
  }
  return ok;
}

// Returns the part of a type that its amendments add to, or null after a fault, which is reported.
const ast::Type* Analysis::amended_part(const TypeEntry& entry) {
  const ast::Name& name = entry.declaration->name;
  const ast::Type* part = enum_or_record(*entry.declaration->type);
  for (const auto& amendment : entry.amendments) {
    const Span span = amendment.declaration->name.span;
    if (part == nullptr) {
      const auto* named = ast::as<ast::NamedType>(*entry.declaration->type);
      auto& d = report(DiagnosticId::bad_amendment, span,
                       named ? "`" + name.text + "` is another name of `" + named->name.text + "`"
                             : "`" + name.text + "` is neither an enum nor a record, so nothing can be added to it");
      d.label(name.span, "declared here");
      if (named) d.help("write `amend type " + named->name.text + " = ...`");
      return nullptr;
    }
    const bool adds_fields = ast::as<ast::RecordType>(*amendment.declaration->type) != nullptr;
    const auto* record = ast::as<ast::RecordType>(*part);
    if (adds_fields != (record != nullptr)) {
      report(DiagnosticId::bad_amendment, amendment.declaration->type->span,
             record ? "`" + name.text + "` is a record, so fields are added to it"
                    : "`" + name.text + "` is an enum, so values are added to it")
          .label(name.span, "declared here")
          .help("write `amend type " + name.text + (record ? " = { field : type }`" : " = (value, value)`"));
      return nullptr;
    }
    if (record == nullptr) continue;
    if (std::get<ast::RecordType>(amendment.declaration->type->node).open) {
      report(DiagnosticId::bad_amendment, amendment.declaration->type->span, "an amendment has no `...`")
          .note("the record stays as open or closed as it was")
          .help("leave it out");
      return nullptr;
    }
  }
  if (const auto* values = ast::as<ast::EnumType>(*part)) amended_types_[values] = &entry;
  if (const auto* fields = ast::as<ast::RecordType>(*part)) amended_types_[fields] = &entry;
  return part;
}

std::vector<const ast::EnumValue*> Analysis::values_of(const ast::EnumType& written) const {
  std::vector<const ast::EnumValue*> values;
  for (const ast::EnumValue& value : written.values) values.push_back(&value);
  const auto amended = amended_types_.find(&written);
  if (amended == amended_types_.end()) return values;
  for (const auto& amendment : amended->second->amendments) {
    for (const ast::EnumValue& value : std::get<ast::EnumType>(amendment.declaration->type->node).values)
      values.push_back(&value);
  }
  return values;
}

std::vector<Amendment<ast::Field>> Analysis::fields_of(const ast::RecordType& written, std::size_t module) const {
  std::vector<Amendment<ast::Field>> fields;
  for (const ast::Field& field : written.fields) fields.push_back({&field, module});
  const auto amended = amended_types_.find(&written);
  if (amended == amended_types_.end()) return fields;
  for (const auto& amendment : amended->second->amendments) {
    for (const ast::Field& field : std::get<ast::RecordType>(amendment.declaration->type->node).fields)
      fields.push_back({&field, amendment.module});
  }
  return fields;
}

}  // namespace tally
