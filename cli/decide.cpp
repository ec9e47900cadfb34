// `tally decide FILE`: reads requests and prints answers.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands.h"
#include "cli/coverage.h"
#include "cli/decide_columns.h"
#include "cli/faults.h"
#include "cli/files.h"
#include "cli/key_faults.h"
#include "cli/lines.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/rule_arguments.h"
#include "cli/running.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "runtime/descriptor/read_descriptor.h"
#include "runtime/logging/decision_log.h"
#include "simulator/report/coverage_json.h"

namespace tally::cli {
namespace {

struct DecideArguments : RequestOptions {
  bool jsonl = false;
  bool line_buffered = false;
  bool because = false;
  bool coverage = false;
  std::string coverage_file;
  std::string by;
  std::string log;
  std::vector<std::string> keep;
  ColumnOptions columns;
  std::string rows;  // the format of rows, if it is given

  bool wants_coverage() const { return coverage || !coverage_file.empty(); }
};

// --- one request -------------------------------------------------------------------

Result<int> decide_one(const RunningPolicy& policy, const std::vector<std::size_t>& decisions,
                       const DecideArguments& options) {
  TALLY_ASSIGN_OR_RETURN(const BoundRequest request,
                         bind_request(policy, options, "for one request per line, add --jsonl"));
  const BoundCall& call = request.call;
  Results results;
  decide(policy.descriptor(), policy.compiled.code, call, options.because, results);
  std::string out;
  append_answer(out, policy.descriptor(), decisions, call, results, options.because);
  print(out + "\n");
  return exit_fine;
}

// --- one request per line ----------------------------------------------------------

// The log that decisions are written to, each with the number of its line.
class StreamLog {
 public:
  static Result<StreamLog> open(const RunningPolicy& policy, const std::vector<std::size_t>& decisions,
                                const DecideArguments& options) {
    StreamLog out;
    const auto contents = read_policy(policy.compiled.native.constant(), nullptr);
    if (!contents) return Error{Cause::system, contents.error().message};
    out.contents_ = std::make_shared<const PolicyContents>(*contents);
    LogOptions with;
    with.folder = options.log;
    with.name = "decisions";
    with.keep = options.keep;
    with.id_bytes = 20;
    with.wait_ms = LogOptions::no_end;
    auto log = DecisionLog::open(std::move(with), out.source());
    if (!log) {
      const bool is_file = log.error().status == TALLY_ERROR_FILE;
      return Error{is_file ? Cause::file : Cause::usage, (is_file ? "" : "--log-keep: ") + log.error().message};
    }
    out.log_ = *std::move(log);
    const std::vector<std::uint32_t> first = first_slots(policy.descriptor());
    for (const std::size_t i : decisions) out.slots_.emplace_back(first[i], first[i + 1]);
    return out;
  }

  void add(std::size_t line, const BoundCall& call, const Results& results) {
    log_->add_shared(source(), [&](const RecordShape& shape, std::byte* raw, std::uint64_t time) {
      shape.put_head(raw, time, std::to_string(line));
      shape.put_codes(raw, call.codes.data());
      shape.put_kept(raw, call);
      shape.put_no_slots(raw);
      for (const auto& [from, to] : slots_) shape.put_some_slots(raw, results.slots.data(), from, to);
    });
  }

  Result<> close() {
    if (const auto closed = log_->close(); !closed) return Error{Cause::file, closed.error().message};
    return {};
  }

 private:
  LogSource source() const { return {contents_->descriptor, contents_->tables, contents_->source_hash, 1}; }

  std::shared_ptr<const PolicyContents> contents_;
  std::shared_ptr<DecisionLog> log_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> slots_;  // of the decisions that are wanted
};

class Stream {
 public:
  // `coverage` counts the calls that are decided, and `log` keeps them; either may be null.
  Stream(const RunningPolicy& policy, const std::vector<std::size_t>& decisions, const DecideArguments& options,
         Coverage* coverage, StreamLog* log)
      : policy_(policy),
        decisions_(decisions),
        options_(options),
        binding_(policy.binder, read_options({policy.compilation.policy->model.get()}, options.strict)),
        coverage_(coverage),
        log_(log) {}

