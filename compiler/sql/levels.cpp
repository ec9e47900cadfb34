#include "compiler/sql/levels.h"

#include <algorithm>
#include <map>

namespace tally::sql {
namespace {

// Lines are broken after some columns.
constexpr std::size_t line_bytes = 110;

void add_uses(std::vector<DefinitionId>& uses, const std::vector<DefinitionId>& more) {
  std::vector<DefinitionId> all;
  std::set_union(uses.begin(), uses.end(), more.begin(), more.end(), std::back_inserter(all));
  uses = std::move(all);
}

// `n4 <> 2` for `n4 = 2`, and the other way round; empty for any other text.
std::string opposite_comparison(const std::string& text) {
  const std::size_t name = text.find(' ');
  const std::size_t sign = name == std::string::npos ? name : text.find(' ', name + 1);
  if (sign == std::string::npos || text.find_first_not_of("0123456789-", sign + 1) != std::string::npos) return {};
  const std::string between = text.substr(name, sign - name);
  if (between != " =" && between != " <>") return {};
  return text.substr(0, name) + (between == " =" ? " <>" : " =") + text.substr(sign);
}

// Items with commas, in lines.
std::string listed(const std::vector<std::string>& items, const std::string& indent) {
  std::string out, line;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string item = items[i] + (i + 1 < items.size() ? "," : "");
    if (!line.empty() && line.size() + item.size() + 1 > line_bytes) {
      out += line + "\n" + indent;
      line.clear();
    }
    line += (line.empty() ? "" : " ") + item;
  }
  return out + line;
}

}  // namespace

Expr Writer::truth(bool value) const {
  Expr out{boolean(dialect_, value)};
  out.always = value;
  return out;
}

Expr Writer::code(std::uint32_t value) const {
  Expr out{std::to_string(value)};
  out.code = value;
  return out;
}

Expr Writer::made(std::string text, Tightness tight, const std::vector<const Expr*>& of) {
  Expr out{std::move(text), tight};
  for (const Expr* one : of) {
    add_uses(out.uses, one->uses);
    out.depth = std::max(out.depth, one->depth + 1);
  }
  return out;
}

std::string Writer::at_least(const Expr& expression, Tightness tight) {
  return expression.tight >= tight ? expression.text : "(" + expression.text + ")";
}

Expr Writer::negated(const Expr& condition) const {
  if (condition.always) return truth(!*condition.always);
  if (const std::string text = opposite_comparison(condition.text); !text.empty())
    return made(text, Tightness::comparison, {&condition});
  return made("NOT " + at_least(condition, Tightness::atom), Tightness::comparison, {&condition});
}

Expr Writer::combined(const std::vector<Expr>& conditions, bool all) const {
  std::vector<const Expr*> left;
  for (const Expr& one : conditions) {
    if (one.always && *one.always != all) return truth(!all);
    if (!one.always) left.push_back(&one);
  }
  if (left.empty()) return truth(all);
  if (left.size() == 1) return *left.front();
  std::string text;
  for (const Expr* one : left) {
    if (!text.empty()) text += all ? " AND " : " OR ";
    text += at_least(*one, Tightness::comparison);
  }
  return made(std::move(text), all ? Tightness::conjunction : Tightness::disjunction, left);
}

Expr Writer::among(const Expr& of, const std::vector<std::uint32_t>& codes, std::uint32_t count) const {
  if (codes.empty() || codes.size() == count) return truth(!codes.empty());
  if (of.code) return truth(std::binary_search(codes.begin(), codes.end(), *of.code));
  const bool has_no = codes.front() == 0, has_yes = std::binary_search(codes.begin(), codes.end(), 1u);
  if (of.condition && has_no != has_yes) return has_yes ? *of.condition : negated(*of.condition);
  const std::string left = at_least(of, Tightness::atom);
  const auto compared = [&](const std::string& right) { return made(left + right, Tightness::comparison, {&of}); };
  const bool is_run = codes.back() - codes.front() + 1 == codes.size();
  if (is_run && codes.back() + 1 == count && codes.front() == 1) return compared(" <> 0");
  if (codes.size() == 1) return compared(" = " + std::to_string(codes.front()));
  if (is_run && codes.back() + 1 == count) return compared(" >= " + std::to_string(codes.front()));
  if (is_run && codes.front() == 0) return compared(" <= " + std::to_string(codes.back()));
  if (is_run && codes.size() > 3)
    return compared(" BETWEEN " + std::to_string(codes.front()) + " AND " + std::to_string(codes.back()));
  std::vector<std::uint32_t> others;
  for (std::uint32_t code = 0; code < count; ++code) {
    if (!std::binary_search(codes.begin(), codes.end(), code)) others.push_back(code);
  }
  if (others.size() == 1) return compared(" <> " + std::to_string(others.front()));
  const bool turned = others.size() < codes.size();
  std::string list;
  for (const std::uint32_t code : turned ? others : codes) list += (list.empty() ? "" : ", ") + std::to_string(code);
  return compared((turned ? " NOT IN (" : " IN (") + list + ")");
}

