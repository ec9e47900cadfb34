#include "simulator/words/words.h"

#include <algorithm>
#include <memory>

#include "grammar/parse/parser.h"
#include "grammar/tree/printer.h"
#include "simulator/conditions/cells.h"
#include "simulator/conditions/conditions.h"

namespace tally {
namespace {

constexpr unsigned on_code = 2;  // a flag's codes are unset, off, on

// The input whose value a part is, if it is that of one input.
std::optional<ElementId> leaf_of(const ResultPart& part) {
  if (part.origins.size() != 1) return std::nullopt;
  const auto* leaf = std::get_if<ElementId>(&part.origins.front());
  return leaf ? std::optional(*leaf) : std::nullopt;
}

// "a is not b" for "a is b", "a" for "not a", else "not a".
ast::ExprPtr negation(ast::ExprPtr condition) {
  if (auto* is = std::get_if<ast::Is>(&condition->node)) {
    is->negated = !is->negated;
    return condition;
  }
  if (auto* is = std::get_if<ast::IsPresence>(&condition->node)) {
    is->negated = !is->negated;
    return condition;
  }
  if (auto* negated = std::get_if<ast::Not>(&condition->node)) return std::move(negated->operand);
  auto out = std::make_unique<ast::Expr>();
  out->node = ast::Not{std::move(condition)};
  return out;
}

}  // namespace

Result<Words> Words::make(const Model& model, const Classes& classes, Lowering& lowering, Space& space,
                          const std::vector<Word>& words) {
  Words out(model, classes, space);
  for (const Word& word : words) {
    TALLY_ASSIGN_OR_RETURN(Column made, out.column(lowering, word));
    out.columns_.push_back(std::move(made));
  }
  return out;
}

Result<Words::Column> Words::column(Lowering& lowering, const Word& word) const {
  const LoweredValue value = lowering.value(word.value);
  if (value.parts.empty())
    return Error{Cause::usage, "`" + word.text + "` has no values: it is always unset",
                 "name a let, a decision, a condition or an input"};
  const ResultPart& part = value.parts.front();
  const bool is_whole = part.path.empty() && (value.parts.size() == 1 || part.kind == ResultPart::Kind::presence);
  if (!is_whole)
    return Error{Cause::usage,
                 "`" + word.text + "` is a " +
                     (word.value->type->kind == Type::Kind::map ? "map whose cells" : "record whose members") +
                     " have the values",
                 "name one of them, or a condition about them"};
  Diagrams& diagrams = space_->diagrams();
  Column out{word.text, space_->of(part.node), {}, std::nullopt, nullptr};
  switch (part.kind) {
    case ResultPart::Kind::presence: break;
    case ResultPart::Kind::enumeration: out.type = part.type; break;
    case ResultPart::Kind::origin:
      out.leaf = leaf_of(part);
      if (!out.leaf)
        return Error{
            Cause::usage, "`" + word.text + "` has no values that a table can show",
            part.type->kind == Type::Kind::number
                ? "numbers are shown of inputs only: name a condition, such as `" + word.text + " < 30`"
                : "texts are shown of inputs only: name a condition, such as `" + word.text + " starts \"+1\"`"};
      out.codes = space_->has(*out.leaf) ? diagrams.code(space_->variable(*out.leaf)) : diagrams.terminal(1);
  }
  const auto terminals = diagrams.terminals(out.codes);
  const auto [least, most] = std::minmax_element(terminals.begin(), terminals.end());
  out.variable.first = static_cast<Code>(*least);
  out.variable.count = static_cast<std::uint16_t>(*most + 1 - *least);
  return out;
}

std::vector<Variable> Words::variables() const {
  std::vector<Variable> out;
  for (const Column& column : columns_) out.push_back(column.variable);
  return out;
}

Words Words::held(std::span<const std::pair<VariableId, Code>> codes, VariableId changing) const {
  Words out(*model_, *classes_, *space_);
  for (const Column& column : columns_) {
    Column here = column;
    here.codes = space_->diagrams().hold(column.codes, codes);
    const auto support = space_->diagrams().support(here.codes);
    if (std::find(support.begin(), support.end(), changing) == support.end()) out.columns_.push_back(std::move(here));
  }
  return out;
}

bool Words::combinations(Diagram calls, const std::function<void(const Assignment&, Diagram)>& visit) const {
  Assignment codes;
  std::size_t count = 0;
  return visit_from(calls, codes, count, visit);
}

bool Words::visit_from(Diagram calls, Assignment& codes, std::size_t& count,
                       const std::function<void(const Assignment&, Diagram)>& visit) const {
  Diagrams& diagrams = space_->diagrams();
  if (calls == diagrams.no()) return true;
  if (codes.size() == columns_.size()) {
    if (++count > max_word_combinations) return false;
    visit(codes, calls);
    return true;
  }
  const std::size_t word = codes.size();
  const Variable& variable = columns_[word].variable;
  for (unsigned code = variable.first; code < variable.first + variable.count; ++code) {
    codes.push_back(static_cast<Code>(code));
    const bool fits = visit_from(diagrams.both(calls, where(word, code)), codes, count, visit);
    codes.pop_back();
    if (!fits) return false;
  }
  return true;
}

Assignment Words::values_in(const Assignment& call) const {
  Assignment out;
  for (const Column& column : columns_)
    out.push_back(static_cast<Code>(space_->diagrams().evaluate(column.codes, call)));
  return out;
}

std::string Words::cell(std::size_t word, const CodeSet& codes) const {
  const Column& column = columns_[word];
  return source_text(column.leaf ? cell_of(*model_, *classes_, *column.leaf, codes)
                                 : cell_of(column.type.get(), column.variable.first == 0, codes));
}

ast::ExprPtr Words::test(std::size_t word, const CodeSet& codes) const {
  const Column& column = columns_[word];
  if (column.leaf) return condition_of(*model_, *classes_, *column.leaf, codes);
  const Header header = [&] {
    SourceSet source;
    Diagnostics faults;
    return parse_expression(source, source.add("word", column.text), faults);
  };
  // A flag that is never unset is a condition by itself: "internal", "not internal".
  if (column.type && column.type->is_flag && !column.type->optional) {
    return codes.has(on_code) ? header() : negation(header());
  }
  return condition_on(header, cell_of(column.type.get(), column.variable.first == 0, codes));
}

std::string Words::condition(std::size_t word, const CodeSet& codes) const { return source_text(*test(word, codes)); }

std::string Words::condition(const std::vector<Cube>& terms) const {
  return condition_text(terms, [&](VariableId variable, const CodeSet& codes) { return test(variable.value, codes); });
}

Error too_many_combinations(const std::string& option) {
  return {Cause::bound, "the words have more than " + grouped(max_word_combinations) + " combinations of values",
          "name fewer words in " + option + ", or narrow the question with --where"};
}

}  // namespace tally
