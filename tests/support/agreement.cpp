#include "tests/support/agreement.h"

#include <optional>
#include <utility>
#include <variant>

#include "compiler/jit.h"
#include "simulator/interpreter.h"

namespace tally::testing {
namespace {

// What the interpreter says of one part of a result.
struct Part {
  ResultPart::Kind kind;
  const reference::Value* value;
};

const reference::Value unset_value{};

// The parts of a value in the order of its type: an object's own presence, if it
// may be absent, before what is in it.
void split(const Type& type, const reference::Value& value, std::vector<Part>& out) {
  if (!type.is_object()) {
    out.push_back({type.is_enum() ? ResultPart::Kind::enumeration : ResultPart::Kind::origin, &value});
    return;
  }
  if (type.optional) out.push_back({ResultPart::Kind::presence, &value});
  if (type.kind == Type::Kind::record) {
    const auto* record = std::get_if<reference::Record>(&value.node);
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      split(*type.fields[i].type, record ? record->members[i] : unset_value, out);
    }
    return;
  }
  const auto* map = std::get_if<reference::Map>(&value.node);
  for (std::size_t i = 0; i < cell_count(type); ++i) split(*type.element, map ? map->cells[i] : unset_value, out);
}

class Comparison {
 public:
  Comparison(Policy& policy, const AgreementOptions& options)
      : policy_(policy),
        model_(*policy.model),
        classes_(*policy.classes),
        options_(options),
        interpreter_(model_),
        codes_(model_.elements.size(), 0) {}

  Agreement run() {
    if (!compile()) return std::move(result_);
    for (std::size_t i = 0; i < policy_.outputs.size() && !full(); ++i) compare_output(i);
    return std::move(result_);
  }

 private:
  bool full() const { return result_.differences.size() >= options_.max_differences; }

  bool compile() {
    CodeRequest request{*policy_.graph, *policy_.layout, classes_, "agreement", {}};
    const auto outputs_of = [](const Output& output) {
      std::vector<NodeId> nodes = {output.rule};
      for (const ResultPart& part : output.parts) nodes.push_back(part.node);
      return nodes;
    };
    FunctionSpec all{policy_.decide_symbol(), {}};
    for (const Output& output : policy_.outputs) {
      const auto nodes = outputs_of(output);
      all.outputs.insert(all.outputs.end(), nodes.begin(), nodes.end());
      request.functions.push_back({policy_.decide_symbol(output), nodes});
    }
    request.functions.push_back(std::move(all));
    auto code = compile_native(request);
    if (const auto* error = std::get_if<CodeError>(&code)) {
      result_.differences.push_back("no code: " + error->message);
      return false;
    }
    code_.emplace(std::move(std::get<NativeCode>(code)));
    return true;
  }

  void compare_output(std::size_t number) {
    const Output& output = policy_.outputs[number];
    const std::vector<ElementId> read(output.reads.begin(), output.reads.end());
    std::uint64_t assignments = 1;
    for (ElementId element : read) {
      assignments *= classes_.codes(element) - classes_.first(element);
      if (assignments > options_.max_assignments) {
        ++result_.skipped;
        return;
      }
    }
    ++result_.decisions;
    output_ = &output;
    slot_ = policy_.slot(number);
    Space& space = *policy_.space;
    rule_ = space.of(output.rule);
    parts_.clear();
    for (const ResultPart& part : output.parts) parts_.push_back(space.of(part.node));
    const Diagram possible = space.possible(output.reads);

    // What the decision does not read may have any code: here another each call.
    assignment_.assign(space.order().size(), 0);
    in_.assign(policy_.layout->size() + 1, 0);
    std::uint64_t compared = 0;
    for (std::uint64_t call = 0; call < assignments && !full(); ++call) {
      for (ElementId element : space.order()) set_code(element, vary(element, call));
      std::uint64_t rest = call;
      for (ElementId element : read) {
        const std::uint32_t range = classes_.codes(element) - classes_.first(element);
        set_code(element, static_cast<std::uint8_t>(classes_.first(element) + rest % range));
        rest /= range;
      }
      const auto document = reference::smallest_document(
          model_, read, [&](ElementId element) { return codes_[element.value] != 0; });
      if (document.has_value() != (space.diagrams().evaluate(possible, assignment_) == 1)) {
        differ(read, std::string("the interpreter calls it ") + (document ? "possible" : "impossible") +
                         ", the space does not");
      } else if (document) {
        ++compared;
        document_ = grow(*document, read, call);
        compare_call(read);
      }
    }
    result_.calls += compared;
    const Count counted = space.count(space.diagrams().yes(), output.reads);
    if (!full() && counted != Count(static_cast<unsigned long>(compared))) {
      result_.differences.push_back("decision " + model_.at(output.decision).name + ": " + grouped(counted) +
                                    " possible calls by count, " + std::to_string(compared) + " by trial");
    }
  }

