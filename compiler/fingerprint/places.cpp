#include "compiler/fingerprint/places.h"

#include <algorithm>
#include <map>
#include <utility>

namespace tally {
namespace {

// Digests by number, so that equal ones can be compared quickly. Number 0 stands for none.
class Numbered {
 public:
  std::uint32_t operator()(const std::optional<Digest>& digest) {
    if (!digest) return 0;
    const auto [at, is_new] = numbers_.try_emplace(*digest, static_cast<std::uint32_t>(digests_.size()));
    if (is_new) digests_.push_back(*digest);
    return at->second;
  }
  void add(Digesting& to, std::uint32_t number) const {
    if (number == 0) {
      to.add("no document");
    } else {
      to.add(digests_[number]);
    }
  }

 private:
  std::map<Digest, std::uint32_t> numbers_;
  std::vector<Digest> digests_{1};
};

void add_spellings(Digesting& to, const Element& element, const std::vector<std::optional<Digest>>& by_code) {
  const Type& type = *element.type;
  std::vector<std::pair<std::string, std::optional<Digest>>> entries;
  for (std::size_t i = 0; i < type.values.size(); ++i) {
    for (const std::string& spelling : spellings_of(type.values[i])) entries.emplace_back(spelling, by_code[i + 1]);
  }
  std::sort(entries.begin(), entries.end());
  to.add("values").add(entries.size());
  Numbered numbered;
  for (const auto& [spelling, digest] : entries) {
    to.add(spelling);
    numbered.add(to, numbered(digest));
  }
}

void add_ranges(Digesting& to, const Classes& classes, ElementId element,
                const std::vector<std::optional<Digest>>& by_code) {
  Numbered numbered;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> starts;  // of ranges, and the number of their digest
  for (const NumberPiece& piece : classes.number_pieces(element)) {
    const std::uint32_t number = numbered(by_code[piece.code]);
    if (starts.empty() || starts.back().second != number) starts.emplace_back(piece.range.low, number);
  }
  to.add("numbers").add(starts.size());
  for (const auto& [start, number] : starts) {
    to.add(start);
    numbered.add(to, number);
  }
}

void add_automaton(Digesting& to, const TextClasses& texts, const std::vector<std::optional<Digest>>& by_code) {
  Numbered numbered;
  std::vector<std::uint32_t> labels;
  for (const std::uint32_t code : texts.codes) labels.push_back(numbered(by_code[code]));
  const LabelledStates least = texts.automaton.labelled(labels);
  to.add("texts").add(least.states.size());
  for (const LabelledStates::State& state : least.states) {
    numbered.add(to, state.label);
    to.add(state.steps.size());
    for (const auto& [first, target] : state.steps) to.add(first).add(target);
  }
}

// The texts of a leaf whose automaton is too large: its texts and prefixes without those that do not differ from the
// longest prefix that they begin with. Pieces are sorted, so the prefixes around a text are those that were met last.
void add_prefixes(Digesting& to, const Classes& classes, ElementId element,
                  const std::vector<std::optional<Digest>>& by_code) {
  Numbered numbered;
  std::map<std::string, std::uint32_t> prefixes;
  for (const TextPiece& piece : classes.text_pieces(element)) {
    if (piece.is_prefix) prefixes.emplace(piece.text, numbered(by_code[piece.code]));
  }
  const auto around = [&](const std::string& text, bool shorter) -> std::optional<std::uint32_t> {
    for (std::size_t length = text.size() + (shorter ? 0 : 1); length-- > 0;) {
      const auto at = prefixes.find(text.substr(0, length));
      if (at != prefixes.end()) return at->second;
    }
    return std::nullopt;
  };
  to.add("prefixes");
  for (const TextPiece& piece : classes.text_pieces(element)) {
    const std::uint32_t number = numbered(by_code[piece.code]);
    if (around(piece.text, piece.is_prefix) == number) continue;
    to.add(piece.is_prefix ? "starts" : "is").add(piece.text);
    numbered.add(to, number);
  }
}

// The default as a document spells it.
std::string default_text(const Element& element) {
  const Literal& value = *element.default_value;
  const auto* name = std::get_if<EnumName>(&value);
  const auto index = name ? value_index(*element.type, name->name) : std::nullopt;
  return index ? element.type->values[*index].spelling : to_string(value);
}

std::optional<Code> default_code(const Model& model, const Classes& classes, ElementId element) {
  const Element& e = model.at(element);
  if (!e.default_value || !e.is_leaf()) return std::nullopt;
  return static_cast<Code>(classes.code_of(element, *e.default_value));
}

void add_relation(Digesting& to, const Model& model, ElementId element,
                  const std::vector<std::optional<Digest>>& by_code) {
  const Relation& relation = *model.at(element).relation;
  const bool is_text = model.at(relation.left).type->kind == Type::Kind::text;
  // A relation is that of the place that comes first in the order with the other.
  const bool swapped = !is_text && place_text(model, relation.right) < place_text(model, relation.left);
  Numbered numbered;
  to.add(is_text ? "equal, different" : "unset, less, equal, greater");
  for (std::size_t code = 0; code < by_code.size(); ++code) {
    std::size_t from = code;
    if (swapped && (code == static_cast<std::size_t>(NumberRelation::less) ||
                    code == static_cast<std::size_t>(NumberRelation::greater)))
      from = static_cast<std::size_t>(NumberRelation::less) + static_cast<std::size_t>(NumberRelation::greater) - code;
    numbered.add(to, numbered(by_code[from]));
  }
}

void add_texts(Digesting& to, const std::vector<std::string>& texts) {
  to.add(texts.size());
  for (const std::string& text : texts) to.add(text);
}

void add_type(Digesting& to, const Type& type) {
  to.add(static_cast<std::uint64_t>(type.kind)).add(type.optional ? 1u : 0u).add(type.open ? 1u : 0u);
  to.add(type.set ? 1u : 0u).add(type.low).add(type.high);
  to.add(type.is_flag ? 1u : 0u).add(type.any_case ? 1u : 0u);
  std::vector<std::string> spellings;
  for (const EnumValue& value : type.values) {
    for (const std::string& spelling : spellings_of(value)) spellings.push_back(spelling);
  }
  std::sort(spellings.begin(), spellings.end());
  add_texts(to, spellings);
}

}  // namespace

std::string place_text(const Model& model, ElementId element) {
  const Element& e = model.at(element);
  if (e.relation) {
    std::string first = place_text(model, e.relation->left), second = place_text(model, e.relation->right);
    if (second < first) std::swap(first, second);
    return second + '\3' + first;
  }
  std::string pointer = e.pointer;
  // The end of a pointer comes before every key, so an object comes before its members, and these follow it at once.
  std::replace(pointer.begin(), pointer.end(), '/', '\2');
  // The documents from the last to the first, by their complements.
  const std::size_t end = std::min(pointer.find('\2', 1), pointer.size());
  const bool in_document = e.parent || !e.is_leaf();
  for (std::size_t i = 1; in_document && i < end; ++i)
    pointer[i] = static_cast<char>(~static_cast<unsigned char>(pointer[i]));
  const bool in_set = e.parent && model.at(*e.parent).type->set;
  return (in_document ? "2" : "1") + pointer + '\1' + (e.is_leaf() ? "1" : "0") +
         std::to_string(static_cast<int>(e.kind)) + (in_set ? "s" : "");
}

void add_values(Digesting& to, const Model& model, const Classes& classes, ElementId element,
                const std::vector<std::optional<Digest>>& by_code) {
  const Element& e = model.at(element);
  to.add(place_text(model, element));
  if (e.relation) return add_relation(to, model, element, by_code);
  // A leaf with a default is read as the default where it is not there; it has the code 0 only if the object around
  // it is absent.
  const auto without = default_code(model, classes, element);
  Numbered numbered;
  numbered.add(to, numbered(by_code[0] ? by_code[0] : without ? by_code[*without] : std::nullopt));
  if (!e.is_leaf()) {
    numbered.add(to, numbered(by_code[1]));
  } else if (e.type->is_enum()) {
    add_texts(to, e.flag_texts.off);
    add_texts(to, e.flag_texts.on);
    add_spellings(to, e, by_code);
  } else if (e.type->kind == Type::Kind::number) {
    add_ranges(to, classes, element, by_code);
  } else if (const TextClasses* texts = classes.text_classes(element)) {
    add_automaton(to, *texts, by_code);
  } else {
    add_prefixes(to, classes, element, by_code);
  }
}

void add_description(Digesting& to, const Element& element) {
  to.add(element.pointer).add(static_cast<std::uint64_t>(element.kind)).add(element.not_null ? 1u : 0u);
  add_type(to, *element.type);
  add_texts(to, element.flag_texts.off);
  add_texts(to, element.flag_texts.on);
  to.add(element.default_value ? 1u : 0u);
  if (element.default_value) to.add(default_text(element));
  // The cells of a map are elements of their own; what the keys are, only the map knows.
  for (const TypeRef& index : element.type->indices) add_type(to, *index);
}

}  // namespace tally
