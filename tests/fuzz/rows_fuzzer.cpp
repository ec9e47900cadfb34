// Fuzz target: from a map of columns and a table to what is decided of its rows, as `tally decide --columns`.
//
// In:     any bytes: a letter for the format, a map up to a line `---`, and a table
// Always: no map and no table crashes, throws or hangs. A fault has a message. Rows are decided alike however the table
// is
//         cut into blocks. Every row of the answer can be read again, has all its columns, and either a fault, or a
//         rule for each decision.
#include <memory>
#include <string>
#include <utility>

#include "compiler/front_end.h"
#include "compiler/llvm/compiled_policy.h"
#include "simulator/rows/decided_rows.h"
#include "tests/fuzz/support/fuzzing.h"

namespace tally {
namespace {

using fuzz::fail;

constexpr const char* rules = R"(
type network  = onnet | offnet
type settings = { enabled : flag, limit : (5..100)?, url : text? }
input source  : network
input urgent  : flag = off
input count   : number?
input who     : text?
input account : settings?
input codecs  : [network]?
decision recording : flag {
  on   when source is offnet and account.enabled is on and urgent is off
  on   when count > 500 or who starts "+1" or codecs[offnet] is on
  off  otherwise
}
decision place : text? = account.url
)";

class RowsTarget {
 public:
  RowsTarget() : compilation_(compile("rules.tally", [](const std::string&) { return std::string(rules); })) {
    if (!compilation_.policy) fail("the rules of the target are at fault");
    const auto deployment = deploy(*compilation_.policy, compilation_.diagnostics);
    if (!deployment) fail("the rules of the target have no codes");
    auto compiled =
        compile_policy(*compilation_.policy, *deployment, compilation_.sources, Contents::functions_and_descriptor);
    if (!compiled) fail("the rules of the target are not compiled", compiled.error().message);
    compiled_ = std::make_unique<CompiledPolicy>(*std::move(compiled));
    auto version = version_of(compiled_->native.constant(), names_);
    if (!version) fail("the policy of the target is not opened", version.error().message);
    version_ = *std::move(version);
  }

  void run(std::string_view text) const {
    if (text.empty()) return;
    constexpr std::string_view letters = "ctbn";
    const std::size_t letter = letters.find(text.front());
    const auto format = static_cast<RowFormat>(letter == std::string_view::npos ? 0 : letter);
    text.remove_prefix(1);
    constexpr std::string_view line = "\n---\n";
    const std::size_t end = text.find(line);
    if (end == std::string_view::npos) return;
    auto map = read_column_map("m", text.substr(0, end), version_->policy());
    if (!map) return check(map.error());
    decide(*map, format, text.substr(end + line.size()));
  }

 private:
  static void check(const std::vector<MapFault>& faults) {
    if (faults.empty()) fail("refused without a fault");
    for (const MapFault& fault : faults) {
      if (!fault.message.starts_with("m")) fail("a fault without its place", fault.message);
    }
  }

  void decide(const ColumnMap& map, RowFormat format, std::string_view table) const {
    auto head = read_row_head(format, table, true, map);
    if (!head) return;
    if (!*head) fail("no head at the end");
    std::vector<TableColumn> columns;
    for (const RowColumn& column : (*head)->columns)
      columns.push_back({column.name, column.type ? &*column.type : nullptr});
    if (const auto faults = faults_between(map, version_->policy(), columns); !faults.empty()) return check(faults);
    for (const bool over_columns : {true, false}) {
      std::vector<std::size_t> decisions = {0};
      if (!over_columns) decisions.push_back(1);
      auto task = RowTask::make(version_, map, format, (*head)->columns, decisions);
      if (!task) continue;  // two columns of one name
      check_blocks(*task, table.substr((*head)->bytes));
    }
  }

  static void check_blocks(const RowTask& task, std::string_view rows) {
    RowWorker worker(task);
    RowCounts counts, in_blocks;
    std::string whole, blocks;
    worker.decide(rows, 1, whole, counts);
    std::size_t begin = 0, first = 1;
    for (std::size_t end = 1; end <= rows.size(); end = end * 2 + 1) {
      const RowCut cut = cut_rows(task.format(), task.columns(), rows.substr(begin, end - std::min(begin, end)), false);
      worker.decide(rows.substr(begin, cut.bytes), first, blocks, in_blocks);
      begin += cut.bytes;
      first += cut.rows;
    }
    worker.decide(rows.substr(begin), first, blocks, in_blocks);
    if (whole != blocks || counts.rows != in_blocks.rows || counts.faults != in_blocks.faults)
      fail("blocks are decided otherwise", whole + "\n--- in blocks\n" + blocks);
    check_answers(task, whole, counts);
  }

  static void check_answers(const RowTask& task, std::string_view answers, const RowCounts& counts) {
    RowReader reader(task.format(), task.answer_columns());
    std::size_t rows = 0, faults = 0;
    while (!answers.empty()) {
      const std::string_view before = answers;
      const std::string& why = reader.next(answers);
      // What is kept is handed on as it is, also from a row that is not well formed.
      const bool is_kept = task.answer_columns().size() > 5 || task.answer_columns().front().name != "recording";
      if (!why.empty() && !is_kept) fail("an answer that is not a row: " + why, std::string(before));
      ++rows;
      if (is_kept) continue;
      const auto& fields = reader.fields();
      faults += fields.back().is_null ? 0 : 1;
      for (std::size_t i = 1; i + 1 < fields.size(); i += 2) {
        if (fields[i].is_null == fields.back().is_null) fail("a rule and a fault, or neither", std::string(before));
      }
      if (rows > counts.rows) fail("more answers than rows");
    }
    const bool is_kept = task.answer_columns().front().name != "recording";
    if (!is_kept && (rows != counts.rows || faults != counts.faults)) fail("the counts are others");
  }

  Compilation compilation_;
  std::unique_ptr<CompiledPolicy> compiled_;
  PolicyNames names_;
  std::shared_ptr<const PolicyVersion> version_;
};

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tally::RowsTarget target;
  target.run(tally::fuzz::text_of(data, size));
  return 0;
}
