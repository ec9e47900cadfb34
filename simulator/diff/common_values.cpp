#include "simulator/diff/common_values.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/letter_case.h"

namespace tally {
namespace {

// Returns the value of an enum that is read for this spelling, or null.
const EnumValue* spelled(const Type& type, const std::string& spelling) {
  const auto at = value_spelled(type, spelling);
  return at ? &type.values[*at] : nullptr;
}

bool has_other_spellings(const Type& type) {
  return type.any_case ||
         std::any_of(type.values.begin(), type.values.end(), [](const EnumValue& v) { return !v.others.empty(); });
}

// Returns an enum with a value for each pair of values of `a` and `b` that some text is read as.
TypeRef common_enum(const TypeRef& a, const TypeRef& b) {
  auto both = std::make_shared<Type>(*a);
  both->values.clear();
  both->any_case = false;
  std::set<std::pair<std::size_t, std::size_t>> pairs;
  std::set<std::string> names;
  std::vector<std::pair<std::size_t, EnumValue>> found;  // with the position in `a`
  for (const TypeRef& type : {a, b}) {
    for (const EnumValue& value : type->values) {
      for (const std::string& text : spellings_of(value)) {
        const auto in_a = value_spelled(*a, text), in_b = value_spelled(*b, text);
        if (!in_a || !in_b || !pairs.emplace(*in_a, *in_b).second) continue;
        EnumValue common{a->values[*in_a].name, text, a->values[*in_a].named};
        if (!names.insert(common.name).second) {  // one value of `a`, and several of `b`
          common.name = text;
          common.named = false;
          while (!names.insert(common.name).second) common.name += "'";
        }
        found.emplace_back(*in_a, std::move(common));
      }
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& x, const auto& y) { return x.first < y.first; });
  for (auto& [in_a, value] : found) both->values.push_back(std::move(value));
  const bool is_a = std::equal(both->values.begin(), both->values.end(), a->values.begin(), a->values.end(),
                               [](const EnumValue& x, const EnumValue& y) { return x.spelling == y.spelling; });
  if (is_a) return a;
  if (both->values.size() != a->values.size()) both->name.clear();
  return both->values.empty() ? nullptr : both;
}

// Returns an enum with a value for each of its spellings, because a text distinguishes them.
TypeRef by_spelling(const TypeRef& type) {
  if (!has_other_spellings(*type)) return type;
  auto out = std::make_shared<Type>(*type);
  out->any_case = false;
  out->values.clear();
  for (const EnumValue& value : type->values) {
    out->values.push_back({value.name, value.spelling, value.named});
    for (const std::string& other : value.others) out->values.push_back({other, other, false});
  }
  return out;
}

}  // namespace

std::vector<std::string> spellings_alone(const Type& own, const Type& other) {
  std::vector<std::string> alone;
  for (const EnumValue& value : own.values) {
    for (const std::string& spelling : spellings_of(value)) {
      if (!spelled(other, spelling)) alone.push_back(spelling);
    }
  }
  if (!own.any_case || other.any_case || !alone.empty()) return alone;
  for (const EnumValue& value : own.values) {
    std::string changed = value.spelling;
    for (char& c : changed)
      c = lower_case(c) != c ? lower_case(c) : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (!spelled(other, changed)) return {changed};
  }
  return alone;
}

std::optional<FlagTexts> common_texts(const FlagTexts& a, const FlagTexts& b) {
  const auto shared = [](const std::vector<std::string>& x, const std::vector<std::string>& y) {
    std::vector<std::string> out;
    for (const std::string& text : x) {
      if (std::find(y.begin(), y.end(), text) != y.end()) out.push_back(text);
    }
    return out;
  };
  FlagTexts common{shared(a.off, b.off), shared(a.on, b.on)};
  const bool differ = !shared(a.off, b.on).empty() || !shared(a.on, b.off).empty();
  if (differ || common.off.empty() != a.off.empty() || common.on.empty() != a.on.empty()) return std::nullopt;
  if (a.on.empty() != b.on.empty()) return std::nullopt;
  return common;
}

bool have_same_keys(const Element* a, const Element* b) {
  const auto has_others = [](const Element* element) {
    return element != nullptr && element->type->kind == Type::Kind::map &&
           std::any_of(element->type->indices.begin(), element->type->indices.end(),
                       [](const TypeRef& index) { return has_other_spellings(*index); });
  };
  if (!has_others(a) && !has_others(b)) return true;
  if (a == nullptr || b == nullptr || a->type->kind != b->type->kind) return false;
  const auto &x = a->type->indices, &y = b->type->indices;
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const TypeRef& i, const TypeRef& j) {
    return i->any_case == j->any_case && i->values.size() == j->values.size() && spellings_alone(*i, *j).empty() &&
           spellings_alone(*j, *i).empty() && common_enum(i, j) == i;
  });
}

std::optional<Literal> literal_in(const Literal& value, const Type& from, const Type& to) {
  const auto* name = std::get_if<EnumName>(&value);
  if (!name) return value;
  const EnumValue& own = from.values[value_index(from, name->name).value_or(0)];
  if (!to.is_enum()) return Literal{own.spelling};
  for (const EnumValue& same : to.values) {
    if (spelled(from, same.spelling) == &own) return EnumName{same.name};
  }
  return std::nullopt;
}

TypeRef common_values(const TypeRef& a, const TypeRef& b) {
  if (a->is_object()) return a;
  if (a->is_enum() && b->is_enum() && a->is_flag == b->is_flag) return a->is_flag ? a : common_enum(a, b);
  const auto is_number = [](const TypeRef& type) { return type->kind == Type::Kind::number; };
  if (a->is_flag || b->is_flag || is_number(a) != is_number(b)) return nullptr;  // a text is read as another thing
  if (a->is_enum()) return by_spelling(a);
  if (b->is_enum()) return by_spelling(b);
  if (a->kind == Type::Kind::number) {
    const std::uint64_t low = std::max(a->low, b->low), high = std::min(a->high, b->high);
    if (low > high) return nullptr;
    return low == a->low && high == a->high ? a : number_type(low, high);
  }
  return a;
}

bool accept_same_values(const Type& a, const Type& b) {
  if (a.is_object()) return true;
  if (a.is_enum() != b.is_enum()) return false;
  if (a.is_enum()) return spellings_alone(a, b).empty() && spellings_alone(b, a).empty();
  return a.kind != Type::Kind::number || (a.low == b.low && a.high == b.high);
}

}  // namespace tally
