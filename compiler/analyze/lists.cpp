// Named lists: `let emergency = ("911", "112")`, and what stands after `in`, `starts`, `ends`, `like`
// and `has length`.
//
// A list is not a value. It is expanded where it is used: `called in emergency` is the same comparison
// as `called in ("911", "112")`. A list without a type is resolved at each use, for the type of the left
// side. A list with a type is resolved where it is declared.
#include <algorithm>
#include <utility>

#include "compiler/analyze/analysis.h"
#include "compiler/analyze/foreign_names.h"
#include "compiler/texts/pattern.h"
#include "grammar/tree/source_format.h"

namespace tally {
namespace {

Span span_of(const ast::ListItem& item) {
  const auto* range = std::get_if<ast::NumberRange>(&item);
  return range ? range->span : std::get<ast::ExprPtr>(item)->span;
}

const ast::NameRef* name_in(const ast::ListItem& item) {
  const auto* e = std::get_if<ast::ExprPtr>(&item);
  return e ? ast::as<ast::NameRef>(**e) : nullptr;
}

bool is_named_value(const Type& type, const std::string& name) {
  if (!type.is_enum()) return false;
  const auto i = value_index(type, name);
  return i && type.values[*i].named;
}

const char* words(MemberKind kind) {
  switch (kind) {
    case MemberKind::number: return "numbers";
    case MemberKind::text: return "texts";
    case MemberKind::flag: return "flags";
    case MemberKind::value: return "values of an enum";
  }
  return "";
}

MemberKind kind_of(const Type& type) {
  if (type.kind == Type::Kind::number) return MemberKind::number;
  if (type.kind == Type::Kind::text) return MemberKind::text;
  return type.is_flag ? MemberKind::flag : MemberKind::value;
}

// A value of an enum can be written as a text.
bool goes_with(MemberKind a, MemberKind b) {
  const auto either = [&](MemberKind x, MemberKind y) { return (a == x && b == y) || (a == y && b == x); };
  return a == b || either(MemberKind::text, MemberKind::value);
}

}  // namespace

// --- declarations -----------------------------------------------------------------

bool Analysis::resolve_list(ValueEntry& entry) {
  const auto& d = std::get<ast::LetDecl>(entry.declaration->node);
  if (!d.parameters.empty()) {
    report(DiagnosticId::wrong_kind, d.parameters.front().name.span, "a list has no parameters")
        .help("write `let " + d.name.text + " = (...)`, or a condition: `let " + d.name.text + "(...) = x in (...)`");
    return false;
  }
  if (d.type) {
    entry.type = type_of(*d.type, entry.module);
    if (!entry.type) return false;
    if (!entry.type->is_scalar() || entry.type->optional) {
      auto& fault = report(DiagnosticId::type_mismatch, d.type->span,
                           "the type of a list is that of its members, and `" + to_string(*entry.type) +
                               (entry.type->is_scalar() ? "` may be unset" : "` has no literals"));
      if (entry.type->is_scalar())
        fault.help("leave out the `?`");
      else if (entry.type->set)
        fault.help("write the type of the set itself: `let " + d.name.text + " : [" +
                   to_string(*entry.type->indices.front()) + "] = (...)`");
      else
        fault.note("the members of a list are numbers, texts, or values of an enum or `flag`");
      return false;
    }
    if (!check_name_against_values(d.name, *entry.type, "a list")) return false;
  }
  const WrittenLet last = last_let(entry);
  module_ = last.module;
  if (!last.let->parameters.empty() && last.let != &d) {
    report(DiagnosticId::wrong_kind, last.let->parameters.front().name.span, "a list has no parameters")
        .help("write `amend let " + d.name.text + " = (...)`");
    return false;
  }
  if (!resolve_members(entry, *last.let->list)) return false;
  entry.id = static_cast<std::uint32_t>(model_.lists.size());
  model_.lists.push_back({d.name.text, entry.type, d.name.span});
  if (!entry.type) return true;
  Members all;
  return add_items({&*last.let->list, last.module, entry.type, std::nullopt}, all);
}

// Finds the lists among the members, and which kind all members have.
bool Analysis::resolve_members(ValueEntry& entry, const std::vector<ast::ListItem>& items) {
  const ast::ListItem* first = nullptr;
  for (const ast::ListItem& item : items) {
    MemberKind kind = MemberKind::number;
    if (const auto* e = std::get_if<ast::ExprPtr>(&item)) {
      ValueEntry* inner = nullptr;
      if (const auto* name = ast::as<ast::NameRef>(**e);
          name && !(entry.type && is_named_value(*entry.type, name->name.text)))
        inner = list_named(name->name.text);
      if (inner) name_used(ast::as<ast::NameRef>(**e)->name, *inner);
      if (inner && !resolve_value(*inner)) return false;
      kind = inner                              ? inner->members
             : ast::as<ast::TextLiteral>(**e)   ? MemberKind::text
             : ast::as<ast::NumberLiteral>(**e) ? MemberKind::number
             : ast::as<ast::FlagLiteral>(**e)   ? MemberKind::flag
                                                : MemberKind::value;
    }
    if (first && !goes_with(kind, entry.members)) {
      report(DiagnosticId::type_mismatch, span_of(item),
             std::string("a list has members of one kind, not ") + words(entry.members) + " and " + words(kind))
          .label(span_of(*first), words(entry.members));
      return false;
    }
    if (!first || kind == MemberKind::value) entry.members = kind;
    if (!first) first = &item;
  }
  if (entry.type) entry.members = kind_of(*entry.type);
  return true;
}

// A list without a type that nothing compares may have a slip in it all the same.
void Analysis::check_unused_members() {
  for (const ValueEntry& entry : values_) {
    if (entry.kind != ValueEntry::Kind::list || entry.state != State::done || model_.lists[entry.id].type) continue;
    const WrittenLet last = last_let(entry);
    module_ = last.module;
    for (const ast::ListItem& item : *last.let->list) {
      const auto* name = name_in(item);
      if (name && !list_named(name->name.text) && !enum_with(name->name.text)) no_member(name->name);
    }
  }
}

// Reports a name that is neither a list nor a value of any enum.
void Analysis::no_member(const ast::Name& name) {
  if (const ValueEntry* entry = find_value(name.text)) {
    report(DiagnosticId::wrong_kind, name.span, "`" + name.text + "` is " + kind_words(*entry) + ", not a literal")
        .note("the members of a list are literals, ranges and names of lists");
    return;
  }
  if (name.text.find('.') != std::string::npos) return unknown_qualified(name, Wanted::list);
  auto& d = report(DiagnosticId::unknown_name, name.span, "unknown name `" + name.text + "`");
  if (const auto near = nearest(name.text, list_names()))
    d.help("did you mean `" + *near + "`?");
  else
    d.note("no list has this name, and no enum has this value")
        .help("here stand literals, ranges and names of lists; `let " + name.text + " = (...)` declares a list");
}

// --- uses -------------------------------------------------------------------------

ValueEntry* Analysis::list_named(const std::string& name) {
  std::uint32_t index = 0;
  ValueEntry* entry = find_local(name, index) ? nullptr : find_value(name);
  return entry && entry->kind == ValueEntry::Kind::list ? entry : nullptr;
}

std::vector<std::string> Analysis::list_names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : scopes_[module_].values)
    if (entry->kind == ValueEntry::Kind::list) names.push_back(name);
  return names;
}

