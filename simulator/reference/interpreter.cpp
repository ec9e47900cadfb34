// The reference interpreter: see interpreter.h.
//
// In:     a model and the facts of one call.
// Out:    values. A value is computed lazily: a `View` represents it, and only the members that
//         are looked at are evaluated.
// Always: a fact is only read if evaluation needs it. A decision, or a let without parameters,
//         is evaluated at most once per call.
//
// For example, in `x.a else y.a`, no member of `x` or `y` other than `a` is evaluated.
#include "simulator/reference/interpreter.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

namespace tally::reference {
namespace {

class View;
using ViewRef = std::shared_ptr<const View>;
using Frame = std::shared_ptr<const std::vector<ViewRef>>;  // the arguments of the enclosing let

// The first character of a text in UTF-8, as the text that it is.
std::string_view first_of(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) ++size;
  return text.substr(0, size);
}

std::size_t length_of(std::string_view text) {
  std::size_t length = 0;
  for (; !text.empty(); ++length) text.remove_prefix(first_of(text).size());
  return length;
}

// Whether a character is one of those in the brackets of a pattern. Characters in UTF-8 are ordered as their
// bytes are.
bool is_among(std::string_view character, std::string_view inside) {
  while (!inside.empty()) {
    const std::string_view low = first_of(inside);
    inside.remove_prefix(low.size());
    std::string_view high = low;
    if (inside.size() > 1 && inside.front() == '-') {
      high = first_of(inside.substr(1));
      inside.remove_prefix(1 + high.size());
    }
    if (low <= character && character <= high) return true;
  }
  return false;
}

// A pattern that ends in `...` with its last place written as often as a text of this length needs: "1X..." is "1XXX"
// for a text of four characters.
std::string written_out(std::string_view pattern, std::size_t length) {
  std::string out;
  std::string_view last;
  for (pattern.remove_suffix(3); !pattern.empty(); pattern.remove_prefix(last.size())) {
    last = pattern.front() == '[' ? pattern.substr(0, pattern.find(']') + 1) : first_of(pattern);
    out += last;
    if (length > 0) --length;
  }
  for (; length > 0; --length) out += last;
  return out;
}

// Whether a text is like a dial pattern, character by character.
bool matches(std::string_view text, std::string_view pattern) {
  if (pattern.ends_with("...")) return matches(text, written_out(pattern, length_of(text)));
  while (!pattern.empty()) {
    const std::string_view place = first_of(pattern);
    if (place == "!") return true;
    if (text.empty()) return false;
    if (place == ".") return true;
    const std::string_view character = first_of(text);
    text.remove_prefix(character.size());
    if (place == "[") {
      const std::size_t close = pattern.find(']');
      if (!is_among(character, pattern.substr(1, close - 1))) return false;
      pattern.remove_prefix(close + 1);
      continue;
    }
    const bool fits = place == "X"   ? is_among(character, "0-9")
                      : place == "Z" ? is_among(character, "1-9")
                      : place == "N" ? is_among(character, "2-9")
                                     : character == place;
    if (!fits) return false;
    pattern.remove_prefix(place.size());
  }
  return text.empty();
}

// A value that is looked at piece by piece. A view is valid during one call.
class View {
 public:
  virtual ~View() = default;
  virtual bool is_set() const = 0;
  // For a scalar: its value.
  virtual Value scalar() const = 0;
  // For an object: a field of a record or a cell of a map. In an unset object, it is unset.
  virtual ViewRef member(std::size_t index) const = 0;
};

// A scalar, or the missing value of any type.
class Plain final : public View {
 public:
  explicit Plain(Value value) : value_(std::move(value)) {}
  bool is_set() const override { return value_.is_set(); }
  Value scalar() const override { return value_; }
  ViewRef member(std::size_t) const override { return std::make_shared<Plain>(Value{}); }

 private:
  Value value_;
};

// A set that is written in the rules.
class WrittenSet final : public View {
 public:
  WrittenSet(const SetValue& set, const Type& type) : set_(set), type_(type) {}
  bool is_set() const override { return true; }
  Value scalar() const override { return Value{}; }
  ViewRef member(std::size_t index) const override {
    const std::string& name = type_.indices.front()->values[index].name;
    const bool in = std::find(set_.names.begin(), set_.names.end(), name) != set_.names.end();
    return std::make_shared<Plain>(Value{EnumValue{in ? "on" : "off"}});
  }

