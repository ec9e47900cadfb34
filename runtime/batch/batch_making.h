// Makes columns of codes: for numbers and texts, for values whose handles are not their codes, and
// for what depends on the rest of the row (the presence of objects, defaults, what is required in
// an object that is present).
//
// In:     the columns that are not `alone` (policy_version.h).
// Out:    a column of codes for each element that has a code, unless the caller's column is used.
// Always: every row is checked. Only objects that something depends on are looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "runtime/batch/batch_columns.h"

namespace tally {

class BatchMaking {
 public:
  struct Given {
    ElementIndex element;
    const tally_column* column;
  };
  // `columns` are those that are not alone, at most one per element.
  BatchMaking(const PolicyVersion& version, std::size_t rows, const std::vector<Given>& columns);

  bool makes(ElementIndex element) const { return index_of(element) != no_index; }
  Result<Done, Failure> make();

  // Hands over the codes that were made, by offset.
  template <class Put>
  void hand_over(Put put) {
    for (Work& work : works_) {
      if (work.codes) put(*work.described->offset, work.described->wide, std::move(work.codes));
    }
    for (Related& related : related_) put(related.offset, false, std::move(related.codes));
  }

 private:
  struct Work {
    ElementIndex element = 0;
    const ElementDescriptor* described = nullptr;
    const tally_column* column = nullptr;  // null: an object, or an element with a default
    std::uint32_t above = no_index;        // the work of the object around it, if something depends on that
    std::vector<std::uint32_t> members;    // the works of its members
    bool direct = false;                   // the column's own bytes are the codes
    std::uint16_t by_default = 0;
    MadeCodes codes;                   // of all rows
    std::vector<std::uint8_t> is_set;  // of a piece: 1 in a row where the element is set
    // Of a number that relations compare, of a piece: what stands there, or its default, and whether anything does.
    std::vector<std::uint64_t> numbers;
    std::vector<std::uint8_t> has_number;
  };
  // A relation of two columns of numbers or texts, by their works.
  struct Related {
    std::uint32_t left = no_index, right = no_index;
    std::uint32_t offset = 0;
    MadeCodes codes;  // of all rows
  };
  void relate(Related& related, std::size_t first, std::size_t rows) const;
  void find_numbers(Work& work, std::size_t first, std::size_t rows) const;
  // What stands at a leaf in a row of the piece that begins at `first`.
  std::optional<std::string_view> text_of(const Work& work, std::size_t first, std::size_t row) const;
  // Whether a leaf that a row does not give has its default there.
  bool has_default(const Work& work, std::size_t row) const;
  std::uint32_t index_of(ElementIndex element) const;
  void find_set_rows(Work& work, std::size_t first, std::size_t rows);
  // `Code` is the type of the codes of a column: 8 or 16 bits.
  template <class Code>
  Result<Done, Failure> make(Work& work, std::size_t first, std::size_t rows);
  template <class Code>
  Result<Done, Failure> read(const Work& work, std::size_t first, std::size_t rows, Code* codes) const;
  Result<Done, Failure> read_values(const Work& work, std::size_t first, std::size_t rows, std::uint8_t* codes) const;
  template <class Code>
  Result<Done, Failure> read_numbers(const Work& work, std::size_t first, std::size_t rows, Code* codes) const;
  template <class Code>
  Result<Done, Failure> read_texts(const Work& work, std::size_t first, std::size_t rows, Code* codes) const;

  const PolicyVersion& version_;
  std::size_t rows_;
  std::vector<Work> works_;  // by element, parents first
  std::vector<Related> related_;
  std::vector<std::uint8_t> scratch_;  // codes of a piece that nothing reads
};

}  // namespace tally