// CASE WHEN when THEN 1 ELSE 0 END is 1 under a condition that needs no CASE.
void Writer::add_condition(Expr& made, const Expr& when, const Expr& then, const Expr& otherwise) const {
  if (then.code == 1u && otherwise.code == 0u) made.condition = std::make_shared<Expr>(when);
  if (then.code == 0u && otherwise.code == 1u) made.condition = std::make_shared<Expr>(negated(when));
}

Expr Writer::chosen(const std::vector<std::pair<Expr, Expr>>& arms, const std::optional<Expr>& otherwise) const {
  std::string text;
  std::vector<const Expr*> parts;
  std::optional<Expr> last = otherwise;
  for (const auto& [condition, value] : arms) {
    if (condition.always == false) continue;
    if (condition.always == true) {
      last = value;
      break;
    }
    text += " WHEN " + condition.text + " THEN " + value.text;
    parts.push_back(&condition);
    parts.push_back(&value);
  }
  if (text.empty() && last) return *last;
  if (text.empty()) return Expr{"NULL"};
  if (last) {
    text += " ELSE " + last->text;
    parts.push_back(&*last);
  }
  Expr out = made("CASE" + text + " END", Tightness::atom, parts);
  if (parts.size() == 3) add_condition(out, *parts[0], *parts[1], *parts[2]);
  return out;
}

