#include "tests/support/question_rules.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "compiler/deploy/deployment.h"
#include "grammar/parse/parser.h"
#include "tests/support/random_shapes.h"

namespace tally::testing {
namespace {

using Decisions = QuestionRules::Decisions;

constexpr std::size_t max_requests = 400;

// What the requests have at one place: "" if nothing, else `"key":VALUE`.
using Fragments = std::vector<std::string>;

// A leaf that rules can name.
struct Leaf {
  enum class Kind : std::uint8_t { flag, enumeration, number, text };
  Kind kind = Kind::flag;
  std::string name;
  bool optional = false;  // whether the leaf is unset in some requests
};

const std::vector<std::string>& values_of(Leaf::Kind kind) {
  static const std::vector<std::string> flags{"true", "false"}, enums{"\"red\"", "\"green\"", "\"BLUE\""},
      numbers{"0", "1", "2", "3"},
      texts{"\"a\"", "\"ab\"", "\"aa\"", "\"b\"", "\"c\"", "\"\"", "\"xa\"", "\"1\"", "\"x\""};
  switch (kind) {
    case Leaf::Kind::flag: return flags;
    case Leaf::Kind::enumeration: return enums;
    case Leaf::Kind::number: return numbers;
    case Leaf::Kind::text: return texts;
  }
  return flags;
}

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  QuestionRules run() {
    const std::size_t inputs = random_.between(2, 3);
    for (std::size_t i = 0; i < inputs; ++i) add_input("i" + std::to_string(i));
    for (int decision = 0; decision < 2; ++decision) {
      const std::string name = "d" + std::to_string(decision);
      out_.before.push_back(decision_of(name, decision));
      out_.after.push_back(out_.before.back());
      auto& after = out_.after.back();
      // One rule is another one, or all are.
      if (random_.chance(60))
        after[random_.between(1, after.size() - 2)] = rule(decision, false);
      else
        after = decision_of(name, decision);
    }
    out_.after_inputs = out_.inputs;
    if (random_.chance(35)) {
      for (std::string& input : out_.after_inputs) change_default(input);
    }
    return std::move(out_);
  }

 private:
  Leaf::Kind kind() { return static_cast<Leaf::Kind>(random_.below(4)); }

  // The type of a leaf, with or without a default.
  std::string type_of(Leaf& leaf) {
    static const char* const types[] = {"flag", "(red | green | blue = \"BLUE\")", "0..3", "text"};
    static const char* const defaults[] = {"on", "green", "2", "\"a\""};
    const auto i = static_cast<std::size_t>(leaf.kind);
    const std::size_t how = random_.below(5);  // optional is the most common
    const std::string type = leaf.kind == Leaf::Kind::number ? "(0..3)" : types[i];
    if (how == 0) return types[i];
    if (how == 1) return type + " = " + defaults[i];
    leaf.optional = true;
    return type + "?";
  }

  Fragments fragments(const std::string& key, const Leaf& leaf, bool is_required) {
    Fragments out;
    if (!is_required) out.emplace_back();
    for (const std::string& value : values_of(leaf.kind)) out.push_back("\"" + key + "\":" + value);
    return out;
  }

  // Joins the fragments of several places, each choice with each other.
  static Fragments joined(const Fragments& a, const Fragments& b) {
    Fragments out;
    for (const std::string& x : a)
      for (const std::string& y : b) out.push_back(x + (x.empty() || y.empty() ? "" : ",") + y);
    return out;
  }

  // Adds a member to an object that is being declared.
  void add_leaf(const std::string& path, const std::string& key, std::string& type, Fragments& all) {
    Leaf leaf{kind(), path + key, false};
    const std::string of_leaf = type_of(leaf);
    type += (type.empty() ? "" : ", ") + key + " : " + of_leaf;
    const bool is_required = !leaf.optional && of_leaf.find('=') == std::string::npos;
    const bool is_plain_enum = leaf.kind == Leaf::Kind::enumeration && of_leaf.ends_with(")");
    all = joined(all, fragments(key, leaf, is_required || is_plain_enum));
    leaves_.push_back(leaf);
  }

