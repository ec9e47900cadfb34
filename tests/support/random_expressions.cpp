#include "tests/support/random_expressions.h"

#include <algorithm>
#include <concepts>
#include <tuple>
#include <utility>
#include <variant>

namespace tally::testing {
namespace {

using Kind = Shape::Kind;

// This file makes text, not a tree, so nothing else would notice a kind that it never writes.
// If a kind is added to the tree, write it below, then add it here.
static_assert(
    std::same_as<decltype(ast::Expr::node),
                 std::variant<ast::NameRef, ast::NumberLiteral, ast::FlagLiteral, ast::UnsetLiteral, ast::TextLiteral,
                              ast::FieldOf, ast::IndexOf, ast::Call, ast::Else, ast::Is, ast::IsPresence, ast::In,
                              ast::Compare, ast::TextTest, ast::HasLength, ast::ButNot, ast::Not, ast::And, ast::Or,
                              ast::Quantified, ast::SetLiteral, ast::RecordLiteral, ast::Rules>>);
static_assert(std::same_as<decltype(ast::Cell::node),
                           std::variant<ast::AnyCell, ast::ValueCell, ast::ListCell, ast::RangeCell, ast::NamedCell,
                                        ast::CompareCell, ast::TextTestCell, ast::LengthCell, ast::PresenceCell,
                                        ast::NotCell, ast::ButNotCell, ast::AndCell, ast::OrCell>>);

// Only a few texts, so that cuts interact: some are equal, some are prefixes of others.
const std::vector<std::string> texts = {"+1", "+1900", "sip:", "a b", ""};
const std::vector<std::string> starts = {"+1", "+1900", "sip:", "a"};
const std::vector<std::string> ends = {"1", "00", ":", "b"};
const std::vector<std::string> patterns = {"[+]1",   "+X.",   "+1[89]XX!", "a b",    "NZ.",
                                           "[a-z]!", "+1900", "+X...",     "[a ]..."};
const std::vector<std::string> lengths = {"0", "2", "..3", "4..6", "5..", "(1, 3)", "(2, 4..5)"};
const std::vector<std::uint64_t> numbers = {0, 1, 3, 10, 20, 60};

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ", ") + item;
  return out;
}

}  // namespace

std::string Expressions::at(const Written& e, Precedence place) {
  return e.precedence < place ? "(" + e.text + ")" : e.text;
}

// --- names and paths ------------------------------------------------------------

void Expressions::paths(const Named& from, std::vector<Named>& out) {
  out.push_back(from);
  const auto inside = [&](const std::string& suffix, const ShapeRef& shape) {
    paths({from.text + suffix, from.shape->optional ? optional_shape(shape) : shape, from.made}, out);
  };
  for (const Member& m : from.shape->members) inside("." + m.name, m.shape);
  if (from.shape->kind != Kind::map) return;
  std::vector<std::string> indices;
  for (const ShapeRef& wanted : from.shape->indices) indices.push_back(index(*wanted));
  inside("[" + joined(indices) + "]", from.shape->element);
}

// An index: a value, or an expression of an enum that is never unset.
std::string Expressions::index(const Shape& wanted) {
  std::vector<const Named*> selectors;
  for (const auto* from : {&names, &locals}) {
    for (const Named& n : *from) {
      if (fits(*n.shape, wanted)) selectors.push_back(&n);
    }
  }
  if (selectors.empty() || random_.chance(30)) return random_.pick(wanted.values).written;
  const std::string text = random_.pick(selectors)->text;
  return random_.chance(10) ? "(" + text + ")" : text;
}

