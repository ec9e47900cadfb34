#include "simulator/matrix/guide_check.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/nearest.h"

namespace tally {
namespace {

constexpr std::size_t max_terms_in_text = 8;

using PlainWords = std::vector<std::string>;

std::string joined(const PlainWords& words, const char* between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

void append(PlainWords& to, const std::string& text) {
  for (std::string& word : plain_words(text)) to.push_back(std::move(word));
}
PlainWords plain(const PlainWords& names) {
  PlainWords out;
  for (const std::string& name : names) append(out, name);
  return out;
}
PlainWords operator+(PlainWords a, const PlainWords& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
PlainWords but_first(const PlainWords& words) {
  return PlainWords(words.begin() + (words.empty() ? 0 : 1), words.end());
}
PlainWords but_last(const PlainWords& words) {
  return PlainWords(words.begin(), words.end() - (words.empty() ? 0 : 1));
}

// What words can name: a row, or a leaf that is in no row.
struct Named {
  std::optional<std::pair<std::size_t, std::size_t>> row;  // a matrix, and a row in it
  std::optional<ElementId> leaf;
  auto operator<=>(const Named&) const = default;
};

// The settings, and the owners of a row, that words name.
struct Mentioned {
  std::set<Named> settings;
  std::set<std::size_t> of;
};

// The meaning of a name: a setting, or else an owner.
struct Meaning {
  std::optional<Named> setting;
  std::size_t of = 0;
};

struct Names {
  std::map<PlainWords, Meaning> meanings;
  std::size_t longest = 0;

  void add(const PlainWords& words, const Meaning& what) {
    if (words.empty()) return;
    meanings.try_emplace(words, what);
    longest = std::max(longest, words.size());
  }
  // Names a leaf by all of its path, or by the path without its last word (`enabled`).
  void add_leaf(const PlainWords& path, const Meaning& what) {
    add(plain(path), what);
    if (path.size() > 2) add(plain(but_last(path)), what);
  }
  const Meaning* find(const PlainWords& words) const {
    const auto at = meanings.find(words);
    return at == meanings.end() ? nullptr : &at->second;
  }
};

class GuideChecker {
 public:
  GuideChecker(const Model& model, const Guide& guide, const std::vector<ElementId>& by,
               const std::vector<AskedMatrix>& asked, const IsRightCondition& is_right)
      : model_(model), guide_(guide), by_(by), asked_(asked), is_right_(is_right) {
    for (std::size_t m = 0; m < asked.size(); ++m)
      for (std::size_t r = 0; r < asked[m].rows.size(); ++r) {
        const SettingRow& row = asked[m].rows[r];
        Known known{{m, r},
                    joined(root_of(m, words_of(model, row.leaves.front())) + plain(row.own_words), " -> "),
                    plain_words(row.name),
                    plain(row.own_words),
                    {}};
        for (const ElementId leaf : row.leaves) {
          rows_of_.emplace(leaf, std::pair(m, r));
          const PlainWords path = words_of(model, leaf);
          known.paths.emplace_back(root_of(m, path), plain(asked[m].name.empty() ? but_first(path) : path));
        }
        known_.push_back(std::move(known));
      }
    for (std::size_t m = 0; m < asked.size(); ++m)
      for (std::size_t s = 0; s < asked[m].matrix.sections.size(); ++s)
        for (std::size_t r = 0; r < asked[m].rows.size(); ++r) {
          PlainWords printed{asked[m].rows[r].name};
          for (const auto& [name, value] : asked[m].matrix.sections[s].fixed) printed.push_back(value);
          printed_[printed].push_back({m, s, r});
        }
  }

  GuideCheck run() {
    for (const GuideTable& table : guide_.tables)
      for (const GuideRow& row : table.rows) check_.findings.push_back(finding(row));
    for (std::size_t m = 0; m < asked_.size(); ++m)
      for (std::size_t s = 0; s < asked_[m].matrix.sections.size(); ++s)
        for (std::size_t r = 0; r < asked_[m].rows.size(); ++r) {
          if (covered_.contains({m, s, r})) continue;
          GuideFinding out;
          out.kind = GuideFinding::Kind::left_out;
          out.setting = asked_[m].rows[r].name;
          for (const auto& [name, value] : asked_[m].matrix.sections[s].fixed) out.by.push_back(value);
          out.rules = outcome_text(asked_[m], s, r);
          check_.findings.push_back(std::move(out));
        }
    return std::move(check_);
  }

 private:
  using Kind = GuideFinding::Kind;
  struct Place {
    std::size_t matrix = 0, section = 0, row = 0;
    auto operator<=>(const Place&) const = default;
  };

  GuideFinding finding(const GuideRow& row) {
    GuideFinding out;
    out.line = row.line;
    out.setting = row.setting;
    out.by = row.by;
    out.guide = row.outcome;
    out.kind = Kind::unclear;
    // A row that reads as it would be printed needs no interpretation.
    auto place = printed_place(row);
    if (place && row.verbatim.outcome == outcome_text(asked_[place->matrix], place->section, place->row)) {
      covered_.insert(*place);
      out.kind = Kind::agrees;
      out.rules = row.verbatim.outcome;
      return out;
    }
    std::string why = row.fault;
    if (!why.empty())
      place.reset();
    else if (!place)
      place = find(row, why);
    if (!place) {
      out.rules = why;
      return out;
    }
    covered_.insert(*place);
    const AskedMatrix& asked = asked_[place->matrix];
    out.rules = outcome_text(asked, place->section, place->row);
    out.kind = compare(row, *place);
    // Footnotes are elsewhere in the guide, so their words are added to the finding.
    if (!row.words.empty() && out.guide.find(row.words) == std::string::npos)
      out.guide = (row.yes ? "yes (" : "no (") + row.words + ")";
    return out;
  }

  // --- the place of a row ----------------------------------------------------------

  // Returns the place that the row names in the letters in which it is printed. If a setting is
  // asked for twice, it has several places: the first that is not covered is taken, preferably
  // one with the outcome of the row.
  std::optional<Place> printed_place(const GuideRow& row) const {
    PlainWords printed{row.verbatim.setting};
    printed.insert(printed.end(), row.verbatim.by.begin(), row.verbatim.by.end());
    const auto at = printed_.find(printed);
    if (at == printed_.end()) return std::nullopt;
    const auto rank = [&](const Place& p) {
      return std::pair(row.verbatim.outcome != outcome_text(asked_[p.matrix], p.section, p.row), covered_.contains(p));
    };
    return *std::min_element(at->second.begin(), at->second.end(),
                             [&](const Place& a, const Place& b) { return rank(a) < rank(b); });
  }

  std::optional<Place> find(const GuideRow& row, std::string& why) const {
    const PlainWords words = plain_words(row.setting);
    std::vector<const Known*> found;
    for (const Known& known : known_)
      if (is_named(words, known)) found.push_back(&known);
    if (found.size() != 1) {
      if (found.empty()) {
        std::vector<std::string> names;
        for (const Known& known : known_) names.push_back(known.guide_name);
        const auto near = nearest(joined(words, " -> "), names);
        why = "no such setting" + (near ? ": did you mean `" + *near + "`?" : "");
      } else {
        why = "several settings are named so: `" + setting(*found[0]).name + "`, `" + setting(*found[1]).name + "`";
      }
      return std::nullopt;
    }
    const auto [m, r] = found.front()->row;
    const auto& sections = asked_[m].matrix.sections;
    std::vector<std::string> values;
    for (std::size_t i = 0; i < by_.size(); ++i) {
      const auto value = value_of(row.by[i], i, sections, why);
      if (!value) return std::nullopt;
      values.push_back(*value);
    }
    for (std::size_t s = 0; s < sections.size(); ++s) {
      bool same = true;
      for (std::size_t i = 0; i < by_.size(); ++i) same = same && values[i] == sections[s].fixed[i].second;
      if (same) return Place{m, s, r};
    }
    why = "these values never meet";
    return std::nullopt;
  }

  // Returns the value of an input that a cell means: the value with this spelling, or the only
  // value with the same words.
  std::optional<std::string> value_of(const std::string& cell, std::size_t input,
                                      const std::vector<MatrixSection>& sections, std::string& why) const {
    std::vector<std::string> values, alike;
    for (const MatrixSection& section : sections) {
      const std::string& value = section.fixed[input].second;
      if (std::find(values.begin(), values.end(), value) != values.end()) continue;
      values.push_back(value);
      if (value == cell) return value;
      if (plain_words(value) == plain_words(cell)) alike.push_back(value);
    }
    if (alike.size() == 1) return alike.front();
    const auto near = nearest(joined(plain_words(cell), " "), values);
    why = "`" + model_.at(by_[input]).name + "` is never `" + cell + "`" +
          (near && alike.empty() ? ": did you mean `" + *near + "`?" : ", but " + joined(values, " or "));
    return std::nullopt;
  }

  // The names of a setting in a guide.
  struct Known {
    std::pair<std::size_t, std::size_t> row;               // a matrix, and a row in it
    std::string guide_name;                                // "account -> inbound -> onnet"
    PlainWords name, own;                                  // the words of the row's name
    std::vector<std::pair<PlainWords, PlainWords>> paths;  // for each leaf: its root, and the rest
  };

  const SettingRow& setting(const Known& known) const { return asked_[known.row.first].rows[known.row.second]; }

  // Whether words name a setting: by its name in the matrix, or by words of one of its paths, in
  // order. These are the root, the words that distinguish it from the other rows, and any of
  // the other words.
  static bool is_named(const PlainWords& words, const Known& known) {
    if (words == known.name) return true;
    for (const auto& [root, path] : known.paths) {
      if (words.size() < root.size() || !std::equal(root.begin(), root.end(), words.begin())) continue;
      const PlainWords rest(words.begin() + static_cast<std::ptrdiff_t>(root.size()), words.end());
      if (is_within(rest, path) && is_within(known.own, rest)) return true;
    }
    return false;
  }

  // Whether the words occur in others, in this order.
  static bool is_within(const PlainWords& words, const PlainWords& others) {
    std::size_t n = 0;
    for (const std::string& other : others)
      if (n < words.size() && words[n] == other) ++n;
    return n == words.size();
  }

  // --- the words of a row ---------------------------------------------------------------

  Kind compare(const GuideRow& row, const Place& place) {
    const AskedMatrix& asked = asked_[place.matrix];
    const auto cells = asked.cells(place.section, place.row);
    Mentioned ours;
    std::set<ElementId> tested;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i]->effect == Effect::never) continue;
      ours.of.insert(i);
      tested.insert(cells[i]->tested.begin(), cells[i]->tested.end());
    }
    for (const ElementId element : tested) ours.settings.insert(named(element));

    if (row.yes != !ours.of.empty()) return Kind::contradicted;
    if (!row.yes) return row.words.empty() ? Kind::agrees : Kind::in_words;
    if (const auto is_right = condition_is_right(row.words, place, cells))
      return *is_right ? Kind::agrees : Kind::contradicted;
    const Mentioned theirs = mentioned(row.words, place, tested);
    if (theirs.settings != ours.settings) return Kind::contradicted;
    if (!theirs.of.empty() && theirs.of != ours.of) return Kind::contradicted;
    const bool unread = !row.words.empty() && theirs.settings.empty() && theirs.of.empty();
    return unread ? Kind::in_words : Kind::agrees;
  }

