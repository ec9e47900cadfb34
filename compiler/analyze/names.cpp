// The record of names: see names.h. Every function here returns at once if nobody asked for one.
#include "compiler/analyze/names.h"

#include <algorithm>
#include <tuple>

#include "compiler/analyze/analysis.h"

namespace tally {
namespace {

NameKind kind_of_entry(ValueEntry::Kind kind) {
  switch (kind) {
    case ValueEntry::Kind::input: return NameKind::input;
    case ValueEntry::Kind::let: return NameKind::let;
    case ValueEntry::Kind::list: return NameKind::list;
    case ValueEntry::Kind::decision: return NameKind::decision;
  }
  return NameKind::let;
}

// The place of the name itself, where the span also has what stands around it: `a` or `x` of `a.x`.
Span own_span(const ast::Name& name, bool at_end) {
  Span span = name.span;
  const auto size = static_cast<std::uint32_t>(name.text.size());
  if (span.end - span.begin <= size) return span;
  if (at_end)
    span.begin = span.end - size;
  else
    span.end = span.begin + size;
  return span;
}

}  // namespace

EnumKey Analysis::key_of(const Type& enumeration) {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (const EnumValue& value : enumeration.values) {
    for (const char c : value.name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    hash = (hash ^ 0xFF) * 1099511628211u;
  }
  const EnumKey key{hash};
  std::vector<std::string>& names = names_->enums[key];
  if (names.empty())
    for (const EnumValue& value : enumeration.values) names.push_back(value.name);
  return key;
}

void Analysis::name_declared(const ast::Name& name, NameKind kind, const TypeRef& type) {
  if (names_ == nullptr) return;
  const EnumKey of = kind == NameKind::value && type ? key_of(*type) : EnumKey{};
  names_->uses.push_back({name.span, kind, true, name.span, of, type});
}

void Analysis::name_used(const ast::Name& name, NameKind kind, Span declared) {
  if (names_ == nullptr) return;
  names_->uses.push_back({own_span(name, kind == NameKind::field), kind, false, declared, {}, nullptr});
}

void Analysis::value_used(const ast::Name& name, const Type& enumeration) {
  if (names_ == nullptr) return;
  names_->uses.push_back({own_span(name, false), NameKind::value, false, Span{}, key_of(enumeration), nullptr});
}

// A name of a file that is used as `f` is `f.name`: the name of the file, and its own.
void Analysis::name_used_in_scope(const ast::Name& name, NameKind kind, const ast::Name& declared) {
  if (names_ == nullptr) return;
  const std::size_t dot = name.text.find('.');
  if (dot == std::string::npos) return name_used(name, kind, declared.span);
  const std::string file = name.text.substr(0, dot);
  if (const Import* use = find_alias(file)) {
    names_->uses.push_back({own_span({file, name.span}, false), NameKind::file, false, use->alias->span, {}, nullptr});
  }
  const Span span = own_span({name.text.substr(dot + 1), name.span}, true);
  names_->uses.push_back({span, kind, false, declared.span, {}, nullptr});
}

void Analysis::name_used(const ast::Name& name, const ValueEntry& entry) {
  name_used_in_scope(name, kind_of_entry(entry.kind), entry.name);
}

void Analysis::name_used(const ast::Name& name, const TypeEntry& entry) {
  name_used_in_scope(name, NameKind::type, entry.declaration->name);
}

void Analysis::name_wanted(const ast::Name& name, NamePlace::Expects expects, const TypeRef& type) {
  if (names_ == nullptr || names_->placeholder.empty()) return;
  if (!name.text.ends_with(names_->placeholder)) return;
  NamePlace place{name.span, expects, type, {}};
  for (const Local& local : locals_) place.known.push_back({local.name.text, NameKind::local, local.type});
  for (const auto& [known, entry] : scopes_[module_].values)
    place.known.push_back({known, kind_of_entry(entry->kind), entry->type});
  for (const auto& [known, entry] : scopes_[module_].types) place.known.push_back({known, NameKind::type, entry->type});
  for (const auto& [known, import] : scopes_[module_].aliases) place.known.push_back({known, NameKind::file});
  names_->places.push_back(std::move(place));
}

void Analysis::finish_names() {
  if (names_ == nullptr) return;
  for (const TypeEntry& entry : types_) name_declared(entry.declaration->name, NameKind::type, entry.type);
  for (const ValueEntry& entry : values_) name_declared(entry.name, kind_of_entry(entry.kind), entry.type);
  for (const Module& module : program_.modules) {
    for (const Import& import : module.imports)
      if (import.alias) name_declared(*import.alias, NameKind::file, nullptr);
  }
  auto& uses = names_->uses;
  // Of what was declared more than once, the one with a type stays.
  std::stable_sort(uses.begin(), uses.end(), [](const NameUse& a, const NameUse& b) {
    return a.order() != b.order() ? a.order() < b.order() : a.type && !b.type;
  });
  const auto same = [](const NameUse& a, const NameUse& b) { return a.order() == b.order(); };
  uses.erase(std::unique(uses.begin(), uses.end(), same), uses.end());
}

std::optional<Model> analyze_names(const Program& program, const SourceSet& sources, Diagnostics& diagnostics,
                                   NameRecord& names) {
  if (program.modules.empty()) return std::nullopt;
  Analysis analysis(program, program.modules.size() - 1, sources, diagnostics);
  analysis.record(names);
  std::optional<Model> model = analysis.run();
  analysis.finish_names();
  return model;
}

}  // namespace tally
