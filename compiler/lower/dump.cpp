// The decision graph as text, for people and golden tests.
//
// In:     a graph, and the nodes to print
// Out:    one line per node, operands before their users, such as
//         `n12 = choose n3 n4 n5 : 3 codes`; then the roots by name
#include "compiler/lower/lower.h"
#include "grammar/source/excerpt.h"

namespace tally {
namespace {

const char* name_of(Op op) {
  switch (op) {
    case Op::constant: return "constant";
    case Op::leaf: return "leaf";
    case Op::present: return "present";
    case Op::cut: return "cut";
    case Op::member: return "member";
    case Op::negate: return "negate";
    case Op::both: return "both";
    case Op::either: return "either";
    case Op::choose: return "choose";
    case Op::select: return "select";
    case Op::first_set: return "first_set";
    case Op::recode: return "recode";
  }
  return "?";
}

std::string quoted(const std::string& text) { return to_string(Literal{text}); }

std::string range_text(const NumberRange& range) {
  if (range.low == range.high) return std::to_string(range.low);
  return std::to_string(range.low) + ".." + (range.high == max_number ? "" : std::to_string(range.high));
}

std::string cut_text(const Cut& cut) {
  std::string all;
  auto add = [&](const std::string& piece) { all += (all.empty() ? "" : ", ") + piece; };
  for (const NumberRange& range : cut.ranges) add(range_text(range));
  for (const std::string& text : cut.texts) add(quoted(text));
  for (const std::string& prefix : cut.prefixes) add("starts " + quoted(prefix));
  for (const std::string& suffix : cut.suffixes) add("ends " + quoted(suffix));
  for (const NumberRange& range : cut.lengths) add("length " + range_text(range));
  for (const std::string& pattern : cut.patterns) add("like " + quoted(pattern));
  return all;
}

}  // namespace

std::string graph_text(const Model& model, const Graph& graph, const Lowering& lowering,
                       const std::vector<std::pair<std::string, NodeId>>& roots) {
  std::vector<NodeId> ids;
  for (const auto& root : roots) ids.push_back(root.second);
  std::string out;
  for (NodeId id : graph.reachable(ids)) {
    const Node& n = graph.node(id);
    out += "n" + std::to_string(id.value) + " = " + name_of(n.op);
    if (n.op == Op::constant) out += " " + std::to_string(n.value);
    if (reads_element(n.op)) out += " " + model.at(n.element).name;
    if (const auto cut = graph.cut_of(id)) out += " in (" + cut_text(graph.at(*cut).cut) + ")";
    for (NodeId operand : graph.operands(n)) out += " n" + std::to_string(operand.value);
    if (n.entry_count != 0) {
      out += " [";
      for (std::size_t i = 0; i < n.entry_count; ++i) {
        out += (i == 0 ? "" : " ") + std::to_string(graph.table(n)[i]);
      }
      out += "]";
    }
    out += " : " + std::to_string(n.codes) + " codes\n";
  }
  for (const auto& [name, id] : roots) out += name + " = n" + std::to_string(id.value) + "\n";
  for (const LoweringFailure& failure : lowering.failures()) out += "failure: " + failure.message + "\n";
  return out;
}

std::string to_string(const Model& model, const Origin& origin) {
  if (const auto* number = std::get_if<std::uint64_t>(&origin)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&origin)) return quoted(*text);
  if (const auto* element = std::get_if<ElementId>(&origin)) return model.at(*element).name;
  std::string all = "\"";
  for (const auto& piece : std::get<InsertedText>(origin).pieces) {
    if (const auto* element = std::get_if<ElementId>(&piece)) {
      all += "{" + model.at(*element).name + "}";
      continue;
    }
    all += as_piece(std::get<std::string>(piece));
  }
  return all + "\"";
}

}  // namespace tally