 private:
  const SetValue& set_;
  const Type& type_;
};

ViewRef nothing() { return std::make_shared<Plain>(Value{}); }
ViewRef plain(Value value) { return std::make_shared<Plain>(std::move(value)); }
ViewRef flag(bool on) { return plain(Value{EnumValue{on ? "on" : "off"}}); }

// `origin` is the leaf that the literal was read from.
Value from_literal(const Literal& literal, std::optional<ElementId> origin) {
  if (const auto* name = std::get_if<EnumName>(&literal)) return Value{EnumValue{name->name}};
  if (const auto* number = std::get_if<std::uint64_t>(&literal)) return Value{Number{*number, origin}};
  if (const auto* text = std::get_if<std::string>(&literal)) return Value{Text{*text, origin, false}};
  return Value{};
}

// The value of an element of the documents.
class Document final : public View {
 public:
  Document(const Model& model, const Facts& facts, ElementId element)
      : model_(model), facts_(facts), element_(element) {}

  bool is_set() const override {
    // A required object is present if the object around it is.
    std::optional<ElementId> at = element_;
    while (at && !model_.at(*at).has_code()) at = model_.at(*at).parent;
    return !at || !std::holds_alternative<Unset>(facts_(*at));
  }
  Value scalar() const override { return from_literal(facts_(element_), element_); }
  ViewRef member(std::size_t index) const override {
    // In an absent object the facts are unset by themselves.
    return std::make_shared<Document>(model_, facts_, model_.at(element_).children[index]);
  }

 private:
  const Model& model_;
  const Facts& facts_;
  ElementId element_;
};

// Objects on top of each other, the first uppermost. A leaf has the value of the first object in
// which it is set. The whole is present if any of them is.
class Layers final : public View {
 public:
  explicit Layers(std::vector<ViewRef> layers) : layers_(std::move(layers)) {}
  bool is_set() const override {
    return std::any_of(layers_.begin(), layers_.end(), [](const ViewRef& layer) { return layer->is_set(); });
  }
  Value scalar() const override {
    for (const ViewRef& layer : layers_) {
      Value value = layer->scalar();
      if (value.is_set()) return value;
    }
    return Value{};
  }
  ViewRef member(std::size_t index) const override {
    std::vector<ViewRef> members;
    for (const ViewRef& layer : layers_) members.push_back(layer->member(index));
    return std::make_shared<Layers>(std::move(members));
  }

 private:
  std::vector<ViewRef> layers_;
};

std::optional<std::size_t> position(const Type& enumeration, const std::string& name) {
  for (std::size_t i = 0; i < enumeration.values.size(); ++i) {
    if (enumeration.values[i].name == name) return i;
  }
  return std::nullopt;
}

// Returns the cell of a map at these values, one per index. The last index varies fastest.
std::optional<std::size_t> cell_of(const Type& map, const std::vector<std::string>& values) {
  std::size_t cell = 0;
  for (std::size_t i = 0; i < map.indices.size(); ++i) {
    const auto at = position(*map.indices[i], values[i]);
    if (!at) return std::nullopt;
    cell = cell * map.indices[i]->values.size() + *at;
  }
  return cell;
}

// Returns the values of a cell, one per index: {"inbound", "onnet"}.
std::vector<std::string> values_of(const Type& map, std::size_t cell) {
  std::vector<std::string> values(map.indices.size());
  for (std::size_t i = map.indices.size(); i-- > 0;) {
    const auto& names = map.indices[i]->values;
    values[i] = names[cell % names.size()].name;
    cell /= names.size();
  }
  return values;
}

// An object in the shape of another type: members are matched by name, cells by their values.
class Reshaped final : public View {
 public:
  Reshaped(ViewRef view, TypeRef from, TypeRef to)
      : view_(std::move(view)), from_(std::move(from)), to_(std::move(to)) {}

  // A scalar keeps its value, and an unset value has no shape.
  static ViewRef make(ViewRef view, const TypeRef& from, const TypeRef& to) {
    if (!from->is_object() || !to->is_object()) return view;
    return std::make_shared<Reshaped>(std::move(view), from, to);
  }

  bool is_set() const override { return view_->is_set(); }
  Value scalar() const override { return view_->scalar(); }
  ViewRef member(std::size_t index) const override {
    if (to_->kind == Type::Kind::map) {
      const auto cell = cell_of(*from_, values_of(*to_, index));
      return cell ? make(view_->member(*cell), from_->element, to_->element) : nothing();
    }
    const Field& wanted = to_->fields[index];
    for (std::size_t i = 0; i < from_->fields.size(); ++i) {
      const Field& given = from_->fields[i];
      if (given.name == wanted.name) return make(view_->member(i), given.type, wanted.type);
    }
    return nothing();
  }

