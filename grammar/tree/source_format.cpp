// Expressions, types and paths as source text. See source_format.h.
#include "grammar/tree/source_format.h"

#include <cstdio>
#include <utility>

#include "base/overloaded.h"
#include "grammar/source/text_width.h"

namespace tally::format {

using namespace ast;

std::size_t width(std::string_view text) { return text_width(text); }

// --- texts, numbers, paths ---------------------------------------------------------

static std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      char hex[8];
      std::snprintf(hex, sizeof hex, "\\u{%x}", byte);
      out += hex;
    } else {
      out += c;
    }
  }
  return out;
}

std::string quoted(const Text& text) { return '"' + (text.raw.empty() ? escaped(text.value) : text.raw) + '"'; }
std::string quoted(std::string_view value) { return '"' + escaped(value) + '"'; }

std::string range(const std::optional<std::uint64_t>& low, const std::optional<std::uint64_t>& high) {
  return (low || !high ? std::to_string(low.value_or(0)) : "") + ".." + (high ? std::to_string(*high) : "");
}

std::string_view sign(CompareOp op) {
  switch (op) {
    case CompareOp::less: return "<";
    case CompareOp::less_equal: return "<=";
    case CompareOp::greater: return ">";
    case CompareOp::greater_equal: return ">=";
  }
  return "<";
}

std::string_view word(Quantifier quantifier) {
  switch (quantifier) {
    case Quantifier::some: return "some";
    case Quantifier::every: return "every";
    case Quantifier::count: return "count";
  }
  return "some";
}

std::string_view word(TextForm form) {
  switch (form) {
    case TextForm::starts: return "starts";
    case TextForm::ends: return "ends";
    case TextForm::like: return "like";
  }
  return "starts";
}

std::string_view word(Presence presence) { return presence == Presence::set ? "set" : "unset"; }

static std::string pointer(const std::string& text) {
  const auto plain = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("_.~/-").find(c) != std::string_view::npos;
  };
  const bool bare = text.size() > 1 && text[0] == '/' && std::all_of(text.begin(), text.end(), plain);
  return bare ? text : quoted(std::string_view(text));
}

std::string_view kind_word(PlaceKind kind) {
  switch (kind) {
    case PlaceKind::any: return "";
    case PlaceKind::boolean: return "boolean";
    case PlaceKind::number: return "number";
    case PlaceKind::string: return "string";
    case PlaceKind::object: return "object";
    case PlaceKind::array: return "array";
    case PlaceKind::other: return "other";
  }
  return "";
}

// "a", ("a", "b")
static std::string one_or_list(const Text& first, const std::vector<Text>& others) {
  if (others.empty()) return quoted(first);
  return "(" + quoted(first) + ", " + joined(others, ", ", [](const Text& t) { return quoted(t); }) + ")";
}
static std::string one_or_list(const std::vector<Text>& texts) {
  return texts.empty() ? "()" : one_or_list(texts.front(), {texts.begin() + 1, texts.end()});
}

std::string at_place(const Place& place) {
  const std::string_view kind = kind_word(place.kind);
  std::string out = "at " + pointer(place.pointer) + (kind.empty() ? "" : " if " + std::string(kind));
  if (place.flag_texts && !kind.empty())
    out += " (on = " + one_or_list(place.flag_texts->on) + ", off = " + one_or_list(place.flag_texts->off) + ")";
  return out;
}

std::string path_text(const Path& path) {
  std::string out = path.input.text;
  for (const PathStep& step : path.steps) {
    if (step.field) out += "." + step.field->text;
    if (step.indices.empty()) continue;
    out += "[" +
           joined(step.indices, ", ",
                  [](const PathIndex& index) {
                    if (index.kind == PathIndex::Kind::any) return std::string("*");
                    return index.kind == PathIndex::Kind::text ? quoted(std::string_view(index.text)) : index.text;
                  }) +
           "]";
  }
  return out;
}

// --- expressions ------------------------------------------------------------------

