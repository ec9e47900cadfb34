#include "editor/completion.h"

#include <algorithm>
#include <array>
#include <set>

#include "editor/names.h"
#include "editor/outline.h"
#include "grammar/parse/parser.h"
#include "grammar/parse/tokens/lexer.h"
#include "grammar/tree/printer.h"

namespace tally::editor {
namespace {

using syntax::Kind;
using syntax::Token;

constexpr std::string_view placeholder = "zz-written-here";
// Words are tried against the grammar in declarations up to this size. In longer ones all are offered.
constexpr std::size_t max_tried_bytes = 16'384;

// Words that are not keywords, where an operand may begin, and where one has ended.
constexpr std::array<std::string_view, 5> words_of_values = {"some", "every", "count", "min", "max"};
constexpr std::array<std::string_view, 4> words_behind_values = {"like", "ends", "has length", "but not"};
// Words behind a type, with the declarations that have them.
struct WordOfType {
  std::string_view word, declaration;
};
constexpr std::array<WordOfType, 4> words_behind_types = {
    {{"any case", "type"}, {"not null", "type"}, {"not null", "input"}, {"longest", "decision"}}};

// Where the declaration that contains an offset begins.
std::uint32_t declaration_begin(const syntax::Lexed& lexed, std::uint32_t offset) {
  std::uint32_t begin = 0;
  for (const Token& token : lexed.tokens) {
    if (token.begin >= offset) break;
    if (token.line_start && syntax::begins_declaration(token.word)) begin = token.begin;
  }
  return begin;
}

std::uint32_t declaration_end(const syntax::Lexed& lexed, std::uint32_t offset, std::size_t size) {
  for (const Token& token : lexed.tokens)
    if (token.begin >= offset && token.column_one && syntax::begins_declaration(token.word)) return token.begin;
  return static_cast<std::uint32_t>(size);
}

// Whether the text parses as a whole.
bool parses(const std::string& text) {
  SourceSet sources;
  Diagnostics faults(1);
  parse(sources, sources.add("", text), faults);
  return !faults.has_errors();
}

// Whether the grammar takes a word behind a text: then the fault is at the end of the text.
bool takes(const std::string& before, std::string_view word) {
  SourceSet sources;
  Diagnostics faults(1);
  const std::string text = before + std::string(word);
  const ast::File file = parse(sources, sources.add("", text), faults);
  if (!faults.has_errors()) return true;
  return !file.holes.empty() && file.holes.front().fault.begin >= text.size();
}

// The closing brackets of what is open, the innermost first; `braces` are those from the first `}` on.
struct Closers {
  std::string inner, braces;
};
Closers closers_of(std::string_view text) {
  std::vector<char> open;
  const syntax::Lexed lexed = syntax::lex(text);
  for (const Token& token : lexed.tokens) {
    if (syntax::opens(token.kind))
      open.push_back(token.kind == Kind::left_paren ? ')' : token.kind == Kind::left_bracket ? ']' : '}');
    if (syntax::closes(token.kind) && !open.empty()) open.pop_back();
  }
  Closers out;
  for (auto at = open.rbegin(); at != open.rend(); ++at)
    (*at == '}' || !out.braces.empty() ? out.braces : out.inner) += std::string(" ") + *at;
  return out;
}

bool is_in_comment(const syntax::Lexed& lexed, std::uint32_t offset) {
  return std::any_of(lexed.comments.begin(), lexed.comments.end(),
                     [&](const syntax::Comment& c) { return c.begin < offset && offset <= c.end; });
}

// Whether an offset is in a text, but not within braces there, where a name is inserted.
bool is_in_plain_text(const syntax::Lexed& lexed, std::string_view text, std::uint32_t offset) {
  for (const Token& token : lexed.tokens) {
    if (token.kind != Kind::text && token.kind != Kind::open_text) continue;
    const bool closed = token.kind == Kind::text;
    if (offset <= token.begin || offset > token.end || (closed && offset == token.end)) continue;
    const std::string_view before = text.substr(token.begin, offset - token.begin);
    const std::size_t open = before.rfind('{'), close = before.rfind('}');
    return open == std::string_view::npos || (close != std::string_view::npos && close > open);
  }
  return false;
}

// Whether an operand ends before an offset: then a word such as `like` may follow.
bool is_behind_operand(const syntax::Lexed& lexed, std::uint32_t offset) {
  const Token* before = nullptr;
  for (const Token& token : lexed.tokens)
    if (token.end <= offset && token.kind != Kind::end) before = &token;
  if (before == nullptr) return false;
  switch (before->word) {
    case syntax::Word::none: break;
    case syntax::Word::on:
    case syntax::Word::off:
    case syntax::Word::unset:
    case syntax::Word::set:
    case syntax::Word::flag:
    case syntax::Word::number:
    case syntax::Word::text: return true;
    default: return false;
  }
  return before->kind == Kind::word || before->kind == Kind::number || before->kind == Kind::range ||
         before->kind == Kind::text || before->kind == Kind::pointer || before->kind == Kind::question ||
         syntax::closes(before->kind);
}

class Completer {
 public:
  Completer(const std::string& path, const std::string& text, std::uint32_t offset, const ReadFile& read)
      : path_(path), text_(text), read_(read), lexed_(syntax::lex(text)) {
    const ByteRange word = word_at(text, std::min<std::uint32_t>(offset, static_cast<std::uint32_t>(text.size())));
    out_.replaced = word;
    begin_ = declaration_begin(lexed_, word.begin);
    before_ = text_.substr(begin_, word.begin - begin_);
  }