 private:
  ViewRef view_;
  TypeRef from_, to_;
};

// Returns the complete value of a view.
Value whole(const View& view, const Type& type) {
  if (!type.is_object()) return view.scalar();
  if (!view.is_set()) return Value{};
  if (type.kind == Type::Kind::record) {
    Record record;
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      record.members.push_back(whole(*view.member(i), *type.fields[i].type));
    }
    return Value{std::move(record)};
  }
  std::size_t cells = 1;
  for (const TypeRef& index : type.indices) cells *= index->values.size();
  Map map;
  for (std::size_t i = 0; i < cells; ++i) map.cells.push_back(whole(*view.member(i), *type.element));
  return Value{std::move(map)};
}

// One call: its facts, and what has been decided from them so far.
class Call {
 public:
  Call(const Model& model, const Facts& facts)
      : model_(model), facts_(facts), decisions_(model.decisions.size()), lets_(model.lets.size()) {}

  struct Outcome {
    std::size_t rule = 0;
    ViewRef view;
  };
  const Outcome& decide(DecisionId id);
  std::string text(const std::vector<Piece>& pieces, const Frame& frame);
  bool holds(const ExprRef& condition, const Frame& frame);
  ViewRef view(const ExprRef& expression, const Frame& frame);

 private:
  // One overload per kind of expression.
  ViewRef look(const Constant& e, const Expr& expression, const Frame&) {
    if (const auto* set = std::get_if<SetValue>(&e.value)) return std::make_shared<WrittenSet>(*set, *expression.type);
    return plain(from_literal(e.value, std::nullopt));
  }
  ViewRef look(const TextTemplate& e, const Expr&, const Frame& frame) {
    return plain(Value{Text{text(e.pieces, frame), std::nullopt, true}});
  }
  ViewRef look(const InputRef& e, const Expr&, const Frame&) {
    return std::make_shared<Document>(model_, facts_, model_.at(e.input).element);
  }
  ViewRef look(const ParameterRef& e, const Expr&, const Frame& frame) { return (*frame)[e.index]; }
  ViewRef look(const LetRef& e, const Expr&, const Frame& frame);
  ViewRef look(const DecisionRef& e, const Expr&, const Frame&) { return decide(e.decision).view; }
  ViewRef look(const FieldOf& e, const Expr&, const Frame& frame) { return view(e.base, frame)->member(e.field); }
  ViewRef look(const IndexOf& e, const Expr&, const Frame& frame);
  ViewRef look(const ElseOf& e, const Expr& expression, const Frame& frame);
  ViewRef look(const RecordOf& e, const Expr&, const Frame& frame);
  ViewRef look(const RulesOf& e, const Expr&, const Frame& frame);
  ViewRef look(const Convert& e, const Expr& expression, const Frame& frame) {
    return Reshaped::make(view(e.operand, frame), e.operand->type, expression.type);
  }
  ViewRef look(const IsSet& e, const Expr&, const Frame& frame) { return flag(view(e.operand, frame)->is_set()); }
  ViewRef look(const Equal& e, const Expr&, const Frame& frame) {
    return flag(enum_name(e.left, frame) == enum_name(e.right, frame));
  }
  ViewRef look(const RelatedAs& e, const Expr&, const Frame& frame);
  ViewRef look(const ExtremeOf& e, const Expr&, const Frame& frame);
  ViewRef look(const AmongValues& e, const Expr&, const Frame& frame) {
    const auto name = enum_name(e.operand, frame);
    return flag(name && std::find(e.names.begin(), e.names.end(), *name) != e.names.end());
  }
  ViewRef look(const AmongCut& e, const Expr&, const Frame& frame);
  ViewRef look(const NotOf& e, const Expr&, const Frame& frame) { return flag(!holds(e.operand, frame)); }
  ViewRef look(const AndOf& e, const Expr&, const Frame& frame) {
    return flag(std::all_of(e.operands.begin(), e.operands.end(),
                            [&](const ExprRef& operand) { return holds(operand, frame); }));
  }
  ViewRef look(const OrOf& e, const Expr&, const Frame& frame) {
    return flag(std::any_of(e.operands.begin(), e.operands.end(),
                            [&](const ExprRef& operand) { return holds(operand, frame); }));
  }

  ViewRef look(const CountOf& e, const Expr&, const Frame& frame) {
    const auto count = static_cast<std::uint64_t>(std::count_if(
        e.operands.begin(), e.operands.end(), [&](const ExprRef& operand) { return holds(operand, frame); }));
    return flag(std::any_of(e.cut.ranges.begin(), e.cut.ranges.end(),
                            [&](const NumberRange& range) { return range.low <= count && count <= range.high; }));
  }