  void add_input(const std::string& name) {
    const std::size_t known = leaves_.size();
    std::string declaration;
    Fragments fragments;
    if (random_.chance(55)) {
      std::string type;
      Fragments all{""};
      add_leaf("", name, type, all);
      declaration = "input " + type;
      fragments = all;
    } else {
      std::string type;
      Fragments all{""};
      add_leaf(name + ".", "p", type, all);
      if (random_.chance(40)) {
        std::string inner;
        Fragments inside{""};
        add_leaf(name + ".s.", "q", inner, inside);
        const bool is_optional = random_.chance(70);
        type += ", s : { " + inner + " }" + (is_optional ? "?" : "");
        Fragments objects;
        if (is_optional) objects.emplace_back();
        for (const std::string& one : inside) objects.push_back("\"s\":{" + one + "}");
        all = joined(all, objects);
        if (is_optional) objects_.push_back(name + ".s");
      } else if (random_.chance(50)) {
        add_leaf(name + ".", "r", type, all);
      }
      const bool is_optional = random_.chance(80);
      declaration = "input " + name + " : { " + type + " }" + (is_optional ? "?" : "");
      if (is_optional) {
        fragments.emplace_back();
        objects_.push_back(name);
      }
      for (const std::string& one : all) fragments.push_back("\"" + name + "\":{" + one + "}");
      for (std::size_t i = known; i < leaves_.size(); ++i) leaves_[i].optional = leaves_[i].optional || is_optional;
    }
    const Fragments requests = requests_.empty() ? fragments : joined(requests_, fragments);
    if (requests.size() > max_requests) {
      leaves_.resize(known);
      std::erase_if(objects_, [&](const std::string& o) { return o == name || o.starts_with(name + "."); });
      return;
    }
    requests_ = requests;
    out_.inputs.push_back(declaration);
    out_.requests.clear();
    for (const std::string& request : requests_) out_.requests.push_back("{" + request + "}");
  }

  // Gives a leaf of a declaration a default, or takes it away. A number keeps its own: inserted, it
  // would be one more text, which the requests lack.
  void change_default(std::string& declaration) {
    static const std::vector<std::pair<std::string, std::string>> forms{
        {"flag?", "flag = on"}, {"text?", "text = \"a\""}, {"\"BLUE\")?", "\"BLUE\") = green"}};
    const auto& [optional, with_default] = random_.pick(forms);
    const bool gives = random_.chance(50);
    const std::string &from = gives ? optional : with_default, &to = gives ? with_default : optional;
    if (const std::size_t at = declaration.find(from); at != std::string::npos)
      declaration.replace(at, from.size(), to);
  }

  // --- rules ---

  std::string test() {
    if (!objects_.empty() && random_.chance(15))
      return random_.pick(objects_) + (random_.chance(70) ? " is set" : " is unset");
    const Leaf& leaf = random_.pick(leaves_);
    if (random_.chance(12)) return leaf.name + " is set";
    const std::string is = random_.chance(70) ? " is " : " is not ";
    switch (leaf.kind) {
      case Leaf::Kind::flag: return leaf.name + is + (random_.chance(60) ? "on" : "off");
      case Leaf::Kind::enumeration:
        return leaf.name + is + random_.pick(std::vector<std::string>{"red", "green", "blue"});
      case Leaf::Kind::number:
        return leaf.name + random_.pick(std::vector<std::string>{" < 2", " >= 1", " is 1", " in 1..2", " > 2"});
      case Leaf::Kind::text:
        return leaf.name +
               random_.pick(std::vector<std::string>{" is \"a\"", " starts \"a\"", " in (\"a\", \"b\")", " is \"b\""});
    }
    return "";
  }

  std::string condition() {
    if (random_.chance(55)) return test();
    const std::string two =
        "(" + condition_or_test() + (random_.chance(50) ? " and " : " or ") + condition_or_test() + ")";
    return random_.chance(20) ? "not " + two : two;
  }
  std::string condition_or_test() { return random_.chance(25) ? condition() : test(); }

  std::vector<std::string> leaves(Leaf::Kind kind) const {
    std::vector<std::string> out;
    for (const Leaf& leaf : leaves_) {
      if (leaf.kind == kind) out.push_back(leaf.name);
    }
    return out;
  }