std::string Analysis::kind_words(const ValueEntry& entry) {
  switch (entry.kind) {
    case ValueEntry::Kind::input: return "an input";
    case ValueEntry::Kind::let: return "a let";
    case ValueEntry::Kind::list: return "a list";
    case ValueEntry::Kind::decision: return "a decision";
  }
  return "";
}

bool Analysis::add_items(ListPart first, Members& all) {
  std::vector<ListPart> left;
  left.push_back(std::move(first));
  std::set<std::pair<const ValueEntry*, const Type*>> seen;
  const std::size_t here = module_;
  bool ok = true;
  while (!left.empty() && expanded_members_ <= max_list_members) {
    const ListPart part = left.back();
    left.pop_back();
    module_ = part.module;
    for (const ast::ListItem& item : *part.items) {
      if (++expanded_members_ > max_list_members) {
        static_assert(max_list_members == 2'000'000);
        report(DiagnosticId::expansion_too_large, part.use.value_or(span_of(item)),
               "lists expand to more than 2,000,000 members where they are used")
            .help("compare once, in a `let` of its own, and use that");
        break;
      }
      const auto* name = name_in(item);
      ValueEntry* inner = name && !is_named_value(*part.type, name->name.text) ? list_named(name->name.text) : nullptr;
      if (inner) {
        name_used(name->name, *inner);
        const Span use = part.use.value_or(span_of(item));
        const auto next = part_of(*inner, part.type, use, all);
        if (!next)
          ok = false;
        else if (seen.insert({inner, next->type.get()}).second)
          left.push_back(*next);
      } else {
        ok = add_member(item, *part.type, part.use, all) && ok;
      }
    }
  }
  module_ = here;
  return ok && expanded_members_ <= max_list_members;
}

