// Tokens and comments to slots, and what follows from all places together. See slots.h; where a line may
// end is in places.cpp.
#include "grammar/format/slots.h"

#include <algorithm>
#include <numeric>

#include "grammar/tree/source_format.h"

namespace tally::format {

using syntax::Kind;
using syntax::Token;
using syntax::Word;

namespace {

std::uint32_t line_breaks(std::string_view text) {
  return static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
}

std::string_view without_blanks_behind(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

// Whether a bracket at `at` touches what stands before it and belongs to it: `f(`, `T[`, `a.on[`.
bool is_suffix(const syntax::TokenReader& tokens, std::uint32_t at) {
  if (at == 0 || tokens[at].spaced) return false;
  const Token& before = tokens[at - 1];
  if (before.kind == Kind::word) {
    const bool is_field = at >= 2 && tokens[at - 2].kind == Kind::dot;
    return before.word == Word::none || is_field || tokens[at].kind == Kind::left_bracket;
  }
  return syntax::closes(before.kind) || before.kind == Kind::question || before.kind == Kind::range ||
         before.kind == Kind::text;
}

}  // namespace

SlotMaker::SlotMaker(const syntax::TokenReader& tokens, std::string_view text) : tokens_(tokens) {
  out_.slots.resize(tokens.size());
  for (std::uint32_t i = 0; i < tokens.size(); ++i) {
    Slot& slot = out_.slots[i];
    slot.text = tokens.text(i);
    slot.width = static_cast<std::uint32_t>(width(slot.text));
  }
  read_remarks(text);
  set_gaps();
  add_lists();
}

void SlotMaker::read_remarks(std::string_view text) {
  const auto& comments = tokens_.comments();
  std::size_t next = 0;
  std::uint32_t end = 0;  // of what stands before
  for (std::uint32_t i = 0; i < tokens_.size(); ++i) {
    Slot& slot = out_.slots[i];
    const Token& token = tokens_[i];
    slot.first_remark = static_cast<std::uint32_t>(out_.remarks.size());
    for (; next < comments.size() && comments[next].begin < token.begin; ++next) {
      const auto& comment = comments[next];
      const bool first = i == 0 && out_.remarks.empty();
      const std::uint32_t lines = line_breaks(text.substr(end, comment.begin - end));
      out_.remarks.push_back({without_blanks_behind(text.substr(comment.begin, comment.end - comment.begin)),
                              first ? std::max(lines, 1U) : lines});
      end = comment.end;
    }
    slot.last_remark = static_cast<std::uint32_t>(out_.remarks.size());
    slot.lines_before = line_breaks(text.substr(end, token.begin - end));
    slot.written = token.line_start;
    end = token.end;
  }
}

void SlotMaker::set_gaps() {
  for (std::uint32_t i = 1; i < tokens_.size(); ++i) {
    const Kind before = tokens_[i - 1].kind, kind = tokens_[i].kind;
    const bool closes_here = kind == Kind::comma || kind == Kind::right_paren || kind == Kind::right_bracket ||
                             kind == Kind::question || kind == Kind::colon;
    const bool after_open = before == Kind::left_paren || before == Kind::left_bracket;
    const bool dotted = kind == Kind::dot || before == Kind::dot;
    const bool suffix = (kind == Kind::left_paren || kind == Kind::left_bracket) && is_suffix(tokens_, i);
    const bool empty = before == Kind::left_brace && kind == Kind::right_brace;
    Slot& slot = out_.slots[i];
    slot.gap = closes_here || after_open || dotted || suffix || empty ? 0 : 1;
  }
}

// Lists: parentheses and square brackets with commas in them.
void SlotMaker::add_lists() {
  struct Open {
    std::uint32_t token;
    std::vector<std::uint32_t> commas;
  };
  std::vector<Open> open;
  for (std::uint32_t i = 0; i < tokens_.size(); ++i) {
    const Kind kind = tokens_[i].kind;
    if (syntax::opens(kind)) {
      open.push_back({i, {}});
    } else if (kind == Kind::comma && !open.empty()) {
      open.back().commas.push_back(i);
    } else if (syntax::closes(kind) && !open.empty()) {
      const Open list = std::move(open.back());
      open.pop_back();
      if (kind == Kind::right_brace || list.commas.empty()) continue;
      const std::uint32_t group = add_group(Form::list, list.token, i + 1);
      place(list.token + 1, group, Break::written);
      out_.groups[group].items.clear();
      for (const std::uint32_t comma : list.commas) {
        if (comma + 1 != i) {
          place(comma + 1, group, Break::soft);
        } else if (list.commas.size() > 1) {
          drop_comma(comma);
        }
      }
    }
  }
}

std::uint32_t SlotMaker::add_group(Form form, std::uint32_t begin, std::uint32_t end) {
  Group group;
  group.form = form;
  group.begin = begin;
  group.end = end;
  out_.groups.push_back(std::move(group));
  return static_cast<std::uint32_t>(out_.groups.size() - 1);
}

void SlotMaker::place(std::uint32_t token, std::uint32_t group, Break ends_line) {
  out_.slots[token].group = group;
  out_.slots[token].ends_line = ends_line;
  if (is_filled(out_.groups[group].form)) out_.groups[group].items.push_back({token, no_index, no_index, token});
}

// A comment before a comma keeps it, so that the comment stays where it is.
void SlotMaker::drop_comma(std::uint32_t token) {
  Slot& slot = out_.slots[token];
  if (slot.has_remarks()) return;
  slot.dropped = true;
  slot.text = {};
  slot.width = slot.gap = 0;
}

// --- what follows from all places ------------------------------------------------------

Slots SlotMaker::finish() && {
  for (Slot& slot : out_.slots) slot.flat_gap = slot.gap;
  sort_groups();
  find_hard_breaks();
  sum_up();
  return std::move(out_);
}

// Outer groups first. Of two with the same tokens, the one that was made later is outside.
void SlotMaker::sort_groups() {
  std::vector<std::uint32_t> order(out_.groups.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const Group& x = out_.groups[a];
    const Group& y = out_.groups[b];
    if (x.begin != y.begin) return x.begin < y.begin;
    if (x.end != y.end) return x.end > y.end;
    return a > b;
  });
  std::vector<std::uint32_t> position(order.size());
  std::vector<Group> sorted;
  sorted.reserve(order.size());
  for (const std::uint32_t old : order) {
    position[old] = static_cast<std::uint32_t>(sorted.size());
    sorted.push_back(std::move(out_.groups[old]));
  }
  out_.groups = std::move(sorted);
  std::vector<std::uint32_t> around;
  for (Group& group : out_.groups) {
    while (!around.empty() && out_.groups[around.back()].end <= group.begin) around.pop_back();
    group.level = static_cast<std::uint32_t>(around.size()) + 1;
    group.rigid = out_.slots[group.begin].rigid;
    around.push_back(static_cast<std::uint32_t>(&group - out_.groups.data()));
  }
  for (Slot& slot : out_.slots) {
    if (!slot.is_place()) continue;
    slot.group = position[slot.group];
    slot.level = out_.groups[slot.group].level;
  }
}

// A line ends where the writer ended it at a place, and at comments. If one ends within a block, each of its
// items has a line.
void SlotMaker::find_hard_breaks() {
  auto& slots = out_.slots;
  std::vector<std::uint32_t> written(slots.size() + 1, 0);
  for (std::uint32_t i = 0; i < slots.size(); ++i) {
    Slot& slot = slots[i];
    const bool by_writer =
        slot.is_place() && slot.written && slot.ends_line != Break::never && slot.ends_line != Break::filled;
    slot.hard = i == 0 || slot.has_remarks() || by_writer || slot.ends_line == Break::always;
    written[i + 1] = written[i] + (slot.hard ? 1 : 0);
  }
  for (const Group& group : out_.groups) {
    if (group.rigid) continue;
    const bool opens = slots[group.begin + 1].hard && (group.form == Form::record || group.form == Form::list);
    const bool block = group.form == Form::rules || group.form == Form::record_type || group.form == Form::record;
    if (!opens && (!block || written[group.end] == written[group.begin + 1])) continue;
    // The first member of a record may stand behind its bracket, and the last one before the bracket that closes it.
    const bool behind_bracket = group.form == Form::record && !opens;
    if (block) {
      for (std::size_t i = behind_bracket ? 1 : 0; i < group.items.size(); ++i) slots[group.items[i].begin].hard = true;
    }
    if (!behind_bracket) slots[group.end - 1].hard = true;
  }
}

void SlotMaker::sum_up() {
  const auto& slots = out_.slots;
  const auto count = static_cast<std::uint32_t>(slots.size());
  out_.widths.assign(count + 1, 0);
  out_.hards.assign(count + 1, 0);
  for (std::uint32_t i = 0; i < count; ++i) {
    out_.widths[i + 1] = out_.widths[i] + slots[i].flat_gap + slots[i].width;
    out_.hards[i + 1] = out_.hards[i] + (slots[i].hard ? 1 : 0);
  }
  out_.next_place.assign(count + 1, count);
  out_.next_outer.assign(count + 1, count);
  out_.next_hard.assign(count + 1, count);
  std::vector<std::uint32_t> around;  // places behind, each less deep than the one before
  for (std::uint32_t i = count; i-- > 0;) {
    const Slot& slot = slots[i];
    const bool may_end = slot.is_place() && (slot.ends_line != Break::written || slot.written);
    const bool ends = may_end || slot.ends_line == Break::always || i + 1 == count;
    out_.next_place[i] = ends ? i : out_.next_place[i + 1];
    out_.next_hard[i] = slot.hard ? i : out_.next_hard[i + 1];
    if (!ends) continue;
    while (!around.empty() && slots[around.back()].level > slot.level) around.pop_back();
    out_.next_outer[i] = around.empty() ? count - 1 : around.back();
    around.push_back(i);
  }
}

}  // namespace tally::format