  std::string number() {
    const auto known = leaves(Leaf::Kind::number);
    if (!known.empty() && random_.chance(60)) return random_.pick(known);
    return random_.pick(std::vector<std::string>{"0", "1", "2", "3", "unset"});
  }

  std::string text() {
    const auto texts = leaves(Leaf::Kind::text), numbers = leaves(Leaf::Kind::number);
    const std::size_t how = random_.below(10);
    if (!texts.empty() && how < 3) return random_.pick(texts);
    if (how < 6) {
      std::vector<std::string> all = texts;
      all.insert(all.end(), numbers.begin(), numbers.end());
      if (!all.empty()) {
        static const std::vector<std::string> before{"", "", "x"};
        std::string out = "\"" + random_.pick(before) + "{" + random_.pick(all) + "}";
        if (random_.chance(35)) out += "{" + random_.pick(all) + "}";
        return out + "\"";
      }
    }
    return random_.pick(std::vector<std::string>{"\"a\"", "\"b\"", "\"xa\"", "\"1\"", "unset"});
  }

  std::string enumeration() {
    const auto known = leaves(Leaf::Kind::enumeration);
    if (!known.empty() && random_.chance(40)) return random_.pick(known);
    return random_.pick(std::vector<std::string>{"red", "green", "blue", "unset"});
  }

  enum class Result : std::uint8_t { number, text, enumeration, record };
  std::string outcome(int decision) {
    switch (results_[static_cast<std::size_t>(decision)]) {
      case Result::number: return number();
      case Result::text: return text();
      case Result::enumeration: return enumeration();
      case Result::record:
        return random_.chance(15)
                   ? "unset"
                   : "{ n: " + number() + ", t: " + text() + (random_.chance(50) ? ", c: " + enumeration() : "") + " }";
    }
    return "";
  }

  std::string rule(int decision, bool is_last) {
    return "  " + outcome(decision) + (is_last ? " otherwise" : " when " + condition());
  }

  std::vector<std::string> decision_of(const std::string& name, int decision) {
    if (results_.size() <= static_cast<std::size_t>(decision))
      results_.push_back(static_cast<Result>(random_.below(4)));
    static const char* const types[] = {"number?", "text?", "(red | green | blue = \"BLUE\")?",
                                        "{ n : number?, t : text?, c : (red | green | blue = \"BLUE\")? }?"};
    std::vector<std::string> out{"decision " + name + " : " +
                                 types[static_cast<std::size_t>(results_[static_cast<std::size_t>(decision)])] + " {"};
    for (std::size_t i = random_.between(1, 3); i > 0; --i) out.push_back(rule(decision, false));
    if (random_.chance(95)) out.push_back(rule(decision, true));
    out.emplace_back("}");
    return out;
  }

  Random random_;
  QuestionRules out_;
  Fragments requests_;
  std::vector<Leaf> leaves_;
  std::vector<std::string> objects_;
  std::vector<Result> results_;
};

std::string text_of(const std::vector<std::string>& inputs, const Decisions& decisions) {
  std::string out;
  for (const std::string& input : inputs) out += input + "\n";
  for (const auto& decision : decisions) {
    for (const std::string& line : decision) out += line + "\n";
  }
  return out;
}

}  // namespace

std::string QuestionRules::before_text() const { return text_of(inputs, before); }
std::string QuestionRules::after_text() const { return text_of(after_inputs, after); }

std::pair<std::uint64_t, std::uint64_t> question_seeds(std::uint64_t count) {
  const char* const wanted = std::getenv("TALLY_QUESTION_SEEDS");
  if (!wanted) return {1, count};
  char* end = nullptr;
  const std::uint64_t first = std::strtoull(wanted, &end, 10);
  const std::uint64_t last = std::string_view(end).starts_with("..") ? std::strtoull(end + 2, nullptr, 10) : first;
  return {first, last};
}

QuestionRules question_rules(std::uint64_t seed) { return Generator(seed).run(); }

std::unique_ptr<DecidedRules> DecidedRules::make(const std::string& text) {
  auto out = std::make_unique<DecidedRules>();
  out->compilation_ =
      compile("p.tally", [&](const std::string&) { return std::variant<std::string, ReadError>(text); });
  Compilation& c = out->compilation_;
  if (!c.policy) return nullptr;
  const auto deployment = deploy(*c.policy, c.diagnostics);
  if (!deployment) return nullptr;
  out->descriptor_ = std::make_shared<const PolicyDescriptor>(describe_policy(*c.policy, *deployment, c.sources));
  out->binder_ = std::make_unique<RequestBinder>(out->descriptor_);
  return out;
}

