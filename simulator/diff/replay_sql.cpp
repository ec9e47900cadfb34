#include "simulator/diff/replay_sql.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/sql/class_codes.h"
#include "compiler/sql/column_places.h"
#include "compiler/sql/outcomes.h"
#include "simulator/diff/space.h"

namespace tally {
namespace {

using sql::Expr;

std::set<ElementId> all_elements(const Model& model) {
  std::set<ElementId> out;
  for (std::uint32_t i = 0; i < model.elements.size(); ++i) {
    if (!model.elements[i].relation) out.insert(ElementId{i});
  }
  return out;
}

std::vector<InputId> all_inputs(const Model& model) {
  std::vector<InputId> out;
  for (std::uint32_t i = 0; i < model.inputs.size(); ++i) out.push_back(InputId{i});
  return out;
}

// The SQL of one part. Every part has levels of its own.
class PartText {
 public:
  PartText(const Joint& joint, const DiffPart& part, const sql::PlaceMap& map, const sql::ViewOptions& options)
      : model_(joint.model()),
        part_(part),
        space_(*part.space),
        options_(options),
        writer_(options.dialect),
        places_(model_, writer_, levels_, map, all_inputs(model_), options.table),
        graph_(joint.graph(), writer_, levels_, places_, wanted()) {}

  const std::vector<Error>& errors() const { return places_.errors(); }

  Result<std::string> text() {
    const Expr fault = places_.fault();
    const Expr good = writer_.among(fault, {0}, 2);
    std::vector<std::optional<Expr>> faults{std::nullopt};
    for (const std::string& one : places_.fault_texts())
      faults.emplace_back(Expr{sql::quoted_text(options_.dialect, one)});
    const Expr before = value(0), after = value(1);
    Expr row = row_of(space_.rows);
    if (unclassed_) return Error{Cause::bound, "`" + part_.title + "`: its texts have too many classes for SQL", ""};
    const Expr no_row{no_value(options_.dialect, sql::ColumnKind::integer)};
    row = row.code == 0u ? no_row : writer_.chosen({{equal_to(row, "0"), no_row}}, row);
    if (have_values() && row.text != no_row.text) row = writer_.chosen({{are_equal(before, after), no_row}}, row);
    const auto if_good = [&](const Expr& one) {
      return good.always == true ? one : writer_.chosen({{good, one}}, std::nullopt);
    };
    const auto named = [&](const char* name) { return sql::quoted_name(options_.dialect, name); };
    const Expr fault_text =
        fault.code ? Expr{no_value(options_.dialect, sql::ColumnKind::text)} : writer_.by_code(fault, faults);
    std::string out = levels_.text(options_.dialect, sql::quoted_table(options_.dialect, options_.table), {},
                                   {{named("before"), if_good(before)},
                                    {named("after"), if_good(after)},
                                    {named("row"), if_good(row)},
                                    {named("fault"), fault_text}});
    if (auto error = sql::too_large(options_.dialect, out, levels_.widest(),
                                    "`--decision NAME.MEMBER` compares less; `tally diff --calls` needs no database"))
      return std::move(*error);
    return out;
  }

 private:
  std::vector<NodeId> wanted() const {
    std::vector<NodeId> nodes;
    for (const DiffSide& side : space_.sides) {
      if (side.rule) nodes.push_back(*side.rule);
      if (side.part) nodes.insert(nodes.end(), 2, side.part->node);
      nodes.insert(nodes.end(), side.around.begin(), side.around.end());
    }
    return nodes;
  }

  // The value of one side; NULL if it is unset or nothing is decided.
  Expr value(std::size_t number) {
    const DiffSide& side = space_.sides[number];
    Expr out;
    if (side.part) {
      out = sql::value_of_part(writer_, places_, *side.part, graph_.code(side.part->node));
    } else {
      std::vector<Expr> around;
      for (const NodeId node : side.around) around.push_back(writer_.condition_of(graph_.code(node)));
      if (side.rule) around.push_back(writer_.negated(writer_.among(graph_.code(*side.rule), {0}, 2)));
      out = writer_.both(around);
    }
    return out.uses.empty() ? out : levels_.define(number == 0 ? "x0" : "x1", out);
  }

