#include "tests/fuzz/mutator/tree_mutator.h"

#include <array>
#include <iterator>
#include <utility>

#include "base/overloaded.h"
#include "grammar/parse/parser.h"
#include "grammar/tree/printer.h"
#include "tests/fuzz/mutator/tree_places.h"
#include "tests/support/random.h"

namespace tally::fuzz {
namespace {

using testing::Random;

// Most changes lead to a text that parses. A few tries leave hardly a seed without one.
constexpr int max_tries = 6;
constexpr std::size_t max_changes = 3;

// A tree of its own, which can be changed and taken apart.
struct Tree {
  ast::File file;           // of a rule file
  ast::ExprPtr expression;  // of a condition
  TreePlaces places;
};

std::optional<Tree> read(TextKind kind, const std::string& text) {
  SourceSet sources;
  Diagnostics diagnostics(1);
  const FileId id = sources.add("", text);
  Tree tree;
  if (kind == TextKind::rule_file) {
    tree.file = parse(sources, id, diagnostics);
  } else {
    tree.expression = parse_expression(sources, id, diagnostics);
  }
  if (diagnostics.has_errors()) return std::nullopt;
  return tree;
}

void find_places(TextKind kind, Tree& tree) {
  tree.places = kind == TextKind::rule_file ? places_of(tree.file) : places_of(tree.expression);
}

std::string print(TextKind kind, const Tree& tree) {
  return kind == TextKind::rule_file ? source_text(tree.file) : source_text(*tree.expression);
}

template <class T>
T* any(Random& random, std::vector<T*>& places) {
  return places.empty() ? nullptr : random.pick(places);
}

// One change of a tree. The donor is a second tree, from which parts are taken.
class Change {
 public:
  Change(Tree& tree, Tree& donor, Random& random) : to_(tree.places), from_(donor.places), random_(random) {}

  // Makes a change. Returns whether there was something to change.
  bool make() {
    switch (random_.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4: return change_list();
      case 5:
      case 6: return replace(to_.expressions, from_.expressions);
      case 7: return wrap_expression();
      case 8: return replace(to_.types, from_.types) && (random_.chance(70) || wrap_type());
      case 9: return replace(to_.cells, from_.cells) || replace(to_.literals, from_.literals);
      case 10: return replace(to_.literals, from_.literals);
      case 11: return rename();
      case 12: return change_number();
      case 13: return change_bound();
      case 14: return change_text();
      default: return choose();
    }
  }

 private:
  // Exchanges a place of the tree with one of the donor, which is thrown away afterwards.
  template <class T>
  bool replace(std::vector<T*>& to, std::vector<T*>& from) {
    T* const place = any(random_, to);
    T* const part = any(random_, from);
    if (place == nullptr || part == nullptr) return false;
    std::swap(*place, *part);
    return true;
  }

  bool change_list() {
    if (to_.lists.empty()) return false;
    return std::visit([&](auto* items) { return change(*items); }, random_.pick(to_.lists));
  }
  template <class Item>
  bool change(std::vector<Item>& items) {
    const std::size_t at = random_.below(items.size() + 1);
    switch (random_.below(3)) {
      case 0:
        // A list is never emptied: a chain has operands.
        if (items.size() < 2) return false;
        items.erase(items.begin() + static_cast<std::ptrdiff_t>(at % items.size()));
        return true;
      case 1:
        if (items.size() < 2) return false;
        std::swap(items[at % items.size()], items[random_.below(items.size())]);
        return true;
      default: {
        std::vector<std::vector<Item>*> lenders;
        for (const ListPlace& list : from_.lists) {
          if (auto* const* lender = std::get_if<std::vector<Item>*>(&list); lender != nullptr && !(*lender)->empty())
            lenders.push_back(*lender);
        }
        if (lenders.empty()) return false;
        std::vector<Item>& lender = *random_.pick(lenders);
        const auto lent = lender.begin() + static_cast<std::ptrdiff_t>(random_.below(lender.size()));
        items.insert(items.begin() + static_cast<std::ptrdiff_t>(at), std::move(*lent));
        // What was lent has no content any more, so it must not be lent again.
        lender.erase(lent);
        return true;
      }
    }
  }

  template <class Chain>
  static ast::Expr chain(ast::ExprPtr first, ast::ExprPtr second) {
    Chain made;
    made.operands.push_back(std::move(first));
    made.operands.push_back(std::move(second));
    return {std::move(made), {}};
  }
  bool wrap_expression() {
    ast::ExprPtr* const place = any(random_, to_.expressions);
    ast::ExprPtr* const part = any(random_, from_.expressions);
    if (place == nullptr || part == nullptr || !*part) return false;
    ast::ExprPtr inner = std::move(*place);
    // Only `not` leaves the donor's part where it is.
    const std::size_t way = random_.below(5);
    if (way == 0) {
      *place = std::make_unique<ast::Expr>(ast::Expr{ast::Not{std::move(inner)}, {}});
      return true;
    }
    // The rest of the donor's tree keeps a place that holds something.
    ast::ExprPtr lent = std::make_unique<ast::Expr>(ast::Expr{ast::UnsetLiteral{}, {}});
    std::swap(lent, *part);
    if (random_.chance(30)) std::swap(inner, lent);
    ast::Expr made;
    if (way == 1) made = chain<ast::And>(std::move(inner), std::move(lent));
    if (way == 2) made = chain<ast::Or>(std::move(inner), std::move(lent));
    if (way == 3) made = chain<ast::Else>(std::move(inner), std::move(lent));
    if (way == 4) made = {ast::Is{std::move(inner), random_.chance(50), std::move(lent)}, {}};
    *place = std::make_unique<ast::Expr>(std::move(made));
    return true;
  }
  bool wrap_type() {
    ast::TypePtr* const place = any(random_, to_.types);
    if (place == nullptr) return false;
    *place = std::make_unique<ast::Type>(ast::Type{ast::OptionalType{std::move(*place)}, {}});
    return true;
  }

