#include "tests/fuzz/support/rule_input.h"

#include <algorithm>
#include <memory>

#include "grammar/source/render.h"
#include "tests/fuzz/support/fuzzing.h"

namespace tally::fuzz {

constexpr std::string_view case_mark = "#: ";

RuleInput split_input(std::string_view bytes) {
  const std::size_t line = bytes.starts_with("#@") ? 0 : bytes.find("\n#@");
  if (line == std::string_view::npos) return {std::string(bytes), std::nullopt};
  const std::size_t mark = bytes.starts_with("#@") ? 0 : line + 1;
  RuleInput input{std::string(bytes.substr(0, mark)), std::string()};
  std::string_view rest = bytes.substr(mark);
  rest.remove_prefix(std::min(rest.size(), rest.find('\n')));  // the line that names the file
  if (!rest.empty()) rest.remove_prefix(1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    std::string_view one = rest.substr(0, end);
    rest.remove_prefix(end);
    if (one.starts_with(case_mark)) one.remove_prefix(case_mark.size());
    *input.used += one;
  }
  return input;
}

std::string join_input(const RuleInput& input) {
  if (!input.used) return input.root;
  std::string joined = input.root;
  if (!joined.empty() && joined.back() != '\n') joined += '\n';
  joined += "#@ file b.tally\n";
  std::string_view rest = *input.used;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    // Only a line that would lose its start needs the mark.
    if (rest.starts_with(case_mark)) joined += case_mark;
    joined += rest.substr(0, end);
    rest.remove_prefix(end);
  }
  return joined;
}

ReadFile reader_of(const RuleInput& input) {
  const auto used_path = std::make_shared<std::optional<std::string>>();
  return [&input, used_path](const std::string& path) -> std::variant<std::string, ReadError> {
    if (path == root_name) return input.root;
    if (!input.used || (*used_path && **used_path != path)) return ReadError{"no such file"};
    *used_path = path;
    return *input.used;
  };
}

void render_all(const Diagnostics& diagnostics, const SourceSet& sources) {
  for (const Diagnostic& d : diagnostics.list()) {
    if (d.message.empty()) fail("a diagnostic without a message");
    if (render(d, sources, {false}).empty() || render(d, sources, {true}).empty()) fail("an empty rendering");
  }
  if (summary(diagnostics).empty() != diagnostics.list().empty()) fail("the summary forgets what was reported");
}

}  // namespace tally::fuzz
