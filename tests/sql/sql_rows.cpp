// Makes a script of SQL for an engine: views of policies over tables of random rows, and what is in them. Compares what
// the engine printed with what the compiled functions decide.
//
//   sql_rows make FOLDER DIALECT ROWS FIRST_SEED SEEDS RULE_FILE...   writes FOLDER/script.sql and FOLDER/expected
//   sql_rows check FOLDER                                           compares FOLDER/actual with FOLDER/expected
//
// A row is printed as values with tabs between them: \N for NULL, \\, \t and \n. Of the fault, `expected` has the names
// of the elements that may be at fault, with bars between them.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/overloaded.h"
#include "compiler/sql/view.h"
#include "runtime/documents/answer.h"
#include "tests/sql/random_rows.h"
#include "tests/support/random_policy.h"
#include "tests/support/rule_files.h"

namespace tally::testing {
namespace {

using sql::Dialect;
using Column = sql::OutcomeColumn;

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\': out += "\\\\"; break;
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      default: out += c;
    }
  }
  return out;
}

// --- what is decided -------------------------------------------------------------------------

class Decided {
 public:
  Decided(const Running& running, const Policy& policy, const Deployment& deployment)
      : running_(running), policy_(policy), deployment_(deployment) {}

  // The cells of the row's outcome. Nothing is decided if it has a fault.
  std::string line(Row& row, const std::vector<Column>& columns) {
    call_.facts = row.facts;
    std::vector<DocumentFault> faults;
    running_.binder.completion().complete(call_, faults);
    std::string fault;
    const auto add = [&](const std::string& name) { fault += (fault.empty() ? "" : "|") + name; };
    for (const ElementIndex element : row.faults) add(running_.descriptor().elements[element].name);
    for (const DocumentFault& one : faults) add(one.message.substr(1, one.message.find('`', 1) - 1));
    const bool is_good = fault.empty();
    if (is_good) decide(running_.descriptor(), running_.compiled.code, call_, true, results_);
    std::string out;
    for (const Column& column : columns) {
      if (column.kind == Column::Kind::fault) continue;
      const auto cell = is_good ? cell_of(column) : std::nullopt;
      out += (cell ? escaped(*cell) : "\\N") + "\t";
    }
    return out + (fault.empty() ? "\\N" : fault);
  }

 private:
  std::optional<std::string> cell_of(const Column& column) {
    const DecisionDescriptor& decision = running_.descriptor().decisions[column.output];
    switch (column.kind) {
      case Column::Kind::rule: return std::to_string(rule_number(decision, results_));
      case Column::Kind::reason: return reason(decision, call_, results_);
      case Column::Kind::value: break;
      case Column::Kind::fault: return std::nullopt;
    }
    const ResultPart& part = deployment_.outputs[column.output].parts[column.part];
    const std::uint16_t code = results_.slots[decision.rule_slot + 1 + column.part];
    if (part.kind == ResultPart::Kind::presence) return code == 1 ? "true" : "false";
    if (code == 0) return std::nullopt;
    if (part.kind == ResultPart::Kind::enumeration) {
      if (part.type->is_flag) return code == 2 ? "true" : "false";
      return part.type->values[code - 1].spelling;
    }
    return text_of(part.origins[code - 1]);
  }

  std::string text_of(const Origin& origin) const {
    return std::visit(
        overloaded{[](std::uint64_t number) { return std::to_string(number); },
                   [](const std::string& text) { return text; }, [&](ElementId element) { return text_of(element); },
                   [&](const InsertedText& text) {
                     std::string out;
                     for (const auto& piece : text.pieces) {
                       const auto* words = std::get_if<std::string>(&piece);
                       out += words ? *words : text_of(std::get<ElementId>(piece));
                     }
                     return out;
                   }},
        origin);
  }
  std::string text_of(ElementId element) const {
    const std::string& name = policy_.model->at(element).name;
    for (ElementIndex i = 0; i < running_.descriptor().elements.size(); ++i) {
      if (running_.descriptor().elements[i].name != name) continue;
      const Fact& fact = call_.facts.by_element[i];
      if (const auto* number = std::get_if<std::uint64_t>(&fact)) return std::to_string(*number);
      if (const auto* text = std::get_if<std::string>(&fact)) return *text;
    }
    return {};
  }

  const Running& running_;
  const Policy& policy_;
  const Deployment& deployment_;
  BoundCall call_;
  Results results_;
};

// --- the script ------------------------------------------------------------------------------