// The members of a list that is compared with a value of this type. Nothing after a fault, which is reported.
std::optional<ListPart> Analysis::part_of(ValueEntry& list, const TypeRef& type, Span use, Members& all) {
  list.used = true;
  if (!resolve_value(list) || !is_compared_with(list, *type, use)) return std::nullopt;
  all.lists.push_back(ListId{list.id});
  TypeRef& known = model_.lists[list.id].type;
  if (!known) known = type;
  const WrittenLet last = last_let(list);
  return ListPart{&*last.let->list, last.module, list.type ? list.type : type, use};
}

// Whether what a list contains can be compared with the type at all. A text may be a value of an enum.
bool Analysis::is_compared_with(const ValueEntry& list, const Type& type, Span use) {
  const MemberKind wanted = kind_of(type);
  const bool untyped_text = !list.type && list.members == MemberKind::text && wanted == MemberKind::value;
  if (!list.type && list.members == MemberKind::value && wanted != MemberKind::value) {
    const WrittenLet last = last_let(list);
    const std::size_t here = std::exchange(module_, last.module);
    const auto& items = *last.let->list;
    const auto slip = std::find_if(items.begin(), items.end(), [&](const ast::ListItem& item) {
      const auto* name = name_in(item);
      return name && !list_named(name->name.text) && !enum_with(name->name.text);
    });
    if (slip != items.end()) no_member(name_in(*slip)->name);
    module_ = here;
    if (slip != items.end()) return false;
  }
  std::string why;
  if (list.members != wanted && !untyped_text) {
    why = "`" + list.name.text + "` is a list of " + words(list.members) + ", and the left side is a `" +
          to_string(type) + "`";
  } else if (list.type && list.type->is_enum() && !share_a_value(*list.type, type)) {
    why = "`" + list.name.text + "` is a list of `" + to_string(*list.type) + "`, and `" + to_string(type) +
          "` shares no value with it";
  } else {
    return true;
  }
  report(DiagnosticId::bad_comparison, use, why).label(last_let(list).let->name.span, "declared here");
  return false;
}

// Adds a literal or a range. `use` is where the list of the member is used.
bool Analysis::add_member(const ast::ListItem& item, const Type& type, const std::optional<Span>& use, Members& all) {
  const Span span = span_of(item);
  // A slip in a list is reported once per type, not at each use.
  if (use && misfits_.contains({span, to_string(type)})) return false;
  const std::size_t errors = diagnostics_.error_count();
  if (const auto* range = std::get_if<ast::NumberRange>(&item)) {
    const std::uint64_t low = range->low.value_or(0), high = range->high.value_or(max_number);
    if (type.kind != Type::Kind::number) {
      report(DiagnosticId::bad_comparison, range->span,
             "a range holds numbers, and the left side is a `" + to_string(type) + "`");
    } else if (low > high) {
      report(DiagnosticId::empty_range, range->span,
             "the range " + std::to_string(low) + ".." + std::to_string(high) + " holds no number")
          .help("write the smaller number first");
    } else {
      all.cut.ranges.push_back({low, high});
      return true;
    }
  } else if (const ast::Expr& e = *std::get<ast::ExprPtr>(item); ast::as<ast::UnsetLiteral>(e)) {
    report(DiagnosticId::bad_comparison, e.span, "`unset` is not a value of a list")
        .help("write it apart: `... or ... is unset`");
  } else if (const auto* name = ast::as<ast::NameRef>(e); name && !type.is_enum() && !find_value(name->name.text)) {
    no_member(name->name);
  } else if (const auto value = literal(e, type, DiagnosticId::type_mismatch, "the left side")) {
    if (const auto* enum_name = std::get_if<EnumName>(&*value))
      all.names.push_back(enum_name->name);
    else if (const auto* number = std::get_if<std::uint64_t>(&*value))
      all.cut.ranges.push_back({*number, *number});
    else
      all.cut.texts.push_back(std::get<std::string>(*value));
    return true;
  }
  if (use && diagnostics_.error_count() != errors) diagnostics_.last().label(*use, "used here");
  if (use) misfits_.insert({span, to_string(type)});
  return false;
}

// Whether the ends of ranges and the numbers can be the count on the left side, if it is one.
bool Analysis::counts_fit(const ExprRef& left, const std::vector<ast::ListItem>& items) {
  return std::all_of(items.begin(), items.end(), [&](const ast::ListItem& item) {
    if (const auto* range = std::get_if<ast::NumberRange>(&item))
      return can_be_count(left, std::max(range->low.value_or(0), range->high.value_or(0)), range->span);
    const auto* number = ast::as<ast::NumberLiteral>(*std::get<ast::ExprPtr>(item));
    return !number || can_be_count(left, number->value, span_of(item));
  });
}

