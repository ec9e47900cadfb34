// Lowering: which inputs a decision reads, and that its nodes mean the same as its rules.
#include "compiler/lower/lower.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>

#include "compiler/analyze/analyze.h"
#include "grammar/program.h"
#include "grammar/source/render.h"

namespace tally {
namespace {

using Names = std::set<std::string>;
using Facts = std::map<std::string, std::uint32_t>;  // codes by element name; 0 for all others

struct Lowered {
  SourceSet sources;
  Model model;
  Graph graph;
  std::unique_ptr<Lowering> lowering;

  explicit Lowered(const std::string& text) {
    Diagnostics diagnostics;
    const Program program = load_program(
        "t.tally", [&](const std::string&) { return text; }, sources, diagnostics);
    if (!diagnostics.has_errors()) {
      if (auto analyzed = analyze(program, sources, diagnostics)) model = std::move(*analyzed);
    }
    for (const Diagnostic& d : diagnostics.list()) {
      if (d.severity == Severity::error) ADD_FAILURE() << render(d, sources);
    }
    lowering = std::make_unique<Lowering>(model, graph);
  }

  const LoweredDecision& decision(const std::string& name) {
    for (std::uint32_t i = 0; i < model.decisions.size(); ++i) {
      if (model.decisions[i].name == name) return lowering->decision({i});
    }
    ADD_FAILURE() << "no decision " << name;
    static const LoweredDecision none;
    return none;
  }
  Names names(const Reads& reads) const {
    Names result;
    for (ElementId element : reads.elements) result.insert(model.at(element).name);
    return result;
  }
  Names reads(const std::string& name) { return names(decision(name).reads); }
  Classes classes() {
    std::set<CutId> all;
    for (std::uint32_t i = 0; i < graph.cuts().size(); ++i) all.insert({i});
    return Classes(model, graph, all);
  }

  std::uint32_t code(NodeId root, const Facts& facts) {
    const Classes known = classes();
    auto fact = [&](ElementId element) {
      const auto it = facts.find(model.at(element).name);
      return it == facts.end() ? 0 : it->second;
    };
    std::map<NodeId, std::uint32_t> at;
    for (NodeId id : graph.reachable(std::span(&root, 1))) {
      const Node& n = graph.node(id);
      const auto operands = graph.operands(n);
      std::uint32_t result = 0;
      switch (n.op) {
        case Op::constant: result = n.value; break;
        case Op::leaf: result = fact(n.element); break;
        case Op::present: result = fact(n.element) != 0; break;
        case Op::cut: result = known.codes_of(CutId{n.value}).has(fact(n.element)); break;
        case Op::member:
        case Op::recode: result = graph.table(n)[at.at(operands[0])]; break;
        case Op::negate: result = 1 - at.at(operands[0]); break;
        case Op::both:
          result = std::all_of(operands.begin(), operands.end(), [&](NodeId o) { return at.at(o); });
          break;
        case Op::either:
          result = std::any_of(operands.begin(), operands.end(), [&](NodeId o) { return at.at(o); });
          break;
        case Op::choose:
          result = at.at(operands.back());
          for (std::size_t i = operands.size() - 1; i >= 2; i -= 2) {
            if (at.at(operands[i - 2])) result = at.at(operands[i - 1]);
          }
          break;
        case Op::select: result = at.at(operands[1 + at.at(operands[0])]); break;
        case Op::first_set: result = at.at(operands[0]) ? at.at(operands[0]) : at.at(operands[1]); break;
      }
      at[id] = result;
    }
    return at.at(root);
  }

