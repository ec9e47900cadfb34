// The text from left to right. See layout.h.
#include "grammar/format/layout.h"

#include <algorithm>
#include <utility>

#include "grammar/tree/source_format.h"

namespace tally::format {

std::vector<Line> Layout::lines() && {
  align_heads();
  for (std::uint32_t token = 0; token < count_; ++token) put(token);
  return std::move(lines_);
}

// The block of a line that begins in the outermost `depth` of the open groups.
std::uint32_t Layout::block_of(std::size_t depth) const {
  return depth == 0 ? no_index : s_.groups[open_[depth - 1]].block;
}

void Layout::begin_line(std::uint32_t column, bool after_blank, std::uint32_t block) {
  Line line;
  line.text.assign(column, ' ');
  line.after_blank = after_blank;
  line.block = block;
  lines_.push_back(std::move(line));
  column_ = line_begin_ = column;
}

// Comments before a token whose line begins at `column`.
void Layout::put_remarks(const Slot& slot, std::uint32_t column, bool may_be_blank) {
  for (std::uint32_t i = slot.first_remark; i < slot.last_remark; ++i) {
    const Remark& remark = s_.remarks[i];
    if (remark.lines_before == 0 && i == slot.first_remark && !lines_.empty() && lines_.back().remark.empty() &&
        !lines_.back().is_remark) {
      lines_.back().remark = remark.text;
      lines_.back().width = column_;
      continue;
    }
    begin_line(column, remark.lines_before > 1 && (may_be_blank || i != slot.first_remark), block_of(open_.size()));
    lines_.back().text += remark.text;
    lines_.back().is_remark = true;
  }
}

std::uint32_t Layout::column_of_line(const Slot& slot) const {
  if (slot.column >= 0) return static_cast<std::uint32_t>(slot.column);
  if (slot.aligned >= 0) return static_cast<std::uint32_t>(slot.aligned);
  if (slot.is_place()) return s_.groups[slot.group].column;
  return open_.empty() ? 0 : s_.groups[open_.back()].column;
}

std::uint32_t Layout::gap_to(const Slot& slot) const {
  const auto aligned = static_cast<std::uint32_t>(std::max(slot.aligned, 0));
  return std::max(slot.gap, aligned - std::min(aligned, column_));
}

bool Layout::overflows(std::uint32_t token) const {
  const Slot& slot = s_.slots[token];
  const std::uint32_t begin = column_ + gap_to(slot);
  const std::uint32_t end = std::min(s_.next_outer[token], s_.next_hard[token + 1]);
  return begin + s_.flat(token, end) > margin && column_of_line(slot) < begin;
}

bool Layout::ends_line(std::uint32_t token) const {
  const Slot& slot = s_.slots[token];
  if (slot.has_remarks() || token == 0) return true;
  switch (slot.ends_line) {
    case Break::never: return false;
    case Break::written: return slot.written;
    case Break::soft: return slot.written || overflows(token);
    case Break::filled: return overflows(token);
    case Break::always: return true;
  }
  return false;
}

void Layout::leave_groups(std::uint32_t token) {
  while (!open_.empty() && s_.groups[open_.back()].end <= token) open_.pop_back();
}

void Layout::enter_groups(std::uint32_t token) {
  while (next_group_ < s_.groups.size() && s_.groups[next_group_].begin == token) {
    Group& group = s_.groups[next_group_];
    group.block = block_of(open_.size());
    open_.push_back(next_group_++);
    open(group);
    // The first value of an enumeration may have a line of its own.
    if (group.form == Form::enumeration && column_ == line_begin_) lines_.back().block = group.block;
  }
}

void Layout::put(std::uint32_t token) {
  Slot& slot = s_.slots[token];
  if (slot.dropped) return;
  leave_groups(token);
  const bool after_dropped = token > 0 && s_.slots[token - 1].dropped;
  const bool closes = !slot.text.empty() && (slot.text == "}" || slot.text == ")" || slot.text == "]");
  const std::string_view before = token == 0 ? std::string_view() : s_.slots[token - 1 - (after_dropped ? 1 : 0)].text;
  const bool opened = before == "{" || before == "(" || before == "[";
  const bool is_end = token + 1 == count_;
  if (is_end || ends_line(token)) {
    const std::uint32_t column = is_end ? 0 : column_of_line(slot);
    // A comment before a closing bracket stands where the items of the block do.
    const std::uint32_t inside = closes && slot.column >= 0 && !open_.empty() ? s_.groups[open_.back()].column : column;
    put_remarks(slot, inside, !opened && token != 0);
    if (is_end) return;
    const bool first_line = lines_.empty();
    const bool may_be_blank = slot.has_remarks() || (!opened && !first_line);
    // The bracket that closes a block stands where the block began.
    const bool ends_block = closes && slot.column >= 0 && !open_.empty();
    begin_line(column, slot.lines_before > 1 && may_be_blank && !closes, block_of(open_.size() - (ends_block ? 1 : 0)));
  } else {
    const std::uint32_t gap = gap_to(slot);
    lines_.back().text.append(gap, ' ');
    column_ += gap;
  }
  enter_groups(token);
  lines_.back().text += slot.text;
  column_ += slot.width;
  lines_.back().width = column_;
}

}  // namespace tally::format
