// The figures for people: medians with their spread, and ratios.
//
// In:     the runs of all repetitions
// Out:    text with one table per question, such as the times of a call. A question whose
//         benchmarks were filtered out has no table.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace tally::bench {

// Collects the measurements. It prints nothing itself except faults.
class Collector : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override;

  std::string summary() const;
  bool failed() const { return failed_; }

 private:
  // One value per repetition, by counter; "" is the time.
  using Values = std::map<std::string, std::vector<double>>;

  std::string calls(const std::string& kind, const std::string& title) const;
  std::string embedding() const;
  std::string compile() const;
  std::string questions() const;
  std::string sweeps(const std::string& space, const std::string& title) const;
  std::string growth(const std::string& shape) const;
  std::string requests() const;
  std::string relations() const;
  std::string texts() const;
  const std::vector<double>* find(const std::string& benchmark, const std::string& value = "") const;

  std::map<std::string, Values> runs_;
  bool failed_ = false;
};

}  // namespace tally::bench
