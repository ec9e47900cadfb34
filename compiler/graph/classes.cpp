// Classes by refinement. The values of a leaf are split into the smallest pieces that
// cuts can name. For numbers these are the intervals between the ends of cuts; for texts
// the named texts and prefixes, each without the longer ones inside it. Pieces that no
// cut distinguishes become one class.
//
// No piece of a text is empty: there are more characters than named texts, so every
// prefix has a continuation that no rule names.
#include "compiler/graph/classes.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace tally {
namespace {

constexpr unsigned set_codes = 256;  // the number of codes in a CodeSet

// Groups of the pieces 0..n-1. Each cut splits the groups. The result is exact: two
// pieces are in one group if and only if every cut has both or neither. With three
// pieces, the cut {0, 1} gives {0, 1} and {2}.
class Partition {
 public:
  explicit Partition(std::size_t pieces) : group_(pieces, 0) {}

  // `pieces`: the pieces in the cut, each once.
  void split(const std::vector<std::size_t>& pieces) {
    std::unordered_map<std::size_t, std::size_t> moved;
    for (std::size_t piece : pieces) {
      auto [it, is_new] = moved.try_emplace(group_[piece], next_);
      if (is_new) ++next_;
      group_[piece] = it->second;
    }
  }

  // The pieces of each group. The groups are in the order of their first piece.
  std::vector<std::vector<std::size_t>> groups() const {
    std::unordered_map<std::size_t, std::size_t> order;
    std::vector<std::vector<std::size_t>> result;
    for (std::size_t piece = 0; piece < group_.size(); ++piece) {
      auto [it, is_new] = order.try_emplace(group_[piece], result.size());
      if (is_new) result.emplace_back();
      result[it->second].push_back(piece);
    }
    return result;
  }

 private:
  std::vector<std::size_t> group_;
  std::size_t next_ = 1;
};

// --- numbers ---------------------------------------------------------------------

// The values at which a number may change its class: the lowest value of the type, and
// the first value inside and after each range of a cut.
std::vector<std::uint64_t> number_starts(const Type& type, const std::vector<const Cut*>& cuts) {
  std::vector<std::uint64_t> starts{type.low};
  for (const Cut* cut : cuts) {
    for (const NumberRange& range : cut->ranges) {
      if (range.low > type.low && range.low <= type.high) starts.push_back(range.low);
      if (range.high >= type.low && range.high < type.high) starts.push_back(range.high + 1);
    }
  }
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  return starts;
}

// --- texts -----------------------------------------------------------------------

// A region: one named text, or all texts that begin with a prefix and are in no deeper
// region. The prefix "" is the region of all other texts. It always exists, and is the
// last.
struct Region {
  std::string text;
  bool prefix = false;
  auto operator<=>(const Region&) const = default;
};

class Regions {
 public:
  explicit Regions(const std::vector<const Cut*>& cuts) {
    for (const Cut* cut : cuts) {
      for (const std::string& text : cut->texts) regions_.push_back({text, false});
      for (const std::string& prefix : cut->prefixes) {
        if (!prefix.empty()) regions_.push_back({prefix, true});
      }
    }
    std::sort(regions_.begin(), regions_.end());
    regions_.erase(std::unique(regions_.begin(), regions_.end()), regions_.end());
    for (const Region& region : regions_) {
      if (region.prefix) longest_ = std::max(longest_, region.text.size());
    }
    regions_.push_back({"", true});
  }

  std::size_t size() const { return regions_.size(); }
  const Region& at(std::size_t region) const { return regions_[region]; }
  std::size_t other() const { return regions_.size() - 1; }

  // The region that contains a text.
  std::size_t region_of(const std::string& text) const {
    if (auto exact = find({text, false})) return *exact;
    for (std::size_t length = std::min(text.size(), longest_); length > 0; --length) {
      if (auto prefix = find({text.substr(0, length), true})) return *prefix;
    }
    return other();
  }

  // The regions in a cut, sorted, each once.
  std::vector<std::size_t> held_by(const Cut& cut) const {
    std::vector<std::size_t> held;
    for (const std::string& text : cut.texts) held.push_back(*find({text, false}));
    for (const std::string& prefix : cut.prefixes) {
      if (prefix.empty()) held.push_back(other());
      for (std::size_t i = lower_bound({prefix, false}); i < other() && regions_[i].text.starts_with(prefix); ++i) {
        held.push_back(i);
      }
    }
    std::sort(held.begin(), held.end());
    held.erase(std::unique(held.begin(), held.end()), held.end());
    return held;
  }

