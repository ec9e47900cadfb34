// The differences of two rule files, compared with enumeration: both files and the diff decide
// every request that can be made from a few values per place.
#include "simulator/diff/diff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "compiler/deploy/deployment.h"
#include "compiler/front_end.h"
#include "grammar/parse/parser.h"
#include "grammar/source/render.h"
#include "runtime/documents/places.h"
#include "runtime/support/json_text.h"
#include "simulator/diff/space.h"
#include "simulator/documents/call_facts.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/diff_themes.h"
#include "tests/support/random_shapes.h"
#include "tests/support/rule_files.h"
#include "tests/support/rule_text.h"
#include "tests/support/running.h"

namespace tally::testing {
namespace {

// A policy that binds requests and is decided by the interpreter.
struct Rules {
  Compilation compilation;
  std::shared_ptr<const PolicyDescriptor> descriptor;
  std::unique_ptr<RequestBinder> binder;

  Policy& policy() { return *compilation.policy; }
  const Model& model() const { return *compilation.policy->model; }
};

std::unique_ptr<Rules> rules(const std::string& text) {
  auto out = std::make_unique<Rules>();
  out->compilation = compile_text(text);
  Compilation& c = out->compilation;
  std::optional<Deployment> deployment;
  if (c.policy) deployment = deploy(*c.policy, c.diagnostics);
  if (!deployment) {
    for (const Diagnostic& d : c.diagnostics.list()) ADD_FAILURE() << render(d, c.sources) << text;
    return nullptr;
  }
  out->descriptor = std::make_shared<const PolicyDescriptor>(describe_policy(*c.policy, *deployment, c.sources));
  out->binder = std::make_unique<RequestBinder>(out->descriptor);
  return out;
}

// --- requests ------------------------------------------------------------------------------

struct Tree {
  std::string scalar;
  std::map<std::string, Tree> members;
  std::string text() const {
    if (!scalar.empty() && members.empty()) return scalar;
    std::string out;
    for (const auto& [key, member] : members) out += (out.empty() ? "" : ",") + json_string(key) + ":" + member.text();
    return "{" + out + "}";
  }
};

std::string text_of(const Request& request) {
  Tree root;
  for (const auto& [pointer, value] : request) {
    Tree* at = &root;
    for (const std::string& key : tokens_of(pointer)) at = &at->members[key];
    at->scalar = value;
  }
  return root.text();
}

// A request as one file reads it: keys that the file refuses as unknown are left out.
struct Taken {
  Facts facts;
  BoundCall call;
};
std::optional<Taken> take(const Rules& rules, Request request) {
  for (;;) {
    std::vector<DocumentFault> faults;
    Taken taken;
    auto facts = rules.binder->read(text_of(request), faults);
    if (facts) {
      taken.facts = std::move(*facts);
      taken.call.facts = taken.facts;
      Completion(*rules.descriptor).complete(taken.call, faults);
      const bool bad = std::any_of(faults.begin(), faults.end(), [](const DocumentFault& f) { return f.is_error(); });
      if (bad) return std::nullopt;
      return taken;
    }
    bool left_out = false;
    for (const DocumentFault& fault : faults) {
      if (fault.code != FaultId::unknown_key) continue;
      left_out = std::erase_if(request,
                               [&](const auto& entry) {
                                 return entry.first == fault.pointer || entry.first.starts_with(fault.pointer + "/");
                               }) > 0 ||
                 left_out;
      // The object around the key is still present.
      request.emplace(fault.pointer.substr(0, fault.pointer.rfind('/')), "{}");
    }
    if (!left_out) return std::nullopt;
  }
}

// --- values --------------------------------------------------------------------------------

// A scalar as the diff compares it. A number that is handed on is identified by its place. If
// the place is empty, the number is the default.
std::string plain(const Rules& rules, const Request& request, const Type& type, const reference::Value& value) {
  if (!value.is_set()) return "unset";
  if (const auto* name = std::get_if<reference::EnumValue>(&value.node)) {
    if (type.is_flag) return name->name;
    for (const EnumValue& v : type.values)
      if (v.name == name->name) return v.spelling;
  }
  if (const auto* number = std::get_if<reference::Number>(&value.node)) {
    const std::string place = number->origin ? rules.model().at(*number->origin).pointer : "";
    return request.contains(place) ? "from " + place : std::to_string(number->value);
  }
  return "set";
}

struct Outcome {
  std::map<std::string, std::string> parts;   // by the title of the part; members only if the record is present
  std::map<std::string, std::string> values;  // the same, with the value of a number instead of its place
};

Outcome decided(const Rules& rules, const Request& request, const CallFacts& facts) {
  const reference::Interpreter interpreter(rules.model());
  Outcome out;
  for (std::uint32_t i = 0; i < rules.model().decisions.size(); ++i) {
    const Decision& decision = rules.model().decisions[i];
    const reference::Decided result = interpreter.decide(DecisionId{i}, facts);
    const std::string& name = decision.name;
    if (result.rule == 0) {
      out.parts[name] = "(undecided)";
    } else if (const auto* record = std::get_if<reference::Record>(&result.value.node)) {
      out.parts[name] = "set";
      for (std::size_t f = 0; f < record->members.size(); ++f) {
        const std::string title = name + "." + decision.type->fields[f].name;
        out.parts[title] = plain(rules, request, *decision.type->fields[f].type, record->members[f]);
        out.values[title] = plain(rules, {}, *decision.type->fields[f].type, record->members[f]);
      }
    } else {
      out.parts[name] = plain(rules, request, *decision.type, result.value);
      out.values[name] = plain(rules, {}, *decision.type, result.value);
    }
  }
  return out;
}

// --- a diff, compared with all requests ----------------------------------------------------------

struct Seen {
  std::map<std::vector<Code>, std::pair<std::string, std::string>> outcomes;  // by the codes of the columns
  std::map<std::vector<Code>, std::size_t> rows;
};

// Whether the outcome of a row is this one. A value that is handed on is named by its place, or
// by its value if the class has no other.
bool names_outcome(const Model& joint, const std::string& outcome, const std::string& expected,
                   const Request& request) {
  if (outcome == expected || outcome == '"' + expected + '"') return true;
  const std::string place = expected.starts_with("from ") ? expected.substr(5) : "";
  if (request.contains(place) && request.at(place) == outcome) return true;
  return std::any_of(joint.elements.begin(), joint.elements.end(), [&](const Element& element) {
    if (element.name != outcome) return false;
    return element.pointer == place;
  });
}

// Checks the alternatives of a row by trying all combinations: their union is the row, none can
// be widened or left out, and their counts are exact.
void expect_exact_alternatives(const DiffPart& part, const Seen& seen, std::size_t r) {
  const DiffRow& row = part.rows[r];
  const std::vector<Cube>& terms = part.space->alternatives[r];
  ASSERT_EQ(row.alternatives.size(), terms.size());
  EXPECT_EQ(row.all_alternatives, terms.size());
  ASSERT_FALSE(terms.empty());
  const auto holds = [&](const Cube& term, const std::vector<Code>& codes) {
    std::size_t tests = 0;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      for (const auto& [variable, set] : term.tests) {
        if (variable != part.space->space->variable(part.space->columns[i])) continue;
        ++tests;
        if (!set.has(codes[i])) return false;
      }
    }
    EXPECT_EQ(tests, term.tests.size());
    return true;
  };
  const auto in_row = [&](const std::vector<Code>& codes) {
    const auto at = seen.rows.find(codes);
    return at != seen.rows.end() && at->second == r;
  };
  std::vector<std::size_t> all(terms.size()), more(terms.size()), alone(terms.size());
  for (const auto& [codes, outcome] : seen.outcomes) {
    std::vector<std::size_t> of_these;
    for (std::size_t i = 0; i < terms.size(); ++i)
      if (holds(terms[i], codes)) of_these.push_back(i);
    EXPECT_EQ(!of_these.empty(), in_row(codes)) << part.title;
    for (const std::size_t i : of_these) ++all[i];
    if (!of_these.empty()) ++more[of_these.front()];
    if (of_these.size() == 1) ++alone[of_these.front()];
  }
  for (std::size_t i = 0; i < terms.size(); ++i) {
    EXPECT_EQ(row.alternatives[i].combinations, all[i]);
    EXPECT_EQ(row.alternatives[i].more, more[i]);
    EXPECT_GT(alone[i], 0u) << part.title << ": " << row.alternatives[i].condition << " is superfluous";
    for (std::size_t t = 0; t < terms[i].tests.size(); ++t) {
      const Variable& v = part.space->space->diagrams().variables()[terms[i].tests[t].first.value];
      for (unsigned code = v.first; code < v.first + unsigned{v.count}; ++code) {
        if (terms[i].tests[t].second.has(code)) continue;
        Cube wider = terms[i];
        wider.tests[t].second.add(code);
        const bool outside = std::any_of(seen.outcomes.begin(), seen.outcomes.end(), [&](const auto& entry) {
          return holds(wider, entry.first) && !in_row(entry.first);
        });
        EXPECT_TRUE(outside) << part.title << ": " << row.alternatives[i].condition << " can be widened";
      }
    }
  }
}

// A comparison of two files, and the condition on the calls that it covers.
struct Comparison {
  Rules& before;
  Rules& after;
  bool common;
  DiffBounds bounds;
  ExprRef where;  // null: every call
  std::vector<DiffCondition> condition;
};

Comparison comparison_of(Rules& before, Rules& after, bool common, const std::string& where, const DiffBounds& bounds) {
  Comparison out{before, after, common, bounds, nullptr, {}};
  if (where.empty()) return out;
  Diagnostics faults;
  Compilation& c = before.compilation;
  const auto tree = parse_expression(c.sources, c.sources.add("where", where), faults);
  if (tree) out.where = analyze_condition(c.program, c.sources, before.model(), *tree, faults);
  if (!out.where) {
    ADD_FAILURE() << "no condition: " << where;
    return out;
  }
  const LoweredCondition lowered = before.policy().lowering->condition(out.where);
  out.condition.push_back({0, lowered.node, lowered.reads});
  return out;
}

// The decisions of both files for a request that both accept, by the reference interpreter.
class Oracle {
 public:
  Oracle(const Comparison& asked, const Model& joint)
      : asked_(asked), joint_(joint), interpreter_(asked.before.model()) {
    for (const Element& element : joint.elements) places_.insert(element.pointer);
  }

