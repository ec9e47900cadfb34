#include "serve/metrics.h"

#include <algorithm>
#include <charconv>

namespace tally::serve {
namespace {

std::string number_text(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

void append_escaped(std::string& out, std::string_view text, bool in_label) {
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && in_label) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

}  // namespace

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
  text_.append("# HELP ").append(name).append(" ");
  append_escaped(text_, help, false);
  text_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void Exposition::head(std::string_view name, const Labels& labels) {
  text_ += name;
  char before = '{';
  for (const auto& [label, value] : labels) {
    text_ += before;
    text_.append(label).append("=\"");
    append_escaped(text_, value, true);
    text_ += '"';
    before = ',';
  }
  if (!labels.empty()) text_ += '}';
  text_ += ' ';
}

void Exposition::sample(std::string_view name, const Labels& labels, std::uint64_t value) {
  head(name, labels);
  text_.append(std::to_string(value)).append("\n");
}

void Exposition::sample(std::string_view name, const Labels& labels, double value) {
  head(name, labels);
  text_.append(number_text(value)).append("\n");
}

void Metrics::count(Operation operation, int status, double seconds) noexcept {
  const auto at = static_cast<std::size_t>(operation);
  const auto known = std::find(statuses.begin(), statuses.end(), status);
  if (known != statuses.end()) requests_[at][static_cast<std::size_t>(known - statuses.begin())].fetch_add(1, relaxed);
  Histogram& histogram = latencies_[at];
  const auto bound = std::lower_bound(latency_bounds.begin(), latency_bounds.end(), seconds);
  histogram.buckets[static_cast<std::size_t>(bound - latency_bounds.begin())].fetch_add(1, relaxed);
  histogram.nanoseconds.fetch_add(static_cast<std::uint64_t>(seconds * 1e9), relaxed);
}

void Metrics::write(Exposition& out) const {
  out.family("tally_requests_total", "counter", "Responses, by what was asked for and status.");
  for (std::size_t i = 0; i < operations; ++i) {
    for (std::size_t s = 0; s < statuses.size(); ++s) {
      const std::uint64_t count = requests_[i][s].load(relaxed);
      if (count == 0 && statuses[s] != 200) continue;
      out.sample("tally_requests_total",
                 {{"operation", to_string(static_cast<Operation>(i))}, {"status", std::to_string(statuses[s])}}, count);
    }
  }
  out.family("tally_request_seconds", "histogram", "Time from the headers of a request to its response.");
  for (std::size_t i = 0; i < operations; ++i) {
    const std::string_view operation = to_string(static_cast<Operation>(i));
    const Histogram& histogram = latencies_[i];
    std::uint64_t below = 0;
    for (std::size_t b = 0; b < latency_bounds.size(); ++b) {
      below += histogram.buckets[b].load(relaxed);
      out.sample("tally_request_seconds_bucket", {{"operation", operation}, {"le", number_text(latency_bounds[b])}},
                 below);
    }
    below += histogram.buckets.back().load(relaxed);
    out.sample("tally_request_seconds_bucket", {{"operation", operation}, {"le", "+Inf"}}, below);
    out.sample("tally_request_seconds_sum", {{"operation", operation}},
               static_cast<double>(histogram.nanoseconds.load(relaxed)) / 1e9);
    out.sample("tally_request_seconds_count", {{"operation", operation}}, below);
  }
  out.family("tally_errors_total", "counter", "Refused requests and lines, by cause.");
  for (std::size_t i = 0; i < error_causes; ++i)
    out.sample("tally_errors_total", {{"cause", to_string(static_cast<ErrorCause>(i))}}, errors_[i].load(relaxed));
  out.family("tally_connections", "gauge", "Connections that are open.");
  out.sample("tally_connections", {},
             static_cast<std::uint64_t>(std::max<std::int64_t>(connections_.load(relaxed), 0)));
  out.family("tally_connections_cut_total", "counter", "Connections that were closed for a bound of time.");
  out.sample("tally_connections_cut_total", {}, cut_connections_.load(relaxed));
}

}  // namespace tally::serve