ExprRef Analysis::among(const ExprRef& left, const std::vector<ast::ListItem>& items, Span span) {
  Members all;
  if (!can_be_among(*left->type, span)) return nullptr;
  if (!counts_fit(left, items)) return nullptr;
  if (!add_items({&items, module_, as_required(left->type), std::nullopt}, all)) return nullptr;
  return among(left, std::move(all), span);
}

ExprRef Analysis::among(const ExprRef& left, Members all, Span span) {
  if (left->type->is_enum())
    return make_expr(AmongValues{left, std::move(all.names), std::move(all.lists)}, flag_type(), span);
  return cut_of(left, std::move(all.cut), std::move(all.lists), span);
}

bool Analysis::can_be_among(const Type& type, Span span) {
  if (type.is_scalar()) return true;
  auto& d =
      report(DiagnosticId::bad_comparison, span,
             "`" + to_string(type) + "` is compared with " + (type.set ? "`empty`, " : "") + "`set` and `unset` only");
  if (type.set) d.help("to the left of `in` stands one value: `v in s`, or `some v in s: v in (...)` for a set s");
  return false;
}

// The name that an expression after `in` is: `emergency`, or `f.emergency` of a file used as `f`.
std::optional<ast::Name> Analysis::list_name(const ast::Expr& e) const {
  if (const auto* name = ast::as<ast::NameRef>(e)) return name->name;
  const auto* field = ast::as<ast::FieldOf>(e);
  const auto* file = field ? ast::as<ast::NameRef>(*field->base) : nullptr;
  if (!file || !find_alias(file->name.text)) return std::nullopt;
  return ast::Name{file->name.text + "." + field->field.text, e.span};
}

ExprRef Analysis::among_named(const ExprRef& left, const ast::Expr& named, Span span) {
  if (!can_be_among(*left->type, span)) return nullptr;
  const std::optional<ast::Name> name = list_name(named);
  if (!name) {
    if (const ExprRef other = expression(named, nullptr))
      report(DiagnosticId::bad_comparison, named.span,
             "a list or a range stands after `in`, and this is a `" + to_string(*other->type) + "`");
    return nullptr;
  }
  // A value alone cannot stand here. So a list may have the name of a value.
  name_wanted(*name, NamePlace::Expects::list, left->type);
  ValueEntry* list = list_named(name->text);
  if (!list) {
    not_a_list(*left->type, *name);
    return nullptr;
  }
  Members all;
  name_used(*name, *list);
  auto part = part_of(*list, as_required(left->type), named.span, all);
  if (!part || !add_items(std::move(*part), all)) return nullptr;
  return among(left, std::move(all), span);
}

// Reports a name after `in` that is not a list, by what it is instead. `test`: the word that the name stands after, if
// it is not `in` or `starts`.
void Analysis::not_a_list(const Type& left, const ast::Name& name, const std::string& test) {
  const std::string& word = name.text;
  std::uint32_t index = 0;
  if (is_named_value(left, word)) {
    report(DiagnosticId::wrong_kind, name.span, "`" + word + "` is a value, not a list")
        .help("write `is " + word + "`, or a list of values: `in (" + word + ", ...)`");
  } else if (const Local* local = find_local(word, index)) {
    report(DiagnosticId::wrong_kind, name.span, "`" + word + "` is a name for one value, not a list")
        .label(local->name.span, "declared here")
        .help("write `is " + word + "`");
  } else if (ValueEntry* entry = find_value(word)) {
    entry->used = true;
    if (!resolve_value(*entry)) return;  // which may be another name for a list
    auto& d = report(DiagnosticId::wrong_kind, name.span, "`" + word + "` is " + kind_words(*entry) + ", not a list");
    d.label(entry->name.span, "declared here");
    if (left.is_enum())
      d.help("write `is " + word + "` to compare with its value");
    else
      d.note("the members of a list are literals: `let names = (...)`, with a comma after a single one: `(\"7\",)`");
  } else if (scopes_[module_].types.contains(word)) {
    report(DiagnosticId::wrong_kind, name.span, "`" + word + "` is a type, not a list")
        .help("list the values: `in (...)`");
  } else if (word.find('.') != std::string::npos) {
    unknown_qualified(name, Wanted::list);
  } else if (const Import* use = find_alias(word)) {
    report(DiagnosticId::wrong_kind, name.span, "`" + word + "` is a file, not a list")
        .label(use->alias->span, "named here")
        .help("write `" + word + ".` and the name of a list");
  } else {
    auto& d = report(DiagnosticId::unknown_name, name.span, "unknown name `" + word + "`");
    const std::vector<std::string> known = list_names();
    const auto qualified =
        std::find_if(known.begin(), known.end(), [&](const std::string& list) { return list.ends_with("." + word); });
    if (qualified != known.end())
      d.help("did you mean `" + *qualified + "`?");
    else if (const auto near = nearest(word, known))
      d.help("did you mean `" + *near + "`?");
    else if (left.kind == Type::Kind::text)
      d.help("a text is in double quotes: `" +
             (test.empty() ? "in (\"" + word + "\", ...)" : test + " \"" + word + "\"") + "`");
    else
      d.help("declare a list: `let " + word + " = (...)`");
  }
}

