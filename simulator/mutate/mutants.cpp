// The edits of rules, tables and expressions. See mutants.h.
//
// Edits are made in the text, along the syntax tree, so that a reader sees exactly what is
// changed (edit_list.h). Types come from the model, by the span of an expression
// (expression_types.h).
#include "simulator/mutate/mutants.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/overloaded.h"
#include "grammar/parse/parser.h"
#include "grammar/source/excerpt.h"
#include "grammar/tree/precedence.h"
#include "grammar/tree/source_format.h"
#include "simulator/mutate/edit_list.h"
#include "simulator/mutate/expression_types.h"
#include "simulator/mutate/literal_edits.h"

namespace tally {
namespace {

using Kind = EditKind;
using ast::Precedence;

class EditMaker : private EditList {
 public:
  EditMaker(const Program& program, const SourceSet& sources, const Model& model, const std::set<DecisionId>& decisions)
      : EditList(sources), model_(model), types_(model, decisions) {
    std::set<std::string> named;
    for (const DecisionId id : decisions) named.insert(model.at(id).name);
    for (const ast::Declaration& d : program.root().tree.declarations) {
      if (const auto* let = ast::as<ast::LetDecl>(d)) {
        if (types_.is_reached(let->name.span)) add_let(*let);
      } else if (const auto* decision = ast::as<ast::DecisionDecl>(d)) {
        if (named.contains(decision->name.text)) add_decision(*decision, d.span);
      }
    }
  }

  using EditList::take;

 private:
  // --- declarations -----------------------------------------------------------------------

  void add_let(const ast::LetDecl& let) {
    set_owner(let.name.text);
    if (let.list) return add_declared_list(let);
    for (const ast::Parameter& p : let.parameters) parameters_.push_back(p.name.text);
    for (const Let& known : model_.lets) {
      if (known.written != let.name.span) continue;
      let_ = &known;
      add_result(*let.body, known.type);
    }
    let_ = nullptr;
    parameters_.clear();
  }

  void add_declared_list(const ast::LetDecl& let) {
    const auto known = std::find_if(model_.lists.begin(), model_.lists.end(), [&](const NamedList& list) {
      return let.amends ? list.name == let.name.text : list.span == let.name.span;
    });
    if (known == model_.lists.end()) return;
    const Span whole{let.name.span.file, let.name.span.end, span_of(let.list->back()).end};
    add_list(whole, *let.list, known->type, ListPlace::declared);
  }

  void add_decision(const ast::DecisionDecl& decision, Span whole) {
    const auto known = std::find_if(model_.decisions.begin(), model_.decisions.end(), [&](const Decision& d) {
      return decision.amends ? d.is_output && d.name == decision.name.text : d.span == decision.name.span;
    });
    if (known == model_.decisions.end()) return;
    set_owner(decision.name.text);
    if (decision.amends) add_only_rule(decision.body, whole);
    if (const auto* body = std::get_if<ast::ExprPtr>(&decision.body)) add_result(**body, known->type);
    if (const auto* rules = std::get_if<ast::Rules>(&decision.body)) add_rules(rules->rules, known->type);
    if (const auto* table = std::get_if<ast::Table>(&decision.body)) add_table(*table, known->type);
  }

  // Braces are never empty, so without its only rule there is no amendment.
  void add_only_rule(const ast::DecisionBody& body, Span amendment) {
    const auto drop_with = [&](const auto& rule) {
      add(Kind::rule_dropped, amendment, "", rule.span, without_reason(rule), "");
    };
    const auto* rules = std::get_if<ast::Rules>(&body);
    const auto* table = std::get_if<ast::Table>(&body);
    if (rules != nullptr && rules->rules.size() == 1) drop_with(rules->rules.front());
    if (table != nullptr && table->rows.size() == 1 && !table->otherwise) drop_with(table->rows.front());
  }

