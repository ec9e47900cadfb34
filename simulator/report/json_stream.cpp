#include "simulator/report/json_stream.h"

#include <algorithm>

namespace tally::report {
namespace {

constexpr std::size_t buffered = std::size_t{1} << 16;
constexpr std::size_t indent = 2;

}  // namespace

void JsonStream::open(char begin, char end) {
  begin_item();
  out_ += begin;
  levels_.push_back({end});
}

void JsonStream::close() {
  const Level level = levels_.back();
  levels_.pop_back();
  if (!level.empty) {
    out_ += '\n';
    out_.append(levels_.size() * indent, ' ');
  }
  out_ += level.end;
  end_item();
}

void JsonStream::key(std::string_view name) {
  begin_item();
  append_text(name);
  out_ += ": ";
  after_key_ = true;
}

void JsonStream::value(const Json& json) {
  begin_item();
  std::string text = to_text(json, indent);
  text.pop_back();
  for (const char c : text) {  // a line break within a string is escaped
    out_ += c;
    if (c == '\n') out_.append(levels_.size() * indent, ' ');
  }
  end_item();
}

void JsonStream::text(std::string_view text) {
  begin_item();
  append_text(text);
  end_item();
}

// Writes the comma and the line break before an item, unless the item follows a key.
void JsonStream::begin_item() {
  if (after_key_ || levels_.empty()) {
    after_key_ = false;
    return;
  }
  if (!levels_.back().empty) out_ += ',';
  levels_.back().empty = false;
  out_ += '\n';
  out_.append(levels_.size() * indent, ' ');
}

void JsonStream::end_item() {
  if (levels_.empty()) out_ += '\n';
  if (levels_.empty() || out_.size() >= buffered) flush();
}

void JsonStream::append_text(std::string_view text) {
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; });
  if (plain) {
    out_ += '"';
    out_ += text;
    out_ += '"';
    return;
  }
  const std::string escaped = to_text(Json(text), indent);
  out_.append(escaped, 0, escaped.size() - 1);
}

void JsonStream::flush() {
  if (!is_lost_) is_lost_ = !write_(out_);
  out_.clear();
}

}  // namespace tally::report
