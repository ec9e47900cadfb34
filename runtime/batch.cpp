// A column of codes that need no change is handed to the compiled loop as it is.
// Where values are numbered otherwise, or an input is a number or a text, codes
// are made piece by piece; presences and defaults likewise.
#include "runtime/batch.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "runtime/utf8.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;

constexpr std::size_t piece_rows = 2048;

// The largest code above `low`; codes below it wrap around and are larger than any.
// Every column goes through this: as wide as the processor can (CMakeLists.txt asks
// for loops of vectors).
[[gnu::always_inline]] inline std::uint8_t most_above_in(const std::uint8_t* codes, std::size_t rows, std::uint8_t low) {
  std::uint8_t most = 0;
  for (std::size_t i = 0; i < rows; ++i) most = std::max(most, static_cast<std::uint8_t>(codes[i] - low));
  return most;
}
#if defined(__x86_64__)
[[gnu::target("avx2")]] std::uint8_t most_above_avx2(const std::uint8_t* codes, std::size_t rows, std::uint8_t low) {
  return most_above_in(codes, rows, low);
}
#endif
std::uint8_t most_above(const std::uint8_t* codes, std::size_t rows, std::uint8_t low) {
#if defined(__x86_64__)
  static const bool wide = __builtin_cpu_supports("avx2") != 0;
  if (wide) return most_above_avx2(codes, rows, low);
#endif
  return most_above_in(codes, rows, low);
}

std::string row_text(std::size_t row) { return " in row " + std::to_string(row); }

// What is done for an element in each piece.
struct Work {
  ElementIndex element = 0;
  const tally_column* column = nullptr;  // null: made from what is in it, or from nothing
  const InputMeaning* meaning = nullptr;
  std::uint32_t above = no_index;        // the work of the object around
  std::vector<std::uint32_t> in_it;      // of an object without a column: the works of its members
  bool direct = false;                   // the column's own bytes are the codes
  std::vector<std::uint8_t> codes;       // of a piece, where they are made
  std::vector<std::uint8_t> said;        // likewise: 1 where something stands there
};

class Batch {
 public:
  explicit Batch(const PolicyVersion& version) : version_(version), policy_(version.policy()) {}

  std::optional<Failure> prepare(const tally_column* columns, std::size_t count) {
    std::vector<const tally_column*> by_element(policy_.elements.size(), nullptr);
    for (std::size_t i = 0; i < count; ++i) {
      const InputMeaning* meaning = version_.input(columns[i].input);
      if (meaning == nullptr) return Failure(TALLY_ERROR_ARGUMENT, "no input has the handle " + std::to_string(columns[i].input));
      const ElementDescriptor& element = policy_.elements[meaning->element];
      const int given = (columns[i].values != nullptr) + (columns[i].numbers != nullptr) + (columns[i].texts != nullptr);
      if (given != 1) return at(element, TALLY_ERROR_ARGUMENT, "a column of `" + element.name + "` has not one array, but " + std::to_string(given));
      const bool fits = element.kind == Kind::number ? columns[i].numbers != nullptr
                        : element.kind == Kind::text ? columns[i].texts != nullptr
                                                     : columns[i].values != nullptr;
      if (!fits) return at(element, TALLY_ERROR_TYPE, "a column of `" + element.name + "` is of another kind");
      if (by_element[meaning->element] != nullptr) return at(element, TALLY_ERROR_ARGUMENT, "`" + element.name + "` has two columns");
      by_element[meaning->element] = &columns[i];
    }
    works_.reserve(policy_.elements.size());
    for (ElementIndex e = 0; e < policy_.elements.size(); ++e) {
      const ElementDescriptor& element = policy_.elements[e];
      Work work;
      work.element = e;
      work.column = by_element[e];
      work.meaning = version_.input(version_.handle_of(e));
      work.above = element.parent ? *element.parent : no_index;
      // Codes stand for themselves where nothing else depends on what is around.
      work.direct = work.column != nullptr && work.column->values != nullptr && element.is_leaf() && work.meaning->same &&
                    !element.default_value && (work.above == no_index || element.optional);
      works_.push_back(std::move(work));
    }
    // Whether anything can ever stand at an element; a member that never does costs nothing.
    possible_.assign(works_.size(), false);
    for (std::size_t e = works_.size(); e-- > 0;) {
      possible_[e] = possible_[e] || works_[e].column != nullptr || (policy_.elements[e].default_value && works_[e].above == no_index);
      const ElementDescriptor& element = policy_.elements[e];
      const bool required = !element.optional && !element.default_value && works_[e].above == no_index;
      if (required && !possible_[e]) {
        return at(element, TALLY_ERROR_MISSING, "`" + element.name + "` is missing");
      }
      if (possible_[e] && works_[e].above != no_index) possible_[works_[e].above] = true;
    }
    for (ElementIndex e = 0; e < works_.size(); ++e) {
      // In an object that may be there, a default stands without a column.
      if (works_[e].above != no_index && possible_[works_[e].above] && (policy_.elements[e].default_value || !policy_.elements[e].optional)) {
        possible_[e] = true;
      }
    }
    // Where something stands is asked of objects that have a code, must be there, or
    // have members that depend on it; and then of all that is in them.
    asked_.assign(works_.size(), false);
    for (ElementIndex e = 0; e < works_.size(); ++e) {
      const ElementDescriptor& element = policy_.elements[e];
      const bool depends = works_[e].above != no_index && possible_[e] && (element.default_value || !element.optional);
      if (depends) asked_[works_[e].above] = true;
      if (possible_[e] && !works_[e].direct && (element.is_leaf() || element.offset || !element.optional)) asked_[e] = true;
    }
    for (std::size_t e = works_.size(); e-- > 0;) {
      // An object around one that is asked for is there where that one is.
      if (asked_[e] && !policy_.elements[e].is_leaf() && works_[e].above != no_index) asked_[works_[e].above] = true;
    }
    for (ElementIndex e = 0; e < works_.size(); ++e) {
      if (works_[e].above != no_index && asked_[works_[e].above] && possible_[e]) asked_[e] = true;
    }
    for (ElementIndex e = 0; e < works_.size(); ++e) {
      if (works_[e].above != no_index && asked_[works_[e].above] && asked_[e]) works_[works_[e].above].in_it.push_back(e);
    }
    for (ElementIndex e = 0; e < works_.size(); ++e) {
      if (possible_[e] && (works_[e].direct || asked_[e])) active_.push_back(e);
    }
    zeros_.assign(piece_rows, 0);
    pointers_.assign(std::max<std::size_t>(policy_.code_count, 1), zeros_.data());
    return std::nullopt;
  }

