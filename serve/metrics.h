// What is counted while requests are answered, in the text format that Prometheus reads (version 0.0.4).
//
// In:     each response with its operation, status and time; each refusal with its cause.
// Out:    lines such as `tally_requests_total{operation="decide",status="200"} 7`.
// Always: counting takes no lock. A counter never falls while the process lives. Label values are escaped.
//
//   exposition.family("tally_up", "gauge", "Whether it runs.");
//   exposition.sample("tally_up", {}, 1);
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "serve/http.h"
#include "serve/routes.h"

namespace tally::serve {

// Writes families of samples, one after the other.
class Exposition {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

  // Begins a family; its samples follow. `type`: counter, gauge or histogram.
  void family(std::string_view name, std::string_view type, std::string_view help);
  void sample(std::string_view name, const Labels& labels, std::uint64_t value);
  void sample(std::string_view name, const Labels& labels, double value);
  const std::string& text() const { return text_; }

 private:
  void head(std::string_view name, const Labels& labels);
  std::string text_;
};

// Upper bounds of the histogram's buckets, in seconds.
inline constexpr std::array<double, 14> latency_bounds = {0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001,
                                                          0.0025,  0.005,    0.01,    0.05,   0.1,     0.5,    1};

class Metrics {
 public:
  // `seconds`: from the end of the headers to the response.
  void count(Operation operation, int status, double seconds) noexcept;
  void count(ErrorCause cause) noexcept { errors_[static_cast<std::size_t>(cause)].fetch_add(1, relaxed); }
  void connection_begins() noexcept { connections_.fetch_add(1, relaxed); }
  void connection_ends() noexcept { connections_.fetch_sub(1, relaxed); }
  void connection_cut() noexcept { cut_connections_.fetch_add(1, relaxed); }

  void write(Exposition& out) const;

 private:
  static constexpr auto relaxed = std::memory_order_relaxed;
  using Counter = std::atomic<std::uint64_t>;
  // Every status that a response has, and one place for others.
  static constexpr std::array<int, 16> statuses = {200, 201, 204, 400, 404, 405, 408, 409,
                                                   411, 413, 415, 422, 431, 500, 503, 507};
  struct Histogram {
    std::array<Counter, latency_bounds.size() + 1> buckets{};
    Counter nanoseconds{0};
  };
  std::array<std::array<Counter, statuses.size()>, operations> requests_{};
  std::array<Histogram, operations> latencies_{};
  std::array<Counter, error_causes> errors_{};
  std::atomic<std::int64_t> connections_{0};
  Counter cut_connections_{0};
};

}  // namespace tally::serve
