// The example of docs/language.md as one text: the first block of its section "An example",
// and the table of its section "Tables". Together they have 22 declarations.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace tally {

// Tests run in the root of the project. The result is empty if the page has no such block.
inline std::string language_example() {
  std::ostringstream page;
  page << std::ifstream("docs/language.md").rdbuf();
  const std::string text = page.str();
  const auto block_after = [&](std::string_view heading) {
    constexpr std::string_view fence = "```tally\n";
    const std::size_t begin = text.find(fence, text.find(heading));
    if (begin == std::string::npos) return std::string();
    const std::size_t end = text.find("```", begin + fence.size());
    return text.substr(begin + fence.size(), end - begin - fence.size());
  };
  return block_after("\n## An example\n") + block_after("\n### Tables\n");
}

}  // namespace tally
