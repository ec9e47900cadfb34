#include "simulator/mutate/literal_edits.h"

#include <optional>
#include <string>

#include "compiler/model/types.h"
#include "compiler/texts/pattern.h"
#include "grammar/parse/parser.h"
#include "grammar/tree/source_format.h"

namespace tally {
namespace {

Span span_of(const ast::TextItem& item) {
  const auto* name = std::get_if<ast::Name>(&item);
  return name ? name->span : std::get<ast::Text>(item).span;
}

// Whether the end of a literal can be cut off: its last character is neither an escape nor a part of one.
bool can_be_shortened(const std::string& raw) {
  return raw.size() > 1 && raw.find('\\') == std::string::npos && static_cast<unsigned char>(raw.back()) < 0x80;
}

// One place more or less, another rest, and X, Z and N for each other.
void add_pattern(EditList& edits, const ast::Text& literal) {
  const std::string& raw = literal.raw;
  const auto becomes = [&](const std::string& pattern) {
    if (!pattern.empty() && dial_pattern(pattern)) edits.replace(EditKind::text, literal.span, "\"" + pattern + "\"");
  };
  if (raw.find('\\') != std::string::npos) return;
  std::string rest;
  for (const char* known : {"...", ".", "!"}) {
    if (rest.empty() && raw.ends_with(known)) rest = known;
  }
  const std::string body = raw.substr(0, raw.size() - rest.size());
  becomes(body + "X" + rest);
  if (!body.empty() && body.back() != ']' && static_cast<unsigned char>(body.back()) < 0x80)
    becomes(body.substr(0, body.size() - 1) + rest);
  if (!rest.empty()) becomes(body);
  becomes(body + (rest == "!" ? "." : "!"));
  bool inside = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '[') inside = true;
    if (body[i] == ']') inside = false;
    const char other = body[i] == 'X' ? 'N' : body[i] == 'N' ? 'Z' : body[i] == 'Z' ? 'X' : '\0';
    if (inside || other == '\0') continue;
    std::string changed = raw;
    changed[i] = other;
    becomes(changed);
  }
}

}  // namespace

void add_number(EditList& edits, Span span, std::uint64_t value) {
  if (value > 0) edits.replace(EditKind::number, span, std::to_string(value - 1));
  if (value < max_number) edits.replace(EditKind::number, span, std::to_string(value + 1));
}

void add_range(EditList& edits, const ast::NumberRange& range) {
  const auto written = [](std::optional<std::uint64_t> low, std::optional<std::uint64_t> high) {
    return (low ? std::to_string(*low) : "") + ".." + (high ? std::to_string(*high) : "");
  };
  const auto ends = [](std::optional<std::uint64_t> end) {
    std::vector<std::uint64_t> out;
    if (end && *end > 0) out.push_back(*end - 1);
    if (end && *end < max_number) out.push_back(*end + 1);
    return out;
  };
  for (const auto low : ends(range.low)) edits.replace(EditKind::number, range.span, written(low, range.high));
  for (const auto high : ends(range.high)) edits.replace(EditKind::number, range.span, written(range.low, high));
}

void add_text_test(EditList& edits, Span whole, ast::TextForm form, const std::vector<ast::TextItem>& texts) {
  const auto list = [&](std::size_t changed, const std::optional<std::string>& to) {
    std::string out;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i == changed && !to) continue;
      out += (out.empty() ? "" : ", ") + (i == changed ? *to : edits.text(span_of(texts[i])));
    }
    return out;
  };
  const Span all = around(span_of(texts.front()), span_of(texts.back()));
  if (form != ast::TextForm::like) {
    const std::string word(format::word(form));
    const auto at = static_cast<std::uint32_t>(whole.begin + edits.text(whole).find(word));
    const Span place{whole.file, at, at + static_cast<std::uint32_t>(word.size())};
    edits.replace(
        EditKind::text, place,
        std::string(format::word(form == ast::TextForm::starts ? ast::TextForm::ends : ast::TextForm::starts)));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts.size() > 1) edits.drop(EditKind::list, all, list(i, std::nullopt), span_of(texts[i]));
    if (!std::holds_alternative<ast::Text>(texts[i])) continue;
    const auto& literal = std::get<ast::Text>(texts[i]);
    if (form == ast::TextForm::like) {
      add_pattern(edits, literal);
      continue;
    }
    const std::string& raw = literal.raw;
    const bool front = form == ast::TextForm::ends;
    edits.replace(EditKind::text, literal.span, front ? "\"x" + raw + "\"" : "\"" + raw + "x\"");
    if (!can_be_shortened(raw) || static_cast<unsigned char>(raw.front()) >= 0x80) continue;
    edits.replace(EditKind::text, literal.span, "\"" + (front ? raw.substr(1) : raw.substr(0, raw.size() - 1)) + "\"");
  }
}

}  // namespace tally