  Completion run() && {
    const std::uint32_t at = out_.replaced.begin;
    if (is_in_comment(lexed_, at)) return std::move(out_);
    if (is_in_plain_text(lexed_, text_, at)) return std::move(out_);
    const bool in_field = at > 0 && text_[at - 1] == '.';
    const auto place = find_place();
    is_value_ = place && place->expects == NamePlace::Expects::value;
    // Behind an operand a word goes on with the expression, and a name begins the next one.
    const bool behind = is_behind_operand(lexed_, at);
    if (behind && !in_field) add_words(behind);
    if (place) add_names(*place);
    if (!behind && !in_field) add_words(behind);
    return std::move(out_);
  }

 private:
  // The place of the name that is being written, from a text that parses around it.
  std::optional<NamePlace> find_place() const {
    const std::string head = text_.substr(0, begin_);
    const std::string behind = text_.substr(out_.replaced.end);
    if (auto place = place_in(text_.substr(0, out_.replaced.begin) + std::string(placeholder) + behind)) return place;
    const std::string tail = text_.substr(declaration_end(lexed_, out_.replaced.end, text_.size()));
    // An insertion in a text that its line does not close.
    const std::string closed = is_in_open_text() ? "}\"" : "";
    const std::string begun = before_ + std::string(placeholder) + closed;
    const Closers close = closers_of(before_);
    const std::string cells = open_cells();
    // Behind a `{` a member of a record can stand, or an outcome.
    const std::string member = begun + close.inner + ": on" + close.braces + "\n";
    if (parses(member)) {
      auto place = place_in(head + member + tail);
      if (place && place->expects == NamePlace::Expects::member && place->type &&
          place->type->kind == Type::Kind::record)
        return place;
    }
    for (const std::string& middle :
         {std::string(), std::string(" otherwise"), std::string(" is set"), std::string(": on"),
          std::string(" expect on"), std::string(" { on otherwise }"), std::string(" : flag"), std::string(" = on"),
          std::string(" when on"), cells, " |" + cells, std::string(" is set expect on"),
          std::string(" expect on is on")}) {
      const std::string candidate = begun + close.inner + middle + close.braces + "\n";
      if (!parses(candidate)) continue;
      if (auto place = place_in(head + candidate + tail)) return place;
    }
    return std::nullopt;
  }

