// Checks of decisions: gaps, overlaps, rules that never fire, and inputs and settings
// without influence. See checks.h.
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "compiler/checks/evidence.h"
#include "compiler/lower/origins.h"

namespace tally {
namespace {

constexpr std::size_t max_overlaps = 10;  // pairs of rules that are reported
constexpr std::size_t max_takers = 4;     // rules that are named as the takers of a rule that never fires
constexpr std::size_t max_settings = 20;  // settings of one input that are named

std::string rule_name(const Decision& decision, std::size_t index) {
  return decision.rules[index].otherwise ? "`otherwise`" : "rule " + std::to_string(index + 1);
}

// Returns VALUE of a condition that ends in `f else VALUE` where `f` is never unset: `otherwise` was meant.
const Expr* value_behind_else(const ExprRef& condition) {
  if (const auto* all = std::get_if<AndOf>(&condition->node); all && !all->operands.empty())
    return value_behind_else(all->operands.back());
  if (const auto* any = std::get_if<OrOf>(&condition->node); any && !any->operands.empty())
    return value_behind_else(any->operands.back());
  const auto* chain = std::get_if<ElseOf>(&condition->node);
  if (chain == nullptr || chain->operands.size() != 2 || chain->operands.front()->type->optional) return nullptr;
  const ExprRef& value = chain->operands.back();
  return std::holds_alternative<Constant>(value->node) ? value.get() : nullptr;
}

// The check of one decision. Whether a call exists is decided on the codes that the
// answer depends on: this is exact, and keeps the diagram of the possible calls small.
// Calls are counted over all codes that the decision reads.
class DecisionCheck {
 public:
  DecisionCheck(const Checker& checker, const QuestionSpace& view, DecisionId id)
      : checker_(checker),
        view_(view),
        decision_(checker.model().at(id)),
        lowered_(checker.lowering().decision(id)),
        diagrams_(view.diagrams()),
        reads_(lowered_.reads.elements),
        rule_(view.space().of(lowered_.rule)),
        behind_(checker.undecided_behind(DecisionSet{id})),
        decided_(checker.decided_by(view, behind_)) {}

  // Checks the decision. Returns whether it leaves calls undecided that the decisions
  // behind it decide.
  bool check() {
    // All rule numbers that occur, computed at once. An impossible call gets a number
    // beyond them.
    const auto beyond = static_cast<std::uint32_t>(decision_.rules.size() + 1);
    const auto fired = diagrams_.terminals(diagrams_.choose(possible_for({rule_}), rule_, diagrams_.terminal(beyond)));
    const bool has_gap = !fired.empty() && fired.front() == 0 && report_gap();
    if (decision_.matching == ast::Matching::unique) check_overlaps();
    if (decision_.matching == ast::Matching::longest) check_equal_prefixes();
    // A rule may wait only for calls that another decision never decides.
    if (!behind_.empty()) return has_gap;
    for (std::size_t i = 0; i < decision_.rules.size(); ++i) {
      if (std::binary_search(fired.begin(), fired.end(), static_cast<std::uint32_t>(i + 1))) continue;
      report_dead(i);
    }
    return has_gap;
  }

 private:
  Diagram possible_for(const std::vector<Diagram>& asked) {
    return view_.space().possible(support_of(view_.space(), asked));
  }

  // The smallest call that satisfies a condition, which some call does. It has the elements
  // that the condition depends on.
  Call witness(Diagram condition) {
    return view_.space().smallest(condition, support_of(view_.space(), {condition})).value_or(Call());
  }
  std::string text_of(const Call& call) {
    return call_text(checker_.model(), view_.classes(), call, UnsetFacts::shown);
  }
  // The call as an example, which expects the outcome of a rule for want of another.
  std::vector<ShownCall> forms_of(const Call& call, const std::string& title, const std::string& comment,
                                  std::size_t rule) {
    return checker_.forms_of({view_.classes(), call, title, comment, some_outcome(decision_, rule)});
  }

