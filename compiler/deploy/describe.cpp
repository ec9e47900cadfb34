// Makes the descriptor of a policy. See deployment.h.
#include <algorithm>
#include <map>

#include "compiler/deploy/deployment.h"

namespace tally {
namespace {

// A text leaf with no more pieces than these has no table: to compare it with each takes no longer.
constexpr std::size_t max_texts = 5;

using Kind = ElementDescriptor::Kind;

Kind kind_of(const Type& type) {
  switch (type.kind) {
    case Type::Kind::enumeration: return type.is_flag ? Kind::flag : Kind::enumeration;
    case Type::Kind::number: return Kind::number;
    case Type::Kind::record: return Kind::record;
    case Type::Kind::map: return type.set ? Kind::set : Kind::map;
    case Type::Kind::text: return Kind::text;
    case Type::Kind::unset: break;  // the type of the literal `unset`; no element has it
  }
  return Kind::text;
}

PlaceFilter filter_of(ast::PlaceKind kind) {
  switch (kind) {
    case ast::PlaceKind::any: return PlaceFilter::any;
    case ast::PlaceKind::boolean: return PlaceFilter::boolean;
    case ast::PlaceKind::number: return PlaceFilter::number;
    case ast::PlaceKind::string: return PlaceFilter::string;
    case ast::PlaceKind::object: return PlaceFilter::object;
    case ast::PlaceKind::array: return PlaceFilter::array;
    case ast::PlaceKind::other: return PlaceFilter::other;
  }
  return PlaceFilter::any;
}

std::vector<std::string> spellings(const Type& type) {
  std::vector<std::string> out;
  for (const EnumValue& value : type.values) out.push_back(value.spelling);
  return out;
}

// The names in rules.
std::vector<std::string> names(const Type& type) {
  std::vector<std::string> out;
  for (const EnumValue& value : type.values) out.push_back(value.name);
  return out;
}

OtherSpellings other_spellings(const Type& type) {
  OtherSpellings out;
  out.any_case = type.any_case;
  const auto has_others = [](const EnumValue& value) { return !value.others.empty(); };
  if (std::none_of(type.values.begin(), type.values.end(), has_others)) return out;
  for (const EnumValue& value : type.values) out.by_value.push_back(value.others);
  return out;
}

// Describes elements, each after the object around it.
class ElementDescriber {
 public:
  // `layout`: null if the codes have no places. `wanted`: null for all elements.
  ElementDescriber(const Model& model, const Classes& classes, const InputLayout* layout,
                   const std::set<ElementId>* wanted)
      : model_(model), classes_(classes), layout_(layout), wanted_(wanted) {}

  // Adds an element and all that is wanted in it.
  void add(ElementId id, std::optional<ElementIndex> parent) {
    if (wanted_ != nullptr && !wanted_->contains(id)) return;
    const Element& element = model_.at(id);
    const auto index = static_cast<ElementIndex>(elements_.size());
    index_[id] = index;
    ElementDescriptor d;
    d.name = element.name;
    d.type_name = to_string(*as_required(element.type));
    d.pointer = element.pointer;
    d.parent = parent;
    d.kind = kind_of(*element.type);
    d.filter = filter_of(element.kind);
    d.optional = element.optional();
    d.open = element.type->open;
    if (layout_ != nullptr) {
      d.offset = layout_->offset(id);
      d.wide = layout_->is_wide(id);
    }
    d.not_null = element.not_null;
    d.off_texts = element.flag_texts.off;
    d.on_texts = element.flag_texts.on;
    if (element.is_leaf()) describe_values(id, d);
    if (d.kind == Kind::set) describe_set(*element.type, d);
    if (d.kind == Kind::map) describe_keys(*element.type, d);
    if (element.default_value) d.default_value = default_of(*element.type, *element.default_value);
    // Where a set is present, a value of which nothing is known is not in it.
    if (parent && elements_[*parent].kind == Kind::set && !d.default_value) d.default_value = std::uint32_t{0};
    elements_.push_back(std::move(d));
    for (const ElementId child : element.children) add(child, index);
  }

  std::vector<ElementDescriptor>& elements() { return elements_; }
  std::map<ElementId, ElementIndex>& index() { return index_; }

