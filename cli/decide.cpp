// `tally decide FILE`: requests in, answers out.
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands.h"
#include "cli/coverage.h"
#include "cli/faults.h"
#include "cli/files.h"
#include "cli/lines.h"
#include "cli/rule_arguments.h"
#include "cli/running.h"
#include "cli/terminal.h"

namespace tally::cli {
namespace {

struct Options : RequestOptions {
  bool jsonl = false;
  bool because = false;
  bool coverage = false;
  std::string coverage_file;
  std::string by;

  bool wants_coverage() const { return coverage || !coverage_file.empty(); }
};

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// --- one request -------------------------------------------------------------------

int decide_one(const RunningPolicy& policy, const std::vector<std::size_t>& decisions, const Options& options) {
  int exit_code = exit_fine;
  const auto call = bind_request(policy, options.input, exit_code);
  if (!call) return exit_code;
  Results results;
  decide(policy.descriptor(), policy.compiled.code, *call, options.because, results);
  std::string out;
  append_answer(out, policy.descriptor(), decisions, *call, results, options.because);
  print(out + "\n");
  return exit_fine;
}

// --- a request a line --------------------------------------------------------------

class Stream {
 public:
  // `coverage`: what counts the calls that are decided; may be null.
  Stream(const RunningPolicy& policy, const std::vector<std::size_t>& decisions, const Options& options,
         Coverage* coverage)
      : policy_(policy), decisions_(decisions), options_(options), binding_(policy.binder), coverage_(coverage) {}

  std::size_t requests() const { return requests_; }
  std::size_t errors() const { return errors_; }

  int run(std::FILE* in) {
    Lines lines(in, max_document_bytes);
    std::string_view line;
    while (lines.next(line)) {
      ++number_;
      answer(line, lines.too_long());
      if (out_.size() >= (1 << 16)) flush();
      if ((number_ & 0xfff) == 0) show_progress();
    }
    flush();
    if (lines.failed()) {
      complain("cannot read `" + options_.input + "` to its end");
      return exit_usage;
    }
    show_counts();
    return errors_ == 0 ? exit_fine : exit_fault;
  }

 private:
  void answer(std::string_view line, bool too_long) {
    if (!too_long && line.find_first_not_of(" \t\r") == std::string_view::npos) return;  // nothing was asked
    ++requests_;
    if (too_long) {
      DocumentFault fault;
      fault.code = FaultCode::too_large;
      fault.message = "a line is longer than " + std::to_string(max_document_bytes) + " bytes";
      return refuse({fault});
    }
    const BoundCall* call = binding_.bind(line);
    if (call == nullptr) return refuse(binding_.faults());
    if (!binding_.faults().empty()) ++warned_;
    decide(policy_.descriptor(), policy_.compiled.code, *call, options_.because, results_);
    append_answer(out_, policy_.descriptor(), decisions_, *call, results_, options_.because);
    out_ += '\n';
    if (coverage_ == nullptr) return;
    rules_.clear();
    for (const DecisionDescriptor& decision : policy_.descriptor().decisions) {
      rules_.push_back(rule_number(decision, results_));
    }
    coverage_->add(*call, rules_);
  }

  void refuse(const std::vector<DocumentFault>& faults) {
    ++errors_;
    Json error = {{"line", number_}};
    error.update(to_json(faults));
    out_ += to_text({{"error", std::move(error)}}, -1);
  }

  void flush() {
    print(out_);
    out_.clear();
  }

  void show_progress() {
    if (!on_terminal_ || seconds_since(start_) < next_) return;
    next_ = seconds_since(start_) + 0.2;
    shown_ = true;
    std::fprintf(stderr, "\r%s, %.0f a second ", counts().c_str(), static_cast<double>(requests_) / seconds_since(start_));
  }

  void show_counts() const {
    // Without the time where it is not for a person: the same run prints the same.
    std::string line = (shown_ ? "\r" : "") + counts();
    if (on_terminal_) {
      const double seconds = std::max(seconds_since(start_), 1e-6);
      char rate[64];
      std::snprintf(rate, sizeof rate, ", %.1f s, %.0f a second", seconds, static_cast<double>(requests_) / seconds);
      line += rate;
    }
    std::fprintf(stderr, "%s\n", line.c_str());
  }

  std::string counts() const {
    return count(requests_) + (requests_ == 1 ? " request, " : " requests, ") + count(errors_) + " at fault" +
           (warned_ == 0 ? "" : ", " + count(warned_) + " decided with a warning");
  }
  static std::string count(std::size_t n) { return grouped(Count(static_cast<unsigned long>(n))); }

