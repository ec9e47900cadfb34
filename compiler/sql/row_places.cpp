#include "compiler/sql/row_places.h"

#include <algorithm>

#include "base/letter_case.h"

namespace tally::sql {
namespace {

// A literal of a column, and the code that it is read as.
struct Spelling {
  std::string literal;
  std::uint32_t code;
};

// What a leaf may be, for the text of a fault: "one of onnet, offnet".
std::string values_of(const Element& leaf) {
  constexpr std::size_t shown_values = 8;
  const Type& type = *leaf.type;
  if (type.kind == Type::Kind::number)
    return "a whole number in " + std::to_string(type.low) + ".." + std::to_string(type.high);
  if (type.kind == Type::Kind::text) return "a text";
  if (type.is_flag && leaf.kind == ast::PlaceKind::other) return "true or unset";
  if (type.is_flag && leaf.flag_texts.on.empty()) return "true or false";
  std::vector<std::string> all;
  if (type.is_flag) {
    all = leaf.flag_texts.on;
    all.insert(all.end(), leaf.flag_texts.off.begin(), leaf.flag_texts.off.end());
  } else {
    for (const EnumValue& value : type.values) all.push_back(value.spelling);
  }
  std::string out = "one of ";
  for (std::size_t i = 0; i < std::min(all.size(), shown_values); ++i) out += (i == 0 ? "" : ", ") + all[i];
  return out + (all.size() > shown_values ? ", ..." : "");
}

// CASE column WHEN 'onnet' THEN 1 ..., after NULL, which most columns have most of the time; 0 or `unset` where it is
// NULL, -1 where it is none of them.
std::string coded(Dialect dialect, const std::string& column, const std::string& compared,
                  const std::vector<Spelling>& spellings, std::uint32_t unset) {
  const bool is_simple = dialect != Dialect::clickhouse;
  std::string out = "CASE WHEN " + is_null(dialect, column) + " THEN " + std::to_string(unset);
  if (is_simple) out += " ELSE CASE " + compared;
  for (const auto& [literal, code] : spellings)
    out += " WHEN " + (is_simple ? literal : compared + " = " + literal) + " THEN " + std::to_string(code);
  return out + (is_simple ? " ELSE -1 END END" : " ELSE -1 END");
}

// Whether the column of a flag is one of booleans.
bool is_boolean(Dialect dialect, const Element& leaf, ColumnKind type) {
  const bool has_booleans = dialect == Dialect::postgresql || dialect == Dialect::duckdb;
  return leaf.type->is_flag && leaf.flag_texts.on.empty() && has_booleans &&
         (type == ColumnKind::boolean || type == ColumnKind::unknown);
}

std::vector<Spelling> flag_spellings(Dialect dialect, const Element& leaf, ColumnKind type) {
  std::vector<Spelling> out;
  const auto add = [&](const std::vector<std::string>& texts, std::uint32_t code) {
    for (const std::string& text : texts) out.push_back({quoted_text(dialect, text), code});
  };
  if (!leaf.flag_texts.on.empty()) {
    add(leaf.flag_texts.on, 2);
    add(leaf.flag_texts.off, 1);
  } else if (type == ColumnKind::text) {
    add({"on", "true", "t", "1"}, 2);
    add({"off", "false", "f", "0"}, 1);
  } else if (type == ColumnKind::integer || dialect == Dialect::clickhouse || dialect == Dialect::sqlite) {
    out = {{"1", 2}, {"0", 1}};
    if (dialect != Dialect::sqlite) return out;
    add({"on", "true", "t"}, 2);
    add({"off", "false", "f"}, 1);
  } else {
    out = {{"TRUE", 2}, {"FALSE", 1}};
  }
  return out;
}

}  // namespace

RowPlaces::RowPlaces(const Model& model, const Writer& writer, Levels& levels, const PlaceMap& map,
                     const std::vector<InputId>& inputs, std::string table)
    : model_(model), writer_(writer), levels_(levels), map_(map), table_(std::move(table)) {
  for (const InputId input : inputs) {
    const ElementId element = model.at(input).element;
    read(element);
    complete(element, writer.truth(true));
  }
  check_rivals();
}

std::string RowPlaces::shown(ElementId element) const {
  const auto place = map_.find(element);
  const bool has_column = place != map_.end() && place->second.kind != Place::Kind::constant;
  return "`" + at(element).name + "`" + (has_column ? " (" + place->second.column + ")" : "");
}

void RowPlaces::add_fault(const Expr& condition, std::string text) {
  if (condition.always == false) return;
  fault_texts_.push_back(std::move(text));
  fault_arms_.emplace_back(condition, writer_.code(static_cast<std::uint32_t>(fault_texts_.size())));
}

Expr RowPlaces::fault() {
  if (fault_arms_.empty()) return writer_.code(0);
  return levels_.define("f", writer_.chosen(fault_arms_, writer_.code(0)));
}

// --- what a row has ------------------------------------------------------------------------

RowPlaces::Given RowPlaces::read(ElementId element) {
  const Element& e = at(element);
  if (e.kind != ast::PlaceKind::any) one_place_[e.pointer].push_back(element);
  if (e.is_leaf()) return given_[element] = read_leaf(element);
  std::vector<Expr> inside;
  bool has_columns = false;
  for (const ElementId child : e.children) {
    const Given of_child = read(child);
    inside.push_back(of_child.condition);
    has_columns = has_columns || of_child.has_columns;
  }
  const auto place = map_.find(element);
  if (place != map_.end()) {
    const std::string null = is_null(writer_.dialect(), column(place->second));
    const bool when_null = place->second.kind == Place::Kind::set_when_null;
    Expr condition{when_null ? null : "NOT (" + null + ")", Tightness::comparison};
    inside.push_back(levels_.define(name('b', element), std::move(condition)));
    has_columns = true;
  }
  const Expr any = writer_.either(inside);
  return given_[element] = {any, writer_.negated(any), has_columns};
}

RowPlaces::Given RowPlaces::read_leaf(ElementId leaf) {
  const auto place = map_.find(leaf);
  if (place == map_.end()) return {writer_.truth(false), writer_.truth(true), false};
  const bool is_number = at(leaf).type->kind == Type::Kind::number;
  if (place->second.kind == Place::Kind::constant) {
    read_constant(leaf, place->second);
    return {writer_.truth(true), writer_.truth(false), true};
  }
  if (at(leaf).type->is_enum()) {
    read_enum(leaf, place->second);
  } else if (is_number) {
    read_number(leaf, place->second);
  } else {
    read_text(leaf, place->second);
  }
  const Expr& read = is_number ? raw_.at(leaf).value : raw_.at(leaf).code;
  const std::string unset = is_number ? "-1" : "0";
  return {Writer::made(read.text + " <> " + unset, Tightness::comparison, {&read}),
          Writer::made(read.text + " = " + unset, Tightness::comparison, {&read}), true};
}

void RowPlaces::read_constant(ElementId leaf, const Place& place) {
  Leaf& raw = raw_[leaf];
  raw.code = writer_.code(1);
  if (const auto* code = std::get_if<std::uint8_t>(&place.constant)) raw.code = writer_.code(*code);
  if (const auto* number = std::get_if<std::uint64_t>(&place.constant)) raw.value.text = std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&place.constant))
    raw.value.text = quoted_text(writer_.dialect(), *text);
}