 private:
  void describe_values(ElementId id, ElementDescriptor& d) const {
    const Type& type = *model_.at(id).type;
    const Classes& classes = classes_;
    if (type.is_enum()) {
      if (type.is_flag) return;
      d.values = spellings(type);
      d.names = names(type);
      if (d.names == d.values) d.names.clear();
      d.others = other_spellings(type);
      return;
    }
    if (type.kind == Type::Kind::number) {
      d.low = type.low;
      d.high = type.high;
      for (const NumberPiece& piece : classes.number_pieces(id)) {
        d.steps.emplace_back(piece.range.low, static_cast<std::uint16_t>(piece.code));
      }
      return;
    }
    if (classes.text_pieces(id).size() > max_texts || classes.text_pieces(id).empty()) describe_table(id, d);
    for (const TextPiece& piece : classes.text_pieces(id)) {
      const auto code = static_cast<std::uint16_t>(piece.code);
      if (piece.is_prefix && piece.text.empty()) {
        d.other = code;
      } else {
        (piece.is_prefix ? d.prefixes : d.texts).emplace_back(piece.text, code);
      }
    }
  }

  // A leaf with texts and prefixes alone may have more of them than an automaton has states; these are looked up.
  void describe_table(ElementId id, ElementDescriptor& d) const {
    const TextClasses* classes = classes_.text_classes(id);
    const auto bytes = classes ? classes->automaton.over_bytes() : std::nullopt;
    if (!bytes) return;
    d.table.columns = bytes->letters;
    d.table.width = bytes->width;
    d.table.first_sink = bytes->first_sink;
    d.table.next.assign(bytes->next.begin(),
                        bytes->next.begin() + static_cast<std::ptrdiff_t>(bytes->first_sink * bytes->width));
    for (const std::uint32_t one : bytes->classes)
      d.table.codes.push_back(static_cast<std::uint16_t>(classes->codes[one]));
  }

  static void describe_set(const Type& type, ElementDescriptor& d) {
    const Type& values = *type.indices.front();
    d.booleans = values.is_flag;
    d.values = spellings(values);
    if (names(values) != d.values) d.names = names(values);
    d.others = other_spellings(values);
  }

  static void describe_keys(const Type& type, ElementDescriptor& d) {
    bool spelled = false;
    for (const TypeRef& index : type.indices) {
      const KeysDescriptor& keys =
          d.keys.emplace_back(KeysDescriptor{spellings(*index), names(*index), other_spellings(*index)});
      spelled = spelled || keys.names != keys.values || !keys.others.none();
    }
    if (!spelled) d.keys.clear();
  }

  static std::variant<std::uint32_t, std::uint64_t, std::string> default_of(const Type& type, const Literal& value) {
    if (const auto* name = std::get_if<EnumName>(&value)) {
      return static_cast<std::uint32_t>(value_index(type, name->name).value_or(0));
    }
    if (std::holds_alternative<SetValue>(value)) return std::uint32_t{0};
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
    return std::get<std::string>(value);
  }

  const Model& model_;
  const Classes& classes_;
  const InputLayout* layout_;
  const std::set<ElementId>* wanted_;
  std::vector<ElementDescriptor> elements_;
  std::map<ElementId, ElementIndex> index_;
};

class Describer {
 public:
  Describer(const Policy& policy, const Deployment& deployment, const SourceSet& sources)
      : model_(*policy.model), deployment_(deployment), sources_(sources) {}

  PolicyDescriptor run() {
    out_.name = sources_.file(model_.root).name();
    out_.code_count = static_cast<std::uint32_t>(deployment_.layout->size());
    describe_inputs();
    describe_relations();
    for (std::size_t i = 0; i < deployment_.outputs.size(); ++i) describe_decision(i);
    out_.slot_count = next_slot_;
    out_.reason_slot_count = next_reason_slot_;
    return std::move(out_);
  }

 private:
  // --- elements ----------------------------------------------------------------------

  void describe_inputs() {
    std::set<InputId> asked;
    for (std::uint32_t i = 0; i < model_.inputs.size(); ++i) {
      if (model_.is_own(model_.inputs[i].file)) asked.insert(InputId{i});
    }
    for (const ElementId id : deployment_.reads) asked.insert(model_.at(id).input);
    ElementDescriber describer(model_, *deployment_.classes, deployment_.layout.get(), nullptr);
    for (const InputId input : asked) describer.add(model_.at(input).element, std::nullopt);
    out_.elements = std::move(describer.elements());
    index_ = std::move(describer.index());
  }

  void describe_relations() {
    for (const ElementId id : deployment_.layout->order()) {
      const auto& relation = model_.at(id).relation;
      if (relation)
        out_.relations.push_back(
            {index_.at(relation->left), index_.at(relation->right), *deployment_.layout->offset(id)});
    }
  }

  // --- decisions ------------------------------------------------------------------------

