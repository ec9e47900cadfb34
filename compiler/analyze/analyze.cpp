#include "compiler/analyze/analyze.h"

#include <algorithm>
#include <set>

#include "base/overloaded.h"
#include "compiler/analyze/analysis.h"

namespace tally {
namespace {

// The number of expressions in an expression, lets expanded, up to a bound.
std::uint64_t expression_size(const ExprRef& expression, const std::vector<std::uint64_t>& lets) {
  constexpr std::uint64_t max_size = std::uint64_t{1} << 40;
  std::uint64_t size = 0;
  std::vector<const Expr*> left;
  if (expression) left.push_back(expression.get());
  while (!left.empty()) {
    const Expr& here = *left.back();
    left.pop_back();
    const auto* let = std::get_if<LetRef>(&here.node);
    size = std::min(max_size, size + 1 + (let ? lets[let->let.value] : 0));
    add_operands(here, left);
  }
  return size;
}

}  // namespace

// --- declarations -------------------------------------------------------------------

void Analysis::declare(std::size_t module, const ast::Declaration& declaration) {
  Scope& scope = scopes_[module];
  const auto twice = [&](const ast::Name& name, Span first) {
    report(DiagnosticId::declared_twice, name.span, "`" + name.text + "` is declared twice").label(first, "first here");
  };
  if (const auto* type = ast::as<ast::TypeDecl>(declaration)) {
    if (type->amends) return;
    if (const auto at = scope.types.find(type->name.text); at != scope.types.end())
      return twice(type->name, at->second->declaration->name.span);
    types_.push_back({.declaration = type, .module = module, .type = nullptr});
    scope.types[type->name.text] = &types_.back();
    return;
  }
  ValueEntry entry;
  entry.declaration = &declaration;
  entry.module = module;
  if (const auto* input = ast::as<ast::InputDecl>(declaration)) {
    entry.kind = ValueEntry::Kind::input;
    entry.name = input->name;
  } else if (const auto* let = ast::as<ast::LetDecl>(declaration); let != nullptr && !let->amends) {
    entry.kind = let->list ? ValueEntry::Kind::list : ValueEntry::Kind::let;
    entry.name = let->name;
  } else if (const auto* decision = ast::as<ast::DecisionDecl>(declaration); decision != nullptr && !decision->amends) {
    entry.kind = ValueEntry::Kind::decision;
    entry.name = decision->name;
  } else {
    return;
  }
  if (const auto at = scope.values.find(entry.name.text); at != scope.values.end())
    return twice(entry.name, at->second->name.span);
  values_.push_back(entry);
  scope.values[entry.name.text] = &values_.back();
}

void Analysis::collect() {
  scopes_.resize(program_.modules.size());
  model_.root = program_.modules[root_].file;
  std::set<std::size_t> reached;  // in order: a module comes after those that it uses
  std::vector<std::size_t> left = {root_};
  while (!left.empty()) {
    const std::size_t m = left.back();
    left.pop_back();
    if (!reached.insert(m).second) continue;
    const std::vector<std::size_t>& uses = program_.modules[m].uses;
    left.insert(left.end(), uses.begin(), uses.end());
  }
  for (const std::size_t m : reached) {
    if (is_root(m) || amends(root_, m)) model_.own_files.insert(program_.modules[m].file);
    for (const ast::Declaration& d : program_.modules[m].tree.declarations) declare(m, d);
  }
  for (const std::size_t m : reached) {
    for (const Import& use : program_.modules[m].imports) import(m, use);
    for (const Import& use : program_.modules[m].imports) check_alias(m, use);
  }
  for (const std::size_t m : reached) collect_amendments(m);
  for (const auto& [name, entry] : scopes_[root_].values) {
    std::string& known = names_in_root_[entry];
    if (known.empty() || name.size() < known.size()) known = name;
  }
}

bool Analysis::check_name_against_values(const ast::Name& name, const Type& type, const char* what) {
  if (!type.is_enum()) return true;
  const auto i = value_index(type, name.text);
  if (!i || !type.values[*i].named) return true;
  report(DiagnosticId::named_like_value, name.span,
         std::string(what) + " of type `" + to_string(type) + "` is named like its own value `" + name.text + "`")
      .note("the name would be taken for the value wherever this type is expected");
  return false;
}

bool Analysis::check_local(const ast::Name& name, const char* what) {
  for (const Local& l : locals_)
    if (l.name.text == name.text) {
      report(DiagnosticId::declared_twice, name.span, "`" + name.text + "` is declared twice")
          .label(l.name.span, "first here");
      return false;
    }
  if (const Import* use = find_alias(name.text)) {
    report(DiagnosticId::hides_declaration, name.span,
           std::string(what) + " hides the file that is used as `" + name.text + "`")
        .label(use->alias->span, "named here");
    return false;
  }
  if (const ValueEntry* entry = find_value(name.text)) {
    report(DiagnosticId::hides_declaration, name.span,
           std::string(what) + " hides the declaration of `" + name.text + "`")
        .label(entry->name.span, "declared here");
    return false;
  }
  return true;
}

ValueEntry* Analysis::find_value(const std::string& name) {
  const auto at = scopes_[module_].values.find(name);
  return at == scopes_[module_].values.end() ? nullptr : at->second;
}

bool Analysis::is_declared(const std::string& name) {
  std::uint32_t index = 0;
  return find_local(name, index) != nullptr || find_value(name) != nullptr;
}

Local* Analysis::find_local(const std::string& name, std::uint32_t& index) {
  for (index = 0; index < locals_.size(); ++index)
    if (locals_[index].name.text == name) return &locals_[index];
  return nullptr;
}

std::vector<std::string> Analysis::names_in_scope() const {
  std::vector<std::string> names;
  for (const Local& l : locals_) names.push_back(l.name.text);
  for (const auto& [name, entry] : scopes_[module_].values) names.push_back(name);
  return names;
}

// --- resolving ------------------------------------------------------------------------

bool Analysis::resolve_value(ValueEntry& entry) {
  if (entry.state == State::done) return true;
  if (entry.state == State::failed) return false;
  if (entry.state == State::busy) {
    report_cycle(entry);
    entry.state = State::failed;
    return false;
  }
  entry.state = State::busy;
  resolving_.push_back(&entry);
  const std::size_t module = module_;
  std::vector<Local> locals = std::move(locals_);
  module_ = entry.module;
  locals_.clear();
  const bool ok = entry.kind == ValueEntry::Kind::input  ? resolve_input(entry)
                  : entry.kind == ValueEntry::Kind::let  ? resolve_let(entry)
                  : entry.kind == ValueEntry::Kind::list ? resolve_list(entry)
                                                         : resolve_decision(entry);
  module_ = module;
  locals_ = std::move(locals);
  resolving_.pop_back();
  entry.state = ok && entry.state == State::busy ? State::done : State::failed;
  return entry.state == State::done;
}

void Analysis::report_cycle(ValueEntry& entry) {
  std::vector<std::string> names;
  for (auto at = std::find(resolving_.begin(), resolving_.end(), &entry); at != resolving_.end(); ++at)
    names.push_back((*at)->name.text);
  const std::string& name = entry.name.text;
  const bool by_amendment = names.size() == 1 && !entry.amendments.empty();
  auto& d = report(DiagnosticId::cyclic, entry.name.span, "`" + name + "` refers to itself");
  if (names.size() > 1) d.note(way_round(names));
  if (by_amendment && entry.kind == ValueEntry::Kind::decision)
    d.note("in an amendment, `" + name +
           "` is what it becomes; where no rule of the amendment matches, the rules that "
           "were there decide");
  else if (by_amendment)
    d.note("in an amendment, `" + name + "` is what it becomes, so what it was has to be written again");
  const bool is_list = entry.kind == ValueEntry::Kind::list;
  d.note(is_list ? "a list cannot contain itself" : "a policy is evaluated in one pass, so nothing is recursive");
  if (names.size() > 1 && !is_list)
    d.help("give what they share a name of its own: `let NAME = ...`");
  else if (entry.kind == ValueEntry::Kind::decision && !by_amendment)
    d.help("rules are tried in order, so a later one need not ask whether an earlier one has fired");
  for (const auto& amendment : entry.amendments) d.label(amendment.declaration->span, "amended here");
}

bool Analysis::resolve_input(ValueEntry& entry) {
  const auto& d = std::get<ast::InputDecl>(entry.declaration->node);
  const auto [rank, name] = shown_name(entry);
  Input input{name, type_of(*d.type, entry.module), {}, d.name.span, program_.modules[entry.module].file};
  if (!input.type) return false;
  if (!check_name_against_values(d.name, *input.type, "an input")) return false;
  std::optional<Literal> value;
  if (d.default_value) {
    value = literal(*d.default_value, *input.type, DiagnosticId::bad_default, "input `" + d.name.text + "`");
    if (!value) return false;
  }
  // An input's place follows the rules for the places of fields.
  Field field{d.name.text, input.type, {}, ast::PlaceKind::any, value, d.name.span};
  set_place(field, d.place);
  field.not_null = d.not_null;
  if (d.place && !check_place_kind(field, d.place->span, "input")) return false;
  if (merge_input(entry, input, field)) return true;
  if (!make_elements(input, field)) return false;
  entry.type = input.type;
  entry.id = static_cast<std::uint32_t>(model_.inputs.size());
  model_.inputs.push_back(std::move(input));
  input_ranks_.push_back(rank);
  inputs_at_.emplace(std::tuple(field.pointer, field.kind, model_.inputs.back().file), entry.id);
  return true;
}

bool Analysis::bind_parameters(const ast::LetDecl& declaration, std::size_t module, Let& let) {
  bool ok = true;
  let.parameters.clear();
  for (const ast::Parameter& p : declaration.parameters) {
    if (!check_local(p.name, "a parameter")) ok = false;
    TypeRef type = type_of(*p.type, module);
    if (type && !check_name_against_values(p.name, *type, "a parameter")) type = nullptr;
    ok = ok && type;
    name_declared(p.name, NameKind::parameter, type);
    locals_.push_back({.name = p.name, .type = type, .kind = NameKind::parameter});
    let.parameters.emplace_back(p.name.text, type);
  }
  return ok;
}

bool Analysis::resolve_let(ValueEntry& entry) {
  const auto& d = std::get<ast::LetDecl>(entry.declaration->node);
  Let let;
  let.name = d.name.text;
  let.span = let.written = d.name.span;
  const ast::LetDecl* body = &d;
  bool ok = bind_parameters(d, module_, let);
  if (d.type) {
    let.type = type_of(*d.type, entry.module);
    if (!let.type) return false;
    if (entry.amendments.empty()) let.body = fit(expression(*d.body, let.type), let.type, d.body->span);
  } else {
    if (is_list(*d.body, nullptr)) {
      const std::string name(sources_.text(d.body->span));
      list_as_value(*d.body, "write `let " + let.name + " = (" + name + ",)` for a list of the same members");
      return false;
    }
    let.body = expression(*d.body, nullptr);
    if (let.body) let.type = let.body->type;
    if (let.body && let.type->kind == Type::Kind::unset) {
      report(DiagnosticId::type_mismatch, d.body->span, "nothing shows what `" + let.name + "` could be")
          .help("give it a type: `let " + let.name + " : ...`");
      return false;
    }
  }
  if (!ok || !let.type) return false;
  if (!entry.amendments.empty()) {
    const WrittenLet last = last_let(entry);
    body = last.let;
    module_ = last.module;
    if (!check_parameters(*body, last.module, let)) return false;
    locals_.clear();
    ok = bind_parameters(*body, last.module, let);
    let.body = fit(expression(*body->body, let.type), let.type, body->body->span);
    let.written = body->name.span;
  }
  if (!ok || !let.body) return false;
  if (!check_name_against_values(d.name, *let.type, "a let")) return false;
  if (is_root(module_))
    for (const Local& l : locals_)
      if (!l.used) report(DiagnosticId::unused_name, l.name.span, "parameter `" + l.name.text + "` is never used");
  entry.type = let.type;
  entry.id = static_cast<std::uint32_t>(model_.lets.size());
  model_.lets.push_back(std::move(let));
  return true;
}

bool Analysis::resolve_decision(ValueEntry& entry) {
  const auto& d = std::get<ast::DecisionDecl>(entry.declaration->node);
  Decision decision;
  decision.name = d.name.text;
  decision.matching = d.matching;
  decision.span = d.name.span;
  decision.file = program_.modules[entry.module].file;
  decision.is_output = model_.is_own(decision.file);
  decision.type = type_of(*d.type, entry.module);
  if (!decision.type || !check_name_against_values(d.name, *decision.type, "a decision")) return false;
  bool ok = true;
  for (const RuleLayer& layer : rule_layers(entry)) {
    module_ = layer.module;
    auto rules = decision_rules(layer, decision);
    ok = ok && rules;
    if (!ok) continue;
    for (Rule& rule : *rules) {
      rule.layer = layer.number;
      decision.rules.push_back(std::move(rule));
    }
  }
  if (!ok) return false;
  entry.type = decision.type;
  entry.id = static_cast<std::uint32_t>(model_.decisions.size());
  model_.decisions.push_back(std::move(decision));
  return true;
}

// Reasons are resolved last. They may mention any decision, even their own, since nothing
// is decided from them.
void Analysis::resolve_reasons() {
  for (ValueEntry& entry : values_) {
    if (entry.kind != ValueEntry::Kind::decision || entry.state != State::done) continue;
    std::vector<std::pair<const std::optional<ast::Text>*, std::size_t>> reasons;  // one per rule, with its module
    for (const RuleLayer& layer : rule_layers(entry)) {
      std::visit(overloaded{[&](const ast::Rules& rules) {
                              for (const ast::Rule& r : rules.rules) reasons.emplace_back(&r.because, layer.module);
                            },
                            [&](const ast::Table& table) {
                              for (const ast::Row& r : table.rows) reasons.emplace_back(&r.because, layer.module);
                              if (table.otherwise) reasons.emplace_back(&table.otherwise->because, layer.module);
                            },
                            [](const ast::ExprPtr&) {}},
                 layer.declaration->body);
    }
    for (std::size_t i = 0; i < reasons.size(); ++i) {
      const auto& [reason, module] = reasons[i];
      if (!*reason) continue;
      module_ = module;
      auto read = pieces(**reason);
      model_.decisions[entry.id].rules[i].reason = std::move(read);
    }
  }
}

// --- afterwards ---------------------------------------------------------------------------

void Analysis::check_expansion() {
  std::vector<std::uint64_t> lets;
  const auto too_large = [&](Span span, const std::string& name) {
    static_assert(max_expansion == 1'000'000);
    report(DiagnosticId::expansion_too_large, span, "`" + name + "` expands to more than 1,000,000 operations")
        .note("a let is expanded at each use, so lets that use each other several times multiply");
  };
  bool reported = false;
  for (const Let& let : model_.lets) {
    lets.push_back(expression_size(let.body, lets));
    if (lets.back() > max_expansion && !reported) {
      too_large(let.span, let.name);
      reported = true;
    }
  }
  for (const Decision& d : model_.decisions) {
    std::uint64_t size = 0;
    for (const Rule& r : d.rules) size += expression_size(r.outcome, lets) + expression_size(r.condition, lets);
    if (size > max_expansion && !reported) {
      too_large(d.span, d.name);
      reported = true;
    }
  }
}

void Analysis::warn_unused() {
  // A file without decisions is there to be used by others, so its names may be unused
  // here.
  const auto& declarations = program_.modules[root_].tree.declarations;
  if (std::none_of(declarations.begin(), declarations.end(),
                   [](const ast::Declaration& d) { return ast::as<ast::DecisionDecl>(d) != nullptr; }))
    return;
  for (const TypeEntry& t : types_)
    if (is_root(t.module) && !t.used)
      report(DiagnosticId::unused_name, t.declaration->name.span,
             "type `" + t.declaration->name.text + "` is never used");
  for (const ValueEntry& v : values_) {
    const bool list = v.kind == ValueEntry::Kind::list;
    if (is_root(v.module) && !v.used && (list || v.kind == ValueEntry::Kind::let))
      report(DiagnosticId::unused_name, v.name.span, (list ? "list `" : "let `") + v.name.text + "` is never used");
  }
}

std::optional<Model> Analysis::run() {
  collect();
  resolve_types();
  resolve_values();
  resolve_reasons();
  for (std::size_t m = 0; m <= root_; ++m) {
    if (!model_.is_own(program_.modules[m].file)) continue;
    module_ = m;
    auto& proofs = is_root(m) ? model_.proofs : model_.amended_proofs;
    auto& examples = is_root(m) ? model_.examples : model_.amended_examples;
    for (const ast::Declaration& d : program_.modules[m].tree.declarations) {
      if (diagnostics_.full()) break;
      if (const auto* prove = ast::as<ast::ProveDecl>(d)) {
        if (auto made = proof(*prove, d.span)) proofs.push_back(std::move(*made));
      } else if (const auto* given = ast::as<ast::ExampleDecl>(d)) {
        if (auto made = example(*given, d.span)) examples.push_back(std::move(*made));
      }
    }
  }
  check_unused_members();
  check_expansion();
  check_input_places();
  if (diagnostics_.has_errors()) return std::nullopt;
  warn_unused();
  return std::move(model_);
}

// Makes the names of the root file from the finished model.
Analysis::Analysis(const Program& program, const SourceSet& sources, const Model& model, Diagnostics& diagnostics)
    : program_(program), root_(program.modules.size() - 1), sources_(sources), diagnostics_(diagnostics) {
  collect();
  module_ = root_;
  model_ = model;
  resolve_types();
  std::map<Span, ValueEntry*> entries;  // by the span of the name
  for (ValueEntry& entry : values_) entries.emplace(entry.name.span, &entry);
  const auto adopt = [&](ValueEntry::Kind kind, const auto& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto at = entries.find(list[i].span);
      if (at == entries.end() || at->second->kind != kind) continue;
      at->second->id = static_cast<std::uint32_t>(i);
      at->second->type = list[i].type;
      at->second->state = State::done;
    }
  };
  adopt(ValueEntry::Kind::input, model_.inputs);
  input_ranks_.assign(model_.inputs.size(), 0);
  for (std::uint32_t i = 0; i < model_.inputs.size(); ++i) {
    const Element& root = model_.at(model_.inputs[i].element);
    inputs_at_.emplace(std::tuple(root.pointer, root.kind, model_.inputs[i].file), i);
  }
  adopt(ValueEntry::Kind::let, model_.lets);
  adopt(ValueEntry::Kind::decision, model_.decisions);
}