  // Adds the edits of a result of this type.
  void add_result(const ast::Expr& e, const TypeRef& type) {
    if (const auto* rules = ast::as<ast::Rules>(e)) return add_rules(rules->rules, type);
    if (type && type->optional && !ast::as<ast::UnsetLiteral>(e)) replace(Kind::outcome, e.span, "unset");
    if (type && type->is_enum() && (ast::as<ast::UnsetLiteral>(e) || types_.is_constant(e.span))) {
      replace_value(Kind::value, e.span, *type, text(e));
    }
    type && type->is_condition() ? add_condition(e) : add_value(e);
  }

  // --- rules ------------------------------------------------------------------------------

  template <class List>
  void swap(const List& list, std::size_t i) {
    const Span both = around(list[i].span, list[i + 1].span);
    const Span between{both.file, list[i].span.end, list[i + 1].span.begin};
    add(Kind::rules_swapped, both, text(list[i + 1].span) + text(between) + text(list[i].span), both,
        without_reason(list[i]), without_reason(list[i + 1]));
  }

  template <class Rule>
  std::string without_reason(const Rule& rule) const {
    if (!rule.because) return text(rule.span);
    const std::string whole = text({rule.span.file, rule.span.begin, rule.because->span.begin});
    return whole.substr(0, whole.rfind("because"));
  }

  // Replaces an outcome by that of every other rule, in turn.
  template <class List>
  void exchange_outcomes(const List& list) {
    for (const auto& rule : list) {
      for (const auto& other : list) {
        if (one_line(text(*other.outcome)) != one_line(text(*rule.outcome))) {
          replace(Kind::outcome, rule.outcome->span, operand(*other.outcome, precedence_of(*rule.outcome)));
        }
      }
    }
  }

  void add_rules(const std::vector<ast::Rule>& rules, const TypeRef& type) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const ast::Rule& rule = rules[i];
      if (rules.size() > 1) add(Kind::rule_dropped, rule.span, "", rule.span, without_reason(rule), "");
      if (i + 1 < rules.size() && !rules[i + 1].otherwise) swap(rules, i);
      add_result(*rule.outcome, type);
      if (!rule.condition) continue;
      const Span when{rule.span.file, rule.outcome->span.end, rule.condition->span.end};
      add(Kind::condition_dropped, rule.condition->span, "on", rule.condition->span, text(when), "");
      add_condition(*rule.condition);
    }
    exchange_outcomes(rules);
  }

  // --- tables -----------------------------------------------------------------------------

