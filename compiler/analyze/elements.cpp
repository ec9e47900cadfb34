// The elements of the documents that belong to inputs.
//
// In:     an input with its type
// Out:    its elements, in the model: `user : { enabled : flag }?` gives `user` and
//         `user.enabled`
// Always: an object's element comes before those of its members
#include <algorithm>

#include "compiler/analyze/analysis.h"

namespace tally {
namespace {

std::string escape_key(const std::string& key) {
  std::string out;
  for (char c : key) out += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
  return out;
}

std::string cell_name(const Type& map, const std::vector<std::size_t>& values) {
  std::string out = "[";
  for (std::size_t i = 0; i < values.size(); ++i) {
    out += (i ? ", " : "") + to_string(map.indices[i]->values[values[i]]);
  }
  return out + "]";
}

Element child_of(const Element& parent, ElementId id, const TypeRef& type, const std::string& suffix,
                 const std::string& pointer) {
  Element child;
  child.input = parent.input;
  child.parent = id;
  child.type = type;
  child.name = parent.name + suffix;
  child.pointer = parent.pointer + pointer;
  child.not_null = parent.not_null;
  return child;
}

// The fields of a record, or the cells of a map. A set is a map of flags, whose defaults are in the set's.
std::vector<Element> children_of(const Element& parent, ElementId id) {
  std::vector<Element> out;
  const Type& type = *parent.type;
  if (type.kind == Type::Kind::record) {
    for (const Field& f : type.fields) {
      Element& child = out.emplace_back(child_of(parent, id, f.type, "." + f.name, f.pointer));
      child.kind = f.kind;
      child.flag_texts = f.flag_texts;
      child.not_null = parent.not_null || f.not_null;
      child.default_value = f.default_value;
    }
  } else if (type.kind == Type::Kind::map) {
    const std::uint64_t cells = cell_count(type);
    const auto* set = parent.default_value ? std::get_if<SetValue>(&*parent.default_value) : nullptr;
    for (std::size_t cell = 0; cell < cells; ++cell) {
      const auto values = cell_values(type, cell);
      std::string keys;
      for (std::size_t i = 0; i < values.size(); ++i)
        keys += "/" + escape_key(type.indices[i]->values[values[i]].spelling);
      Element& child = out.emplace_back(child_of(parent, id, type.element, cell_name(type, values), keys));
      if (set == nullptr) continue;
      const std::string& name = type.indices.front()->values[cell].name;
      const bool is_in = std::find(set->names.begin(), set->names.end(), name) != set->names.end();
      child.default_value = EnumName{is_in ? "on" : "off"};
    }
  }
  return out;
}

}  // namespace

bool Analysis::make_elements(Input& input, const Field& place) {
  auto& elements = model_.elements;
  if (elements.size() + expanded_size(*input.type) > max_elements) {
    report(DiagnosticId::too_many_leaves, input.span,
           "the inputs have more than " + std::to_string(max_elements) + " positions")
        .note("`" + input.name + "` passes the bound");
    return false;
  }
  input.element = ElementId{static_cast<std::uint32_t>(elements.size())};

  Element root;
  root.input = InputId{static_cast<std::uint32_t>(model_.inputs.size())};
  root.type = input.type;
  root.name = input.name;
  root.pointer = place.pointer;
  root.kind = place.kind;
  root.flag_texts = place.flag_texts;
  root.not_null = place.not_null;
  root.default_value = place.default_value;
  elements.push_back(root);
  for (std::size_t at = elements.size() - 1; at < elements.size(); ++at) {
    const ElementId parent{static_cast<std::uint32_t>(at)};
    for (Element& child : children_of(elements[at], parent)) {
      elements[at].children.push_back(ElementId{static_cast<std::uint32_t>(elements.size())});
      elements.push_back(std::move(child));
    }
  }
  return true;
}

// The inputs that the declarations of the root file, and of the files that it amends, name: directly,
// or through lets and decisions.
std::set<InputId> Analysis::named_inputs() const {
  std::set<InputId> inputs;
  std::set<LetId> lets;
  std::set<DecisionId> decisions;
  std::vector<const Expr*> left;
  const auto add = [&](const ExprRef& e) {
    if (e) left.push_back(e.get());
  };
  const auto add_decision = [&](DecisionId id) {
    if (!decisions.insert(id).second) return;
    for (const Rule& rule : model_.at(id).rules) {
      add(rule.outcome);
      add(rule.condition);
      if (!rule.reason || !model_.at(id).is_output) continue;
      for (const Piece& piece : *rule.reason)
        if (const auto* inserted = std::get_if<ExprRef>(&piece)) add(*inserted);
    }
  };
  for (const ValueEntry& entry : values_) {
    if (!model_.is_own(program_.modules[entry.module].file) || entry.state != State::done) continue;
    if (entry.kind == ValueEntry::Kind::let && lets.insert(LetId{entry.id}).second) add(model_.lets[entry.id].body);
    if (entry.kind == ValueEntry::Kind::decision) add_decision(DecisionId{entry.id});
  }
  for (const auto* proofs : {&model_.proofs, &model_.amended_proofs}) {
    for (const Proof& proof : *proofs) {
      add(proof.claim);
      add(proof.condition);
      for (const PathPattern& path : proof.ignored) inputs.insert(path.input);
    }
  }
  for (const auto* examples : {&model_.examples, &model_.amended_examples}) {
    for (const Example& example : *examples) {
      for (const Given& given : example.givens) inputs.insert(given.path.input);
      for (const Expectation& expected : example.expectations) {
        add(expected.claim);
        add(expected.condition);
      }
    }
  }
  while (!left.empty()) {
    const Expr& here = *left.back();
    left.pop_back();
    add_operands(here, left);
    if (const auto* input = std::get_if<InputRef>(&here.node)) inputs.insert(input->input);
    if (const auto* decision = std::get_if<DecisionRef>(&here.node)) add_decision(decision->decision);
    if (const auto* let = std::get_if<LetRef>(&here.node); let && lets.insert(let->let).second)
      add(model_.at(let->let).body);
  }
  return inputs;
}

// The inputs of the root file, and of the files that it amends, share one request with those inputs of
// other files that these files read. So their places must not clash.
void Analysis::check_input_places() {
  const std::set<InputId> named = named_inputs();
  std::vector<Field> fields;
  std::set<std::uint32_t> seen;  // two declarations may be one input
  for (const ValueEntry& entry : values_) {
    if (entry.kind != ValueEntry::Kind::input || entry.state != State::done) continue;
    if (!model_.is_own(program_.modules[entry.module].file) && !named.contains(InputId{entry.id})) continue;
    if (!seen.insert(entry.id).second) continue;
    const Input& input = model_.inputs[entry.id];
    const Element& root = model_.at(input.element);
    fields.push_back(
        {input.name, input.type, root.pointer, root.kind, root.default_value, input.span, root.flag_texts});
  }
  check_places(fields, "inputs of two files that read one place are one input if their types and defaults are equal");
}

}  // namespace tally
