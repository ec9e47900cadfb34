// Classes by refinement. The values of a leaf are split into the smallest pieces that
// cuts can name. For numbers these are the intervals between the ends of cuts; for texts
// the named texts and prefixes, each without the longer ones inside it. Pieces that no
// cut distinguishes become one class.
//
// No piece of a text is empty: there are more characters than named texts, so every
// prefix has a continuation that no rule names.
#include "compiler/graph/classes.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "compiler/graph/count.h"

namespace tally {
namespace {

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

// The values at which some number of a group may change its class. A range with no more numbers than are needed is
// split into single values.
std::vector<std::uint64_t> shared_starts(const std::vector<const Type*>& types, const std::vector<const Cut*>& cuts,
                                         std::size_t needed) {
  std::set<std::uint64_t> ends;
  for (const Type* type : types) ends.insert({type->low, type->high + 1});
  for (const Cut* cut : cuts) {
    for (const NumberRange& range : cut->ranges) ends.insert({range.low, range.high + 1});
  }
  std::vector<std::uint64_t> starts;
  for (auto end = ends.begin(); std::next(end) != ends.end(); ++end) {
    const std::uint64_t next = *std::next(end);
    starts.push_back(*end);
    if (next - *end > needed) continue;
    for (std::uint64_t value = *end + 1; value < next; ++value) starts.push_back(value);
  }
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
  std::size_t longest_prefix() const { return longest_; }

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

// The piece of one text or of one prefix, or null. All pieces but the last are sorted.
const TextPiece* piece_of(const std::vector<TextPiece>& pieces, const std::string& text, bool is_prefix) {
  const auto before = [](const TextPiece& piece, const std::pair<const std::string&, bool>& wanted) {
    const int order = piece.text.compare(wanted.first);
    return order != 0 ? order < 0 : piece.is_prefix < wanted.second;
  };
  const auto end = pieces.end() - 1;
  const auto at = std::lower_bound(pieces.begin(), end, std::pair<const std::string&, bool>(text, is_prefix), before);
  return at != end && at->text == text && at->is_prefix == is_prefix ? &*at : nullptr;
}

TextSet set_of(const Cut& cut) {
  TextSet set{cut.texts, cut.prefixes, cut.suffixes, {}, {}};
  for (const NumberRange& range : cut.lengths)
    set.lengths.emplace_back(range.low, range.high == max_number ? any_length : range.high);
  for (const std::string& pattern : cut.patterns) set.patterns.push_back(*dial_pattern(pattern));
  return set;
}

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

// One class per range between two starts.
Classes::Leaf Classes::related_number_leaf(const Type& type, const std::vector<std::uint64_t>& starts) {
  Leaf leaf;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (starts[i] < type.low || starts[i] > type.high) continue;
    const std::uint64_t end = i + 1 < starts.size() ? std::min(starts[i + 1] - 1, type.high) : type.high;
    leaf.classes.push_back({starts[i], starts[i] == end});
    leaf.numbers.push_back({{starts[i], end}, static_cast<std::uint32_t>(leaf.classes.size())});
  }
  return leaf;
}

// `needed`: a list of no more texts is split into single ones; 0 if the texts are not compared with each other.
Classes::Leaf Classes::text_leaf(const std::vector<const Cut*>& cuts, std::size_t needed) {
  if (std::none_of(cuts.begin(), cuts.end(), [](const Cut* cut) { return has_tests(*cut); }))
    return text_leaf_of_pieces(cuts, needed);
  Leaf leaf;
  for (const Cut* cut : cuts) leaf.sets.push_back(set_of(*cut));
  auto automaton = TextAutomaton::of(leaf.sets);
  if (automaton && needed > 0) {
    std::vector<TextSet> single;
    for (std::uint32_t one = 0; one < automaton->classes(); ++one) {
      const auto size = automaton->size_of(one);
      if (!size || *size < 2 || *size > needed) continue;
      for (const std::string& text : automaton->texts_of(one, *size).texts) single.push_back({{text}, {}, {}, {}, {}});
    }
    leaf.sets.insert(leaf.sets.end(), single.begin(), single.end());
    if (!single.empty()) automaton = TextAutomaton::of(leaf.sets);
  }
  if (!automaton || !automaton->over_bytes()) {
    leaf.is_too_large = true;
    leaf.classes.push_back({std::string("other"), false});
    return leaf;
  }
  // Classes are in the order of the first cut that holds them; what no cut holds is the last.
  std::vector<std::uint32_t> order(automaton->classes());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto &in_a = automaton->sets_of(a), &in_b = automaton->sets_of(b);
    return in_a.empty() != in_b.empty() ? in_b.empty() : in_a < in_b;
  });
  auto made = std::make_shared<TextClasses>(TextClasses{*std::move(automaton), {}, {}});
  for (const Cut* cut : cuts) made->cuts.push_back(*cut);
  made->codes.resize(order.size());
  leaf.held.resize(cuts.size());
  for (const std::uint32_t one : order) {
    leaf.classes.push_back({made->automaton.example(one), made->automaton.size_of(one) == 1});
    made->codes[one] = static_cast<std::uint32_t>(leaf.classes.size());
    for (const std::uint32_t set : made->automaton.sets_of(one)) {
      if (set < cuts.size()) leaf.held[set].push_back(made->codes[one]);
    }
  }
  leaf.text_classes = std::move(made);
  return leaf;
}