std::string type_name(Dialect dialect, RowColumn::Type type) {
  const bool wide = type == RowColumn::Type::decimal;
  switch (dialect) {
    case Dialect::postgresql:
    case Dialect::duckdb:
      if (type == RowColumn::Type::boolean) return "boolean";
      if (type == RowColumn::Type::text) return dialect == Dialect::duckdb ? "varchar" : "text";
      return wide ? "numeric(20, 2)" : "bigint";
    case Dialect::clickhouse:
      if (type == RowColumn::Type::boolean) return "Nullable(UInt8)";
      if (type == RowColumn::Type::text) return "Nullable(String)";
      return wide ? "Nullable(Float64)" : "Nullable(Int64)";
    case Dialect::sqlite: return "";
  }
  return {};
}

std::string literal(Dialect dialect, const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::null: return "NULL";
    case Cell::Kind::boolean:
      if (dialect == Dialect::clickhouse || dialect == Dialect::sqlite) return cell.text == "true" ? "1" : "0";
      return cell.text;
    case Cell::Kind::integer:
    case Cell::Kind::fraction: return cell.text;
    case Cell::Kind::text: return sql::quoted_text(dialect, cell.text);
  }
  return {};
}

// One cell as it is printed.
std::string printed(Dialect dialect, const Column& column) {
  const std::string name = sql::quoted_name(dialect, column.name);
  std::string text = name;
  std::string null = "'\\N'", slash = "'\\'", slashes = "'\\\\'", tab_out = "'\\t'", line_out = "'\\n'";
  std::string tab = "chr(9)", line = "chr(10)", replace = "replace";
  if (dialect == Dialect::postgresql || dialect == Dialect::duckdb) {
    text = "CAST(" + text + " AS text)";
  } else if (dialect == Dialect::sqlite) {
    tab = "char(9)";
    line = "char(10)";
  } else {
    text = "ifNull(toString(" + text + "), '')";
    null = "'\\\\N'", slash = "'\\\\'", slashes = "'\\\\\\\\'", tab_out = "'\\\\t'", line_out = "'\\\\n'";
    tab = "'\\t'", line = "'\\n'";
    replace = "replaceAll";
  }
  if (column.type == Column::Type::flag)
    return "CASE WHEN " + name + " IS NULL THEN " + null + " WHEN " + name + " THEN 'true' ELSE 'false' END";
  if (column.type == Column::Type::text) {
    text = replace + "(" + replace + "(" + replace + "(" + text + ", " + slash + ", " + slashes + "), " + tab + ", " +
           tab_out + "), " + line + ", " + line_out + ")";
  } else if (dialect == Dialect::sqlite) {
    text = "CAST(" + text + " AS text)";
  }
  return "CASE WHEN " + name + " IS NULL THEN " + null + " ELSE " + text + " END";
}

class Script {
 public:
  Script(Dialect dialect, const std::filesystem::path& folder, std::size_t rows)
      : dialect_(dialect), rows_(rows), sql_(folder / "script.sql"), expected_(folder / "expected") {}

  void add(const std::string& title, const Running& running, std::uint64_t seed) {
    const std::string number = std::to_string(++count_);
    Policy& policy = *const_cast<Running&>(running).compilation.policy;
    Diagnostics faults;
    const auto deployment = deploy(policy, faults);
    RandomRows random(running, seed, dialect_ != Dialect::sqlite);
    sql::ViewOptions options;
    options.dialect = dialect_;
    options.table = "t" + number;
    options.keys = {"id"};
    const auto view = sql::make_view(policy, *deployment, random.map(*policy.model), options);
    if (!view) {
      for (const Error& error : view.error()) std::cerr << title << ": " << error.message << "\n";
      if (view.error().front().cause != Cause::bound) std::exit(1);
      return;
    }
    table("t" + number, random.columns());
    sql_ << "CREATE VIEW v" << number << " AS\n" << view->select << ";\n";
    expected_ << "== " << title << "\n";
    Decided decided(running, policy, *deployment);
    std::vector<std::string> values;
    for (std::size_t i = 0; i < rows_; ++i) {
      Row row = random.row();
      std::string cells = std::to_string(i);
      for (const Cell& cell : row.cells) cells += ", " + literal(dialect_, cell);
      values.push_back("(" + cells + ")");
      expected_ << decided.line(row, view->columns) << "\n";
      if (values.size() == 100) insert(number, values);
    }
    insert(number, values);
    print(title, number, view->columns);
  }