// An object without a name, whose members are read: a call, or two layers.
void Expressions::add_unnamed(std::vector<Named>& out) {
  if (inside_unnamed_) return;  // these need expressions themselves
  inside_unnamed_ = true;
  std::vector<Named> objects;
  for (const auto* from : {&names, &locals}) {
    for (const Named& n : *from) {
      std::vector<Named> all;
      paths(n, all);
      for (Named& inner : all) {
        if (inner.shape->is_object()) objects.push_back(std::move(inner));
      }
    }
  }
  if (!objects.empty() && random_.chance(50)) {
    const Named upper = random_.pick(objects);
    std::vector<Named> lower;
    for (const Named& n : objects) {
      if (n.text != upper.text && same(*n.shape, *upper.shape)) lower.push_back(n);
    }
    if (!lower.empty()) {
      const Named& under = random_.pick(lower);
      const ShapeRef shape = optional_shape(upper.shape, upper.shape->optional && under.shape->optional);
      paths({"(" + upper.text + " else " + under.text + ")", shape, upper.made || under.made}, out);
    }
  } else {
    std::vector<Function> makers;
    for (const Function& f : functions) {
      if (f.result->is_object()) makers.push_back(f);
    }
    if (!makers.empty()) {
      const Function& f = random_.pick(makers);
      const bool made = used_made;
      if (const auto made_by = call(*f.result, 1)) paths({made_by->first.text, made_by->second, true}, out);
      used_made = made;  // it counts only if it is chosen
    }
  }
  inside_unnamed_ = false;
}

std::optional<Named> Expressions::any(const std::function<bool(const Named&)>& good) {
  std::vector<Named> found;
  const auto look = [&](const std::vector<Named>& from) {
    std::vector<Named> all;
    for (const Named& n : from) paths(n, all);
    if (random_.chance(20)) {
      all.clear();
      add_unnamed(all);
    }
    for (Named& n : all) {
      if (good(n)) found.push_back(std::move(n));
    }
  };
  // The parameters of a let should be used.
  if (random_.chance(75)) look(locals);
  for (int i = 0; i < 2 && found.empty(); ++i) look(names);
  if (found.empty()) look(locals);
  if (found.empty()) return std::nullopt;
  Named chosen = random_.pick(found);
  used_made |= chosen.made;
  return chosen;
}

// --- literals -------------------------------------------------------------------

std::string Expressions::number_in(const Shape& shape) {
  std::vector<std::uint64_t> inside = {shape.low};
  if (shape.high != widest_number) inside.push_back(shape.high);
  for (std::uint64_t n : numbers) {
    if (shape.low <= n && n <= shape.high) inside.push_back(n);
  }
  return std::to_string(random_.pick(inside));
}

std::string Expressions::range_in(const Shape& shape) {
  std::uint64_t a = std::stoull(number_in(shape)), b = std::stoull(number_in(shape));
  if (a > b) std::swap(a, b);
  if (random_.chance(25)) return std::to_string(a) + "..";
  if (random_.chance(25)) return ".." + std::to_string(b);
  return std::to_string(a) + ".." + std::to_string(b);
}

std::string Expressions::prefixes() {
  const auto one = [&] {
    const auto list = random_.chance(15) ? list_for(*text_shape()) : std::nullopt;
    return list ? *list : quoted(random_.pick(starts));
  };
  if (random_.chance(60)) return one();
  return "(" + one() + ", " + one() + ")";
}

// `starts "+1"`, `ends "00"`, `like "+X."`, `has length 2`.
std::string Expressions::text_test() {
  if (random_.chance(50)) return "starts " + prefixes();
  if (random_.chance(25)) return "has length " + random_.pick(lengths);
  const bool ending = random_.chance(60);
  const std::vector<std::string>& known = ending ? ends : patterns;
  const std::string word = ending ? "ends " : "like ";
  if (random_.chance(70)) return word + quoted(random_.pick(known));
  return word + "(" + quoted(random_.pick(known)) + ", " + quoted(random_.pick(known)) + ")";
}

std::string Expressions::literal(const Shape& shape) {
  switch (shape.kind) {
    case Kind::flag:
    case Kind::choice: return random_.pick(shape.values).written;
    case Kind::number: return number_in(shape);
    case Kind::set: {
      std::vector<std::string> values;
      for (const ShapeValue& v : shape.indices.front()->values)
        if (random_.chance(40)) values.push_back(v.written);
      random_.shuffle(values);
      return "(" + joined(values) + (values.size() == 1 ? ",)" : ")");
    }
    case Kind::text:
    case Kind::record:
    case Kind::map: break;  // objects have no literals
  }
  return quoted(random_.pick(texts));
}

std::string Expressions::members(const Shape& shape) { return joined(items_of(shape)); }

