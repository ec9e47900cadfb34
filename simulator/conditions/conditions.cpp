#include "simulator/covers/conditions.h"

#include <algorithm>
#include <optional>

namespace tally {
namespace {

std::string listed(const std::vector<std::string>& items, const char* between) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : between) + item;
  return out;
}

// The wording of one test, as alternatives that are true for disjoint values.
class Wording {
 public:
  Wording(const Model& model, const Classes& classes, ElementId element)
      : classes_(classes), element_(element), at_(model.at(element)), first_(classes.first(element)) {
    for (unsigned code = first_; code < std::min<std::uint32_t>(classes.codes(element), 256); ++code)
      all_.push_back(code);
  }

  std::string text(const CodeSet& codes) const {
    std::vector<unsigned> in, out;
    for (const unsigned code : all_) (codes.has(code) ? in : out).push_back(code);
    if (first_ == 0) {
      if (in == std::vector<unsigned>{0}) return at_.name + " is unset";
      if (out == std::vector<unsigned>{0}) return at_.name + " is set";
    }
    const bool with_unset = !in.empty() && in.front() == 0;
    if (with_unset) in.erase(in.begin());
    if (!out.empty() && out.front() == 0) out.erase(out.begin());
    // The condition on the values. Unset meets it only if it is a plain negation.
    const std::string plain = joined(values(in), with_unset);
    const auto rest = values(out);
    if (rest.size() != 1 || (first_ == 0 && !with_unset)) return plain;
    const std::string negated = negation(rest.front(), out);
    return negated.size() < plain.size() ? negated : plain;
  }

 private:
  std::string joined(std::vector<std::string> alternatives, bool with_unset) const {
    if (with_unset) alternatives.push_back(at_.name + " is unset");
    return listed(alternatives, " or ");
  }

  std::string negation(const std::string& text, const std::vector<unsigned>& codes) const {
    const std::string is = at_.name + " is ";
    const bool one = codes.size() == 1 && text.starts_with(is);
    return one ? is + "not " + text.substr(is.size()) : "not " + text;
  }

  // Returns codes other than unset as text, one comparison per entry.
  std::vector<std::string> values(const std::vector<unsigned>& codes) const {
    if (codes.empty()) return {};
    if (at_.type->is_object()) return {at_.name + " is set"};
    if (at_.type->is_enum()) {
      std::vector<std::string> names;
      for (const unsigned code : codes) names.push_back(classes_.label(element_, code));
      if (names.size() == 1) return {at_.name + " is " + names.front()};
      return {at_.name + " in (" + listed(names, ", ") + ")"};
    }
    return at_.type->kind == Type::Kind::number ? numbers(codes) : texts(codes);
  }

