// The model: a program with every name and type resolved. The meaning of a policy is
// defined on the model. The reference interpreter walks it rule by rule, and the decision
// graph is built from it.
//
// For example,
//
//   input source : onnet | offnet
//   let outside = source is offnet
//   decision recording : flag { on when outside  off otherwise }
//
// has one input with one element, `source`; one let, whose body is
// AmongValues{InputRef{source}, {"offnet"}}; and one decision with two rules, the second with
// `otherwise`.
//
// In:     the syntax trees of a program (analyze.h)
// Out:    inputs with the elements of their documents, lets, decisions, proofs, examples
// Always: every expression has a type, every reference is valid, nothing is cyclic, and
//         every condition is a flag that is never unset
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/model/types.h"
#include "grammar/source/source.h"

namespace tally {

template <class Tag>
// An index into one of the model's lists; `Tag` distinguishes the lists.
struct Id {
  std::uint32_t value = 0;
  auto operator<=>(const Id&) const = default;
};
using InputId = Id<struct InputTag>;
using ElementId = Id<struct ElementTag>;
using LetId = Id<struct LetTag>;
using ListId = Id<struct ListTag>;
using DecisionId = Id<struct DecisionTag>;

// --- documents -----------------------------------------------------------------

// How two numbers or two texts of a request compare. Their relation is an element of its own, worked
// out from their values: `calls : limit` has a code for `calls < limit`, one for `calls is limit`, and
// one for `calls > limit`; it is unset where one of the two is. Two texts are equal, which two unset
// ones are as well, or different.
struct Relation {
  ElementId left, right;  // leaves, both numbers or both texts; `left` was declared first
};

// One position in the documents of the inputs: a scalar (a leaf), or an object (a record
// or a whole map). The inner objects of a map are not elements. The elements of an input
// form a tree. `children` are the fields of a record in order, or the cells of a map (the
// last index changes fastest). `account : { enabled : flag }[direction]` has the elements
// `account`, `account[inbound]`, `account[inbound].enabled`, and the same for `outbound`.
struct Element {
  InputId input;
  std::optional<ElementId> parent;
  TypeRef type;         // as declared for this position
  std::string name;     // "account[inbound, onnet].enabled"
  std::string pointer;  // the absolute JSON Pointer in a request: "/account/inbound/enabled"
  ast::PlaceKind kind = ast::PlaceKind::any;
  FlagTexts flag_texts{};  // of a flag that is read `if string`
  bool not_null = false;   // null at its place is a fault; so it is for its members
  std::optional<Literal> default_value;
  std::vector<ElementId> children;
  std::optional<Relation> relation;  // of a relation, which has no place in a document

  bool is_leaf() const { return !type->is_object(); }
  // Whether it has a code of its own: it is a leaf, or an object that may be absent.
  bool has_code() const { return is_leaf() || type->optional; }
  // Whether it may be missing although the objects around it are present.
  bool optional() const { return type->optional; }
};

// The elements of a model: those of its documents, then the relations that were asked for. Like the
// nodes of a graph, relations are made on demand (relation_of), also of a model that does not change
// otherwise. A reference to an element stays valid. A copy of a model has elements of its own.
class Elements {
 public:
  Elements() : all_(std::make_shared<All>()) {}
  Elements(const Elements& other) : all_(std::make_shared<All>(*other.all_)) {}
  Elements(Elements&& other) noexcept : all_(other.all_) {}
  Elements& operator=(Elements other) noexcept {
    all_.swap(other.all_);
    return *this;
  }
  ~Elements() = default;
  // From now on these are the elements of both models, which have the same inputs: an edit of a rule
  // file is looked at with the diagrams of the file.
  void share(const Elements& other) { all_ = other.all_; }

