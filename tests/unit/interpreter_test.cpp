// The reference interpreter on models made by hand, so that its answers depend on the model
// alone.
#include "simulator/reference/interpreter.h"
#include "simulator/documents/smallest_document.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <map>
#include <set>
#include <string>

namespace tally::reference {
namespace {

TypeRef optional(const TypeRef& type) { return as_optional(type); }

TypeRef enum_type(std::initializer_list<std::pair<const char*, const char*>> values) {
  auto type = std::make_shared<Type>();
  type->kind = Type::Kind::enumeration;
  for (const auto& [name, spelling] : values) type->values.push_back({name, spelling, true});
  return type;
}

Field field(std::string name, TypeRef type, ast::PlaceKind kind = ast::PlaceKind::any, std::string pointer = "") {
  Field f;
  f.pointer = pointer.empty() ? "/" + name : std::move(pointer);
  f.name = std::move(name);
  f.type = std::move(type);
  f.kind = kind;
  return f;
}

TypeRef record_type(std::vector<Field> fields) {
  auto type = std::make_shared<Type>();
  type->kind = Type::Kind::record;
  type->fields = std::move(fields);
  return type;
}

TypeRef map_type(TypeRef element, std::vector<TypeRef> indices) {
  auto type = std::make_shared<Type>();
  type->kind = Type::Kind::map;
  type->element = std::move(element);
  type->indices = std::move(indices);
  return type;
}

ExprRef expr(decltype(Expr::node) node, TypeRef type) {
  return std::make_shared<const Expr>(Expr{std::move(node), std::move(type), {}});
}
ExprRef name(const char* value, TypeRef type) { return expr(Constant{EnumName{value}}, std::move(type)); }
ExprRef number(std::uint64_t value) { return expr(Constant{value}, number_type(value, value)); }
ExprRef text(const char* value) { return expr(Constant{std::string(value)}, text_type()); }
ExprRef unset(TypeRef type) { return expr(Constant{Unset{}}, std::move(type)); }
ExprRef yes() { return name("on", flag_type()); }
ExprRef no() { return name("off", flag_type()); }
ExprRef is_set(ExprRef e) { return expr(IsSet{std::move(e)}, flag_type()); }
ExprRef is(ExprRef e, const char* value) { return expr(AmongValues{std::move(e), {value}}, flag_type()); }
ExprRef parameter(std::uint32_t index, TypeRef type) { return expr(ParameterRef{index}, std::move(type)); }
ExprRef at_field(const ExprRef& base, std::uint32_t index) {
  const TypeRef type = base->type->fields[index].type;
  return expr(FieldOf{base, index}, base->type->optional ? optional(type) : type);
}
ExprRef at_cell(const ExprRef& base, std::vector<ExprRef> indices) {
  const TypeRef type = base->type->element;
  return expr(IndexOf{base, std::move(indices)}, base->type->optional ? optional(type) : type);
}
ExprRef or_else(ExprRef a, ExprRef b, TypeRef type) {
  return expr(ElseOf{{std::move(a), std::move(b)}}, std::move(type));
}

// Values as text: `on`, `5`, `5@i` (handed on from i), "t", `t*` (inserted), `{5, -}`, `[...]`.
std::string show(const Model& model, const Value& value) {
  const auto from = [&](const std::optional<ElementId>& origin) {
    return origin ? "@" + model.at(*origin).name : std::string();
  };
  const auto all = [&](const std::vector<Value>& values) {
    std::string out;
    for (const Value& v : values) out += (out.empty() ? "" : ", ") + show(model, v);
    return out;
  };
  if (const auto* e = std::get_if<EnumValue>(&value.node)) return e->name;
  if (const auto* n = std::get_if<Number>(&value.node)) return std::to_string(n->value) + from(n->origin);
  if (const auto* t = std::get_if<Text>(&value.node)) {
    return "\"" + t->value + "\"" + from(t->origin) + (t->inserted ? "*" : "");
  }
  if (const auto* r = std::get_if<Record>(&value.node)) return "{" + all(r->members) + "}";
  if (const auto* m = std::get_if<Map>(&value.node)) return "[" + all(m->cells) + "]";
  return "-";
}

class InterpreterTest : public ::testing::Test {
 protected:
  ExprRef input(const std::string& input_name, const TypeRef& type) {
    const ElementId root{static_cast<std::uint32_t>(model.elements.size())};
    Element element;
    element.input = InputId{static_cast<std::uint32_t>(model.inputs.size())};
    element.type = type;
    element.name = input_name;
    element.pointer = "/" + input_name;
    model.elements.push_back(element);
    grow(root);
    model.inputs.push_back({input_name, type, root, {}, {}});
    return expr(InputRef{element.input}, type);
  }

