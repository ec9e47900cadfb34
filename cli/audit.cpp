// `tally audit FILE`: shows for each of many documents whether a condition always, never or sometimes holds.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/grid.h"
#include "cli/key_faults.h"
#include "cli/lines.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/rule_arguments.h"
#include "cli/running.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "compiler/driver/driver.h"
#include "simulator/report/audit_json.h"
#include "simulator/report/json_stream.h"

namespace tally::cli {
namespace {

struct AuditArguments {
  std::string file, documents, want;
  std::vector<std::string> whens, over, shown;
  bool strict = false;
  Format format = Format::text;
};

// What a line of the listing may be: the answers, and a fault.
constexpr std::array<const char*, 5> audit_outcomes = {"always", "sometimes", "never", "no-call", "fault"};
constexpr std::size_t outcome_fault = 4;

// An id as the listing has it: a text as it is, unless that would break its line.
std::string audit_id_text(const report::Json& id) {
  const auto* text = id.get_ptr<const std::string*>();
  const auto breaks = [](char c) { return static_cast<unsigned char>(c) < ' '; };
  if (text == nullptr || text->empty() || std::any_of(text->begin(), text->end(), breaks))
    return id.dump(-1, ' ', false, report::Json::error_handler_t::replace);
  return *text;
}

// "T503 at /source: `network` has no value "ofnet"; did you mean `offnet`?"
std::string audit_fault_line(const std::vector<DocumentFault>& faults) {
  const auto first = std::find_if(faults.begin(), faults.end(), [](const auto& fault) { return fault.is_error(); });
  std::string out = id(first->code) + (first->pointer.empty() ? "" : " at " + first->pointer) + ": " + first->message;
  if (const std::string more = advice(*first); !more.empty()) out += "; " + more;
  return out;
}

// --- the listing ------------------------------------------------------------------------

// One form of the listing. Lines are written as they come.
class AuditListing {
 public:
  virtual ~AuditListing() = default;
  virtual void begin() {}
  virtual void finding(const report::AuditedLine& line, std::size_t number, AuditAnswer answer, const Audit& audit) = 0;
  virtual void fault(const report::AuditedLine& line, std::size_t number, const std::vector<DocumentFault>& faults) = 0;
  // `counts` has a number for each of `audit_outcomes`.
  virtual void end(const std::array<std::size_t, 5>& counts) = 0;
};

bool has_failing_call(AuditAnswer answer) { return answer == AuditAnswer::sometimes || answer == AuditAnswer::never; }

// "3 documents: 1 always, 1 sometimes, 1 never", and what is not as it should be.
std::string audit_counts_text(const std::array<std::size_t, 5>& counts) {
  std::size_t all = 0;
  for (const std::size_t n : counts) all += n;
  const auto number = [&](std::size_t i) { return grouped(counts[i]); };
  std::string out =
      counted(all, "document") + ": " + number(0) + " always, " + number(1) + " sometimes, " + number(2) + " never";
  if (counts[3] > 0) out += ", " + number(3) + " without such a call";
  if (counts[outcome_fault] > 0) out += ", " + number(outcome_fault) + " at fault";
  return out;
}

class TextAudit : public AuditListing {
 public:
  explicit TextAudit(bool colour) : colour_(colour) {}
  void finding(const report::AuditedLine& line, std::size_t, AuditAnswer answer, const Audit& audit) override {
    std::string more;
    if (answer == AuditAnswer::sometimes) more = "not when " + audit.failing_call().text;
    row(answer, std::string(to_string(answer)), audit_id_text(line.id()), more);
  }
  void fault(const report::AuditedLine& line, std::size_t, const std::vector<DocumentFault>& faults) override {
    row(AuditAnswer::never, "fault", audit_id_text(line.id()), audit_fault_line(faults));
  }
  void end(const std::array<std::size_t, 5>& counts) override {
    print((is_empty_ ? "" : "\n") + audit_counts_text(counts) + "\n");
  }

 private:
  void row(AuditAnswer answer, std::string word, const std::string& id, const std::string& more) {
    is_empty_ = false;
    const std::string blanks(11 - word.size(), ' ');
    if (colour_ && answer != AuditAnswer::no_call) {
      const char* code = answer == AuditAnswer::always ? "32" : answer == AuditAnswer::never ? "31" : "33";
      word = std::string("\x1b[") + code + "m" + word + "\x1b[0m";
    }
    print(word + blanks + id + (more.empty() ? "" : "  " + more) + "\n");
  }
  bool colour_;
  bool is_empty_ = true;
};

// Columns for other programs. The counts are on standard error.
class CsvAudit : public AuditListing {
 public:
  void begin() override { print(lines_.titles()); }
  void finding(const report::AuditedLine& line, std::size_t number, AuditAnswer answer, const Audit& audit) override {
    std::string call, request;
    if (has_failing_call(answer)) {
      const AuditCall failing = audit.failing_call();
      call = failing.text;
      request = report::to_text(line.request(failing.added), -1);
      request.pop_back();
    }
    row({std::to_string(number), audit_id_text(line.id()), std::string(to_string(answer)), call, request, ""});
  }
  void fault(const report::AuditedLine& line, std::size_t number, const std::vector<DocumentFault>& faults) override {
    row({std::to_string(number), audit_id_text(line.id()), "fault", "", "", audit_fault_line(faults)});
  }
  void end(const std::array<std::size_t, 5>& counts) override {
    std::fprintf(stderr, "%s\n", audit_counts_text(counts).c_str());
  }

