#include "editor/names.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace tally::editor {
namespace {

using Uses = std::vector<NameUse>;

// The uses of a file, which stand together.
std::pair<Uses::const_iterator, Uses::const_iterator> uses_in(const Reading& reading, FileId file) {
  const auto before = [](const NameUse& use, FileId of) { return use.span.file < of; };
  const auto behind = [](FileId of, const NameUse& use) { return of < use.span.file; };
  const Uses& uses = reading.names.uses;
  return {std::lower_bound(uses.begin(), uses.end(), file, before),
          std::upper_bound(uses.begin(), uses.end(), file, behind)};
}

// The values of an enum that a key stands for. A key that was derived from others (`a else b`) has more
// values than the enums that are written.
std::vector<Span> values_declared(const Reading& reading, EnumKey of, std::string_view name) {
  std::vector<Span> exact, contained, any;
  const auto names = reading.names.enums.find(of);
  for (const NameUse& use : reading.names.uses) {
    if (use.kind != NameKind::value || !use.declares || reading.sources.text(use.span) != name) continue;
    any.push_back(use.span);
    if (use.of == of) exact.push_back(use.span);
    const auto other = reading.names.enums.find(use.of);
    if (names == reading.names.enums.end() || other == reading.names.enums.end()) continue;
    const std::set<std::string> wide(names->second.begin(), names->second.end());
    if (std::all_of(other->second.begin(), other->second.end(),
                    [&](const std::string& each) { return wide.contains(each); }))
      contained.push_back(use.span);
  }
  return !exact.empty() ? exact : !contained.empty() ? contained : any;
}

Declared declared_at(const Reading& reading, Span span) {
  return {reading.sources.file(span.file).name(), {span.begin, span.end}};
}

}  // namespace

const NameUse* name_at(const Reading& reading, FileId file, std::uint32_t offset) {
  const NameUse* best = nullptr;
  const auto [begin, end] = uses_in(reading, file);
  // Names do not overlap, so only the ones around the offset matter.
  auto at =
      std::upper_bound(begin, end, offset, [](std::uint32_t o, const NameUse& use) { return o < use.span.begin; });
  while (at != begin) {
    --at;
    if (at->span.end < offset) break;
    // A declaration is more than the use that it may be as well.
    if (best == nullptr || at->span.begin > best->span.begin || (at->span == best->span && at->declares)) best = &*at;
  }
  return best;
}

const NameUse* declaration_at(const Reading& reading, Span declared) {
  const auto& uses = reading.names.uses;
  auto at = std::lower_bound(uses.begin(), uses.end(), declared,
                             [](const NameUse& use, const Span& span) { return use.span < span; });
  for (; at != uses.end() && at->span == declared; ++at)
    if (at->declares) return &*at;
  return nullptr;
}

std::optional<Symbol> symbol_of(const Reading& reading, const NameUse& use) {
  Symbol symbol{use.kind, std::string(reading.sources.text(use.span)), {}};
  std::vector<Span> spans;
  if (use.kind == NameKind::value) {
    spans = values_declared(reading, use.of, symbol.name);
  } else if (use.declared.end > use.declared.begin) {
    spans = {use.declared};
  }
  for (const Span& span : spans) symbol.declared.push_back(declared_at(reading, span));
  std::sort(symbol.declared.begin(), symbol.declared.end());
  if (symbol.declared.empty()) return std::nullopt;
  return symbol;
}

std::vector<Location> definition(const std::shared_ptr<const Reading>& reading, FileId file, std::uint32_t offset) {
  std::vector<Location> out;
  const NameUse* use = name_at(*reading, file, offset);
  const auto symbol = use ? symbol_of(*reading, *use) : std::nullopt;
  if (!symbol) return out;
  for (const Declared& declared : symbol->declared)
    if (const auto span = span_of(*reading, declared)) out.push_back({reading, *span});
  return out;
}

std::optional<Span> span_of(const Reading& reading, const Declared& declared) {
  const Module* module = reading.module_at(declared.path);
  if (module == nullptr) return std::nullopt;
  return Span{module->file, declared.bytes.begin, declared.bytes.end};
}

std::vector<Occurrence> occurrences(const std::shared_ptr<const Reading>& reading, const Symbol& symbol,
                                    const std::function<bool(FileId)>& wanted) {
  std::set<Span> declared;
  for (const Declared& each : symbol.declared)
    if (const auto span = span_of(*reading, each)) declared.insert(*span);
  std::vector<Occurrence> out;
  if (declared.empty()) return out;
  // The enums whose value of this name is the symbol.
  std::map<EnumKey, bool> enums;
  const auto is_value = [&](EnumKey of) {
    const auto [at, fresh] = enums.try_emplace(of, false);
    if (!fresh) return at->second;
    for (const Span& span : values_declared(*reading, of, symbol.name))
      at->second = at->second || declared.contains(span);
    return at->second;
  };
  for (const NameUse& use : reading->names.uses) {
    if (use.kind != symbol.kind || (wanted && !wanted(use.span.file))) continue;
    const bool same = use.kind == NameKind::value ? reading->sources.text(use.span) == symbol.name && is_value(use.of)
                                                  : declared.contains(use.declared);
    if (same && (out.empty() || out.back().at.span != use.span)) out.push_back({{reading, use.span}, use.declares});
  }
  return out;
}

std::optional<std::string> used_path_at(const Reading& reading, FileId file, std::uint32_t offset) {
  for (const Module& module : reading.program.modules) {
    if (module.file != file) continue;
    for (const ast::Declaration& declaration : module.tree.declarations) {
      const auto* use = ast::as<ast::UseDecl>(declaration);
      if (use == nullptr || offset < use->path.span.begin || offset > use->path.span.end) continue;
      return (std::filesystem::path(module.path).parent_path() / use->path.value).lexically_normal().string();
    }
  }
  return std::nullopt;
}

}  // namespace tally::editor