  bool report_gap() {
    Diagram gap = diagrams_.both(decided_, diagrams_.where(rule_, 0));
    gap = diagrams_.both(gap, possible_for({gap}));
    if (gap == diagrams_.no()) return false;
    const Count open = view_.space().count(gap, reads_), all = view_.space().count(decided_, reads_);
    const Call call = witness(gap);
    Diagnostic& d = checker_.diagnostics().add(
        DiagnosticId::gap, decision_.span,
        "decision `" + decision_.name + "` leaves " +
            (open == all ? "every call" : grouped(open) + " of " + counted(all, "call")) + " undecided");
    d.note("no rule matches " + text_of(call)).help("add a rule for this call, or `otherwise`");
    const ExprRef& last = decision_.rules.empty() ? nullptr : decision_.rules.back().condition;
    if (const Expr* value = last ? value_behind_else(last) : nullptr)
      d.help("to decide every other call, write `" + checker_.wording().quoted(value->span) + " otherwise`");
    d.calls = forms_of(call, "no rule of " + decision_.name + " matches this call", "write what it should be", 0);
    return true;
  }

  // The possible calls that match a rule's own condition. `otherwise` matches all.
  Diagram own(std::size_t rule) {
    if (!decision_.rules[rule].condition) return decided_;
    const Diagram condition = diagrams_.both(decided_, view_.space().of(lowered_.conditions[rule]));
    return diagrams_.both(possible_for({condition}), condition);
  }

  // The rules of one layer must not match together. An amendment overrides what it amends.
  void check_overlaps() {
    std::size_t reported = 0;
    Diagram taken = diagrams_.no();
    std::size_t first = 0;  // of the layer
    for (std::size_t i = 0; i < decision_.rules.size() && reported < max_overlaps; ++i) {
      if (decision_.rules[i].layer != decision_.rules[first].layer) {
        first = i;
        taken = diagrams_.no();
      }
      if (decision_.rules[i].otherwise) continue;
      const Diagram here = own(i);
      Diagram twice = diagrams_.both(here, taken);
      taken = diagrams_.either(taken, here);
      if (twice != diagrams_.no()) twice = diagrams_.both(twice, possible_for({twice}));
      if (twice == diagrams_.no()) continue;
      for (std::size_t j = first; j < i && reported < max_overlaps; ++j) {
        if (decision_.rules[j].otherwise) continue;
        Diagram shared = diagrams_.both(twice, own(j));
        shared = diagrams_.both(shared, possible_for({shared}));
        if (shared == diagrams_.no()) continue;
        ++reported;
        report_overlap(j, i, shared);
      }
    }
  }

  // Rows of a `longest` table that have one prefix must not match together: neither is longer.
  void check_equal_prefixes() {
    std::map<std::tuple<std::uint32_t, bool, std::optional<std::string>>, std::vector<std::pair<std::size_t, ExprRef>>>
        rows;
    std::size_t reported = 0;
    for (std::size_t i = 0; i < decision_.rules.size(); ++i) {
      const Rule& rule = decision_.rules[i];
      for (const PrefixArm& arm : rule.prefixes) {
        auto& others = rows[{rule.layer, arm.whole, arm.prefix}];
        for (const auto& [j, condition] : others) {
          if (reported == max_overlaps) return;
          if (j == i) continue;
          // Where neither wins, a longer prefix does.
          const Diagram wins = diagrams_.either(diagrams_.where(rule_, static_cast<std::uint32_t>(j + 1)),
                                                diagrams_.where(rule_, static_cast<std::uint32_t>(i + 1)));
          Diagram shared = diagrams_.both(holds(condition), holds(arm.condition));
          shared = diagrams_.both(shared, diagrams_.both(decided_, wins));
          shared = diagrams_.both(shared, possible_for({shared}));
          if (shared == diagrams_.no()) continue;
          ++reported;
          report_overlap(j, i, shared);
        }
        others.emplace_back(i, arm.condition);
      }
    }
  }
  Diagram holds(const ExprRef& condition) {
    return condition ? view_.space().of(checker_.lowering().condition(condition).node) : diagrams_.yes();
  }

