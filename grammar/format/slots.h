// The tokens of a file, each with the boundary before it: how wide the gap is, whether a line may end
// there, and which comments stand there.
//
// A line may end before a token in two senses. A *place* belongs to a group, for example the `and` of a
// condition; where the text from one place to the next does not fit, a line ends, outer groups first.
// And a comment ends its line wherever it stands.
//
// For example, `when a is on and b` has a place before `and`. Its group is the condition, which begins at
// `a`; so a line that begins with `and` begins below `a`.
//
// In:     the tokens and nodes of each declaration
// Out:    slots and groups
// Always: a group lies within another one or beside it. Private to grammar/format/.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "grammar/parse/engine/parse_state.h"
#include "grammar/source/source.h"

namespace tally::format {

inline constexpr std::uint32_t no_index = UINT32_MAX;

// Whether a line ends before a token.
enum class Break : std::uint8_t {
  never,
  written,  // if the writer ended it there
  soft,     // if the writer did, or what follows does not fit
  filled,   // if what follows does not fit
  always,
};

struct Remark {
  std::string_view text;           // `# what follows`, without blanks at its end
  std::uint32_t lines_before = 0;  // line breaks between it and what stands before it; 0: in the same line
};

struct Slot {
  std::string_view text;
  std::uint32_t width = 0;         // of the text, in code points
  std::uint32_t flat_gap = 1;      // blanks before it where all around it is on one line
  std::uint32_t gap = 1;           // blanks before it, if it does not begin a line
  std::uint32_t lines_before = 0;  // line breaks between it and what stands before it, comments included
  std::uint32_t first_remark = 0, last_remark = 0;  // the comments before it
  std::uint32_t group = no_index;                   // of a place
  std::uint32_t level = 0;                          // of its group; 0 is outside of all
  Break ends_line = Break::never;
  bool written = false;  // the writer ended a line before it, comments aside
  bool hard = false;     // a line ends before it, whatever the width is
  bool dropped = false;  // a comma that is not needed
  bool rigid = false;    // in a row of a table
  // Set while the text is laid out. -1: not set.
  std::int32_t aligned = -1;  // the column that it stands in, if it fits
  std::int32_t column = -1;   // the column in which it begins a line

  bool is_place() const { return group != no_index; }
  bool has_remarks() const { return first_remark != last_remark; }
};

enum class Form : std::uint8_t {
  declaration,
  proof,
  chain,        // a and b, a or b, a else b
  comparison,   // a is b
  quantifier,   // some a in b: c
  list,         // (a, b), f(a, b), [a, b]
  enumeration,  // a | b
  record_type,  // { a : flag }
  field,
  rules,  // { on when a  off otherwise }
  rule,
  record,   // { a: on }
  table,    // { | a | b | }
  example,  // { given ... expect ... }
  given,    // a is on, b is off
  ignored,  // ignores a, b
  binders,  // for a in b, c in d:
};

// Whether the parts of a group are filled into lines.
inline bool is_filled(Form form) {
  return form == Form::chain || form == Form::list || form == Form::given || form == Form::ignored ||
         form == Form::binders;
}

// A part of a group, as tokens. What the others are depends on the group:
//
//   field      the name, `at`, -, behind it            fields `a : flag at /a`
//   rule       the outcome, `when`, `because`, behind  `on when a because "b"`
//   member     the name, the value, -, behind it       `a: on,`
//   row        its first bar, the outcome, `because`, behind
//   expect     `expect`, `when`, -, behind
//   given      `given`, -, -, behind
//   proof      the claim, `when`, `for` behind a title, behind
//
// Of a group whose parts are filled into lines (chains and lists), an item is a place; of a rule it is its `when`.
struct Item {
  std::uint32_t begin = 0;
  std::uint32_t second = no_index, third = no_index;
  std::uint32_t end = 0;
};

struct Group {
  Form form = Form::declaration;
  std::uint32_t begin = 0, end = 0;  // tokens
  std::vector<Item> items;
  std::uint32_t level = 0;
  bool rigid = false;  // in a row of a table, where no line ends
  // Set while the text is laid out.
  std::uint32_t column = 0;  // where its lines begin
  std::uint32_t block = 0;   // the innermost group around it that has a line per item
};

// What a declaration has that stands in columns with the declarations beside it.
struct Head {
  enum class Kind : std::uint8_t { other, type, input, let } kind = Kind::other;
  std::uint32_t begin = 0, end = 0;
  // Tokens. `name_end` is behind the name.
  std::uint32_t colon = no_index, at = no_index, assign = no_index;
};

struct Slots {
  std::vector<Slot> slots;  // one per token; the last is the end of the text
  std::vector<Remark> remarks;
  std::vector<Group> groups;  // outer ones first, in the order of the text
  std::vector<Head> heads;    // one per declaration
  // Sums over all slots before one.
  std::vector<std::uint64_t> widths;
  std::vector<std::uint32_t> hards;
  // The next place at a slot or behind it; the next one behind it that is not deeper in groups.
  std::vector<std::uint32_t> next_place, next_outer;
  std::vector<std::uint32_t> next_hard;

