// The syntax tree: a rule file as it was written. Names are not resolved yet.
//
// For example, `a is on and b or c` is
//
//   Or{And{Is{NameRef a, FlagLiteral on}, NameRef b}, NameRef c}
//
// In:     nothing; the parser builds the tree
// Out:    plain values that own their parts
// Always: every node has the span of its text. A chain (`and`, `or`, `else`) is one node
//         with all operands. So the depth of a tree is the depth of its brackets, which
//         the parser bounds.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "grammar/source/source.h"
#include "grammar/tree/words.h"

namespace tally::ast {

// A name, with its place. The name of a type or a function may be one of a file that is used under a
// name of its own: `common.network`. In `common.x`, another expression, it is a FieldOf.
struct Name {
  std::string text;
  Span span;
};

// A text literal. `value` is its content, with escapes resolved and braces unchanged. Its
// place decides whether braces insert something, so insertions are read when they are
// needed: see template.h. For `"{a}\n"` the value is `{a}` and a line break, the raw text
// is `{a}\n`.
struct Text {
  std::string value;
  Span span;          // with the quotes
  std::string raw{};  // as written between the quotes, with escapes; only it distinguishes `{` from `\u{7b}`
};

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

// --- types ------------------------------------------------------------------

struct Type;
using TypePtr = std::unique_ptr<Type>;

// `a`, `a = "A B"` (name and spelling), `a = ("A B", "ab")` (several), or `"on hold"` (spelling alone).
struct EnumValue {
  std::optional<Name> name;
  std::optional<Text> spelling;  // the first one
  Span span;
  std::vector<Text> others{};  // spellings that are read as well
};

// `(on = "true", off = ("false", "no"))`: the texts of a flag that is kept as a text.
struct FlagTexts {
  std::vector<Text> on, off;
};

// `at /a/b [if kind]`; `pointer` is the JSON Pointer as written, unquoted.
struct Place {
  std::string pointer;
  PlaceKind kind = PlaceKind::any;
  Span span;
  std::optional<FlagTexts> flag_texts{};  // after the kind
};

// A field of a record: `enabled : flag at /on = on`.
struct Field {
  Name name;
  TypePtr type;
  std::optional<Place> place;
  ExprPtr default_value;  // null if there is none
  Span span;
  bool not_null = false;  // `not null` stands behind the type and the place
};

// `onnet | offnet`: two values or more, or one with a spelling.
struct EnumType {
  std::vector<EnumValue> values;
};
struct NamedType {
  Name name;
};
struct FlagType {};
struct NumberType {  // `number`, `5..30`, `5..`, `..30`
  std::optional<std::uint64_t> low, high;
};
struct TextType {};
// `{ enabled : flag, ... }`
struct RecordType {
  std::vector<Field> fields;
  bool open = false;  // ends in `...`
};
// `T[direction, network]`
struct MapType {
  TypePtr element;
  std::vector<TypePtr> indices;
};
// `[network]`, `[network, ...]`: a set of values of an enum
struct SetType {
  TypePtr element;
  bool open = false;  // other texts may stand in the array
};
// `T?`
struct OptionalType {
  TypePtr inner;
};

struct Type {
  std::variant<EnumType, NamedType, FlagType, NumberType, TextType, RecordType, MapType, SetType, OptionalType> node;
  Span span;
};

// --- paths --------------------------------------------------------------------

// One index of a path: a value or `for` name, a value without a name, or `*`.
struct PathIndex {
  enum class Kind : std::uint8_t { name, text, any } kind = Kind::any;
  std::string text;
  Span span;
};
struct PathStep {
  std::optional<Name> field;       // `.field`, or
  std::vector<PathIndex> indices;  // `[v, w]`
  Span span;
};
// `account[inbound, *].enabled`
struct Path {
  Name input;
  std::vector<PathStep> steps;
  Span span;
};

// --- expressions --------------------------------------------------------------

enum class CompareOp : std::uint8_t { less, less_equal, greater, greater_equal };

// How a text is tested: by its beginning, by its end, or by a pattern.
enum class TextForm : std::uint8_t { starts, ends, like };

// `5..30`, `5..` or `..30`.
struct NumberRange {
  std::optional<std::uint64_t> low, high;
  Span span;
};

// A member of a list: a literal, a range, or the name of another list.
using ListItem = std::variant<ExprPtr, NumberRange>;
// What a text is tested with: `"+1"`, or the name of a list of texts.
using TextItem = std::variant<Text, Name>;

// What a cell of a table requires of its column's header, and `but not` of its left side.
struct Cell;
struct AnyCell {};  // `-`
// A literal or a name.
struct ValueCell {
  ExprPtr value;
};
// `(v, w)`
struct ListCell {
  std::vector<ListItem> items;
};
// `5..30`
struct RangeCell {
  NumberRange range;
};
// `in emergency`
struct NamedCell {
  ExprPtr named;
};
// `< 30`
struct CompareCell {
  CompareOp op = CompareOp::less;
  ExprPtr value;
};
// `starts "+1"`, `ends "99"`, `like "NXX"`
struct TextTestCell {
  TextForm form = TextForm::starts;
  std::vector<TextItem> texts;
};
// `has length 4..6`: numbers, ranges, and names of lists
struct LengthCell {
  std::vector<ListItem> items;
};
// `set`, `unset`
struct PresenceCell {
  Presence presence = Presence::set;
};
// `not` and another cell.
struct NotCell {
  std::unique_ptr<Cell> cell;
};
// `5..80 but not (7, 9) but not 12`: one excluded cell or more.
struct ButNotCell {
  std::unique_ptr<Cell> cell;
  std::vector<Cell> excluded;
};
// `starts "1" and ends "9"`: two cells or more; from the second on they test texts.
struct AndCell {
  std::vector<Cell> cells;
};
// `unset or 5..30`: two alternatives or more.
struct OrCell {
  std::vector<Cell> alternatives;
};

struct Cell {
  std::variant<AnyCell, ValueCell, ListCell, RangeCell, NamedCell, CompareCell, TextTestCell, LengthCell, PresenceCell,
               NotCell, ButNotCell, AndCell, OrCell>
      node;
  Span span;
};

struct NameRef {
  Name name;
};
struct NumberLiteral {
  std::uint64_t value = 0;
};
struct FlagLiteral {
  bool on = false;
};
struct UnsetLiteral {};
struct TextLiteral {
  Text text;
};
// `user.enabled`
struct FieldOf {
  ExprPtr base;
  Name field;
};
// `account[inbound, source]`
struct IndexOf {
  ExprPtr base;
  std::vector<ExprPtr> indices;
};
// `forwards(a)`
struct Call {
  Name function;
  std::vector<ExprPtr> arguments;
};
// `a else b else c`: two operands or more, the leftmost first.
struct Else {
  std::vector<ExprPtr> operands;
};
// `a is b`, `a is not b`
struct Is {
  ExprPtr left;
  bool negated = false;
  ExprPtr right;
};
// `a is set`, `a is not unset`
struct IsPresence {
  ExprPtr operand;
  bool negated = false;
  Presence presence = Presence::set;
};
// `a in (1, 5..9)`; `a in 5..30` has one item. `a in emergency` has a name instead of items.
struct In {
  ExprPtr left;
  std::vector<ListItem> items;
  ExprPtr named;         // null if there are items
  bool negated = false;  // `a not in (1, 2)`
};
// `a < 30`
struct Compare {
  ExprPtr left;
  CompareOp op = CompareOp::less;
  ExprPtr right;
};
// `a starts ("+1", "00")`, `a ends "99"`, `a like "NXX"`
struct TextTest {
  ExprPtr left;
  TextForm form = TextForm::starts;
  std::vector<TextItem> texts;
};
// `a has length 4..6`; the items are numbers, ranges, and names of lists.
struct HasLength {
  ExprPtr left;
  std::vector<ListItem> items;
};
// `a in 5..80 but not (7, 9)`: `test` is an `In`, a `TextTest` or a `HasLength`, with one excluded cell or more.
struct ButNot {
  ExprPtr test;
  std::vector<Cell> excluded;
};
struct Not {
  ExprPtr operand;
};
// `a and b and c`: two operands or more.
struct And {
  std::vector<ExprPtr> operands;
};
// `a or b or c`: two operands or more.
struct Or {
  std::vector<ExprPtr> operands;
};

// `v in T`
struct Binder {
  Name name;
  TypePtr type;
};
// A set in the place of T is a type here if it is a name, or a name in a name: the analysis knows which.
enum class Quantifier : std::uint8_t { some, every, count };
// `some v in T: C`, `every v in T: C`, `count(v in T: C)`. (`count(C, D)` is a Call.)
struct Quantified {
  Quantifier quantifier = Quantifier::some;
  Binder binder;  // without a type if `set` is there
  ExprPtr condition;
  ExprPtr set{};  // `user[inbound].codecs`, which cannot be a type; null if there is a type
};

// `(g729, pcmu)`, `(g729,)`, `()`: a set
struct SetLiteral {
  std::vector<ListItem> items;
};

struct Member {
  Name name;
  ExprPtr value;
};
// `{ time_limit: 60 }`
struct RecordLiteral {
  std::vector<Member> members;
};

// One rule. `condition` is null for `otherwise`, and for the only rule of
// `decision N : T = E`.
struct Rule {
  ExprPtr outcome;
  ExprPtr condition;
  bool otherwise = false;
  std::optional<Text> because;
  Span span;
};
// `{ on when c  off otherwise }`
struct Rules {
  std::vector<Rule> rules;
};

struct Expr {
  std::variant<NameRef, NumberLiteral, FlagLiteral, UnsetLiteral, TextLiteral, FieldOf, IndexOf, Call, Else, Is,
               IsPresence, In, Compare, TextTest, HasLength, ButNot, Not, And, Or, Quantified, SetLiteral,
               RecordLiteral, Rules>
      node;
  Span span;
};

// --- tables ---------------------------------------------------------------------

// One row of a table: its cells, its outcome, and its reason.
struct Row {
  std::vector<Cell> cells;  // as many as the header has
  ExprPtr outcome;
  std::optional<Text> because;
  Span span;
};
// A table of a decision, with a header of expressions.
struct Table {
  std::vector<ExprPtr> header;
  std::vector<Row> rows;
  std::optional<Rule> otherwise;
  Span span;
};

// --- declarations -----------------------------------------------------------------

// An amendment changes a declaration of another file, which the first form names. In each, `amends`
// is set:
//
//   amend "base.tally"                               UseDecl
//   amend type network = (satellite, femto)          TypeDecl: an enum of the added values
//   amend type recording = { keep_days : number? }   TypeDecl: a record of the added fields
//   amend let internal = off                         LetDecl, without a type
//   amend decision recording { off when roaming }    DecisionDecl, without a type

// `use "other.tally"`, `use "other.tally" as other`
struct UseDecl {
  Text path;
  bool amends = false;
  std::optional<Name> alias{};
};
// `type network = onnet | offnet`
struct TypeDecl {
  Name name;
  TypePtr type;
  bool amends = false;
  bool any_case = false;  // `any case` stands behind the type
};
// `input user : settings? at /user`
struct InputDecl {
  Name name;
  TypePtr type;
  std::optional<Place> place;
  ExprPtr default_value;
  bool not_null = false;  // `not null` stands behind the type and the place
};
struct Parameter {
  Name name;
  TypePtr type;
};
// `let forwards(l : leg?) : flag = E`
struct LetDecl {
  Name name;
  std::vector<Parameter> parameters;
  TypePtr type;                                 // null if it is inferred
  ExprPtr body;                                 // `Rules` if it was written with braces; null if there is a list
  std::optional<std::vector<ListItem>> list{};  // `let emergency = ("911", "112")`
  bool amends = false;
};
using DecisionBody = std::variant<Rules, Table, ExprPtr>;
// `decision recording : flag { ... }`
struct DecisionDecl {
  Name name;
  TypePtr type;  // null if it amends
  Matching matching = Matching::first;
  DecisionBody body;
  bool amends = false;
};
// `E ignores PATH, ...`
struct Ignores {
  ExprPtr value;
  std::vector<Path> paths;
};
// `prove "title" for v in T: CLAIM when C`
struct ProveDecl {
  std::optional<Text> title;
  std::vector<Binder> binders;
  std::variant<ExprPtr, Ignores> claim;
  ExprPtr condition;  // null if there is no `when`
};
// `given PATH is V`
struct Given {
  Path path;
  std::variant<ExprPtr, Presence> value;
  Span span;
};
// `expect C when D`
struct Expect {
  ExprPtr claim;
  ExprPtr condition;  // null if there is no `when`
  Span span;
};
// `example "title" { ... }`
struct ExampleDecl {
  Text title;
  std::vector<Given> givens;
  std::vector<Expect> expects;
};

struct Declaration {
  std::variant<UseDecl, TypeDecl, InputDecl, LetDecl, DecisionDecl, ProveDecl, ExampleDecl> node;
  Span span;
};

// `# what follows`, up to the end of its line.
struct Comment {
  Span span;
  bool alone = false;             // nothing else is in its line
  bool after_blank_line = false;  // the line before is blank
};

// A declaration with a fault: its text, from its first word to before the next declaration, and
// what could be read of it. In `input x : 5..` and then `7`, it is an `input` with the name x.
struct Hole {
  Span span;
  std::string keyword;       // "input"; empty if the text does not begin as a declaration
  std::optional<Name> name;  // of a declaration that has one
  Span fault;                // the place of its first fault
};

struct File {
  FileId id;
  std::vector<Declaration> declarations;
  std::vector<Hole> holes;        // in order; `declarations` are all others
  std::vector<Comment> comments;  // in order
};

template <class T, class Node>
const T* as(const Node& n) {
  return std::get_if<T>(&n.node);
}

}  // namespace tally::ast
