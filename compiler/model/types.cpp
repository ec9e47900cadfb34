#include "compiler/model/types.h"

#include <algorithm>
#include <map>

#include "base/letter_case.h"
#include "compiler/texts/pattern.h"
#include "grammar/source/excerpt.h"

namespace tally {
namespace {

std::shared_ptr<Type> make(Type::Kind kind) {
  auto type = std::make_shared<Type>();
  type->kind = kind;
  return type;
}

std::string spell_out(const Type& type) {
  switch (type.kind) {
    case Type::Kind::unset: return "unset";
    case Type::Kind::text: return "text";
    case Type::Kind::number:
      if (type.low == 0 && type.high == max_number) return "number";
      if (type.low == type.high) return std::to_string(type.low);
      if (type.high == max_number) return std::to_string(type.low) + "..";
      return std::to_string(type.low) + ".." + std::to_string(type.high);
    case Type::Kind::enumeration: {
      if (type.is_flag) return "flag";
      std::string out;
      for (std::size_t i = 0; i < type.values.size(); ++i) {
        if (i == 6 && type.values.size() > 8) return out + " | ...";
        out += (i ? " | " : "") + to_string(type.values[i]);
      }
      return out;
    }
    case Type::Kind::record: {
      std::string out = "{ ";
      for (std::size_t i = 0; i < type.fields.size(); ++i) {
        if (i == 4 && type.fields.size() > 5) return out + ", ... }";
        out += (i ? ", " : "") + type.fields[i].name;
      }
      return out + (type.fields.empty() ? "}" : " }");
    }
    case Type::Kind::map: {
      if (type.set) return "[" + to_string(*type.indices.front()) + (type.open ? ", ...]" : "]");
      std::string out = to_string(*type.element) + "[";
      for (std::size_t i = 0; i < type.indices.size(); ++i) out += (i ? ", " : "") + to_string(*type.indices[i]);
      return out + "]";
    }
  }
  return {};
}

const Field* find_field(const Type& record, const std::string& name) {
  for (const Field& f : record.fields)
    if (f.name == name) return &f;
  return nullptr;
}

bool same_values(const Type& a, const Type& b) {
  if (a.values.size() != b.values.size()) return false;
  return std::all_of(a.values.begin(), a.values.end(),
                     [&](const EnumValue& v) { return value_index(b, v.name).has_value(); });
}

}  // namespace

TypeRef flag_type() {
  static const TypeRef type = [] {
    auto t = make(Type::Kind::enumeration);
    t->is_flag = true;
    t->values = {{"off", "off", true}, {"on", "on", true}};
    return t;
  }();
  return type;
}

TypeRef text_type() {
  static const TypeRef type = make(Type::Kind::text);
  return type;
}

TypeRef number_type(std::uint64_t low, std::uint64_t high) {
  auto type = make(Type::Kind::number);
  type->low = low;
  type->high = high;
  return type;
}

TypeRef relation_type(Type::Kind of) {
  const auto with_values = [](std::initializer_list<const char*> names) {
    auto t = make(Type::Kind::enumeration);
    for (const char* name : names) t->values.push_back({name, name, true});
    return t;
  };
  static const TypeRef numbers = with_values({"less", "equal", "greater"});
  static const TypeRef texts = with_values({"equal", "different"});
  return of == Type::Kind::number ? numbers : texts;
}

TypeRef unset_type() {
  static const TypeRef type = [] {
    auto t = make(Type::Kind::unset);
    t->optional = true;
    return t;
  }();
  return type;
}

TypeRef with_optional(const TypeRef& type, bool optional) {
  if (type->optional == optional || type->kind == Type::Kind::unset) return type;
  auto copy = std::make_shared<Type>(*type);
  copy->optional = optional;
  return copy;
}

std::string to_string(const Type& type) {
  std::string out = type.name.empty() ? spell_out(type) : type.name;
  if (!type.optional || type.kind == Type::Kind::unset) return out;
  const bool tight = !type.name.empty() || type.is_flag || type.kind == Type::Kind::text ||
                     type.kind == Type::Kind::map || type.kind == Type::Kind::record || out == "number";
  return tight ? out + "?" : "(" + out + ")?";
}

std::string to_string(const Literal& literal) {
  if (std::holds_alternative<Unset>(literal)) return "unset";
  if (const auto* e = std::get_if<EnumName>(&literal)) return e->name;
  if (const auto* n = std::get_if<std::uint64_t>(&literal)) return std::to_string(*n);
  if (const auto* set = std::get_if<SetValue>(&literal)) {
    std::string out = "(";
    for (const std::string& name : set->names) out += (out.size() > 1 ? ", " : "") + name;
    return out + (set->names.size() == 1 ? ",)" : ")");
  }
  return as_literal(std::get<std::string>(literal));
}

std::string to_string(const EnumValue& value) { return value.named ? value.name : as_literal(value.name); }

std::optional<std::size_t> value_index(const Type& enumeration, const std::string& name) {
  for (std::size_t i = 0; i < enumeration.values.size(); ++i)
    if (enumeration.values[i].name == name) return i;
  return std::nullopt;
}

std::vector<std::string> spellings_of(const EnumValue& value) {
  std::vector<std::string> all{value.spelling};
  all.insert(all.end(), value.others.begin(), value.others.end());
  return all;
}

std::optional<std::size_t> value_spelled(const Type& enumeration, const std::string& text) {
  const auto is_it = [&](const std::string& spelling) {
    return enumeration.any_case ? same_but_for_case(spelling, text) : spelling == text;
  };
  const auto found = std::find_if(enumeration.values.begin(), enumeration.values.end(), [&](const EnumValue& v) {
    return is_it(v.spelling) || std::any_of(v.others.begin(), v.others.end(), is_it);
  });
  if (found == enumeration.values.end()) return std::nullopt;
  return static_cast<std::size_t>(found - enumeration.values.begin());
}

std::uint64_t cell_count(const Type& map) {
  std::uint64_t cells = 1;
  for (const TypeRef& index : map.indices)
    cells = std::min<std::uint64_t>(cells * index->values.size(), std::uint64_t{1} << 32);
  return cells;
}

std::size_t cell_at(const Type& map, const std::vector<std::size_t>& values) {
  std::size_t cell = 0;
  for (std::size_t i = 0; i < values.size(); ++i) cell = cell * map.indices[i]->values.size() + values[i];
  return cell;
}

std::vector<std::size_t> cell_values(const Type& map, std::size_t cell) {
  std::vector<std::size_t> values(map.indices.size());
  for (std::size_t i = map.indices.size(); i-- > 0;) {
    values[i] = cell % map.indices[i]->values.size();
    cell /= map.indices[i]->values.size();
  }
  return values;
}

std::optional<std::string> misfit(const Type& from, const Type& to) {
  if (&from == &to) return std::nullopt;
  const auto mismatch = [&] { return "expected `" + to_string(to) + "`, found `" + to_string(from) + "`"; };
  if (from.kind == Type::Kind::unset) {
    if (to.optional) return std::nullopt;
    return "`unset` stands where `" + to_string(to) + "` is never unset";
  }
  if (from.kind != to.kind) return mismatch();
  switch (from.kind) {
    case Type::Kind::unset:
    case Type::Kind::text: break;
    case Type::Kind::number:
      if (from.low < to.low || from.high > to.high)
        return from.low == from.high ? "`" + std::to_string(from.low) + "` is outside `" + spell_out(to) + "`"
                                     : mismatch();
      break;
    case Type::Kind::enumeration:
      if (from.is_flag != to.is_flag) return mismatch();
      for (const EnumValue& v : from.values)
        if (!value_index(to, v.name)) return mismatch() + ", which has no value `" + v.name + "`";
      break;
    case Type::Kind::record:
      for (const Field& f : from.fields) {
        const Field* wanted = find_field(to, f.name);
        if (!wanted) return mismatch() + ", which has no member `" + f.name + "`";
        if (auto why = misfit(*f.type, *wanted->type)) return "member `" + f.name + "`: " + *why;
      }
      for (const Field& wanted : to.fields)
        if (!find_field(from, wanted.name) && !wanted.type->optional)
          return mismatch() + ", which lacks the member `" + wanted.name + "`";
      break;
    case Type::Kind::map:
      if (from.set != to.set || from.indices.size() != to.indices.size()) return mismatch();
      for (std::size_t i = 0; i < from.indices.size(); ++i)
        if (!same_values(*from.indices[i], *to.indices[i])) return mismatch();
      if (auto why = misfit(*from.element, *to.element)) return "a cell: " + *why;
      break;
  }
  if (from.optional && !to.optional)
    return "`" + to_string(from) + "` may be unset, and `" + to_string(to) + "` never is";
  return std::nullopt;
}

bool same_shape(const Type& a, const Type& b) {
  if (&a == &b) return true;
  if (a.kind != b.kind || a.optional != b.optional) return false;
  switch (a.kind) {
    case Type::Kind::unset:
    case Type::Kind::text: return true;
    case Type::Kind::number: return a.low == b.low && a.high == b.high;
    case Type::Kind::enumeration:
      return a.is_flag == b.is_flag && std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(),
                                                  [](const EnumValue& x, const EnumValue& y) {
                                                    return x.name == y.name && x.spelling == y.spelling;
                                                  });
    case Type::Kind::record:
      return std::equal(
          a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(),
          [](const Field& x, const Field& y) { return x.name == y.name && same_shape(*x.type, *y.type); });
    case Type::Kind::map:
      return a.set == b.set &&
             std::equal(a.indices.begin(), a.indices.end(), b.indices.begin(), b.indices.end(),
                        [](const TypeRef& x, const TypeRef& y) { return same_shape(*x, *y); }) &&
             same_shape(*a.element, *b.element);
  }
  return false;
}