  void report_overlap(std::size_t first, std::size_t second, Diagram shared) {
    const Count calls = view_.space().count(shared, reads_);
    const Call call = witness(shared);
    const std::string rules = "rules " + std::to_string(first + 1) + " and " + std::to_string(second + 1);
    Diagnostic& d =
        checker_.diagnostics().add(DiagnosticId::overlap, decision_.span,
                                   rules + " of `" + std::string(ast::matching_word(decision_.matching)) +
                                       "` decision `" + decision_.name + "` both match " + counted(calls, "call"));
    d.label(decision_.rules[first].span, "rule " + std::to_string(first + 1))
        .label(decision_.rules[second].span, "rule " + std::to_string(second + 1))
        .note("both match " + text_of(call));
    if (decision_.matching == ast::Matching::longest)
      d.help("neither has the longer prefix: leave one out, or let another column distinguish them");
    d.calls =
        forms_of(call, rules + " of " + decision_.name + " both match this call", "write what it should be", first);
  }

  // Whether two rules that match together are an overlap.
  bool is_reported_as_overlap(const Rule& a, const Rule& b) const {
    if (a.layer != b.layer) return false;
    switch (decision_.matching) {
      case ast::Matching::first: return false;
      case ast::Matching::unique: return true;
      case ast::Matching::longest: break;
    }
    return std::any_of(a.prefixes.begin(), a.prefixes.end(), [&](const PrefixArm& arm) {
      return std::any_of(b.prefixes.begin(), b.prefixes.end(), [&](const PrefixArm& other) {
        return arm.whole == other.whole && arm.prefix == other.prefix;
      });
    });
  }

  // The cuts by prefixes that a rule asks for, each with its leaf.
  std::vector<LeafCut> prefixes_of(std::size_t rule) {
    const Graph& graph = *checker_.policy().graph;
    const NodeId condition = lowered_.conditions[rule];
    const auto operands = graph.operands(graph.node(condition));
    std::vector<NodeId> parts(operands.begin(), operands.end());
    parts.push_back(condition);
    std::vector<LeafCut> out;
    for (const NodeId part : parts) {
      const auto cut = graph.cut_of(part);
      if (cut && !graph.at(*cut).cut.prefixes.empty()) out.push_back(graph.at(*cut));
    }
    return out;
  }
  // Whether a rule asks for a prefix of what another rule asks for, where the first rule that matches wins.
  bool has_shorter_prefix(std::size_t rule, std::size_t than) {
    if (decision_.matching != ast::Matching::first) return false;
    for (const LeafCut& shorter : prefixes_of(rule)) {
      for (const LeafCut& longer : prefixes_of(than)) {
        if (shorter.element != longer.element) continue;
        for (const std::string& prefix : longer.cut.prefixes) {
          if (std::any_of(shorter.cut.prefixes.begin(), shorter.cut.prefixes.end(),
                          [&](const std::string& other) { return other != prefix && prefix.starts_with(other); }))
            return true;
        }
      }
    }
    return false;
  }

  void report_dead(std::size_t index) {
    const Rule& rule = decision_.rules[index];
    const Diagram here = diagrams_.both(own(index), view_.space().possible(reads_));
    const auto reads = view_.space().variables(reads_);
    auto takers = diagrams_.counts(diagrams_.choose(here, rule_, diagrams_.no()), reads);
    std::erase_if(takers, [](const auto& taker) { return taker.first == 0; });
    const Count all = diagrams_.count(here, reads);
    // In a `unique` decision, if other rules of its layer take the calls of a rule, that is an overlap.
    const bool is_overlap = std::any_of(takers.begin(), takers.end(), [&](const auto& taker) {
      return is_reported_as_overlap(rule, decision_.rules[taker.first - 1]);
    });
    if (!rule.otherwise && is_overlap) return;

    // The amended file is checked on its own, without the amendments. So they are the cause.
    const bool is_amended = rule.span.file != checker_.model().root && checker_.model().is_own(rule.span.file);
    if (is_amended && has_error(checker_.diagnostics(), DiagnosticId::never_fires, rule.span)) return;
    Diagnostic& d =
        checker_.diagnostics().add(is_amended ? DiagnosticId::overridden_rule : DiagnosticId::never_fires, rule.span,
                                   (is_amended ? "with the amendments, " : "") + rule_name(decision_, index) +
                                       " of decision `" + decision_.name + "` can never match");
    if (here == diagrams_.no()) {
      d.note("no call meets its condition");
      return;
    }
    for (std::size_t i = 0; i < takers.size() && i < max_takers; ++i) {
      const auto& [number, count] = takers[i];
      d.label(decision_.rules[number - 1].span,
              "rule " + std::to_string(number) + " takes " + part_of_calls(count, all, "its"));
    }
    if (std::any_of(takers.begin(), takers.end(),
                    [&](const auto& taker) { return has_shorter_prefix(taker.first - 1, index); })) {
      d.help("put the longer prefix first, or write a `longest` table, in which the order of the rows does not matter");
    }
    if (takers.size() > max_takers) {
      Count left = 0;
      for (std::size_t i = max_takers; i < takers.size(); ++i) left += takers[i].second;
      d.note(counted(takers.size() - max_takers, "more rule") + " before it " +
             (takers.size() == max_takers + 1 ? "takes" : "take") + " the other " + grouped(left));
    }
  }

