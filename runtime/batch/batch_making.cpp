// Works piece by piece: first it finds the rows in which each element is set, members before the
// objects around them; then it makes codes, objects first.
#include "runtime/batch/batch_making.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include "runtime/support/utf8.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;

constexpr std::size_t unpacked_rows = 2048;

}  // namespace

BatchMaking::BatchMaking(const PolicyVersion& version, std::size_t rows, const std::vector<Given>& columns)
    : version_(version), rows_(rows) {
  const std::vector<ElementDescriptor>& elements = version.policy().elements;
  std::vector<Given> all = columns;
  std::vector<bool> known(elements.size(), false);
  for (const Given& given : columns) known[given.element] = true;
  const auto add = [&](ElementIndex e) {
    if (!known[e]) all.push_back({e, nullptr});
    known[e] = true;
  };
  for (const RelationDescriptor& relation : version.policy().relations) {
    add(relation.left);
    add(relation.right);
  }
  // An element that may be set makes the objects around it present, and with them the members
  // that are never unset.
  for (std::size_t i = 0; i < all.size(); ++i) {
    const ElementIndex e = all[i].element;
    if (elements[e].parent && version.matters(*elements[e].parent)) add(*elements[e].parent);
    if (elements[e].is_leaf()) continue;
    for (const ElementIndex member : version.binder().completion().members(e)) add(member);
  }
  std::sort(all.begin(), all.end(), [](const Given& a, const Given& b) { return a.element < b.element; });
  works_.resize(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) works_[i].element = all[i].element;
  for (std::uint32_t i = 0; i < works_.size(); ++i) {
    Work& work = works_[i];
    work.column = all[i].column;
    work.described = &elements[work.element];
    work.direct = work.column != nullptr && version.quick_columns()[work.column->input].direct;
    if (work.described->default_value) work.by_default = code_of(*work.described, version.defaults()[work.element]);
    if (work.described->offset && !work.direct) work.codes = room_for(rows, work.described->wide);
    work.is_set.resize(std::min(rows, unpacked_rows));
    if (!work.described->parent || !version.matters(*work.described->parent)) continue;
    work.above = index_of(*work.described->parent);
    works_[work.above].members.push_back(i);
  }
  scratch_.resize(std::min(rows, unpacked_rows));
  for (const RelationDescriptor& relation : version.policy().relations) {
    related_.push_back({index_of(relation.left), index_of(relation.right), relation.offset, room_for(rows, false)});
    for (const std::uint32_t side : {related_.back().left, related_.back().right}) {
      if (works_[side].described->kind != Kind::number) continue;
      works_[side].numbers.resize(scratch_.size());
      works_[side].has_number.resize(scratch_.size());
    }
  }
}

std::uint32_t BatchMaking::index_of(ElementIndex element) const {
  const auto at = std::lower_bound(works_.begin(), works_.end(), element,
                                   [](const Work& work, ElementIndex e) { return work.element < e; });
  return at == works_.end() || at->element != element ? no_index : static_cast<std::uint32_t>(at - works_.begin());
}

Result<Done, Failure> BatchMaking::make() {
  for (std::size_t first = 0; first < rows_; first += unpacked_rows) {
    const std::size_t rows = std::min(unpacked_rows, rows_ - first);
    for (std::size_t i = works_.size(); i-- > 0;) find_set_rows(works_[i], first, rows);
    for (Work& work : works_) {
      if (work.direct) continue;
      TALLY_RETURN_IF_ERROR(work.described->wide ? make<std::uint16_t>(work, first, rows)
                                                 : make<std::uint8_t>(work, first, rows));
    }
    for (Work& work : works_) {
      if (!work.numbers.empty()) find_numbers(work, first, rows);
    }
    for (Related& related : related_) relate(related, first, rows);
  }
  return {};
}

