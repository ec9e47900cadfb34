#include "simulator/diff/diff.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "compiler/values/equal_values.h"
#include "simulator/conditions/conditions.h"
#include "simulator/diff/rows.h"

namespace tally {
namespace {

// A member of both results.
struct Member {
  std::string path;                 // ".format", ".inbound.onnet.enabled"; "": the result itself
  Pair<const ResultPart*> parts{};  // null: the result itself, if it is a record
};

// Returns a path that is the same for cells and fields: "[inbound, onnet].url" gives
// ".inbound.onnet.url".
std::string plain_path(const std::string& path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '[') {
      out += '.';
    } else if (path[i] == ',' && path.compare(i, 2, ", ") == 0) {
      out += '.';
      ++i;
    } else if (path[i] != ']') {
      out += path[i];
    }
  }
  return out;
}

bool is_inside(const std::string& path, const std::string& outer) {
  return path.size() > outer.size() && path.starts_with(outer) && path[outer.size()] == '.';
}

std::string kind_of(const ResultPart& part) {
  if (part.kind == ResultPart::Kind::presence) return "object";
  if (part.type->is_enum()) return part.type->is_flag ? "flag" : "text";
  return part.type->kind == Type::Kind::number ? "number" : "text";
}

class Comparison {
 public:
  Comparison(Joint& joint, const Pair<std::size_t>& outputs, const std::vector<DiffCondition>& where,
             const DiffBounds& bounds, const DiffProgress& progress)
      : joint_(joint), where_(where), bounds_(bounds), progress_(progress) {
    for (std::size_t side = 0; side < 2; ++side) {
      const Policy& policy = joint.policy(side);
      id_[side] = policy.outputs[outputs[side]].decision;
      // The policy's own outputs are settled with the classes of all of its decisions, so they
      // are not used.
      outputs_[side] = &policy.lowering->decision(id_[side]);
    }
  }

  DiffDecision run(const std::string& wanted) {
    out_.name = decision(0).name;
    if (decision(1).name != out_.name) out_.name += "=" + decision(1).name;
    const Type& a = *decision(0).type;
    const Type& b = *decision(1).type;
    if (a.is_object() != b.is_object()) {
      apart(out_.name, to_string(a), to_string(b));
      return std::move(out_);
    }
    cuts();
    if (a.is_object() && wanted.empty() &&
        (decision(0).may_be_undecided() || decision(1).may_be_undecided() || a.optional || b.optional))
      compare_member({"", {}});
    for (const Member& member : members()) {
      if (!wanted.empty() && member.path != wanted && !is_inside(member.path, wanted)) continue;
      if (a.is_object() && member.path.empty()) continue;  // the presence of the result is compared above
      if (kind_of(*member.parts[0]) != kind_of(*member.parts[1])) {
        apart(out_.name + member.path, to_string(*member.parts[0]->type), to_string(*member.parts[1]->type));
        continue;
      }
      compare_member(member);
    }
    if (!wanted.empty()) out_.only = {};
    return std::move(out_);
  }

 private:
  const Decision& decision(std::size_t side) const { return joint_.policy(side).model->at(id_[side]); }

  void apart(const std::string& title, const std::string& before, const std::string& after) {
    out_.failures.push_back(
        {title, "`" + before + "` became `" + after + "`: the two have no values in common", "", true});
  }

  // Returns the members, in the order of the old result.
  std::vector<Member> members() {
    std::map<std::string, const ResultPart*> after;
    for (const ResultPart& part : outputs_[1]->parts) after.emplace(plain_path(part.path), &part);
    std::vector<Member> out;
    std::set<std::string> seen;
    for (const ResultPart& part : outputs_[0]->parts) {
      const std::string path = plain_path(part.path);
      const auto same = after.find(path);
      seen.insert(path);
      if (same != after.end())
        out.push_back({path, {&part, same->second}});
      else if (!path.empty() && part.kind != ResultPart::Kind::presence)
        out_.only[0].push_back(path.substr(1));
    }
    for (const ResultPart& part : outputs_[1]->parts) {
      const std::string path = plain_path(part.path);
      if (!seen.contains(path) && !path.empty() && part.kind != ResultPart::Kind::presence)
        out_.only[1].push_back(path.substr(1));
    }
    return out;
  }

