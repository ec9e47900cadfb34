// A text is read twice: its escapes are resolved, with the place in the file
// that each byte came from kept beside, and then its insertions are parsed like
// any other source, so that their spans point into the file.
#include "grammar/parse/text_template.h"

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "grammar/parse/build/tree_builder.h"
#include "grammar/parse/matcher.h"
#include "grammar/parse/tokens/literal.h"

namespace tally {

namespace {

using syntax::Fault;
using syntax::Kind;
using syntax::ParseState;
using syntax::TokenReader;
using syntax::TreeBuilder;

// The content of a text, byte by byte.
struct Content {
  std::string bytes;
  std::vector<std::uint32_t> origins;  // offset in the file of each byte, and of the end
  std::vector<bool> escaped;           // whether an escape gave the byte
};

// The literal has been parsed before, so its escapes are sound.
Content read_content(const SourceSet& sources, const Span& literal) {
  Content content;
  std::string_view body = sources.text(literal);
  body = body.substr(1, body.size() - 2);
  const std::uint32_t base = literal.begin + 1;
  for (std::size_t position = 0; position < body.size();) {
    const auto origin = base + static_cast<std::uint32_t>(position);
    const auto next = syntax::next_character(body, position);
    const auto* character = std::get_if<syntax::Character>(&next);
    if (character == nullptr) break;
    content.bytes += character->bytes;
    content.origins.insert(content.origins.end(), character->bytes.size(), origin);
    content.escaped.insert(content.escaped.end(), character->bytes.size(), character->escaped);
  }
  content.origins.push_back(literal.end - 1);
  return content;
}

// Reads the pieces of one text.
class Template {
 public:
  Template(FileId file, Content content, Diagnostics& diagnostics)
      : file_(file), content_(std::move(content)), diagnostics_(diagnostics) {}

  std::vector<TemplatePiece> read() {
    const std::string& bytes = content_.bytes;
    for (std::size_t i = 0; i < bytes.size();) {
      if (!is_brace(i)) {
        literal_ += bytes[i++];
      } else if (i + 1 < bytes.size() && is_brace(i + 1)) {
        literal_ += '{';
        i += 2;
      } else {
        const std::size_t end = closing(i + 1);
        if (end == std::string::npos) {
          fault(i, i + 1, "`{` is not closed", "write `{{` for a brace");
          break;
        }
        insert(i, end);
        i = end + 1;
      }
    }
    flush();
    return std::move(pieces_);
  }

 private:
  bool is_brace(std::size_t i) const { return content_.bytes[i] == '{' && !content_.escaped[i]; }

  // The `}` that closes an insertion whose inside begins at `begin`; braces and
  // texts may stand in its indices.
  std::size_t closing(std::size_t begin) const {
    const std::string& bytes = content_.bytes;
    std::size_t depth = 0;
    bool in_text = false;
    for (std::size_t i = begin; i < bytes.size(); ++i) {
      const char byte = bytes[i];
      if (in_text) {
        if (byte == '\\') ++i;
        if (byte == '"') in_text = false;
      } else if (byte == '"') {
        in_text = true;
      } else if (byte == '{') {
        ++depth;
      } else if (byte == '}') {
        if (depth == 0) return i;
        --depth;
      }
    }
    return std::string::npos;
  }

  // The insertion from its `{` to its `}`.
  void insert(std::size_t open, std::size_t close) {
    const std::string_view inside = std::string_view(content_.bytes).substr(open + 1, close - open - 1);
    if (inside.find_first_not_of(" \t") == std::string_view::npos) {
      fault(open, close + 1, "an insertion is empty", "write `{{` for a brace");
      return;
    }
    const TokenReader tokens(file_, inside, std::span(content_.origins).subspan(open + 1, inside.size() + 1));
    ParseState state(tokens);
    std::uint32_t position = 0;
    std::optional<Fault> fault = match(syntax::Text::insertion, state, position);
    if (!fault && tokens[position].kind != Kind::end) {
      fault = unexpected(state, position, DiagnosticId::bad_insert, "`}`, `.` or `[` in the insertion");
      const bool call = tokens[position].kind == Kind::left_paren && !tokens[position].spaced;
      fault->help(call ? "give the call a name with `let`, and insert that"
                       : "a name with fields and indices can be inserted");
    }
    if (!fault) {
      flush();
      pieces_.emplace_back(TreeBuilder(state).expression());
      return;
    }
    // Whatever it would be in an expression; a bound stays a bound.
    if (fault->diagnostic.code != DiagnosticId::nesting_too_deep) fault->diagnostic.code = DiagnosticId::bad_insert;
    syntax::report(*fault, diagnostics_);
  }

  void fault(std::size_t begin, std::size_t end, std::string message, std::string help) {
    const Span place{file_, content_.origins[begin], content_.origins[end]};
    diagnostics_.add(DiagnosticId::bad_insert, place, std::move(message)).help(std::move(help));
  }

  void flush() {
    if (!literal_.empty()) pieces_.emplace_back(std::exchange(literal_, {}));
  }

  FileId file_;
  Content content_;
  Diagnostics& diagnostics_;
  std::string literal_;  // text that no piece holds yet
  std::vector<TemplatePiece> pieces_;
};

}  // namespace

std::vector<TemplatePiece> parse_template(const SourceSet& sources, const ast::Text& text, Diagnostics& diagnostics) {
  return Template(text.span.file, read_content(sources, text.span), diagnostics).read();
}

}  // namespace tally