  // Returns the value of an enum, or nothing if it is unset.
  std::optional<std::string> enum_name(const ExprRef& expression, const Frame& frame) {
    const Value value = view(expression, frame)->scalar();
    if (const auto* name = std::get_if<EnumValue>(&value.node)) return name->name;
    return std::nullopt;
  }

  const Model& model_;
  const Facts& facts_;
  std::vector<std::optional<Outcome>> decisions_;
  std::vector<ViewRef> lets_;  // the lets without parameters
};

// A record literal, whose members are evaluated when they are looked at.
class Literals final : public View {
 public:
  Literals(Call& call, const RecordOf& record, Frame frame) : call_(call), record_(record), frame_(std::move(frame)) {}
  bool is_set() const override { return true; }
  Value scalar() const override { return Value{}; }
  ViewRef member(std::size_t index) const override {
    const ExprRef& member = record_.members[index];
    return member ? call_.view(member, frame_) : nothing();
  }

 private:
  Call& call_;
  const RecordOf& record_;
  Frame frame_;
};

const Call::Outcome& Call::decide(DecisionId id) {
  std::optional<Outcome>& known = decisions_[id.value];
  if (known) return *known;
  const Decision& decision = model_.at(id);
  const Frame none = std::make_shared<std::vector<ViewRef>>();
  Outcome outcome{0, nothing()};
  // In a `longest` table the longest prefix wins, within the rows of one file; elsewhere the first rule.
  std::optional<std::size_t> longest;
  for (std::size_t i = 0; i < decision.rules.size(); ++i) {
    const Rule& rule = decision.rules[i];
    if (outcome.rule != 0 && decision.rules[outcome.rule - 1].layer != rule.layer) break;
    if (rule.prefixes.empty()) {
      if (longest || (rule.condition && !holds(rule.condition, none))) continue;
      outcome = {i + 1, view(rule.outcome, none)};
      break;
    }
    for (const PrefixArm& arm : rule.prefixes) {
      const std::size_t length = arm.whole ? SIZE_MAX : arm.prefix ? arm.prefix->size() + 1 : 0;
      if ((longest && length <= *longest) || (arm.condition && !holds(arm.condition, none))) continue;
      longest = length;
      outcome = {i + 1, view(rule.outcome, none)};
    }
  }
  known = std::move(outcome);
  return *known;
}

std::string Call::text(const std::vector<Piece>& pieces, const Frame& frame) {
  std::string result;
  for (const Piece& piece : pieces) {
    if (const auto* literal = std::get_if<std::string>(&piece)) {
      result += *literal;
      continue;
    }
    const ExprRef& inserted = std::get<ExprRef>(piece);
    const Value value = view(inserted, frame)->scalar();
    if (const auto* name = std::get_if<EnumValue>(&value.node)) {
      const auto at = position(*inserted->type, name->name);
      // A flag is written as in rules (on, off); documents have true and false.
      result += at && !inserted->type->is_flag ? inserted->type->values[*at].spelling : name->name;
    } else if (const auto* number = std::get_if<Number>(&value.node)) {
      result += std::to_string(number->value);
    } else if (const auto* words = std::get_if<Text>(&value.node)) {
      result += words->value;
    }
  }
  return result;
}

bool Call::holds(const ExprRef& condition, const Frame& frame) { return enum_name(condition, frame) == "on"; }

ViewRef Call::view(const ExprRef& expression, const Frame& frame) {
  return std::visit([&](const auto& node) { return look(node, *expression, frame); }, expression->node);
}

ViewRef Call::look(const LetRef& e, const Expr&, const Frame& frame) {
  const Let& let = model_.at(e.let);
  auto arguments = std::make_shared<std::vector<ViewRef>>();
  if (let.parameters.empty()) {
    ViewRef& known = lets_[e.let.value];
    if (!known) known = view(let.body, arguments);
    return known;
  }
  for (const ExprRef& argument : e.arguments) arguments->push_back(view(argument, frame));
  return view(let.body, arguments);
}

ViewRef Call::look(const IndexOf& e, const Expr&, const Frame& frame) {
  std::vector<std::string> values;
  for (const ExprRef& index : e.indices) values.push_back(enum_name(index, frame).value_or(std::string()));
  const auto cell = cell_of(*e.base->type, values);
  // A cell is missing only if an index is the result of a decision that has a gap.
  return cell ? view(e.base, frame)->member(*cell) : nothing();
}