  ElementId element(const std::string& wanted) const {
    for (std::uint32_t i = 0; i < model.elements.size(); ++i) {
      if (model.elements[i].name == wanted) return ElementId{i};
    }
    ADD_FAILURE() << "no element " << wanted;
    return {};
  }

  LetId let(std::vector<std::pair<std::string, TypeRef>> parameters, ExprRef body) {
    const TypeRef type = body->type;
    model.lets.push_back({"l", std::move(parameters), type, std::move(body), {}, {}});
    return LetId{static_cast<std::uint32_t>(model.lets.size() - 1)};
  }

  DecisionId decision(const TypeRef& type, std::vector<Rule> rules) {
    Decision d;
    d.type = type;
    d.rules = std::move(rules);
    model.decisions.push_back(std::move(d));
    return DecisionId{static_cast<std::uint32_t>(model.decisions.size() - 1)};
  }

  // Facts by element name. Objects that are named are present.
  Facts facts(std::map<std::string, Literal> given) {
    return [this, given = std::move(given)](ElementId id) -> Literal {
      asked.insert(model.at(id).name);
      const auto found = given.find(model.at(id).name);
      return found == given.end() ? Literal{Unset{}} : found->second;
    };
  }

  std::string value(const ExprRef& e, std::map<std::string, Literal> given = {}) {
    return show(model, Interpreter(model).evaluate(e, facts(std::move(given))));
  }

  bool possible_with(std::map<std::string, bool> given) const {
    std::vector<ElementId> elements;
    for (const auto& [element_name, set] : given) elements.push_back(element(element_name));
    return document_exists(model, elements, [&](ElementId id) { return given.at(model.at(id).name); });
  }

  Model model;
  std::set<std::string> asked;
  TypeRef side = enum_type({{"left", "left"}, {"right", "RIGHT"}});

