// Columns of codes that are made: numbers, texts, values that are numbered
// otherwise, and what depends on what else stands in a row: presences, defaults,
// things that are required in an object that is there.
//
// In: the columns that do not stand alone (policy_version.h). Out: a column of codes
// for each element that has one and is no caller's column. Always: every row is
// checked; what is asked of objects is asked of those that matter only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/batch/batch_columns.h"

namespace tally {

class BatchMaking {
 public:
  struct Given {
    ElementIndex element;
    const tally_column* column;
  };
  // `columns`: those that do not stand alone, each element once.
  BatchMaking(const PolicyVersion& version, std::size_t rows, const std::vector<Given>& columns);

  bool makes(ElementIndex element) const { return index_of(element) != no_index; }
  std::optional<Failure> make();

  // What was made, by offset.
  template <class Put>
  void hand_over(Put put) {
    for (Work& work : works_) {
      if (work.codes) put(*work.described->offset, std::move(work.codes));
    }
  }

 private:
  struct Work {
    ElementIndex element = 0;
    const ElementDescriptor* described = nullptr;
    const tally_column* column = nullptr;  // null: made from what is in it, or by default
    std::uint32_t above = no_index;        // the work of the object around, where that matters
    std::vector<std::uint32_t> members;    // the works of what is in it
    bool direct = false;                   // the column's own bytes are the codes
    std::uint8_t by_default = 0;
    MadeCodes codes;                 // of all rows
    std::vector<std::uint8_t> said;  // of a piece: 1 where something stands there
  };
  std::uint32_t index_of(ElementIndex element) const;
  void say(Work& work, std::size_t first, std::size_t rows);
  std::optional<Failure> make(Work& work, std::size_t first, std::size_t rows);
  std::optional<Failure> read(const Work& work, std::size_t first, std::size_t rows, std::uint8_t* codes) const;
  std::optional<Failure> read_values(const Work& work, std::size_t first, std::size_t rows, std::uint8_t* codes) const;
  std::optional<Failure> read_numbers(const Work& work, std::size_t first, std::size_t rows, std::uint8_t* codes) const;
  std::optional<Failure> read_texts(const Work& work, std::size_t first, std::size_t rows, std::uint8_t* codes) const;

  const PolicyVersion& version_;
  std::size_t rows_;
  std::vector<Work> works_;            // by element, parents first
  std::vector<std::uint8_t> scratch_;  // codes of a piece that nobody asks for
};

}  // namespace tally