void RowPlaces::read_enum(ElementId leaf, const Place& place) {
  const Element& e = at(leaf);
  const Dialect dialect = writer_.dialect();
  const std::string column = this->column(place);
  std::vector<Spelling> spellings;
  const bool is_text = !e.type->is_flag || !e.flag_texts.on.empty() || place.type == ColumnKind::text;
  std::string compared = is_text ? text_of_column(dialect, column, place.type) : column;
  // A column of booleans has no bad value.
  if (is_boolean(dialect, e, place.type) && e.kind != ast::PlaceKind::other) {
    raw_[leaf].code = levels_.define(name('r', leaf),
                                     Expr{"CASE WHEN " + column + " THEN 2 WHEN NOT " + column + " THEN 1 ELSE 0 END"});
    return;
  }
  if (e.type->is_flag) {
    spellings = flag_spellings(dialect, e, place.type);
    // Whether a value of another kind stands there is on or unset, never off.
    if (e.kind == ast::PlaceKind::other)
      spellings.erase(std::remove_if(spellings.begin(), spellings.end(), [](const Spelling& s) { return s.code == 1; }),
                      spellings.end());
  } else {
    if (e.type->any_case) compared = small_letters(dialect, compared);
    std::set<std::string> seen;
    for (std::uint32_t i = 0; i < e.type->values.size(); ++i) {
      for (std::string spelling : spellings_of(e.type->values[i])) {
        if (e.type->any_case) spelling = lower_case(std::string_view(spelling));
        if (seen.insert(spelling).second) spellings.push_back({quoted_text(dialect, spelling), i + 1});
      }
    }
  }
  raw_[leaf].code =
      levels_.define(name('r', leaf), Expr{coded(dialect, column, compared, spellings, 0), Tightness::atom});
  const Expr& code = raw_[leaf].code;
  add_fault(Writer::made(code.text + " = -1", Tightness::comparison, {&code}), shown(leaf) + " is not " + values_of(e));
}