  // Some code of an element, different from call to call.
  std::uint8_t vary(ElementId element, std::uint64_t call) const {
    const std::uint64_t mixed = (call + 1) * 0x9e3779b97f4a7c15 + element.value * 0xbf58476d1ce4e5b9;
    const std::uint32_t first = classes_.first(element);
    return static_cast<std::uint8_t>(first + (mixed >> 33) % (classes_.codes(element) - first));
  }

  void set_code(ElementId element, std::uint8_t code) {
    codes_[element.value] = code;
    if (policy_.space->has(element)) assignment_[policy_.space->variable(element).value] = code;
    if (const auto offset = policy_.layout->offset(element)) in_[*offset] = code;
  }

  // What is not read must not matter, so now and then the document holds more of
  // it than it must.
  std::vector<bool> grow(std::vector<bool> document, const std::vector<ElementId>& read, std::uint64_t call) const {
    if (call % 16 != 0) return document;
    std::vector<ElementId> said = read;
    for (std::uint32_t i = 0; i < document.size(); ++i) {
      const ElementId element{i};
      if (document[i] || output_->reads.contains(element)) continue;
      if (((call / 16 + i * 7) & 1) == 0) continue;
      said.push_back(element);
      const auto wider = reference::smallest_document(model_, said, [&](ElementId e) {
        return output_->reads.contains(e) ? codes_[e.value] != 0 : true;
      });
      if (wider) {
        document = *wider;
      } else {
        said.pop_back();
      }
    }
    return document;
  }

  // The value of a leaf at its code; what is not read takes one of its values.
  Literal fact(ElementId id) const {
    if (!document_[id.value]) return Unset{};
    const Element& element = model_.at(id);
    if (!element.is_leaf()) return EnumName{"present"};
    const bool is_read = output_->reads.contains(id);
    const unsigned code = is_read ? codes_[id.value] : 1;
    if (element.type->is_enum()) return EnumName{element.type->values[code - 1].name};
    return classes_.classes(id)[code - 1].representative;
  }

  void compare_call(const std::vector<ElementId>& read) {
    const reference::Decided decided =
        interpreter_.decide(output_->decision, [this](ElementId element) { return fact(element); });

    std::vector<std::uint16_t> own(output_->parts.size() + 1, 0xffff), joint(policy_.slot_count(), 0xffff);
    code_->function(policy_.decide_symbol(*output_))(in_.data(), own.data());
    code_->function(policy_.decide_symbol())(in_.data(), joint.data());
    const Diagrams& diagrams = policy_.space->diagrams();

    const auto check = [&](std::size_t slot, Diagram diagram, const std::string& what, const auto& wrong) {
      const std::uint32_t by_diagram = diagrams.evaluate(diagram, assignment_);
      const std::pair<const char*, std::uint32_t> ways[] = {
          {"the diagram", by_diagram}, {"its own code", own[slot]}, {"the joint code", joint[slot_ + slot]}};
      for (const auto& [who, code] : ways) {
        if (const auto why = wrong(code)) differ(read, what + ": " + who + " says " + *why);
      }
    };
    check(0, rule_, "rule", [&](std::uint32_t code) -> std::optional<std::string> {
      if (code == decided.rule) return std::nullopt;
      return std::to_string(code) + ", the interpreter " + std::to_string(decided.rule);
    });

    std::vector<Part> expected;
    split(*model_.at(output_->decision).type, decided.value, expected);
    if (expected.size() != output_->parts.size()) {
      differ(read, "the result has " + std::to_string(output_->parts.size()) + " parts, not " +
                       std::to_string(expected.size()));
      return;
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const ResultPart& part = output_->parts[i];
      if (part.kind != expected[i].kind) {
        differ(read, "result" + part.path + " is of another kind");
        continue;
      }
      const std::string wanted = say(*expected[i].value, part.kind);
      check(i + 1, parts_[i], "result" + part.path, [&](std::uint32_t code) -> std::optional<std::string> {
        const std::string got = say(part, code);
        if (got == wanted) return std::nullopt;
        return got + ", the interpreter " + wanted;
      });
    }
  }

