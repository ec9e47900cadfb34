#include "compiler/diagrams/class_values.h"

#include <algorithm>
#include <set>
#include <string>

namespace tally {
namespace {

// Values found so far, each once.
class Found {
 public:
  Found(const Classes& classes, ElementId leaf, unsigned code, std::size_t limit)
      : classes_(classes), leaf_(leaf), code_(code), limit_(limit) {}

  bool is_full() const { return found_.values.size() == limit_; }
  void take(const Literal& value) {
    if (is_full() || classes_.code_of(leaf_, value) != code_) return;
    if (std::find(found_.values.begin(), found_.values.end(), value) == found_.values.end())
      found_.values.push_back(value);
  }
  ClassValues values(bool are_all) && {
    found_.are_all = are_all;
    return std::move(found_);
  }

 private:
  const Classes& classes_;
  ElementId leaf_;
  unsigned code_;
  std::size_t limit_;
  ClassValues found_;
};

// Takes values of a number: the ends of each of the class's ranges first, then what is between.
// Returns whether all values were taken.
bool take_numbers(const Classes& classes, ElementId leaf, unsigned code, Found& found) {
  std::vector<NumberRange> ranges;
  for (const NumberPiece& piece : classes.number_pieces(leaf)) {
    if (piece.code == code) ranges.push_back(piece.range);
  }
  for (const NumberRange& range : ranges) found.take(range.low);
  for (const NumberRange& range : ranges) found.take(range.high);
  for (const NumberRange& range : ranges) {
    for (std::uint64_t value = range.low; value < range.high; ++value) {
      if (found.is_full()) return false;
      found.take(value);
    }
  }
  return true;
}

// Takes texts: those that the rules name, then longer ones, of all lengths and with several last
// characters. Returns whether all values were taken.
bool take_texts(const Classes& classes, ElementId leaf, unsigned code, std::size_t limit, Found& found) {
  if (classes.text_pieces(leaf).empty()) {
    const TextClasses& texts = *classes.text_classes(leaf);
    // One more than are wanted, since the representative is among the values already.
    const ClassTexts all = texts.automaton.texts_of(texts.class_with(code), limit + 1);
    for (const std::string& text : all.texts) found.take(text);
    return all.are_all && !found.is_full();
  }
  std::set<std::string> named, begun{""};
  for (const TextPiece& piece : classes.text_pieces(leaf)) (piece.is_prefix ? begun : named).insert(piece.text);
  const bool is_finite = std::none_of(
      begun.begin(), begun.end(), [&](const std::string& prefix) { return classes.code_beyond(leaf, prefix) == code; });
  for (const std::string& text : named) {
    if (found.is_full()) break;
    found.take(text);
  }
  if (is_finite) return !found.is_full();
  static constexpr std::string_view characters = "ab0123456789cdefghijklmnopqrstuvwxyz";
  for (std::string middle; !found.is_full() && middle.size() < 8; middle += 'a') {
    for (const std::string& prefix : begun) {
      found.take(prefix + middle);
      for (const char last : characters) {
        if (found.is_full()) return false;
        found.take(prefix + middle + last);
      }
    }
  }
  return false;
}

}  // namespace

ClassValues class_values(const Model& model, const Classes& classes, ElementId leaf, unsigned code, std::size_t limit) {
  Found found(classes, leaf, code, limit);
  found.take(value_of(model, classes, leaf, static_cast<Code>(code)));
  if (classes.classes(leaf)[code - 1].single) return std::move(found).values(true);
  const bool are_all = model.at(leaf).type->kind == Type::Kind::number ? take_numbers(classes, leaf, code, found)
                                                                       : take_texts(classes, leaf, code, limit, found);
  return std::move(found).values(are_all);
}

}  // namespace tally