  void describe_decision(std::size_t number) {
    const Output& output = deployment_.outputs[number];
    const Decision& decision = model_.at(output.decision);
    DecisionDescriptor d;
    d.name = decision.name;
    d.rule_slot = next_slot_++;
    auto part = output.parts.begin();
    d.result = result(*decision.type, part);
    for (std::size_t i = 0; i < decision.rules.size(); ++i) {
      const Rule& rule = decision.rules[i];
      const SourceFile& file = sources_.file(rule.span.file);
      RuleDescriptor r;
      r.file = file.name();
      r.line = file.position(rule.span.begin).line;
      r.otherwise = rule.otherwise;
      r.has_reason = rule.reason.has_value();
      for (const ReasonPiece& piece : deployment_.reasons[number][i]) {
        if (const auto* text = std::get_if<std::string>(&piece)) {
          r.reason.emplace_back(*text);
        } else {
          r.reason.emplace_back(scalar(std::get<ResultPart>(piece), next_reason_slot_++));
        }
      }
      d.rules.push_back(std::move(r));
    }
    out_.decisions.push_back(std::move(d));
  }

  // The parts are in the order of the type: the presence of an object that may be absent
  // comes before its members.
  ResultDescriptor result(const Type& type, std::vector<ResultPart>::const_iterator& part) {
    ResultDescriptor r;
    if (!type.is_object()) {
      r.scalar = scalar(*part++, next_slot_++);
      return r;
    }
    if (type.optional) {
      r.presence = next_slot_++;
      ++part;
    }
    if (type.kind == Type::Kind::record) {
      for (const Field& field : type.fields) r.members.push_back({field.name, result(*field.type, part)});
      return r;
    }
    if (type.set) {
      using Array = ResultDescriptor::Array;
      r.array = type.indices.front()->is_flag ? Array::booleans : Array::texts;
    }
    for (std::size_t cell = 0; cell < cell_count(type); ++cell) {
      const std::vector<std::size_t> values = cell_values(type, cell);
      ResultDescriptor* level = &r;
      for (std::size_t i = 0; i + 1 < values.size(); ++i) {
        level = &member(*level, type.indices[i]->values[values[i]].spelling);
        level->grouping = true;
      }
      level->members.push_back({type.indices.back()->values[values.back()].spelling, result(*type.element, part)});
    }
    return r;
  }

  static ResultDescriptor& member(ResultDescriptor& object, const std::string& key) {
    for (auto& [name, value] : object.members) {
      if (name == key) return value;
    }
    object.members.push_back({key, {}});
    return object.members.back().value;
  }

  ScalarDescriptor scalar(const ResultPart& part, std::uint32_t slot) const {
    ScalarDescriptor s;
    s.slot = slot;
    if (part.kind == ResultPart::Kind::origin) {
      s.kind = ScalarDescriptor::Kind::origin;
      for (const Origin& origin : part.origins) s.origins.push_back(origin_of(origin));
    } else if (part.type->is_flag) {
      s.kind = ScalarDescriptor::Kind::flag;
    } else {
      s.kind = ScalarDescriptor::Kind::enumeration;
      s.values = spellings(*part.type);
    }
    return s;
  }

  OriginDescriptor origin_of(const Origin& origin) const {
    if (const auto* number = std::get_if<std::uint64_t>(&origin)) return *number;
    if (const auto* text = std::get_if<std::string>(&origin)) return *text;
    if (const auto* element = std::get_if<ElementId>(&origin)) return index_.at(*element);
    TextDescriptor text;
    for (const auto& piece : std::get<InsertedText>(origin).pieces) {
      if (const auto* literal = std::get_if<std::string>(&piece)) {
        text.emplace_back(*literal);
      } else {
        text.emplace_back(index_.at(std::get<ElementId>(piece)));
      }
    }
    return text;
  }

  const Model& model_;
  const Deployment& deployment_;
  const SourceSet& sources_;
  PolicyDescriptor out_;
  std::map<ElementId, ElementIndex> index_;
  std::uint32_t next_slot_ = 0, next_reason_slot_ = 0;
};

}  // namespace

PolicyDescriptor describe_policy(const Policy& policy, const Deployment& deployment, const SourceSet& sources) {
  return Describer(policy, deployment, sources).run();
}

DescribedElements describe_elements(const Model& model, const Classes& classes, const std::set<ElementId>& elements) {
  std::set<ElementId> wanted;
  for (const ElementId id : elements) {
    if (model.at(id).relation) continue;
    for (std::optional<ElementId> at = id; at; at = model.at(*at).parent) wanted.insert(*at);
  }
  ElementDescriber describer(model, classes, nullptr, &wanted);
  for (const Input& input : model.inputs) describer.add(input.element, std::nullopt);
  DescribedElements out;
  out.policy.elements = std::move(describer.elements());
  out.index = std::move(describer.index());
  for (const ElementId id : elements) {
    const auto& relation = model.at(id).relation;
    if (!relation) continue;
    out.relations.push_back(id);
    out.policy.relations.push_back({out.index.at(relation->left), out.index.at(relation->right), 0});
  }
  return out;
}

}  // namespace tally