  struct Answer {
    Taken before, after;
    Outcome old_outcome, new_outcome;
  };
  // Nothing if one of the files refuses the request, or the comparison does not cover it.
  // `is_a_call`: whether the diff accepts the two calls as one.
  template <class IsACall>
  std::optional<Answer> answer(const Request& request, IsACall is_a_call) const {
    auto before = take(asked_.before, request), after = take(asked_.after, request);
    if (!before || !after || !is_a_call(*before, *after)) return std::nullopt;
    const CallFacts old_facts = facts_of(asked_.before.model(), *asked_.before.descriptor, before->call);
    const CallFacts new_facts = facts_of(asked_.after.model(), *asked_.after.descriptor, after->call);
    if (asked_.where && !interpreter_.holds(asked_.where, old_facts)) return std::nullopt;
    Outcome old_outcome = decided(asked_.before, request, old_facts);
    Outcome new_outcome = decided(asked_.after, request, new_facts);
    Answer out{std::move(*before), std::move(*after), std::move(old_outcome), std::move(new_outcome)};
    for (Outcome* outcome : {&out.old_outcome, &out.new_outcome}) name_origins(*outcome, request);
    // Equal values are equal outcomes, whatever place they are taken from.
    for (const auto& [title, value] : out.old_outcome.values) {
      const auto other = out.new_outcome.values.find(title);
      if (other != out.new_outcome.values.end() && other->second == value)
        out.new_outcome.parts[title] = out.old_outcome.parts[title];
    }
    return out;
  }

