// Fuzz target: from a guide in Markdown to what the rules make of it, as `tally matrix --against`.
//
// In:     any bytes, read as a guide about the rules below
// Always: no guide crashes, throws or hangs the reader or the check. Every row has one finding, in
//         its order and at its line; an unclear one has a reason. What is left out comes last, and
//         is a combination of values that the inputs have.
#include <algorithm>
#include <optional>

#include "compiler/front_end.h"
#include "simulator/matrix/guide_check.h"
#include "tests/fuzz/support/fuzzing.h"

namespace tally {
namespace {

using fuzz::fail;

constexpr const char* rules = R"(
type network   = onnet | offnet
type direction = inbound | outbound
type settings  = (flag?)[direction, network]

input source      : network
input destination : network
input account     : settings?  at /account
input endpoint    : settings?  at /endpoint
input caller      : { device : settings?, user : settings? }?

let first  = endpoint else account
let second = caller.device else caller.user

decision recording : flag {
  on   when first[outbound, destination] is on
  on   when source is onnet and second[inbound, source] is on and first[inbound, source] is not off
  off  otherwise
}
)";

class GuideTarget {
 public:
  GuideTarget() : compilation_(compile("rules.tally", [](const std::string&) { return std::string(rules); })) {
    if (!compilation_.policy) fail("the rules of the target are at fault");
    for (const char* name : {"source", "destination"}) by_.push_back(input(name));
    ask("", {"account"});
    ask("Endpoint settings", {"endpoint"});
    ask("", {"caller.device", "caller.user"});
  }

  void run(std::string_view text) const {
    const Guide guide = read_guide(text, {"source", "destination"});
    std::vector<const GuideRow*> rows;
    for (const GuideTable& table : guide.tables) {
      for (const GuideRow& row : table.rows) rows.push_back(&row);
    }
    const GuideCheck check = check_guide(model(), guide, by_, asked_);
    if (check.findings.size() < rows.size()) fail("a row without a finding");
    for (std::size_t i = 0; i < check.findings.size(); ++i) {
      const GuideFinding& finding = check.findings[i];
      const bool left_out = finding.kind == GuideFinding::Kind::left_out;
      if (left_out != (i >= rows.size())) fail("a finding out of order", finding.setting);
      if (left_out) {
        check_combination(finding);
      } else if (finding.line != rows[i]->line) {
        fail("a finding at another line", finding.setting);
      } else if (finding.kind == GuideFinding::Kind::unclear && finding.rules.empty()) {
        fail("an unclear row without a reason", finding.setting);
      } else if (finding.kind != GuideFinding::Kind::unclear && !rows[i]->fault.empty()) {
        fail("a malformed row is understood", rows[i]->fault);
      }
    }
  }

 private:
  const Model& model() const { return *compilation_.policy->model; }

  ElementId input(const std::string& name) const {
    for (std::uint32_t i = 0; i < model().elements.size(); ++i) {
      if (model().elements[i].name == name) return ElementId{i};
    }
    fail("no such input", name);
  }

  void ask(const std::string& name, const std::vector<std::string>& paths) {
    std::vector<SettingPath> settings;
    std::vector<ElementId> leaves;
    for (const std::string& path : paths) {
      settings.push_back({path, "", {}});
      for (const ElementId element : below(model(), input(path))) {
        if (model().at(element).is_leaf()) settings.back().leaves.push_back(element);
      }
    }
    auto rows = setting_rows(model(), settings);
    if (!rows) fail("no rows", rows.error().message);
    for (const SettingRow& row : *rows) leaves.insert(leaves.end(), row.leaves.begin(), row.leaves.end());
    auto matrix = make_matrix(*compilation_.policy, {{0}, by_, leaves});
    if (!matrix) fail("no matrix", matrix.error().message);
    asked_.push_back({name, *std::move(rows), *std::move(matrix)});
  }

  static void check_combination(const GuideFinding& finding) {
    if (finding.line != 0 || finding.by.size() != 2) fail("what is left out is not a combination", finding.setting);
    for (const std::string& value : finding.by) {
      if (value != "onnet" && value != "offnet") fail("what is left out has another value", value);
    }
  }

  Compilation compilation_;
  std::vector<ElementId> by_;
  std::vector<AskedMatrix> asked_;
};

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tally::GuideTarget target;
  target.run(tally::fuzz::text_of(data, size));
  return 0;
}