 private:
  void grow(ElementId id) {
    const TypeRef type = model.at(id).type;
    const auto add = [&](const Field& f, const std::string& suffix) {
      Element child;
      child.input = model.at(id).input;
      child.parent = id;
      child.type = f.type;
      child.name = model.at(id).name + suffix;
      child.pointer = model.at(id).pointer + f.pointer;
      child.kind = f.kind;
      child.default_value = f.default_value;
      const ElementId child_id{static_cast<std::uint32_t>(model.elements.size())};
      model.elements.push_back(child);
      model.elements[id.value].children.push_back(child_id);
      grow(child_id);
    };
    for (const Field& f : type->fields) add(f, "." + f.name);
    if (type->kind != Type::Kind::map) return;
    for (std::size_t cell = 0; cell < cell_count(*type); ++cell) {
      std::string keys;
      for (std::size_t i : cell_values(*type, cell)) keys += (keys.empty() ? "" : ",") + std::to_string(i);
      add(field(keys, type->element), "[" + keys + "]");
    }
  }
};

const Literal present = EnumName{"present"};
const Literal on = EnumName{"on"}, off = EnumName{"off"}, left = EnumName{"left"}, right = EnumName{"right"};

TEST_F(InterpreterTest, NumberAndTextCarryTheLeafTheyAreHandedOnFrom) {
  const ExprRef limit = input("limit", optional(number_type()));
  const ExprRef url = input("url", optional(text_type()));
  EXPECT_EQ(value(limit, {{"limit", std::uint64_t{7}}}), "7@limit");
  EXPECT_EQ(value(limit), "-");
  EXPECT_EQ(value(url, {{"url", std::string("u")}}), "\"u\"@url");
  EXPECT_EQ(value(or_else(limit, number(60), number_type())), "60");
  EXPECT_EQ(value(or_else(limit, number(60), number_type()), {{"limit", std::uint64_t{60}}}), "60@limit");
}

TEST_F(InterpreterTest, FirstMatchingRuleFires) {
  const ExprRef a = input("a", flag_type());
  Rule first{no(), a, false, std::nullopt, {}, {}};
  Rule second{yes(), yes(), false, std::nullopt, {}, {}};
  Rule third{no(), nullptr, true, std::nullopt, {}, {}};
  const DecisionId d = decision(flag_type(), {first, second, third});
  EXPECT_EQ(Interpreter(model).decide(d, facts({{"a", on}})).rule, 1u);
  const Decided decided = Interpreter(model).decide(d, facts({{"a", off}}));
  EXPECT_EQ(decided.rule, 2u);
  EXPECT_EQ(show(model, decided.value), "on");
}

TEST_F(InterpreterTest, NoRuleMatchesInAGap) {
  const DecisionId d = decision(flag_type(), {Rule{yes(), no(), false, std::nullopt, {}, {}}});
  const Decided decided = Interpreter(model).decide(d, facts({}));
  EXPECT_EQ(decided.rule, 0u);
  EXPECT_FALSE(decided.value.is_set());
  EXPECT_EQ(value(expr(DecisionRef{d}, flag_type())), "-");
}

TEST_F(InterpreterTest, ReasonInsertsSpellingsFlagsNumbersAndTexts) {
  const ExprRef s = input("s", optional(side)), f = input("f", optional(flag_type()));
  const ExprRef n = input("n", optional(number_type())), t = input("t", optional(text_type()));
  std::vector<Piece> reason = {std::string("s="),  s, std::string(" f="), f, std::string(" n="), n,
                               std::string(" t="), t, std::string(".")};
  const DecisionId d = decision(flag_type(), {Rule{yes(), nullptr, false, reason, {}, {}}});
  EXPECT_EQ(Interpreter(model)
                .decide(d, facts({{"s", right}, {"f", on}, {"n", std::uint64_t{10}}, {"t", std::string("x")}}))
                .reason,
            "s=RIGHT f=on n=10 t=x.");
  EXPECT_EQ(Interpreter(model).decide(d, facts({})).reason, "s= f= n= t=.");
}

TEST_F(InterpreterTest, InsertedTextHasNoOrigin) {
  const ExprRef t = input("t", optional(text_type()));
  const ExprRef made = expr(TextTemplate{{std::string("to "), t}}, text_type());
  EXPECT_EQ(value(made, {{"t", std::string("x")}}), "\"to x\"*");
  EXPECT_EQ(value(made), "\"to \"*");
}

TEST_F(InterpreterTest, TwoUnsetsAreEqual) {
  const ExprRef a = input("a", optional(side)), b = input("b", optional(side));
  const ExprRef equal = expr(Equal{a, b}, flag_type());
  EXPECT_EQ(value(equal), "on");
  EXPECT_EQ(value(equal, {{"a", left}}), "off");
  EXPECT_EQ(value(equal, {{"a", left}, {"b", left}}), "on");
  EXPECT_EQ(value(equal, {{"a", left}, {"b", right}}), "off");
}

TEST_F(InterpreterTest, NothingUnsetIsAmong) {
  const ExprRef s = input("s", optional(side)), n = input("n", optional(number_type()));
  const ExprRef t = input("t", optional(text_type()));
  const ExprRef among = expr(AmongValues{s, {"left", "right"}}, flag_type());
  EXPECT_EQ(value(among), "off");
  EXPECT_EQ(value(among, {{"s", right}}), "on");
  EXPECT_EQ(value(expr(NotOf{is(s, "left")}, flag_type())), "on");
  const ExprRef few = expr(AmongCut{n, Cut{{{0, 4}, {9, 9}}, {}, {}}}, flag_type());
  EXPECT_EQ(value(few), "off");
  EXPECT_EQ(value(few, {{"n", std::uint64_t{4}}}), "on");
  EXPECT_EQ(value(few, {{"n", std::uint64_t{5}}}), "off");
  EXPECT_EQ(value(few, {{"n", std::uint64_t{9}}}), "on");
  const ExprRef starts = expr(AmongCut{t, Cut{{}, {"sip"}, {"+1"}}}, flag_type());
  EXPECT_EQ(value(starts), "off");
  EXPECT_EQ(value(starts, {{"t", std::string("sip")}}), "on");
  EXPECT_EQ(value(starts, {{"t", std::string("sips")}}), "off");
  EXPECT_EQ(value(starts, {{"t", std::string("+1900")}}), "on");
  EXPECT_EQ(value(starts, {{"t", std::string("+")}}), "off");
}

TEST_F(InterpreterTest, EmptyAndIsTrueEmptyOrIsFalse) {
  EXPECT_EQ(value(expr(AndOf{{}}, flag_type())), "on");
  EXPECT_EQ(value(expr(OrOf{{}}, flag_type())), "off");
  EXPECT_EQ(value(expr(AndOf{{yes(), no()}}, flag_type())), "off");
  EXPECT_EQ(value(expr(OrOf{{no(), yes()}}, flag_type())), "on");
}

TEST_F(InterpreterTest, PresentRecordWithoutMembersIsSet) {
  const ExprRef r = input("r", optional(record_type({field("x", optional(flag_type()))})));
  EXPECT_EQ(value(is_set(r), {{"r", present}}), "on");
  EXPECT_EQ(value(r, {{"r", present}}), "{-}");
  EXPECT_EQ(value(is_set(r)), "off");
  EXPECT_EQ(value(r), "-");
}

TEST_F(InterpreterTest, RequiredObjectIsPresentIfTheObjectAroundItIs) {
  const TypeRef inner = record_type({field("x", optional(flag_type()))});
  const ExprRef outer = input("o", optional(record_type({field("i", inner)})));
  EXPECT_EQ(value(is_set(at_field(outer, 0)), {{"o", present}}), "on");
  EXPECT_EQ(value(is_set(at_field(outer, 0))), "off");
  EXPECT_EQ(value(outer, {{"o", present}}), "{{-}}");
}

TEST_F(InterpreterTest, ElseMergesRecordsLeafByLeafAndIsPresentIfEitherIs) {
  const TypeRef inner = optional(record_type({field("a", optional(number_type())), field("b", optional(flag_type()))}));
  const TypeRef type = optional(record_type({field("n", optional(number_type())), field("i", inner)}));
  const ExprRef x = input("x", type), y = input("y", type);
  const ExprRef both = or_else(x, y, type);
  EXPECT_EQ(value(both), "-");
  EXPECT_EQ(value(both, {{"y", present}}), "{-, -}");
  EXPECT_EQ(value(both, {{"x", present}, {"x.n", std::uint64_t{1}}, {"y", present}, {"y.n", std::uint64_t{2}}}),
            "{1@x.n, -}");
  EXPECT_EQ(value(both, {{"x", present},
                         {"x.i", present},
                         {"x.i.b", off},
                         {"y", present},
                         {"y.i", present},
                         {"y.i.a", std::uint64_t{3}},
                         {"y.i.b", on}}),
            "{-, {3@y.i.a, off}}");
  EXPECT_EQ(value(is_set(at_field(both, 1)), {{"x", present}, {"y", present}, {"y.i", present}}), "on");
}

TEST_F(InterpreterTest, ElseMergesMapsCellByCell) {
  const TypeRef type = optional(map_type(optional(record_type({field("e", optional(flag_type()))})), {side, side}));
  const ExprRef x = input("x", type), y = input("y", type);
  const ExprRef both = or_else(x, y, type);
  EXPECT_EQ(value(both, {{"x", present},
                         {"x[0,1]", present},
                         {"x[0,1].e", on},
                         {"y", present},
                         {"y[0,1]", present},
                         {"y[0,1].e", off},
                         {"y[1,0]", present}}),
            "[-, {on}, {-}, -]");
}

TEST_F(InterpreterTest, IndexIsComputedFromValuesLastIndexFastest) {
  const ExprRef m = input("m", map_type(optional(number_type()), {side, flag_type()}));
  const ExprRef s = input("s", side);
  const ExprRef cell = at_cell(m, {s, yes()});
  EXPECT_EQ(value(cell, {{"s", left}, {"m[0,1]", std::uint64_t{5}}}), "5@m[0,1]");
  EXPECT_EQ(value(cell, {{"s", right}, {"m[0,1]", std::uint64_t{5}}}), "-");
  EXPECT_EQ(value(cell, {{"s", right}, {"m[1,1]", std::uint64_t{6}}}), "6@m[1,1]");
}

TEST_F(InterpreterTest, IndexOfASmallerEnumGoesByName) {
  const ExprRef m = input("m", map_type(optional(flag_type()), {side}));
  const ExprRef s = input("s", enum_type({{"right", "RIGHT"}}));
  EXPECT_EQ(value(at_cell(m, {s}), {{"s", right}, {"m[0]", off}, {"m[1]", on}}), "on");
}

TEST_F(InterpreterTest, OnlyNeededFactsAreRead) {
  const TypeRef cell = optional(record_type({field("e", optional(flag_type())), field("n", optional(number_type()))}));
  const TypeRef type = optional(map_type(cell, {side}));
  const ExprRef x = input("x", type), y = input("y", type), s = input("s", side);
  const ExprRef e = at_field(at_cell(or_else(x, y, type), {s}), 0);
  EXPECT_EQ(value(e, {{"s", right}, {"x", present}, {"x[1]", present}, {"x[1].e", on}}), "on");
  EXPECT_EQ(asked, (std::set<std::string>{"s", "x[1].e"}));
}

TEST_F(InterpreterTest, RecordLiteralLeavesMembersUnsetAndUpdatesARecord) {
  const TypeRef type = record_type({field("n", optional(number_type())), field("t", optional(text_type()))});
  const ExprRef r = input("r", type);
  const ExprRef literal = expr(RecordOf{{number(4), nullptr}}, type);
  EXPECT_EQ(value(literal), "{4, -}");
  EXPECT_EQ(value(or_else(literal, r, type), {{"r.n", std::uint64_t{9}}, {"r.t", std::string("u")}}), "{4, \"u\"@r.t}");
}

TEST_F(InterpreterTest, ConvertGoesByNameAndMissingMembersBecomeUnset) {
  const TypeRef from = record_type({field("b", flag_type()), field("a", number_type())});
  const TypeRef to =
      record_type({field("a", number_type()), field("c", optional(text_type())), field("b", flag_type())});
  const ExprRef r = input("r", from);
  EXPECT_EQ(value(expr(Convert{r}, to), {{"r.a", std::uint64_t{1}}, {"r.b", on}}), "{1@r.a, -, on}");

  const TypeRef turned = enum_type({{"right", "RIGHT"}, {"left", "left"}});
  const ExprRef m = input("m", map_type(optional(from), {side}));
  const ExprRef converted = expr(Convert{m}, map_type(optional(to), {turned}));
  EXPECT_EQ(value(converted, {{"m[0]", present}, {"m[0].a", std::uint64_t{2}}, {"m[0].b", off}}),
            "[-, {2@m[0].a, -, off}]");
}

TEST_F(InterpreterTest, ConvertKeepsTheNameOfAnEnumValue) {
  const ExprRef s = input("s", side);
  const TypeRef wide = enum_type({{"up", "up"}, {"right", "RIGHT"}, {"left", "left"}});
  EXPECT_EQ(value(expr(Convert{s}, wide), {{"s", left}}), "left");
}

TEST_F(InterpreterTest, LetParametersHaveTheArgumentsOfTheCall) {
  const TypeRef number = optional(number_type());
  const ExprRef a = input("a", number), b = input("b", number);
  const LetId inner = let({{"p", number}}, or_else(parameter(0, number), b, number));
  const LetId outer = let({{"p", number}, {"q", number}}, expr(LetRef{inner, {parameter(1, number)}}, number));
  const ExprRef call = expr(LetRef{outer, {b, a}}, number);
  EXPECT_EQ(value(call, {{"a", std::uint64_t{1}}, {"b", std::uint64_t{2}}}), "1@a");
  EXPECT_EQ(value(call, {{"b", std::uint64_t{2}}}), "2@b");
}

TEST_F(InterpreterTest, LetParameterMayBeAWholeDocument) {
  const TypeRef record = optional(record_type({field("x", optional(flag_type())), field("y", optional(flag_type()))}));
  const ExprRef r = input("r", record);
  const ExprRef p = parameter(0, record);
  const LetId pick = let({{"p", record}}, or_else(at_field(p, 0), at_field(p, 1), optional(flag_type())));
  EXPECT_EQ(value(expr(LetRef{pick, {r}}, optional(flag_type())), {{"r", present}, {"r.y", on}}), "on");
}

TEST_F(InterpreterTest, DecisionIsEvaluatedOncePerCall) {
  const ExprRef a = input("a", flag_type());
  const DecisionId d = decision(
      flag_type(), {Rule{yes(), a, false, std::nullopt, {}, {}}, Rule{no(), nullptr, true, std::nullopt, {}, {}}});
  const ExprRef ref = expr(DecisionRef{d}, flag_type());
  int reads = 0;
  const Facts counting = [&](ElementId) {
    ++reads;
    return on;
  };
  EXPECT_TRUE(Interpreter(model).holds(expr(AndOf{{ref, ref, ref}}, flag_type()), counting));
  EXPECT_EQ(reads, 1);
}

TEST_F(InterpreterTest, RulesAnywhereTakeTheFirstMatch) {
  const ExprRef s = input("s", optional(side));
  const ExprRef rules =
      expr(RulesOf{{{number(1), is(s, "left")}, {number(2), is_set(s)}, {number(3), nullptr}}}, number_type());
  EXPECT_EQ(value(rules, {{"s", left}}), "1");
  EXPECT_EQ(value(rules, {{"s", right}}), "2");
  EXPECT_EQ(value(rules), "3");
}

TEST_F(InterpreterTest, UnsetConstantFitsAnyOptional) {
  const TypeRef record = optional(record_type({field("x", optional(flag_type()))}));
  EXPECT_EQ(value(unset(record)), "-");
  EXPECT_EQ(value(at_field(unset(record), 0)), "-");
  EXPECT_EQ(value(expr(Convert{unset(unset_type())}, record)), "-");
}

TEST_F(InterpreterTest, BindersOfAProofAreParameters) {
  const ExprRef m = input("m", map_type(optional(text_type()), {side}));
  const ExprRef e = is_set(at_cell(m, {parameter(0, side)}));
  EXPECT_TRUE(Interpreter(model).holds(e, facts({{"m[1]", std::string("x")}}), {"right"}));
  EXPECT_FALSE(Interpreter(model).holds(e, facts({{"m[1]", std::string("x")}}), {"left"}));
  EXPECT_EQ(show(model, Interpreter(model).evaluate(text("t"), facts({}))), "\"t\"");
}

// --- which documents exist ---------------------------------------------------

TEST_F(InterpreterTest, NothingStandsInAnAbsentObject) {
  input("o", optional(record_type({field("x", optional(flag_type()))})));
  EXPECT_TRUE(possible_with({{"o", true}, {"o.x", true}}));
  EXPECT_TRUE(possible_with({{"o", true}, {"o.x", false}}));
  EXPECT_TRUE(possible_with({{"o", false}, {"o.x", false}}));
  EXPECT_FALSE(possible_with({{"o", false}, {"o.x", true}}));
  EXPECT_TRUE(possible_with({{"o.x", true}}));
}

TEST_F(InterpreterTest, RequiredMemberIsSetInEveryPresentObject) {
  const TypeRef inner = record_type({field("x", flag_type()), field("y", optional(flag_type()))});
  input("o", optional(record_type({field("i", inner), field("z", optional(flag_type()))})));
  EXPECT_FALSE(possible_with({{"o", true}, {"o.i.x", false}}));
  EXPECT_FALSE(possible_with({{"o.z", true}, {"o.i.x", false}}));
  EXPECT_FALSE(possible_with({{"o.i.y", true}, {"o.i.x", false}}));
  EXPECT_FALSE(possible_with({{"o", false}, {"o.i.x", true}}));
  EXPECT_TRUE(possible_with({{"o.i.x", false}, {"o.z", false}}));
  EXPECT_TRUE(possible_with({{"o.i.x", true}, {"o.z", false}}));
}

TEST_F(InterpreterTest, RequiredInputIsAlwaysSet) {
  input("a", flag_type());
  input("r", record_type({field("x", flag_type()), field("y", optional(flag_type()))}));
  EXPECT_FALSE(possible_with({{"a", false}}));
  EXPECT_FALSE(possible_with({{"r.x", false}}));
  EXPECT_TRUE(possible_with({{"r.y", false}}));
}

TEST_F(InterpreterTest, MemberWithADefaultIsSetExactlyIfItsObjectIs) {
  Field defaulted = field("x", flag_type());
  defaulted.default_value = off;
  input("o", optional(record_type({defaulted})));
  EXPECT_FALSE(possible_with({{"o", true}, {"o.x", false}}));
  EXPECT_FALSE(possible_with({{"o", false}, {"o.x", true}}));
  EXPECT_TRUE(possible_with({{"o.x", false}}));
}

TEST_F(InterpreterTest, OnePlaceHasOneKind) {
  const TypeRef object = optional(record_type({field("m", flag_type()), field("n", optional(flag_type()))}));
  input("o", optional(record_type({field("b", optional(flag_type()), ast::PlaceKind::boolean, "/p"),
                                   field("n", optional(number_type()), ast::PlaceKind::number, "/p"),
                                   field("r", object, ast::PlaceKind::object, "/p"),
                                   field("q", optional(flag_type()), ast::PlaceKind::boolean)})));
  EXPECT_FALSE(possible_with({{"o.b", true}, {"o.n", true}}));
  EXPECT_FALSE(possible_with({{"o.b", true}, {"o.r.m", true}}));
  EXPECT_FALSE(possible_with({{"o.b", true}, {"o.r.n", true}}));
  EXPECT_FALSE(possible_with({{"o.n", true}, {"o.r", true}}));
  EXPECT_TRUE(possible_with({{"o.b", true}, {"o.n", false}, {"o.r", false}, {"o.q", true}}));
  EXPECT_TRUE(possible_with({{"o.b", true}, {"o.q", true}}));
}

TEST_F(InterpreterTest, SmallestDocumentHoldsOnlyRequiredElements) {
  input("a", flag_type());
  const TypeRef inner = optional(record_type({field("x", flag_type()), field("y", optional(flag_type()))}));
  input("o", optional(record_type({field("i", inner), field("z", optional(flag_type()))})));
  const ElementId set = element("o.i.y"), unset_one = element("o.z");
  const auto document = smallest_document(model, {set, unset_one}, [&](ElementId id) { return id == set; });
  ASSERT_TRUE(document);
  std::set<std::string> present_names;
  for (std::uint32_t i = 0; i < document->size(); ++i) {
    if ((*document)[i]) present_names.insert(model.elements[i].name);
  }
  EXPECT_EQ(present_names, (std::set<std::string>{"a", "o", "o.i", "o.i.x", "o.i.y"}));
}

}  // namespace
}  // namespace tally::reference