bool same_documents(const Type& a, const Type& b) {
  if (&a == &b) return true;
  if (!same_shape(a, b) || a.open != b.open) return false;
  if (a.kind == Type::Kind::map)
    return same_documents(*a.element, *b.element) &&
           std::equal(a.indices.begin(), a.indices.end(), b.indices.begin(), b.indices.end(),
                      [](const TypeRef& x, const TypeRef& y) { return same_documents(*x, *y); });
  if (a.kind == Type::Kind::enumeration)
    return a.any_case == b.any_case &&
           std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(),
                      [](const EnumValue& x, const EnumValue& y) { return x.others == y.others; });
  return std::equal(
      a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(), [](const Field& x, const Field& y) {
        return x.pointer == y.pointer && x.kind == y.kind && x.flag_texts == y.flag_texts && x.not_null == y.not_null &&
               x.default_value == y.default_value && same_documents(*x.type, *y.type);
      });
}

TypeRef meet(const TypeRef& a, const TypeRef& b) {
  if (a == b) return a;
  if (a->kind == Type::Kind::unset) return as_optional(b);
  if (b->kind == Type::Kind::unset) return as_optional(a);
  if (a->kind != b->kind) return nullptr;
  const bool optional = a->optional || b->optional;
  switch (a->kind) {
    case Type::Kind::unset:
    case Type::Kind::text: return with_optional(a, optional);
    case Type::Kind::number: {
      if (same_shape(*as_required(a), *as_required(b))) return with_optional(a, optional);
      return with_optional(number_type(std::min(a->low, b->low), std::max(a->high, b->high)), optional);
    }
    case Type::Kind::enumeration: {
      if (a->is_flag != b->is_flag) return nullptr;
      auto type = std::make_shared<Type>(*a);
      for (const EnumValue& v : b->values)
        if (!value_index(*a, v.name)) type->values.push_back(v);
      if (type->values.size() != a->values.size()) type->name.clear();
      type->optional = optional;
      return type;
    }
    case Type::Kind::record: {
      auto type = std::make_shared<Type>(*a);
      type->optional = optional;
      bool grown = false;
      for (Field& f : type->fields) {
        const Field* other = find_field(*b, f.name);
        if (!other) {
          f.type = as_optional(f.type);
          f.default_value.reset();
          continue;
        }
        TypeRef both = meet(f.type, other->type);
        if (!both) return nullptr;
        f.type = both;
      }
      for (const Field& f : b->fields) {
        if (find_field(*a, f.name)) continue;
        type->fields.push_back(f);
        type->fields.back().type = as_optional(f.type);
        type->fields.back().default_value.reset();
        grown = true;
      }
      if (grown) type->name.clear();
      return type;
    }
    case Type::Kind::map: {
      if (a->set != b->set || a->indices.size() != b->indices.size()) return nullptr;
      for (std::size_t i = 0; i < a->indices.size(); ++i)
        if (!same_values(*a->indices[i], *b->indices[i])) return nullptr;
      TypeRef element = meet(a->element, b->element);
      if (!element) return nullptr;
      auto type = std::make_shared<Type>(*a);
      type->element = element;
      type->optional = optional;
      return type;
    }
  }
  return nullptr;
}

