// The pages of `tally help`: one per diagnostic code, from docs/diagnostics.md.
//
// In:     the document in Markdown. The command contains it (cmake/embed_text.cmake), so that no file
//         is needed at run time.
// Out:    its pages, as data and as text for a terminal.
// Always: a page is a heading `### T305: ...`, and paragraphs and fenced blocks up to the next heading.
//         Other Markdown is not understood; tests/unit/help_pages_test.cpp ensures that there is none.
//
//   const std::vector<HelpPage> pages = help_pages(diagnostics_document());
//   print(page_text(pages.front(), {.width = 80}));
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tally::cli {

struct HelpBlock {
  enum class Kind { paragraph, fenced };
  Kind kind = Kind::paragraph;
  std::string text;   // a paragraph on one line, with its links and backquotes; or lines that end in "\n"
  std::string words;  // of a fenced block, what stands behind its fence: "tally common.tally"
};

struct HelpPage {
  std::string id;     // "T305"
  std::string title;  // "two things cannot be compared"
  std::vector<HelpBlock> blocks;
};

// docs/diagnostics.md, as it was when the command was built.
std::string_view diagnostics_document();

// The pages of such a document, in its order.
std::vector<HelpPage> help_pages(std::string_view markdown);

// The page of a code, `find_page("T305")`; null if there is none.
const HelpPage* find_page(std::string_view id);
// Whether a page has an example. The other pages describe what to do.
bool has_example(const HelpPage& page);

struct PageStyle {
  std::size_t width = 80;  // paragraphs are wrapped at it; examples are not
  bool colour = false;
};
// A page as plain text: examples are indented, and a link is shown as the name of its document.
std::string page_text(const HelpPage& page, const PageStyle& style);

}  // namespace tally::cli