  // --- parts as text, so that equal means equal -------------------------------------

  static std::string literal(std::uint64_t number) { return std::to_string(number); }
  static std::string literal(const std::string& text) { return "\"" + text + "\""; }
  std::string handed_on(ElementId origin) const { return "what stands at " + model_.at(origin).name; }

  // By the interpreter. A class that holds one value alone is that constant.
  template <class Scalar>
  std::string say_scalar(const Scalar& scalar) const {
    if (!scalar.origin) return literal(scalar.value);
    const ElementId origin = *scalar.origin;
    if (!output_->reads.contains(origin)) return handed_on(origin) + ", which is not read";
    const ValueClass& c = classes_.classes(origin)[codes_[origin.value] - 1];
    return c.single ? literal(scalar.value) : handed_on(origin);
  }

  std::string say(const reference::Value& value, ResultPart::Kind kind) const {
    if (!value.is_set()) return "unset";
    if (kind == ResultPart::Kind::presence) return "present";
    if (const auto* name = std::get_if<reference::EnumValue>(&value.node)) return name->name;
    if (const auto* number = std::get_if<reference::Number>(&value.node)) return say_scalar(*number);
    return say_scalar(std::get<reference::Text>(value.node));
  }

  // By a code of a part.
  std::string say(const ResultPart& part, std::uint32_t code) const {
    if (code == 0) return "unset";
    switch (part.kind) {
      case ResultPart::Kind::presence:
        return code == 1 ? "present" : "code " + std::to_string(code);
      case ResultPart::Kind::enumeration:
        if (code > part.type->values.size()) break;
        return part.type->values[code - 1].name;
      case ResultPart::Kind::origin: {
        if (code > part.origins.size()) break;
        const Origin& origin = part.origins[code - 1];
        if (const auto* number = std::get_if<std::uint64_t>(&origin)) return literal(*number);
        if (const auto* text = std::get_if<std::string>(&origin)) return literal(*text);
        if (const auto* element = std::get_if<ElementId>(&origin)) return handed_on(*element);
        return literal(inserted(std::get<InsertedText>(origin)));
      }
    }
    return "code " + std::to_string(code) + ", which is none of its codes";
  }

  std::string inserted(const InsertedText& text) const {
    std::string out;
    for (const auto& piece : text.pieces) {
      if (const auto* words = std::get_if<std::string>(&piece)) {
        out += *words;
        continue;
      }
      const Literal value = fact(std::get<ElementId>(piece));
      if (const auto* number = std::get_if<std::uint64_t>(&value)) out += std::to_string(*number);
      if (const auto* words = std::get_if<std::string>(&value)) out += *words;
    }
    return out;
  }

  void differ(const std::vector<ElementId>& read, const std::string& what) {
    if (full()) return;
    std::string call;
    for (ElementId element : read) {
      call += (call.empty() ? "" : ", ") + model_.at(element).name + " = " +
              classes_.label(element, codes_[element.value]);
    }
    result_.differences.push_back("decision " + model_.at(output_->decision).name + ", {" + call + "}: " + what);
  }

  Policy& policy_;
  const Model& model_;
  const Classes& classes_;
  AgreementOptions options_;
  reference::Interpreter interpreter_;
  std::optional<NativeCode> code_;
  Agreement result_;

  // Of the decision that is being compared.
  const Output* output_ = nullptr;
  std::size_t slot_ = 0;
  Diagram rule_;
  std::vector<Diagram> parts_;

  // Of the call.
  std::vector<std::uint8_t> codes_;  // by element
  std::vector<bool> document_;
  Assignment assignment_;
  std::vector<std::uint8_t> in_;
};

}  // namespace

Agreement compare(Policy& policy, const AgreementOptions& options) { return Comparison(policy, options).run(); }

}  // namespace tally::testing
