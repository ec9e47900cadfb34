#include "compiler/fingerprint/fingerprint.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "compiler/fingerprint/handed_on.h"
#include "compiler/fingerprint/places.h"

namespace tally {
namespace {

// What the codes of a part stand for.
std::vector<Outcome> outcomes_of(const ResultPart& part) {
  std::vector<Outcome> out{{"unset", {}}};
  switch (part.kind) {
    case ResultPart::Kind::presence: out.push_back({"set", {}}); break;
    case ResultPart::Kind::enumeration:
      for (const EnumValue& value : part.type->values)
        out.push_back({part.type->is_flag ? "flag " + value.name : "text " + value.spelling, {}});
      break;
    case ResultPart::Kind::origin:
      for (const Origin& origin : part.origins) out.push_back(outcome_of(origin));
      break;
  }
  return out;
}

// Where each part of a result of this type stands in an answer, in the order of the parts: keys, not names.
void add_places(const Type& type, const std::string& place, std::vector<std::string>& out) {
  if (!type.is_object() || type.optional) out.push_back(place);
  for (const Field& field : type.fields) add_places(*field.type, place + "/" + field.name, out);
  if (type.kind != Type::Kind::map) return;
  for (std::size_t cell = 0; cell < cell_count(type); ++cell) {
    std::string keys;
    const std::vector<std::size_t> values = cell_values(type, cell);
    for (std::size_t i = 0; i < values.size(); ++i) keys += "/" + type.indices[i]->values[values[i]].spelling;
    add_places(*type.element, place + keys, out);
  }
}

class DecisionDigest {
 public:
  DecisionDigest(const Policy& policy, const Output& output, std::size_t node_limit)
      : graph_(*policy.graph),
        model_(*policy.model),
        decision_(model_.at(output.decision)),
        lowered_(policy.lowering->decision(output.decision)),
        node_limit_(node_limit) {}

  std::optional<Digest> values() {
    std::vector<std::string> places;
    add_places(*decision_.type, "", places);
    std::map<std::string, Digest> parts;
    for (std::size_t i = 0; i < lowered_.parts.size(); ++i) {
      const ResultPart& part = lowered_.parts[i];
      OutcomeFunction function{inside(part), outcomes_of(part), is_number(part)};
      if (decision_.may_be_undecided()) add_undecided(function);
      const auto digest = digest_of(model_, graph_, function, lowered_.reads.cuts, node_limit_);
      if (!digest) return std::nullopt;
      parts.emplace(places.at(i), *digest);
    }
    Digesting all("values");
    for (const auto& [place, digest] : parts) all.add(place).add(digest);
    return all.finish();
  }

  // The reason of each call, or that it has none.
  std::optional<Digest> reasons() {
    Lowering lowering(model_, graph_);
    OutcomeFunction function{graph_.no(), {{"no reason", {}}}, false};
    std::vector<std::pair<NodeId, NodeId>> arms;
    std::set<CutId> cuts = lowered_.reads.cuts;
    std::vector<std::pair<std::size_t, LoweredValue>> reasons;
    std::size_t outcomes = 1;
    for (std::size_t rule = 0; rule < decision_.rules.size(); ++rule) {
      if (!decision_.rules[rule].reason) continue;
      LoweredValue value = lowering.value(text_of_reason(*decision_.rules[rule].reason));
      cuts.insert(value.reads.cuts.begin(), value.reads.cuts.end());
      outcomes += value.parts.front().origins.size();
      reasons.emplace_back(rule, std::move(value));
    }
    if (!lowering.failures().empty()) return std::nullopt;
    const auto codes = static_cast<std::uint32_t>(outcomes);
    for (const auto& [rule, value] : reasons) {
      const ResultPart& text = value.parts.front();
      std::vector<std::uint32_t> table{0};
      for (const Origin& origin : text.origins) {
        table.push_back(static_cast<std::uint32_t>(function.outcomes.size()));
        function.outcomes.push_back(outcome_of(origin));
      }
      table.resize(graph_.codes(text.node));
      arms.emplace_back(graph_.is_code(lowered_.rule, static_cast<std::uint32_t>(rule + 1)),
                        graph_.recode(text.node, std::move(table), codes));
    }
    function.node = graph_.choose(arms, graph_.constant(0, codes));
    return digest_of(model_, graph_, function, cuts, node_limit_);
  }

