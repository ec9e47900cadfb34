// What is decided when a group opens: where its lines begin, and the columns of its parts. See layout.h.
#include <algorithm>

#include "grammar/format/layout.h"
#include "grammar/tree/source_format.h"

namespace tally::format {
namespace {

constexpr std::uint32_t step = 2;            // of indentation
constexpr std::uint32_t gap_of_columns = 2;  // between outcome, `when` and `because`

}  // namespace

bool Layout::stays_flat(std::uint32_t begin, std::uint32_t end, std::uint32_t column) const {
  return !s_.is_hard(begin, end) && column + s_.flat(begin, end) <= margin;
}

void Layout::open(Group& group) {
  group.column = column_;
  const auto number = static_cast<std::uint32_t>(&group - s_.groups.data());
  switch (group.form) {
    case Form::declaration: group.column = step; break;
    case Form::proof:
      group.column = step;
      open_proof(group);
      break;
    case Form::chain: fill_anew(group); break;
    case Form::field:
    case Form::comparison:
    case Form::quantifier: group.column = column_ + step; break;
    case Form::rule: open_rule(group); break;
    case Form::list: open_list(group); break;
    case Form::enumeration:
      group.block = number;
      open_enumeration(group);
      break;
    case Form::given:
      group.column = column_ + s_.slots[group.begin].width + gap_of_columns;
      fill_anew(group);
      break;
    case Form::ignored:
    case Form::binders:
      group.column = column_ + s_.slots[group.begin].width + 1;
      fill_anew(group);
      break;
    case Form::record_type:
    case Form::rules:
    case Form::record:
    case Form::table:
    case Form::example: open_block(group); break;
  }
}

// A condition that a comment parts from its `when` stands where it would stand behind it.
void Layout::open_rule(Group& group) {
  group.column = column_ + step;
  if (group.items.empty()) return;
  const Slot& when = s_.slots[group.items.front().begin];
  if (when.column >= 0) group.column = static_cast<std::uint32_t>(when.column) + when.width + 1;
}

// If what the writer put into one line does not fit there, the line breaks of the whole group are set anew. A
// part on several lines or a comment keeps them as they are.
void Layout::fill_anew(const Group& group) {
  if (group.rigid) return;
  bool written = false, overflows = false;
  std::uint32_t begin = group.begin, at = column_;
  for (std::size_t i = 0; i <= group.items.size(); ++i) {
    const bool last = i == group.items.size();
    const std::uint32_t end = last ? std::max(group.end, s_.next_place[group.end]) : group.items[i].begin;
    if (s_.is_hard(begin, std::min(end, group.end)) || (begin != group.begin && s_.slots[begin].has_remarks())) return;
    const std::uint32_t gap = begin == group.begin ? 0 : s_.slots[begin].gap;
    const std::uint32_t own = s_.flat(begin, end);
    if (begin != group.begin && s_.slots[begin].written) {
      written = true;
      at = group.column + own;
    } else {
      overflows = overflows || (begin != group.begin && at + gap + own > margin);
      at += gap + own;
    }
    begin = end;
  }
  if (!written || !overflows) return;
  for (const Item& item : group.items) s_.slots[item.begin].ends_line = Break::filled;
}

// Either the items begin behind the bracket, or they have lines of their own.
void Layout::open_list(Group& group) {
  group.column = column_ + 1;
  if (!group.rigid && !s_.slots[group.begin + 1].hard) fill_anew(group);
  if (group.rigid || !s_.slots[group.begin + 1].hard) return;
  group.block = static_cast<std::uint32_t>(&group - s_.groups.data());
  group.column = line_begin_ + step;
  s_.slots[group.begin + 1].ends_line = Break::always;
  end_line(group.end - 1, line_begin_, Break::always);
}

// The values are filled into lines. The bars at the beginning of lines hang, so that the values are in one
// column. If each value has its own line, so are their spellings.
void Layout::open_enumeration(Group& group) {
  group.column = column_ - std::min(column_, step);
  if (group.rigid) return;
  for (const Item& value : group.items) {
    // Behind a bar with a comment.
    if (value.begin != group.begin) s_.slots[value.begin].column = static_cast<std::int32_t>(column_);
  }
  for (const Item& value : group.items) {
    // A comment in a value, or behind a bar.
    const bool first = value.begin == group.begin;
    if (s_.is_hard(value.begin, value.end) || (!first && s_.slots[value.begin].has_remarks())) return;
  }
  bool remarks = false;
  for (const Item& value : group.items) {
    if (value.begin != group.begin) remarks = remarks || s_.slots[value.begin - 1].has_remarks();
  }
  // Returns whether a line ends that the writer did not end.
  const auto fill = [&](bool as_written) {
    bool overflows = false;
    std::uint32_t at = column_;
    for (const Item& value : group.items) {
      const std::uint32_t behind = &value == &group.items.back() ? s_.flat_behind(value.end) : 0;
      const std::uint32_t own = s_.flat(value.begin, value.end);
      if (value.begin != group.begin) {
        Slot& bar = s_.slots[value.begin - 1];
        const bool written = as_written && bar.hard;
        const bool ends = written || at + 3 + own + behind > margin;
        overflows = overflows || (ends && !written);
        bar.ends_line = ends ? Break::always : Break::never;
        at = ends ? column_ : at + 3;
      }
      at += own;
    }
    return overflows;
  };
  if (fill(true) && !remarks) fill(false);
  std::uint32_t names = 0;
  bool all = group.items.size() > 1;
  for (const Item& value : group.items) {
    if (value.begin != group.begin) all = all && s_.slots[value.begin - 1].ends_line == Break::always;
    if (value.begin + 1 < value.end) names = std::max(names, s_.slots[value.begin].width);
  }
  if (!all) return;
  const std::uint32_t column = column_ + names + 1;
  for (const Item& value : group.items) {
    const bool spelled = value.begin + 1 < value.end;
    if (spelled && column + s_.flat(value.begin + 1, value.end) > margin) return;
  }
  for (const Item& value : group.items) {
    if (value.begin + 1 < value.end && s_.slots[value.begin].width <= names) align(value.begin + 1, column);
  }
}

// A block on one line stays on it if it fits there.
void Layout::open_block(Group& group) {
  group.column = column_ + step;
  if (group.rigid || group.items.empty()) return;
  const bool hard = s_.is_hard(group.begin, group.end);
  const bool fits = column_ + s_.flat(group.begin, group.end) + s_.flat_behind(group.end) <= margin;
  if (group.form == Form::record && hard && !s_.slots[group.begin + 1].hard) {
    // It begins behind its bracket, as in `{ a: { b: {`. Each other member begins a line, whether the writer
    // ended one there or not: the formatted text does not show which, and has to be laid out as it is.
    for (std::size_t i = 1; i < group.items.size(); ++i) end_line(group.items[i].begin, group.column, Break::always);
    open_members(group, group.column);
    return;
  }
  if (!hard && fits) {
    for (const Item& item : group.items) {
      if (item.second != no_index) s_.slots[item.second].ends_line = Break::never;
      if (item.third != no_index) s_.slots[item.third].ends_line = Break::never;
    }
    return;
  }
  // The body of a declaration stands below its first word, however many lines its head has.
  const bool is_body = group.level == 2 && s_.groups[open_.front()].form == Form::declaration;
  const std::uint32_t base = is_body ? 0 : line_begin_, inner = base + step;
  group.column = inner;
  group.block = static_cast<std::uint32_t>(&group - s_.groups.data());
  begin_items(group, inner, base);
  switch (group.form) {
    case Form::rules: open_rules(group, inner); break;
    case Form::record_type: open_fields(group, inner); break;
    case Form::record: open_members(group, inner); break;
    case Form::table: open_table(group, inner); break;
    case Form::example: open_example(group, inner); break;
    default: break;
  }
}

void Layout::begin_items(const Group& group, std::uint32_t inner, std::uint32_t base) {
  for (const Item& item : group.items) end_line(item.begin, inner, Break::always);
  end_line(group.end - 1, base, Break::always);
}

// Outcomes, `when` and `because` in one column each.
void Layout::open_rules(const Group& group, std::uint32_t inner) {
  const auto is_narrow = [&](const Item& rule) {
    return stays_flat(rule.begin, rule.second, inner) && s_.flat(rule.begin, rule.second) <= aligned_outcome;
  };
  std::uint32_t widest = 0;
  for (const Item& rule : group.items) {
    if (is_narrow(rule)) widest = std::max(widest, s_.flat(rule.begin, rule.second));
  }
  const std::uint32_t column = inner + widest + gap_of_columns;
  std::uint32_t conditions = 0;  // where the reasons behind conditions begin
  for (const Item& rule : group.items) {
    s_.slots[rule.second].gap = gap_of_columns;
    if (!is_narrow(rule)) {
      end_line(rule.second, column, Break::soft);
      if (rule.third == no_index) continue;
      s_.slots[rule.third].gap = gap_of_columns;
      end_line(rule.third, column, Break::soft);
      continue;
    }
    end_line(rule.second, column, Break::never);
    align(rule.second, column);
    if (rule.third == no_index) continue;
    const std::uint32_t behind = column + s_.flat(rule.second, rule.third) + gap_of_columns;
    const bool beside = stays_flat(rule.second, rule.third, column) && !s_.slots[rule.third].hard &&
                        behind + s_.flat(rule.third, rule.end) <= margin;
    s_.slots[rule.third].gap = gap_of_columns;
    end_line(rule.third, column, beside ? Break::never : Break::always);
    if (beside) conditions = std::max(conditions, behind);
  }
  for (const Item& rule : group.items) {
    if (rule.third == no_index || s_.slots[rule.third].ends_line != Break::never) continue;
    if (conditions + s_.flat(rule.third, rule.end) <= margin) {
      align(rule.third, conditions);
    } else {
      s_.slots[rule.third].ends_line = Break::always;
    }
  }
}

// Names, types and places in one column each. A line ends a field, so a comma does not have to.
void Layout::open_fields(const Group& group, std::uint32_t inner) {
  std::uint32_t names = 0, types = 0;
  for (const Item& field : group.items) {
    if (s_.slots[field.begin].text != "...") names = std::max(names, s_.slots[field.begin].width);
  }
  const std::uint32_t column = inner + names + 3;
  const auto is_narrow = [&](const Item& field) {
    return field.second != no_index && stays_flat(field.begin + 2, field.second, column) &&
           !s_.is_hard(field.begin, field.begin + 3) && s_.flat(field.begin + 2, field.second) <= aligned_outcome;
  };
  for (const Item& field : group.items) {
    if (is_narrow(field)) types = std::max(types, s_.flat(field.begin + 2, field.second));
  }
  for (const Item& field : group.items) {
    const std::uint32_t comma = s_.slots[field.end - 1].text == "," ? field.end - 1 : field.end;
    if (s_.slots[comma].text == "," && !s_.slots[comma].has_remarks()) s_.slots[comma].dropped = true;
    if (s_.slots[field.begin].text == "...") continue;
    align(field.begin + 1, column - 2);
    if (field.second == no_index) continue;
    s_.slots[field.second].gap = gap_of_columns;
    const std::uint32_t place = column + types + gap_of_columns;
    if (is_narrow(field) && !s_.slots[field.second].hard && place + s_.flat(field.second, field.end) <= margin)
      align(field.second, place);
  }
}

// The values of adjacent members that have one line each stand in one column.
void Layout::open_members(const Group& group, std::uint32_t inner) {
  const auto& items = group.items;
  const auto on_line = [&](std::size_t i) { return stays_flat(items[i].begin, items[i].end, inner); };
  for (std::size_t begin = 0; begin < items.size();) {
    std::size_t end = begin;
    std::uint32_t names = 0;
    while (end < items.size() && on_line(end) && (end == begin || s_.slots[items[end].begin].lines_before < 2)) {
      names = std::max(names, s_.slots[items[end++].begin].width);
    }
    // Another member in the last line of the run takes it out.
    const std::uint32_t column = inner + names + 2;
    bool fit = end > begin + 1;
    for (std::size_t i = begin; i < end; ++i) {
      fit = fit && column + s_.flat(items[i].second, items[i].end) + s_.flat_behind(items[i].end) <= margin;
    }
    for (std::size_t i = begin; fit && i < end; ++i) align(items[i].second, column);
    begin = std::max(end, begin + 1);
  }
}

// Bars, and the reasons behind outcomes, in one column each.
void Layout::open_table(const Group& group, std::uint32_t inner) {
  std::vector<std::vector<std::uint32_t>> rows;  // the bars of each
  std::vector<std::uint32_t> widths;
  for (const Item& row : group.items) {
    auto& bars = rows.emplace_back();
    if (s_.slots[row.begin].text != "|") continue;
    std::size_t depth = 0;
    for (std::uint32_t i = row.begin; i < row.second; ++i) {
      const std::string_view text = s_.slots[i].text;
      if (text == "(" || text == "[" || text == "{") ++depth;
      if (text == ")" || text == "]" || text == "}") --depth;
      if (text == "|" && depth == 0) bars.push_back(i);
    }
    widths.resize(std::max(widths.size(), bars.size()));
    for (std::size_t i = 0; i + 1 < bars.size(); ++i) {
      if (!s_.is_hard(bars[i], bars[i + 1])) widths[i] = std::max(widths[i], s_.flat(bars[i] + 1, bars[i + 1]));
    }
  }
  std::uint32_t behind = inner;  // the last bar
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) behind += widths[i] + 3;
  std::uint32_t outcomes = 0;
  const auto is_narrow = [&](const Item& row) {
    return row.third != no_index && s_.slots[row.begin].text == "|" && !s_.is_hard(row.begin, row.third) &&
           s_.flat(row.second, row.third) <= aligned_outcome;
  };
  for (const Item& row : group.items) {
    if (is_narrow(row)) outcomes = std::max(outcomes, s_.flat(row.second, row.third));
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::uint32_t column = inner;
    for (std::size_t i = 1; i < rows[r].size(); ++i) {
      column += widths[i - 1] + 3;
      align(rows[r][i], column);
    }
    const Item& row = group.items[r];
    if (is_narrow(row)) align(row.third, behind + 2 + outcomes + gap_of_columns);
  }
}

