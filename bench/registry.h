// The registration of the benchmarks, and the files that they read.
#pragma once

#include <string>
#include <variant>

#include "grammar/program.h"

namespace tally::bench {

// The benchmarks run in the root of the project.
inline constexpr const char* recording_rules = "rules/call_recording.tally";
std::variant<std::string, ReadError> read_file(const std::string& path);

void register_calls();      // decide.cpp
void register_embedding();  // embedding.cpp
void register_compile();    // compile.cpp
void register_requests();   // requests.cpp
void register_sweeps();     // sweep.cpp
void register_questions();  // questions.cpp
void register_relations();  // relations.cpp
void register_texts();      // texts.cpp

}  // namespace tally::bench