  // The value of a part for people: "unset", "on", "set", an origin.
  std::string value(const ResultPart& part, const Facts& facts) {
    if (!part.type) return "no such part";
    const std::uint32_t c = code(part.node, facts);
    if (c == 0) return "unset";
    if (part.kind == ResultPart::Kind::presence) return "set";
    if (part.kind == ResultPart::Kind::enumeration) return part.type->values[c - 1].name;
    return to_string(model, part.origins[c - 1]);
  }
  const ResultPart& part(const std::string& name, const std::string& path) {
    for (const ResultPart& p : decision(name).parts) {
      if (p.path == path) return p;
    }
    ADD_FAILURE() << "no part " << path;
    static const ResultPart none;
    return none;
  }
  std::string decide(const std::string& name, const Facts& facts, const std::string& path = "") {
    return value(part(name, path), facts);
  }
};

TEST(LowerReads, AConstantIndexReadsItsCellAlone) {
  Lowered l(R"(
    type network = onnet | offnet
    input account : { enabled : flag?, url : text? }?[network]?
    input source : network
    decision fixed : flag { on when account[onnet].enabled is on off otherwise }
    decision by-source : flag { on when account[source].enabled is on off otherwise }
    let cell(n : network) : flag? = account[n].enabled
    decision by-let : flag { on when cell(offnet) is on off otherwise }
  )");
  EXPECT_EQ(l.reads("fixed"), (Names{"account[onnet].enabled"}));
  EXPECT_EQ(l.reads("by-source"), (Names{"source", "account[onnet].enabled", "account[offnet].enabled"}));
  EXPECT_EQ(l.reads("by-let"), (Names{"account[offnet].enabled"}));
  EXPECT_EQ(l.decide("by-source", {{"source", 2}, {"account[offnet].enabled", 2}}), "on");
  EXPECT_EQ(l.decide("by-source", {{"source", 1}, {"account[offnet].enabled", 2}}), "off");
}

TEST(LowerReads, InputsThatARuleNamesAreReadEvenIfTheyDoNotMatter) {
  Lowered l(R"(
    input a : flag
    input b : flag
    decision d : flag { on when a is on and (b is on or not b is on) off otherwise }
  )");
  EXPECT_EQ(l.reads("d"), (Names{"a", "b"}));
}

TEST(LowerReads, AskingForOnePartOfADecisionReadsThatPartAndItsConditions) {
  Lowered l(R"(
    type settings = { enabled : flag?, url : text?, limit : number? }
    input x : settings?
    input y : settings?
    input which : a | b
    decision chosen : settings? { x when which is a y otherwise }
    decision address : text? = chosen.url
    decision there : flag { on when chosen is set off otherwise }
  )");
  EXPECT_EQ(l.reads("address"), (Names{"which", "x.url", "y.url"}));
  EXPECT_EQ(l.reads("there"), (Names{"which", "x", "y"}));
  EXPECT_EQ(l.reads("chosen"),
            (Names{"which", "x", "y", "x.enabled", "y.enabled", "x.url", "y.url", "x.limit", "y.limit"}));
  EXPECT_EQ(l.decide("address", {{"which", 2}, {"x.url", 1}, {"y.url", 1}}), "y.url");
  EXPECT_EQ(l.decide("address", {{"which", 1}, {"y.url", 1}}), "unset");
}

TEST(LowerReads, MemoizedPartsBringTheirReadsAlong) {
  Lowered l(R"(
    input a : flag
    input n : number?
    let both = a is on and n < 30
    decision first : flag { on when both off otherwise }
    decision second : flag { off when both on otherwise }
  )");
  EXPECT_EQ(l.reads("first"), (Names{"a", "n"}));
  EXPECT_EQ(l.reads("second"), (Names{"a", "n"}));
  EXPECT_EQ(l.decision("first").reads.cuts, l.decision("second").reads.cuts);
  EXPECT_EQ(l.decision("second").reads.cuts.size(), 1u);
}

TEST(LowerReads, ARequiredObjectIsPresentWithTheObjectAroundIt) {
  Lowered l(R"(
    input r : { inner : { a : flag? } }?
    decision d : { inner : { a : flag? } }? = r
    decision there : flag { on when r.inner is set off otherwise }
  )");
  EXPECT_EQ(l.reads("d"), (Names{"r", "r.inner.a"}));
  ASSERT_EQ(l.decision("d").parts.size(), 2u);
  EXPECT_EQ(l.decision("d").parts[0].path, "");
  EXPECT_EQ(l.decision("d").parts[0].kind, ResultPart::Kind::presence);
  EXPECT_EQ(l.decision("d").parts[1].path, ".inner.a");
  EXPECT_EQ(l.reads("there"), (Names{"r"}));
}

TEST(LowerParts, FollowTheOrderOfTheTypeAndAreOptionalInsideOptionals) {
  Lowered l(R"(
    type e = p | q
    input x : { a : flag, m : { t : text }?[e], n : number }?
    decision d : { a : flag, m : { t : text }?[e], n : number }? = x
  )");
  std::vector<std::string> paths;
  for (const ResultPart& p : l.decision("d").parts) paths.push_back(p.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"", ".a", ".m[p]", ".m[p].t", ".m[q]", ".m[q].t", ".n"}));
  EXPECT_TRUE(l.part("d", ".a").type->optional);
  EXPECT_TRUE(l.part("d", ".n").type->optional);
}