  const Checker& checker_;
  const QuestionSpace& view_;
  const Decision& decision_;
  const LoweredDecision& lowered_;
  Diagrams& diagrams_;
  const std::set<ElementId>& reads_;
  Diagram rule_;
  DecisionSet behind_;  // decisions with gaps that this one depends on
  Diagram decided_;     // the calls that all of those decide
};

// --- influence ----------------------------------------------------------------------

void warn_unread(const Checker& checker) {
  const Model& model = checker.model();
  std::set<InputId> read;
  for (const ElementId element : checker.policy().reads) read.insert(model.at(element).input);
  for (std::uint32_t i = 0; i < model.inputs.size(); ++i) {
    const Input& input = model.inputs[i];
    if (input.file != model.root || read.contains(InputId{i})) continue;
    checker.diagnostics().add(DiagnosticId::unread_input, input.span, "no decision reads input `" + input.name + "`");
  }
}

// Finds the leaves that some call depends on: a value or a reason changes with the leaf,
// or hands it on. Two rules with the same value and the same reason count as one, so a
// leaf that only decides between them does not matter.
//
// A leaf matters if one result depends on it. So a result is built only if it can depend
// on a leaf that is still open. The decisions that a decision depends on are smaller, and
// come first.
class Influence {
 public:
  explicit Influence(const Checker& checker)
      : checker_(checker),
        model_(checker.model()),
        policy_(checker.policy()),
        diagrams_(checker.policy().space->diagrams()) {
    for (const ElementId id : policy_.reads) {
      if (is_asked(id) && !model_.at(id).relation) open_.insert(id);
    }
    for (const Output& output : policy_.outputs) reasons_[output.decision] = reasons(model_.at(output.decision));
    for (const Output& output : policy_.outputs) add(output);
  }

  // Whether the leaf is checked: it belongs to an input of the root file.
  bool is_asked(ElementId id) const {
    return model_.at(id).is_leaf() && model_.at(model_.at(id).input).file == model_.root;
  }
  bool has(ElementId element) const { return !open_.contains(element); }

 private:
  void add(const Output& output) {
    if (std::none_of(output.reads.begin(), output.reads.end(), [&](ElementId e) { return is_open(e); })) return;
    Space& space = *policy_.space;
    if (may_matter(output.rule)) add(diagrams_.recode(space.of(output.rule), reasons_.at(output.decision)));
    for (const ResultPart& part : output.parts) {
      const bool hands_on =
          part.kind == ResultPart::Kind::origin &&
          std::any_of(part.origins.begin(), part.origins.end(), [&](const Origin& origin) {
            const auto leaves = leaves_of(origin);
            return std::any_of(leaves.begin(), leaves.end(), [&](ElementId e) { return open_.contains(e); });
          });
      if (!hands_on && !may_matter(part.node)) continue;
      const Diagram d = space.of(part.node);
      if (hands_on) add_handed_on(part, d);
      add(d);
    }
  }

  // Whether the graph of the node contains an open leaf.
  bool may_matter(NodeId root) {
    const Graph& graph = *policy_.graph;
    ++round_;
    std::vector<NodeId> left;
    const auto go_on = [&](NodeId id) {
      if (seen_.size() < graph.size()) seen_.resize(graph.size());
      if (std::exchange(seen_[id.value], round_) != round_) left.push_back(id);
    };
    go_on(root);
    while (!left.empty()) {
      const Node& node = graph.node(left.back());
      left.pop_back();
      if (reads_element(node.op) && is_open(node.element)) return true;
      for (const NodeId operand : graph.operands(node)) go_on(operand);
    }
    return false;
  }

