#include "simulator/matrix/setting_rows.h"

#include <algorithm>
#include <map>
#include <utility>

namespace tally {
namespace {

using PlainWords = std::vector<std::string>;

// One step of a name, as written and as words.
struct Step {
  std::string text;  // "account", ".device", "[inbound, onnet]"
  PlainWords words;
};

std::vector<Step> steps_of(const Model& model, ElementId element) {
  std::vector<Step> steps;
  ElementId at = element;
  for (auto parent = model.at(at).parent; parent; parent = model.at(at).parent) {
    const Element& around = model.at(*parent);
    const auto position = static_cast<std::size_t>(std::find(around.children.begin(), around.children.end(), at) -
                                                   around.children.begin());
    Step step;
    if (around.type->kind == Type::Kind::map) {
      const auto cell = cell_values(*around.type, position);
      for (std::size_t i = 0; i < cell.size(); ++i) step.words.push_back(around.type->indices[i]->values[cell[i]].name);
    } else {
      step.words.push_back(around.type->fields[position].name);
    }
    // The step is the part of the name that the object around does not have.
    step.text = model.at(at).name.substr(around.name.size());
    steps.insert(steps.begin(), std::move(step));
    at = *parent;
  }
  const std::string& input = model.at(model.at(at).input).name;
  steps.insert(steps.begin(), {input, {input}});
  return steps;
}

std::size_t shared_front(const std::vector<PlainWords>& lists) {
  for (std::size_t n = 0;; ++n) {
    for (const PlainWords& list : lists)
      if (n == list.size() || list[n] != lists.front()[n]) return n;
  }
}

// Returns how many words the lists share at their ends, after the first `from` words.
std::size_t shared_back(const std::vector<PlainWords>& lists, std::size_t from) {
  for (std::size_t n = 0;; ++n) {
    for (const PlainWords& list : lists)
      if (from + n >= list.size() || list[list.size() - 1 - n] != lists.front()[lists.front().size() - 1 - n]) return n;
  }
}

// Returns the words of each leaf, without those that all leaves of the path share at their ends.
std::vector<PlainWords> own_words(const Model& model, const std::vector<ElementId>& leaves) {
  std::vector<PlainWords> lists;
  for (const ElementId leaf : leaves) lists.push_back(words_of(model, leaf));
  if (lists.size() == 1) return {{}};
  const std::size_t front = shared_front(lists), back = shared_back(lists, front);
  for (PlainWords& list : lists)
    list =
        PlainWords(list.begin() + static_cast<std::ptrdiff_t>(front), list.end() - static_cast<std::ptrdiff_t>(back));
  return lists;
}

bool same_kind(const Type& a, const Type& b) { return a.kind == b.kind && a.is_flag == b.is_flag && same_layout(a, b); }

// Names a row of leaves of several paths. The steps that all names end in are written once, and
// what comes before them is joined by `=`: "caller=callee.device[inbound, onnet].enabled".
void name_together(const Model& model, SettingRow& row) {
  std::vector<std::vector<Step>> steps;
  std::size_t shared = std::string::npos;
  for (const ElementId leaf : row.leaves) steps.push_back(steps_of(model, leaf));
  for (const auto& one : steps) {
    std::size_t n = 0;
    while (n + 1 < std::min(one.size(), steps.front().size()) &&
           one[one.size() - 1 - n].text == steps.front()[steps.front().size() - 1 - n].text)
      ++n;
    shared = std::min(shared, n);
  }
  std::string tail;
  for (std::size_t i = steps.front().size() - shared; i < steps.front().size(); ++i) tail += steps.front()[i].text;
  for (const auto& one : steps) {
    std::string head;
    for (std::size_t i = 0; i + shared < one.size(); ++i) head += one[i].text;
    row.name += (row.name.empty() ? "" : "=") + head;
    row.of.push_back(std::move(head));
  }
  row.name += tail;
}

}  // namespace

std::vector<std::string> words_of(const Model& model, ElementId element) {
  PlainWords words;
  for (const Step& step : steps_of(model, element)) words.insert(words.end(), step.words.begin(), step.words.end());
  return words;
}

Result<std::vector<SettingRow>> setting_rows(const Model& model, const std::vector<SettingPath>& paths) {
  std::vector<SettingRow> rows;
  const std::vector<PlainWords> own = own_words(model, paths.front().leaves);
  for (std::size_t i = 0; i < own.size(); ++i) rows.push_back({"", {paths.front().leaves[i]}, {}, own[i]});

  for (std::size_t p = 1; p < paths.size(); ++p) {
    const std::string both = "`" + paths.front().text + "` and `" + paths[p].text + "` cannot share their rows";
    const std::vector<PlainWords> others = own_words(model, paths[p].leaves);
    std::map<PlainWords, ElementId> by_words;
    for (std::size_t i = 0; i < others.size(); ++i) by_words.emplace(others[i], paths[p].leaves[i]);
    for (SettingRow& row : rows) {
      const std::string& name = model.at(row.leaves.front()).name;
      const auto found = by_words.find(row.own_words);
      if (found == by_words.end()) return Error{Cause::usage, both, "`" + name + "` has no counterpart in the second"};
      const ElementId other = found->second;
      if (std::find(row.leaves.begin(), row.leaves.end(), other) != row.leaves.end())
        return Error{Cause::usage, both, "they name the same settings"};
      if (!same_kind(*model.at(other).type, *model.at(row.leaves.front()).type))
        return Error{Cause::usage, both, "`" + name + "` and `" + model.at(other).name + "` are of different types"};
      row.leaves.push_back(other);
      by_words.erase(found);
    }
    if (!by_words.empty())
      return Error{Cause::usage, both,
                   "`" + model.at(by_words.begin()->second).name + "` has no counterpart in the first"};
  }

  for (SettingRow& row : rows) {
    if (row.leaves.size() == 1) {
      row.name = model.at(row.leaves.front()).name;
      row.of.push_back(row.name);
    } else {
      name_together(model, row);
    }
    for (std::size_t p = 0; p < paths.size(); ++p)
      if (!paths[p].alias.empty()) row.of[p] = paths[p].alias;
  }
  return rows;
}

}  // namespace tally