 private:
  void row(const std::vector<std::string>& cells) {
    std::string out;
    lines_.line(viewed(cells), out);
    print(out);
  }
  GridLines lines_{{{"line"}, {"id"}, {"answer"}, {"call"}, {"request"}, {"fault"}}, GridForm::csv};
};

class JsonAudit : public AuditListing {
 public:
  explicit JsonAudit(const AuditArguments& options)
      : options_(options), json_([](std::string_view bytes) {
          print(bytes);
          return !output_is_lost();
        }) {}
  void begin() override {
    json_.open_object();
    json_.key("file");
    json_.value(options_.file);
    json_.key("want");
    json_.value(options_.want);
    json_.key("when");
    json_.value(options_.whens);
    json_.key("documents");
    json_.open_array();
  }
  void finding(const report::AuditedLine& line, std::size_t, AuditAnswer answer, const Audit& audit) override {
    if (!has_failing_call(answer)) return json_.value(line.json(answer, nullptr));
    const AuditCall failing = audit.failing_call();
    json_.value(line.json(answer, &failing));
  }
  void fault(const report::AuditedLine& line, std::size_t, const std::vector<DocumentFault>& faults) override {
    json_.value(line.json(faults));
  }
  void end(const std::array<std::size_t, 5>& counts) override {
    json_.close();
    json_.key("counts");
    report::Json numbers = report::Json::object();
    for (std::size_t i = 0; i < counts.size(); ++i) numbers[audit_outcomes[i]] = counts[i];
    json_.value(numbers);
    json_.close();
  }

 private:
  const AuditArguments& options_;
  report::JsonStream json_;
};

std::unique_ptr<AuditListing> audit_listing_of(const AuditArguments& options) {
  switch (options.format) {
    case Format::csv: return std::make_unique<CsvAudit>();
    case Format::json: return std::make_unique<JsonAudit>(options);
    case Format::text:
    case Format::markdown: break;  // not a format of this command
  }
  return std::make_unique<TextAudit>(colour_on_stdout());
}

// --- the lines --------------------------------------------------------------------------

class AuditedStream {
 public:
  AuditedStream(Audit& audit, const AuditArguments& options, const Compilation& compilation)
      : audit_(audit), options_(options), compilation_(compilation), listing_(audit_listing_of(options)) {
    for (std::size_t i = 0; i < audit_outcomes.size(); ++i) {
      is_shown_[i] = options.shown.empty() ||
                     std::find(options.shown.begin(), options.shown.end(), audit_outcomes[i]) != options.shown.end();
    }
  }

  // A signal ends the stream behind the line in hand.
  Result<int> run(std::FILE* in) {
    const Signals signals({SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM});
    Lines lines(in, max_document_bytes);
    lines.on_wait([] { std::fflush(stdout); }, signals.descriptor());
    listing_->begin();
    std::string_view line;
    while (signals.arrived() == 0 && !output_is_lost() && lines.next(line)) {
      ++number_;
      if (lines.too_long() || line.find_first_not_of(" \t\r") != std::string_view::npos)
        TALLY_RETURN_IF_ERROR(take(line, lines.too_long()));
      if ((number_ & 0xff) == 0 && progress_.is_due()) progress_.show(audit_counts_text(counts_));
    }
    progress_.clear();
    if (output_is_lost()) return signals.arrived() == SIGPIPE ? exit_by_signal(SIGPIPE) : exit_usage;
    if (lines.failed()) return Error{Cause::file, "cannot read `" + options_.documents + "` to its end"};
    listing_->end(counts_);
    key_faults_.show(document_name(), compilation_.sources);
    complain_of_faults();
    if (signals.arrived() != 0) return exit_by_signal(signals.arrived());
    return counts_[outcome_fault] == 0 ? exit_fine : exit_fault;
  }

 private:
  std::string document_name() const { return options_.documents == "-" ? "documents" : options_.documents; }

  void complain_of_faults() const {
    const std::size_t faults = counts_[outcome_fault];
    if (faults == 0) return;
    complain(counted(faults, "document") + " at fault", is_shown_[outcome_fault] ? "" : "`--show fault` lists them");
  }

  const Model& model() const { return *compilation_.policy->model; }