 private:
  static bool is_number(const ResultPart& part) {
    return part.kind == ResultPart::Kind::origin && part.type->kind == Type::Kind::number;
  }

  // The code of a part, which is unset where an object around it is.
  NodeId inside(const ResultPart& part) {
    NodeId node = part.node;
    for (const ResultPart& object : lowered_.parts) {
      const bool is_around = object.kind == ResultPart::Kind::presence && &object != &part &&
                             part.path.size() > object.path.size() && part.path.starts_with(object.path) &&
                             (part.path[object.path.size()] == '.' || part.path[object.path.size()] == '[');
      if (is_around) node = graph_.choose({{object.node, node}}, graph_.constant(0, graph_.codes(part.node)));
    }
    return node;
  }

  void add_undecided(OutcomeFunction& function) {
    const auto undecided = static_cast<std::uint32_t>(function.outcomes.size());
    function.outcomes.push_back({"undecided", {}});
    std::vector<std::uint32_t> same(graph_.codes(function.node));
    for (std::uint32_t code = 0; code < same.size(); ++code) same[code] = code;
    const NodeId wider = graph_.recode(function.node, std::move(same), undecided + 1);
    function.node =
        graph_.choose({{graph_.is_code(lowered_.rule, 0), graph_.constant(undecided, undecided + 1)}}, wider);
  }

  // A reason as an expression.
  ExprRef text_of_reason(const std::vector<Piece>& pieces) {
    auto text = std::make_shared<Expr>();
    text->node = TextTemplate{pieces};
    text->type = text_type();
    return text;
  }

  Graph& graph_;
  const Model& model_;
  const Decision& decision_;
  const LoweredDecision& lowered_;
  std::size_t node_limit_;
};

template <class Digested>
std::optional<Digest> within_bound(Digested digested) {
  try {
    return digested();
  } catch (const NodeLimit&) {
    return std::nullopt;
  }
}

// The elements that a request may have: those of the policy's own files, and what its outputs read of others.
std::vector<const Element*> known_elements(const Policy& policy) {
  const Model& model = *policy.model;
  std::set<InputId> inputs;
  for (std::uint32_t i = 0; i < model.inputs.size(); ++i) {
    if (model.is_own(model.inputs[i].file)) inputs.insert(InputId{i});
  }
  for (const ElementId element : with_related(model, policy.reads)) {
    if (!model.at(element).relation) inputs.insert(model.at(element).input);
  }
  std::vector<const Element*> out;
  for (const Element& element : model.elements) {
    if (!element.relation && inputs.contains(element.input)) out.push_back(&element);
  }
  return out;
}

// The digest of descriptions, in whatever order they are.
Digest digest_of_all(std::string_view what, std::vector<Digest> ones) {
  std::sort(ones.begin(), ones.end());
  Digesting all(what);
  all.add(ones.size());
  for (const Digest& one : ones) all.add(one);
  return all.finish();
}

Digest documents_of(const Policy& policy) {
  std::vector<Digest> elements;
  for (const Element* element : known_elements(policy)) {
    Digesting one("element");
    add_description(one, *element);
    elements.push_back(one.finish());
  }
  return digest_of_all("documents", std::move(elements));
}

}  // namespace

Digest names_of(const Policy& policy) {
  std::vector<Digest> names;
  for (const Element* element : known_elements(policy)) {
    Digesting one("name");
    names.push_back(one.add(element->name).add(element->pointer).finish());
  }
  return digest_of_all("names", std::move(names));
}

std::optional<Digest> Fingerprint::all() const {
  Digesting whole("policy");
  whole.add(documents);
  for (const DecisionFingerprint& decision : decisions) {
    if (!decision.values || !decision.reasons) return std::nullopt;
    whole.add(decision.decision).add(*decision.values).add(*decision.reasons);
  }
  return whole.finish();
}

Fingerprint fingerprint(const Policy& policy, std::size_t node_limit) {
  Fingerprint out;
  for (const Output& output : policy.outputs) {
    DecisionDigest digest(policy, output, node_limit);
    out.decisions.push_back({policy.model->at(output.decision).name, within_bound([&] { return digest.values(); }),
                             within_bound([&] { return digest.reasons(); })});
  }
  std::sort(out.decisions.begin(), out.decisions.end(),
            [](const DecisionFingerprint& a, const DecisionFingerprint& b) { return a.decision < b.decision; });
  out.documents = documents_of(policy);
  return out;
}

}  // namespace tally