  void add_table(const ast::Table& table, const TypeRef& type) {
    for (const ast::ExprPtr& header : table.header) add_value(*header);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      const ast::Row& row = table.rows[i];
      if (table.rows.size() > 1) add(Kind::rule_dropped, row.span, "", row.span, without_reason(row), "");
      if (i + 1 < table.rows.size()) swap(table.rows, i);
      for (std::size_t column = 0; column < row.cells.size(); ++column) {
        const ast::Cell& cell = row.cells[column];
        if (ast::as<ast::AnyCell>(cell)) continue;
        replace(Kind::cell_widened, cell.span, "-");
        const TypeRef* header = types_.of(table.header[column]->span);
        add_cell(cell, header ? *header : nullptr);
      }
      add_result(*row.outcome, type);
    }
    if (table.otherwise) {
      add(Kind::rule_dropped, table.otherwise->span, "", table.otherwise->span, without_reason(*table.otherwise), "");
      add_result(*table.otherwise->outcome, type);
    }
    exchange_outcomes(table.rows);
  }

  void add_cell(const ast::Cell& cell, const TypeRef& type) {
    const bool has_parts = ast::as<ast::ButNotCell>(cell) || ast::as<ast::AndCell>(cell) || ast::as<ast::OrCell>(cell);
    if (const auto* c = ast::as<ast::NotCell>(cell)) {
      replace(Kind::negated, cell.span, text(c->cell->span));
    } else if (!has_parts) {  // `not` would bind to the first part alone
      replace(Kind::negated, cell.span, "not " + text(cell.span));
    }
    add_inside(cell, type);
  }

  // Adds the edits of what a cell contains.
  void add_inside(const ast::Cell& cell, const TypeRef& type) {
    std::visit(overloaded{[](const ast::AnyCell&) {}, [](const ast::PresenceCell&) {},
                          [&](const ast::ValueCell& c) { add_compared(*c.value, type); },
                          [&](const ast::ListCell& c) { add_list(cell.span, c.items, type, ListPlace::compared); },
                          [&](const ast::RangeCell& c) { add_range(*this, c.range); }, [](const ast::NamedCell&) {},
                          [&](const ast::CompareCell& c) { add_compared(*c.value, type); },
                          [&](const ast::TextTestCell& c) { add_text_test(*this, cell.span, c.form, c.texts); },
                          [&](const ast::LengthCell& c) { add_lengths(cell.span, c.items); },
                          [&](const ast::NotCell& c) { add_cell(*c.cell, type); },
                          [&](const ast::ButNotCell& c) {
                            add_cell(*c.cell, type);
                            add_excluded(cell.span, text(c.cell->span), c.excluded, type);
                          },
                          [&](const ast::AndCell& c) {
                            replace(Kind::connective, cell.span, joined_cells("", " or ", c.cells, c.cells.size()));
                            for (std::size_t i = 0; i < c.cells.size(); ++i) {
                              drop(Kind::condition_dropped, cell.span, joined_cells("", " and ", c.cells, i),
                                   c.cells[i].span);
                              add_cell(c.cells[i], type);
                            }
                          },
                          [&](const ast::OrCell& c) {
                            for (std::size_t i = 0; i < c.alternatives.size(); ++i) {
                              drop(Kind::condition_dropped, cell.span, joined_cells("", " or ", c.alternatives, i),
                                   c.alternatives[i].span);
                              add_cell(c.alternatives[i], type);
                            }
                          }},
               cell.node);
  }

  // Adds the edits of `BASE but not CELL but not CELL`.
  void add_excluded(Span whole, const std::string& base, const std::vector<ast::Cell>& excluded, const TypeRef& type) {
    for (std::size_t i = 0; i < excluded.size(); ++i) {
      drop(Kind::condition_dropped, whole, joined_cells(base, " but not ", excluded, i), excluded[i].span);
      add_inside(excluded[i], type);  // `not` cannot stand after `but not`
    }
  }

  std::string joined_cells(std::string out, const std::string& between, const std::vector<ast::Cell>& cells,
                           std::size_t without) const {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i != without) out += (out.empty() ? "" : between) + text(cells[i].span);
    }
    return out;
  }

  // --- conditions -------------------------------------------------------------------------

  void negate(const ast::Expr& e) { replace(Kind::negated, e.span, "not " + operand(e, Precedence::comparison)); }

  // Adds the edits of a condition.
  void add_condition(const ast::Expr& e) {
    const auto negated = [&] {
      negate(e);
      add_value(e);
    };
    std::visit(
        overloaded{[&](const ast::And& n) { add_chain(e, n.operands, " and ", " or ", Precedence::conjunction); },
                   [&](const ast::Or& n) { add_chain(e, n.operands, " or ", " and ", Precedence::disjunction); },
                   [&](const ast::Not& n) {
                     add(Kind::negated, e.span, operand(*n.operand, Precedence::negation), e.span, text(e),
                         text(*n.operand));
                     add_condition(*n.operand);
                   },
                   [&](const ast::Is& n) {
                     const std::string left = operand(*n.left, Precedence::alternative);
                     const std::string right = operand(*n.right, Precedence::alternative);
                     replace(Kind::negated, e.span, left + (n.negated ? " is " : " is not ") + right);
                     add_value(e);
                   },
                   [&](const ast::IsPresence& n) {
                     const bool set = (n.presence == ast::Presence::set) != n.negated;
                     replace(Kind::negated, e.span,
                             operand(*n.operand, Precedence::alternative) + (set ? " is unset" : " is set"));
                     add_value(e);
                   },
                   [&](const ast::Quantified& n) {
                     negate(e);
                     exchange_quantifier(e, n);
                     add_condition(*n.condition);
                   },
                   [&](const ast::FlagLiteral&) { add_value(e); },
                   [&](const ast::NameRef&) { negated(); },
                   [&](const ast::NumberLiteral&) { negated(); },
                   [&](const ast::UnsetLiteral&) { negated(); },
                   [&](const ast::TextLiteral&) { negated(); },
                   [&](const ast::FieldOf&) { negated(); },
                   [&](const ast::IndexOf&) { negated(); },
                   [&](const ast::Call&) { negated(); },
                   [&](const ast::Else&) { negated(); },
                   [&](const ast::In& n) {
                     if (!n.negated) return negated();
                     const std::string left = operand(*n.left, Precedence::alternative);
                     replace(Kind::negated, e.span, left + " in " + right_of(n));
                     add_value(e);
                   },
                   [&](const ast::Compare&) { negated(); },
                   [&](const ast::TextTest&) { negated(); },
                   [&](const ast::HasLength&) { negated(); },
                   [&](const ast::ButNot&) { negated(); },
                   [&](const ast::SetLiteral&) { negated(); },
                   [&](const ast::RecordLiteral&) { negated(); },
                   [&](const ast::Rules&) { negated(); }},
        e.node);
  }

  void add_chain(const ast::Expr& e, const std::vector<ast::ExprPtr>& operands, const std::string& word,
                 const std::string& other, Precedence own) {
    const auto joined = [&](const std::string& between, Precedence place, std::size_t without) {
      std::string out;
      for (std::size_t i = 0; i < operands.size(); ++i) {
        if (i != without) out += (out.empty() ? "" : between) + operand(*operands[i], place);
      }
      return out;
    };
    for (std::size_t i = 0; i < operands.size(); ++i) {
      // If one operand of two is left, it takes the place of the whole chain.
      std::string rest = joined(word, operands.size() > 2 ? own : Precedence::negation, i);
      drop(Kind::condition_dropped, e.span, std::move(rest), operands[i]->span);
    }
    const std::string turned = joined(other, Precedence::negation, operands.size());
    add(Kind::connective, e.span, own == Precedence::conjunction ? "(" + turned + ")" : turned, e.span, text(e),
        turned);
    negate(e);
    for (const ast::ExprPtr& each : operands) add_condition(*each);
  }

  // --- values -----------------------------------------------------------------------------

  void add_value(const ast::Expr& e) {
    std::visit(overloaded{[](const ast::UnsetLiteral&) {},
                          [&](const ast::NameRef& n) { add_name(e, n.name.text, Kind::value); },
                          [&](const ast::FlagLiteral& n) { replace(Kind::value, e.span, n.on ? "off" : "on"); },
                          [&](const ast::NumberLiteral& n) { add_number(*this, e.span, n.value); },
                          [&](const ast::TextLiteral& n) { add_text(e, n.text); },
                          [&](const ast::FieldOf& n) { add_field(n); },
                          [&](const ast::IndexOf& n) {
                            add_value(*n.base);
                            for (const ast::ExprPtr& index : n.indices) {
                              const auto* name = ast::as<ast::NameRef>(*index);
                              name ? add_name(*index, name->name.text, Kind::index) : add_value(*index);
                            }
                          },
                          [&](const ast::Call& n) {
                            // A call has a type; a count is not a value.
                            if (n.function.text == "count" && !types_.of(e.span)) return add_count(n);
                            for (const ast::ExprPtr& argument : n.arguments) add_value(*argument);
                          },
                          [&](const ast::Quantified& n) {
                            n.quantifier == ast::Quantifier::count ? add_condition(*n.condition) : add_condition(e);
                          },
                          [&](const ast::Else& n) { add_else(e, n.operands); },
                          [&](const ast::Is& n) {
                            add_value(*n.left);
                            add_compared(*n.right, type_of(*n.left));
                          },
                          [&](const ast::IsPresence& n) { add_value(*n.operand); },
                          [&](const ast::In& n) {
                            add_value(*n.left);
                            // A list has edits of its own, if it is of this file.
                            if (n.named && types_.of(n.named->span)) add_value(*n.named);
                            if (n.named) return;
                            const Span items{e.span.file, n.left->span.end, e.span.end};
                            add_list(items, n.items, type_of(*n.left), ListPlace::compared);
                          },
                          [&](const ast::Compare& n) {
                            add_value(*n.left);
                            add_compared(*n.right, type_of(*n.left));
                          },
                          [&](const ast::TextTest& n) {
                            add_value(*n.left);
                            add_text_test(*this, behind(*n.left, e.span), n.form, n.texts);
                          },
                          [&](const ast::HasLength& n) {
                            add_value(*n.left);
                            add_lengths(behind(*n.left, e.span), n.items);
                          },
                          [&](const ast::ButNot& n) {
                            add_value(*n.test);
                            add_excluded(e.span, text(*n.test), n.excluded, type_of(*left_of(*n.test)));
                          },
                          [&](const ast::SetLiteral& n) { add_set(e, n.items); },
                          [&](const ast::RecordLiteral& n) { add_record(e, n.members); },
                          [&](const ast::Rules& n) { add_rules(n.rules, type_of(e)); },
                          [&](const ast::Not&) { add_condition(e); },
                          [&](const ast::And&) { add_condition(e); },
                          [&](const ast::Or&) { add_condition(e); }},
               e.node);
  }

  // What stands after `in`.
  std::string right_of(const ast::In& in) const {
    if (in.named) return text(*in.named);
    const std::string items = text(around(span_of(in.items.front()), span_of(in.items.back())));
    return in.items.size() == 1 && std::holds_alternative<ast::NumberRange>(in.items[0]) ? items : "(" + items + ")";
  }

  void exchange_quantifier(const ast::Expr& e, const ast::Quantified& n) {
    const std::string word(format::word(n.quantifier));
    const Span place{e.span.file, e.span.begin, e.span.begin + static_cast<std::uint32_t>(word.size())};
    replace(Kind::connective, place, n.quantifier == ast::Quantifier::some ? "every" : "some");
  }

  // `count(a, b)`: each condition is left out, and changed.
  void add_count(const ast::Call& count) {
    const auto& all = count.arguments;
    const Span whole = around(all.front()->span, all.back()->span);
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::string rest;
      for (std::size_t j = 0; j < all.size(); ++j) {
        if (j != i) rest += (rest.empty() ? "" : ", ") + text(*all[j]);
      }
      if (all.size() > 1) drop(Kind::condition_dropped, whole, rest, all[i]->span);
      add_condition(*all[i]);
    }
  }

  // The left side of `in`, or of the test of a text.
  static const ast::Expr* left_of(const ast::Expr& test) {
    if (const auto* in = ast::as<ast::In>(test)) return in->left.get();
    if (const auto* tested = ast::as<ast::TextTest>(test)) return tested->left.get();
    return std::get<ast::HasLength>(test.node).left.get();
  }

  TypeRef type_of(const ast::Expr& e) const {
    const TypeRef* type = types_.of(e.span);
    return type ? *type : nullptr;
  }

  // Replaces a value by every other value of the enum.
  void replace_value(Kind kind, Span span, const Type& type, const std::string& written) {
    for (const EnumValue& value : type.values) {
      if (tally::to_string(value) != written) replace(kind, span, tally::to_string(value));
    }
  }

  void add_name(const ast::Expr& e, const std::string& name, Kind kind) {
    const TypeRef type = type_of(e);
    if (!type) return;
    if (types_.is_constant(e.span)) {
      if (type->is_enum()) replace_value(kind, e.span, *type, name);
      return;
    }
    const auto alike = [&](const Type& other) { return same_shape(*type, other) && type->optional == other.optional; };
    if (let_ && std::find(parameters_.begin(), parameters_.end(), name) != parameters_.end()) {
      for (const auto& [other, other_type] : let_->parameters) {
        if (other != name && alike(*other_type)) replace(Kind::name, e.span, other);
      }
      return;
    }
    const auto is_own = [&](const Input& input) { return model_.is_own(input.file); };
    if (std::none_of(model_.inputs.begin(), model_.inputs.end(),
                     [&](const Input& i) { return is_own(i) && i.name == name; })) {
      return;
    }
    for (const Input& input : model_.inputs) {
      if (is_own(input) && input.name != name && alike(*input.type)) replace(Kind::name, e.span, input.name);
    }
  }

  // Adds the edits of the right side of a comparison.
  void add_compared(const ast::Expr& e, const TypeRef& type) {
    const auto* name = ast::as<ast::NameRef>(e);
    const auto* written = ast::as<ast::TextLiteral>(e);
    if (type && type->is_enum() && (written || (name && value_index(*type, name->name.text)))) {
      return replace_value(Kind::value, e.span, *type, text(e));
    }
    add_value(e);
  }

  void add_text(const ast::Expr& e, const ast::Text& literal) {
    const TypeRef type = type_of(e);
    if (type && type->is_enum()) return replace_value(Kind::value, e.span, *type, text(e));
    replace(Kind::text, e.span, "\"" + literal.raw + "x\"");
  }

  // What stands behind the left side of a test.
  static Span behind(const ast::Expr& left, Span test) { return {test.file, left.span.end, test.end}; }

  // `whole` is the span of `has length (4, 7..9)`.
  void add_lengths(Span whole, const std::vector<ast::ListItem>& items) {
    const TypeRef numbers = number_type();
    add_list(whole, items, numbers, ListPlace::compared);
  }

  static Span span_of(const ast::ListItem& item) {
    const auto* range = std::get_if<ast::NumberRange>(&item);
    return range ? range->span : std::get<ast::ExprPtr>(item)->span;
  }

  enum class ListPlace : std::uint8_t { compared, declared };

  // `whole` is the span of the list. A single range has no parentheses.
  void add_list(Span whole, const std::vector<ast::ListItem>& items, const TypeRef& type, ListPlace place) {
    const Span all = around(span_of(items.front()), span_of(items.back()));
    const bool is_list = text(whole).find('(') != std::string::npos;
    std::set<std::string> listed;
    for (std::size_t i = 0; i < items.size(); ++i) {
      std::string rest;
      for (std::size_t j = 0; j < items.size(); ++j) {
        if (j != i) rest += (rest.empty() ? "" : ", ") + text(span_of(items[j]));
      }
      // `("911")` in a declaration is not a list.
      if (place == ListPlace::declared && items.size() == 2) rest += ",";
      listed.insert(text(span_of(items[i])));
      if (items.size() > 1) drop(Kind::list, all, rest, span_of(items[i]));
      if (const auto* range = std::get_if<ast::NumberRange>(&items[i])) {
        add_range(*this, *range);
      } else if (!type || !type->is_enum()) {
        add_value(*std::get<ast::ExprPtr>(items[i]));
      }
    }
    if (!type || !type->is_enum() || !is_list) return;
    for (const EnumValue& value : type->values) {
      const std::string name = tally::to_string(value);
      if (listed.contains(name)) continue;
      add(Kind::list, all, text(all) + ", " + name, all, text(all), text(all) + ", " + name);
    }
  }

  // A set that is written out: each value is left out, and each other one is added.
  void add_set(const ast::Expr& e, const std::vector<ast::ListItem>& items) {
    const TypeRef type = type_of(e);
    if (!type || !type->set) return;
    std::vector<std::string> values;
    for (const ast::ListItem& item : items) values.push_back(text(span_of(item)));
    const auto set = [](const std::vector<std::string>& of) {
      std::string out;
      for (const std::string& value : of) out += (out.empty() ? "" : ", ") + value;
      return "(" + out + (of.size() == 1 ? ",)" : ")");
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
      std::vector<std::string> rest = values;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      drop(Kind::list, e.span, set(rest), span_of(items[i]));
    }
    for (const EnumValue& value : type->indices.front()->values) {
      const std::string name = tally::to_string(value);
      if (std::find(values.begin(), values.end(), name) != values.end()) continue;
      std::vector<std::string> more = values;
      more.push_back(name);
      add(Kind::list, e.span, set(more), e.span, text(e), set(more));
    }
  }

  void add_field(const ast::FieldOf& field) {
    add_value(*field.base);
    const TypeRef base = type_of(*field.base);
    if (!base || base->kind != Type::Kind::record) return;
    const auto own = std::find_if(base->fields.begin(), base->fields.end(),
                                  [&](const Field& f) { return f.name == field.field.text; });
    if (own == base->fields.end()) return;
    for (const Field& sibling : base->fields) {
      if (sibling.name == own->name || sibling.type->kind != own->type->kind) continue;
      if (!same_shape(*sibling.type, *own->type) || sibling.type->optional != own->type->optional) continue;
      replace(Kind::field, field.field.span, sibling.name);
    }
  }

  void add_else(const ast::Expr& e, const std::vector<ast::ExprPtr>& operands) {
    const auto chain = [&](const std::vector<std::size_t>& which) {
      std::string out;
      for (const std::size_t i : which)
        out += (out.empty() ? "" : " else ") + operand(*operands[i], Precedence::postfix);
      return out;
    };
    for (std::size_t i = 0; i < operands.size(); ++i) {
      std::vector<std::size_t> rest, turned;
      for (std::size_t j = 0; j < operands.size(); ++j) {
        if (j != i) rest.push_back(j);
        turned.push_back(j);
      }
      drop(Kind::fallback, e.span, chain(rest), operands[i]->span);
      if (i + 1 < operands.size()) {
        std::swap(turned[i], turned[i + 1]);
        replace(Kind::fallback, e.span, chain(turned));
      }
    }
    for (const ast::ExprPtr& each : operands) add_value(*each);
  }

  void add_record(const ast::Expr& e, const std::vector<ast::Member>& members) {
    for (std::size_t i = 0; i < members.size(); ++i) {
      std::string rest;
      for (std::size_t j = 0; j < members.size(); ++j) {
        const Span member = around(members[j].name.span, members[j].value->span);
        if (j != i) rest += (rest.empty() ? "" : ", ") + text(member);
      }
      drop(Kind::member, e.span, "{ " + rest + " }", around(members[i].name.span, members[i].value->span));
    }
    for (const ast::Member& member : members) add_result(*member.value, type_of(*member.value));
  }

  const Model& model_;
  const ExpressionTypes types_;
  const Let* let_ = nullptr;  // the let whose body is edited
  std::vector<std::string> parameters_;
};

}  // namespace