TEST(LowerRules, TheRuleIsTheFirstThatHolds) {
  Lowered l(R"(
    input a : flag
    input b : flag
    decision d : x | y | z { x when a is on y when b is on }
  )");
  const LoweredDecision& d = l.decision("d");
  EXPECT_EQ(d.conditions.size(), 2u);
  EXPECT_EQ(l.graph.codes(d.rule), 3u);
  EXPECT_EQ(l.code(d.rule, {{"a", 2}, {"b", 2}}), 1u);
  EXPECT_EQ(l.code(d.rule, {{"a", 1}, {"b", 2}}), 2u);
  EXPECT_EQ(l.code(d.rule, {{"a", 1}, {"b", 1}}), 0u);
  EXPECT_EQ(l.decide("d", {{"a", 1}, {"b", 1}}), "unset");
  EXPECT_EQ(l.decide("d", {{"a", 1}, {"b", 2}}), "y");
}

TEST(LowerElse, TakesTheFirstThatIsSetLeafByLeaf) {
  Lowered l(R"(
    type s = { on-hold : flag?, format : (mp3 | wav)?, url : text? }
    input device : s?
    input user : s?
    decision d : s? = device else user
  )");
  EXPECT_EQ(l.decide("d", {}, ""), "unset");
  EXPECT_EQ(l.decide("d", {{"user", 1}}, ""), "set");
  EXPECT_EQ(l.decide("d", {{"device.format", 2}, {"user.format", 1}}, ".format"), "wav");
  EXPECT_EQ(l.decide("d", {{"user.format", 1}}, ".format"), "mp3");
  EXPECT_EQ(l.decide("d", {{"device.url", 1}, {"user.url", 1}}, ".url"), "device.url");
  EXPECT_EQ(l.decide("d", {{"user.url", 1}}, ".url"), "user.url");
  EXPECT_EQ(l.decide("d", {}, ".url"), "unset");
}

TEST(LowerElse, EnumsMeetByName) {
  Lowered l(R"(
    input x : (a | b)?
    input y : (b | c)?
    decision d : (c | b | a)? = x else y
    decision same : flag { on when x is y off otherwise }
  )");
  EXPECT_EQ(l.decide("d", {{"x", 1}, {"y", 1}}), "a");
  EXPECT_EQ(l.decide("d", {{"y", 1}}), "b");
  EXPECT_EQ(l.decide("d", {{"y", 2}}), "c");
  EXPECT_EQ(l.decide("d", {}), "unset");
  EXPECT_EQ(l.decide("same", {{"x", 2}, {"y", 1}}), "on");
  EXPECT_EQ(l.decide("same", {{"x", 1}, {"y", 1}}), "off");
  EXPECT_EQ(l.decide("same", {}), "on");
  EXPECT_EQ(l.decide("same", {{"y", 2}}), "off");
}

TEST(LowerCuts, ACutOnAnElseCutsBoth) {
  Lowered l(R"(
    input x : number?
    input y : number?
    decision d : flag { on when (x else y else 40) < 30 off otherwise }
  )");
  EXPECT_EQ(l.decision("d").reads.cuts.size(), 2u);
  EXPECT_EQ(l.decide("d", {{"x", 1}, {"y", 2}}), "on");
  EXPECT_EQ(l.decide("d", {{"x", 2}, {"y", 1}}), "off");
  EXPECT_EQ(l.decide("d", {{"y", 1}}), "on");
  EXPECT_EQ(l.decide("d", {}), "off");
}

TEST(LowerCuts, ALiteralIsDecidedAtOnce) {
  Lowered l(R"(
    input a : flag
    let n = { 5 when a is on 50 otherwise }
    decision small : flag { on when n < 30 off otherwise }
    decision never : flag { on when n > 100 off otherwise }
  )");
  EXPECT_TRUE(l.decision("small").reads.cuts.empty());
  EXPECT_EQ(l.decide("small", {{"a", 2}}), "on");
  EXPECT_EQ(l.decide("small", {{"a", 1}}), "off");
  EXPECT_EQ(l.decision("never").conditions[0], l.graph.no());
}

TEST(LowerCuts, APlainLeafIsOneNode) {
  Lowered l("input x : number?\ndecision d : flag { on when x < 30 off otherwise }");
  EXPECT_EQ(l.graph.node(l.decision("d").conditions[0]).op, Op::cut);
}

TEST(LowerRecords, AnUpdateTakesTheMemberAndLeavesTheRest) {
  Lowered l(R"(
    type s = { limit : number?, url : text? }
    input x : s?
    decision d : s? = { limit: 60 } else x
  )");
  EXPECT_EQ(l.decide("d", {}, ""), "set");
  EXPECT_EQ(l.decide("d", {{"x.limit", 1}}, ".limit"), "60");
  EXPECT_EQ(l.decide("d", {{"x.url", 1}}, ".url"), "x.url");
  EXPECT_FALSE(l.reads("d").contains("x.nothing"));
}