ViewRef Call::look(const ElseOf& e, const Expr& expression, const Frame& frame) {
  if (expression.type->is_object()) {
    std::vector<ViewRef> layers;
    for (const ExprRef& operand : e.operands) layers.push_back(view(operand, frame));
    return std::make_shared<Layers>(std::move(layers));
  }
  for (const ExprRef& operand : e.operands) {
    Value value = view(operand, frame)->scalar();
    if (value.is_set()) return plain(std::move(value));
  }
  return nothing();
}

ViewRef Call::look(const RecordOf& e, const Expr&, const Frame& frame) {
  return std::make_shared<Literals>(*this, e, frame);
}

ViewRef Call::look(const RulesOf& e, const Expr&, const Frame& frame) {
  for (const Arm& arm : e.arms) {
    if (!arm.condition || holds(arm.condition, frame)) return view(arm.outcome, frame);
  }
  return nothing();
}

// Less than 0, 0 or greater than 0, as the two are in order.
int order_of(const Value& left, const Value& right) {
  const auto sign = [](const auto& a, const auto& b) { return a < b ? -1 : b < a ? 1 : 0; };
  if (const auto* number = std::get_if<Number>(&left.node))
    return sign(number->value, std::get<Number>(right.node).value);
  return sign(std::get<Text>(left.node).value, std::get<Text>(right.node).value);
}

ViewRef Call::look(const RelatedAs& e, const Expr&, const Frame& frame) {
  const Value left = view(e.left, frame)->scalar(), right = view(e.right, frame)->scalar();
  if (!left.is_set() && !right.is_set()) return flag(e.both_unset);
  if (!left.is_set() || !right.is_set()) return flag(false);
  const int order = order_of(left, right);
  return flag((order < 0 && e.less) || (order == 0 && e.equal) || (order > 0 && e.greater));
}

ViewRef Call::look(const ExtremeOf& e, const Expr&, const Frame& frame) {
  Value best = view(e.operands.front(), frame)->scalar();
  for (const ExprRef& operand : e.operands) {
    const Value value = view(operand, frame)->scalar();
    if (!value.is_set()) return nothing();
    const int order = order_of(value, best);
    if (e.greatest ? order > 0 : order < 0) best = value;
  }
  return plain(best);
}

ViewRef Call::look(const AmongCut& e, const Expr&, const Frame& frame) {
  const Value value = view(e.operand, frame)->scalar();
  if (const auto* number = std::get_if<Number>(&value.node)) {
    for (const NumberRange& range : e.cut.ranges) {
      if (range.low <= number->value && number->value <= range.high) return flag(true);
    }
  } else if (const auto* text = std::get_if<Text>(&value.node)) {
    for (const std::string& exact : e.cut.texts) {
      if (text->value == exact) return flag(true);
    }
    for (const std::string& prefix : e.cut.prefixes) {
      if (text->value.starts_with(prefix)) return flag(true);
    }
    for (const std::string& suffix : e.cut.suffixes) {
      if (text->value.ends_with(suffix)) return flag(true);
    }
    for (const NumberRange& range : e.cut.lengths) {
      const std::size_t length = length_of(text->value);
      if (range.low <= length && length <= range.high) return flag(true);
    }
    for (const std::string& pattern : e.cut.patterns) {
      if (matches(text->value, pattern)) return flag(true);
    }
  }
  return flag(false);
}

// The `for` names of a proof are its parameters.
Frame frame_of(const std::vector<std::string>& binders) {
  auto frame = std::make_shared<std::vector<ViewRef>>();
  for (const std::string& name : binders) frame->push_back(plain(Value{EnumValue{name}}));
  return frame;
}

}  // namespace

Interpreter::Interpreter(const Model& model) : model_(&model) {}

Decided Interpreter::decide(DecisionId decision, const Facts& facts) const {
  Call call(*model_, facts);
  const Call::Outcome& outcome = call.decide(decision);
  const Decision& declared = model_->at(decision);
  Decided decided;
  decided.rule = outcome.rule;
  if (outcome.rule == 0) return decided;
  decided.value = whole(*outcome.view, *declared.type);
  if (const auto& reason = declared.rules[outcome.rule - 1].reason) decided.reason = call.text(*reason, frame_of({}));
  return decided;
}

bool Interpreter::holds(const ExprRef& condition, const Facts& facts, const std::vector<std::string>& binders) const {
  return Call(*model_, facts).holds(condition, frame_of(binders));
}

Value Interpreter::evaluate(const ExprRef& expression, const Facts& facts,
                            const std::vector<std::string>& binders) const {
  Call call(*model_, facts);
  return whole(*call.view(expression, frame_of(binders)), *expression->type);
}

}  // namespace tally::reference