Classes::Leaf Classes::text_leaf_of_pieces(const std::vector<const Cut*>& cuts, std::size_t needed) {
  const Regions regions(cuts);
  Partition partition(regions.size());
  for (const Cut* cut : cuts) partition.split(regions.held_by(*cut));
  auto groups = partition.groups();
  // The class of all other texts is the last, whatever else it contains.
  auto rest = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.back() == regions.other(); });
  std::rotate(rest, rest + 1, groups.end());
  std::vector<std::vector<std::size_t>> classes;
  for (auto& group : groups) {
    const bool is_small =
        group.size() > 1 && group.size() <= needed &&
        std::none_of(group.begin(), group.end(), [&](std::size_t region) { return regions.at(region).prefix; });
    if (!is_small) {
      classes.push_back(std::move(group));
    } else {
      for (const std::size_t region : group) classes.push_back({region});
    }
  }

  Leaf leaf;
  for (std::size_t i = 0; i < regions.size(); ++i) leaf.texts.push_back({regions.at(i).text, regions.at(i).prefix});
  for (const auto& group : classes) {
    const std::size_t first = group.front();
    leaf.classes.push_back({regions.example(first), group.size() == 1 && !regions.at(first).prefix});
    for (const std::size_t region : group) leaf.texts[region].code = static_cast<std::uint32_t>(leaf.classes.size());
  }
  leaf.longest_prefix = regions.longest_prefix();
  for (const Cut* cut : cuts) {
    leaf.sets.push_back(set_of(*cut));
    std::vector<std::uint32_t>& codes = leaf.held.emplace_back();
    for (const std::size_t region : regions.held_by(*cut)) codes.push_back(leaf.texts[region].code);
  }
  if (needed == 0) return leaf;
  for (const ValueClass& one : leaf.classes) {
    if (one.single) leaf.sets.push_back({{std::get<std::string>(one.representative)}, {}, {}, {}, {}});
  }
  return leaf;
}

const TextClasses* Classes::text_classes(ElementId element) const {
  const Leaf& of = leaf(element);
  if (of.text_classes || of.is_too_large) return of.text_classes.get();
  auto automaton = TextAutomaton::of(of.sets);
  if (!automaton) return nullptr;
  TextClasses made{*std::move(automaton), {}, {}};
  for (std::uint32_t one = 0; one < made.automaton.classes(); ++one)
    made.codes.push_back(code_of(element, Literal{made.automaton.example(one)}));
  of.text_classes = std::make_shared<TextClasses>(std::move(made));
  return of.text_classes.get();
}

// Of leaves that no relation connects, each is a group of its own.
std::vector<Classes::Group> Classes::groups() const {
  std::map<ElementId, Group> by_leaf;
  const auto group_of = [&](ElementId leaf) -> Group& {
    Group& group = by_leaf[leaf];
    group.insert(leaf);
    return group;
  };
  for (const auto& [element, ids] : leaf_cuts_) {
    const auto& relation = model_->at(element).relation;
    if (!relation) {
      group_of(element);
      continue;
    }
    Group all = group_of(relation->left);
    all.merge(Group(group_of(relation->right)));
    for (const ElementId leaf : all) by_leaf[leaf] = all;
  }
  std::vector<Group> out;
  for (auto& [leaf, group] : by_leaf) {
    if (*group.begin() == leaf) out.push_back(std::move(group));
  }
  return out;
}

void Classes::make_leaves(const Group& group) {
  std::vector<const Cut*> cuts;
  for (const ElementId leaf : group) {
    const auto own = cuts_of(leaf);
    cuts.insert(cuts.end(), own.begin(), own.end());
  }
  if (group.size() > 1) related_.insert(group.begin(), group.end());
  const Type& first = *model_->at(*group.begin()).type;
  if (first.kind != Type::Kind::number) {
    // Texts have no order, so that each gets a value of its own (call_values.cpp).
    const Leaf made =
        text_leaf(cuts, group.size() > 1 ? values_needed(group.size(), group.size(), CallsAtOnce::several) : 0);
    auto held = made.held.begin();
    for (const ElementId leaf : group) {
      leaves_[leaf] = made;
      for (const CutId id : cut_ids(leaf)) {
        CodeSet& codes = cut_codes_[id];
        if (made.is_too_large) continue;
        for (const std::uint32_t code : *held++) {
          codes.add(code);
        }
      }
    }
  } else if (group.size() == 1) {
    leaves_[*group.begin()] = number_leaf(first, cuts);
  } else {
    std::vector<const Type*> types;
    for (const ElementId leaf : group) types.push_back(model_->at(leaf).type.get());
    const std::vector<std::uint64_t> starts = shared_starts(types, cuts, values_needed_in(group));
    for (const ElementId leaf : group) leaves_[leaf] = related_number_leaf(*model_->at(leaf).type, starts);
  }
}