TEST(LowerOrigins, AreDistinctAndNumberedFromOne) {
  Lowered l(R"(
    input a : (p | q | r)
    input x : number
    decision d : number { 5 when a is p x when a is q 5 otherwise }
  )");
  const ResultPart& part = l.part("d", "");
  EXPECT_EQ(part.origins.size(), 2u);
  EXPECT_EQ(l.graph.codes(part.node), 3u);
  EXPECT_EQ(l.decide("d", {{"a", 1}, {"x", 1}}), "5");
  EXPECT_EQ(l.decide("d", {{"a", 2}, {"x", 1}}), "x");
  EXPECT_EQ(l.decide("d", {{"a", 3}, {"x", 1}}), "5");
}

TEST(LowerTexts, FiniteInsertionsAreExpandedOthersStay) {
  Lowered l(R"(
    type network = onnet | offnet = "off net"
    input source : network
    input f : flag?
    input n : number?
    decision d : text = "from {source}, {f}:{{x}"
    let known = n else 7
    decision e : text = "at {known} {source}"
    decision twice : text = "{source}{source}"
  )");
  EXPECT_EQ(l.decide("d", {{"source", 2}, {"f", 2}}), "\"from off net, on:{x}\"");
  EXPECT_EQ(l.decide("d", {{"source", 1}}), "\"from onnet, :{x}\"");
  EXPECT_EQ(l.part("d", "").origins.size(), 6u);
  EXPECT_EQ(l.decide("e", {{"source", 1}, {"n", 1}}), "\"at {n} onnet\"");
  EXPECT_EQ(l.decide("e", {{"source", 1}}), "\"at 7 onnet\"");
  EXPECT_EQ(l.part("twice", "").origins.size(), 2u);
}

TEST(LowerTexts, TooManyVariantsAreAFailure) {
  std::string text = "type e = a | b | c | d | e1 | f | g\n", inserted;
  for (int i = 0; i < 8; ++i) {
    text += "input x" + std::to_string(i) + " : e?\n";
    inserted += "{x" + std::to_string(i) + "}";
  }
  Lowered l(text + "decision d : text = \"" + inserted + "\"");
  l.decision("d");
  EXPECT_EQ(l.lowering->failures().size(), 1u);
}

TEST(LowerSettle, AClassOfOneValueIsThatConstant) {
  Lowered l(R"(
    input n : number?
    decision d : number? = n
    decision cut : flag { on when n is 5 on when n is 7 off otherwise }
  )");
  const ResultPart part = l.part("d", "");
  const CutId five{l.graph.node(l.decision("cut").conditions[0]).value};
  const Classes classes = l.classes();
  ASSERT_TRUE(classes.knows(five));
  const ResultPart settled = settle(l.model, l.graph, classes, part);
  EXPECT_EQ(settled.origins.size(), 3u);
  const ElementId n = l.model.inputs[0].element;
  const Facts is_5{{"n", classes.code_of(n, std::uint64_t{5})}}, is_7{{"n", classes.code_of(n, std::uint64_t{7})}};
  const Facts is_6{{"n", classes.code_of(n, std::uint64_t{6})}};
  EXPECT_EQ(l.value(settled, is_5), "5");
  EXPECT_EQ(l.value(settled, is_7), "7");
  EXPECT_EQ(l.value(settled, is_6), "n");
  EXPECT_EQ(l.value(settled, {}), "unset");
}

TEST(LowerSettle, AConstantThatIsAnOriginAlreadyIsNotASecondOne) {
  Lowered l(R"(
    input n : 5..6
    input a : flag
    decision d : number { 5 when a is on n otherwise }
    decision cut : flag { on when n is 5 off otherwise }
  )");
  const ResultPart part = l.part("d", "");
  l.decision("cut");
  const ResultPart settled = settle(l.model, l.graph, l.classes(), part);
  EXPECT_EQ(settled.origins, (std::vector<Origin>{std::uint64_t{5}, std::uint64_t{6}}));
  EXPECT_EQ(l.value(settled, {{"a", 2}, {"n", 2}}), "5");
  EXPECT_EQ(l.value(settled, {{"a", 1}, {"n", 2}}), "6");
  EXPECT_EQ(l.value(settled, {{"a", 1}, {"n", 1}}), "5");
}

TEST(LowerSettle, WithoutSingleClassesNothingChanges) {
  Lowered l("input n : number?\ndecision d : number? = n");
  const ResultPart part = l.part("d", "");
  const ResultPart settled = settle(l.model, l.graph, l.classes(), part);
  EXPECT_EQ(settled.node, part.node);
  EXPECT_EQ(settled.origins, part.origins);
}