namespace {

// The values of codes, as the arms of a CASE. Codes with one value are one arm.
struct CodeArms {
  std::vector<std::pair<const Expr*, std::vector<std::uint32_t>>> arms;
  const Expr* last = nullptr;  // the value of the most codes, if every code has one
};

CodeArms arms_of(const std::vector<std::optional<Expr>>& values) {
  CodeArms out;
  std::map<std::string_view, std::size_t> arm_of;
  bool is_whole = true;
  for (std::uint32_t code = 0; code < values.size(); ++code) {
    if (!values[code]) {
      is_whole = false;
      continue;
    }
    const auto [at, is_new] = arm_of.try_emplace(values[code]->text, out.arms.size());
    if (is_new) out.arms.emplace_back(&*values[code], std::vector<std::uint32_t>{});
    out.arms[at->second].second.push_back(code);
  }
  if (!is_whole || out.arms.empty()) return out;
  const auto most = std::max_element(out.arms.begin(), out.arms.end(),
                                     [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
  out.last = most->first;
  out.arms.erase(most);
  return out;
}

// Whether CASE compares one expression with one code after another.
bool is_simple_case(Dialect dialect, const CodeArms& of) {
  return dialect != Dialect::clickhouse &&
         std::all_of(of.arms.begin(), of.arms.end(), [](const auto& arm) { return arm.second.size() == 1; });
}

}  // namespace

bool Writer::writes_code_once(const std::vector<std::optional<Expr>>& values) const {
  const CodeArms arms = arms_of(values);
  return arms.arms.size() <= 1 || is_simple_case(dialect_, arms);
}

Expr Writer::by_code(const Expr& of, const std::vector<std::optional<Expr>>& values) const {
  if (of.code && *of.code < values.size()) {
    const auto& value = values[*of.code];
    return value ? *value : Expr{"NULL"};
  }
  const CodeArms all = arms_of(values);
  if (all.arms.empty()) return all.last != nullptr ? *all.last : Expr{"NULL"};
  const bool is_simple = is_simple_case(dialect_, all) && all.arms.size() > 1;
  std::vector<const Expr*> parts{&of};
  std::string text = "CASE";
  if (is_simple) text += " " + at_least(of, Tightness::atom);
  for (const auto& [value, codes] : all.arms) {
    text += " WHEN ";
    text += is_simple ? std::to_string(codes.front())
                      : among(of, codes, static_cast<std::uint32_t>(values.size()) + 1).text;
    text += " THEN " + value->text;
    parts.push_back(value);
  }
  if (all.last != nullptr) {
    text += " ELSE " + all.last->text;
    parts.push_back(all.last);
  }
  Expr out = made(text + " END", Tightness::atom, parts);
  if (all.arms.size() == 1 && all.last != nullptr) {
    const auto& [value, codes] = all.arms.front();
    add_condition(out, among(of, codes, static_cast<std::uint32_t>(values.size())), *value, *all.last);
  }
  return out;
}

Expr Writer::code_of(const Expr& condition) const {
  if (condition.always) return code(*condition.always ? 1 : 0);
  Expr out = made("CASE WHEN " + condition.text + " THEN 1 ELSE 0 END", Tightness::atom, {&condition});
  out.condition = std::make_shared<Expr>(condition);
  return out;
}

Expr Writer::condition_of(const Expr& of) const {
  if (of.code) return truth(*of.code == 1);
  if (of.condition) return *of.condition;
  return made(at_least(of, Tightness::atom) + " = 1", Tightness::comparison, {&of});
}

Expr Levels::define(const std::string& name, Expr value) {
  if (value.always || value.code) return value;
  if (value.uses.size() == 1 && value.text == definitions_[value.uses.front()].name) return value;
  const auto [known, is_new] = by_name_.try_emplace(name, static_cast<DefinitionId>(definitions_.size()));
  const DefinitionId id = known->second;
  if (!is_new) return reference(id);
  unsigned level = 0;
  for (const DefinitionId used : value.uses) level = std::max(level, definitions_[used].level + 1);
  definitions_.push_back({name, std::move(value), level});
  return reference(id);
}

Expr Levels::reference(DefinitionId id) const {
  Expr out{definitions_[id].name};
  out.uses = {id};
  return out;
}

std::vector<Levels::Level> Levels::needed_levels(const std::vector<NamedColumn>& columns) const {
  // The last level that uses each definition; 0: none does. The columns stand behind all levels.
  std::vector<unsigned> last_use(definitions_.size(), 0);
  unsigned count = 1;
  const auto use = [&](const Expr& value, unsigned level) {
    for (const DefinitionId used : value.uses) last_use[used] = std::max(last_use[used], level);
  };
  for (const NamedColumn& column : columns) {
    for (const DefinitionId used : column.value.uses) count = std::max(count, definitions_[used].level + 1);
  }
  for (const NamedColumn& column : columns) use(column.value, count);
  for (DefinitionId id = static_cast<DefinitionId>(definitions_.size()); id-- > 0;) {
    if (last_use[id] > 0) use(definitions_[id].value, definitions_[id].level);
  }
  std::vector<Level> levels(count);
  for (DefinitionId id = 0; id < definitions_.size(); ++id) {
    if (last_use[id] == 0) continue;
    const unsigned level = definitions_[id].level;
    levels[level].computed.push_back(id);
    for (unsigned later = level + 1; later < std::min(last_use[id], count); ++later)
      levels[later].handed_on.push_back(id);
  }
  return levels;
}

std::vector<std::string> Levels::items_of(const Level& level) const {
  std::vector<std::string> items;
  for (const DefinitionId id : level.handed_on) items.push_back(definitions_[id].name);
  for (const DefinitionId id : level.computed)
    items.push_back(definitions_[id].value.text + " AS " + definitions_[id].name);
  return items;
}

std::string Levels::text(Dialect dialect, const std::string& table, const std::vector<KeptName>& kept,
                         const std::vector<NamedColumn>& columns) {
  const bool common = has_common_tables(dialect);
  const std::vector<Level> levels = needed_levels(columns);
  std::string with, from = table;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    std::vector<std::string> items;
    for (std::size_t k = 0; k < kept.size(); ++k)
      items.push_back((i == 0 ? kept[k].column + " AS " : "") + "k" + std::to_string(k));
    for (std::string& item : items_of(levels[i])) items.push_back(std::move(item));
    if (items.empty()) items.emplace_back("1 AS nothing");
    widest_ = std::max(widest_, items.size());
    const std::string select = "SELECT " + listed(items, "    ") + "\n  FROM " + from + barrier(dialect);
    if (common) {
      from = "p" + std::to_string(i);
      with += (i == 0 ? "WITH " : ",\n") + from + " AS (\n  " + select + ")";
    } else {
      from = "(\n  " + select + ")";
    }
  }
  std::vector<std::string> items;
  for (std::size_t k = 0; k < kept.size(); ++k) items.push_back("k" + std::to_string(k) + " AS " + kept[k].name);
  for (const NamedColumn& column : columns) items.push_back(column.value.text + " AS " + column.name);
  widest_ = std::max(widest_, items.size());
  return with + (common ? "\n" : "") + "SELECT " + listed(items, "  ") + "\nFROM " + from;
}

}  // namespace tally::sql
