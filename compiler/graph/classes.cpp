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

constexpr unsigned set_codes = 256;       // the number of codes in a CodeSet
constexpr std::size_t label_pieces = 16;  // of a union; further pieces are counted

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

std::string joined(const std::vector<std::string>& pieces, const std::string& separator) {
  std::string all;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i == label_pieces) return all + " and " + std::to_string(pieces.size() - i) + " more";
    if (i != 0) all += separator;
    all += pieces[i];
  }
  return all;
}

// --- numbers ---------------------------------------------------------------------

std::string range_label(const NumberRange& range, const Type& type) {
  if (range.low == range.high) return std::to_string(range.low);
  if (range.low == type.low) return "< " + std::to_string(range.high + 1);
  if (range.high == type.high) return std::to_string(range.low) + "..";
  return std::to_string(range.low) + ".." + std::to_string(range.high);
}

ValueClass number_class(const std::vector<NumberRange>& ranges, const Type& type) {
  ValueClass result;
  result.representative = ranges.front().low;
  result.single = ranges.size() == 1 && ranges.front().low == ranges.front().high;
  if (ranges.size() == 1 && ranges.front().low == type.low && ranges.front().high == type.high) {
    result.label = "set";
    return result;
  }
  std::vector<std::string> labels;
  for (const NumberRange& range : ranges) labels.push_back(range_label(range, type));
  result.label = joined(labels, ", ");
  return result;
}

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

std::vector<ValueClass> number_classes(const Type& type, const std::vector<const Cut*>& cuts) {
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
  std::vector<ValueClass> classes;
  for (const auto& group : partition.groups()) {
    std::vector<NumberRange> ranges;
    for (std::size_t piece : group) {
      const NumberRange interval{starts[piece], piece + 1 < starts.size() ? starts[piece + 1] - 1 : type.high};
      if (!ranges.empty() && ranges.back().high + 1 == interval.low) {
        ranges.back().high = interval.high;
      } else {
        ranges.push_back(interval);
      }
    }
    classes.push_back(number_class(ranges, type));
  }
  return classes;
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

std::string region_label(const Region& region) {
  if (region.prefix && region.text.empty()) return "other";
  std::string quoted = to_string(Literal{region.text});
  if (region.prefix) quoted.insert(quoted.size() - 1, "...");
  return quoted;
}

std::vector<ValueClass> text_classes(const std::vector<const Cut*>& cuts) {
  const Regions regions(cuts);
  Partition partition(regions.size());
  for (const Cut* cut : cuts) partition.split(regions.held_by(*cut));

  std::vector<ValueClass> classes;
  auto groups = partition.groups();
  // The class of all other texts is the last, whatever else it contains.
  auto rest = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.back() == regions.other(); });
  std::rotate(rest, rest + 1, groups.end());
  for (const auto& group : groups) {
    ValueClass value;
    value.representative = regions.example(group.front());
    value.single = group.size() == 1 && !regions.at(group.front()).prefix;
    if (groups.size() == 1) {
      value.label = "set";
    } else if (group.back() == regions.other()) {
      value.label = "other";
    } else {
      std::vector<std::string> labels;
      for (std::size_t region : group) labels.push_back(region_label(regions.at(region)));
      value.label = joined(labels, ", ");
    }
    classes.push_back(std::move(value));
  }
  return classes;
}

bool holds(const Cut& cut, const Literal& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return contains(cut, *number);
  if (const auto* text = std::get_if<std::string>(&value)) return contains(cut, *text);
  return false;
}

}  // namespace

Classes::Classes(const Model& model, const Graph& graph, const std::set<CutId>& cuts) : model_(&model), graph_(&graph) {
  for (CutId cut : cuts) leaf_cuts_[graph.at(cut).element].push_back(cut);
  for (const auto& [element, ids] : leaf_cuts_) {
    const Type& type = *model.at(element).type;
    std::vector<const Cut*> leaf_cuts;
    for (CutId id : ids) leaf_cuts.push_back(&graph.at(id).cut);
    auto& classes = classes_[element];
    classes = type.kind == Type::Kind::number ? number_classes(type, leaf_cuts) : text_classes(leaf_cuts);
    for (CutId id : ids) {
      CodeSet& codes = cut_codes_[id];
      for (std::size_t c = 0; c < classes.size() && c + 1 < set_codes; ++c) {
        if (holds(graph.at(id).cut, classes[c].representative)) codes.add(static_cast<unsigned>(c + 1));
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

const std::vector<ValueClass>& Classes::classes(ElementId element) const {
  if (const auto it = classes_.find(element); it != classes_.end()) return it->second;
  const Type* type = model_->at(element).type.get();
  auto [it, is_new] = whole_.try_emplace(type);
  if (is_new) it->second = type->kind == Type::Kind::number ? number_classes(*type, {}) : text_classes({});
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

std::string Classes::label(ElementId element, unsigned code) const {
  const Type& type = *model_->at(element).type;
  if (code == 0) return "unset";
  if (type.is_object()) return "set";
  if (type.is_enum()) {
    if (code > type.values.size()) return "?";
    return to_string(type.values[code - 1]);
  }
  const auto& all = classes(element);
  return code <= all.size() ? all[code - 1].label : "?";
}

std::string Classes::label(ElementId element, const CodeSet& set) const {
  std::vector<unsigned> in, out;
  const unsigned end = std::min<std::uint32_t>(codes(element), set_codes);
  for (unsigned code = first(element); code < end; ++code) (set.has(code) ? in : out).push_back(code);
  if (out.empty()) return "-";
  if (in.empty()) return "none";
  if (out.size() == 1 && in.size() > 1) return "not " + label(element, out.front());
  std::vector<std::string> labels;
  for (unsigned code : in) labels.push_back(label(element, code));
  return joined(labels, " or ");
}

}  // namespace tally