std::size_t values_needed(std::size_t leaves, std::size_t cover, CallsAtOnce calls) {
  switch (calls) {
    case CallsAtOnce::one: return std::min(leaves + 1, 2 * (cover + 1) + 1);
    case CallsAtOnce::two: return std::min(2 * leaves, 2 * (2 * cover) + 1);
    case CallsAtOnce::several: return 2 * leaves;
  }
  return 2 * leaves;
}

// The leaf that most others are compared with is taken, until all comparisons are covered.
std::size_t Classes::values_needed_in(const Group& group) const {
  std::set<std::pair<ElementId, ElementId>> left;
  for (const auto& [element, ids] : leaf_cuts_) {
    const auto& relation = model_->at(element).relation;
    if (relation && group.contains(relation->left)) left.emplace(relation->left, relation->right);
  }
  std::size_t cover = 0;
  for (; !left.empty(); ++cover) {
    std::map<ElementId, std::size_t> compared;
    for (const auto& [a, b] : left) {
      ++compared[a];
      ++compared[b];
    }
    const ElementId most = std::max_element(compared.begin(), compared.end(), [](const auto& a, const auto& b) {
                             return a.second < b.second;
                           })->first;
    std::erase_if(left, [&](const auto& pair) { return pair.first == most || pair.second == most; });
  }
  return values_needed(group.size(), cover, calls_);
}

Classes::Classes(const Model& model, const Graph& graph, const std::set<CutId>& cuts, CallsAtOnce calls)
    : model_(&model), calls_(calls), graph_(&graph) {
  for (CutId cut : cuts) leaf_cuts_[graph.at(cut).element].push_back(cut);
  for (const Group& group : groups()) make_leaves(group);
  for (const auto& [element, ids] : leaf_cuts_) {
    if (model.at(element).relation) {
      for (CutId id : ids) cut_codes_[id];
      continue;
    }
    for (CutId id : ids) {
      if (!cut_codes_.contains(id)) cut_codes_.emplace(id, held_by(graph.at(id)));
    }
  }
}

// The codes of the pieces in a range, of which neighbours are mostly one run.
void Classes::add_codes(const std::vector<NumberPiece>& pieces, const NumberRange& range, CodeSet& codes) {
  auto piece = std::lower_bound(pieces.begin(), pieces.end(), range.low,
                                [](const NumberPiece& p, std::uint64_t low) { return p.range.high < low; });
  while (piece != pieces.end() && piece->range.low <= range.high) {
    const std::uint32_t first = piece->code;
    std::uint32_t last = first;
    for (++piece; piece != pieces.end() && piece->range.low <= range.high && piece->code == last + 1; ++piece) ++last;
    codes.add_range(first, last);
  }
}

CodeSet Classes::held_by(const LeafCut& cut) const {
  CodeSet codes;
  if (model_->at(cut.element).type->kind == Type::Kind::number) {
    for (const NumberRange& range : cut.cut.ranges) add_codes(number_pieces(cut.element), range, codes);
    return codes;
  }
  const auto& all = classes(cut.element);
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (holds(cut.cut, all[c].representative)) codes.add(static_cast<unsigned>(c + 1));
  }
  return codes;
}

std::uint32_t Classes::codes(ElementId element) const {
  const Type& type = *model_->at(element).type;
  if (type.is_object()) return 2;
  if (type.is_enum()) return static_cast<std::uint32_t>(type.values.size() + 1);
  if (leaf(element).is_too_large) return TextAutomaton::max_states + 2;
  return static_cast<std::uint32_t>(classes(element).size() + 1);
}

Code Classes::first(ElementId element) const { return may_be_unset(*model_, element) ? 0 : 1; }

std::optional<ElementId> Classes::too_wide(const std::set<ElementId>& elements) const {
  const auto at = std::find_if(elements.begin(), elements.end(), [&](ElementId e) { return width(e) > max_codes(e); });
  return at == elements.end() ? std::nullopt : std::optional(*at);
}