void RowPlaces::read_number(ElementId leaf, const Place& place) {
  const Dialect dialect = writer_.dialect();
  const std::string column = this->column(place);
  const Type& type = *at(leaf).type;
  raw_[leaf].value =
      levels_.define(name('m', leaf), Expr{"CASE WHEN " + is_null(dialect, column) + " THEN -1 WHEN " +
                                               whole_in_range(dialect, column, place.type, {type.low, type.high}) +
                                               " THEN " + as_whole(dialect, column) + " ELSE -2 END",
                                           Tightness::atom});
  const Expr& number = raw_[leaf].value;
  add_fault(Writer::made(number.text + " = -2", Tightness::comparison, {&number}),
            shown(leaf) + " is not " + values_of(at(leaf)));
}

void RowPlaces::read_text(ElementId leaf, const Place& place) {
  const Dialect dialect = writer_.dialect();
  const std::string column = this->column(place);
  const std::string wrong = not_text(dialect, column);
  const std::string null = "CASE WHEN " + is_null(dialect, column) + " THEN 0";
  raw_[leaf].code = levels_.define(name('q', leaf),
                                   Expr{null + (wrong.empty() ? "" : " WHEN " + wrong + " THEN -1") + " ELSE 1 END"});
  const char* const coalesce = dialect == Dialect::clickhouse ? "ifNull(" : "COALESCE(";
  raw_[leaf].value =
      levels_.define(name('u', leaf), Expr{coalesce + text_of_column(dialect, column, place.type) + ", '')"});
  if (wrong.empty()) return;
  const Expr& code = raw_[leaf].code;
  add_fault(Writer::made(code.text + " = -1", Tightness::comparison, {&code}), shown(leaf) + " is not a text");
}

// --- what a call has -------------------------------------------------------------------------

void RowPlaces::complete(ElementId element, const Expr& around) {
  const Element& e = at(element);
  if (e.is_leaf()) return complete_leaf(element, around);
  // What is given in an object shows that those around it are present, too.
  const Given& given = given_.at(element);
  Expr present = around;
  if (e.optional() && !e.default_value) present = levels_.define(name('s', element), given.condition);
  if (!e.optional() && !e.default_value) check_given(element, around);
  present_[element] = present;
  for (const ElementId child : e.children) complete(child, present);
}

// An element that is required stands in every row where the object around it is present.
void RowPlaces::check_given(ElementId element, const Expr& around) {
  const Element& e = at(element);
  const Given& given = given_.at(element);
  const Expr wanting = writer_.both({around, given.absent});
  add_fault(wanting, shown(element) + " is missing");
  if (wanting.always != true && (given.has_columns || around.always == false)) return;
  errors_.push_back({Cause::usage, "`" + e.name + "` is required, and has no column",
                     e.is_leaf() ? "`" + e.name + " = COLUMN`" : "`" + e.name + " is set when COLUMN is not null`"});
}

