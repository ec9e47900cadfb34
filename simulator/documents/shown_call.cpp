#include "simulator/documents/shown_call.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include "compiler/checks/wording.h"
#include "grammar/source/excerpt.h"
#include "simulator/conditions/cells.h"
#include "simulator/documents/request_text.h"

namespace tally {
namespace {

// Returns the files whose inputs the root file can name: itself, those that it uses, and those that
// these amend.
std::set<FileId> visible_files(const Compilation& compilation) {
  const auto& modules = compilation.program.modules;
  std::vector<std::size_t> left = compilation.program.root().uses;
  std::set<FileId> out = {compilation.program.root().file};
  while (!left.empty()) {
    const Module& module = modules[left.back()];
    left.pop_back();
    if (!out.insert(module.file).second) continue;
    left.insert(left.end(), module.amends.begin(), module.amends.end());
  }
  return out;
}

// Returns the value of a leaf in a document, or its default.
Literal value_in(const Model& model, const Document& document, ElementId leaf) {
  const auto found =
      std::find_if(document.begin(), document.end(), [&](const auto& fact) { return fact.first == leaf; });
  return found != document.end() ? found->second : model.at(leaf).default_value.value_or(Unset{});
}

// Returns the value of an origin in a document as rules write it.
std::string origin_text(const Model& model, const Document& document, const Origin& origin) {
  if (const auto* leaf = std::get_if<ElementId>(&origin))
    return value_text(*model.at(*leaf).type, value_in(model, document, *leaf));
  const auto* inserted = std::get_if<InsertedText>(&origin);
  if (inserted == nullptr) return to_string(model, origin);
  std::string text;
  for (const auto& piece : inserted->pieces) {
    if (const auto* literal = std::get_if<std::string>(&piece)) {
      text += *literal;
      continue;
    }
    const Literal value = value_in(model, document, std::get<ElementId>(piece));
    const auto* own = std::get_if<std::string>(&value);
    text += own != nullptr ? *own : to_string(value);
  }
  return as_literal(text);
}

// `codecs is (g729,)`, `codecs is empty`.
std::string set_text(const Model& model, ElementId set, const std::function<Literal(ElementId)>& value_of_member) {
  const Element& element = model.at(set);
  SetValue values;
  for (std::size_t i = 0; i < element.children.size(); ++i) {
    if (value_of_member(element.children[i]) == Literal{EnumName{"on"}})
      values.names.push_back(to_string(element.type->indices.front()->values[i]));
  }
  return element.name + " is " + (values.names.empty() ? "empty" : to_string(Literal{values}));
}

// Returns an example, or "" if it would have to name an input that the root file cannot name.
std::string example_text(const Model& model, const std::set<FileId>& visible, const Document& document,
                         const CallOfReport& call) {
  std::string givens;
  std::set<ElementId> whole;  // sets of which every value is given
  for (const auto& [id, value] : document) {
    const std::optional<ElementId> set = is_member_of_set(model, id) ? model.at(id).parent : std::nullopt;
    if (set && whole.contains(*set)) continue;
    const Element& element = model.at(id);
    const bool has_member = std::any_of(document.begin(), document.end(), [&, &object = id](const auto& other) {
      return model.at(other.first).parent == object;
    });
    if (!element.is_leaf() && (has_member || !element.has_code())) continue;
    if (!visible.contains(model.at(element.input).file)) {
      const bool matters = std::any_of(call.call.begin(), call.call.end(),
                                       [&, &hidden = id](const auto& fact) { return fact.first == hidden; });
      if (matters) return "";
      continue;  // it may have any value
    }
    if (set) {
      const auto value_of_member = [&](ElementId member) { return value_in(model, document, member); };
      whole.insert(*set);
      givens += (givens.empty() ? "" : ",\n         ") + set_text(model, *set, value_of_member);
      continue;
    }
    givens += (givens.empty() ? "" : ",\n         ") + element.name +
              (element.is_leaf() ? " is " + value_text(*element.type, value) : " is set");
  }
  std::string out = "example " + as_literal(call.title) + " {\n";
  if (!givens.empty()) out += "  given  " + givens + "\n";
  if (!call.comment.empty()) out += "  # " + call.comment + "\n";
  out += "  expect " + call.expected;
  if (call.value_of) out += origin_text(model, document, *call.value_of);
  return out + "\n}\n";
}

}  // namespace

ShowCall show_calls_of(const Compilation& compilation) {
  return [visible = visible_files(compilation)](const Model& model, const CallOfReport& call) -> ShownCall {
    auto document = document_of(model, call.classes, call.call);
    if (!document) return {};
    set_values(model, call.values, *document);
    ShownCall out{document_text(model, *document), ""};
    if (!call.expected.empty()) out.example = example_text(model, visible, *document, call);
    return out;
  };
}

}  // namespace tally
