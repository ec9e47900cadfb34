// The calls of reports as requests and as examples: over all golden cases, each request is decided
// as its report says, and each example can be added to its rule file and shows the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/checks/checks.h"
#include "compiler/deploy/deployment.h"
#include "compiler/front_end.h"
#include "runtime/documents/request_binder.h"
#include "simulator/documents/call_facts.h"
#include "simulator/documents/shown_call.h"
#include "simulator/reference/interpreter.h"
#include "tests/golden/case.h"

namespace tally::testing {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

Compilation compile_files(const std::string& root, const Files& files) {
  return compile(root, [&](const std::string& path) -> std::variant<std::string, ReadError> {
    const auto found = files.find(path);
    if (found == files.end()) return ReadError{"no such file"};
    return found->second;
  });
}

// A rule file that has been checked.
struct CheckedFile {
  Compilation compilation;

  CheckedFile(const std::string& root, const Files& files) : compilation(compile_files(root, files)) {
    if (!compilation.policy) return;
    CheckOptions options;
    const ShowCall show_call = show_calls_of(compilation);
    options.show_call = &show_call;
    check(*compilation.policy, compilation.sources, compilation.diagnostics, options);
    compilation.diagnostics.sort();
  }
};

bool shows_a_call(const Diagnostic& d) {
  return d.code == DiagnosticId::gap || d.code == DiagnosticId::overlap || d.code == DiagnosticId::proof_fails ||
         d.code == DiagnosticId::example_fails;
}

// What must not change, or be added, with an example: reports by id, message and place.
using Report = std::tuple<DiagnosticId, std::string, std::uint32_t>;
std::set<Report> reports(const Compilation& c, std::size_t before) {
  std::set<Report> out;
  for (const Diagnostic& d : c.diagnostics.list()) {
    const bool is_old = !d.span || d.span->file != c.policy->model->root || d.span->begin < before;
    if (is_old) out.emplace(d.code, d.message, d.span ? d.span->begin : 0);
  }
  return out;
}

std::vector<const Diagnostic*> added(const Compilation& c, std::size_t before) {
  std::vector<const Diagnostic*> out;
  for (const Diagnostic& d : c.diagnostics.list()) {
    if (d.span && d.span->file == c.policy->model->root && d.span->begin >= before) out.push_back(&d);
  }
  return out;
}

class ShownCalls {
 public:
  ShownCalls(std::string root, Files files) : root_(std::move(root)), files_(std::move(files)), file_(root_, files_) {}

  void check_all() {
    if (!file_.compilation.policy) return;
    for (const Diagnostic& d : file_.compilation.diagnostics.list()) {
      if (!shows_a_call(d)) continue;
      SCOPED_TRACE(std::string(info(d.code).id) + " " + d.message);
      EXPECT_FALSE(d.calls.empty());
      for (const ShownCall& call : d.calls) check_call(d, call);
    }
  }

  std::size_t requests() const { return requests_; }
  std::size_t examples() const { return examples_; }

 private:
  void check_call(const Diagnostic& d, const ShownCall& call) {
    SCOPED_TRACE(call.request + "\n" + call.example);
    const std::string& source = files_.at(root_);
    Files with_example = files_;
    with_example[root_] = source + "\n" + call.example;
    CheckedFile other(root_, with_example);
    ASSERT_TRUE(other.compilation.policy) << "the example is not valid";
    check_request(d, call, *other.compilation.policy, other.compilation);
    if (call.example.empty()) return;
    ++examples_;
    EXPECT_EQ(reports(file_.compilation, source.size()), reports(other.compilation, source.size()));
    const auto faults = added(other.compilation, source.size());
    if (d.code == DiagnosticId::gap || is_about_ignoring(d)) {
      EXPECT_TRUE(faults.empty());
    } else if (d.code == DiagnosticId::proof_fails || d.code == DiagnosticId::example_fails) {
      EXPECT_EQ(faults.size(), 1u);
    }
    for (const Diagnostic* fault : faults) EXPECT_EQ(fault->code, DiagnosticId::example_fails) << fault->message;
  }

  static bool is_about_ignoring(const Diagnostic& d) {
    return d.code == DiagnosticId::proof_fails && std::none_of(d.notes.begin(), d.notes.end(), [](const auto& note) {
             return note.starts_with("counterexample: ");
           });
  }