  void add(Diagram result) {
    Space& space = *policy_.space;
    const std::set<ElementId> depends = support_of(space, {result});
    if (std::none_of(depends.begin(), depends.end(), [&](ElementId e) { return is_open(e); })) return;
    // Two documents that differ in one leaf agree in the objects around it, even if those
    // are not read.
    const std::set<ElementId> scope = with_surroundings(model_, depends);
    for (const VariableId v : diagrams_.influential(space.possible(scope), result)) open_.erase(space.element(v));
    for (const ElementId element : depends) {
      if (stands_for_object(element)) open_.erase(element);
    }
    add_related(result, scope);
  }

  // With a leaf that is compared, its relations change.
  void add_related(Diagram result, const std::set<ElementId>& scope) {
    Space& space = *policy_.space;
    const std::set<ElementId> all = with_surroundings(model_, with_related(model_, scope));
    const std::vector<ElementId> listed(all.begin(), all.end());
    for (const ElementId leaf : all) {
      if (!open_.contains(leaf)) continue;
      const std::set<ElementId> changing = with_relations_among(model_, {leaf}, listed);
      if (changing.size() > 1 && depends_on(result, space.possible(all), space.variables(changing))) open_.erase(leaf);
    }
  }

  // Whether two possible calls that agree in all other variables have different results.
  bool depends_on(Diagram result, Diagram possible, const std::vector<VariableId>& variables) {
    Diagram seen = diagrams_.no();
    for (const std::uint32_t code : diagrams_.terminals(result)) {
      const Diagram here = diagrams_.exists(diagrams_.both(possible, diagrams_.where(result, code)), variables);
      if (diagrams_.both(here, seen) != diagrams_.no()) return true;
      seen = diagrams_.either(seen, here);
    }
    return false;
  }

  bool is_open(ElementId element) const {
    const auto& relation = model_.at(element).relation;
    return relation ? open_.contains(relation->left) || open_.contains(relation->right) : open_.contains(element);
  }

  // The number of each rule's reason. Equal reasons have one number. A leaf that a reason
  // inserts matters.
  std::vector<std::uint32_t> reasons(const Decision& decision) {
    std::map<std::string, std::uint32_t> known;
    std::vector<std::uint32_t> out{0};
    for (const Rule& rule : decision.rules) {
      std::string text;
      for (const Piece& piece : rule.reason.value_or(std::vector<Piece>{})) {
        if (const auto* literal = std::get_if<std::string>(&piece)) {
          text += *literal;
          continue;
        }
        const ExprRef& inserted = std::get<ExprRef>(piece);
        for (const ElementId element : checker_.lowering().value(inserted).reads.elements) open_.erase(element);
        text += '\0' + checker_.wording().quoted(inserted->span) + '\0';
      }
      out.push_back(known.try_emplace(text, static_cast<std::uint32_t>(known.size() + 1)).first->second);
    }
    return out;
  }

  void add_handed_on(const ResultPart& part, Diagram d) {
    const Diagram possible = policy_.space->possible(support_of(*policy_.space, {d}));
    for (const std::uint32_t code : diagrams_.terminals(diagrams_.choose(possible, d, diagrams_.no()))) {
      if (code == 0) continue;
      for (const ElementId leaf : leaves_of(part.origins[code - 1])) open_.erase(leaf);
    }
  }

  // A required leaf is set if the object around it is present. If the rules read the leaf
  // and not the object, reading the leaf is a test of the object's presence.
  bool stands_for_object(ElementId leaf) const {
    if (!model_.at(leaf).is_leaf() || model_.at(leaf).optional()) return false;
    const auto around = optional_ancestors(model_, leaf);
    return !around.empty() && !policy_.reads.contains(around.back());
  }