  const RunningPolicy& policy_;
  const std::vector<std::size_t>& decisions_;
  const Options& options_;
  RequestStream binding_;
  Coverage* coverage_;
  Results results_;
  std::vector<std::uint16_t> rules_;  // that fired, by decision
  std::string out_;
  std::size_t number_ = 0, requests_ = 0, errors_ = 0, warned_ = 0;
  Clock::time_point start_ = Clock::now();
  double next_ = 1;  // seconds after the start from when progress is shown
  bool on_terminal_ = ::isatty(STDERR_FILENO) != 0;
  bool shown_ = false;
};

int decide_stream(Stream& stream, const Options& options) {
  if (options.input == "-") return stream.run(stdin);
  const auto opened = open_file(options.input);
  if (const auto* error = std::get_if<ReadError>(&opened)) {
    complain("cannot read `" + options.input + "`: " + error->reason);
    return exit_usage;
  }
  return stream.run(std::get<File>(opened).get());
}

// A file that is written whole, or not at all: what stood there stays where it
// cannot be. That it cannot is found out before there is anything to write.
class WholeFile {
 public:
  explicit WholeFile(std::string path) : path_(std::move(path)), beside_(path_ + ".new"), file_(std::fopen(beside_.c_str(), "wb")) {
    if (file_ == nullptr) reason_ = std::strerror(errno);
  }
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;
  ~WholeFile() {
    if (file_ == nullptr) return;
    std::fclose(file_);
    std::remove(beside_.c_str());
  }
  const std::string& reason() const { return reason_; }  // why it cannot be written, if it cannot

  bool write(const std::string& text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), file_) == text.size();
    const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
    if (written && closed && std::rename(beside_.c_str(), path_.c_str()) == 0) return true;
    reason_ = std::strerror(errno);
    std::remove(beside_.c_str());
    return false;
  }

 private:
  std::string path_, beside_, reason_;
  std::FILE* file_;
};

int decide_lines(RunningPolicy& policy, const std::vector<std::size_t>& decisions, const Options& options) {
  if (!options.wants_coverage()) {
    Stream stream(policy, decisions, options, nullptr);
    return decide_stream(stream, options);
  }
  std::vector<ElementId> by;
  if (!options.by.empty()) {
    auto leaves = RuleArguments(policy.compilation, options.file).leaves("--by", options.by);
    if (!leaves) return exit_usage;
    by = std::move(*leaves);
  }
  const Model& model = *policy.compilation.policy->model;
  Coverage coverage(*policy.compilation.policy, policy.descriptor(), std::move(by));
  if (!coverage.fault().empty()) {
    complain("--by: " + coverage.fault());
    return exit_usage;
  }
  std::optional<WholeFile> file;
  const auto cannot_write = [&] {
    complain("cannot write `" + options.coverage_file + "`: " + file->reason());
    return exit_usage;
  };
  if (!options.coverage_file.empty()) file.emplace(options.coverage_file);
  if (file && !file->reason().empty()) return cannot_write();
  Stream stream(policy, decisions, options, &coverage);
  const int code = decide_stream(stream, options);
  if (code == exit_usage) return code;
  if (options.coverage) {
    std::fputs(coverage_text(coverage, model, policy.descriptor(), decisions, colour_on_stderr()).c_str(), stderr);
  }
  if (!file) return code;
  Json json = {{"file", options.file}, {"requests", stream.requests()}, {"faults", stream.errors()}};
  json.update(coverage_json(coverage, model, policy.descriptor(), decisions));
  return file->write(to_text(json)) ? code : cannot_write();
}

int run(const Options& options) {
  int exit_code = exit_fine;
  if (options.wants_coverage() && !options.jsonl) {
    complain("a coverage is of many requests", "add --jsonl: a request a line");
    return exit_usage;
  }
  if (!options.by.empty() && !options.wants_coverage()) {
    complain("--by says what a coverage counts", "add --coverage");
    return exit_usage;
  }
  const auto policy = run_policy(options.file, exit_code);
  if (!policy) return exit_code;
  const auto decisions = chosen_decisions(policy->descriptor(), options.decisions);
  if (!decisions) return exit_usage;
  return options.jsonl ? decide_lines(*policy, *decisions, options) : decide_one(*policy, *decisions, options);
}

}  // namespace

Run add_decide(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_options(app, *options);
  app.add_flag("--because", options->because, "with each value its reason, the rule, and where the rule stands");
  app.add_flag("--jsonl", options->jsonl, "a request a line in, an answer a line out; a bad line gives an error line");
  app.add_flag("--coverage", options->coverage, "with --jsonl: which rules fired how often, on standard error");
  app.add_option("--coverage-json", options->coverage_file, "the same as JSON, into a file")->type_name("FILE");
  app.add_option("--by", options->by, "with a coverage: how often each combination of these inputs occurred")
      ->type_name("INPUT,...");
  app.footer(
      "Nothing is decided from a document with a fault: each is reported with its JSON Pointer.\n"
      "Example: tally decide rules/call_recording.tally --input request.json --because");
  return [options] { return run(*options); };
}

}  // namespace tally::cli
