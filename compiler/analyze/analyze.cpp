#include "compiler/analyze/analyze.h"

#include <algorithm>
#include <functional>
#include <set>

#include "base/overloaded.h"
#include "compiler/analyze/analysis.h"

namespace tally {
namespace {

// The names that a syntax tree mentions, which the declaration may need. Some of them turn out to be
// enum values, so the names are good for an order only.
struct Mentioned {
  std::set<std::string> names;
  std::set<std::string> members;  // of lists: needed only if they are lists themselves

  void insert(const std::string& name) { names.insert(name); }
};

void mention(const ast::ExprPtr& e, Mentioned& names);

void mention(const std::vector<ast::ExprPtr>& list, Mentioned& names) {
  for (const ast::ExprPtr& e : list) mention(e, names);
}

void mention(const std::vector<ast::Cell>& cells, Mentioned& names);

// The members of a list may be lists.
void mention(const std::vector<ast::ListItem>& items, Mentioned& names) {
  for (const ast::ListItem& item : items) {
    const auto* e = std::get_if<ast::ExprPtr>(&item);
    if (const auto* name = e ? ast::as<ast::NameRef>(**e) : nullptr) names.members.insert(name->name.text);
  }
}

void mention(const std::vector<ast::Prefix>& prefixes, Mentioned& names) {
  for (const ast::Prefix& prefix : prefixes)
    if (const auto* name = std::get_if<ast::Name>(&prefix)) names.members.insert(name->text);
}

void mention(const ast::Cell& cell, Mentioned& names) {
  // Ranges and comparisons contain literals, which need nothing.
  std::visit(overloaded{[](const ast::AnyCell&) {}, [](const ast::RangeCell&) {}, [](const ast::PresenceCell&) {},
                        [](const ast::CompareCell&) {}, [&](const ast::StartsCell& c) { mention(c.prefixes, names); },
                        [&](const ast::ListCell& c) { mention(c.items, names); },
                        [&](const ast::NamedCell& c) { mention(c.named, names); },
                        [&](const ast::ValueCell& c) { mention(c.value, names); },
                        [&](const ast::NotCell& c) { mention(*c.cell, names); },
                        [&](const ast::ButNotCell& c) {
                          mention(*c.cell, names);
                          mention(c.excluded, names);
                        },
                        [&](const ast::OrCell& c) { mention(c.alternatives, names); }},
             cell.node);
}

void mention(const std::vector<ast::Cell>& cells, Mentioned& names) {
  for (const ast::Cell& cell : cells) mention(cell, names);
}

void mention(const std::vector<ast::Rule>& rules, Mentioned& names) {
  for (const ast::Rule& r : rules) {
    mention(r.outcome, names);
    mention(r.condition, names);
  }
}

// Collects the words inside the braces of a text: `a`, `x` and `b` of "to {a.x} and {b}".
void mention_insertions(const std::string& text, Mentioned& names) {
  const auto in_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' || text[i] == '}') inside = text[i] == '{';
    if (!inside || !in_word(text[i])) continue;
    const std::size_t begin = i;
    while (i + 1 < text.size() && in_word(text[i + 1])) ++i;
    names.insert(text.substr(begin, i + 1 - begin));
  }
}

void mention(const ast::ExprPtr& e, Mentioned& names) {
  if (!e) return;
  std::visit(overloaded{[](const ast::NumberLiteral&) {},
                        [](const ast::FlagLiteral&) {},
                        [](const ast::UnsetLiteral&) {},
                        [&](const ast::NameRef& n) { names.insert(n.name.text); },
                        [&](const ast::TextLiteral& n) { mention_insertions(n.text.value, names); },
                        [&](const ast::FieldOf& n) { mention(n.base, names); },
                        [&](const ast::IndexOf& n) {
                          mention(n.base, names);
                          mention(n.indices, names);
                        },
                        [&](const ast::Call& n) {
                          names.insert(n.function.text);
                          mention(n.arguments, names);
                        },
                        [&](const ast::Else& n) { mention(n.operands, names); },
                        [&](const ast::Is& n) {
                          mention(n.left, names);
                          mention(n.right, names);
                        },
                        [&](const ast::IsPresence& n) { mention(n.operand, names); },
                        [&](const ast::In& n) {
                          mention(n.left, names);
                          mention(n.items, names);
                          mention(n.named, names);
                        },
                        [&](const ast::Compare& n) {
                          mention(n.left, names);
                          mention(n.right, names);
                        },
                        [&](const ast::Starts& n) {
                          mention(n.left, names);
                          mention(n.prefixes, names);
                        },
                        [&](const ast::ButNot& n) {
                          mention(n.test, names);
                          mention(n.excluded, names);
                        },
                        [&](const ast::Quantified& n) { mention(n.condition, names); },
                        [&](const ast::Not& n) { mention(n.operand, names); },
                        [&](const ast::And& n) { mention(n.operands, names); },
                        [&](const ast::Or& n) { mention(n.operands, names); },
                        [&](const ast::RecordLiteral& n) {
                          for (const ast::Member& m : n.members) mention(m.value, names);
                        },
                        [&](const ast::Rules& n) { mention(n.rules, names); }},
             e->node);
}

void mention(const ast::DecisionDecl& d, Mentioned& names) {
  std::visit(overloaded{[&](const ast::ExprPtr& e) { mention(e, names); },
                        [&](const ast::Rules& r) { mention(r.rules, names); },
                        [&](const ast::Table& table) {
                          mention(table.header, names);
                          for (const ast::Row& row : table.rows) {
                            mention(row.outcome, names);
                            mention(row.cells, names);
                          }
                          if (table.otherwise) mention(table.otherwise->outcome, names);
                        }},
             d.body);
}

void mention_types(const ast::TypePtr& type, std::set<std::string>& names) {
  if (!type) return;
  std::visit(overloaded{[](const ast::EnumType&) {}, [](const ast::FlagType&) {}, [](const ast::NumberType&) {},
                        [](const ast::TextType&) {}, [&](const ast::NamedType& n) { names.insert(n.name.text); },
                        [&](const ast::RecordType& n) {
                          for (const ast::Field& f : n.fields) mention_types(f.type, names);
                        },
                        [&](const ast::MapType& n) {
                          mention_types(n.element, names);
                          for (const ast::TypePtr& i : n.indices) mention_types(i, names);
                        },
                        [&](const ast::OptionalType& n) { mention_types(n.inner, names); }},
             type->node);
}

// Depth first, without recursion: every entry comes after the entries that it needs. A
// cycle is cut at its last step; it is reported later, when names are resolved.
template <class Entry>
void in_order(std::deque<Entry>& entries, const std::function<std::vector<Entry*>(Entry&)>& needs,
              const std::function<void(Entry&)>& visit) {
  struct Frame {
    Entry* entry;
    std::vector<Entry*> needs;
    std::size_t next = 0;
  };
  std::set<Entry*> seen;
  for (Entry& root : entries) {
    if (!seen.insert(&root).second) continue;
    std::vector<Frame> stack;
    stack.push_back({&root, needs(root)});
    while (!stack.empty()) {
      Frame& top = stack.back();
      if (top.next == top.needs.size()) {
        Entry* done = top.entry;
        stack.pop_back();
        visit(*done);
        continue;
      }
      Entry* need = top.needs[top.next++];
      if (seen.insert(need).second) {
        auto further = needs(*need);
        stack.push_back({need, std::move(further)});
      }
    }
  }
}

// The number of expressions in an expression, lets expanded, up to a bound.
std::uint64_t expression_size(const ExprRef& expression, const std::vector<std::uint64_t>& lets) {
  constexpr std::uint64_t bound = std::uint64_t{1} << 40;
  std::uint64_t size = 0;
  std::vector<const Expr*> left;
  if (expression) left.push_back(expression.get());
  while (!left.empty()) {
    const Expr& here = *left.back();
    left.pop_back();
    const auto* let = std::get_if<LetRef>(&here.node);
    size = std::min(bound, size + 1 + (let ? lets[let->let.value] : 0));
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
  } else if (const auto* let = ast::as<ast::LetDecl>(declaration)) {
    entry.kind = let->list ? ValueEntry::Kind::list : ValueEntry::Kind::let;
    entry.name = let->name;
  } else if (const auto* decision = ast::as<ast::DecisionDecl>(declaration)) {
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

// Adds the names that the other file declares itself.
void Analysis::import(std::size_t module, std::size_t used, Span use) {
  Scope& scope = scopes_[module];
  const std::string& from = program_.modules[used].path;
  const auto clash = [&](const std::string& name, bool own, Span here, Span there) {
    auto& d = report(DiagnosticId::declared_twice, own ? here : use, "`" + name + "` is declared twice");
    d.label(there, "declared in " + from + ", which is used here");
    if (!own) d.label(here, "and here");
  };
  for (TypeEntry& entry : types_) {
    if (entry.module != used) continue;
    const ast::Name& name = entry.declaration->name;
    const auto [at, fresh] = scope.types.emplace(name.text, &entry);
    if (!fresh && at->second != &entry)
      clash(name.text, at->second->module == module, at->second->declaration->name.span, name.span);
  }
  for (ValueEntry& entry : values_) {
    if (entry.module != used) continue;
    const auto [at, fresh] = scope.values.emplace(entry.name.text, &entry);
    if (!fresh && at->second != &entry)
      clash(entry.name.text, at->second->module == module, at->second->name.span, entry.name.span);
  }
}

void Analysis::collect() {
  scopes_.resize(program_.modules.size());
  model_.root = program_.root().file;
  for (std::size_t m = 0; m < program_.modules.size(); ++m)
    for (const ast::Declaration& d : program_.modules[m].tree.declarations) declare(m, d);
  for (std::size_t m = 0; m < program_.modules.size(); ++m) {
    const Module& module = program_.modules[m];
    for (std::size_t i = 0; i < module.uses.size(); ++i) import(m, module.uses[i], module.use_spans[i]);
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
    auto& d = report(DiagnosticId::cyclic, entry.name.span, "`" + entry.name.text + "` refers to itself");
    std::vector<std::string> names;
    for (auto at = std::find(resolving_.begin(), resolving_.end(), &entry); at != resolving_.end(); ++at)
      names.push_back((*at)->name.text);
    if (names.size() > 1) d.note(way_round(names));
    const bool is_list = entry.kind == ValueEntry::Kind::list;
    d.note(is_list ? "a list cannot contain itself" : "a policy is evaluated in one pass, so nothing is recursive");
    if (names.size() > 1 && !is_list)
      d.help("give what they share a name of its own: `let NAME = ...`");
    else if (entry.kind == ValueEntry::Kind::decision)
      d.help("rules are tried in order, so a later one need not ask whether an earlier one has fired");
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

bool Analysis::resolve_input(ValueEntry& entry) {
  const auto& d = std::get<ast::InputDecl>(entry.declaration->node);
  Input input{d.name.text, type_of(*d.type, entry.module), {}, d.name.span, program_.modules[entry.module].file};
  if (!input.type) return false;
  if (!check_name_against_values(d.name, *input.type, "an input")) return false;
  std::optional<Literal> value;
  if (d.default_value) {
    value = literal(*d.default_value, *input.type, DiagnosticId::bad_default, "input `" + d.name.text + "`");
    if (!value) return false;
  }
  if (d.place && d.place->kind != ast::PlaceKind::any) {
    // An input's place follows the rules for the places of fields.
    Field field{d.name.text, input.type, d.place->pointer, d.place->kind, value, d.name.span};
    if (!check_place_kind(field, d.place->span, "input")) return false;
  }
  if (!make_elements(input, d.place, value)) return false;
  entry.type = input.type;
  entry.id = static_cast<std::uint32_t>(model_.inputs.size());
  model_.inputs.push_back(std::move(input));
  return true;
}

bool Analysis::resolve_let(ValueEntry& entry) {
  const auto& d = std::get<ast::LetDecl>(entry.declaration->node);
  Let let;
  let.name = d.name.text;
  let.span = d.name.span;
  bool ok = true;
  for (const ast::Parameter& p : d.parameters) {
    if (!check_local(p.name, "a parameter")) ok = false;
    TypeRef type = type_of(*p.type, entry.module);
    if (type && !check_name_against_values(p.name, *type, "a parameter")) type = nullptr;
    ok = ok && type;
    locals_.push_back({p.name, type});
    let.parameters.emplace_back(p.name.text, type);
  }
  if (d.type) {
    let.type = type_of(*d.type, entry.module);
    if (!let.type) return false;
    let.body = fit(expression(*d.body, let.type), let.type, d.body->span);
  } else {
    if (is_list(*d.body, nullptr)) {
      const std::string name(sources_.text(d.body->span));
      list_as_value(*d.body, "write `let " + let.name + " = (" + name + ",)` for a list of the same members");
      return false;
    }
    let.body = expression(*d.body, nullptr);
    if (let.body) let.type = let.body->type;
    if (let.body && let.type->kind == Type::Kind::unset) {
      report(DiagnosticId::type_mismatch, d.body->span, "nothing says what `" + let.name + "` could be")
          .help("give it a type: `let " + let.name + " : ...`");
      return false;
    }
  }
  if (!ok || !let.body) return false;
  if (!check_name_against_values(d.name, *let.type, "a let")) return false;
  if (ok && program_.modules[entry.module].file == model_.root)
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
  decision.unique = d.unique;
  decision.span = d.name.span;
  decision.file = program_.modules[entry.module].file;
  decision.is_output = decision.file == model_.root;
  decision.type = type_of(*d.type, entry.module);
  if (!decision.type || !check_name_against_values(d.name, *decision.type, "a decision")) return false;
  auto rules = decision_rules(d, decision.type);
  if (!rules) return false;
  decision.rules = std::move(*rules);
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
    module_ = entry.module;
    const auto& d = std::get<ast::DecisionDecl>(entry.declaration->node);
    std::vector<const std::optional<ast::Text>*> reasons;
    if (const auto* rules = std::get_if<ast::Rules>(&d.body)) {
      for (const ast::Rule& r : rules->rules) reasons.push_back(&r.because);
    } else if (const auto* table = std::get_if<ast::Table>(&d.body)) {
      for (const ast::Row& r : table->rows) reasons.push_back(&r.because);
      if (table->otherwise) reasons.push_back(&table->otherwise->because);
    }
    for (std::size_t i = 0; i < reasons.size(); ++i) {
      if (!*reasons[i]) continue;
      auto read = pieces(**reasons[i]);
      model_.decisions[entry.id].rules[i].reason = std::move(read);
    }
  }
}

void Analysis::resolve_types() {
  in_order<TypeEntry>(
      types_,
      [&](TypeEntry& entry) {
        std::set<std::string> names;
        mention_types(entry.declaration->type, names);
        std::vector<TypeEntry*> needs;
        for (const std::string& n : names)
          if (const auto at = scopes_[entry.module].types.find(n); at != scopes_[entry.module].types.end())
            needs.push_back(at->second);
        return needs;
      },
      [&](TypeEntry& entry) { resolve_type(entry); });
}

void Analysis::resolve_values() {
  for (ValueEntry& entry : values_)
    if (entry.kind == ValueEntry::Kind::input) resolve_value(entry);

  in_order<ValueEntry>(
      values_,
      [&](ValueEntry& entry) {
        Mentioned names;
        if (const auto* let = ast::as<ast::LetDecl>(*entry.declaration)) {
          mention(let->body, names);
          if (let->list) mention(*let->list, names);
        }
        if (const auto* decision = ast::as<ast::DecisionDecl>(*entry.declaration)) mention(*decision, names);
        const auto& known = scopes_[entry.module].values;
        std::vector<ValueEntry*> needs;
        for (const std::string& n : names.members)
          if (const auto at = known.find(n); at != known.end() && at->second->kind == ValueEntry::Kind::list)
            needs.push_back(at->second);
        for (const std::string& n : names.names)
          if (const auto at = known.find(n); at != known.end()) needs.push_back(at->second);
        return needs;
      },
      [&](ValueEntry& entry) { resolve_value(entry); });
}

// --- afterwards ---------------------------------------------------------------------------

void Analysis::check_expansion() {
  std::vector<std::uint64_t> lets;
  const auto too_large = [&](Span span, const std::string& name) {
    static_assert(max_expansion == 1'000'000);
    report(DiagnosticId::expansion_too_large, span, "`" + name + "` expands to more than 1,000,000 operations")
        .note("a let is expanded at each use, so lets that use each other several times multiply");
  };
  bool told = false;
  for (const Let& let : model_.lets) {
    lets.push_back(expression_size(let.body, lets));
    if (lets.back() > max_expansion && !told) {
      too_large(let.span, let.name);
      told = true;
    }
  }
  for (const Decision& d : model_.decisions) {
    std::uint64_t size = 0;
    for (const Rule& r : d.rules) size += expression_size(r.outcome, lets) + expression_size(r.condition, lets);
    if (size > max_expansion && !told) {
      too_large(d.span, d.name);
      told = true;
    }
  }
}

void Analysis::warn_unused() {
  const std::size_t root = program_.modules.size() - 1;
  const auto declares = [&](ValueEntry::Kind kind) {
    return std::any_of(values_.begin(), values_.end(),
                       [&](const ValueEntry& e) { return e.module == root && e.kind == kind; });
  };
  // A file without decisions is there to be used by others, so its names may be unused
  // here.
  if (!declares(ValueEntry::Kind::decision)) return;
  for (const TypeEntry& t : types_)
    if (t.module == root && !t.used)
      report(DiagnosticId::unused_name, t.declaration->name.span,
             "type `" + t.declaration->name.text + "` is never used");
  for (const ValueEntry& v : values_) {
    const bool list = v.kind == ValueEntry::Kind::list;
    if (v.module == root && !v.used && (list || v.kind == ValueEntry::Kind::let))
      report(DiagnosticId::unused_name, v.name.span, (list ? "list `" : "let `") + v.name.text + "` is never used");
  }
}

std::optional<Model> Analysis::run() {
  collect();
  resolve_types();
  resolve_values();
  resolve_reasons();
  module_ = program_.modules.size() - 1;
  for (const ast::Declaration& d : program_.root().tree.declarations) {
    if (diagnostics_.full()) break;
    if (const auto* prove = ast::as<ast::ProveDecl>(d)) proof(*prove, d.span);
    if (const auto* given = ast::as<ast::ExampleDecl>(d)) example(*given, d.span);
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
    : program_(program), sources_(sources), diagnostics_(diagnostics) {
  collect();
  module_ = program_.modules.size() - 1;
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
  adopt(ValueEntry::Kind::let, model_.lets);
  adopt(ValueEntry::Kind::decision, model_.decisions);
}

std::optional<Model> analyze(const Program& program, const SourceSet& sources, Diagnostics& diagnostics) {
  if (program.modules.empty()) return std::nullopt;
  return Analysis(program, sources, diagnostics).run();
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