  std::size_t size() const { return all_->elements.size(); }
  Element& operator[](std::size_t i) { return all_->elements[i]; }
  const Element& operator[](std::size_t i) const { return all_->elements[i]; }
  Element& back() { return all_->elements.back(); }
  void push_back(Element element) { all_->elements.push_back(std::move(element)); }
  auto begin() const { return std::as_const(all_->elements).begin(); }
  auto end() const { return std::as_const(all_->elements).end(); }
  // The relation of two leaves in order; `make` makes it if there is none.
  template <class Make>
  ElementId relation(std::pair<ElementId, ElementId> leaves, Make make) const {
    const ElementId next{static_cast<std::uint32_t>(all_->elements.size())};
    const auto [at, is_new] = all_->relations.try_emplace(leaves, next);
    if (is_new) all_->elements.push_back(make());
    return at->second;
  }
  // The relation of two leaves in order, if it was made.
  std::optional<ElementId> find_relation(std::pair<ElementId, ElementId> leaves) const {
    const auto at = all_->relations.find(leaves);
    return at == all_->relations.end() ? std::nullopt : std::optional(at->second);
  }

 private:
  struct All {
    std::deque<Element> elements;
    std::map<std::pair<ElementId, ElementId>, ElementId> relations;
  };
  std::shared_ptr<All> all_;
};

// An input: `input user : settings? at /user`.
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

// A piece of a text: a literal, or a scalar that is inserted. "to {source}" has two.
using Piece = std::variant<std::string, ExprRef>;

// A literal: `offnet`, `5`, `"a"`, `unset`.
struct Constant {
  Literal value;
};
// A text with at least one insertion: `"to {source}"`.
struct TextTemplate {
  std::vector<Piece> pieces;
};
// A use of an input: `source`.
struct InputRef {
  InputId input;
};
// A use of a parameter: an index into those of the enclosing let, or into a proof's
// binders.
struct ParameterRef {
  std::uint32_t index = 0;
};
// A use of a let, with its arguments: `endpoint(caller)`.
struct LetRef {
  LetId let;
  std::vector<ExprRef> arguments;
};
// A use of a decision: its value.
struct DecisionRef {
  DecisionId decision;
};
// A member of a record: `user.enabled`. `field` is an index into base->type->fields.
struct FieldOf {
  ExprRef base;
  std::uint32_t field = 0;
};
// A cell of a map: one index expression per index of the base's map type. The type of an
// index expression is an enum, never optional, and the map's index has all of its values.
struct IndexOf {
  ExprRef base;
  std::vector<ExprRef> indices;
};
// For each leaf the first operand in which the leaf is set. Every operand has the shape
// of the result (see Convert).
struct ElseOf {
  std::vector<ExprRef> operands;
};
// One member per field of the type, in order. A member that was left out and is unset is
// null. Defaults are filled in already.
struct RecordOf {
  std::vector<ExprRef> members;
};
// The first arm whose condition holds. The last arm has no condition.
struct Arm {
  ExprRef outcome;
  ExprRef condition;  // null for `otherwise`
};
// Rules as an expression: `{ p.device when p.device is set  p.user otherwise }`.
struct RulesOf {
  std::vector<Arm> arms;
};
// The operand in the shape of this expression's type: enum values by name, members by
// name, cells by the values of their indices. A member that the operand lacks is unset.
// No value changes.
struct Convert {
  ExprRef operand;
};
// `x is set`, as a flag.
struct IsSet {
  ExprRef operand;
};
// `x is y` for enums. Two unsets are equal.
struct Equal {
  ExprRef left, right;
};
// Whether an enum is in a list of values, or a number or text in a cut. False if it is
// unset. `lists` are the named lists whose members are among the values.
struct AmongValues {
  ExprRef operand;
  std::vector<std::string> names;
  std::vector<ListId> lists{};
};
struct AmongCut {
  ExprRef operand;
  Cut cut;
  std::vector<ListId> lists{};
};
// The logical operations. An `and` without operands is true, an `or` without operands is
// false.
struct NotOf {
  ExprRef operand;
};
struct AndOf {
  std::vector<ExprRef> operands;
};
struct OrOf {
  std::vector<ExprRef> operands;
};

// How two numbers compare, or two texts: `calls < limit`, `from is to`. It holds if both are set and
// related in one of the ways that are true here, or if both are unset and `both_unset` is true.
struct RelatedAs {
  ExprRef left, right;
  bool less = false, equal = false, greater = false;
  bool both_unset = false;
};
// The least or the greatest of two numbers or more: `min(a, b)`. It is unset if one of them is. Among
// equal ones the first is handed on.
struct ExtremeOf {
  std::vector<ExprRef> operands;
  bool greatest = false;
};

// Whether the number of operands that hold is in a cut: `count(a, b, c) >= 2`.
struct CountOf {
  std::vector<ExprRef> operands;
  Cut cut;
  Span span_of_count{};  // `count(a, b, c)`
};

// An expression: its operation, its type, and its place in the source.
struct Expr {
  std::variant<Constant, TextTemplate, InputRef, ParameterRef, LetRef, DecisionRef, FieldOf, IndexOf, ElseOf, RecordOf,
               RulesOf, Convert, IsSet, Equal, RelatedAs, ExtremeOf, AmongValues, AmongCut, NotOf, AndOf, OrOf, CountOf>
      node;
  TypeRef type;
  Span span;
};

// --- declarations -----------------------------------------------------------------

// A let: `let forwards(l : leg?) : flag = l.call_forward is on`.
struct Let {
  std::string name;
  std::vector<std::pair<std::string, TypeRef>> parameters;
  TypeRef type;
  ExprRef body;
  Span span;     // of the name
  Span written;  // of the name where the body stands: in the declaration, or in the last amendment
};

// A named list: `let emergency = ("911", "112")`. It is expanded where it is used.
struct NamedList {
  std::string name;
  TypeRef type;  // of the members: as declared, or as first compared; null if nothing uses the list
  Span span;     // of the name
};

// The condition of a row of a `longest` table for one of its prefixes: of `| starts ("49", "4930") | on | a`, "the
// text begins with 49, and the other cell holds". A row with a whole text, `| "112" | - | b`, is as long as can be,
// and one without either, `| - | on | c`, is shorter than `starts ""`.
struct PrefixArm {
  std::optional<std::string> prefix;  // or the whole text; nothing for `-`, `set` and `unset`
  bool whole = false;
  ExprRef alone;      // "the text begins with 49"; null for `-`
  ExprRef condition;  // with the other cells
};

// A rule: `on when source is offnet because "from outside"`.
struct Rule {
  ExprRef outcome;    // of the decision's type
  ExprRef condition;  // null for a rule that always applies (`otherwise`, or the only rule of `= E`)
  bool otherwise = false;
  std::optional<std::vector<Piece>> reason;
  Span span;                // the whole rule
  Span outcome_span;        // its outcome in the source
  std::uint32_t layer = 0;  // 0 in the declaration of the decision, 1 in the first amendment of it, ...
  // Of a row of a `longest` table, one for each of its prefixes. Together they are its condition.
  std::vector<PrefixArm> prefixes{};
};

// A decision with its rules, in order: those of its last amendment come first.
struct Decision {
  std::string name;
  TypeRef type;
  ast::Matching matching = ast::Matching::first;  // within a layer
  std::vector<Rule> rules;                        // a rule's number is its index + 1
  Span span;                                      // of the name
  FileId file;
  bool is_output = true;  // false for a decision of a file that is only used