  // Collects the cuts of everything that both read, so that all parts have the same classes.
  void cuts() {
    for (std::size_t side = 0; side < 2; ++side) {
      add_cuts(side, outputs_[side]->reads.cuts);
    }
    for (const DiffCondition& one : where_) add_cuts(one.side, one.reads.cuts);
  }
  void add_cuts(std::size_t side, const std::set<CutId>& cuts) {
    const std::set<CutId> joint = joint_.translate(side, cuts);
    cuts_.insert(joint.begin(), joint.end());
  }

  // --- one member --------------------------------------------------------------------------

  void compare_member(const Member& member) {
    const std::string title = out_.name + member.path;
    if (progress_) progress_(title);
    try {
      if (auto part = compared(member, title, cuts_)) out_.parts.push_back(refined(member, std::move(*part)));
    } catch (const NodeLimit& reached) {
      out_.failures.push_back(
          {title, "the diagrams grew beyond " + grouped(static_cast<unsigned long>(reached.limit)) + " nodes",
           "narrow it with --common or --where", false});
    }
  }

  // Where a leaf is handed on by one policy and the other decides a literal, the two are equal if
  // the leaf has this value. The part is compared again with a class for each such value. If that
  // passes a bound, the first comparison is kept: its rows then contain calls with equal values.
  DiffPart refined(const Member& member, DiffPart part) {
    if (equalities_.empty()) return part;
    std::set<CutId> cuts = cuts_;
    for (const auto& [leaf, cut] : equalities_) {
      if (const auto id = joint_.graph().nonempty_cut(leaf, cut)) cuts.insert(*id);
    }
    if (cuts == cuts_) return part;
    const std::size_t failures = out_.failures.size();
    try {
      if (auto finer = compared(member, part.title, cuts)) return std::move(*finer);
    } catch (const NodeLimit&) {
    }
    out_.failures.resize(failures);
    return part;
  }

  using Side = DiffSide;

  // Returns false if a text has too many variants.
  bool sides(const Member& member, Pair<Side>& out) {
    for (std::size_t side = 0; side < 2; ++side) {
      if (decision(side).may_be_undecided()) out[side].rule = joint_.translate(side, outputs_[side]->rule);
      for (const ResultPart& part : outputs_[side]->parts) {
        if (part.kind != ResultPart::Kind::presence) continue;
        const std::string path = plain_path(part.path);
        const bool own = path.empty() && member.path.empty();
        if (own || is_inside(member.path, path)) out[side].around.push_back(joint_.translate(side, part.node));
      }
      if (!member.parts[side]) continue;
      const auto part = joint_.translate(side, *member.parts[side]);
      if (!part) return false;
      out[side].part = *part;
    }
    return true;
  }

  // Returns nothing if the part cannot be compared, which is then among the failures.
  std::optional<DiffPart> compared(const Member& member, const std::string& title, const std::set<CutId>& cuts) {
    auto space = std::make_shared<DiffSpace>();
    Graph& graph = joint_.graph();
    Pair<Side> both;
    if (!sides(member, both)) {
      out_.failures.push_back({title, "what is inserted in a text gives it too many variants", "", false});
      return std::nullopt;
    }
    std::set<CutId> equalities;
    if (both[0].part && both[1].part)
      equalities = relations_between(joint_.model(), graph, cuts, both[0].part->origins, both[1].part->origins);
    std::set<CutId> all_cuts = cuts;
    all_cuts.insert(equalities.begin(), equalities.end());
    space->classes.emplace(joint_.model(), graph, all_cuts);
    std::vector<NodeId> roots;
    for (const Side& side : both) {
      if (side.rule) roots.push_back(*side.rule);
      if (side.part) roots.push_back(side.part->node);
      roots.insert(roots.end(), side.around.begin(), side.around.end());
    }
    std::vector<NodeId> where;
    for (const DiffCondition& one : where_) where.push_back(joint_.translate(one.side, one.node));
    roots.insert(roots.end(), where.begin(), where.end());

    std::set<ElementId> elements;
    for (const NodeId id : graph.reachable(roots)) {
      const Node& node = graph.node(id);
      if (reads_element(node.op)) elements.insert(node.element);
    }
    for (const Side& side : both) {
      if (side.part) add_leaves(*side.part, *space->classes, elements);
    }
    for (const CutId equality : equalities) elements.insert(graph.at(equality).element);
    elements = with_related(joint_.model(), std::move(elements));
    if (const auto wide = space->classes->too_wide(elements)) {
      out_.failures.push_back(
          {title, too_wide_text(joint_.model(), *space->classes, *wide, "for both files together"), "", false});
      return std::nullopt;
    }
    space->space = best_space(joint_.model(), graph, *space->classes, roots, elements);
    space_ = &*space->space;
    classes_ = &*space->classes;
    values_.clear();
    outcomes_.clear();
    equalities_.clear();

    Diagram asked = space_->possible(elements);
    for (const NodeId one : where) asked = space_->diagrams().both(asked, space_->of(one));
    const Pair<Diagram> values = values_of(member, both, asked);
    DiffPart part;
    part.title = title;
    part.space = space;
    space->sides = both;
    space->asked = asked;
    find_rows(values, asked, part, *space);
    return part;
  }

