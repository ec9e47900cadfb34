// Proofs and examples, and the paths in them, from syntax trees to the model.
#include <algorithm>

#include "compiler/analyze/analysis.h"

namespace tally {

std::optional<PathPattern> Analysis::path(const ast::Path& p) {
  ast::Name name = p.input;
  auto steps = p.steps.begin();
  if (find_alias(name.text) != nullptr && steps != p.steps.end() && steps->field) {
    name = {name.text + "." + steps->field->text, around(name.span, steps->field->span)};
    ++steps;
  }
  name_wanted(name, NamePlace::Expects::path, nullptr);
  ValueEntry* entry = find_value(name.text);
  if (!entry) {
    unknown_name(name, nullptr);
    return std::nullopt;
  }
  if (entry->kind != ValueEntry::Kind::input) {
    entry->used = true;
    const bool list = entry->kind == ValueEntry::Kind::list;
    report(DiagnosticId::wrong_kind, name.span,
           "`" + name.text + (list ? "` is a list, not an input" : "` is no input"))
        .note("a path begins with an input: it says where in the documents something stands");
    return std::nullopt;
  }
  entry->used = true;
  name_used(name, *entry);
  if (!resolve_value(*entry)) return std::nullopt;
  PathPattern out;
  out.input = InputId{entry->id};
  out.span = p.span;
  TypeRef type = entry->type;
  for (; steps != p.steps.end(); ++steps) {
    TypeRef next;
    auto step = path_step(*steps, type, next);
    if (!step) return std::nullopt;
    out.steps.push_back(std::move(*step));
    type = next;
  }
  return out;
}

std::optional<PathStep> Analysis::path_step(const ast::PathStep& s, const TypeRef& type, TypeRef& next) {
  PathStep step;
  if (s.field) {
    name_wanted(*s.field, NamePlace::Expects::field, type);
    const auto& fields = type->fields;
    const auto at = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == s.field->text; });
    if (at == fields.end()) {
      auto& d = report(type->kind == Type::Kind::record ? DiagnosticId::unknown_field : DiagnosticId::not_a_record,
                       s.field->span, "`" + to_string(*type) + "` has no field `" + s.field->text + "`");
      std::vector<std::string> names;
      for (const Field& f : fields) names.push_back(f.name);
      if (auto near = nearest(s.field->text, names))
        d.help("did you mean `" + *near + "`?");
      else if (!names.empty())
        d.note((names.size() == 1 ? "its only field is " : "its fields are ") + alternatives(names));
      return std::nullopt;
    }
    name_used(*s.field, NameKind::field, at->span);
    step.field = static_cast<std::uint32_t>(at - fields.begin());
    next = at->type;
    return step;
  }
  if (type->kind != Type::Kind::map) {
    report(DiagnosticId::not_a_record, s.span, "`" + to_string(*type) + "` is not a map, so it has no index");
    return std::nullopt;
  }
  // While an index is being written, those behind it are missing.
  for (std::size_t i = 0; i < std::min(type->indices.size(), s.indices.size()); ++i)
    name_wanted({s.indices[i].text, s.indices[i].span}, NamePlace::Expects::index, type->indices[i]);
  if (type->indices.size() != s.indices.size()) {
    report(DiagnosticId::bad_index, s.span,
           "`" + to_string(*type) + "` takes " + std::to_string(type->indices.size()) +
               (type->indices.size() == 1 ? " index" : " indices") + ", found " + std::to_string(s.indices.size()));
    return std::nullopt;
  }
  bool ok = true;
  for (std::size_t i = 0; i < s.indices.size(); ++i) {
    const ast::PathIndex& written = s.indices[i];
    const Type& index = *type->indices[i];
    PathIndex out;
    std::uint32_t binder = 0;
    if (written.kind == ast::PathIndex::Kind::any) {
      out.kind = PathIndex::Kind::any;
    } else if (const auto v = value_index(index, written.text);
               v && index.values[*v].named == (written.kind == ast::PathIndex::Kind::name)) {
      out.kind = PathIndex::Kind::value;
      out.value = written.text;
      if (written.kind == ast::PathIndex::Kind::name) value_used({written.text, written.span}, index);
    } else if (Local* local = written.kind == ast::PathIndex::Kind::name ? find_local(written.text, binder) : nullptr) {
      local->used = true;
      name_used({written.text, written.span}, NameKind::local, local->name.span);
      out.kind = PathIndex::Kind::binder;
      out.binder = binder;
      if (local->type) {
        if (auto why = misfit(*local->type, index)) {
          report(DiagnosticId::bad_index, written.span, *why);
          ok = false;
        }
      }
    } else {
      const std::string shown = written.kind == ast::PathIndex::Kind::text ? "\"" + written.text + "\"" : written.text;
      auto& d =
          report(DiagnosticId::unknown_value, written.span, "`" + to_string(index) + "` has no value `" + shown + "`");
      suggest_value(d, index, written.text);
      if (d.helps.empty()) d.note("`*` stands for all of them");
      ok = false;
    }
    step.indices.push_back(std::move(out));
  }
  next = type->element;
  if (!ok) return std::nullopt;
  return step;
}

TypeRef Analysis::type_at(const PathPattern& path) const {
  TypeRef type = model_.at(path.input).type;
  for (const PathStep& s : path.steps) type = s.field ? type->fields[*s.field].type : type->element;
  return type;
}