const Classes::Leaf& Classes::leaf(ElementId element) const {
  if (const auto it = leaves_.find(element); it != leaves_.end()) return it->second;
  const Type* type = model_->at(element).type.get();
  auto [it, is_new] = whole_.try_emplace(type);
  if (is_new) it->second = type->kind == Type::Kind::number ? number_leaf(*type, {}) : text_leaf({});
  return it->second;
}

bool Classes::can_tell(CutId cut) const {
  if (knows(cut)) return true;
  const auto& [element, values] = graph_->at(cut);
  if (has_tests(values)) return false;
  std::vector<Literal> all(values.texts.begin(), values.texts.end());
  for (const NumberRange& range : values.ranges) {
    if (range.low != range.high) return false;
    all.emplace_back(range.low);
  }
  return values.prefixes.empty() && std::all_of(all.begin(), all.end(), [&, of = element](const Literal& value) {
           const std::uint32_t code = code_of(of, value);
           return code == 0 || classes(of)[code - 1].single;
         });
}

const CodeSet& Classes::codes_of(CutId cut) const {
  if (const auto known = cut_codes_.find(cut); known != cut_codes_.end()) return known->second;
  const auto [at, is_new] = whole_cuts_.try_emplace(cut);
  if (is_new) at->second = held_by(graph_->at(cut));
  return at->second;
}

std::uint32_t Classes::code_of(ElementId element, const Literal& value) const {
  if (std::holds_alternative<Unset>(value)) return 0;
  const Type& type = *model_->at(element).type;
  if (type.is_object()) return 1;
  if (type.is_enum()) {
    const auto* name = std::get_if<EnumName>(&value);
    const auto index = name ? value_index(type, name->name) : std::nullopt;
    return index ? static_cast<std::uint32_t>(*index + 1) : 0;
  }
  const Leaf& of = leaf(element);
  if (const auto* number = std::get_if<std::uint64_t>(&value)) {
    const auto after = std::upper_bound(of.numbers.begin(), of.numbers.end(), *number,
                                        [](std::uint64_t n, const NumberPiece& piece) { return n < piece.range.low; });
    return after == of.numbers.begin() || *number > std::prev(after)->range.high ? 0 : std::prev(after)->code;
  }
  const std::string& text = std::get<std::string>(value);
  if (of.texts.empty()) {
    return of.is_too_large ? 1 : of.text_classes->codes[of.text_classes->automaton.class_of(text)];
  }
  const TextPiece* exact = piece_of(of.texts, text, false);
  return exact != nullptr ? exact->code : code_of_prefix(of, text);
}

std::uint32_t Classes::code_of_prefix(const Leaf& leaf, const std::string& text) {
  for (std::size_t length = std::min(text.size(), leaf.longest_prefix); length > 0; --length) {
    if (const TextPiece* piece = piece_of(leaf.texts, text.substr(0, length), true)) return piece->code;
  }
  return leaf.texts.back().code;
}

std::optional<Code> Classes::code_of_relation(ElementId relation, Code left, Code right) const {
  const Relation& of = *model_->at(relation).relation;
  const auto code = [](auto named) { return static_cast<Code>(named); };
  if (model_->at(of.left).type->kind != Type::Kind::number) {
    if (left != right) return code(TextRelation::different);
    const bool is_one_value = left == 0 || classes(of.left)[left - 1u].single;
    return is_one_value ? std::optional(code(TextRelation::equal)) : std::nullopt;
  }
  if (left == 0 || right == 0) return code(NumberRelation::unset);
  const ValueClass &a = classes(of.left)[left - 1u], &b = classes(of.right)[right - 1u];
  const auto low = std::get<std::uint64_t>(a.representative), other = std::get<std::uint64_t>(b.representative);
  if (low != other) return code(low < other ? NumberRelation::less : NumberRelation::greater);
  return a.single ? std::optional(code(NumberRelation::equal)) : std::nullopt;
}

std::string too_wide_text(const Model& model, const Classes& classes, ElementId element, const std::string& where) {
  const std::string& name = model.at(element).name;
  if (classes.is_too_large(element)) {
    return "the tests of `" + name + "` need more than " + grouped(TextAutomaton::max_states) + " states " + where;
  }
  return "`" + name + "` has " + grouped(classes.width(element)) + " codes " + where + ", more than " +
         grouped(classes.max_codes(element));
}

Literal value_of(const Model& model, const Classes& classes, ElementId element, Code code) {
  if (code == 0) return Unset{};
  const Element& at = model.at(element);
  if (!at.is_leaf()) return EnumName{"present"};
  if (at.default_value && classes.code_of(element, *at.default_value) == code) return *at.default_value;
  if (at.type->is_enum()) return EnumName{at.type->values[code - 1].name};
  return classes.classes(element)[code - 1].representative;
}

std::uint32_t Classes::code_beyond(ElementId element, const std::string& prefix) const {
  return code_of_prefix(leaf(element), prefix);
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

}  // namespace tally