  // Whether the words are a condition in the rule language, and if so, whether it is right.
  std::optional<bool> condition_is_right(const std::string& words, const Place& place,
                                         const std::vector<const MatrixCell*>& cells) const {
    if (!is_right_ || cells.size() != 1 || !words.starts_with("if ")) return std::nullopt;
    const AskedMatrix& asked = asked_[place.matrix];
    return is_right_(words.substr(3), asked.matrix.sections[place.section], asked.rows[place.row].leaves.front(),
                     *cells.front());
  }

  Named named(ElementId element) const {
    const auto row = rows_of_.find(element);
    if (row != rows_of_.end()) return {row->second, std::nullopt};
    return {std::nullopt, element};
  }

  // Finds settings and owners by the longest names that occur in the words, left to right. A name
  // keeps its first meaning, so settings of the row's own matrix can be named without a root.
  Mentioned mentioned(const std::string& text, const Place& place, const std::set<ElementId>& tested) {
    Names further;
    for (const ElementId element : tested) {
      const Named what = named(element);
      if (!what.leaf) continue;
      const PlainWords path = words_of(model_, element);
      further.add_leaf(path, {what, 0});
      further.add_leaf(but_first(path), {what, 0});
    }
    const SettingRow& row = asked_[place.matrix].rows[place.row];
    if (row.leaves.size() > 1)
      for (std::size_t i = 0; i < row.of.size(); ++i) further.add(plain_words(row.of[i]), {std::nullopt, i});

    const Names& rows = names_in(place.matrix);
    Mentioned out;
    const PlainWords words = plain_words(text);
    for (std::size_t i = 0; i < words.size();) {
      std::size_t length = std::min(std::max(rows.longest, further.longest), words.size() - i);
      for (; length > 0; --length) {
        const auto from = words.begin() + static_cast<std::ptrdiff_t>(i);
        const PlainWords called(from, from + static_cast<std::ptrdiff_t>(length));
        const Meaning* what = rows.find(called);
        if (!what) what = further.find(called);
        if (!what) continue;
        if (what->setting)
          out.settings.insert(*what->setting);
        else
          out.of.insert(what->of);
        break;
      }
      i += std::max<std::size_t>(length, 1);
    }
    return out;
  }