 private:
  // A value is named by its place only if the diff knows that place.
  void name_origins(Outcome& outcome, const Request& request) const {
    // An input that always has its default is that value.
    for (auto& [title, value] : outcome.parts) {
      if (value.starts_with("from ") && !places_.contains(value.substr(5))) value = request.at(value.substr(5));
    }
    // If both have the same default, it counts as the same value in the request.
    for (const Element& element : joint_.elements) {
      if (!element.default_value || element.type->is_enum() || request.contains(element.pointer)) continue;
      for (auto& [title, value] : outcome.parts) {
        if (value == to_string(*element.default_value)) value = "from " + element.pointer;
      }
    }
  }

  const Comparison& asked_;
  const Model& joint_;
  const reference::Interpreter interpreter_;
  std::set<std::string> places_;
};

// --- one function per promise of diff.h ---------------------------------------------------------

// A call falls into a row exactly if the files decide it differently, and the row has the
// outcomes of both. Returns whether they differ.
bool expect_right_row(const Model& joint, const DiffCalls& calls, const DiffPart& part, const std::string& before,
                      const std::string& after, const Request& request) {
  const auto row = calls.row(part);
  EXPECT_EQ(row.has_value(), before != after)
      << part.title << ": " << before << ", " << after << " in " << text_of(request);
  if (!row || before == after) return before != after;
  const Pair<std::string> expected{before, after};
  for (std::size_t side = 0; side < 2; ++side) {
    EXPECT_TRUE(names_outcome(joint, part.rows[*row].outcomes[side], expected[side], request))
        << part.title << ": " << part.rows[*row].outcomes[side] << ", not " << expected[side] << " in "
        << text_of(request);
  }
  return true;
}

// Only the columns matter: calls with the same codes in them have the same outcomes.
void expect_columns_decide(const DiffCalls& calls, const DiffPart& part, const std::string& before,
                           const std::string& after, const Request& request, Seen& seen) {
  const auto codes = calls.codes(part);
  const auto at = seen.outcomes.try_emplace(codes, before, after).first;
  EXPECT_EQ(at->second, std::pair(before, after)) << part.title << " in " << text_of(request);
  if (const auto row = calls.row(part)) seen.rows[codes] = *row;
}

// The counts are exact: of all combinations, of those that differ, and of those in each row.
void expect_counted(const DiffPart& part, const Seen& seen) {
  EXPECT_EQ(part.combinations, seen.outcomes.size()) << part.title;
  EXPECT_EQ(part.different, seen.rows.size()) << part.title;
  for (std::size_t r = 0; r < part.rows.size(); ++r) {
    const auto in_row =
        std::count_if(seen.rows.begin(), seen.rows.end(), [&](const auto& entry) { return entry.second == r; });
    EXPECT_EQ(part.rows[r].combinations, in_row) << part.title << ", row " << r;
  }
}

// Every named input matters: the others do not determine the outcome without it. (A value that
// is handed on may be named by the value, which an input then determines.)
void expect_no_superfluous_column(const DiffPart& part, const Seen& seen) {
  const bool handed_on = std::any_of(seen.outcomes.begin(), seen.outcomes.end(), [](const auto& entry) {
    return entry.second.first.starts_with("from ") || entry.second.second.starts_with("from ");
  });
  if (handed_on) return;
  for (std::size_t column = 0; column < part.columns.size(); ++column) {
    std::map<std::vector<Code>, std::pair<std::string, std::string>> without;
    bool matters = false;
    for (const auto& [codes, outcome] : seen.outcomes) {
      auto rest = codes;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(column));
      matters = matters || without.try_emplace(rest, outcome).first->second != outcome;
    }
    EXPECT_TRUE(matters) << part.title << ": " << part.columns[column];
  }
}