bool DecidedRules::with_facts(const std::string& request,
                              const std::function<void(const CallFacts&, const BoundCall&)>& take) const {
  const BindResult bound = binder_->bind(request);
  if (!bound.call) return false;
  take(facts_of(model(), *descriptor_, *bound.call), *bound.call);
  return true;
}

reference::Decided DecidedRules::decided(const std::string& decision, const CallFacts& facts) const {
  std::uint32_t i = 0;
  while (model().decisions[i].name != decision) ++i;
  return reference::Interpreter(model()).decide(DecisionId{i}, facts);
}

const std::optional<DecidedRules::Outcomes>& DecidedRules::decide(const std::string& request) const {
  const auto [known, is_new] = decided_.try_emplace(request);
  if (!is_new) return known->second;
  Outcomes out;
  const bool is_accepted = with_facts(request, [&](const CallFacts& facts, const BoundCall&) {
    for (const Decision& decision : model().decisions) {
      const reference::Decided result = decided(decision.name, facts);
      std::string& whole = out[decision.name];
      if (result.rule == 0) {
        whole = "(undecided)";
      } else if (const auto* record = std::get_if<reference::Record>(&result.value.node)) {
        whole = "set";
        for (std::size_t f = 0; f < record->members.size(); ++f)
          out[decision.name + "." + decision.type->fields[f].name] =
              plain(*decision.type->fields[f].type, record->members[f]);
      } else {
        whole = plain(*decision.type, result.value);
      }
    }
  });
  if (is_accepted) known->second = std::move(out);
  return known->second;
}

bool DecidedRules::holds(const ExprRef& condition, const std::string& request) const {
  bool out = false;
  with_facts(request, [&](const CallFacts& facts, const BoundCall&) {
    out = reference::Interpreter(model()).holds(condition, facts);
  });
  return out;
}

ExprRef DecidedRules::condition(const std::string& text) {
  Diagnostics faults;
  const auto tree = parse_expression(compilation_.sources, compilation_.sources.add("condition", text), faults);
  return tree ? analyze_condition(compilation_.program, compilation_.sources, model(), *tree, faults) : nullptr;
}

std::string plain(const Type& type, const reference::Value& value) {
  if (const auto* name = std::get_if<reference::EnumValue>(&value.node)) {
    if (type.is_flag) return name->name;
    return to_string(type.values[*value_index(type, name->name)]);
  }
  if (const auto* number = std::get_if<reference::Number>(&value.node)) return std::to_string(number->value);
  if (const auto* text = std::get_if<reference::Text>(&value.node)) return to_string(Literal{text->value});
  return "unset";
}

std::string smallest_failure(QuestionRules rules, const std::function<std::string(const QuestionRules&)>& fails) {
  std::string message = fails(rules);
  const auto keep = [&](QuestionRules less) {
    const std::string other = fails(less);
    if (other.empty()) return false;
    rules = std::move(less);
    message = other;
    return true;
  };
  for (bool is_smaller = true; is_smaller;) {
    is_smaller = false;
    for (std::size_t d = rules.before.size(); d-- > 0;) {
      QuestionRules less = rules;
      less.before.erase(less.before.begin() + static_cast<std::ptrdiff_t>(d));
      less.after.erase(less.after.begin() + static_cast<std::ptrdiff_t>(d));
      if (keep(std::move(less))) is_smaller = true;
    }
    for (Decisions QuestionRules::*side : {&QuestionRules::before, &QuestionRules::after}) {
      for (std::size_t d = 0; d < (rules.*side).size(); ++d) {
        for (std::size_t line = (rules.*side)[d].size() - 1; line-- > 1;) {
          QuestionRules less = rules;
          auto& lines = (less.*side)[d];
          lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(line));
          if (keep(std::move(less))) is_smaller = true;
        }
      }
    }
  }
  return message + "\n--- before\n" + rules.before_text() + "--- after\n" + rules.after_text();
}

}  // namespace tally::testing