std::optional<Proof> Analysis::proof(const ast::ProveDecl& declaration, Span span) {
  Proof proof;
  proof.span = span;
  if (declaration.title) proof.title = declaration.title->value;
  locals_.clear();
  bool ok = true;
  std::uint64_t combinations = 1;
  for (const ast::Binder& b : declaration.binders) {
    if (!check_local(b.name, "a `for` name")) ok = false;
    TypeRef type = type_of(*b.type, module_);
    if (type && (!type->is_enum() || type->optional)) {
      report(DiagnosticId::type_mismatch, b.type->span,
             "a `for` name runs through an enum or `flag`, not through `" + to_string(*type) + "`");
      type = nullptr;
    }
    if (type && !check_name_against_values(b.name, *type, "a `for` name")) ok = false;
    if (type) combinations = std::min<std::uint64_t>(combinations * type->values.size(), max_binder_values + 1);
    ok = ok && type;
    name_declared(b.name, NameKind::local, type);
    locals_.push_back({b.name, type});
    proof.binders.push_back({b.name.text, type});
  }
  if (combinations > max_binder_values) {
    report(DiagnosticId::too_many_leaves, span,
           "the `for` names take more than " + std::to_string(max_binder_values) + " values together");
    ok = false;
  }
  if (const auto* ignores = std::get_if<ast::Ignores>(&declaration.claim)) {
    proof.is_ignores = true;
    proof.claim = expression(*ignores->value, nullptr);
    proof.claim_span = ignores->value->span;
    for (const ast::Path& p : ignores->paths) {
      auto pattern = path(p);
      ok = ok && pattern;
      if (pattern) proof.ignored.push_back(std::move(*pattern));
    }
  } else {
    const auto& claim = std::get<ast::ExprPtr>(declaration.claim);
    proof.claim = condition(*claim);
    proof.claim_span = claim->span;
  }
  if (declaration.condition) {
    proof.condition = condition(*declaration.condition);
    proof.condition_span = declaration.condition->span;
    ok = ok && proof.condition;
  }
  ok = ok && proof.claim;
  if (ok && is_root(module_))
    for (const Local& l : locals_)
      if (!l.used) report(DiagnosticId::unused_name, l.name.span, "`for` name `" + l.name.text + "` is never used");
  locals_.clear();
  if (!ok) return std::nullopt;
  return proof;
}

std::optional<Example> Analysis::example(const ast::ExampleDecl& declaration, Span span) {
  Example example;
  example.title = declaration.title.value;
  example.span = span;
  locals_.clear();
  bool ok = true;
  for (const ast::Given& g : declaration.givens) {
    auto pattern = path(g.path);
    if (!pattern) {
      ok = false;
      continue;
    }
    const TypeRef type = type_at(*pattern);
    Given given;
    given.path = std::move(*pattern);
    given.span = g.span;
    const auto* written = std::get_if<ast::ExprPtr>(&g.value);
    if (!written || ast::as<ast::UnsetLiteral>(**written)) {
      const auto presence = written ? ast::Presence::unset : std::get<ast::Presence>(g.value);
      bool may_be_missing = type->optional;
      for (ElementId e : elements_of_path(model_, given.path, {}))
        may_be_missing = may_be_missing || may_be_unset(model_, e);
      if (!may_be_missing) {
        report(DiagnosticId::never_unset, g.span, "`" + std::string(sources_.text(g.path.span)) + "` is never unset");
        ok = false;
      }
      given.value = presence;
    } else if (type->set) {
      const auto* word = ast::as<ast::NameRef>(**written);
      std::optional<Literal> value;
      if (word && word->name.text == "empty")
        value = SetValue{};
      else
        value = set_literal(**written, *with_optional(type, false), DiagnosticId::bad_path_value, "the path");
      ok = ok && value;
      // One flag per value.
      for (const EnumValue& v : type->indices.front()->values) {
        if (!value) break;
        const auto& names = std::get<SetValue>(*value).names;
        Given cell = given;
        cell.path.steps.push_back({{}, {{PathIndex::Kind::value, v.name, 0}}});
        cell.value = Literal{EnumName{std::find(names.begin(), names.end(), v.name) != names.end() ? "on" : "off"}};
        example.givens.push_back(std::move(cell));
      }
      continue;
    } else if (type->is_object()) {
      report(DiagnosticId::bad_path_value, (*written)->span, "a record or map is given as `set` or `unset` only")
          .note("`" + std::string(sources_.text(g.path.span)) + "` is of type `" + to_string(*type) + "`");
      ok = false;
    } else if (auto value = literal(**written, *with_optional(type, false), DiagnosticId::bad_path_value, "the path")) {
      given.value = std::move(*value);
    } else {
      ok = false;
    }
    example.givens.push_back(std::move(given));
  }
  for (const ast::Expect& e : declaration.expects) {
    Expectation expectation;
    expectation.claim = condition(*e.claim);
    if (e.condition) expectation.condition = condition(*e.condition);
    expectation.span = e.span;
    ok = ok && expectation.claim && (!e.condition || expectation.condition);
    example.expectations.push_back(std::move(expectation));
  }
  if (!ok) return std::nullopt;
  return example;
}

}  // namespace tally