// Whether `.` and `[` may follow without brackets.
static bool takes_postfix(const Expr& e) {
  return std::visit(overloaded{[](const NameRef&) { return true; },
                               [](const FieldOf&) { return true; },
                               [](const IndexOf&) { return true; },
                               [](const Call&) { return true; },
                               [](const NumberLiteral&) { return false; },
                               [](const FlagLiteral&) { return false; },
                               [](const UnsetLiteral&) { return false; },
                               [](const TextLiteral&) { return false; },
                               [](const Else&) { return false; },
                               [](const Is&) { return false; },
                               [](const IsPresence&) { return false; },
                               [](const In&) { return false; },
                               [](const Compare&) { return false; },
                               [](const TextTest&) { return false; },
                               [](const HasLength&) { return false; },
                               [](const ButNot&) { return false; },
                               [](const Not&) { return false; },
                               [](const And&) { return false; },
                               [](const Or&) { return false; },
                               [](const Quantified&) { return false; },
                               [](const SetLiteral&) { return false; },
                               [](const RecordLiteral&) { return false; },
                               [](const Rules&) { return false; }},
                    e.node);
}

// The operand that an expression begins with. Null if it begins with a word or bracket of
// its own, or with an operand before `.` or `[`.
static const Expr* first_operand(const Expr& e) {
  const auto none = []() -> const Expr* { return nullptr; };
  return std::visit(overloaded{[](const Or& n) -> const Expr* { return n.operands.front().get(); },
                               [](const And& n) -> const Expr* { return n.operands.front().get(); },
                               [](const Else& n) -> const Expr* { return n.operands.front().get(); },
                               [](const Is& n) -> const Expr* { return n.left.get(); },
                               [](const IsPresence& n) -> const Expr* { return n.operand.get(); },
                               [](const In& n) -> const Expr* { return n.left.get(); },
                               [](const Compare& n) -> const Expr* { return n.left.get(); },
                               [](const TextTest& n) -> const Expr* { return n.left.get(); },
                               [](const HasLength& n) -> const Expr* { return n.left.get(); },
                               [](const ButNot& n) -> const Expr* { return n.test.get(); },
                               [&](const NameRef&) { return none(); },
                               [&](const NumberLiteral&) { return none(); },
                               [&](const FlagLiteral&) { return none(); },
                               [&](const UnsetLiteral&) { return none(); },
                               [&](const TextLiteral&) { return none(); },
                               [&](const FieldOf&) { return none(); },
                               [&](const IndexOf&) { return none(); },
                               [&](const Call&) { return none(); },
                               [&](const Not&) { return none(); },
                               [&](const Quantified&) { return none(); },
                               [&](const SetLiteral&) { return none(); },
                               [&](const RecordLiteral&) { return none(); },
                               [&](const Rules&) { return none(); }},
                    e.node);
}

const Expr& first_leaf(const Expr& expression) {
  const Expr* e = &expression;
  while (const Expr* next = first_operand(*e)) {
    // A looser operand is printed in brackets, so the expression begins with a bracket.
    if (precedence_of(*next) <= precedence_of(*e)) return *e;
    e = next;
  }
  return *e;
}

static std::string flat_base(const ExprPtr& base) {
  return takes_postfix(*base) ? flat(*base) : "(" + flat(*base) + ")";
}

static std::string flat_item(const ListItem& item) {
  if (const auto* r = std::get_if<NumberRange>(&item)) return range(r->low, r->high);
  return flat(*std::get<ExprPtr>(item));
}

static std::string in_word(const In& in) { return in.negated ? " not in " : " in "; }

// After `in`, a single range has no brackets.
static bool is_bare_range(const std::vector<ListItem>& items) {
  return items.size() == 1 && std::holds_alternative<NumberRange>(items.front());
}

std::string flat_list(const std::vector<ListItem>& items) { return "(" + joined(items, ", ", flat_item) + ")"; }

static std::string item_text(const TextItem& item) {
  const auto* name = std::get_if<Name>(&item);
  return name != nullptr ? name->text : quoted(std::get<Text>(item));
}

static std::string text_test(TextForm form, const std::vector<TextItem>& texts) {
  const auto one = [](const TextItem& item) { return item_text(item); };
  return std::string(word(form)) + " " +
         (texts.size() == 1 ? one(texts.front()) : "(" + joined(texts, ", ", one) + ")");
}

// A single number, range or name has no brackets.
static std::string length_test(const std::vector<ListItem>& items) {
  return "has length " + (items.size() == 1 ? flat_item(items.front()) : flat_list(items));
}