std::vector<std::string> Expressions::items_of(const Shape& shape) {
  std::vector<std::string> items;
  for (std::size_t i = random_.between(1, 3); i > 0; --i) {
    std::string item = shape.kind == Kind::number && random_.chance(40) ? range_in(shape) : literal(shape);
    if (random_.chance(15)) item = list_for(shape).value_or(item);
    if (std::find(items.begin(), items.end(), item) == items.end()) items.push_back(item);
  }
  return items;
}

// `(v, w)`
std::string Expressions::list_of(const Shape& shape) { return "(" + members(shape) + ")"; }

// What stands after `in`.
std::string Expressions::among(const Shape& shape) {
  const auto list = random_.chance(30) ? list_for(shape) : std::nullopt;
  return list ? *list : list_of(shape);
}

// The right side of a `let`: `(v, w)`, `(v,)` or `5..30`.
std::string Expressions::declared_list(const Shape& shape) {
  if (shape.kind == Kind::number && random_.chance(15)) return range_in(shape);
  const std::vector<std::string> items = items_of(shape);
  return "(" + joined(items) + (items.size() == 1 ? ",)" : ")");
}

// The name of a list that can be compared with such a value.
std::optional<std::string> Expressions::list_for(const Shape& shape) {
  std::vector<std::string> found;
  for (const List& list : lists) {
    // Without a type, its members must be literals of the left side's type.
    const bool comparable = list.has_type && list.shape->kind == shape.kind &&
                            (shape.kind != Kind::choice || share_a_value(*list.shape, shape));
    if (comparable || fits(*list.shape, shape)) found.push_back(list.name);
  }
  if (found.empty()) return std::nullopt;
  return random_.pick(found);
}

std::string Expressions::with_insertions() {
  std::string out = "\"";
  for (std::size_t i = random_.between(1, 2); i > 0; --i) {
    const auto inserted = any([](const Named& n) {
      // A text can insert only names with fields and indices.
      return !n.shape->is_object() && n.text.find_first_of("\"(") == std::string::npos;
    });
    out += random_.chance(20) ? "{{}" : "to ";
    if (!inserted) continue;
    out += "{" + inserted->text + "}";
    used_made |= !inserted->shape->is_enum();
  }
  return out + "\"";
}

std::string Expressions::reason() {
  const bool made = used_made;
  std::string out = random_.chance(50) ? with_insertions() : "\"because\"";
  used_made = made;  // a reason is not part of a value
  return out;
}

// --- conditions -------------------------------------------------------------------

std::optional<std::pair<Written, Named>> Expressions::comparable() {
  const auto scalar = [](const Named& n) { return !n.shape->is_object() && !(n.made && n.shape->kind == Kind::text); };
  auto left = any(scalar);
  if (!left) return std::nullopt;
  Written written{left->text, Precedence::postfix};
  if (!left->shape->optional || !random_.chance(25)) return std::pair{written, *left};
  // `left else right`, where `right` is another name of the kind or a literal.
  auto right = any([&](const Named& n) {
    return scalar(n) && n.shape->kind == left->shape->kind &&
           (n.shape->kind != Kind::choice || share_a_value(*n.shape, *left->shape));
  });
  const bool by_name = right && right->text != left->text && random_.chance(70);
  written = {left->text + " else " + (by_name ? right->text : literal(*left->shape)), Precedence::alternative};
  left->shape = optional_shape(left->shape, by_name && right->shape->optional);
  return std::pair{written, *left};
}

// `v in s`, `s is empty`.
std::optional<Written> Expressions::set_comparison() {
  // What begins with `(` after `in` is a list.
  const auto set = any([](const Named& n) { return n.shape->kind == Kind::set && n.text.front() != '('; });
  if (!set) return std::nullopt;
  if (random_.chance(20))
    return Written{set->text + (random_.chance(60) ? " is empty" : " is not empty"), Precedence::comparison};
  const Shape& values = *set->shape->indices.front();
  std::string left = random_.pick(values.values).written;
  if (random_.chance(50)) {
    const auto other =
        any([&](const Named& n) { return n.shape->kind == values.kind && share_a_value(*n.shape, values); });
    if (other) left = other->text;
  }
  return Written{left + (random_.chance(75) ? " in " : " not in ") + set->text, Precedence::comparison};
}

