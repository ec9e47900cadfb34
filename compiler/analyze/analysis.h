// The analysis from syntax trees to the model: what its files share. Private to
// compiler/analyze/.
//
// A name is an entry (TypeEntry, ValueEntry), and the `Scope` of a module has the entries
// that its text can name. An entry is resolved after the entries that it needs, and only
// once. If it fails, this is remembered, and its uses are not reported, so that one fault
// gives one message.
//
// For example, `let a = b`, `let b = sorce` reports one unknown name, `sorce`.
//
// In:     the modules of a program, and their sources.
// Out:    a model, or faults.
// Always: a fault is reported once, however often what is faulty is used.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/analyze/analyze.h"
#include "compiler/analyze/names.h"

namespace tally {

// How far an entry is resolved. If a `busy` entry is needed again, there is a cycle.
enum class State : std::uint8_t { untouched, busy, done, failed };

// A declaration of one module that changes an entry of another.
template <class Declaration>
struct Amendment {
  const Declaration* declaration = nullptr;
  std::size_t module = 0;
};

// A declared type.
struct TypeEntry {
  const ast::TypeDecl* declaration = nullptr;
  std::size_t module = 0;
  std::vector<Amendment<ast::TypeDecl>> amendments{};  // each amends the module of the one before it
  State state = State::untouched;
  TypeRef type;
  bool used = false;
};

// What the members of a list are.
enum class MemberKind : std::uint8_t { number, text, flag, value };

// A declared input, let, list or decision. A list is a `let` too.
struct ValueEntry {
  enum class Kind : std::uint8_t { input, let, list, decision } kind = Kind::input;
  const ast::Declaration* declaration = nullptr;
  ast::Name name;
  std::size_t module = 0;
  std::vector<Amendment<ast::Declaration>> amendments{};  // each amends the module of the one before it
  State state = State::untouched;
  TypeRef type;          // null for a list without a type
  std::uint32_t id = 0;  // of the input, let, list or decision in the model, once it is resolved
  bool used = false;
  MemberKind members = MemberKind::value;  // of a list, once it is resolved
};

// Members of a list that are to be resolved for a type.
struct ListPart {
  const std::vector<ast::ListItem>* items = nullptr;
  std::size_t module = 0;   // whose names they can use
  TypeRef type;             // of the members, never optional
  std::optional<Span> use;  // where the list is named; nothing if the items stand at the comparison itself
};
// The values that a list or several contain: names of an enum's values, or a cut.
struct Members {
  Cut cut;
  std::vector<std::string> names;
  std::vector<ListId> lists;
};

// The rules of a decision that stand together: those of its declaration, or of one amendment.
struct RuleLayer {
  const ast::DecisionDecl* declaration = nullptr;
  std::size_t module = 0;
  std::uint32_t number = 0;  // as Rule::layer
};

// A let or a list as it was written last: by its declaration, or by an amendment.
struct WrittenLet {
  const ast::LetDecl* let = nullptr;
  std::size_t module = 0;
};

// The names that the text of one module can use.
struct Scope {
  // A name of a file that is used as `f` is `f.name` here.
  std::map<std::string, TypeEntry*> types;
  std::map<std::string, ValueEntry*> values;
  std::map<std::string, const Import*> aliases;
};

// A name for a value inside one declaration: a parameter of a let, a `for` name of a proof, or the
// name of a quantifier, which stands for one value after the other.
struct Local {
  ast::Name name;
  TypeRef type;
  bool used = false;
  std::optional<std::string> value{};  // of a quantifier's name, while its condition is resolved
  NameKind kind = NameKind::local;
};

// The members of a record literal: values and names, in the order of the text.
struct GivenMembers {
  std::map<std::string, std::pair<ExprRef, Span>> values;
  std::vector<std::string> order;
};

// One run of the analysis, over all modules of a program.
class Analysis {
 public:
  // `root` is the module to analyze, with all that it uses.
  Analysis(const Program& program, std::size_t root, const SourceSet& sources, Diagnostics& diagnostics)
      : program_(program), root_(root), sources_(sources), diagnostics_(diagnostics) {}
  // For conditions from outside, on a finished model.
  Analysis(const Program& program, const SourceSet& sources, const Model& model, Diagnostics& diagnostics);

  // analyze.cpp
  std::optional<Model> run();