  std::optional<Failure> piece(std::size_t first, std::size_t rows) {
    for (std::size_t i = active_.size(); i-- > 0;) {
      if (asked_[active_[i]]) say(works_[active_[i]], first, rows);
    }
    for (const ElementIndex e : active_) {
      Work& work = works_[e];
      if (auto failure = work.direct ? check(work, first, rows) : make(work, first, rows)) return failure;
      if (const auto& offset = policy_.elements[work.element].offset) {
        pointers_[*offset] = work.direct ? work.column->values + first : work.codes.data();
      }
    }
    return std::nullopt;
  }

  const std::uint8_t* const* pointers() const { return pointers_.data(); }

 private:
  static Failure at(const ElementDescriptor& element, tally_status status, const std::string& message) {
    return {status, message, element.pointer};
  }

  Failure no_value(const ElementDescriptor& element, unsigned value, std::size_t row) const {
    return at(element, TALLY_ERROR_VALUE, "`" + element.name + "` has no value with the handle " + std::to_string(value) + row_text(row));
  }

  // Only a piece that holds something wrong is looked at row by row.
  std::optional<Failure> check(const Work& work, std::size_t first, std::size_t rows) const {
    const std::uint8_t* const values = work.column->values + first;
    const ElementDescriptor& element = policy_.elements[work.element];
    const std::size_t codes = work.meaning->values.size();
    const std::uint8_t low = element.optional ? 0 : 1;
    if (most_above(values, rows, low) < codes - low) return std::nullopt;
    for (std::size_t i = 0; i < rows; ++i) {
      if (values[i] >= codes) return no_value(element, values[i], first + i);
      if (values[i] < low) return at(element, TALLY_ERROR_MISSING, "`" + element.name + "` is missing" + row_text(first + i));
    }
    return std::nullopt;
  }