Written Expressions::comparison() {
  if (random_.chance(15)) {
    if (const auto n = any([](const Named& x) { return x.shape->optional; })) {
      return {n->text + (random_.chance(50) ? " is set" : " is unset"), Precedence::comparison};
    }
  }
  if (random_.chance(20)) {
    if (const auto about = set_comparison()) return *about;
  }
  const auto compared = comparable();
  if (!compared) return {random_.chance(50) ? "on" : "off", Precedence::postfix};
  const Shape& shape = *compared->second.shape;
  const std::string left = at(compared->first, Precedence::alternative);
  const auto is = [&](const std::string& right) {
    return Written{left + (random_.chance(70) ? " is " : " is not ") + right, Precedence::comparison};
  };
  const auto in = [&] {
    if (random_.chance(20)) return Written{left + " not in " + among(shape), Precedence::comparison};
    return Written{left + " in " + among(shape) + exclusions(shape), Precedence::comparison};
  };
  if (shape.is_enum()) {
    if (shape.kind == Kind::flag && !shape.optional && random_.chance(60)) return compared->first;
    if (random_.chance(20)) {
      const auto alike = [&](const Named& n) { return n.shape->kind == shape.kind && share_a_value(*n.shape, shape); };
      const auto other = any(alike);
      if (other && other->text != compared->second.text) return is(other->text);
    }
    if (random_.chance(20)) return in();
    return is(literal(shape));
  }
  if (random_.chance(20)) {
    if (const auto related = this->related(left, compared->second)) return *related;
  }
  if (random_.chance(30)) return in();
  if (shape.kind == Kind::text) {
    if (random_.chance(60)) return {left + " " + text_test() + exclusions(shape), Precedence::comparison};
    return is(literal(shape));
  }
  if (random_.chance(25)) return {left + " in " + range_in(shape) + exclusions(shape), Precedence::comparison};
  if (random_.chance(25)) return is(literal(shape));
  static const std::vector<std::string> orders = {" < ", " <= ", " > ", " >= "};
  return {left + random_.pick(orders) + literal(shape), Precedence::comparison};
}

// Two numbers or two texts, the right one with a name: `a < b`, `5 <= b else c`, `a is b`.
std::optional<Written> Expressions::related(const std::string& left, const Named& of_left) {
  const auto right = comparable();
  if (!right || right->second.shape->kind != of_left.shape->kind || right->second.text == of_left.text)
    return std::nullopt;
  static const std::vector<std::string> orders = {" < ", " <= ", " > ", " >= ", " is ", " is not "};
  const bool is_number = of_left.shape->kind == Kind::number;
  const std::string order = is_number ? random_.pick(orders) : random_.chance(50) ? " is " : " is not ";
  std::string first = random_.chance(10) ? literal(*of_left.shape) : left;
  if (is_number && random_.chance(15))
    first = (random_.chance(50) ? "min(" : "max(") + first + ", " + number_in(*of_left.shape) + ")";
  return Written{first + order + at(right->first, Precedence::alternative), Precedence::comparison};
}

// `q0 in c0: C`, as after `some` and in `count(...)`, with the number of values.
std::pair<std::string, std::size_t> Expressions::bound(int depth) {
  std::vector<ShapeRef> shapes = {flag_shape()};
  for (const Named& n : names) {
    if (n.shape->kind == Kind::choice) shapes.push_back(optional_shape(n.shape, false));
  }
  ShapeRef shape = random_.pick(shapes);
  std::string over = written(*shape, true);
  if (random_.chance(35)) {
    // A set by its name, with fields, indices and calls.
    const auto set = any([](const Named& n) { return n.shape->kind == Kind::set && n.text.front() != '('; });
    if (set) {
      shape = set->shape->indices.front();
      over = set->text;
    }
  }
  const std::string name = "q" + std::to_string(quantifiers_++);
  locals.push_back({name, shape});
  const std::string condition = this->condition(depth).text;
  locals.pop_back();
  --quantifiers_;
  return {name + " in " + over + ": " + condition, shape->values.size()};
}

// `some q0 in c0: C`
Written Expressions::quantified(int depth) {
  return {(random_.chance(50) ? "some " : "every ") + bound(depth - 1).first, Precedence::disjunction};
}