namespace {

// `x_always` and `y_always`: whether the whole side is never unset. Its required members
// are then required in the result.
TypeRef merge(const TypeRef& x, bool x_always, const TypeRef& y, bool y_always);

Field merged_field(const Field* x, bool x_always, const Field* y, bool y_always, bool& fits) {
  if (!x || !y) {
    const Field& only = x ? *x : *y;
    Field field = only;
    const bool required = !only.type->optional && (x ? x_always : y_always);
    field.type = with_optional(only.type, !required);
    field.default_value.reset();
    return field;
  }
  const bool x_required = !x->type->optional, y_required = !y->type->optional;
  const bool required = (x_required && y_required) || (x_required && x_always) || (y_required && y_always);
  Field field = *x;
  field.type = merge(x->type, x_always && x_required, y->type, y_always && y_required);
  if (!field.type) {
    fits = false;
    return field;
  }
  field.type = with_optional(field.type, !required);
  if (!x->default_value || !y->default_value) field.default_value.reset();
  return field;
}

TypeRef merge(const TypeRef& x, bool x_always, const TypeRef& y, bool y_always) {
  const bool optional = x->optional && y->optional;
  if (x->kind == Type::Kind::record && y->kind == Type::Kind::record) {
    auto type = std::make_shared<Type>(*x);
    bool fits = true;
    for (Field& f : type->fields) f = merged_field(&f, x_always, find_field(*y, f.name), y_always, fits);
    for (const Field& f : y->fields)
      if (!find_field(*x, f.name)) {
        type->fields.push_back(merged_field(nullptr, x_always, &f, y_always, fits));
        type->name.clear();
      }
    if (!fits) return nullptr;
    if (type->name != y->name) type->name.clear();
    type->optional = optional;
    return type;
  }
  if (x->kind == Type::Kind::map && y->kind == Type::Kind::map) {
    TypeRef shape = meet(x, y);
    if (!shape) return nullptr;
    auto type = std::make_shared<Type>(*shape);
    const bool x_required = !x->element->optional, y_required = !y->element->optional;
    type->element = merge(x->element, x_always && x_required, y->element, y_always && y_required);
    if (!type->element) return nullptr;
    type->element = with_optional(
        type->element, !((x_required && y_required) || (x_required && x_always) || (y_required && y_always)));
    type->optional = optional;
    return type;
  }
  TypeRef type = meet(x, y);
  return type ? with_optional(type, optional) : nullptr;
}

}  // namespace