  std::size_t requests() const { return requests_; }
  std::size_t errors() const { return errors_; }

  // Answers are passed on when no further request is there yet, so that a co-process gets each at once.
  // A signal ends the stream behind the line in hand.
  Result<int> run(std::FILE* in) {
    const Signals signals({SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM});
    Lines lines(in, max_document_bytes);
    lines.on_wait([this] { flush(); }, signals.descriptor());
    std::string_view line;
    while (signals.arrived() == 0 && !output_is_lost() && lines.next(line)) {
      ++number_;
      answer(line, lines.too_long());
      if (options_.line_buffered || out_.size() >= (1 << 16)) flush();
      if ((number_ & 0xfff) == 0) show_progress();
    }
    flush();
    progress_.clear();
    // Nobody can read an answer, so the number of answers means nothing.
    if (output_is_lost()) return signals.arrived() == SIGPIPE ? exit_by_signal(SIGPIPE) : exit_usage;
    if (lines.failed()) return Error{Cause::file, "cannot read `" + options_.input + "` to its end"};
    key_faults_.show(document_name(options_.input), policy_.compilation.sources);
    show_counts();
    if (signals.arrived() != 0) return exit_by_signal(signals.arrived());
    return errors_ == 0 ? exit_fine : exit_fault;
  }

 private:
  void answer(std::string_view line, bool too_long) {
    if (!too_long && line.find_first_not_of(" \t\r") == std::string_view::npos) return;  // not a request
    ++requests_;
    if (too_long) {
      DocumentFault fault;
      fault.code = FaultId::too_large;
      fault.message = "a line is longer than " + std::to_string(max_document_bytes) + " bytes";
      return refuse({fault});
    }
    const BoundCall* call = binding_.bind(line);
    if (call == nullptr) return refuse(binding_.faults());
    if (key_faults_.add(number_, binding_.faults())) ++warned_;
    decide(policy_.descriptor(), policy_.compiled.code, *call, options_.because, results_);
    append_answer(out_, policy_.descriptor(), decisions_, *call, results_, options_.because);
    out_ += '\n';
    if (log_ != nullptr) log_->add(number_, *call, results_);
    if (coverage_ == nullptr) return;
    rules_.clear();
    for (const DecisionDescriptor& decision : policy_.descriptor().decisions) {
      rules_.push_back(rule_number(decision, results_));
    }
    coverage_->add(*call, rules_);
  }

  void refuse(const std::vector<DocumentFault>& faults) {
    ++errors_;
    report::Json error = {{"line", number_}};
    error.update(report::faults_json(faults));
    out_ += report::to_text({{"error", std::move(error)}}, -1);
  }

  void flush() {
    print(out_);
    std::fflush(stdout);
    out_.clear();
  }

  void show_progress() {
    if (progress_.is_due()) progress_.show(counts() + ", " + rate());
  }

  void show_counts() {
    // The time is shown on a terminal only, so that elsewhere the same run prints the same.
    std::string line = counts();
    if (progress_.on_terminal()) {
      char seconds[32];
      std::snprintf(seconds, sizeof seconds, ", %.1f s, ", progress_.seconds());
      line += seconds + rate();
    }
    std::fprintf(stderr, "%s\n", line.c_str());
  }

  std::string rate() const {
    char text[32];
    std::snprintf(text, sizeof text, "%.0f a second",
                  static_cast<double>(requests_) / std::max(progress_.seconds(), 1e-6));
    return text;
  }

  std::string counts() const {
    return counted(requests_, "request") + ", " + grouped(errors_) + " at fault" +
           (warned_ == 0 ? "" : ", " + grouped(warned_) + " decided with a warning");
  }