  // A text in the region, as short and readable as possible.
  std::string example(std::size_t region) const {
    const std::string& base = regions_[region].text;
    if (!regions_[region].prefix || (!base.empty() && region_of(base) == region)) return base;
    if (base.empty() && region_of("other") == region) return "other";
    for (char c = 'a'; c <= 'z'; ++c) {
      if (region_of(base + c) == region) return base + c;
    }
    for (char c = '0'; c <= '9'; ++c) {
      if (region_of(base + c) == region) return base + c;
    }
    // CJK ideographs and the planes above, after the surrogates. They have three or four
    // bytes each, and there are far more of them than regions.
    for (std::uint32_t point = 0x4e00; point <= 0x10ffff; ++point) {
      if (point == 0xd800) point = 0xe000;
      if (std::string text = base + encoded(point); region_of(text) == region) return text;
    }
    return base;
  }

 private:
  std::size_t lower_bound(const Region& region) const {
    return static_cast<std::size_t>(std::lower_bound(regions_.begin(), regions_.end() - 1, region) - regions_.begin());
  }
  std::optional<std::size_t> find(const Region& region) const {
    const std::size_t i = lower_bound(region);
    if (i < other() && regions_[i] == region) return i;
    return std::nullopt;
  }
  static std::string encoded(std::uint32_t point) {
    std::string text;
    if (point >= 0x10000) {
      text += static_cast<char>(0xf0 | (point >> 18));
      text += static_cast<char>(0x80 | ((point >> 12) & 0x3f));
    } else {
      text += static_cast<char>(0xe0 | (point >> 12));
    }
    text += static_cast<char>(0x80 | ((point >> 6) & 0x3f));
    text += static_cast<char>(0x80 | (point & 0x3f));
    return text;
  }

  std::vector<Region> regions_;  // sorted, apart from the last
  std::size_t longest_ = 0;
};

bool holds(const Cut& cut, const Literal& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return contains(cut, *number);
  if (const auto* text = std::get_if<std::string>(&value)) return contains(cut, *text);
  return false;
}

}  // namespace

Classes::Leaf Classes::number_leaf(const Type& type, const std::vector<const Cut*>& cuts) {
  const std::vector<std::uint64_t> starts = number_starts(type, cuts);
  Partition partition(starts.size());
  for (const Cut* cut : cuts) {
    std::vector<std::size_t> held;
    for (const NumberRange& range : cut->ranges) {
      const auto from = std::lower_bound(starts.begin(), starts.end(), range.low);
      const auto to = std::upper_bound(from, starts.end(), range.high);
      for (auto it = from; it != to; ++it) held.push_back(static_cast<std::size_t>(it - starts.begin()));
    }
    partition.split(held);
  }
  Leaf leaf;
  std::vector<std::uint32_t> codes(starts.size());
  for (const auto& group : partition.groups()) {
    const std::size_t first = group.front();
    const std::uint64_t end = first + 1 < starts.size() ? starts[first + 1] - 1 : type.high;
    leaf.classes.push_back({starts[first], group.size() == 1 && starts[first] == end});
    for (const std::size_t piece : group) codes[piece] = static_cast<std::uint32_t>(leaf.classes.size());
  }
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::uint64_t end = i + 1 < starts.size() ? starts[i + 1] - 1 : type.high;
    if (!leaf.numbers.empty() && leaf.numbers.back().code == codes[i]) {
      leaf.numbers.back().range.high = end;
    } else {
      leaf.numbers.push_back({{starts[i], end}, codes[i]});
    }
  }
  return leaf;
}

Classes::Leaf Classes::text_leaf(const std::vector<const Cut*>& cuts) {
  const Regions regions(cuts);
  Partition partition(regions.size());
  for (const Cut* cut : cuts) partition.split(regions.held_by(*cut));
  auto groups = partition.groups();
  // The class of all other texts is the last, whatever else it contains.
  auto rest = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.back() == regions.other(); });
  std::rotate(rest, rest + 1, groups.end());

  Leaf leaf;
  for (std::size_t i = 0; i < regions.size(); ++i) leaf.texts.push_back({regions.at(i).text, regions.at(i).prefix});
  for (const auto& group : groups) {
    const std::size_t first = group.front();
    leaf.classes.push_back({regions.example(first), group.size() == 1 && !regions.at(first).prefix});
    for (const std::size_t region : group) leaf.texts[region].code = static_cast<std::uint32_t>(leaf.classes.size());
  }
  return leaf;
}

