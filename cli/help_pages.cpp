#include "cli/help_pages.h"

#include <algorithm>
#include <optional>

#include "cli/fitted_lines.h"
#include "grammar/source/render.h"

namespace tally::cli {
namespace {

constexpr std::string_view fence = "```";

// Whether a line begins a page: `### T305: two things cannot be compared`.
std::optional<HelpPage> page_begun_by(std::string_view line) {
  constexpr std::string_view mark = "### T";
  if (!line.starts_with(mark)) return std::nullopt;
  line.remove_prefix(mark.size() - 1);
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos) return std::nullopt;
  return HelpPage{std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)), {}};
}

// Reads a document line by line.
class PageReader {
 public:
  void line(std::string_view line) {
    if (fenced_) {
      if (line == fence) return end_block();
      add(line, "\n");
    } else if (line.starts_with(fence)) {
      end_block();
      fenced_ = true;
      block_ = {HelpBlock::Kind::fenced, {}, std::string(line.substr(fence.size()))};
    } else if (line.starts_with("#")) {
      end_page();
      page_ = page_begun_by(line);
    } else if (line.empty()) {
      end_block();
    } else {
      if (!block_) block_.emplace();
      if (!block_->text.empty()) block_->text += ' ';
      add(line, "");
    }
  }
  std::vector<HelpPage> pages() {
    end_page();
    return std::move(pages_);
  }

 private:
  void add(std::string_view line, std::string_view end) {
    block_->text += line;
    block_->text += end;
  }
  void end_block() {
    if (block_ && page_) page_->blocks.push_back(std::move(*block_));
    block_.reset();
    fenced_ = false;
  }
  void end_page() {
    end_block();
    if (page_) pages_.push_back(std::move(*page_));
    page_.reset();
  }

  std::vector<HelpPage> pages_;
  std::optional<HelpPage> page_;  // none in the parts of the document that are not pages
  std::optional<HelpBlock> block_;
  bool fenced_ = false;
};

// Returns a paragraph with its links as text: `[maps](language.md#maps)` is `"maps" (docs/language.md)`.
std::string without_links(std::string_view text) {
  std::string out;
  for (;;) {
    const std::size_t middle = text.find("](");
    const std::size_t begin = middle == std::string_view::npos ? middle : text.rfind('[', middle);
    const std::size_t end = middle == std::string_view::npos ? middle : text.find(')', middle);
    if (begin == std::string_view::npos || end == std::string_view::npos) return out.append(text);
    const std::string_view target = text.substr(middle + 2, end - middle - 2);
    out.append(text.substr(0, begin));
    out.append("\"").append(text.substr(begin + 1, middle - begin - 1)).append("\" (docs/");
    out.append(target.substr(0, target.find('#'))).append(")");
    text.remove_prefix(end + 1);
  }
}

// Returns the lines of a paragraph, each with its line break.
std::string lines_of(const std::string& paragraph, std::size_t columns) {
  std::string out;
  for (const std::string_view line : wrapped(paragraph, columns)) out.append(line).append("\n");
  return out;
}

void add_indented(std::string_view lines, std::string& out) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n') + 1;
    if (end > 1) out += "    ";
    out += lines.substr(0, end);
    lines.remove_prefix(end);
  }
}

Severity severity_of(const std::string& id) {
  const auto& codes = all_codes();
  const auto code = std::find_if(codes.begin(), codes.end(), [&](const DiagnosticInfo& c) { return c.id == id; });
  return code == codes.end() ? Severity::error : code->severity;
}

// Returns the ANSI code of a paragraph; "" for none.
std::string_view colour_of(const HelpBlock& paragraph) {
  if (paragraph.text.starts_with("Wrong")) return "31";
  return paragraph.text.starts_with("Right") ? "32" : "";
}

}  // namespace

const HelpPage* find_page(std::string_view id) {
  static const std::vector<HelpPage> pages = help_pages(diagnostics_document());
  const auto page = std::find_if(pages.begin(), pages.end(), [&](const HelpPage& p) { return p.id == id; });
  return page == pages.end() ? nullptr : &*page;
}

bool has_example(const HelpPage& page) {
  return std::any_of(page.blocks.begin(), page.blocks.end(),
                     [](const HelpBlock& block) { return block.kind == HelpBlock::Kind::fenced; });
}

std::string page_text(const HelpPage& page, const PageStyle& style) {
  const auto coloured = [&](std::string_view text, std::string_view code) {
    if (!style.colour || code.empty()) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  };
  const Severity severity = severity_of(page.id);
  const std::string mark = std::string(to_string(severity)) + " " + page.id;
  std::string out = lines_of(mark + ": " + page.title, style.width);
  if (style.colour) out.replace(0, mark.size(), std::string(colour_of(severity)) + mark + "\x1b[0m");
  for (const HelpBlock& block : page.blocks) {
    out += '\n';
    if (block.kind == HelpBlock::Kind::fenced) {
      add_indented(block.text, out);
      continue;
    }
    const std::string lines = lines_of(without_links(block.text), style.width);
    out += coloured(std::string_view(lines).substr(0, lines.size() - 1), colour_of(block)) + "\n";
  }
  return out;
}

std::vector<HelpPage> help_pages(std::string_view markdown) {
  PageReader reader;
  while (!markdown.empty()) {
    const std::size_t end = markdown.find('\n');
    reader.line(markdown.substr(0, end));
    markdown.remove_prefix(end == std::string_view::npos ? markdown.size() : end + 1);
  }
  return reader.pages();
}

}  // namespace tally::cli