TypeRef else_type(const TypeRef& x, const TypeRef& y) { return merge(x, !x->optional, y, !y->optional); }

bool same_layout(const Type& a, const Type& b) {
  if (&a == &b) return true;
  if (a.kind != b.kind) return false;
  const auto all = [](const auto& x, const auto& y, const auto& same) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), same);
  };
  switch (a.kind) {
    case Type::Kind::unset:
    case Type::Kind::text:
    case Type::Kind::number: return true;
    case Type::Kind::enumeration:
      return all(a.values, b.values,
                 [](const EnumValue& x, const EnumValue& y) { return x.name == y.name && x.spelling == y.spelling; });
    case Type::Kind::record:
      return all(a.fields, b.fields,
                 [](const Field& x, const Field& y) { return x.name == y.name && same_layout(*x.type, *y.type); });
    case Type::Kind::map:
      return all(a.indices, b.indices, [](const TypeRef& x, const TypeRef& y) { return same_layout(*x, *y); }) &&
             same_layout(*a.element, *b.element);
  }
  return false;
}

std::uint64_t expanded_size(const Type& type) {
  constexpr std::uint64_t max_size = std::uint64_t{1} << 32;
  std::uint64_t size = 1;
  for (const Field& f : type.fields) size = std::min(max_size, size + expanded_size(*f.type));
  if (type.element)
    size = std::min(max_size, size + cell_count(type) * std::min(expanded_size(*type.element), max_size >> 1));
  return std::min(size, max_size);
}

bool has_tests(const Cut& cut) { return !cut.suffixes.empty() || !cut.lengths.empty() || !cut.patterns.empty(); }

bool is_empty(const Cut& cut) {
  return cut.ranges.empty() && cut.texts.empty() && cut.prefixes.empty() && cut.suffixes.empty() &&
         cut.lengths.empty() && cut.patterns.empty();
}

static bool holds(const std::vector<NumberRange>& ranges, std::uint64_t number) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const NumberRange& r) { return r.low <= number && number <= r.high; });
}

bool contains(const Cut& cut, std::uint64_t number) { return holds(cut.ranges, number); }

bool contains(const Cut& cut, const std::string& text) {
  return std::binary_search(cut.texts.begin(), cut.texts.end(), text) ||
         std::any_of(cut.prefixes.begin(), cut.prefixes.end(),
                     [&](const std::string& p) { return text.starts_with(p); }) ||
         std::any_of(cut.suffixes.begin(), cut.suffixes.end(),
                     [&](const std::string& s) { return text.ends_with(s); }) ||
         (!cut.lengths.empty() && holds(cut.lengths, character_count(text))) ||
         std::any_of(cut.patterns.begin(), cut.patterns.end(),
                     [&](const std::string& p) { return is_like(text, *dial_pattern(p)); });
}

}  // namespace tally