ExprRef Analysis::text_test(const ExprRef& left, ast::TextForm form, const std::vector<ast::TextItem>& texts,
                            Span span) {
  if (left->type->kind != Type::Kind::text) {
    const std::string what = form == ast::TextForm::starts ? "starts with something"
                             : form == ast::TextForm::ends ? "ends with something"
                                                           : "is like a pattern";
    report(DiagnosticId::bad_comparison, span,
           "only a text " + what + ", and this is a `" + to_string(*left->type) + "`");
    return nullptr;
  }
  const bool patterns = form == ast::TextForm::like;
  Members all;
  bool ok = true;
  for (const ast::TextItem& item : texts) {
    if (const auto* text = std::get_if<ast::Text>(&item)) {
      all.cut.texts.push_back(text->value);
      if (patterns) ok = are_patterns({text->value}, nullptr, text->span) && ok;
      continue;
    }
    const auto& name = std::get<ast::Name>(item);
    name_wanted(name, NamePlace::Expects::list, left->type);
    ValueEntry* list = list_named(name.text);
    if (!list) {
      not_a_list(*left->type, name, form == ast::TextForm::starts ? "" : std::string(format::word(form)));
      ok = false;
      continue;
    }
    const auto before = static_cast<std::ptrdiff_t>(all.cut.texts.size());
    name_used(name, *list);
    auto part = part_of(*list, text_type(), name.span, all);
    ok = part && add_items(std::move(*part), all) && ok;
    if (patterns) ok = are_patterns({all.cut.texts.begin() + before, all.cut.texts.end()}, &name, name.span) && ok;
  }
  if (!ok) return nullptr;
  std::swap(all.cut.texts, form == ast::TextForm::starts ? all.cut.prefixes
                           : form == ast::TextForm::ends ? all.cut.suffixes
                                                         : all.cut.patterns);
  return cut_of(left, std::move(all.cut), std::move(all.lists), span);
}

// Whether each of the texts is a pattern. Reports the first that is not. `list`: the list that they are from.
bool Analysis::are_patterns(const std::vector<std::string>& texts, const ast::Name* list, Span span) {
  for (const std::string& text : texts) {
    const auto pattern = dial_pattern(text);
    if (pattern) continue;
    const std::string which = list ? "`" + text + "` of `" + list->text + "`: " : "";
    report(DiagnosticId::bad_comparison, span, which + pattern.error().message).help(pattern.error().help);
    return false;
  }
  return true;
}

ExprRef Analysis::has_length(const ExprRef& left, const std::vector<ast::ListItem>& items, Span span) {
  if (left->type->kind != Type::Kind::text) {
    report(DiagnosticId::bad_comparison, span,
           "only a text has a length, and this is a `" + to_string(*left->type) + "`");
    return nullptr;
  }
  Members all;
  if (!add_items({&items, module_, number_type(), std::nullopt}, all)) return nullptr;
  std::swap(all.cut.ranges, all.cut.lengths);
  return cut_of(left, std::move(all.cut), std::move(all.lists), span);
}

// Whether the expression names a list, where a value of this type may stand.
bool Analysis::is_list(const ast::Expr& e, const Type* wanted) {
  const auto* name = ast::as<ast::NameRef>(e);
  return name && list_named(name->name.text) && !(wanted && is_named_value(*wanted, name->name.text));
}

// Reports a list where a value is wanted.
ExprRef Analysis::list_as_value(const ast::Expr& e, const std::string& help) {
  ValueEntry& list = *list_named(ast::as<ast::NameRef>(e)->name.text);
  list.used = true;
  report(DiagnosticId::wrong_kind, e.span, "`" + list.name.text + "` is a list, not a value")
      .label(last_let(list).let->name.span, "declared here")
      .help(help);
  return nullptr;
}

}  // namespace tally
