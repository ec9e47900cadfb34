// Tables in Markdown.
//
// For example, the header {"a", "b"} and the row {"on | off", "1"} are
//
//   | a | b |
//   |---|---|
//   | on \| off | 1 |
#pragma once

#include <string>
#include <vector>

namespace tally::editor {

class MarkdownTable {
 public:
  explicit MarkdownTable(const std::vector<std::string>& header) {
    add(header);
    text_ += "|";
    for (std::size_t i = 0; i < header.size(); ++i) text_ += "---|";
    text_ += "\n";
  }
  void add(const std::vector<std::string>& cells) {
    text_ += "|";
    for (const std::string& cell : cells) {
      text_ += " ";
      for (const char c : cell) {
        if (c == '|') text_ += '\\';
        text_ += c == '\n' ? ' ' : c;
      }
      text_ += " |";
    }
    text_ += "\n";
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace tally::editor