  // Whether a call may be left without a rule: the last rule has a condition, or there is none.
  bool may_be_undecided() const { return rules.empty() || rules.back().condition != nullptr; }
};

// A condition of a rule, and the rule: an index of `Decision::rules`.
struct RuleArm {
  std::size_t rule = 0;
  ExprRef condition;  // null: it always holds
};
// The conditions of a decision in the order in which they win: the rule of the first that holds. A row of a
// `longest` table stands once for each of its prefixes.
std::vector<RuleArm> arms_in_order(const Decision& decision);

// A path in a proof or an example: an input, then fields and indices. An index is the
// name of a value, a binder of the proof, or any: `account[inbound, *].enabled`.
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

// A `for` name of a proof: `d in direction`.
struct Binder {
  std::string name;
  TypeRef type;  // an enum, never optional
};

// A proof: `prove for d in direction: CLAIM when C`.
struct Proof {
  std::optional<std::string> title;
  std::vector<Binder> binders;
  ExprRef claim;                     // a condition; with `ignored` any expression
  std::vector<PathPattern> ignored;  // `claim ignores ...`
  bool is_ignores = false;
  ExprRef condition;  // null for every call
  Span span;          // the whole declaration
  Span claim_span;
  Span condition_span;
};

// A given value of an example: `given source is offnet`.
struct Given {
  PathPattern path;
  std::variant<Literal, ast::Presence> value;
  Span span;
};
// An expectation of an example: `expect recording is on when C`.
struct Expectation {
  ExprRef claim;
  ExprRef condition;  // null for every call
  Span span;
};
// An example with its givens and expectations.
struct Example {
  std::string title;
  std::vector<Given> givens;
  std::vector<Expectation> expectations;
  Span span;
};

// The whole program. Ids are indices into its lists.
struct Model {
  std::vector<Input> inputs;
  Elements elements;
  std::vector<Let> lets;
  std::vector<NamedList> lists;
  std::vector<Decision> decisions;  // of all files; a decision comes after the decisions that it refers to
  std::vector<Proof> proofs;        // of the root file only
  std::vector<Example> examples;    // of the root file only
  // Those of the files that the root file amends. They hold without the amendments.
  std::vector<Proof> amended_proofs;
  std::vector<Example> amended_examples;
  FileId root;
  // The root file, and the files that it amends, directly or through others. Their decisions are
  // outputs, and their inputs are part of every request.
  std::set<FileId> own_files;