  // types.cpp. Each returns null after a fault, which is reported.
  TypeRef type_of(const ast::Type& type, std::size_t module);
  TypeRef resolve_type(TypeEntry& entry);
  std::optional<Literal> literal(const ast::Expr& expression, const Type& type, DiagnosticId code,
                                 const std::string& place);
  // Gives a field the place that is written for it, or that of its name.
  static void set_place(Field& field, const std::optional<ast::Place>& written);
  bool check_place_kind(const Field& field, Span span, const char* what);
  bool check_flag_texts(const Field& field, Span span, const char* what);
  // `note` is added where two of them, of different files, read the same place; it may be null.
  void check_places(const std::vector<Field>& fields, const char* note = nullptr);

  // expressions.cpp. If the place has no expected type, `expected` is null.
  ExprRef expression(const ast::Expr& e, const TypeRef& expected);
  ExprRef condition(const ast::Expr& e);
  // The expression in the shape of `wanted`, or null if it does not fit.
  ExprRef fit(ExprRef e, const TypeRef& wanted, Span span);
  std::optional<std::vector<Piece>> pieces(const ast::Text& text);

  // rules.cpp
  // The rules of one layer of the decision.
  std::optional<std::vector<Rule>> decision_rules(const RuleLayer& layer, const Decision& decision);
  std::optional<Rule> row_rule(const std::vector<ExprRef>& header, const ast::Row& row,
                               std::optional<std::size_t> prefix_column);
  // --- longest.cpp ---
  // The column of a `longest` table that has the prefixes, or the whole texts if there are none. Nothing if there is
  // no such column, or more than one.
  std::optional<std::size_t> prefix_column(const ast::Table& table, const std::vector<ExprRef>& header);
  // Whether the rows of a table without such a column have an order all the same: an amendment may be about something
  // else. Otherwise it is reported.
  bool can_do_without_prefixes(const ast::Table& table, const RuleLayer& layer, const Decision& decision);
  // A cell of this column as one condition per prefix, or nothing after a report.
  std::optional<std::vector<PrefixArm>> prefixes_of(const ExprRef& condition, Span cell);
  ExprRef rules_expression(const ast::Rules& rules, Span span, const TypeRef& expected);
  bool check_otherwise(const std::vector<ast::Rule>& rules);
  ExprRef cell_condition(const ExprRef& header, const ast::Cell& cell);
  // `test`, and none of the excluded cells of `left`.
  ExprRef but_not(const ExprRef& left, ExprRef test, const std::vector<ast::Cell>& excluded, Span span);
  ExprRef compare_equal(const ExprRef& left, const ast::Expr& right, bool negated, Span span);
  ExprRef compare_order(const ExprRef& left, ast::CompareOp op, const ast::Expr& right, Span span);
  ExprRef presence(const ExprRef& operand, ast::Presence presence, bool negated, Span span);

  // lists.cpp
  ExprRef among(const ExprRef& left, const std::vector<ast::ListItem>& items, Span span);
  // `left in NAME`
  ExprRef among_named(const ExprRef& left, const ast::Expr& named, Span span);
  ExprRef text_test(const ExprRef& left, ast::TextForm form, const std::vector<ast::TextItem>& texts, Span span);
  ExprRef has_length(const ExprRef& left, const std::vector<ast::ListItem>& items, Span span);
  bool are_patterns(const std::vector<std::string>& texts, const ast::Name* list, Span span);
  // The list with this name, or null. A name inside one declaration is never a list.
  ValueEntry* list_named(const std::string& name);
  std::optional<ast::Name> list_name(const ast::Expr& e) const;

  // sets.cpp
  std::optional<Literal> set_literal(const ast::Expr& e, const Type& type, DiagnosticId code, const std::string& place);
  ExprRef set_expression(const ast::Expr& e, const TypeRef& expected);
  bool may_be_set(const ast::Expr& e);
  // `left in set`
  ExprRef membership(const ast::Expr& left, const ExprRef& set, Span span);
  ExprRef is_empty(const ExprRef& set, Span span);
  ExprRef compare_set(const ExprRef& set, const ast::Expr& right, bool negated, Span span);
  // Null if the quantifier runs through a type. `failed`: after a fault, which is reported.
  ExprRef quantified_set(const ast::Quantified& n, bool& failed);