void RowPlaces::complete_leaf(ElementId leaf, const Expr& around) {
  const Element& e = at(leaf);
  const Given& given = given_.at(leaf);
  const bool in_set = e.parent && at(*e.parent).type->set;
  std::optional<Literal> otherwise = e.default_value;
  if (in_set && !otherwise) otherwise = EnumName{e.type->values.front().name};
  if (!otherwise && !e.optional()) check_given(leaf, around);
  const bool is_number = e.type->kind == Type::Kind::number;
  const Expr unset = is_number ? Expr{"-1"} : writer_.code(0);
  Expr unset_text{"''"}, default_code = writer_.code(1), default_value = unset_text;
  if (otherwise) {
    if (const auto* value = std::get_if<EnumName>(&*otherwise))
      default_code = writer_.code(static_cast<std::uint32_t>(value_index(*e.type, value->name).value_or(0) + 1));
    if (const auto* number = std::get_if<std::uint64_t>(&*otherwise)) default_value = Expr{std::to_string(*number)};
    if (const auto* text = std::get_if<std::string>(&*otherwise))
      default_value = Expr{quoted_text(writer_.dialect(), *text)};
  }
  // The value that the row has, or the default where the objects around it are present.
  const auto completed = [&](const std::optional<Expr>& raw, const Expr& default_is, const Expr& none) {
    if (!otherwise) return raw.value_or(none);
    std::vector<std::pair<Expr, Expr>> arms;
    if (raw) arms.emplace_back(given.condition, *raw);
    arms.emplace_back(around, default_is);
    return writer_.chosen(arms, none);
  };
  const auto raw = raw_.find(leaf);
  const bool has_raw = raw != raw_.end();
  const auto of = [&](Expr Leaf::*member) { return has_raw ? std::optional(raw->second.*member) : std::nullopt; };
  Leaf& made = leaves_[leaf];
  const auto named = [&](char kind, Expr value) {
    return value.uses.empty() ? value : levels_.define(name(kind, leaf), std::move(value));
  };
  if (!is_number) made.code = named('e', completed(of(&Leaf::code), default_code, unset));
  if (is_number) made.value = named('v', completed(of(&Leaf::value), default_value, unset));
  if (e.type->kind == Type::Kind::text) made.value = named('v', completed(of(&Leaf::value), default_value, unset_text));
}

// Of several elements that read one place in its different kinds at most one is set.
void RowPlaces::check_rivals() {
  for (const auto& [pointer, rivals] : one_place_) {
    for (std::size_t i = 0; i < rivals.size(); ++i) {
      for (std::size_t j = i + 1; j < rivals.size(); ++j) {
        const Expr two = writer_.both({given_.at(rivals[i]).condition, given_.at(rivals[j]).condition});
        add_fault(two, shown(rivals[i]) + " and " + shown(rivals[j]) + " stand at one place, and both are set");
      }
    }
  }
}

std::vector<ElementId> RowPlaces::never_set(const std::set<ElementId>& read) const {
  std::set<ElementId> out;
  for (const ElementId element : read) {
    const auto given = given_.find(element);
    if (given == given_.end() || given->second.has_columns || at(element).relation) continue;
    ElementId whole = element;
    for (auto above = at(whole).parent; above && !given_.at(*above).has_columns; above = at(whole).parent)
      whole = *above;
    out.insert(whole);
  }
  return {out.begin(), out.end()};
}

// --- what the graph reads ------------------------------------------------------------------------

Expr RowPlaces::is_set(ElementId leaf) {
  const Leaf& made = leaves_.at(leaf);
  if (at(leaf).type->kind != Type::Kind::number) return writer_.among(made.code, {1}, 2);
  if (made.value.uses.empty()) return writer_.truth(made.value.text != "-1");
  return Writer::made(made.value.text + " <> -1", Tightness::comparison, {&made.value});
}

std::optional<Expr> RowPlaces::presence(ElementId element) const {
  const auto present = present_.find(element);
  return present == present_.end() ? std::nullopt : std::optional(present->second);
}

Expr RowPlaces::code(ElementId element) {
  const Element& e = at(element);
  if (!e.relation) {
    if (e.is_leaf()) return leaves_.at(element).code;
    return writer_.code_of(present_.at(element));
  }
  const auto known = relations_.find(element);
  if (known != relations_.end()) return known->second;
  const auto [left, right] = *e.relation;
  const Expr &a = value(left), &b = value(right);
  const auto compared = [&](const std::string& sign) {
    return Writer::made(a.text + sign + b.text, Tightness::comparison, {&a, &b});
  };
  Expr code;
  if (at(left).type->kind == Type::Kind::number) {
    const Expr unset = writer_.either({writer_.negated(is_set(left)), writer_.negated(is_set(right))});
    code = writer_.chosen(
        {{unset, writer_.code(0)}, {compared(" < "), writer_.code(1)}, {compared(" = "), writer_.code(2)}},
        writer_.code(3));
  } else {
    const Expr &set_left = leaves_.at(left).code, &set_right = leaves_.at(right).code;
    const Expr as_set =
        Writer::made(set_left.text + " = " + set_right.text, Tightness::comparison, {&set_left, &set_right});
    code = writer_.chosen({{writer_.both({compared(" = "), as_set}), writer_.code(1)}}, writer_.code(2));
  }
  return relations_[element] = levels_.define(name('w', element), code);
}

}  // namespace tally::sql