  // Two values that are handed on may be equal in a row of the diff.
  bool have_values() const {
    return std::all_of(space_.sides.begin(), space_.sides.end(),
                       [](const DiffSide& side) { return side.part.has_value(); });
  }
  static Expr are_equal(const Expr& a, const Expr& b) {
    return sql::Writer::made(a.text + " = " + b.text, sql::Tightness::comparison, {&a, &b});
  }
  static Expr equal_to(const Expr& of, const std::string& literal) {
    return sql::Writer::made(sql::Writer::at_least(of, sql::Tightness::atom) + " = " + literal,
                             sql::Tightness::comparison, {&of});
  }

  // --- the row of the diff -------------------------------------------------------------------

  // A node of the diagram of rows: each has a name.
  Expr row_of(Diagram d) {
    Diagrams& diagrams = space_.space->diagrams();
    if (diagrams.is_terminal(d)) return writer_.code(diagrams.terminal_of(d));
    const auto known = rows_.find(d);
    if (known != rows_.end()) return known->second;
    const VariableId variable = *diagrams.top(d);
    const Variable& codes = diagrams.variables()[variable.value];
    std::vector<std::optional<Expr>> values(codes.first + codes.count);
    for (unsigned code = codes.first; code < values.size(); ++code)
      values[code] = row_of(diagrams.hold(d, variable, static_cast<Code>(code)));
    // A code that does not occur has the row of another one, so that every code has a value.
    for (unsigned code = 0; code < codes.first; ++code) values[code] = values[codes.first];
    const Expr row = writer_.by_code(class_code(space_.space->element(variable)), values);
    return rows_[d] = row.uses.empty() ? row : levels_.define("d" + std::to_string(d.id), row);
  }

  // The code of an element in the classes of the diff.
  Expr class_code(ElementId element) {
    const Element& e = model_.at(element);
    if (e.relation || !e.is_leaf() || e.type->is_enum()) return places_.code(element);
    const auto known = class_codes_.find(element);
    if (known != class_codes_.end()) return known->second;
    const auto code = sql::class_code(writer_, levels_, places_, *space_.classes, element);
    unclassed_ = unclassed_ || !code;
    return class_codes_[element] = code.value_or(writer_.code(0));
  }

  const Model& model_;
  const DiffPart& part_;
  const DiffSpace& space_;
  const sql::ViewOptions& options_;
  sql::Writer writer_;
  sql::Levels levels_;
  sql::RowPlaces places_;
  sql::GraphText graph_;
  std::map<Diagram, Expr> rows_;
  std::map<ElementId, Expr> class_codes_;
  bool unclassed_ = false;
};

}  // namespace

PolicyDescriptor describe_joint(const Joint& joint, const SourceSet& sources) {
  Policy policy;
  Model model = joint.model();
  for (const InputId input : all_inputs(model)) {
    for (const ElementId element : below(model, model.at(input).element)) model.elements[element.value].input = input;
  }
  policy.model = std::make_unique<const Model>(std::move(model));
  Deployment deployment;
  deployment.reads = all_elements(joint.model());
  deployment.classes = std::make_unique<Classes>(*policy.model, joint.graph(), std::set<CutId>());
  deployment.layout = std::make_unique<InputLayout>(*policy.model, std::set<ElementId>());
  return describe_policy(policy, deployment, sources);
}

std::vector<ElementId> joint_elements(const Joint& joint) {
  return sql::described_elements(joint.model(), all_inputs(joint.model()));
}

Result<std::vector<ReplaySelect>, std::vector<Error>> replay_selects(const Joint& joint,
                                                                     const std::vector<DiffDecision>& decisions,
                                                                     const sql::PlaceMap& places,
                                                                     const sql::ViewOptions& options) {
  std::vector<Error> errors;
  for (std::size_t side = 0; side < 2; ++side) {
    const Model& own = *joint.policy(side).model;
    for (std::uint32_t i = 0; i < own.elements.size(); ++i) {
      const auto element = joint.joint(side, ElementId{i});
      if (!joint.is_held(side, ElementId{i}) || !element || !places.contains(*element)) continue;
      errors.push_back(
          {Cause::usage,
           "`" + own.elements[i].name + "` is unset in every call because of --common, and the map has a line for it",
           "leave out the line, or --common"});
    }
  }
  if (!errors.empty()) return errors;
  std::vector<ReplaySelect> out;
  for (const DiffDecision& decision : decisions) {
    for (const DiffPart& part : decision.parts) {
      PartText made(joint, part, places, options);
      if (!made.errors().empty()) return made.errors();
      auto text = made.text();
      if (!text) return std::vector<Error>{std::move(text.error())};
      out.push_back({&part, std::move(*text)});
    }
  }
  return out;
}

}  // namespace tally
