#include "cli/help_pages.h"

#include <optional>

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

}  // namespace

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