std::string flat_right(const Expr& e) {
  const bool misread = as<UnsetLiteral>(first_leaf(e)) != nullptr;
  return misread ? "(" + flat(e) + ")" : flat(e, Precedence::alternative);
}

// " but not 7 but not 9"
static std::string but_not(const std::vector<Cell>& excluded) {
  std::string out;
  for (const Cell& cell : excluded) out += " but not " + flat(cell);
  return out;
}

std::string flat(const Cell& cell) {
  return std::visit(
      overloaded{
          [](const AnyCell&) { return std::string("-"); },
          [](const ValueCell& c) { return flat(*c.value, Precedence::alternative); },
          [](const ListCell& c) { return flat_list(c.items); },
          [](const RangeCell& c) { return range(c.range.low, c.range.high); },
          [](const NamedCell& c) { return "in " + flat(*c.named, Precedence::alternative); },
          [](const CompareCell& c) { return std::string(sign(c.op)) + " " + flat(*c.value, Precedence::alternative); },
          [](const TextTestCell& c) { return text_test(c.form, c.texts); },
          [](const LengthCell& c) { return length_test(c.items); },
          [](const PresenceCell& c) { return std::string(word(c.presence)); },
          [](const NotCell& c) { return "not " + flat(*c.cell); },
          [](const ButNotCell& c) { return flat(*c.cell) + but_not(c.excluded); },
          [](const AndCell& c) { return joined(c.cells, " and ", [](const Cell& a) { return flat(a); }); },
          [](const OrCell& c) { return joined(c.alternatives, " or ", [](const Cell& a) { return flat(a); }); }},
      cell.node);
}

std::string flat_outcome(const Expr& e) {
  std::string out = flat(e);
  return out.find(" but not ") == std::string::npos ? out : "(" + out + ")";
}

static std::string flat_rule(const Rule& rule) {
  std::string out = flat_outcome(*rule.outcome);
  if (rule.otherwise) out += " otherwise";
  if (rule.condition) out += " when " + flat(*rule.condition);
  if (rule.because) out += " because " + quoted(*rule.because);
  return out;
}

std::string flat_rules(const Rules& rules) { return "{ " + joined(rules.rules, "  ", flat_rule) + " }"; }

// One value alone would be an expression in parentheses.
static std::string set_text(const SetLiteral& set, std::string list) {
  if (set.items.size() == 1) list.insert(list.size() - 1, ",");
  return list;
}

// `some v in T: `, `count(v in T: `
static std::string quantifier_head(const Quantified& n) {
  return std::string(word(n.quantifier)) + (n.quantifier == Quantifier::count ? "(" : " ") + n.binder.name.text +
         " in " + (n.set ? flat(*n.set, Precedence::postfix) : flat_type(*n.binder.type, TypePlace::suffixed)) + ": ";
}

std::string flat(const Expr& e, Precedence place) {
  const Precedence own = precedence_of(e);
  if (own < place) return "(" + flat(e) + ")";
  const auto chain = [&](const std::vector<ExprPtr>& operands, std::string_view separator) {
    // A chain inside a chain of its kind was in brackets; otherwise it would be one
    // chain.
    const Precedence inner = tighter_than(own);
    return joined(operands, separator, [&](const ExprPtr& o) { return flat(*o, inner); });
  };
  const auto operand = [](const ExprPtr& o) { return flat(*o, Precedence::alternative); };
  const auto plain = [](const ExprPtr& o) { return flat(*o); };
  return std::visit(
      overloaded{
          [](const NameRef& n) { return n.name.text; },
          [](const NumberLiteral& n) { return std::to_string(n.value); },
          [](const FlagLiteral& n) { return std::string(n.on ? "on" : "off"); },
          [](const UnsetLiteral&) { return std::string("unset"); },
          [](const TextLiteral& n) { return quoted(n.text); },
          [](const FieldOf& n) { return flat_base(n.base) + "." + n.field.text; },
          [&](const IndexOf& n) { return flat_base(n.base) + "[" + joined(n.indices, ", ", plain) + "]"; },
          [&](const Call& n) { return n.function.text + "(" + joined(n.arguments, ", ", plain) + ")"; },
          [&](const Else& n) { return chain(n.operands, " else "); },
          [&](const Is& n) { return operand(n.left) + (n.negated ? " is not " : " is ") + flat_right(*n.right); },
          [&](const IsPresence& n) {
            return operand(n.operand) + (n.negated ? " is not " : " is ") + std::string(word(n.presence));
          },
          [&](const In& n) {
            return operand(n.left) + in_word(n) +
                   (n.named                  ? operand(n.named)
                    : is_bare_range(n.items) ? flat_item(n.items[0])
                                             : flat_list(n.items));
          },
          [&](const Compare& n) { return operand(n.left) + " " + std::string(sign(n.op)) + " " + operand(n.right); },
          [&](const TextTest& n) { return operand(n.left) + " " + text_test(n.form, n.texts); },
          [&](const HasLength& n) { return operand(n.left) + " " + length_test(n.items); },
          [](const ButNot& n) { return flat(*n.test) + but_not(n.excluded); },
          [](const Not& n) { return "not " + flat(*n.operand, Precedence::negation); },
          [&](const And& n) { return chain(n.operands, " and "); },
          [&](const Or& n) { return chain(n.operands, " or "); },
          [](const Quantified& n) {
            const bool count = n.quantifier == Quantifier::count;
            return quantifier_head(n) + flat(*n.condition) + (count ? ")" : "");
          },
          [](const SetLiteral& n) { return set_text(n, flat_list(n.items)); },
          [](const RecordLiteral& n) {
            if (n.members.empty()) return std::string("{}");
            return "{ " + joined(n.members, ", ", [](const Member& m) { return m.name.text + ": " + flat(*m.value); }) +
                   " }";
          },
          [](const Rules& n) { return flat_rules(n); }},
      e.node);
}