  const Checker& checker_;
  const Model& model_;
  const PolicyView& policy_;
  Diagrams& diagrams_;
  std::map<DecisionId, std::vector<std::uint32_t>> reasons_;
  std::set<ElementId> open_;         // leaves for which no dependent result was found
  std::vector<std::uint32_t> seen_;  // by node: the last round that visited it
  std::uint32_t round_ = 0;
};

// The element's name with `*` for the indices: `account[*, *].enabled`.
std::string pattern_of(const Model& model, ElementId id) {
  std::vector<std::string> steps;
  while (const auto parent = model.at(id).parent) {
    const Element& around = model.at(*parent);
    if (around.type->set) {
      // Its values are tested together: `codecs is empty`.
    } else if (around.type->kind == Type::Kind::map) {
      std::string step = "[*";
      for (std::size_t i = 1; i < around.type->indices.size(); ++i) step += ", *";
      steps.push_back(step + "]");
    } else {
      steps.push_back(model.at(id).name.substr(around.name.size()));
    }
    id = *parent;
  }
  std::string out = model.at(id).name;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) out += *step;
  return out;
}

void warn_without_influence(const Checker& checker) {
  const Model& model = checker.model();
  const PolicyView& policy = checker.policy();
  const Influence influence(checker);

  // The settings by pattern. A setting without influence in all cells is one warning. A set is one if no
  // value of it has influence: rules such as `codecs is empty` read them all.
  struct Settings {
    std::vector<ElementId> silent;
    bool all = true;
    bool set = false;
  };
  std::map<InputId, std::map<std::string, Settings>> found;
  for (const ElementId id : policy.reads) {
    if (!influence.is_asked(id)) continue;
    Settings& settings = found[model.at(id).input][pattern_of(model, id)];
    const auto& parent = model.at(id).parent;
    settings.set = settings.set || (parent && model.at(*parent).type->set);
    if (influence.has(id)) {
      settings.all = false;
    } else {
      settings.silent.push_back(id);
    }
  }
  for (const auto& [input, patterns] : found) {
    std::vector<std::string> names;
    for (const auto& [pattern, settings] : patterns) {
      if (settings.set && !settings.all) continue;
      if (settings.all && (settings.set || settings.silent.size() > 1)) {
        names.push_back(pattern);
      } else {
        for (const ElementId id : settings.silent) names.push_back(model.at(id).name);
      }
    }
    for (std::size_t i = 0; i < names.size() && i < max_settings; ++i) {
      Diagnostic& d = checker.diagnostics().add(DiagnosticId::without_influence, model.at(input).span,
                                                "setting `" + names[i] + "` can never matter");
      d.note("rules name it, but no decision ever depends on it");
      if (i + 1 == max_settings && names.size() > max_settings) {
        d.note("nor can " + counted(names.size() - max_settings, "other setting") + " of `" + model.at(input).name +
               "`");
      }
    }
  }
}

// Whether the decision leaves calls undecided that the decisions behind it decide.
bool leaves_undecided(const Checker& checker, DecisionId id) {
  const Decision& decision = checker.model().at(id);
  const LoweredDecision& lowered = checker.lowering().decision(id);
  bool undecided = false;
  checker.run("decision `" + decision.name + "`", decision.span, [&] {
    Question question{{}, {}, {lowered.rule}};
    question.add(lowered.reads);
    question.add(checker.reads_of(checker.undecided_behind(DecisionSet{id})));
    if (const auto view = checker.question_space(question, decision.span)) {
      undecided = DecisionCheck(checker, *view, id).check();
    }
  });
  return undecided;
}

}  // namespace

void check_decision(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                    const CheckOptions& options, DecisionId decision) {
  leaves_undecided(Checker(policy, sources, diagnostics, options), decision);
}

DecisionSet check_decisions(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                            const CheckOptions& options) {
  Checker checker(policy, sources, diagnostics, options);
  const std::size_t errors = diagnostics.error_count();
  // The decisions that a decision depends on come before it.
  for (std::uint32_t i = 0; i < policy.model->decisions.size(); ++i) {
    if (options.stopped()) return checker.undecided();
    if (leaves_undecided(checker, DecisionId{i})) checker.add_undecided(DecisionId{i});
  }
  if (policy.outputs.empty()) return checker.undecided();
  warn_unread(checker);
  // After a fault in a rule, elements that only this rule names would cause warnings too.
  if (diagnostics.error_count() != errors) return checker.undecided();
  if (options.stopped()) return checker.undecided();
  const Span whole{policy.model->root, 0, 0};
  checker.run("which settings matter", whole, [&] { warn_without_influence(checker); });
  return checker.undecided();
}

}  // namespace tally