  // Whether a line ends between the tokens `begin` to before `end`, whatever the width is.
  bool is_hard(std::uint32_t begin, std::uint32_t end) const {
    return begin + 1 < end && hards[end] != hards[begin + 1];
  }
  // The width of the tokens `begin` to before `end` on one line.
  std::uint32_t flat(std::uint32_t begin, std::uint32_t end) const {
    return begin >= end ? 0 : static_cast<std::uint32_t>(widths[end] - widths[begin]) - slots[begin].flat_gap;
  }
  // The width of what stands behind, up to where a line may end, with its gap.
  std::uint32_t flat_behind(std::uint32_t end) const {
    return static_cast<std::uint32_t>(widths[next_place[end]] - widths[end]);
  }
};

// What a file was matched to: its tokens, and for each declaration its nodes.
class SlotMaker {
 public:
  explicit SlotMaker(const syntax::TokenReader& tokens, std::string_view text);

  // Adds the declaration that was matched last.
  void add(const syntax::ParseState& state);
  // Called once, after all declarations.
  Slots finish() &&;

 private:
  void read_remarks(std::string_view text);
  void set_gaps();
  void add_lists();
  void mark(const syntax::ParseState& state, std::uint32_t node);
  void mark_chain(const syntax::ParseState& state, std::uint32_t node);
  void mark_comparison(const syntax::ParseState& state, std::uint32_t node);
  void mark_quantifier(const syntax::ParseState& state, std::uint32_t node);
  void mark_enumeration(const syntax::ParseState& state, std::uint32_t node);
  void mark_block(Form form, const syntax::ParseState& state, std::uint32_t node);
  void mark_rule(const syntax::ParseState& state, std::uint32_t node);
  void mark_table(const syntax::ParseState& state, std::uint32_t node);
  void mark_field(const syntax::ParseState& state, std::uint32_t node);
  void mark_declaration(const syntax::ParseState& state, std::uint32_t node);
  void mark_let(const syntax::ParseState& state, std::uint32_t node, std::uint32_t group);
  void mark_prove(const syntax::ParseState& state, std::uint32_t node, std::uint32_t group);
  void mark_example(const syntax::ParseState& state, std::uint32_t node);
  void mark_body(std::uint32_t token, std::uint32_t group, Break ends_line);
  void make_rigid(std::uint32_t begin, std::uint32_t end);

  std::uint32_t add_group(Form form, std::uint32_t begin, std::uint32_t end);
  void place(std::uint32_t token, std::uint32_t group, Break ends_line);
  void drop_comma(std::uint32_t token);
  void sort_groups();
  void find_hard_breaks();
  void sum_up();

  const syntax::TokenReader& tokens_;
  Slots out_;
};

}  // namespace tally::format