// The conditions of expectations in one column.
void Layout::open_example(const Group& group, std::uint32_t inner) {
  const std::uint32_t column = inner + 7;  // behind `expect `
  const auto is_narrow = [&](const Item& expect) {
    if (expect.second == no_index || s_.slots[expect.second].hard || s_.is_hard(expect.begin, expect.second))
      return false;
    const std::uint32_t claim = s_.flat(expect.begin + 1, expect.second);
    return claim <= aligned_outcome && column + claim + gap_of_columns + s_.flat(expect.second, expect.end) <= margin &&
           !s_.is_hard(expect.second, expect.end);
  };
  std::uint32_t widest = 0;
  for (const Item& expect : group.items) {
    if (is_narrow(expect)) widest = std::max(widest, s_.flat(expect.begin + 1, expect.second));
  }
  const std::uint32_t place = column + widest + gap_of_columns;
  for (const Item& expect : group.items) {
    if (expect.second == no_index) continue;
    if (!is_narrow(expect)) {
      end_line(expect.second, column, Break::soft);
      continue;
    }
    end_line(expect.second, column, Break::never);
    if (place + s_.flat(expect.second, expect.end) <= margin) align(expect.second, place);
  }
}

// On one line, or broken before `when`, or before the claim as well.
void Layout::open_proof(const Group& group) {
  const Item& parts = group.items.front();
  const std::uint32_t begin = parts.begin, when = parts.second;
  const std::uint32_t end = when != no_index ? when : group.end;
  const bool titled = begin != group.begin + 1;
  // `for` has a line of its own if the title and it do not fit on one.
  const std::uint32_t binders = parts.third;
  const bool apart = binders != no_index && (s_.slots[binders].hard || s_.flat(group.begin, begin) > margin);
  if (binders != no_index) end_line(binders, step, apart ? Break::always : Break::never);
  const std::uint32_t first = apart ? binders : group.begin;
  const std::uint32_t head = (apart ? step : 0) + s_.flat(first, begin) + 1;
  const bool moved = titled && s_.slots[begin].hard;
  const bool fits = !s_.is_hard(first, end) && head + s_.flat(begin, end) <= margin;
  // What does not fit on one line is the title, the claim and the condition, each on a line of its own.
  const bool splits = titled && !moved && when != no_index && !s_.slots[when].hard &&
                      (!fits || s_.is_hard(when, group.end) || head + s_.flat(begin, group.end) > margin);
  const bool behind = !titled || (!moved && !splits && fits);
  if (titled) end_line(begin, step, behind ? Break::never : Break::always);
  if (when == no_index) return;
  const bool stays = stays_flat(begin, end, behind ? head : step);
  end_line(when, step, stays && !splits ? Break::soft : Break::always);
}

}  // namespace tally::format