TEST(LowerProofs, ABinderIsAConstant) {
  Lowered l(R"(
    type network = onnet | offnet
    input account : { enabled : flag? }?[network]?
    decision d : flag { on when account[onnet].enabled is on off otherwise }
    prove for n in network: account[n].enabled is on when n is onnet
  )");
  const Proof& proof = l.model.proofs[0];
  const LoweredCondition claim = l.lowering->condition(proof.claim, {"offnet"});
  EXPECT_EQ(l.names(claim.reads), (Names{"account[offnet].enabled"}));
  EXPECT_EQ(l.lowering->condition(proof.condition, {"onnet"}).node, l.graph.yes());
  EXPECT_EQ(l.lowering->condition(proof.condition, {"offnet"}).node, l.graph.no());
}

TEST(LowerLets, ParametersAreReplacedByTheirArguments) {
  Lowered l(R"(
    type s = { a : flag? }
    type party = { user : s?, device : s? }
    input caller : party?
    input callee : party?
    let over(x : s?, y : s?) : s? = x else y
    let endpoint(p : party?) : s? = over(p.device, p.user)
    decision d : flag { on when endpoint(caller).a is on and endpoint(callee).a is not on off otherwise }
  )");
  EXPECT_EQ(l.reads("d"), (Names{"caller.user.a", "caller.device.a", "callee.user.a", "callee.device.a"}));
  EXPECT_EQ(l.decide("d", {{"caller.user.a", 2}}), "on");
  EXPECT_EQ(l.decide("d", {{"caller.user.a", 2}, {"caller.device.a", 1}}), "off");
  EXPECT_EQ(l.decide("d", {{"caller.user.a", 2}, {"callee.device.a", 2}}), "off");
}

// A let that is used twice at each level: as text it would have 2^40 characters.
TEST(LowerLets, SharedLetsAreLoweredOnce) {
  Model model;
  Element element;
  element.type = flag_type();
  element.name = "a";
  model.elements.push_back(element);
  model.inputs.push_back({"a", flag_type(), {0}, {}, {}});
  auto expr = [](decltype(Expr::node) node) {
    return std::make_shared<const Expr>(Expr{std::move(node), flag_type(), {}});
  };
  ExprRef last = expr(AmongValues{expr(InputRef{{0}}), {"on"}});
  for (std::uint32_t i = 0; i < 40; ++i) {
    model.lets.push_back({"l" + std::to_string(i), {}, flag_type(), last, {}, {}});
    last = expr(AndOf{{expr(LetRef{{i}, {}}), expr(NotOf{expr(NotOf{expr(LetRef{{i}, {}})})})}});
  }
  Graph graph;
  Lowering lowering(model, graph);
  const LoweredCondition condition = lowering.condition(last);
  EXPECT_EQ(graph.node(condition.node).op, Op::member);
  EXPECT_EQ(condition.reads.elements.size(), 1u);
}

// Nesting that would overflow the stack is reported instead.
TEST(LowerLets, EndlessNestingIsAFailure) {
  Model model;
  Element element;
  element.type = as_optional(flag_type());
  element.name = "a";
  model.elements.push_back(element);
  model.inputs.push_back({"a", element.type, {0}, {}, {}});
  auto expr = [&](decltype(Expr::node) node) {
    return std::make_shared<const Expr>(Expr{std::move(node), element.type, {}});
  };
  ExprRef last = expr(InputRef{{0}});
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    model.lets.push_back({"l" + std::to_string(i), {}, element.type, last, {}, {}});
    last = expr(ElseOf{{expr(LetRef{{i}, {}}), expr(Constant{EnumName{"on"}})}});
  }
  Graph graph;
  Lowering lowering(model, graph);
  lowering.value(last);
  EXPECT_EQ(lowering.failures().size(), 1u);
}

TEST(LowerDump, NamesElementsAndRoots) {
  Lowered l("input x : number?\ninput a : flag\ndecision d : flag { on when x < 30 and a is on off otherwise }");
  const LoweredDecision& d = l.decision("d");
  const std::string text = graph_text(l.model, l.graph, *l.lowering, {{"d.rule", d.rule}});
  EXPECT_NE(text.find("= cut x in (0..29) : 2 codes\n"), std::string::npos) << text;
  EXPECT_NE(text.find("= leaf a : 3 codes\n"), std::string::npos) << text;
  EXPECT_NE(text.find("d.rule = n"), std::string::npos) << text;
}

}  // namespace
}  // namespace tally