  // The value of the part by each side. A member is compared if both results have the record that it is in, so other
  // calls are not asked about.
  Pair<Diagram> values_of(const Member& member, const Pair<Side>& both, Diagram& asked) {
    Diagrams& d = space_->diagrams();
    const bool of_record = !member.parts[0] && member.path.empty();
    Pair<Diagram> values;
    for (std::size_t side = 0; side < 2; ++side) {
      if (of_record) {
        values[side] = result_presence(both[side]);
        continue;
      }
      values[side] = value(both[side], *both[side].part, member.path.empty());
      if (member.path.empty()) continue;
      if (both[side].rule) asked = d.but_not(asked, d.where(space_->of(*both[side].rule), 0));
      for (const NodeId around : both[side].around) asked = d.both(asked, d.where(space_->of(around), 1));
    }
    return values;
  }

  // Adds the leaves that are handed on and have several classes, so that these can be compared.
  static void add_leaves(const ResultPart& part, const Classes& classes, std::set<ElementId>& elements) {
    for (const Origin& origin : part.origins) {
      for (const ElementId leaf : leaves_of(origin)) {
        if (classes.width(leaf) > 1) elements.insert(leaf);
      }
    }
  }

  // --- values -------------------------------------------------------------------------------

  // One number per outcome; the same outcome has the same number, whichever file decides it.
  std::uint32_t number(const std::string& key, const std::string& label, std::optional<Origin> origin = {}) {
    const auto [at, is_new] = values_.try_emplace(key, static_cast<std::uint32_t>(outcomes_.size()));
    if (is_new) outcomes_.push_back({label, std::move(origin)});
    return at->second;
  }

  std::uint32_t number(const Origin& origin) {
    if (const auto* n = std::get_if<std::uint64_t>(&origin))
      return number("number " + std::to_string(*n), std::to_string(*n), origin);
    if (const auto* text = std::get_if<std::string>(&origin))
      return number("text " + *text, to_string(Literal{*text}), origin);
    const std::string name = to_string(joint_.model(), origin);
    return number("from " + name, name, origin);
  }

  std::uint32_t unset() { return number("unset", "unset"); }

  Diagram value(const Side& side, const ResultPart& part, bool whole) {
    std::vector<std::uint32_t> table{unset()};
    if (part.kind == ResultPart::Kind::presence) table.push_back(number("set", "set"));
    if (part.kind == ResultPart::Kind::enumeration) {
      for (const EnumValue& v : part.type->values) {
        table.push_back(part.type->is_flag ? number("flag " + v.name, v.name)
                                           : number("text " + v.spelling, to_string(v), v.spelling));
      }
    }
    for (const Origin& origin : part.origins) table.push_back(number(origin));
    const Diagram d = space_->diagrams().recode(space_->of(part.node), table);
    return whole ? or_undecided(side, d) : d;
  }

  Diagram result_presence(const Side& side) {
    Diagrams& d = space_->diagrams();
    Diagram there = d.yes();
    for (const NodeId around : side.around) there = d.both(there, d.where(space_->of(around), 1));
    const std::vector<std::uint32_t> table{unset(), number("set", "set")};
    return or_undecided(side, d.recode(there, table));
  }