  bool is_in_open_text() const {
    return std::any_of(lexed_.tokens.begin(), lexed_.tokens.end(), [&](const Token& token) {
      return token.kind == Kind::open_text && token.begin < out_.replaced.begin && out_.replaced.begin <= token.end;
    });
  }

  // The rest of a row of a table: the cells that are missing, and an outcome.
  std::string open_cells() const {
    std::size_t columns = 0, here = 0;
    bool first_row = true;
    for (const Token& token : lexed_.tokens) {
      if (token.begin < begin_) continue;
      if (token.begin >= out_.replaced.begin) break;
      if (token.kind != Kind::bar) continue;
      if (token.line_start) {
        if (here > 0) first_row = false;
        here = 0;
      }
      ++here;
      if (first_row) columns = here;
    }
    std::string out = " |";
    for (std::size_t i = here + 1; i < columns; ++i) out += " - |";
    return out + " on";
  }

  std::optional<NamePlace> place_in(std::string text) const {
    const ReadFile with_text = [&](const std::string& path) -> std::variant<std::string, ReadError> {
      return path == path_ ? std::variant<std::string, ReadError>(text) : read_(path);
    };
    const auto reading = read_program(path_, with_text, std::string(placeholder));
    if (reading->names.places.empty()) return std::nullopt;
    return reading->names.places.front();
  }

  void add(std::string label, NameKind kind, const TypeRef& type) {
    if (!labels_.insert(label).second) return;
    out_.items.push_back({std::move(label), false, kind, type ? to_string(*type) : ""});
  }
  void add_word(std::string_view word) {
    if (labels_.insert(std::string(word)).second) out_.items.push_back({std::string(word), true, {}, ""});
  }

  void add_values(const TypeRef& type) {
    if (!type || !type->is_enum() || type->is_flag) return;
    for (const EnumValue& value : type->values) {
      if (value.named)
        add(value.name, NameKind::value, as_required(type));
      else
        add("\"" + value.name + "\"", NameKind::value, as_required(type));
    }
  }
  void add_fields(const TypeRef& type) {
    if (!type) return;
    for (const Field& field : type->fields) add(field.name, NameKind::field, field.type);
  }
  void add_known(const NamePlace& place, const std::function<bool(const NamePlace::Known&)>& wanted) {
    for (const NamePlace::Known& known : place.known)
      if (known.name.find(placeholder) == std::string::npos && wanted(known)) add(known.name, known.kind, known.type);
  }

  void add_names(const NamePlace& place) {
    const auto is_value = [](const NamePlace::Known& known) {
      return known.kind != NameKind::type && known.kind != NameKind::list;
    };
    const auto is = [](std::initializer_list<NameKind> kinds) {
      return [kinds = std::vector<NameKind>(kinds)](const NamePlace::Known& known) {
        return std::find(kinds.begin(), kinds.end(), known.kind) != kinds.end();
      };
    };
    switch (place.expects) {
      case NamePlace::Expects::value:
        add_values(place.type);
        add_known(place, is_value);
        break;
      case NamePlace::Expects::literal: add_values(place.type); break;
      case NamePlace::Expects::function: add_known(place, is({NameKind::let})); break;
      case NamePlace::Expects::field:
      case NamePlace::Expects::member: add_fields(place.type); break;
      case NamePlace::Expects::type: add_known(place, is({NameKind::type, NameKind::file})); break;
      case NamePlace::Expects::list: add_known(place, is({NameKind::list, NameKind::input, NameKind::let})); break;
      case NamePlace::Expects::path: add_known(place, is({NameKind::input, NameKind::file})); break;
      case NamePlace::Expects::index:
        add_values(place.type);
        add_known(place, is({NameKind::local}));
        break;
    }
  }