std::string declared_list(const std::vector<ListItem>& items) {
  if (is_bare_range(items)) return flat_item(items.front());
  // One member alone would be an expression in parentheses.
  return items.size() == 1 ? "(" + flat_item(items.front()) + ",)" : flat_list(items);
}

// --- types --------------------------------------------------------------------------

static bool has_named_spelling(const EnumType& type) {
  return std::any_of(type.values.begin(), type.values.end(), [](const EnumValue& v) { return v.name && v.spelling; });
}

std::string enum_value(const EnumValue& value) {
  if (!value.name) return value.spelling ? quoted(*value.spelling) : "";
  return value.name->text + (value.spelling ? " = " + one_or_list(*value.spelling, value.others) : "");
}

static bool is_bracketed(const Type& type, TypePlace place) {
  if (const auto* e = as<EnumType>(type)) {
    return place == TypePlace::suffixed || (place == TypePlace::open && has_named_spelling(*e));
  }
  // `5..30?` reads as if the bound were optional.
  const auto* n = as<NumberType>(type);
  return n != nullptr && (n->low || n->high) && place == TypePlace::suffixed;
}

std::string flat_type(const Type& type, TypePlace place) {
  if (is_bracketed(type, place)) return "(" + flat_type(type, TypePlace::whole) + ")";
  return std::visit(
      overloaded{
          [](const EnumType& t) { return joined(t.values, " | ", enum_value); },
          [](const NamedType& t) { return t.name.text; }, [](const FlagType&) { return std::string("flag"); },
          [](const NumberType& t) { return t.low || t.high ? range(t.low, t.high) : std::string("number"); },
          [](const TextType&) { return std::string("text"); },
          [](const RecordType& t) {
            std::string out = joined(t.fields, ", ", [](const Field& f) {
              std::string field = f.name.text + " : ";
              field += flat_type(*f.type, TypePlace::open);
              if (f.place) field += " " + at_place(*f.place);
              if (f.not_null) field += " not null";
              if (f.default_value) field += " = " + flat(*f.default_value);
              return field;
            });
            if (t.open) out += t.fields.empty() ? "..." : ", ...";
            return out.empty() ? std::string("{}") : "{ " + out + " }";
          },
          [](const MapType& t) {
            return flat_type(*t.element, TypePlace::suffixed) + "[" +
                   joined(t.indices, ", ", [](const TypePtr& i) { return flat_type(*i, TypePlace::open); }) + "]";
          },
          [](const SetType& t) { return "[" + flat_type(*t.element, TypePlace::whole) + (t.open ? ", ...]" : "]"); },
          [](const OptionalType& t) { return flat_type(*t.inner, TypePlace::suffixed) + "?"; }},
      type.node);
}

}  // namespace tally::format
