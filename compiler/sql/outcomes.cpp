#include "compiler/sql/outcomes.h"

#include <set>

#include "base/letter_case.h"
#include "base/overloaded.h"

namespace tally::sql {
namespace {

using Column = OutcomeColumn;

// Names of columns, each once.
class ColumnNames {
 public:
  explicit ColumnNames(Dialect dialect) : most_(limits_of(dialect).name_bytes) {}

  // A name that is too long is cut, and one that is taken gets a number.
  std::string make(const std::string& wanted) {
    std::string name = c_name(wanted);
    if (name.empty()) name = "decision";
    for (int n = 1;; ++n) {
      const std::string end = n == 1 ? "" : "_" + std::to_string(n);
      std::string one = name.substr(0, most_ - end.size()) + end;
      if (taken_.insert(lower_case(std::string_view(one))).second) return one;
    }
  }

 private:
  std::size_t most_;
  std::set<std::string> taken_;
};

Column::Type type_of(const ResultPart& part) {
  if (part.kind == ResultPart::Kind::presence) return Column::Type::flag;
  if (part.type->is_enum()) return part.type->is_flag ? Column::Type::flag : Column::Type::text;
  return part.type->kind == Type::Kind::number ? Column::Type::number : Column::Type::text;
}

Expr nothing(const Writer& writer, Column::Type type) {
  switch (type) {
    case Column::Type::flag: return Expr{no_value(writer.dialect(), ColumnKind::boolean)};
    case Column::Type::number: return Expr{no_value(writer.dialect(), ColumnKind::integer)};
    case Column::Type::text: break;
  }
  return Expr{no_value(writer.dialect(), ColumnKind::text)};
}

// An element as it is inserted into a text.
Expr inserted(const Writer& writer, RowPlaces& places, ElementId element) {
  const Expr& value = places.value(element);
  if (!places.is_number(element)) return value;
  const Expr number = Writer::made(number_text(writer.dialect(), value.text), Tightness::atom, {&value});
  return writer.chosen({{places.is_set(element), number}}, Expr{quoted_text(writer.dialect(), "")});
}

Expr joined_text(const Writer& writer, const std::vector<Expr>& pieces) {
  std::vector<std::string> texts;
  std::vector<const Expr*> parts;
  for (const Expr& piece : pieces) {
    texts.push_back(Writer::at_least(piece, Tightness::atom));
    parts.push_back(&piece);
  }
  return Writer::made(joined(writer.dialect(), texts), texts.size() > 1 ? Tightness::conjunction : Tightness::atom,
                      parts);
}

Expr origin_value(const Writer& writer, RowPlaces& places, const Origin& origin) {
  const auto literal = [&](const std::string& text) { return Expr{quoted_text(writer.dialect(), text)}; };
  return std::visit(overloaded{[&](std::uint64_t number) { return Expr{std::to_string(number)}; },
                               [&](const std::string& text) { return literal(text); },
                               [&](ElementId element) { return places.value(element); },
                               [&](const InsertedText& text) {
                                 std::vector<Expr> pieces;
                                 for (const auto& piece : text.pieces) {
                                   if (const auto* words = std::get_if<std::string>(&piece)) {
                                     pieces.push_back(literal(*words));
                                   } else {
                                     pieces.push_back(inserted(writer, places, std::get<ElementId>(piece)));
                                   }
                                 }
                                 return joined_text(writer, pieces);
                               }},
                    origin);
}

// A scalar as a reason has it: a flag is `on` or `off`, and what is unset is nothing.
Expr inserted_part(const Writer& writer, RowPlaces& places, const ResultPart& part, const Expr& code) {
  std::vector<std::optional<Expr>> values{Expr{quoted_text(writer.dialect(), "")}};
  if (part.kind == ResultPart::Kind::origin) {
    for (const Origin& origin : part.origins) {
      Expr value = origin_value(writer, places, origin);
      if (part.type->kind == Type::Kind::number)
        value = Writer::made(number_text(writer.dialect(), value.text), Tightness::atom, {&value});
      values.emplace_back(std::move(value));
    }
  } else {
    for (const EnumValue& value : part.type->values)
      values.emplace_back(Expr{quoted_text(writer.dialect(), part.type->is_flag ? value.name : value.spelling)});
  }
  return writer.by_code(code, values);
}

class OutcomeMaker {
 public:
  OutcomeMaker(const Policy& policy, const Deployment& deployment, const Writer& writer, Levels& levels,
               RowPlaces& places)
      : policy_(policy),
        deployment_(deployment),
        writer_(writer),
        places_(places),
        names_(writer.dialect()),
        graph_(*policy.graph, writer, levels, places, wanted(deployment), deployment.classes.get()) {}

  std::vector<Column> run() {
    fault_ = places_.fault();
    good_ = writer_.among(fault_, {0}, 2);
    // The fault has its name before all others, and stands last.
    Column fault{names_.make("fault"), "", Column::Kind::fault};
    for (std::size_t i = 0; i < deployment_.outputs.size(); ++i) add_decision(i);
    fault.value = fault_text();
    columns_.push_back(std::move(fault));
    return std::move(columns_);
  }