  void add_words(bool behind) {
    if (before_.size() > max_tried_bytes) {
      for (const std::string_view word : keywords()) add_word(word);
      return;
    }
    for (const std::string_view word : keywords())
      if (takes(before_, word)) add_word(word);
    if (is_value_ && !behind)
      for (const std::string_view word : words_of_values) add_word(word);
    if (!behind) return;
    const bool in_head = before_.find_first_of("{=") == std::string::npos;
    for (const std::string_view word : words_behind_values)
      if (!in_head && takes(before_, word)) add_word(word);
    for (const WordOfType& each : words_behind_types) {
      const bool fits = before_.starts_with(each.declaration) && (in_head || each.declaration == "type");
      if (fits && takes(before_, each.word)) add_word(each.word);
    }
  }

  const std::string& path_;
  const std::string& text_;
  const ReadFile& read_;
  syntax::Lexed lexed_;
  std::uint32_t begin_ = 0;  // of the declaration
  std::string before_;       // the declaration before the word
  bool is_value_ = false;
  std::set<std::string> labels_;
  Completion out_;
};

// The declaration of a let by the span of its name.
const ast::LetDecl* let_at(const Reading& reading, Span name) {
  for (const Module& module : reading.program.modules) {
    if (module.file != name.file) continue;
    for (const ast::Declaration& declaration : module.tree.declarations) {
      const auto* let = ast::as<ast::LetDecl>(declaration);
      if (let != nullptr && let->name.span == name) return let;
    }
  }
  return nullptr;
}

}  // namespace

Completion complete(const std::string& path, const std::string& text, std::uint32_t offset, const ReadFile& read) {
  return Completer(path, text, offset, read).run();
}

std::optional<Signature> signature(const Reading& reading, FileId file, std::string_view text, std::uint32_t offset) {
  const syntax::Lexed lexed = syntax::lex(text);
  // The innermost `(` that touches a name and is open at the offset.
  struct Open {
    const Token* name = nullptr;
    std::size_t commas = 0;
  };
  std::vector<Open> open;
  const Token* before = nullptr;
  for (const Token& token : lexed.tokens) {
    if (token.begin >= offset) break;
    if (token.line_start && token.column_one && syntax::begins_declaration(token.word)) open.clear();
    if (syntax::opens(token.kind)) {
      const bool call = token.kind == Kind::left_paren && !token.spaced && before && before->kind == Kind::word;
      open.push_back({call ? before : nullptr, 0});
    } else if (syntax::closes(token.kind)) {
      if (!open.empty()) open.pop_back();
    } else if (token.kind == Kind::comma && !open.empty()) {
      ++open.back().commas;
    }
    before = &token;
  }
  while (!open.empty() && open.back().name == nullptr) open.pop_back();
  if (open.empty()) return std::nullopt;
  const std::string_view name = text.substr(open.back().name->begin, open.back().name->end - open.back().name->begin);
  for (const NameUse& use : reading.names.uses) {
    if (!use.declares || use.kind != NameKind::let || reading.sources.text(use.span) != name) continue;
    const ast::LetDecl* let = let_at(reading, use.span);
    if (let == nullptr || let->parameters.empty()) continue;
    // The declaration itself is not a call.
    if (use.span.file == file && use.span.begin == open.back().name->begin) return std::nullopt;
    Signature out;
    out.label = std::string(name) + "(";
    for (const ast::Parameter& parameter : let->parameters) {
      if (!out.parameters.empty()) out.label += ", ";
      const auto begin = static_cast<std::uint32_t>(out.label.size());
      out.label += parameter.name.text + " : " + source_text(*parameter.type);
      out.parameters.push_back({begin, static_cast<std::uint32_t>(out.label.size())});
    }
    out.label += ")";
    if (use.type) out.label += " : " + to_string(*use.type);
    out.active = std::min(open.back().commas, let->parameters.size() - 1);
    out.documentation = comment_above(reading.text(use.span.file), use.span.begin);
    return out;
  }
  return std::nullopt;
}

}  // namespace tally::editor
