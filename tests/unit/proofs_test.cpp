// Random proofs, compared with the reference interpreter on every pair of documents, without any
// diagram.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "compiler/checks/checks.h"
#include "compiler/front_end.h"
#include "simulator/reference/interpreter.h"

namespace tally {
namespace {

// All documents of a few inputs, and the interpreter's result for each.
class EveryPair {
 public:
  static constexpr std::string_view inputs =
      "input r : { a : flag, b : flag?, s : { c : flag?, k : 1..9 = 2 }? }?\n"
      "input q : { a : flag? at /x if boolean, o : { y : flag? }? at /x if object }\n"
      "input t : number?\n";

  explicit EveryPair(const Model& model) : model_(model), interpreter_(model) {
    const Literal unset = Unset{}, present = EnumName{"present"};
    const std::vector<Literal> flag{EnumName{"off"}, EnumName{"on"}}, optional{unset, flag[0], flag[1]};
    std::vector<Document> r{{}}, q, t;
    for (const auto& a : flag) {
      for (const auto& b : optional) {
        r.push_back({{"r", present}, {"r.a", a}, {"r.b", b}});
        for (const auto& c : optional) {
          for (const std::uint64_t k : {1, 2, 7}) {
            r.push_back({{"r", present}, {"r.a", a}, {"r.b", b}, {"r.s", present}, {"r.s.c", c}, {"r.s.k", k}});
          }
        }
      }
    }
    for (const auto& a : optional) q.push_back({{"q.a", a}});
    for (const auto& y : optional) q.push_back({{"q.o", present}, {"q.o.y", y}});
    for (const Literal& n : {unset, Literal{std::uint64_t{3}}, Literal{std::uint64_t{8}}}) t.push_back({{"t", n}});
    for (const auto& one : r) {
      for (const auto& two : q) {
        for (const auto& three : t) {
          documents_.push_back(one);
          documents_.back().insert(two.begin(), two.end());
          documents_.back().insert(three.begin(), three.end());
        }
      }
    }
  }

  // The expected diagnostic code of the proof, or nothing.
  std::string verdict(const Proof& proof) const {
    std::set<ElementId> inside;
    for (const PathPattern& path : proof.ignored) {
      for (const ElementId named : elements_of_path(model_, path, {})) {
        for (const ElementId element : below(model_, named)) inside.insert(element);
      }
    }
    bool some = false, fails = false;
    std::map<std::string, std::string> values;  // by the values outside the ignored paths
    for (const Document& document : documents_) {
      const reference::Facts facts = [&](ElementId e) { return fact(document, e); };
      if (proof.condition && !interpreter_.holds(proof.condition, facts)) continue;
      some = true;
      if (!proof.is_ignores) {
        fails = fails || !interpreter_.holds(proof.claim, facts);
        continue;
      }
      std::string outside;
      for (std::uint32_t i = 0; i < model_.elements.size(); ++i) {
        if (!inside.contains(ElementId{i})) outside += to_string(fact(document, ElementId{i})) + ",";
      }
      const reference::Value value = interpreter_.evaluate(proof.claim, facts);
      std::string text = "unset";
      if (const auto* name = std::get_if<reference::EnumValue>(&value.node)) text = name->name;
      if (const auto* number = std::get_if<reference::Number>(&value.node)) {
        text = number->origin ? "from " + model_.at(*number->origin).name : std::to_string(number->value);
        fails = fails || (number->origin && inside.contains(*number->origin));
      }
      fails = fails || values.try_emplace(outside, text).first->second != text;
    }
    return !some ? "T602" : fails ? "T601" : "";
  }

 private:
  using Document = std::map<std::string, Literal>;

  Literal fact(const Document& document, ElementId element) const {
    const auto found = document.find(model_.at(element).name);
    return found == document.end() ? Literal{Unset{}} : found->second;
  }

  const Model& model_;
  reference::Interpreter interpreter_;
  std::vector<Document> documents_;
};

TEST(Proofs, VerdictsAreThoseOfAllPairsOfDocuments) {
  std::mt19937 random(11);
  const auto pick = [&](const std::vector<std::string>& from) { return from[random() % from.size()]; };
  const std::vector<std::string> atoms{"r is set",     "r.a is on", "r.b is unset", "r.s is set",
                                       "r.s.c is set", "r.s.k < 3", "q.a is on",    "q.o is set",
                                       "q.o.y is on",  "t < 5",     "t is unset",   "r.a is set"};
  const std::vector<std::string> paths{"r", "r.a", "r.b", "r.s", "r.s.c", "r.s.k", "q", "q.a", "q.o", "q.o.y", "t"};
  const auto condition = [&] {
    std::string out = (random() % 4 == 0 ? "not " : "") + pick(atoms);
    for (unsigned more = random() % 3; more > 0; --more) out = "(" + out + pick({" and ", " or "}) + pick(atoms) + ")";
    return out;
  };
  std::map<std::string, int> seen;
  for (int round = 0; round < 400; ++round) {
    std::string source(EveryPair::inputs);
    source += "decision d : flag = " + condition() + "\n";
    source += "decision h : number? { t when " + condition() + "  r.s.k when " + condition() + "  5 otherwise }\n";
    std::string claim = pick({"d", "h", "r.s.k", "q.a is q.o.y", "h < 3"});
    if (claim == "h < 3" || random() % 4 == 0) {
      claim = condition();
    } else {
      claim += " ignores " + pick(paths) + (random() % 2 ? ", " + pick(paths) : "");
    }
    source += "prove " + claim + (random() % 3 ? " when " + condition() : "") + "\n";
    Compilation c =
        compile("main.tally", [&](const std::string&) -> std::variant<std::string, ReadError> { return source; });
    ASSERT_TRUE(c.policy) << source;
    const Model& model = *c.policy->model;
    check_proofs(*c.policy, c.sources, c.diagnostics, {});
    const std::string expected = EveryPair(model).verdict(model.proofs.front());
    std::string actual;
    for (const Diagnostic& d : c.diagnostics.list()) {
      if (d.code == DiagnosticId::proof_fails || d.code == DiagnosticId::proof_is_empty) actual = info(d.code).id;
    }
    ASSERT_EQ(actual, expected) << source;
    ++seen[expected + (model.proofs.front().is_ignores ? " ignores" : "")];
  }
  for (const char* kind : {"", "T601", "T602", " ignores", "T601 ignores", "T602 ignores"}) {
    EXPECT_GT(seen[kind], 0) << "none of `" << kind << "` came up";
  }
}

}  // namespace
}  // namespace tally