  // Returns the names of rows, as used in the words of a row of this matrix.
  const Names& names_in(std::size_t matrix) {
    const auto [at, fresh] = names_.try_emplace(matrix);
    if (!fresh) return at->second;
    Names& names = at->second;
    for (std::size_t r = 0; r < asked_[matrix].rows.size(); ++r)
      names.add(plain(asked_[matrix].rows[r].own_words), {Named{std::pair(matrix, r), std::nullopt}, 0});
    for (std::size_t m = 0; m < asked_.size(); ++m)
      for (std::size_t r = 0; r < asked_[m].rows.size(); ++r) {
        const SettingRow& row = asked_[m].rows[r];
        const Meaning what{Named{std::pair(m, r), std::nullopt}, 0};
        names.add(plain_words(row.name), what);
        for (const ElementId leaf : row.leaves) {
          const PlainWords path = words_of(model_, leaf);
          names.add(root_of(m, path) + plain(row.own_words), what);
          names.add_leaf(path, what);
        }
      }
    return names;
  }

  // Returns what a guide calls the settings of a path: the given name, or the name of its input.
  PlainWords root_of(std::size_t matrix, const PlainWords& path) const {
    return plain_words(asked_[matrix].name.empty() ? path.front() : asked_[matrix].name);
  }

  const Model& model_;
  const Guide& guide_;
  const std::vector<ElementId>& by_;
  const std::vector<AskedMatrix>& asked_;
  const IsRightCondition& is_right_;
  std::map<ElementId, std::pair<std::size_t, std::size_t>> rows_of_;
  std::vector<Known> known_;
  std::map<PlainWords, std::vector<Place>> printed_;  // by the cells of a row as they are printed, without its outcome
  std::set<Place> covered_;
  std::map<std::size_t, Names> names_;  // by matrix
  GuideCheck check_;
};

// When a setting changes what is decided: "if C", "if C; in some calls, if D".
std::string when_text(const MatrixCell& cell, Alternatives shown) {
  if (cell.partly) {
    const std::string some = "in some calls" + (cell.partly->empty() ? "" : ", if " + *cell.partly);
    return cell.condition.empty() ? some : "if " + cell.condition + "; " + some;
  }
  if (!cell.is_worded) return "sometimes (more than " + std::to_string(max_matrix_terms) + " alternatives)";
  if (shown == Alternatives::few && cell.terms > max_terms_in_text)
    return "sometimes (" + std::to_string(cell.terms) + " alternatives; --all shows them)";
  return "if " + cell.condition;
}

}  // namespace