// `count(C, D)`, with the number of conditions.
std::pair<std::string, std::size_t> Expressions::count(int depth) {
  std::string inside;
  std::size_t size = 0;
  if (random_.chance(40)) {
    std::tie(inside, size) = bound(depth - 1);
  } else {
    size = random_.between(1, 4);
    for (std::size_t i = 0; i < size; ++i) inside += (i ? ", " : "") + condition(depth - 1).text;
  }
  return {"count(" + inside + ")", size};
}

// `count(C, D) >= 2`
Written Expressions::counted(int depth) {
  const auto [text, size] = count(depth);
  const auto number = [&, most = size] { return std::to_string(random_.between(0, most)); };
  if (random_.chance(20)) return {text + " in (" + number() + ", " + number() + "..)", Precedence::comparison};
  static const std::vector<std::string> orders = {" is ", " is not ", " < ", " <= ", " > ", " >= "};
  const std::string& order = random_.pick(orders);
  return {text + order + number(), Precedence::comparison};
}

Written Expressions::condition(int depth) {
  if (depth <= 0) return comparison();
  switch (random_.below(10)) {
    case 8: return quantified(depth);
    case 9: return counted(depth);
    case 0:
    case 1: {
      const bool conjunction = random_.chance(60);
      const Precedence own = conjunction ? Precedence::conjunction : Precedence::disjunction;
      std::string out;
      for (std::size_t i = random_.between(2, 3); i > 0; --i) {
        const Written operand = condition(depth - 1);
        // The same operator as an operand needs parentheses: it is a chain of its own.
        out += (out.empty() ? "" : conjunction ? " and " : " or ") + at(operand, tighter_than(own));
      }
      return {out, own};
    }
    case 2: return {"not " + at(condition(depth - 1), Precedence::comparison), Precedence::negation};
    case 3:
      if (const auto called = call(*flag_shape(), depth - 1)) return called->first;
      return comparison();
    case 4:
      if (random_.chance(40)) {
        if (const auto chosen = rules(flag_shape(), depth - 1, false)) return *chosen;
      }
      return comparison();
    default: return comparison();
  }
}

// --- values -----------------------------------------------------------------------

std::optional<Written> Expressions::path(const Shape& wanted) {
  const auto found = any([&](const Named& n) { return fits(*n.shape, wanted); });
  if (!found) return std::nullopt;
  return Written{found->text, Precedence::postfix};
}

std::optional<Written> Expressions::record(const Shape& wanted, int depth, bool result, bool partial) {
  std::vector<std::string> members;
  for (const Member& m : wanted.members) {
    const bool may_lack = partial || m.shape->optional || !m.fallback.empty();
    if (may_lack && random_.chance(40)) {
      if (!m.shape->optional) left_out_ = std::max(left_out_, LeftOut::some);
      continue;
    }
    const LeftOut before = std::exchange(left_out_, LeftOut::nothing);
    const auto value = expression(m.shape, depth - 1, result);
    if (m.shape->optional && left_out_ == LeftOut::some) left_out_ = LeftOut::for_good;
    left_out_ = std::max(left_out_, before);
    if (!value) return std::nullopt;
    members.push_back(m.name + ": " + value->text);
  }
  random_.shuffle(members);
  return Written{members.empty() ? "{}" : "{ " + joined(members) + " }", Precedence::postfix};
}

// `x else y`.
std::optional<Written> Expressions::layered(const ShapeRef& wanted, int depth, bool result) {
  if (wanted->kind == Kind::record && random_.chance(40)) {
    const LeftOut before = std::exchange(left_out_, LeftOut::nothing);
    const auto top = record(*wanted, depth - 1, result, true);
    const LeftOut left_out = std::exchange(left_out_, before);
    if (!top || left_out == LeftOut::for_good) return std::nullopt;
    // If the place must be set, the members that the literal leaves out must come from below.
    const auto below = path(*optional_shape(wanted, left_out == LeftOut::nothing));
    if (!below) return std::nullopt;
    return Written{top->text + " else " + below->text, Precedence::alternative};
  }
  const auto left = path(*optional_shape(wanted));
  const auto right = expression(wanted, depth - 1, result);
  if (!left || !right) return std::nullopt;
  // A chain is one expression: its right side may be a chain without parentheses.
  return Written{left->text + " else " + at(*right, Precedence::alternative), Precedence::alternative};
}