  std::vector<std::string> numbers(const std::vector<unsigned>& codes) const {
    std::vector<NumberRange> ranges;
    const auto starts = classes_.starts(element_);
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const unsigned code = classes_.code_of(element_, Literal{starts[i]});
      if (std::find(codes.begin(), codes.end(), code) == codes.end()) continue;
      const std::uint64_t end = i + 1 < starts.size() ? starts[i + 1] - 1 : at_.type->high;
      if (!ranges.empty() && ranges.back().high + 1 == starts[i])
        ranges.back().high = end;
      else
        ranges.push_back({starts[i], end});
    }
    std::vector<std::string> singles, out;
    for (const NumberRange& range : ranges) {
      if (range.low == range.high)
        singles.push_back(std::to_string(range.low));
      else
        out.push_back(comparison(range));
    }
    if (singles.size() == 1) out.insert(out.begin(), at_.name + " is " + singles.front());
    if (singles.size() > 1) out.insert(out.begin(), at_.name + " in (" + listed(singles, ", ") + ")");
    return out;
  }

  std::string comparison(const NumberRange& range) const {
    if (range.low == at_.type->low && range.high == at_.type->high) return at_.name + " is set";
    if (range.low == at_.type->low) return at_.name + " < " + std::to_string(range.high + 1);
    if (range.high == at_.type->high) return at_.name + " >= " + std::to_string(range.low);
    return at_.name + " in " + std::to_string(range.low) + ".." + std::to_string(range.high);
  }

  // Returns one comparison of the rules if it selects exactly these classes. Otherwise returns
  // the classes one by one, each described by all comparisons.
  std::vector<std::string> texts(const std::vector<unsigned>& codes) const {
    const auto holds = [&](const Cut& cut, unsigned code) {
      const Literal& example = classes_.classes(element_)[code - 1].representative;
      return contains(cut, std::get<std::string>(example));
    };
    const auto cuts = classes_.cuts_of(element_);
    for (const Cut* cut : cuts) {
      const bool exact = std::all_of(all_.begin(), all_.end(), [&](unsigned code) {
        return code == 0 || holds(*cut, code) == (std::find(codes.begin(), codes.end(), code) != codes.end());
      });
      if (exact) return comparisons(*cut);
    }
    std::vector<std::string> out;
    for (const unsigned code : codes) {
      std::vector<std::string> parts;
      std::vector<std::string> excluded;
      for (const Cut* cut : cuts) {
        const auto words = comparisons(*cut);
        const std::string text = words.size() == 1 ? words.front() : "(" + listed(words, " or ") + ")";
        if (holds(*cut, code))
          parts.push_back(text);
        else
          excluded.push_back("not " + text);
      }
      // A negation alone would also hold if the text is unset.
      if (parts.empty() && first_ == 0) parts.push_back(at_.name + " is set");
      parts.insert(parts.end(), excluded.begin(), excluded.end());
      out.push_back(parts.size() == 1 ? parts.front() : "(" + listed(parts, " and ") + ")");
    }
    return out;
  }

  std::vector<std::string> comparisons(const Cut& cut) const {
    std::vector<std::string> out;
    const auto add = [&](const std::vector<std::string>& items, const char* one, const char* many) {
      std::vector<std::string> quoted;
      for (const std::string& item : items) quoted.push_back(to_string(Literal{item}));
      if (quoted.size() == 1) out.push_back(at_.name + one + quoted.front());
      if (quoted.size() > 1) out.push_back(at_.name + many + "(" + listed(quoted, ", ") + ")");
    };
    add(cut.texts, " is ", " in ");
    add(cut.prefixes, " starts ", " starts ");
    return out;
  }

  const Classes& classes_;
  ElementId element_;
  const Element& at_;
  unsigned first_;
  std::vector<unsigned> all_;
};

// Whether a text has alternatives (`or`) at its outermost level.
bool has_alternatives(const std::string& text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
      continue;
    }
    if (text[i] == '"') quoted = !quoted;
    if (quoted) continue;
    if (text[i] == '(' || text[i] == '[') ++depth;
    if (text[i] == ')' || text[i] == ']') --depth;
    if (depth == 0 && text.compare(i, 4, " or ") == 0) return true;
  }
  return false;
}

}  // namespace

std::string condition_text(const Model& model, const Classes& classes, ElementId element, const CodeSet& codes) {
  return Wording(model, classes, element).text(codes);
}

std::string condition_text(const Model& model, const Classes& classes, const Space& space, const Cube& term) {
  std::string out;
  for (const auto& [variable, codes] : term.tests) {
    const std::string test = condition_text(model, classes, space.element(variable), codes);
    const bool alone = term.tests.size() == 1 || !has_alternatives(test);
    out += (out.empty() ? "" : " and ") + (alone ? test : "(" + test + ")");
  }
  return out;
}

std::string condition_text(const Model& model, const Classes& classes, const Space& space,
                           const std::vector<Cube>& terms) {
  std::string out;
  for (const Cube& term : terms) {
    const std::string text = condition_text(model, classes, space, term);
    const bool alone = terms.size() == 1 || term.tests.size() == 1;
    out += (out.empty() ? "" : " or ") + (alone ? text : "(" + text + ")");
  }
  return out;
}

}  // namespace tally