  bool is_own(FileId file) const { return own_files.contains(file); }
  const Input& at(InputId id) const { return inputs[id.value]; }
  const Element& at(ElementId id) const { return elements[id.value]; }
  const Let& at(LetId id) const { return lets[id.value]; }
  const NamedList& at(ListId id) const { return lists[id.value]; }
  const Decision& at(DecisionId id) const { return decisions[id.value]; }
};

// Returns the relation of two different leaves, both numbers or both texts, and makes it at the first call.
// `left` of the relation is the leaf with the smaller id. One thread at a time.
ElementId relation_of(const Model& model, ElementId a, ElementId b);
// The codes of a relation.
enum class NumberRelation : std::uint8_t { unset, less, equal, greater };
enum class TextRelation : std::uint8_t { equal = 1, different };
// The leaves of a relation among `elements`, in addition to these elements.
std::set<ElementId> with_related(const Model& model, std::set<ElementId> elements);

// Appends the direct parts of an expression: its operands, its arguments, its arms, the
// insertions of its texts. The bodies of lets and decisions are not parts.
void add_operands(const Expr& expression, std::vector<const Expr*>& out);

// The named lists that an expression itself compares with.
std::vector<ListId> named_lists(const Expr& expression);

// The elements that a path names, with these values of its binders (by name). A path may
// end at an object and then names the object alone; `below` gives everything under it.
// With the value "inbound" for d, `account[d, *].enabled` names one element per network.
std::vector<ElementId> elements_of_path(const Model& model, const PathPattern& path,
                                        const std::vector<std::string>& binders);
// The element and everything under it. The element comes first.
std::vector<ElementId> below(const Model& model, ElementId element);
// The objects around an element that may be absent, outermost first.
std::vector<ElementId> optional_ancestors(const Model& model, ElementId element);
// Whether a leaf or object can be missing in some document: it is optional, or an object
// around it is. A leaf that is never missing has no code 0.
bool may_be_unset(const Model& model, ElementId element);

// The model as text, for `tally dump --stage model`.
std::string model_text(const Model& model);

}  // namespace tally