// The call that a row shows belongs to the row. Without keys that only one file knows, both
// files accept it.
void expect_call_in_its_row(const Comparison& asked, DiffCalls& calls, const DiffPart& part) {
  for (std::size_t r = 0; r < part.rows.size(); ++r) {
    const std::string& request = part.rows[r].request;
    const Pair<BindResult> bound{asked.before.binder->bind(request), asked.after.binder->bind(request)};
    if (!asked.common && (!bound[0].call || !bound[1].call)) continue;
    ASSERT_TRUE(bound[0].call && bound[1].call) << request;
    std::vector<DocumentFault> faults;
    const auto before = asked.before.binder->read(request, faults), after = asked.after.binder->read(request, faults);
    EXPECT_TRUE(calls.take({&*before, &*after}, {&*bound[0].call, &*bound[1].call}));
    EXPECT_EQ(calls.row(part), r) << part.title << ": " << request;
  }
}

struct Totals {
  std::size_t compared = 0;      // requests
  std::size_t differences = 0;   // parts of requests
  std::size_t alternatives = 0;  // rows that have some
  std::size_t same = 0;          // decisions that are known to be the same without diagrams
};

// Tries all requests on a diff of two files.
void expect_agreement(const Comparison& asked, const std::vector<Request>& requests, Totals& totals) {
  Diff diff(asked.before.policy(), asked.after.policy(), asked.common, asked.bounds);
  ASSERT_TRUE(diff.joint().conflicts().empty());
  const Model& joint = diff.joint().model();
  std::vector<DiffPart> parts;
  for (std::size_t i = 0; i < asked.before.policy().outputs.size(); ++i) {
    DiffDecision decision = diff.compare({i, i}, "", asked.condition);
    ASSERT_TRUE(decision.failures.empty());
    if (diff.is_same({i, i})) {
      for (const DiffPart& part : decision.parts) EXPECT_EQ(part.different, 0) << part.title;
      ++totals.same;
    }
    for (DiffPart& part : decision.parts) parts.push_back(std::move(part));
  }
  for (const DiffPart& part : parts) ASSERT_EQ(part.undescribed, 0u);

  DiffCalls calls(diff.joint(), {asked.before.descriptor.get(), asked.after.descriptor.get()});
  const Oracle oracle(asked, joint);
  std::map<std::string, Seen> seen;
  for (const Request& request : requests) {
    const auto answer = oracle.answer(request, [&](const Taken& before, const Taken& after) {
      return calls.take({&before.facts, &after.facts}, {&before.call, &after.call});
    });
    if (!answer) continue;
    // The calls refer to these facts.
    calls.take({&answer->before.facts, &answer->after.facts}, {&answer->before.call, &answer->after.call});
    ++totals.compared;
    for (const DiffPart& part : parts) {
      const auto before = answer->old_outcome.parts.find(part.title);
      const auto after = answer->new_outcome.parts.find(part.title);
      const bool both = before != answer->old_outcome.parts.end() && after != answer->new_outcome.parts.end();
      EXPECT_EQ(calls.asked(part), both) << part.title << " in " << text_of(request);
      if (!both) {
        EXPECT_FALSE(calls.row(part)) << part.title << " in " << text_of(request);
        continue;
      }
      if (expect_right_row(joint, calls, part, before->second, after->second, request)) ++totals.differences;
      expect_columns_decide(calls, part, before->second, after->second, request, seen[part.title]);
    }
  }
  for (const DiffPart& part : parts) {
    expect_counted(part, seen[part.title]);
    expect_no_superfluous_column(part, seen[part.title]);
    expect_call_in_its_row(asked, calls, part);
    for (std::size_t r = 0; r < part.rows.size(); ++r) {
      if (part.rows[r].alternatives.empty()) continue;
      expect_exact_alternatives(part, seen[part.title], r);
      ++totals.alternatives;
    }
  }
}