 private:
  void table(const std::string& name, const std::vector<RowColumn>& columns) {
    sql_ << "CREATE TABLE " << name << " (id " << (dialect_ == Dialect::clickhouse ? "UInt32" : "integer");
    for (const RowColumn& column : columns) sql_ << ", " << column.name << " " << type_name(dialect_, column.type);
    sql_ << ")" << (dialect_ == Dialect::clickhouse ? " ENGINE = Memory" : "") << ";\n";
  }
  void insert(const std::string& number, std::vector<std::string>& values) {
    if (values.empty()) return;
    sql_ << "INSERT INTO t" << number << " VALUES ";
    for (std::size_t i = 0; i < values.size(); ++i) sql_ << (i == 0 ? "" : ", ") << values[i];
    sql_ << ";\n";
    values.clear();
  }
  void print(const std::string& title, const std::string& number, const std::vector<Column>& columns) {
    sql_ << "SELECT '== " << title << "';\nSELECT ";
    for (std::size_t i = 0; i < columns.size(); ++i) sql_ << (i == 0 ? "" : ", ") << printed(dialect_, columns[i]);
    sql_ << " FROM v" << number << " ORDER BY id;\n";
    sql_ << sql::drop_view(dialect_, "v" + number) << ";\nDROP TABLE t" << number << ";\n";
  }

  Dialect dialect_;
  std::size_t rows_, count_ = 0;
  std::ofstream sql_, expected_;
};

std::optional<Dialect> dialect_named(const std::string& name) {
  for (const Dialect one : {Dialect::clickhouse, Dialect::postgresql, Dialect::duckdb, Dialect::sqlite}) {
    std::string engine = sql::engine_name(one);
    std::transform(engine.begin(), engine.end(), engine.begin(), [](unsigned char c) { return std::tolower(c); });
    if (engine == name) return one;
  }
  return std::nullopt;
}

int make(const std::vector<std::string>& arguments) {
  const auto dialect = dialect_named(arguments.at(1));
  if (!dialect) return 2;
  Script script(*dialect, arguments.at(0), std::stoul(arguments.at(2)));
  const std::uint64_t first = std::stoul(arguments.at(3)), seeds = std::stoul(arguments.at(4));
  for (std::size_t i = 5; i < arguments.size(); ++i) {
    std::string faults;
    const auto running = start(arguments[i], faults);
    if (!running) {
      std::cerr << faults;
      return 1;
    }
    script.add(arguments[i], *running, i);
  }
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    std::string faults;
    const auto running = start_text(random_policy(seed), faults);
    if (!running) {
      std::cerr << faults;
      return 1;
    }
    script.add("seed " + std::to_string(seed), *running, seed);
  }
  return 0;
}

// --- the comparison --------------------------------------------------------------------------

// Whether a line is as expected: the fault begins with the name of an element that is at fault.
bool is_as_expected(const std::string& actual, const std::string& expected) {
  if (actual == expected) return true;
  const std::size_t a = actual.rfind('\t'), e = expected.rfind('\t');
  if (a == std::string::npos || e == std::string::npos || actual.substr(0, a) != expected.substr(0, e)) return false;
  std::istringstream names(expected.substr(e + 1));
  for (std::string name; std::getline(names, name, '|');) {
    if (name != "\\N" && actual.compare(a + 1, name.size() + 2, "`" + name + "`") == 0) return true;
  }
  return false;
}

int check(const std::filesystem::path& folder) {
  std::ifstream actual(folder / "actual"), expected(folder / "expected");
  std::string have, want, title;
  std::size_t different = 0, rows = 0, faulty = 0;
  while (std::getline(expected, want)) {
    if (!std::getline(actual, have)) have = "(nothing)";
    if (want.starts_with("== ")) title = want;
    ++rows;
    if (!want.ends_with("\\N")) ++faulty;
    if (is_as_expected(have, want)) continue;
    if (++different <= 10) std::cout << title << "\n  expected " << want << "\n  found    " << have << "\n";
    if (have == "(nothing)") break;
  }
  if (std::getline(actual, have) && !have.empty()) {
    std::cout << "more than was expected: " << have << "\n";
    ++different;
  }
  std::cout << rows << " rows, " << faulty << " of them with a fault, " << different << " different\n";
  return different == 0 && rows > 0 ? 0 : 1;
}

}  // namespace
}  // namespace tally::testing

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 2, argv + argc);
  return std::string(argv[1]) == "make" ? tally::testing::make(arguments) : tally::testing::check(arguments.at(0));
}
