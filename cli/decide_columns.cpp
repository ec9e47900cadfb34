#include "cli/decide_columns.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <thread>
#include <utility>

#include "cli/column_maps.h"
#include "cli/files.h"
#include "cli/fitted_lines.h"
#include "cli/ordered_blocks.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "compiler/columns/column_map.h"
#include "runtime/policy/policy_names.h"
#include "simulator/report/json.h"
#include "simulator/rows/decided_rows.h"

namespace tally::cli {
namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 19;
constexpr std::size_t read_bytes = std::size_t{1} << 18;
constexpr std::size_t max_column_map = std::size_t{16} << 20;

struct RowBlock {
  std::string rows, answers;
  std::size_t first_row = 1;
  RowCounts counts;
};

// Reads a table, and prints the answers. Answers are passed on when no further row is there yet. A signal ends the
// table behind the rows in hand.
class TableStream {
 public:
  TableStream(std::shared_ptr<const PolicyVersion> version, ColumnMap map, std::vector<std::size_t> decisions,
              const ColumnOptions& options)
      : version_(std::move(version)), map_(std::move(map)), decisions_(std::move(decisions)), options_(options) {}

  Result<int> run(std::FILE* in) {
    const Signals signals({SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM});
    ends_[0] = {::fileno(in), POLLIN, 0};
    ends_[1] = {signals.descriptor(), POLLIN, 0};
    TALLY_RETURN_IF_ERROR(begin());
    if (task_) {
      print(row_head(options_.format, task_->answer_columns()));
      TALLY_RETURN_IF_ERROR(decide_all());
    }
    std::fflush(stdout);
    progress_.clear();
    if (output_is_lost()) return signals.arrived() == SIGPIPE ? exit_by_signal(SIGPIPE) : exit_usage;
    if (failed_) return Error{Cause::file, "cannot read the rows to their end"};
    std::fprintf(stderr, "%s\n", counts().c_str());
    if (signals.arrived() != 0) return exit_by_signal(signals.arrived());
    return counts_.faults == 0 ? exit_fine : exit_fault;
  }

 private:
  // Reads the head, and holds the map against it. There is no task if a signal came first.
  Result<> begin() {
    for (;;) {
      TALLY_ASSIGN_OR_RETURN(auto head, read_row_head(options_.format, pending_, at_end_, map_));
      if (head) {
        pending_.erase(0, head->bytes);
        return make_task(std::move(head->columns));
      }
      if (!wait() || !read()) {
        if (!at_end_) return {};
      }
    }
  }

  Result<> make_task(std::vector<RowColumn> columns) {
    std::vector<TableColumn> table;
    for (const RowColumn& column : columns) table.push_back({column.name, column.type ? &*column.type : nullptr});
    if (const auto faults = faults_between(map_, version_->policy(), table); !faults.empty())
      return shown_faults(faults);
    TALLY_ASSIGN_OR_RETURN(RowTask task,
                           RowTask::make(version_, map_, options_.format, std::move(columns), decisions_));
    task_ = std::make_unique<const RowTask>(std::move(task));
    return {};
  }

  Result<> decide_all() {
    const std::size_t jobs = options_.jobs.value_or(std::clamp(std::thread::hardware_concurrency(), 1u, 64u));
    const auto make_work = [this]() -> OrderedBlocks<RowBlock>::Work {
      auto worker = std::make_shared<RowWorker>(*task_);
      return [worker](RowBlock& block) { worker->decide(block.rows, block.first_row, block.answers, block.counts); };
    };
    OrderedBlocks<RowBlock> blocks(jobs, make_work, [this](RowBlock& block) { take(block); });
    bool stopped = false;
    while (!at_end_ && !stopped && !output_is_lost()) {
      if (!is_ready()) {
        // A client may wait for the answers before it writes on.
        TALLY_RETURN_IF_ERROR(submit(blocks));
        blocks.finish();
        std::fflush(stdout);
        stopped = !wait();
      }
      if (stopped || !read()) break;
      if (pending_.size() >= block_bytes) TALLY_RETURN_IF_ERROR(submit(blocks));
      if (progress_.is_due()) progress_.show(counts());
    }
    if (at_end_ && !output_is_lost()) TALLY_RETURN_IF_ERROR(submit(blocks));
    blocks.finish();
    return {};
  }

  // Hands the whole rows among the pending bytes to a thread.
  Result<> submit(OrderedBlocks<RowBlock>& blocks) {
    const RowCut cut = cut_rows(options_.format, task_->columns(), pending_, at_end_);
    if (cut.rows == 0) {
      if (pending_.size() <= max_row_bytes) return {};
      blocks.finish();
      return Error{Cause::document,
                   "row " + std::to_string(next_row_) + " is longer than " + std::to_string(max_row_bytes) + " bytes",
                   "a quote that is never closed makes all that follows one row"};
    }
    RowBlock& block = blocks.next();
    block.rows.swap(pending_);
    pending_.assign(block.rows, cut.bytes, std::string::npos);
    block.rows.resize(cut.bytes);
    block.first_row = next_row_;
    next_row_ += cut.rows;
    blocks.submit();
    return {};
  }

  void take(RowBlock& block) {
    print(block.answers);
    counts_.rows += block.counts.rows;
    counts_.faults += block.counts.faults;
    block.answers.clear();
    block.counts = {};
  }

  bool is_ready() { return ::poll(ends_, 1, 0) > 0; }

  // Waits until something can be read, be it the end. Returns false if a signal came instead.
  bool wait() {
    while (::poll(ends_, 2, -1) < 0 && errno == EINTR) {
    }
    return ends_[1].revents == 0;
  }

  // Reads some bytes. Returns false at the end.
  bool read() {
    const std::size_t before = pending_.size();
    pending_.resize(before + read_bytes);
    ssize_t n = 0;
    do {
      n = ::read(ends_[0].fd, pending_.data() + before, read_bytes);
    } while (n < 0 && (errno == EINTR || errno == EAGAIN));
    pending_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    failed_ = failed_ || n < 0;
    at_end_ = n <= 0;
    return n > 0;
  }

  std::string counts() const { return counted(counts_.rows, "row") + ", " + grouped(counts_.faults) + " at fault"; }

  std::shared_ptr<const PolicyVersion> version_;
  ColumnMap map_;
  std::vector<std::size_t> decisions_;
  const ColumnOptions& options_;
  std::unique_ptr<const RowTask> task_;
  pollfd ends_[2] = {};
  std::string pending_;  // bytes that were read, and not handed on
  std::size_t next_row_ = 1;
  RowCounts counts_;
  bool at_end_ = false, failed_ = false;
  Progress progress_;
};

}  // namespace

Result<int> decide_columns(const RunningPolicy& policy, const std::vector<std::size_t>& decisions,
                           const std::string& input, const ColumnOptions& options) {
  TALLY_ASSIGN_OR_RETURN(const std::string text, read_file(options.map, max_column_map));
  TALLY_ASSIGN_OR_RETURN(ColumnMap map, map_of(options.map, text, policy.descriptor()));
  PolicyNames names;
  TALLY_ASSIGN_OR_RETURN(auto version, version_of(policy.compiled.native.constant(), names));
  TableStream stream(std::move(version), std::move(map), decisions, options);
  if (input == "-") return stream.run(stdin);
  TALLY_ASSIGN_OR_RETURN(const File file, open_file(input));
  return stream.run(file.get());
}

}  // namespace tally::cli