// --- random pairs ------------------------------------------------------------------------------

Totals try_random_pairs(std::uint64_t seed, int pairs, const DiffBounds& bounds) {
  Random random(seed);
  Totals totals;
  std::size_t conflicts = 0;
  for (int pair = 0; pair < pairs; ++pair) {
    std::vector<std::size_t> chosen;
    while (chosen.size() < 2) {
      const std::size_t theme = random.below(themes().size());
      if (std::find(chosen.begin(), chosen.end(), theme) == chosen.end()) chosen.push_back(theme);
    }
    std::vector<std::string> conditions, unused;
    const std::string old_text = random_rules(random, chosen, conditions);
    const std::string new_text = random_rules(random, chosen, unused);
    const auto before = rules(old_text), after = rules(new_text);
    if (!before || !after) {
      ADD_FAILURE() << "no rules:\n" << old_text << new_text;
      return totals;
    }
    const bool spare = (old_text + new_text).find("input spare") != std::string::npos;
    const std::vector<Request> requests = all_requests(chosen, spare);
    const bool common = pair % 3 == 0;
    if (!Joint(before->policy(), after->policy(), common).conflicts().empty()) {
      // In that case both files accept no request at all.
      for (const Request& request : requests) EXPECT_FALSE(take(*before, request) && take(*after, request));
      ++conflicts;
      continue;
    }
    const std::string where = pair % 4 == 1 ? random.pick(conditions) : "";
    expect_agreement(comparison_of(*before, *after, common, where, bounds), requests, totals);
    if (::testing::Test::HasFailure()) {
      ADD_FAILURE() << "pair " << pair << (common ? ", common" : "") << " where " << where << "\n--- old\n"
                    << old_text << "--- new\n"
                    << new_text;
      return totals;
    }
  }
  EXPECT_GT(totals.compared, 5'000u);
  EXPECT_GT(totals.differences, 5'000u);
  EXPECT_LT(conflicts, 30u);
  return totals;
}

TEST(Diff, AgreesWithEnumerationOnRandomPairs) { try_random_pairs(3, 120, {}); }

TEST(Diff, AlternativesAreExactPrimeAndNotSuperfluous) {
  DiffBounds bounds;
  bounds.rows = 0;  // none
  EXPECT_GT(try_random_pairs(5, 80, bounds).alternatives, 100u);
}

TEST(Diff, KnowsAShippedFileThatIsComparedWithItself) {
  for (const std::string& path : shipped_files()) {
    const Compilation before = compile(path, read_rule_file), after = compile(path, read_rule_file);
    ASSERT_TRUE(before.policy && after.policy) << path;
    Diff diff(*before.policy, *after.policy, false);
    for (std::size_t i = 0; i < before.policy->outputs.size(); ++i)
      EXPECT_TRUE(diff.is_same({i, i})) << path << ": "
                                        << before.policy->model->at(before.policy->outputs[i].decision).name;
  }
}

// --- the guide and the switch ---------------------------------------------------------------

std::uint16_t first_value(const Running& rules, const std::string& decision, const std::string& request) {
  const BindResult bound = rules.binder.bind(request);
  EXPECT_TRUE(bound.call) << request;
  if (!bound.call) return 0;
  Results results;
  decide(rules.descriptor(), rules.compiled.code, *bound.call, false, results);
  for (const DecisionDescriptor& d : rules.descriptor().decisions)
    if (d.name == decision) return results.slots[d.result.scalar->slot];
  ADD_FAILURE() << decision;
  return 0;
}

// The same document for both files: KAZOO has a party's settings at the guide's place.
void add_cell(Request& request, const std::string& document, const std::string& cell, std::size_t value) {
  if (value != 0) request[document + cell + "/enabled"] = value == 1 ? "false" : "true";
}

TEST(Diff, CountsTheDifferencesOfTheCompiledGuideAndSwitch) {
  std::string faults;
  const auto guide = start("rules/call_recording.tally", faults), kazoo = start("rules/kazoo5.tally", faults);
  ASSERT_TRUE(guide && kazoo) << faults;
  Diff diff(*guide->compilation.policy, *kazoo->compilation.policy, true);
  const auto compare = [&](const std::string& name) {
    Pair<std::size_t> outputs{};
    for (std::size_t side = 0; side < 2; ++side) {
      const Policy& policy = diff.joint().policy(side);
      while (policy.model->at(policy.outputs[outputs[side]].decision).name != name) ++outputs[side];
    }
    return diff.compare(outputs, "", {}).parts.front();
  };
  std::map<std::string, std::pair<std::size_t, std::size_t>> counted;  // calls, and how many of them differ
  const auto put = [&](const std::string& decision, const Request& request) {
    auto& [calls, differing] = counted[decision];
    ++calls;
    if (first_value(*guide, decision, text_of(request)) != first_value(*kazoo, decision, text_of(request))) ++differing;
  };
  const std::vector<std::string> networks{"onnet", "offnet"};
  for (const std::string& source : networks)
    for (const std::string& destination : networks) {
      const Request call{{"/source", json_string(source)}, {"/destination", json_string(destination)}};
      for (std::size_t cells = 0; cells < 81; ++cells) {
        Request request = call;
        std::size_t rest = cells;
        for (const char* cell : {"/inbound/onnet", "/inbound/offnet", "/outbound/onnet", "/outbound/offnet"}) {
          add_cell(request, "/account/call_recording/account", cell, rest % 3);
          rest /= 3;
        }
        put("account-recording", request);
      }
      // A party: two cells of the user, two of the device; or a device without settings.
      for (const auto& [decision, party, direction] : {std::tuple("caller-recording", "/caller", "/outbound"),
                                                       std::tuple("callee-recording", "/callee", "/inbound")}) {
        for (std::size_t cells = 0; cells < 90; ++cells) {
          Request request = call;
          const std::string user = std::string(party) + "/user/call_recording" + direction;
          const std::string device = std::string(party) + "/device/call_recording";
          add_cell(request, user, "/onnet", cells % 3);
          add_cell(request, user, "/offnet", cells / 3 % 3);
          if (cells / 9 < 9) {
            request[device] = "{}";
            add_cell(request, device + direction, "/onnet", cells / 9 % 3);
            add_cell(request, device + direction, "/offnet", cells / 27 % 3);
          }
          put(decision, request);
        }
      }
    }
  for (const auto& [decision, calls] : counted) {
    const DiffPart part = compare(decision);
    EXPECT_EQ(part.combinations, calls.first) << decision;
    EXPECT_EQ(part.different, calls.second) << decision;
    EXPECT_TRUE(part.is_minimal) << decision;
  }
  EXPECT_EQ(counted.at("account-recording"), std::pair(std::size_t{324}, std::size_t{0}));
  EXPECT_EQ(counted.at("caller-recording"), std::pair(std::size_t{360}, std::size_t{18}));
}

}  // namespace
}  // namespace tally::testing