  // quantifiers.cpp
  // The left side of a comparison: a value, or a count as a `CountOf` without a cut. Its type is then a
  // range of numbers; `cut_of` makes the condition.
  ExprRef compared(const ast::Expr& e);
  ExprRef cut_of(const ExprRef& left, Cut cut, std::vector<ListId> lists, Span span);
  ExprRef quantified(const ast::Quantified& n, Span span);
  bool is_count(const ast::Expr& e);
  ExprRef count_as_value(Span span);
  // Reports `count(v in T)`, which has no condition. Returns whether it is one.
  bool lacks_condition(const ast::Expr& argument);
  // Whether a number that is compared with a count can be one. Reports it otherwise.
  bool can_be_count(const ExprRef& left, std::uint64_t number, Span span);

  // proofs.cpp
  std::optional<Proof> proof(const ast::ProveDecl& declaration, Span span);
  std::optional<Example> example(const ast::ExampleDecl& declaration, Span span);
  std::optional<PathPattern> path(const ast::Path& path);
  TypeRef type_at(const PathPattern& path) const;

  // elements.cpp
  bool make_elements(Input& input, const Field& place);
  void check_input_places();

  // amendments.cpp
  // Adds the amendments of a module to the entries that they change.
  void collect_amendments(std::size_t module);
  // The rules of a decision, layer by layer, the last amendment first. What stands behind a rule
  // that matches every call is left out.
  std::vector<RuleLayer> rule_layers(const ValueEntry& entry) const;
  WrittenLet last_let(const ValueEntry& entry) const;
  // The enum's values or the record's fields of the declaration, and those of its amendments.
  std::vector<const ast::EnumValue*> values_of(const ast::EnumType& written) const;
  std::vector<Amendment<ast::Field>> fields_of(const ast::RecordType& written, std::size_t module) const;

  // analyze.cpp
  bool resolve_value(ValueEntry& entry);
  ValueEntry* find_value(const std::string& name);
  Local* find_local(const std::string& name, std::uint32_t& index);
  std::vector<std::string> names_in_scope() const;
  void set_module(std::size_t module) { module_ = module; }

  // names.cpp: what names stand for, if somebody asks.
  void record(NameRecord& names) { names_ = &names; }
  void finish_names();
  Model take_model() { return std::move(model_); }