std::optional<Written> Expressions::rules(const ShapeRef& wanted, int depth, bool result) {
  std::string out = "{ ";
  for (std::size_t i = random_.between(1, 2); i > 0; --i) {
    const auto outcome = expression(wanted, depth - 1, result);
    if (!outcome) return std::nullopt;
    out += outcome->text + " when " + condition(depth - 1).text + "  ";
  }
  const auto last = expression(wanted, depth - 1, result);
  if (!last) return std::nullopt;
  return Written{out + last->text + " otherwise }", Precedence::postfix};
}

// A call, and what it gives, which may be narrower than what is wanted: never unset, for example.
std::optional<std::pair<Written, ShapeRef>> Expressions::call(const Shape& wanted, int depth) {
  std::vector<Function> fitting;
  for (const Function& f : functions) {
    if (fits(*f.result, wanted)) fitting.push_back(f);
  }
  if (fitting.empty()) return std::nullopt;
  const Function f = random_.pick(fitting);
  std::vector<std::string> arguments;
  for (const ShapeRef& parameter : f.parameters) {
    const auto argument = expression(parameter, depth - 1);
    if (!argument) return std::nullopt;
    arguments.push_back(argument->text);
  }
  return std::pair{Written{f.name + "(" + joined(arguments) + ")", Precedence::postfix}, f.result};
}

// The fallback if nothing else fits: a literal, unset, or a record literal.
std::optional<Written> Expressions::fallback(const ShapeRef& wanted, int depth, bool result) {
  if (wanted->optional && random_.chance(30)) return Written{"unset", Precedence::postfix};
  if (wanted->kind == Kind::record && depth > -3) return record(*wanted, depth, result, false);
  if (wanted->is_object() && wanted->kind != Kind::set) {
    if (wanted->optional) return Written{"unset", Precedence::postfix};
    return path(*wanted);
  }
  if (wanted->kind == Kind::text && result && random_.chance(50)) {
    return Written{with_insertions(), Precedence::postfix};
  }
  return Written{literal(*wanted), Precedence::postfix};
}

std::optional<Written> Expressions::expression(const ShapeRef& wanted, int depth, bool result) {
  std::optional<Written> found;
  const std::size_t way = random_.below(depth > 0 ? 12 : 6);
  if (way < 4) {
    found = path(*wanted);
  } else if (way >= 6 && way < 9) {
    found = layered(wanted, depth, result);
  } else if (way == 9) {
    found = rules(wanted, depth, result);
  } else if (way == 10) {
    if (auto called = call(*wanted, depth)) found = std::move(called->first);
  } else if (way == 11 && wanted->kind == Kind::flag) {
    found = condition(depth - 1);
  }
  return found ? found : fallback(wanted, depth, result);
}

// --- cells -------------------------------------------------------------------------

std::string Expressions::cell(const Shape& shape) {
  if (random_.chance(30)) return "-";
  std::string out = narrowed_cell(shape);
  while (shape.kind == Kind::text && random_.chance(10)) out += " and " + text_test() + exclusions(shape);
  while (random_.chance(10)) out += " or " + narrowed_cell(shape);
  return out;
}

std::string Expressions::narrowed_cell(const Shape& shape) {
  const bool negated = random_.chance(10);
  return (negated ? "not " : "") + plain_cell(shape) + exclusions(shape);
}

// "", or " but not 7".
std::string Expressions::exclusions(const Shape& shape) {
  std::string out;
  while (random_.chance(10)) out += " but not " + plain_cell(shape);
  return out;
}

std::string Expressions::plain_cell(const Shape& shape) {
  if (shape.optional && random_.chance(25)) return random_.chance(50) ? "set" : "unset";
  if (random_.chance(10)) {
    if (const auto list = list_for(shape)) return "in " + *list;
  }
  if (random_.chance(15)) return (random_.chance(20) ? "in " : "") + list_of(shape);
  if (shape.kind == Kind::number) {
    if (random_.chance(40)) return range_in(shape);
    if (random_.chance(40)) {
      static const std::vector<std::string> orders = {"< ", "<= ", "> ", ">= "};
      return random_.pick(orders) + number_in(shape);
    }
  }
  if (shape.kind == Kind::text && random_.chance(60)) return text_test();
  return literal(shape);
}

}  // namespace tally::testing