  Result<> take(std::string_view text, bool too_long) {
    if (too_long) {
      DocumentFault fault;
      fault.code = FaultId::too_large;
      fault.message = "a line is longer than " + std::to_string(max_document_bytes) + " bytes";
      refuse(report::AuditedLine(model(), "", number_), {fault});
      return {};
    }
    const report::AuditedLine line(model(), text, number_);
    if (const auto fault = line.fault_of_id()) {
      refuse(line, {*fault});
      return {};
    }
    const auto answer = audit_.read(text, [&](const std::string& pointer) { return line.at(pointer); });
    if (audit_.error() != nullptr) return *audit_.error();
    if (!answer) {
      refuse(line, audit_.faults());
      return {};
    }
    // Its call would be shown without the line.
    if (const auto fault = line.fault_of_number()) {
      refuse(line, {*fault});
      return {};
    }
    key_faults_.add(number_, audit_.faults());
    const auto outcome = static_cast<std::size_t>(*answer);
    ++counts_[outcome];
    if (is_shown_[outcome]) listing_->finding(line, number_, *answer, audit_);
    return {};
  }

  void refuse(const report::AuditedLine& line, const std::vector<DocumentFault>& faults) {
    ++counts_[outcome_fault];
    if (is_shown_[outcome_fault]) listing_->fault(line, number_, faults);
  }

  Audit& audit_;
  const AuditArguments& options_;
  const Compilation& compilation_;
  std::unique_ptr<AuditListing> listing_;
  std::array<bool, audit_outcomes.size()> is_shown_{};
  std::array<std::size_t, audit_outcomes.size()> counts_{};
  std::size_t number_ = 0;
  KeyFaults key_faults_;
  Progress progress_;
};

Result<AuditQuestion> audit_question(Compilation& c, const AuditArguments& options) {
  RuleArguments arguments(c, options.file);
  AuditQuestion question;
  TALLY_ASSIGN_OR_RETURN(const auto want, arguments.expectation("--want", options.want));
  question.want = want.claim;
  if (want.condition) question.whens.push_back(want.condition);
  for (const std::string& text : options.whens) {
    TALLY_ASSIGN_OR_RETURN(const ExprRef condition, arguments.condition("--when", text));
    question.whens.push_back(condition);
  }
  for (const std::string& text : options.over) {
    TALLY_ASSIGN_OR_RETURN(const auto patterns, arguments.paths("--over", text));
    for (const PathPattern& pattern : patterns) {
      for (const ElementId named : elements_of_path(*c.policy->model, pattern, {})) question.over.push_back(named);
    }
  }
  return question;
}

Result<int> run_audit(const AuditArguments& options) {
  Compilation c = compile_rules(options.file);
  const Result<Deployment> deployment = check_and_deploy(c);
  if (!deployment) {
    show(c.diagnostics, c.sources);
    return deployment.error();
  }
  TALLY_ASSIGN_OR_RETURN(const AuditQuestion question, audit_question(c, options));
  const RequestBinder binder(std::make_shared<PolicyDescriptor>(describe_policy(*c.policy, *deployment, c.sources)));
  ReadOptions reading = read_options({c.policy->model.get()}, options.strict);
  // A line has an id, whatever the rules read.
  reading.known = [known = std::move(reading.known)](const std::string& pointer) {
    return pointer == "/id" || known(pointer);
  };
  TALLY_ASSIGN_OR_RETURN(const auto audit, Audit::make(*c.policy, binder, question, std::move(reading)));
  AuditedStream stream(*audit, options, c);
  if (options.documents == "-") return stream.run(stdin);
  TALLY_ASSIGN_OR_RETURN(const File file, open_file(options.documents));
  return stream.run(file.get());
}

}  // namespace

Run add_audit(CLI::App& app) {
  auto options = std::make_shared<AuditArguments>();
  rule_file(app, options->file);
  app.add_option("--documents", options->documents, "the documents, one request in parts per line; - is standard input")
      ->required()
      ->type_name("FILE");
  app.add_option("--want", options->want, "the condition to look for")
      ->required()
      ->type_name("'CONDITION [when CONDITION]'");
  repeated(app, "--when", options->whens, "CONDITION", "only the calls for which this condition holds");
  repeated(app, "--over", options->over, "PATH,...", "places that may hold anything where a line leaves them out");
  repeated(app, "--show", options->shown, "ANSWER", "list only documents with this answer: always, sometimes, ...")
      ->check(one_of_words({audit_outcomes.begin(), audit_outcomes.end()}));
  strict_option(app, options->strict);
  format_option(app, options->format, {Format::text, Format::csv, Format::json});
  app.footer(
      "A line is a request with an `id`, and leaves out what is not known. An input that is a value of its own is a "
      "fact of the call: left out, it may be anything. A record or map is a document: left out, it is missing; --over "
      "says where it may hold anything instead.\n"
      "Example: tally audit rules/kazoo5.tally --documents devices.jsonl "
      "--want 'caller-recording is on when source is onnet and destination is offnet' --show never");
  return [options] { return run_audit(*options); };
}

}  // namespace tally::cli