 private:
  void collect();
  void declare(std::size_t module, const ast::Declaration& declaration);
  void import(std::size_t module, const Import& use);
  void check_alias(std::size_t module, const Import& use);
  const Import* find_alias(const std::string& name) const;
  // Reports a name `f.name` that no file declares.
  enum class Wanted : std::uint8_t { value, type, list };
  void unknown_qualified(const ast::Name& name, Wanted wanted);
  // The name of an input as the root file writes it, and how near it is to that file: 0 is its own.
  std::pair<int, std::string> shown_name(const ValueEntry& entry) const;
  // Two inputs of different files at one place are one input, if their types are equal. Returns whether
  // there is one.
  bool merge_input(ValueEntry& entry, const Input& input, const Field& place);
  // `as_required`, with one result for all rows of a table that compare one input.
  const TypeRef& required(const TypeRef& type);
  bool is_root(std::size_t module) const { return module == root_; }
  // Whether `module` amends `other`, directly or through a file that it amends.
  bool amends(std::size_t module, std::size_t other) const;
  template <class Entry, class Declaration>
  void amend(Entry& entry, const ast::Name& own, const ast::Name& name, Amendment<Declaration> amendment);
  void amend_type(std::size_t module, const ast::TypeDecl& declaration);
  void amend_value(std::size_t module, const ast::Declaration& declaration, const ast::Name& name,
                   ValueEntry::Kind kind);
  void nothing_to_amend(std::size_t module, const ast::Name& name, const std::string& word,
                        const std::vector<std::string>& names);
  void not_amended(std::size_t module, const ast::Name& name, const std::string& what, Span declared,
                   std::size_t declared_in);
  const ast::Type* amended_part(const TypeEntry& entry);
  bool check_parameters(const ast::LetDecl& amendment, std::size_t module, const Let& let);
  void resolve_types();
  void resolve_values();
  bool resolve_input(ValueEntry& entry);
  bool resolve_let(ValueEntry& entry);
  bool bind_parameters(const ast::LetDecl& declaration, std::size_t module, Let& let);
  void report_cycle(ValueEntry& entry);
  bool resolve_decision(ValueEntry& entry);
  bool resolve_list(ValueEntry& entry);
  bool resolve_members(ValueEntry& entry, const std::vector<ast::ListItem>& items);
  void check_unused_members();
  void no_member(const ast::Name& name);
  void not_a_list(const Type& left, const ast::Name& name, const std::string& test = "");
  bool is_list(const ast::Expr& e, const Type* wanted);
  ExprRef list_as_value(const ast::Expr& e, const std::string& help);
  std::vector<std::string> list_names() const;
  static std::string kind_words(const ValueEntry& entry);
  // Adds the members, those of the lists among them included. Returns false after a fault, which is
  // reported.
  bool add_items(ListPart first, Members& all);
  bool add_member(const ast::ListItem& item, const Type& type, const std::optional<Span>& use, Members& all);
  std::optional<ListPart> part_of(ValueEntry& list, const TypeRef& type, Span use, Members& all);
  bool is_compared_with(const ValueEntry& list, const Type& type, Span use);
  bool counts_fit(const ExprRef& left, const std::vector<ast::ListItem>& items);
  bool can_be_among(const Type& type, Span span);
  ExprRef among(const ExprRef& left, Members all, Span span);
  void resolve_reasons();
  bool check_name_against_values(const ast::Name& name, const Type& type, const char* what);
  bool check_local(const ast::Name& name, const char* what);
  void check_expansion();
  void warn_unused();
  ExprRef typed(const ast::Expr& e, const TypeRef& expected);
  TypeRef written_type(const ast::Type& type, std::size_t module);
  TypeRef named_type(const ast::NamedType& named, std::size_t module);
  TypeRef range_type(const ast::NumberType& number, Span span);
  TypeRef enum_type(const std::vector<const ast::EnumValue*>& written, Span span);
  // The type of a declaration with `any case`, or null after a fault, which is reported.
  TypeRef in_any_case(const TypeEntry& entry, const TypeRef& type);
  TypeRef set_type(const ast::SetType& set, std::size_t module);
  TypeRef map_type(const ast::MapType& map, Span span, std::size_t module);
  TypeRef record_type(const ast::RecordType& record, const std::vector<Amendment<ast::Field>>& written);
  // Returns false if names refer to names too deeply, which is reported once.
  bool descend(Span span);
  std::set<InputId> named_inputs() const;
  // Adds the field that was probably meant, or the list of fields.
  static void suggest_field(Diagnostic& d, const Type& record, const std::string& word);
  // Adds the value that was probably meant, or the list of values.
  void suggest_value(Diagnostic& d, const Type& type, const std::string& word) const;
  ExprRef name_expression(const ast::Name& name, Span span, const TypeRef& expected);
  // The condition of a quantifier for one value.
  struct Instance {
    ExprRef is_in;  // whether the value is in the set; null if the quantifier runs through a type
    ExprRef condition;
  };
  std::vector<Instance> instances(const ast::Quantified& n);
  static ExprRef instance_of(Instance each, bool some);
  ExprRef in_expression(const ast::In& in, Span span);
  ExprRef in_expression(const ExprRef& left, const ast::In& in, Span span);
  ExprRef but_not_expression(const ast::ButNot& n, Span span);
  ExprRef call_expression(const ast::Call& call, Span span);
  ExprRef let_reference(const ValueEntry& entry, std::vector<ExprRef> arguments, Span span);
  ExprRef else_expression(const ast::Else& e, Span span, const TypeRef& expected);
  // Whether a literal is a whole record, whose other members have their defaults, or the part of one that is given.
  enum class Record : std::uint8_t { whole, part };
  ExprRef record_expression(const ast::RecordLiteral& e, Span span, const TypeRef& expected, Record record);
  // A record with all fields of `expected`. Defaults are filled in. A missing field is
  // reported.
  ExprRef whole_record(const GivenMembers& given, const TypeRef& expected, Span span);
  // A record of the given members only. It has the fields of `shape`, if `shape` is not
  // null.
  ExprRef record_of_given(const GivenMembers& given, const Type* shape, Span span);
  ExprRef index_expression(const ast::IndexOf& e, Span span);
  ExprRef field_expression(const ast::FieldOf& e, Span span);
  ExprRef text_expression(const ast::Text& text, Span span, const TypeRef& expected);
  std::optional<std::string> enum_with(const std::string& value) const;
  ExprRef unknown_name(const ast::Name& name, const TypeRef& expected);
  std::string instead_of_function(const ast::Call& call) const;
  ExprRef unknown_function(const ast::Call& call);
  bool is_declared(const std::string& name);
  // Reports a name after `or` that is a value of what the operand before it compares.
  bool is_another_value(const ast::Expr& before, const ast::Expr& e);
  // Reports a name to the right of `is` that nothing declares, where the left side is a number or a text.
  bool is_undeclared(const ast::Expr& right, const Type& left);
  // Two numbers, or two texts, compared with each other; `how` lacks its sides.
  ExprRef related(const ExprRef& left, RelatedAs how, const ast::Expr& right, Span span);
  ExprRef extreme(const ast::Call& call, Span span);  // `min(a, b)`, `max(a, b)`
  // The step, and the type that it leads to; nothing after a fault, which is reported.
  std::optional<PathStep> path_step(const ast::PathStep& step, const TypeRef& type, TypeRef& next);
  std::optional<PathStep> field_step(const ast::Name& name, const TypeRef& type, TypeRef& next);
  std::optional<PathIndex> path_index(const ast::PathIndex& written, const Type& index);
  // Adds what an example gives at one path: one value or presence, or of a set one flag per value. Returns false after
  // a fault, which is reported.
  bool add_given(const ast::Given& given, std::vector<Given>& givens);
  bool add_given_set(const ast::Expr& written, const TypeRef& type, const Given& given, std::vector<Given>& givens);
  Diagnostic& report(DiagnosticId code, Span span, std::string message) {
    return diagnostics_.add(code, span, std::move(message));
  }