  // Where something stands: members first.
  void say(Work& work, std::size_t first, std::size_t rows) {
    work.said.assign(piece_rows, 0);
    if (const tally_column* column = work.column) {
      for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t row = first + i;
        work.said[i] = column->values != nullptr  ? column->values[row] != 0
                       : column->texts != nullptr ? column->texts[row] != nullptr
                                                  : column->set == nullptr || column->set[row] != 0;
      }
    }
    for (const std::uint32_t member : work.in_it) {
      if (works_[member].said.empty()) continue;
      for (std::size_t i = 0; i < rows; ++i) work.said[i] |= works_[member].said[i];
    }
  }

  // Codes: objects first.
  std::optional<Failure> make(Work& work, std::size_t first, std::size_t rows) {
    const ElementDescriptor& element = policy_.elements[work.element];
    work.codes.assign(piece_rows, 0);
    const std::uint8_t* const around = work.above == no_index ? nullptr : works_[work.above].said.data();
    const std::uint8_t by_default = element.default_value ? code_of(element, version_.defaults()[work.element]) : std::uint8_t{0};
    for (std::size_t i = 0; i < rows; ++i) {
      if (around != nullptr && around[i] == 0) continue;
      if (work.said[i] == 0) {
        if (!element.default_value && !element.optional) return at(element, TALLY_ERROR_MISSING, "`" + element.name + "` is missing" + row_text(first + i));
        work.codes[i] = by_default;
        continue;
      }
      if (!element.is_leaf()) {
        work.codes[i] = 1;
        continue;
      }
      if (auto failure = code(work, element, first + i, work.codes[i])) return failure;
    }
    return std::nullopt;
  }

  std::optional<Failure> code(const Work& work, const ElementDescriptor& element, std::size_t row, std::uint8_t& out) {
    if (element.kind == Kind::number) {
      const std::uint64_t number = work.column->numbers[row];
      if (number < element.low || number > element.high) {
        return at(element, TALLY_ERROR_VALUE, std::to_string(number) + " is outside " + std::to_string(element.low) + ".." + std::to_string(element.high) + row_text(row));
      }
      out = code_of(element, Fact{number});
      return std::nullopt;
    }
    if (element.kind == Kind::text) {
      const std::string_view text(work.column->texts[row]);
      if (!is_utf8(text)) return at(element, TALLY_ERROR_VALUE, "the text for `" + element.name + "` is not UTF-8" + row_text(row));
      text_ = std::string(text);
      out = code_of(element, text_);
      return std::nullopt;
    }
    const std::uint8_t value = work.column->values[row];
    if (value >= work.meaning->codes.size() || work.meaning->codes[value] == no_code) return no_value(element, value, row);
    out = static_cast<std::uint8_t>(work.meaning->codes[value]);
    return std::nullopt;
  }

  const PolicyVersion& version_;
  const PolicyDescriptor& policy_;
  std::vector<Work> works_;  // by element
  std::vector<bool> possible_, asked_;
  std::vector<ElementIndex> active_;  // that something is to be done for, parents first
  std::vector<std::uint8_t> zeros_;
  std::vector<const std::uint8_t*> pointers_;  // by offset
  Fact text_;
};

}  // namespace

std::optional<Failure> decide_batch(const PolicyVersion& version, const tally_column* columns, std::size_t column_count,
                                    const tally_answer_column* answers, std::size_t answer_count, std::size_t rows) {
  const PolicyDescriptor& policy = version.policy();
  Batch batch(version);
  if (auto failure = batch.prepare(columns, column_count)) return failure;
  for (std::size_t i = 0; i < answer_count; ++i) {
    const std::uint32_t index = version.decision(answers[i].decision);
    if (index == no_index) return Failure(TALLY_ERROR_ARGUMENT, "no decision has the handle " + std::to_string(answers[i].decision));
    const MemberMeaning* scalar = version.scalar_of(index);
    if (answers[i].values != nullptr && (scalar == nullptr || scalar->values.empty())) {
      return Failure(TALLY_ERROR_TYPE, "`" + policy.decisions[index].name + "` is neither an enum nor a flag: it has no column of values");
    }
    if (version.code().batches[index] == nullptr) {
      return Failure(TALLY_ERROR_POLICY, "the policy was built without functions over columns");
    }
  }
  std::vector<std::uint16_t> unwanted_rules, unwanted_values;
  for (std::size_t first = 0; first < rows; first += piece_rows) {
    const std::size_t count = std::min(piece_rows, rows - first);
    if (auto failure = batch.piece(first, count)) return failure;
    for (std::size_t i = 0; i < answer_count; ++i) {
      const std::uint32_t index = version.decision(answers[i].decision);
      std::uint16_t* rules = answers[i].rules == nullptr ? nullptr : answers[i].rules + first;
      std::uint16_t* values = answers[i].values == nullptr ? nullptr : answers[i].values + first;
      if (rules == nullptr) {
        unwanted_rules.resize(piece_rows);
        rules = unwanted_rules.data();
      }
      if (values == nullptr) {
        unwanted_values.resize(piece_rows);
        values = unwanted_values.data();
      }
      version.code().batches[index](batch.pointers(), rules, values, count);
      const MemberMeaning* scalar = version.scalar_of(index);
      if (answers[i].values != nullptr && !scalar->same) {
        for (std::size_t row = 0; row < count; ++row) values[row] = static_cast<std::uint16_t>(scalar->values[values[row]]);
      }
    }
  }
  return std::nullopt;
}

}  // namespace tally