bool BatchMaking::has_default(const Work& work, std::size_t row) const {
  return work.described->default_value && (work.above == no_index || works_[work.above].is_set[row] != 0);
}
// The numbers of a leaf that relations compare, with the default where a row gives none.
void BatchMaking::find_numbers(Work& work, std::size_t first, std::size_t rows) const {
  const std::uint8_t* const is_set = work.is_set.data();
  std::uint64_t* const numbers = work.numbers.data();
  std::uint8_t* const has_number = work.has_number.data();
  const auto* const otherwise =
      work.described->default_value ? std::get_if<std::uint64_t>(&version_.defaults()[work.element]) : nullptr;
  std::copy_n(is_set, rows, has_number);
  if (work.column != nullptr && work.column->numbers != nullptr) {
    std::copy_n(work.column->numbers + first, rows, numbers);
  } else {
    std::fill_n(numbers, rows, 0);
  }
  if (otherwise == nullptr) return;
  for (std::size_t row = 0; row < rows; ++row) numbers[row] = is_set[row] != 0 ? numbers[row] : *otherwise;
  const std::uint8_t* const around = work.above == no_index ? nullptr : works_[work.above].is_set.data();
  for (std::size_t row = 0; row < rows; ++row) has_number[row] |= around == nullptr || around[row] != 0 ? 1 : 0;
}

std::optional<std::string_view> BatchMaking::text_of(const Work& work, std::size_t first, std::size_t row) const {
  if (work.is_set[row] != 0) return work.column->texts[first + row];
  if (!has_default(work, row)) return std::nullopt;
  return std::get<std::string>(version_.defaults()[work.element]);
}

void BatchMaking::relate(Related& related, std::size_t first, std::size_t rows) const {
  const Work &left = works_[related.left], &right = works_[related.right];
  std::uint8_t* const codes = related.codes.get() + first;
  if (left.described->kind == Kind::text) {
    for (std::size_t row = 0; row < rows; ++row)
      codes[row] = code_of_texts(text_of(left, first, row), text_of(right, first, row));
    return;
  }
  // As `code_of_numbers`, without branches.
  const std::uint64_t *const a = left.numbers.data(), *const b = right.numbers.data();
  const std::uint8_t *const has_a = left.has_number.data(), *const has_b = right.has_number.data();
  for (std::size_t row = 0; row < rows; ++row) {
    const auto order = static_cast<std::uint8_t>(2 - (a[row] < b[row] ? 1 : 0) + (a[row] > b[row] ? 1 : 0));
    codes[row] = (has_a[row] & has_b[row]) != 0 ? order : std::uint8_t{0};
  }
}

void BatchMaking::find_set_rows(Work& work, std::size_t first, std::size_t rows) {
  std::uint8_t* const is_set = work.is_set.data();
  const tally_column* const column = work.column;
  if (column == nullptr) {
    std::memset(is_set, 0, rows);
  } else if (column->values != nullptr) {
    for (std::size_t i = 0; i < rows; ++i) is_set[i] = column->values[first + i] != 0;
  } else if (column->texts != nullptr) {
    for (std::size_t i = 0; i < rows; ++i) is_set[i] = column->texts[first + i] != nullptr;
  } else if (column->set != nullptr) {
    for (std::size_t i = 0; i < rows; ++i) is_set[i] = column->set[first + i] != 0;
  } else {
    std::memset(is_set, 1, rows);
  }
  for (const std::uint32_t member : work.members) {
    const std::uint8_t* const in_it = works_[member].is_set.data();
    for (std::size_t i = 0; i < rows; ++i) is_set[i] |= in_it[i];
  }
}