std::vector<const MatrixCell*> AskedMatrix::cells(std::size_t section, std::size_t row) const {
  const std::size_t paths = rows[row].leaves.size();  // the same for all rows
  std::vector<const MatrixCell*> out;
  for (std::size_t i = 0; i < paths; ++i) out.push_back(&matrix.sections[section].cells[row * paths + i]);
  return out;
}

std::string outcome_text(const AskedMatrix& asked, std::size_t section, std::size_t row, Alternatives shown) {
  const auto cells = asked.cells(section, row);
  const bool alone = cells.size() == 1;
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i]->effect == Effect::never) continue;
    out += out.empty() ? "yes" : "; yes";
    if (!alone) out += ", for " + asked.rows[row].of[i];
    if (cells[i]->effect == Effect::sometimes) out += (alone ? ", " : " ") + when_text(*cells[i], shown);
  }
  return out.empty() ? "no" : out;
}

std::size_t GuideCheck::count(GuideFinding::Kind kind) const {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(), [&](const GuideFinding& f) { return f.kind == kind; }));
}

GuideCheck check_guide(const Model& model, const Guide& guide, const std::vector<ElementId>& by,
                       const std::vector<AskedMatrix>& asked, const IsRightCondition& is_right) {
  return GuideChecker(model, guide, by, asked, is_right).run();
}

}  // namespace tally
