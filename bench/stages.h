// From source text to callable functions, with the time of each stage.
//
// In:     the text of a rule file without `use`
// Out:    the seconds per stage and the sizes of the results, or the first fault
// Always: every stage runs once, as `tally check` and a program that embeds the compiler
//         run it
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <variant>

namespace tally::bench {

// analyze makes the model; policy makes the decision graph, the classes, the layout and the
// order of the diagrams; check runs all checks, proofs and examples.
inline constexpr const char* stage_names[] = {"parse", "analyze", "policy", "check", "generate", "optimize", "emit"};
inline constexpr std::size_t stage_count = std::size(stage_names);
inline constexpr std::size_t front_stages = 4;  // these need no LLVM

struct Stages {
  std::array<double, stage_count> seconds{};
  std::size_t rules = 0;
  std::size_t diagram_nodes = 0;
  std::size_t code_bytes = 0;

  double total() const {
    double sum = 0;
    for (const double s : seconds) sum += s;
    return sum;
  }
};

std::variant<Stages, std::string> run_stages(const std::string& text);

// Measures in a separate process, so that the peak memory is that of one policy. `what` is a
// shape and a size, such as "table 1000", or "rules" for the call recording rules.
struct Measured {
  Stages stages;
  double peak_megabytes = 0;
};
std::variant<Measured, std::string> measure_apart(const std::string& what);
// The counterpart in that process: measures, and writes a line for `measure_apart`. Returns
// the exit code of the process.
int measure_here(const std::string& what);

}  // namespace tally::bench
