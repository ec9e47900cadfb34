// The model: a program with every name and type resolved. What a policy means
// is defined on the model; the reference interpreter walks it rule by rule, and
// the decision graph is built from it.
//
// In: the syntax trees of a program (analyze.h). Out: inputs with the elements
// of their documents, lets, decisions, proofs, examples. Always: every
// expression has a type, every reference is valid, nothing is cyclic, and every
// condition is a flag that is never unset.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/model/types.h"
#include "grammar/source/source.h"

namespace tally {

template <class Tag>
struct Id {
  std::uint32_t value = 0;
  auto operator<=>(const Id&) const = default;
};
using InputId = Id<struct InputTag>;
using ElementId = Id<struct ElementTag>;
using LetId = Id<struct LetTag>;
using DecisionId = Id<struct DecisionTag>;

// --- documents -----------------------------------------------------------------

// One position in the documents that the inputs stand for: a scalar (a leaf) or
// an object (a record, a whole map; the inner objects of a map are none). The
// elements of an input form a tree; `children` are a record's fields in order,
// or a map's cells (last index fastest).
struct Element {
  InputId input;
  std::optional<ElementId> parent;
  TypeRef type;         // as declared for this position
  std::string name;     // "account[inbound, onnet].enabled"
  std::string pointer;  // absolute JSON Pointer in a request
  ast::PlaceKind kind = ast::PlaceKind::any;
  std::optional<Literal> default_value;
  std::vector<ElementId> children;