 private:
  static std::vector<NodeId> wanted(const Deployment& deployment) {
    std::vector<NodeId> nodes;
    const auto twice = [&](NodeId node) { nodes.insert(nodes.end(), 2, node); };
    for (std::size_t i = 0; i < deployment.outputs.size(); ++i) {
      twice(deployment.outputs[i].rule);
      for (const ResultPart& part : deployment.outputs[i].parts) twice(part.node);
      for (const auto& pieces : deployment.reasons[i]) {
        for (const ReasonPiece& piece : pieces) {
          if (const auto* part = std::get_if<ResultPart>(&piece)) twice(part->node);
        }
      }
    }
    return nodes;
  }

  void add_decision(std::size_t number) {
    const Output& output = deployment_.outputs[number];
    const std::string& name = policy_.model->at(output.decision).name;
    for (std::size_t i = 0; i < output.parts.size(); ++i) {
      const ResultPart& part = output.parts[i];
      Column column{names_.make(name + part.path), name + part.path, Column::Kind::value, type_of(part), number, i};
      column.value = if_good(value_of_part(writer_, places_, part, graph_.code(part.node)));
      columns_.push_back(std::move(column));
    }
    Column rule{names_.make(name + "_rule"), name, Column::Kind::rule, Column::Type::number, number};
    rule.value = if_good(graph_.code(output.rule));
    columns_.push_back(std::move(rule));
    Column reason{names_.make(name + "_reason"), name, Column::Kind::reason, Column::Type::text, number};
    reason.value = if_good(reason_of(number));
    columns_.push_back(std::move(reason));
  }

  Expr reason_of(std::size_t number) {
    const Decision& decision = policy_.model->at(deployment_.outputs[number].decision);
    std::vector<std::optional<Expr>> by_rule{std::nullopt};
    bool has_any = false;
    for (std::size_t i = 0; i < decision.rules.size(); ++i) {
      if (!decision.rules[i].reason) {
        by_rule.emplace_back(std::nullopt);
        continue;
      }
      has_any = true;
      std::vector<Expr> pieces;
      for (const ReasonPiece& piece : deployment_.reasons[number][i]) {
        if (const auto* text = std::get_if<std::string>(&piece)) {
          pieces.push_back(Expr{quoted_text(writer_.dialect(), *text)});
        } else {
          const auto& part = std::get<ResultPart>(piece);
          pieces.push_back(inserted_part(writer_, places_, part, graph_.code(part.node)));
        }
      }
      by_rule.emplace_back(joined_text(writer_, pieces));
    }
    if (!has_any) return nothing(writer_, Column::Type::text);
    return writer_.by_code(graph_.code(deployment_.outputs[number].rule), by_rule);
  }

  Expr if_good(const Expr& value) const {
    if (good_.always == true) return value;
    return writer_.chosen({{good_, value}}, std::nullopt);
  }

  Expr fault_text() const {
    if (fault_.code) return nothing(writer_, Column::Type::text);
    std::vector<std::optional<Expr>> texts{std::nullopt};
    for (const std::string& text : places_.fault_texts())
      texts.emplace_back(Expr{quoted_text(writer_.dialect(), text)});
    return writer_.by_code(fault_, texts);
  }

  const Policy& policy_;
  const Deployment& deployment_;
  const Writer& writer_;
  RowPlaces& places_;
  ColumnNames names_;
  GraphText graph_;
  Expr fault_, good_;
  std::vector<Column> columns_;
};

}  // namespace

Expr value_of_part(const Writer& writer, RowPlaces& places, const ResultPart& part, const Expr& code) {
  std::vector<std::optional<Expr>> values;
  const bool is_presence = part.kind == ResultPart::Kind::presence;
  if (!is_presence) values.emplace_back(std::nullopt);
  if (is_presence || (part.kind == ResultPart::Kind::enumeration && part.type->is_flag)) {
    values.emplace_back(Expr{boolean(writer.dialect(), false)});
    values.emplace_back(Expr{boolean(writer.dialect(), true)});
  } else if (part.kind == ResultPart::Kind::enumeration) {
    for (const EnumValue& value : part.type->values)
      values.emplace_back(Expr{quoted_text(writer.dialect(), value.spelling)});
  } else {
    for (const Origin& origin : part.origins) values.emplace_back(origin_value(writer, places, origin));
  }
  Expr value = writer.by_code(code, values);
  // It is unset in every row.
  return value.text == "NULL" ? nothing(writer, type_of(part)) : value;
}

std::vector<OutcomeColumn> outcome_columns(const Policy& policy, const Deployment& deployment, const Writer& writer,
                                           Levels& levels, RowPlaces& places) {
  return OutcomeMaker(policy, deployment, writer, levels, places).run();
}

}  // namespace tally::sql