  const RunningPolicy& policy_;
  const std::vector<std::size_t>& decisions_;
  const DecideArguments& options_;
  RequestStream binding_;
  Coverage* coverage_;
  StreamLog* log_;
  Results results_;
  std::vector<std::uint16_t> rules_;  // the rule that fired, by decision
  std::string out_;
  std::size_t number_ = 0, requests_ = 0, errors_ = 0, warned_ = 0;
  KeyFaults key_faults_;  // of the requests that are decided
  Progress progress_;
};

Result<int> decide_stream(Stream& stream, const DecideArguments& options) {
  if (options.input == "-") return stream.run(stdin);
  TALLY_ASSIGN_OR_RETURN(const File file, open_file(options.input));
  return stream.run(file.get());
}

Result<int> decide_lines(RunningPolicy& policy, const std::vector<std::size_t>& decisions,
                         const DecideArguments& options, StreamLog* log) {
  if (!options.wants_coverage()) {
    Stream stream(policy, decisions, options, nullptr, log);
    return decide_stream(stream, options);
  }
  std::vector<ElementId> by;
  if (!options.by.empty()) {
    TALLY_ASSIGN_OR_RETURN(by, RuleArguments(policy.compilation, options.file).leaves("--by", options.by));
  }
  const Model& model = *policy.compilation.policy->model;
  auto coverage = Coverage::make(*policy.compilation.policy, policy.descriptor(), std::move(by));
  if (!coverage) {
    coverage.error().message = "--by: " + coverage.error().message;
    return std::move(coverage).error();
  }
  // A file that cannot be written is reported before the stream is read.
  AtomicFile file;
  if (!options.coverage_file.empty()) TALLY_RETURN_IF_ERROR(file.open(options.coverage_file));
  Stream stream(policy, decisions, options, &*coverage, log);
  TALLY_ASSIGN_OR_RETURN(const int code, decide_stream(stream, options));
  if (options.coverage) {
    std::fputs(coverage_text(*coverage, model, policy.descriptor(), decisions, colour_on_stderr()).c_str(), stderr);
  }
  if (options.coverage_file.empty()) return code;
  report::Json json = {{"file", options.file}, {"requests", stream.requests()}, {"faults", stream.errors()}};
  json.update(report::coverage_json(*coverage, model, policy.descriptor(), decisions));
  TALLY_RETURN_IF_ERROR(file.write(report::to_text(json)));
  return code;
}

// Why options do not go together with --columns.
Result<> check_columns(const DecideArguments& options) {
  if (options.columns.map.empty()) {
    if (!options.rows.empty()) return Error{Cause::usage, "--rows is the format of a table", "add --columns MAP"};
    if (options.columns.jobs) return Error{Cause::usage, "--jobs is for the rows of a table", "add --columns MAP"};
    return {};
  }
  const auto refuse = [](const std::string& option, const std::string& why) {
    return Error{Cause::usage, "--columns and " + option + " exclude each other: " + why};
  };
  if (options.jsonl) return refuse("--jsonl", "the input is a table, or JSON");
  if (options.because) return refuse("--because", "the rule of each row names its reason");
  if (options.strict) return refuse("--strict", "a column that the map does not name is not read");
  if (options.columns.map == "-") return Error{Cause::usage, "the map is a file; standard input has the rows"};
  return {};
}

Result<int> run_decide(const DecideArguments& options) {
  TALLY_RETURN_IF_ERROR(check_columns(options));
  if (options.wants_coverage() && !options.jsonl)
    return Error{Cause::usage, "a coverage is of many requests", "add --jsonl: one request per line"};
  if (options.line_buffered && !options.jsonl)
    return Error{Cause::usage, "--line-buffered is for many requests", "add --jsonl: one request per line"};
  if (!options.by.empty() && !options.wants_coverage())
    return Error{Cause::usage, "--by is the unit that a coverage counts", "add --coverage"};
  if (!options.log.empty() && !options.jsonl)
    return Error{Cause::usage, "a log is of many requests", "add --jsonl: one request per line"};
  if (!options.keep.empty() && options.log.empty())
    return Error{Cause::usage, "--log-keep names what a log keeps", "add --log FOLDER"};
  const bool is_table = !options.columns.map.empty();
  const Contents contents = options.log.empty() && !is_table ? Contents::functions : Contents::functions_and_descriptor;
  TALLY_ASSIGN_OR_RETURN(const auto policy, run_policy(options.file, contents));
  TALLY_ASSIGN_OR_RETURN(const auto decisions, chosen_decisions(policy->descriptor(), options.decisions));
  if (is_table) return decide_columns(*policy, decisions, options.input, options.columns);
  if (!options.jsonl) return decide_one(*policy, decisions, options);
  if (options.log.empty()) return decide_lines(*policy, decisions, options, nullptr);
  TALLY_ASSIGN_OR_RETURN(StreamLog log, StreamLog::open(*policy, decisions, options));
  const Result<int> code = decide_lines(*policy, decisions, options, &log);
  TALLY_RETURN_IF_ERROR(log.close());
  return code;
}

}  // namespace

Run add_decide(CLI::App& app) {
  auto options = std::make_shared<DecideArguments>();
  add_options(app, *options);
  app.add_flag("--because", options->because, "with each value its reason, its rule, and where the rule stands");
  app.add_flag("--jsonl", options->jsonl,
               "one request per line in, one answer per line out; a bad line gives an error line");
  app.add_flag("--line-buffered", options->line_buffered,
               "with --jsonl: pass on each answer at once, also where more requests are there");
  app.add_flag("--coverage", options->coverage, "with --jsonl: count how often each rule fired, on standard error");
  app.add_option("--coverage-json", options->coverage_file, "the same as JSON, into a file")->type_name("FILE");
  app.add_option("--by", options->by, "with a coverage: count each combination of these inputs")
      ->type_name("INPUT,...");
  app.add_option("--log", options->log, "with --jsonl: write each decision to a log in this folder")
      ->type_name("FOLDER");
  repeated(app, "--log-keep", options->keep, "INPUT", "with --log: the values of this number or text, too");
  app.add_option("--columns", options->columns.map,
                 "decide the rows of a table; MAP has a line for each input: `source = src_net`")
      ->type_name("MAP");
  const Choices<RowFormat> formats = {{"csv", RowFormat::csv},
                                      {"tsv", RowFormat::tsv},
                                      {"rowbinary", RowFormat::row_binary},
                                      {"rowbinary-with-names", RowFormat::row_binary_with_names}};
  const auto set_format = [options, formats](const std::string& word) {
    options->rows = word;
    for (const auto& [known, format] : formats) {
      if (word == known) options->columns.format = format;
    }
  };
  app.add_option_function<std::string>("--rows", set_format, "with --columns: " + one_of(words_of(formats)))
      ->check(one_of_words(words_of(formats)))
      ->type_name("FORMAT");
  count_option(app, "--jobs", options->columns.jobs, {"a number of threads", 1, 256},
               "with --columns: number of threads (default: one per processor)");
  app.footer(
      "Nothing is decided from a document with a fault: each is reported with its JSON Pointer.\n"
      "A key that is nearly a known one is a warning; with --strict every unknown key is an error.\n"
      "With --columns, standard input is a table, CSV if --rows does not say otherwise. Each row of the answer has\n"
      "the columns that the map keeps, the value and the rule of each decision, and the fault of the row.\n"
      "Example: tally decide rules/call_recording.tally --input request.json --because\n"
      "         tally decide rules/call_recording.tally --columns calls.map < calls.csv");
  return [options] { return run_decide(*options); };
}

}  // namespace tally::cli