  bool is_leaf() const { return !type->is_object(); }
  // Whether it has a code of its own: a leaf, or an object that may be absent.
  bool has_code() const { return is_leaf() || type->optional; }
  // Missing on its own, its surroundings being present.
  bool optional() const { return type->optional; }
};

struct Input {
  std::string name;
  TypeRef type;
  ElementId element;  // the root of its elements
  Span span;          // of the name
  FileId file;
};

// --- expressions ----------------------------------------------------------------

struct Expr;
using ExprRef = std::shared_ptr<const Expr>;

// A piece of a text: literal, or a scalar that is inserted.
using Piece = std::variant<std::string, ExprRef>;

struct Constant {
  Literal value;
};
struct TextTemplate {
  std::vector<Piece> pieces;
};  // at least one insertion
struct InputRef {
  InputId input;
};
struct ParameterRef {
  std::uint32_t index = 0;
};  // of the enclosing let; in a proof: its binders
struct LetRef {
  LetId let;
  std::vector<ExprRef> arguments;
};
struct DecisionRef {
  DecisionId decision;
};
struct FieldOf {
  ExprRef base;
  std::uint32_t field = 0;
};  // index into base->type->fields
// One index expression for each index of base's map type: an enum, never
// optional, all of whose values the map's index has.
struct IndexOf {
  ExprRef base;
  std::vector<ExprRef> indices;
};
// Leaf by leaf, the first operand that is set. Every operand has the shape of
// the result (see Convert).
struct ElseOf {
  std::vector<ExprRef> operands;
};
// A member for each field of the type, in order; null where it was left out and
// is unset. Defaults are filled in already.
struct RecordOf {
  std::vector<ExprRef> members;
};
// First match; the last has no condition.
struct Arm {
  ExprRef outcome;
  ExprRef condition;  // null: otherwise
};
struct RulesOf {
  std::vector<Arm> arms;
};
// The operand in the shape of this expression's type: enum values by name,
// members by name (those the operand lacks are unset), cells by their values.
// Changes no value.
struct Convert {
  ExprRef operand;
};
struct IsSet {
  ExprRef operand;
};  // a flag
struct Equal {
  ExprRef left, right;
};  // enums; two unsets are equal
// Enum in a list of values, number or text in a cut; false where unset.
struct AmongValues {
  ExprRef operand;
  std::vector<std::string> names;
};
struct AmongCut {
  ExprRef operand;
  Cut cut;
};
struct NotOf {
  ExprRef operand;
};
struct AndOf {
  std::vector<ExprRef> operands;
};  // none: true
struct OrOf {
  std::vector<ExprRef> operands;
};  // none: false

struct Expr {
  std::variant<Constant, TextTemplate, InputRef, ParameterRef, LetRef, DecisionRef, FieldOf, IndexOf, ElseOf, RecordOf,
               RulesOf, Convert, IsSet, Equal, AmongValues, AmongCut, NotOf, AndOf, OrOf>
      node;
  TypeRef type;
  Span span;
};

// --- declarations -----------------------------------------------------------------

struct Let {
  std::string name;
  std::vector<std::pair<std::string, TypeRef>> parameters;
  TypeRef type;
  ExprRef body;
  Span span;  // of the name
};

struct Rule {
  ExprRef outcome;    // of the decision's type
  ExprRef condition;  // null: always (otherwise, or the only rule of `= E`)
  bool otherwise = false;
  std::optional<std::vector<Piece>> reason;
  Span span;          // the whole rule
  Span outcome_span;  // its outcome, as in the source
};

struct Decision {
  std::string name;
  TypeRef type;
  bool unique = false;
  std::vector<Rule> rules;  // rule number = index + 1
  Span span;                // of the name
  FileId file;
  bool is_output = true;  // false: declared in a file that is used
};

// A path in a proof or an example: an input, then fields and indices. An index
// is a value's name, a binder of the proof, or any.
struct PathIndex {
  enum class Kind : std::uint8_t { value, binder, any } kind = Kind::any;
  std::string value;
  std::uint32_t binder = 0;
};
struct PathStep {
  std::optional<std::uint32_t> field;  // or
  std::vector<PathIndex> indices;
};
struct PathPattern {
  InputId input;
  std::vector<PathStep> steps;
  Span span;
};

struct Binder {
  std::string name;
  TypeRef type;  // an enum, never optional
};

struct Proof {
  std::optional<std::string> title;
  std::vector<Binder> binders;
  ExprRef claim;                     // a condition; or, with `ignored`, any expression
  std::vector<PathPattern> ignored;  // `claim ignores ...`
  bool is_ignores = false;
  ExprRef condition;  // null: every call
  Span span;          // the whole declaration
  Span claim_span;
  Span condition_span;
};

struct Given {
  PathPattern path;
  std::variant<Literal, ast::Presence> value;
  Span span;
};
struct Expectation {
  ExprRef claim;
  ExprRef condition;  // null: every call
  Span span;
};
struct Example {
  std::string title;
  std::vector<Given> givens;
  std::vector<Expectation> expectations;
  Span span;
};

struct Model {
  std::vector<Input> inputs;
  std::vector<Element> elements;
  std::vector<Let> lets;
  std::vector<Decision> decisions;  // of all files; what a decision refers to stands before it
  std::vector<Proof> proofs;        // of the root file only
  std::vector<Example> examples;    // likewise
  FileId root;

  const Input& at(InputId id) const { return inputs[id.value]; }
  const Element& at(ElementId id) const { return elements[id.value]; }
  const Let& at(LetId id) const { return lets[id.value]; }
  const Decision& at(DecisionId id) const { return decisions[id.value]; }
};

// Appends the expressions that an expression is made of directly: its operands,
// arguments, arms, what its texts insert; not the bodies of lets and decisions.
void add_operands(const Expr& expression, std::vector<const Expr*>& out);

// The elements that a path names, its binders holding these values (by name).
// A path that stops early names the element where it stops, which may be an
// object; use `below` for all under it.
std::vector<ElementId> elements_of_path(const Model& model, const PathPattern& path,
                                        const std::vector<std::string>& binders);
// The element and everything under it, itself first.
std::vector<ElementId> below(const Model& model, ElementId element);
// The objects around an element that may be absent, outermost first.
std::vector<ElementId> optional_ancestors(const Model& model, ElementId element);
// Whether a leaf or object can be missing in some document: it, or an object
// around it, is optional. A leaf that can never be missing has no code 0.
bool may_be_unset(const Model& model, ElementId element);

// The model as text (`tally dump --stage model`).
std::string model_text(const Model& model);

}  // namespace tally