std::optional<Model> analyze(const Program& program, const SourceSet& sources, Diagnostics& diagnostics) {
  if (program.modules.empty()) return std::nullopt;
  return analyze_module(program, program.modules.size() - 1, sources, diagnostics);
}

std::optional<Model> analyze_module(const Program& program, std::size_t root, const SourceSet& sources,
                                    Diagnostics& diagnostics) {
  return Analysis(program, root, sources, diagnostics).run();
}

ExprRef analyze_condition(const Program& program, const SourceSet& sources, const Model& model,
                          const ast::Expr& condition, Diagnostics& diagnostics) {
  return Analysis(program, sources, model, diagnostics).condition(condition);
}

ExprRef analyze_value(const Program& program, const SourceSet& sources, const Model& model, const ast::Expr& value,
                      Diagnostics& diagnostics) {
  return Analysis(program, sources, model, diagnostics).expression(value, nullptr);
}

std::vector<PathPattern> analyze_paths(const Program& program, const SourceSet& sources, const Model& model,
                                       const std::vector<ast::Path>& paths, Diagnostics& diagnostics) {
  Analysis analysis(program, sources, model, diagnostics);
  std::vector<PathPattern> out;
  for (const ast::Path& p : paths) {
    auto pattern = analysis.path(p);
    if (!pattern) return {};
    out.push_back(std::move(*pattern));
  }
  return out;
}

}  // namespace tally