  Diagram or_undecided(const Side& side, Diagram value) {
    if (!side.rule) return value;
    Diagrams& d = space_->diagrams();
    const Diagram none = d.where(space_->of(*side.rule), 0);
    return d.choose(none, d.terminal(number("undecided", "(undecided)")), value);
  }

  // --- rows ----------------------------------------------------------------------------------

  // Two outcomes, as numbers; equal ones if the two policies agree.
  using Numbers = std::pair<std::uint32_t, std::uint32_t>;
  static constexpr std::uint32_t unknown = 0;  // the terminal of calls of which it is unknown whether they agree

  // The terminals of a diagram of outcomes: one for each pair that occurs.
  struct Pairs {
    std::vector<Numbers> all{{}};
    std::map<Numbers, std::uint32_t> terminals;
    std::uint32_t terminal(const Numbers& pair) {
      const auto [at, is_new] = terminals.try_emplace(pair, static_cast<std::uint32_t>(all.size()));
      if (is_new) all.push_back(pair);
      return at->second;
    }
  };

  void find_rows(const Pair<Diagram>& values, Diagram asked, DiffPart& part, DiffSpace& space) {
    Diagrams& d = space_->diagrams();
    Pairs pairs;
    Diagram outcome = d.combine(values[0], values[1], [&](std::uint32_t a, std::uint32_t b) {
      return pairs.terminal({a, b});
    });
    for (const std::uint32_t t : d.terminals(outcome)) outcome = without_equal(outcome, t, pairs, asked);
    std::vector<std::pair<std::uint32_t, Diagram>> by_outcome;
    DiffQuestion question;
    question.possible = project(outcome, asked, by_outcome);
    question.asked = asked;
    question.scope = scope_;
    for (const auto& [t, condition] : by_outcome) {
      const auto& [a, b] = pairs.all[t];
      if (t == unknown) {
        part.undecided = d.count(condition, scope_);
      } else if (a != b) {
        const Outcome &before = outcomes_[a], &after = outcomes_[b];
        question.outcomes.push_back({{before.label, after.label}, {before.origin, after.origin}, condition});
      }
    }
    space.columns = columns_;
    for (const ElementId e : columns_) part.columns.push_back(header_text(joint_.model(), *space.classes, e));
    tally::find_rows(joint_.model(), question, bounds_, space, part);
  }

  // Returns the outcomes, of which the calls of one terminal agree where its two origins have equal
  // values.
  Diagram without_equal(Diagram outcome, std::uint32_t terminal, Pairs& pairs, Diagram asked) {
    const auto [before, after] = pairs.all[terminal];
    const auto &a = outcomes_[before].origin, &b = outcomes_[after].origin;
    if (before == after || !a || !b) return outcome;
    Diagrams& d = space_->diagrams();
    const Diagram calls = d.where(outcome, terminal), here = d.both(asked, calls);
    if (here == d.no()) return outcome;
    const EqualValues::Where where = EqualValues(joint_.model(), *classes_, *space_).compare(*a, *b);
    if (d.but_not(here, where.equal) != d.no()) {
      if (const auto cut = equality_cut(joint_.model(), *a, *b)) equalities_.push_back(*cut);
    }
    const Diagram agreed = d.terminal(pairs.terminal({before, before}));
    outcome = d.choose(d.both(calls, where.equal), agreed, outcome);
    return d.choose(d.both(calls, where.unknown), d.terminal(unknown), outcome);
  }