  bool rename() {
    ast::Name* const name = any(random_, to_.names);
    if (name == nullptr) return false;
    if (random_.chance(15)) {
      static const std::array<const char*, 6> fresh = {"a", "b", "x", "source", "user", "on-hold"};
      name->text = fresh[random_.below(fresh.size())];
      return true;
    }
    const ast::Name* const other = any(random_, random_.chance(70) ? to_.names : from_.names);
    if (other == nullptr || other->text.empty()) return false;
    name->text = std::string(other->text);
    return true;
  }

  std::uint64_t number(std::uint64_t near) {
    static const std::array<std::uint64_t, 12> special = {
        0, 1, 2, 9, 10, 99, 255, 256, 10'800, 65'536, 9'007'199'254'740'990, 9'007'199'254'740'991};
    switch (random_.below(4)) {
      case 0: return near + 1;
      case 1: return near == 0 ? 0 : near - 1;
      case 2: return special[random_.below(special.size())];
      default: {
        const std::uint64_t* const other = any(random_, from_.numbers);
        return other != nullptr ? *other : near / 2;
      }
    }
  }
  bool change_number() {
    std::uint64_t* const place = any(random_, to_.numbers);
    if (place == nullptr) return false;
    *place = number(*place);
    return true;
  }
  bool change_bound() {
    std::optional<std::uint64_t>* const place = any(random_, to_.bounds);
    if (place == nullptr) return false;
    if (random_.chance(25)) {
      place->reset();
    } else {
      *place = number(place->value_or(0));
    }
    return true;
  }

  bool change_text() {
    if (random_.chance(20)) {
      std::string* const place = any(random_, to_.words);
      const std::string* const other = any(random_, random_.chance(50) ? to_.words : from_.words);
      if (place == nullptr || other == nullptr) return false;
      *place = std::string(*other);
      return true;
    }
    ast::Text* const place = any(random_, to_.texts);
    if (place == nullptr) return false;
    const ast::Name* const name = any(random_, to_.names);
    const ast::Text* const other = any(random_, from_.texts);
    std::string raw = place->raw;
    switch (random_.below(5)) {
      case 0: raw = other != nullptr ? other->raw : ""; break;
      case 1: raw += name != nullptr ? "{" + name->text + "}" : "{"; break;
      case 2: raw = raw.substr(0, raw.size() / 2); break;
      case 3: raw += name != nullptr ? name->text : "1"; break;
      default: raw += random_.chance(50) ? "\\u{7b}" : "\xc3\xa9"; break;
    }
    place->value.clear();  // a text without `raw` is printed by its value
    place->raw = raw;
    return true;
  }

  bool choose() {
    if (to_.choices.empty()) return false;
    std::visit(overloaded{[](bool* place) { *place = !*place; },
                          [&](ast::CompareOp* place) { *place = static_cast<ast::CompareOp>(random_.below(4)); },
                          [](ast::Presence* place) {
                            *place = *place == ast::Presence::set ? ast::Presence::unset : ast::Presence::set;
                          },
                          [&](ast::PlaceKind* place) { *place = static_cast<ast::PlaceKind>(random_.below(7)); },
                          [&](ast::Quantifier* place) { *place = static_cast<ast::Quantifier>(random_.below(3)); },
                          [&](ast::Matching* place) { *place = static_cast<ast::Matching>(random_.below(3)); },
                          [&](ast::TextForm* place) { *place = static_cast<ast::TextForm>(random_.below(3)); }},
               random_.pick(to_.choices));
    return true;
  }

  TreePlaces& to_;
  TreePlaces& from_;
  Random& random_;
};

}  // namespace

std::optional<std::string> mutate_text(TextKind kind, const std::string& text, const std::string& other,
                                       std::uint64_t seed) {
  Random random(seed);
  for (int tries = 0; tries < max_tries; ++tries) {
    std::optional<Tree> tree = read(kind, text);
    if (!tree) return std::nullopt;
    std::optional<Tree> donor = read(kind, random.chance(60) ? other : text);
    if (!donor) donor = read(kind, text);
    const std::size_t changes = random.between(1, max_changes);
    for (std::size_t i = 0; i < changes; ++i) {
      // A change moves parts, so the places are looked up anew.
      find_places(kind, *tree);
      find_places(kind, *donor);
      Change(*tree, *donor, random).make();
    }
    std::string made = print(kind, *tree);
    if (made != text && read(kind, made)) return made;
  }
  return std::nullopt;
}

}  // namespace tally::fuzz