Classes::Classes(const Model& model, const Graph& graph, const std::set<CutId>& cuts) : model_(&model), graph_(&graph) {
  for (CutId cut : cuts) leaf_cuts_[graph.at(cut).element].push_back(cut);
  for (const auto& [element, ids] : leaf_cuts_) {
    const Type& type = *model.at(element).type;
    std::vector<const Cut*> leaf_cuts;
    for (CutId id : ids) leaf_cuts.push_back(&graph.at(id).cut);
    const Leaf& leaf = leaves_[element] =
        type.kind == Type::Kind::number ? number_leaf(type, leaf_cuts) : text_leaf(leaf_cuts);
    for (CutId id : ids) {
      CodeSet& codes = cut_codes_[id];
      for (std::size_t c = 0; c < leaf.classes.size() && c + 1 < set_codes; ++c) {
        if (holds(graph.at(id).cut, leaf.classes[c].representative)) codes.add(static_cast<unsigned>(c + 1));
      }
    }
  }
}

std::uint32_t Classes::codes(ElementId element) const {
  const Type& type = *model_->at(element).type;
  if (type.is_object()) return 2;
  if (type.is_enum()) return static_cast<std::uint32_t>(type.values.size() + 1);
  return static_cast<std::uint32_t>(classes(element).size() + 1);
}

std::uint8_t Classes::first(ElementId element) const { return may_be_unset(*model_, element) ? 0 : 1; }

std::optional<ElementId> Classes::too_wide(const std::set<ElementId>& elements) const {
  const auto at =
      std::find_if(elements.begin(), elements.end(), [&](ElementId e) { return width(e) > max_leaf_codes; });
  return at == elements.end() ? std::nullopt : std::optional(*at);
}

const Classes::Leaf& Classes::leaf(ElementId element) const {
  if (const auto it = leaves_.find(element); it != leaves_.end()) return it->second;
  const Type* type = model_->at(element).type.get();
  auto [it, is_new] = whole_.try_emplace(type);
  if (is_new) it->second = type->kind == Type::Kind::number ? number_leaf(*type, {}) : text_leaf({});
  return it->second;
}

const CodeSet& Classes::codes_of(CutId cut) const { return cut_codes_.at(cut); }

std::uint32_t Classes::code_of(ElementId element, const Literal& value) const {
  if (std::holds_alternative<Unset>(value)) return 0;
  const Type& type = *model_->at(element).type;
  if (type.is_object()) return 1;
  if (type.is_enum()) {
    const auto* name = std::get_if<EnumName>(&value);
    const auto index = name ? value_index(type, name->name) : std::nullopt;
    return index ? static_cast<std::uint32_t>(*index + 1) : 0;
  }
  // The class whose values are in the same cuts as this value.
  return code_where(element, [&](const Cut& cut) { return holds(cut, value); });
}

Literal value_of(const Model& model, const Classes& classes, ElementId element, std::uint8_t code) {
  if (code == 0) return Unset{};
  const Element& at = model.at(element);
  if (!at.is_leaf()) return EnumName{"present"};
  if (at.default_value && classes.code_of(element, *at.default_value) == code) return *at.default_value;
  if (at.type->is_enum()) return EnumName{at.type->values[code - 1].name};
  return classes.classes(element)[code - 1].representative;
}

std::uint32_t Classes::code_beyond(ElementId element, const std::string& prefix) const {
  return code_where(element, [&](const Cut& cut) {
    return std::any_of(cut.prefixes.begin(), cut.prefixes.end(),
                       [&](const std::string& p) { return prefix.starts_with(p); });
  });
}

std::uint32_t Classes::code_where(ElementId element, const std::function<bool(const Cut&)>& in) const {
  const auto& all = classes(element);
  std::vector<std::uint32_t> left(all.size());
  for (std::uint32_t i = 0; i < left.size(); ++i) left[i] = i;
  for (const Cut* cut : cuts_of(element)) {
    const bool within = in(*cut);
    std::erase_if(left, [&](std::uint32_t i) { return holds(*cut, all[i].representative) != within; });
  }
  return left.empty() ? 0 : left.front() + 1;
}

std::vector<const Cut*> Classes::cuts_of(ElementId element) const {
  std::vector<const Cut*> out;
  if (const auto cuts = leaf_cuts_.find(element); cuts != leaf_cuts_.end()) {
    for (const CutId id : cuts->second) out.push_back(&graph_->at(id).cut);
  }
  return out;
}

const std::vector<CutId>& Classes::cut_ids(ElementId element) const {
  static const std::vector<CutId> none;
  const auto cuts = leaf_cuts_.find(element);
  return cuts == leaf_cuts_.end() ? none : cuts->second;
}

std::vector<std::uint64_t> Classes::starts(ElementId element) const {
  return number_starts(*model_->at(element).type, cuts_of(element));
}

}  // namespace tally