template <class Code>
Result<Done, Failure> BatchMaking::make(Work& work, std::size_t first, std::size_t rows) {
  const ElementDescriptor& element = *work.described;
  std::uint8_t* const is_set = work.is_set.data();
  const std::uint8_t* const around = work.above == no_index ? nullptr : works_[work.above].is_set.data();
  if (!element.default_value && !element.optional) {
    const auto missing = [&](std::size_t i) { return is_set[i] == 0 && (around == nullptr || around[i] != 0); };
    for (std::size_t i = 0; i < rows; ++i) {
      if (missing(i)) return missing_in(element, first + i);
    }
  }
  Code* const codes = reinterpret_cast<Code*>(work.codes ? work.codes.get() + sizeof(Code) * first : scratch_.data());
  if (!element.is_leaf()) {
    if (element.default_value) {  // a set
      for (std::size_t i = 0; i < rows; ++i) is_set[i] |= around == nullptr || around[i] != 0 ? 1 : 0;
    }
    std::copy_n(is_set, rows, codes);
    return {};
  }
  if (work.column == nullptr) {
    std::fill_n(codes, rows, Code{0});
  } else {
    TALLY_RETURN_IF_ERROR(read(work, first, rows, codes));
  }
  if (element.default_value) {
    for (std::size_t i = 0; i < rows; ++i) {
      const auto otherwise = static_cast<Code>(around == nullptr || around[i] != 0 ? work.by_default : 0);
      codes[i] = is_set[i] != 0 ? codes[i] : otherwise;
    }
  }
  return {};
}

// The codes of a column; 0 in a row that is unset.
template <class Code>
Result<Done, Failure> BatchMaking::read(const Work& work, std::size_t first, std::size_t rows, Code* codes) const {
  switch (work.described->kind) {
    case Kind::number: return read_numbers(work, first, rows, codes);
    case Kind::text: return read_texts(work, first, rows, codes);
    case Kind::enumeration:
    case Kind::flag:
    case Kind::record:
    case Kind::map:
    case Kind::set:
      // A code of a value has one byte.
      if constexpr (sizeof(Code) == 1) return read_values(work, first, rows, codes);
  }
  return {};
}

Result<Done, Failure> BatchMaking::read_values(const Work& work, std::size_t first, std::size_t rows,
                                               std::uint8_t* codes) const {
  const std::vector<std::uint16_t>& known = version_.input(work.column->input)->codes;
  std::array<std::uint16_t, 256> table;
  table.fill(no_code);
  std::copy_n(known.begin(), std::min(known.size(), table.size()), table.begin());
  const std::uint8_t* const values = work.column->values + first;
  std::uint16_t worst = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    worst |= table[values[i]];  // codes are bytes, `no_code` is none
    codes[i] = static_cast<std::uint8_t>(table[values[i]]);
  }
  if (worst <= 0xff) return {};
  const auto wrong = std::find_if(values, values + rows, [&](std::uint8_t value) { return table[value] == no_code; });
  return no_such_value(*work.described, *wrong, first + static_cast<std::size_t>(wrong - values));
}

template <class Code>
Result<Done, Failure> BatchMaking::read_numbers(const Work& work, std::size_t first, std::size_t rows,
                                                Code* codes) const {
  const ElementDescriptor& element = *work.described;
  const std::uint64_t* const numbers = work.column->numbers + first;
  for (std::size_t i = 0; i < rows; ++i) {
    if (work.is_set[i] == 0) {
      codes[i] = 0;
      continue;
    }
    if (numbers[i] < element.low || numbers[i] > element.high)
      return number_outside(element, numbers[i], in_row(first + i));
    codes[i] = static_cast<Code>(code_of_number(element, numbers[i]));
  }
  return {};
}

template <class Code>
Result<Done, Failure> BatchMaking::read_texts(const Work& work, std::size_t first, std::size_t rows,
                                              Code* codes) const {
  const ElementDescriptor& element = *work.described;
  for (std::size_t i = 0; i < rows; ++i) {
    codes[i] = 0;
    if (work.is_set[i] == 0) continue;
    const std::string_view text(work.column->texts[first + i]);
    if (!is_utf8(text)) return text_not_utf8(element, in_row(first + i));
    codes[i] = static_cast<Code>(code_of_text(element, text));
  }
  return {};
}

}  // namespace tally