  void check_request(const Diagnostic& d, const ShownCall& call, Policy& policy, Compilation& compilation) {
    Diagnostics faults;
    const auto deployment = deploy(policy, faults);
    ASSERT_TRUE(deployment);
    const auto descriptor =
        std::make_shared<const PolicyDescriptor>(describe_policy(policy, *deployment, compilation.sources));
    const RequestBinder binder(descriptor);
    const BindResult bound = binder.bind(call.request);
    ASSERT_TRUE(bound.call) << (bound.faults.empty() ? "" : bound.faults.front().message);
    ++requests_;
    const Model& model = *policy.model;
    const CallFacts facts = facts_of(model, *descriptor, *bound.call);
    const reference::Interpreter interpreter(model);
    if (d.code == DiagnosticId::gap || d.code == DiagnosticId::overlap) {
      check_rules(d, model, facts, interpreter);
      return;
    }
    check_notes(d, model, facts, interpreter);
    if (call.example.empty()) return;
    ASSERT_FALSE(model.examples.empty());
    const bool holds = interpreter.holds(model.examples.back().expectations.front().claim, facts);
    EXPECT_EQ(holds, is_about_ignoring(d));
  }

  // That no rule of the decision matches, or the two that the message names.
  void check_rules(const Diagnostic& d, const Model& model, const CallFacts& facts,
                   const reference::Interpreter& interpreter) {
    const auto decision = std::find_if(model.decisions.begin(), model.decisions.end(),
                                       [&](const Decision& other) { return other.span == *d.span; });
    ASSERT_NE(decision, model.decisions.end());
    if (d.code == DiagnosticId::gap) {
      for (const Rule& rule : decision->rules)
        EXPECT_FALSE(!rule.condition || interpreter.holds(rule.condition, facts));
      return;
    }
    for (const Label& label : d.labels) {
      const auto rule = std::find_if(decision->rules.begin(), decision->rules.end(),
                                     [&](const Rule& other) { return other.span == label.span; });
      ASSERT_NE(rule, decision->rules.end());
      EXPECT_TRUE(interpreter.holds(rule->condition, facts)) << label.text;
    }
  }

  // That each decision of a note like "recording is off: rule 2 (line 7)" is decided by that rule.
  void check_notes(const Diagnostic& d, const Model& model, const CallFacts& facts,
                   const reference::Interpreter& interpreter) {
    static const std::regex decided("([a-z0-9_-]+) is .*: rule ([0-9]+) \\(.*");
    for (const std::string& note : d.notes) {
      std::smatch found;
      if (!std::regex_match(note, found, decided)) continue;
      for (std::uint32_t i = 0; i < model.decisions.size(); ++i) {
        if (model.decisions[i].name != found[1].str()) continue;
        EXPECT_EQ(std::to_string(interpreter.decide(DecisionId{i}, facts).rule), found[2].str()) << note;
      }
    }
  }

  const std::string root_;
  const Files files_;
  CheckedFile file_;
  std::size_t requests_ = 0, examples_ = 0;
};

TEST(ShownCalls, OfEveryGoldenCaseShowWhatTheirReportHas) {
  std::size_t requests = 0, examples = 0;
  for (const auto& entry : fs::recursive_directory_iterator("tests/cases")) {
    if (entry.path().extension() != ".tally") continue;
    const auto text = golden::read_file(entry.path());
    std::string fault;
    const auto read = golden::parse_case(entry.path(), text.value_or(""), fault);
    ASSERT_TRUE(read) << entry.path() << ": " << fault;
    // Only checks report calls, and only these codes.
    if (text->find("T401") == std::string::npos && text->find("T402") == std::string::npos &&
        text->find("T601") == std::string::npos && text->find("T603") == std::string::npos)
      continue;
    Files files = {{entry.path().filename().string(), read->source}};
    for (const golden::ExtraFile& extra : read->files) files.emplace(extra.name, extra.content);
    for (const auto& [name, content] : files) {
      if (!name.ends_with(".tally")) continue;
      SCOPED_TRACE(entry.path().string() + ", " + name);
      ShownCalls calls(name, files);
      calls.check_all();
      requests += calls.requests();
      examples += calls.examples();
    }
  }
  EXPECT_GT(requests, 40u);
  EXPECT_GT(examples, 40u);
  std::printf("%zu requests, %zu examples\n", requests, examples);
}

}  // namespace
}  // namespace tally::testing