const char* to_string(EditKind kind) {
  static const char* const names[edit_kind_count] = {"condition dropped",
                                                     "negated",
                                                     "and/or",
                                                     "value",
                                                     "list",
                                                     "number",
                                                     "text",
                                                     "index",
                                                     "field",
                                                     "name",
                                                     "else",
                                                     "member",
                                                     "outcome",
                                                     "rules swapped",
                                                     "rule dropped",
                                                     "cell widened"};
  return names[static_cast<std::size_t>(kind)];
}

std::vector<Edit> make_edits(const Program& program, const SourceSet& sources, const Model& model,
                             const std::set<DecisionId>& decisions) {
  return EditMaker(program, sources, model, decisions).take();
}

std::string edit_text(EditKind kind, const std::string& before, const std::string& after) {
  const std::string name = to_string(kind);
  const std::string out = name + ": " + before;
  if (after.empty()) return name.ends_with("dropped") ? out : out + " dropped";
  return out + (kind == EditKind::rules_swapped ? " with " : " -> ") + after;
}

std::string edited(const SourceSet& sources, const Edit& edit) {
  const std::string_view text = sources.file(edit.span.file).text();
  return std::string(text.substr(0, edit.span.begin)) + edit.replacement + std::string(text.substr(edit.span.end));
}

}  // namespace tally