  // names.cpp
  EnumKey key_of(const Type& enumeration);
  void name_declared(const ast::Name& name, NameKind kind, const TypeRef& type);
  void name_used(const ast::Name& name, NameKind kind, Span declared);
  void name_used(const ast::Name& name, const ValueEntry& entry);
  void name_used(const ast::Name& name, const TypeEntry& entry);
  void name_used_in_scope(const ast::Name& name, NameKind kind, const ast::Name& declared);
  void value_used(const ast::Name& name, const Type& enumeration);
  // A name is looked up here. It is recorded if it stands for one that is being written.
  void name_wanted(const ast::Name& name, NamePlace::Expects expects, const TypeRef& type);

  NameRecord* names_ = nullptr;
  const Program& program_;
  std::size_t root_;
  const SourceSet& sources_;
  Diagnostics& diagnostics_;
  Model model_;
  std::deque<TypeEntry> types_;
  std::deque<ValueEntry> values_;
  std::vector<Scope> scopes_;     // one per module
  std::vector<int> input_ranks_;  // of the names of the model's inputs, as shown_name
  std::map<std::tuple<std::string, ast::PlaceKind, FileId>, std::uint32_t> inputs_at_;  // the first at a JSON Pointer
  std::map<const ValueEntry*, std::string> names_in_root_;                              // as the root file writes them
  // The enums and records that are amended, each with the entry that it is written in.
  std::map<const void*, const TypeEntry*> amended_types_;
  std::unordered_map<TypeRef, TypeRef> required_;  // of optional types, without `?`
  std::size_t module_ = 0;                         // the module whose names are looked up
  std::vector<Local> locals_;                      // of the declaration that is being resolved
  std::vector<const ValueEntry*> resolving_;  // entries that are being resolved; each is needed by the one before it
  std::vector<const TypeEntry*> resolving_types_;
  std::size_t depth_ = 0;  // of expressions and types in each other, through names
  bool depth_reported_ = false;
  std::size_t quantifiers_ = 0;                     // around the expression that is resolved
  std::set<std::uint32_t> unused_bound_;            // where names of quantifiers stand that were reported
  std::size_t quantified_ = 0;                      // expressions inside of quantifiers so far
  std::size_t expanded_members_ = 0;                // of lists, over all uses
  std::set<std::pair<Span, std::string>> misfits_;  // members of named lists that were reported, with the type
};

// The way round a cycle: "`a` refers to `b`, `b` to `c`, `c` to `a`". The middle of a
// long cycle is left out.
std::string way_round(const std::vector<std::string>& names);
// Sorts the parts of a cut and makes its ranges disjoint. Adjacent ranges are joined: 1..2 and 3..5
// become 1..5.
void normalize(Cut& cut);
bool share_a_value(const Type& a, const Type& b);
// The words as alternatives: "a", "a or b", "a, b or c".
std::string alternatives(const std::vector<std::string>& words);

inline ExprRef make_expr(decltype(Expr::node) node, TypeRef type, Span span) {
  return std::make_shared<const Expr>(Expr{std::move(node), std::move(type), span});
}

}  // namespace tally