  // Finds the fewest inputs that distinguish the outcomes, by leaving out each input that the
  // others make unnecessary. Then restricts the calls that are asked about, and each outcome, to
  // these inputs.
  Diagram project(Diagram outcome, Diagram asked, std::vector<std::pair<std::uint32_t, Diagram>>& by_outcome) {
    Diagrams& d = space_->diagrams();
    const std::vector<VariableId> support = d.support(outcome);
    std::vector<VariableId> others;
    for (const VariableId v : d.support(asked)) {
      if (!std::binary_search(support.begin(), support.end(), v)) others.push_back(v);
    }
    Diagram possible = d.exists(asked, others);
    for (const std::uint32_t t : d.terminals(outcome)) {
      const Diagram here = d.both(possible, d.where(outcome, t));
      if (here != d.no()) by_outcome.emplace_back(t, here);
    }
    const std::vector<VariableId> influential = d.influential(possible, outcome);
    std::vector<VariableId> kept = support;
    std::vector<VariableId> candidates;
    for (const VariableId v : support) {
      if (!std::binary_search(influential.begin(), influential.end(), v)) candidates.push_back(v);
    }
    // Presences are left out first, since an element of an object implies that the object is
    // present. Elements that were declared last follow.
    std::sort(candidates.begin(), candidates.end(), [&](VariableId a, VariableId b) {
      const ElementId x = space_->element(a), y = space_->element(b);
      const bool leaf_x = joint_.model().at(x).is_leaf(), leaf_y = joint_.model().at(y).is_leaf();
      return leaf_x != leaf_y ? leaf_y : x > y;
    });
    for (const VariableId v : candidates) {
      std::vector<std::pair<std::uint32_t, Diagram>> without;
      Diagram all = d.no();
      bool apart = true;
      for (const auto& [t, condition] : by_outcome) {
        const Diagram here = d.exists(condition, std::span(&v, 1));
        if (d.both(here, all) != d.no()) {
          apart = false;
          break;
        }
        all = d.either(all, here);
        without.emplace_back(t, here);
      }
      if (!apart) continue;
      by_outcome = std::move(without);
      possible = all;
      std::erase(kept, v);
    }
    scope_ = kept;
    columns_.clear();
    for (const VariableId v : kept) columns_.push_back(space_->element(v));
    std::sort(columns_.begin(), columns_.end(), [&](ElementId a, ElementId b) {
      const bool unset_a = may_be_unset(joint_.model(), a), unset_b = may_be_unset(joint_.model(), b);
      return unset_a != unset_b ? unset_b : a < b;
    });
    return possible;
  }

  Joint& joint_;
  const std::vector<DiffCondition>& where_;
  const DiffBounds& bounds_;
  const DiffProgress& progress_;
  Pair<DecisionId> id_;
  Pair<const LoweredDecision*> outputs_{};
  DiffDecision out_;
  std::set<CutId> cuts_;
  // The member that is being compared:
  Space* space_ = nullptr;
  const Classes* classes_ = nullptr;
  struct Outcome {
    std::string label;
    std::optional<Origin> origin;  // of a number or text that is not unset
  };
  std::map<std::string, std::uint32_t> values_;  // outcomes by key, as indices
  std::vector<Outcome> outcomes_;
  // Cuts that separate the calls in which a leaf equals a literal from those in which it does not.
  std::vector<std::pair<ElementId, Cut>> equalities_;
  std::vector<VariableId> scope_;   // the inputs that matter, in the order of the diagrams
  std::vector<ElementId> columns_;  // the same for the table, facts that are never unset first
};

bool have_same_values(const Type& a, const Type& b) {
  return std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(),
                    [](const EnumValue& x, const EnumValue& y) { return x.spelling == y.spelling; });
}

}  // namespace

bool Diff::is_same(const Pair<std::size_t>& outputs) {
  Pair<const LoweredDecision*> lowered{};
  Pair<NodeId> fires;  // whether a rule does
  for (std::size_t side = 0; side < 2; ++side) {
    const Policy& policy = joint_.policy(side);
    lowered[side] = &policy.lowering->decision(policy.outputs[outputs[side]].decision);
    fires[side] = joint_.graph().is_set(joint_.translate(side, lowered[side]->rule));
  }
  const auto same_part = [&](const ResultPart& a, const ResultPart& b) {
    if (plain_path(a.path) != plain_path(b.path) || a.kind != b.kind || kind_of(a) != kind_of(b)) return false;
    if (a.kind == ResultPart::Kind::enumeration && !have_same_values(*a.type, *b.type)) return false;
    const auto before = joint_.translate(0, a), after = joint_.translate(1, b);
    return before && after && before->node == after->node && before->origins == after->origins;
  };
  return fires[0] == fires[1] && std::equal(lowered[0]->parts.begin(), lowered[0]->parts.end(),
                                            lowered[1]->parts.begin(), lowered[1]->parts.end(), same_part);
}

DiffDecision Diff::compare(const Pair<std::size_t>& outputs, const std::string& member,
                           const std::vector<DiffCondition>& where, const DiffProgress& progress) {
  return Comparison(joint_, outputs, where, bounds_, progress).run(member);
}

}  // namespace tally
