// From slots to lines: where each line ends, and in which column each token stands.
//
// The tokens are laid out from left to right, once. At a place the line ends if the text up to the next
// place does not fit: see slots.h. When a block opens (rules, the fields of a record, a table), the widths
// of all of its items are known, so the columns of its parts are set then.
//
// In:     the slots of a file
// Out:    its lines
// Always: whether a line ends somewhere depends on widths, on comments, and on line breaks of the writer
//         that stay. So laying out the result gives the result again. Private to grammar/format/.
#pragma once

#include <cstdint>
#include <vector>

#include "grammar/format/lines.h"
#include "grammar/format/slots.h"

namespace tally::format {

class Layout {
 public:
  explicit Layout(Slots slots) : s_(std::move(slots)), count_(static_cast<std::uint32_t>(s_.slots.size())) {}

  std::vector<Line> lines() &&;

 private:
  // --- the text, from left to right (layout.cpp) ---
  void put(std::uint32_t token);
  void put_remarks(const Slot& slot, std::uint32_t column, bool may_be_blank);
  void begin_line(std::uint32_t column, bool after_blank, std::uint32_t block);
  std::uint32_t block_of(std::size_t depth) const;
  bool ends_line(std::uint32_t token) const;
  bool overflows(std::uint32_t token) const;
  std::uint32_t column_of_line(const Slot& slot) const;
  std::uint32_t gap_to(const Slot& slot) const;
  void leave_groups(std::uint32_t token);
  void enter_groups(std::uint32_t token);

  // --- groups, when they open (blocks.cpp) ---
  void open(Group& group);
  void open_rule(Group& group);
  void open_list(Group& group);
  void fill_anew(const Group& group);
  void open_enumeration(Group& group);
  void open_block(Group& group);
  void open_rules(const Group& group, std::uint32_t inner);
  void open_fields(const Group& group, std::uint32_t inner);
  void open_members(const Group& group, std::uint32_t inner);
  void open_table(const Group& group, std::uint32_t inner);
  void open_example(const Group& group, std::uint32_t inner);
  void open_proof(const Group& group);
  void begin_items(const Group& group, std::uint32_t inner, std::uint32_t base);

  // --- declarations side by side (heads.cpp) ---
  void align_heads();
  void align_run(std::size_t begin, std::size_t end);
  bool goes_on(const Head& before, const Head& head) const;
  bool is_on_one_line(const Head& head) const;

  // Whether the tokens from `begin` to before `end` stand on one line, if they begin at `column`.
  bool stays_flat(std::uint32_t begin, std::uint32_t end, std::uint32_t column) const;
  // A token stands in a column, if it is not beyond it.
  void align(std::uint32_t token, std::uint32_t column) { s_.slots[token].aligned = static_cast<std::int32_t>(column); }
  void end_line(std::uint32_t token, std::uint32_t column, Break when) {
    s_.slots[token].ends_line = when;
    s_.slots[token].column = static_cast<std::int32_t>(column);
  }

  Slots s_;
  std::uint32_t count_;
  std::vector<Line> lines_;
  std::uint32_t column_ = 0;      // behind the text of the last line
  std::uint32_t line_begin_ = 0;  // where the last line begins
  std::vector<std::uint32_t> open_;
  std::uint32_t next_group_ = 0;
};

}  // namespace tally::format
