#include "editor/outline.h"

#include <algorithm>
#include <array>

#include "base/overloaded.h"
#include "editor/names.h"
#include "grammar/parse/tokens/lexer.h"
#include "grammar/tree/printer.h"

namespace tally::editor {
namespace {

using syntax::Kind;
using syntax::Token;

ByteRange bytes_of(const Span& span) { return {span.begin, span.end}; }

void add_members(const ast::Type& type, std::vector<OutlineItem>& out) {
  std::visit(
      overloaded{
          [](const ast::NamedType&) {}, [](const ast::FlagType&) {}, [](const ast::NumberType&) {},
          [](const ast::TextType&) {},
          [&](const ast::EnumType& n) {
            for (const ast::EnumValue& v : n.values) {
              if (!v.name) continue;
              out.push_back({OutlineKind::value,
                             v.name->text,
                             v.spelling ? v.spelling->value : "",
                             bytes_of(v.span),
                             bytes_of(v.name->span),
                             {}});
            }
          },
          [&](const ast::RecordType& n) {
            for (const ast::Field& f : n.fields) {
              out.push_back(
                  {OutlineKind::field, f.name.text, source_text(*f.type), bytes_of(f.span), bytes_of(f.name.span), {}});
              add_members(*f.type, out.back().members);
            }
          },
          [&](const ast::MapType& n) { add_members(*n.element, out); },
          [&](const ast::SetType& n) { add_members(*n.element, out); },
          [&](const ast::OptionalType& n) { add_members(*n.inner, out); }},
      type.node);
}

std::string type_text(const ast::TypePtr& type) { return type ? source_text(*type) : std::string(); }

OutlineItem item_of(const ast::Declaration& declaration) {
  OutlineItem item;
  item.whole = bytes_of(declaration.span);
  const auto named = [&](OutlineKind kind, const ast::Name& name, std::string detail) {
    item.kind = kind;
    item.name = name.text;
    item.detail = std::move(detail);
    item.own = bytes_of(name.span);
  };
  std::visit(overloaded{[&](const ast::UseDecl& n) {
                          item.kind = OutlineKind::file;
                          item.name = n.path.value.empty() ? "\"\"" : n.path.value;
                          item.detail = n.amends ? "amended" : n.alias ? "as " + n.alias->text : "used";
                          item.own = bytes_of(n.path.span);
                        },
                        [&](const ast::TypeDecl& n) {
                          named(OutlineKind::type, n.name, n.amends ? "amends" : "");
                          add_members(*n.type, item.members);
                        },
                        [&](const ast::InputDecl& n) {
                          named(OutlineKind::input, n.name, type_text(n.type));
                          add_members(*n.type, item.members);
                        },
                        [&](const ast::LetDecl& n) {
                          named(n.list                 ? OutlineKind::list
                                : n.parameters.empty() ? OutlineKind::let
                                                       : OutlineKind::function,
                                n.name, n.amends ? "amends" : type_text(n.type));
                        },
                        [&](const ast::DecisionDecl& n) {
                          named(OutlineKind::decision, n.name, n.amends ? "amends" : type_text(n.type));
                        },
                        [&](const ast::ProveDecl& n) {
                          item.kind = OutlineKind::proof;
                          const auto* claim = std::get_if<ast::ExprPtr>(&n.claim);
                          const ast::Expr& value = claim ? **claim : *std::get<ast::Ignores>(n.claim).value;
                          item.own = bytes_of(n.title ? n.title->span : value.span);
                          item.name = n.title ? n.title->value : source_text(value) + (claim ? "" : " ignores ...");
                        },
                        [&](const ast::ExampleDecl& n) {
                          item.kind = OutlineKind::example;
                          item.name = n.title.value;
                          item.own = bytes_of(n.title.span);
                        }},
             declaration.node);
  if (item.name.empty()) item.name = "\"\"";
  return item;
}

TokenKind kind_of(const Reading& reading, const NameUse& use) {
  switch (use.kind) {
    case NameKind::file: return TokenKind::file;
    case NameKind::type: return TokenKind::type;
    case NameKind::field: return TokenKind::field;
    case NameKind::value: return TokenKind::value;
    case NameKind::input: return TokenKind::input;
    case NameKind::list: return TokenKind::let;
    case NameKind::decision: return TokenKind::decision;
    case NameKind::parameter:
    case NameKind::local: return TokenKind::parameter;
    case NameKind::let: break;
  }
  // A `let` with parameters is followed by its `(`, where it is declared and where it is called.
  return reading.text(use.span.file).substr(use.span.end).starts_with('(') ? TokenKind::function : TokenKind::let;
}

std::optional<TokenKind> kind_of(const Token& token, std::string_view word) {
  switch (token.kind) {
    case Kind::word:
      if (token.word != syntax::Word::none || is_soft_keyword(word)) return TokenKind::keyword;
      return std::nullopt;
    case Kind::number:
    case Kind::range: return TokenKind::number;
    case Kind::text:
    case Kind::open_text:
    case Kind::pointer: return TokenKind::text;
    case Kind::less:
    case Kind::less_equal:
    case Kind::greater:
    case Kind::greater_equal:
    case Kind::assign: return TokenKind::op;
    case Kind::end:
    case Kind::dashed:
    case Kind::strange:
    case Kind::left_paren:
    case Kind::right_paren:
    case Kind::left_bracket:
    case Kind::right_bracket:
    case Kind::left_brace:
    case Kind::right_brace:
    case Kind::colon:
    case Kind::comma:
    case Kind::dot:
    case Kind::dots:
    case Kind::ellipsis:
    case Kind::question:
    case Kind::bar:
    case Kind::star:
    case Kind::minus:
    case Kind::equal_equal:
    case Kind::not_equal:
    case Kind::bang:
    case Kind::and_and:
    case Kind::colon_assign:
    case Kind::semicolon:
    case Kind::other: break;
  }
  return std::nullopt;
}

}  // namespace

bool is_soft_keyword(std::string_view word) {
  constexpr std::array words = {"as",  "any",    "but",  "case",    "count", "empty", "ends", "every",
                                "has", "length", "like", "longest", "max",   "min",   "null", "some"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<OutlineItem> outline(const Reading& reading, FileId file) {
  std::vector<OutlineItem> out;
  for (const Module& module : reading.program.modules) {
    if (module.file != file) continue;
    for (const ast::Declaration& declaration : module.tree.declarations) out.push_back(item_of(declaration));
    for (const ast::Hole& hole : module.tree.holes) {
      if (!hole.name) continue;
      const OutlineKind kind = hole.keyword == "type"       ? OutlineKind::type
                               : hole.keyword == "input"    ? OutlineKind::input
                               : hole.keyword == "decision" ? OutlineKind::decision
                                                            : OutlineKind::let;
      out.push_back({kind, hole.name->text, "", bytes_of(hole.span), bytes_of(hole.name->span), {}});
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const OutlineItem& a, const OutlineItem& b) { return a.whole.begin < b.whole.begin; });
  return out;
}

std::vector<Fold> folds(const Reading& reading, FileId file) {
  const std::string_view text = reading.text(file);
  const syntax::Lexed lexed = syntax::lex(text);
  const Lines lines(text);
  const auto line_of = [&](std::uint32_t offset) { return lines.position(offset, Encoding::utf8).line; };
  std::vector<Fold> out;
  std::vector<const Token*> open;
  for (const Token& token : lexed.tokens) {
    if (syntax::opens(token.kind)) open.push_back(&token);
    if (!syntax::closes(token.kind) || open.empty()) continue;
    const Token& first = *open.back();
    open.pop_back();
    if (line_of(token.begin) > line_of(first.begin)) out.push_back({{first.begin, token.begin}, false});
  }
  for (std::size_t i = 0; i < lexed.comments.size();) {
    std::size_t last = i;
    const auto follows = [&](std::size_t at) {
      return line_of(lexed.comments[at + 1].begin) == line_of(lexed.comments[at].begin) + 1 &&
             lines.text(line_of(lexed.comments[at + 1].begin)).find_first_not_of(" \t") ==
                 lexed.comments[at + 1].begin - lines.begin(line_of(lexed.comments[at + 1].begin));
    };
    while (last + 1 < lexed.comments.size() && follows(last)) ++last;
    if (last > i) out.push_back({{lexed.comments[i].begin, lexed.comments[last].end}, true});
    i = last + 1;
  }
  std::sort(out.begin(), out.end(), [](const Fold& a, const Fold& b) { return a.bytes < b.bytes; });
  return out;
}

std::vector<ColouredToken> coloured_tokens(const Reading& reading, FileId file) {
  const std::string_view text = reading.text(file);
  const syntax::Lexed lexed = syntax::lex(text);
  std::vector<ColouredToken> names;
  for (const NameUse& use : reading.names.uses) {
    if (use.span.file != file || use.span.end <= use.span.begin) continue;
    const ColouredToken token{bytes_of(use.span), kind_of(reading, use), use.declares};
    if (!names.empty() && names.back().bytes.begin == token.bytes.begin) {
      names.back().declares = names.back().declares || token.declares;
    } else if (names.empty() || names.back().bytes.end <= token.bytes.begin) {
      names.push_back(token);
    }
  }
  std::vector<ColouredToken> out;
  auto name = names.begin();
  const auto add = [&](ByteRange bytes, std::optional<TokenKind> kind) {
    // A name may be the whole token, or stand inside of a text: "to {source}".
    std::uint32_t at = bytes.begin;
    while (name != names.end() && name->bytes.begin < bytes.begin) ++name;
    for (; name != names.end() && name->bytes.end <= bytes.end; ++name) {
      if (kind && name->bytes.begin > at) out.push_back({{at, name->bytes.begin}, *kind, false});
      out.push_back(*name);
      at = name->bytes.end;
    }
    if (kind && at < bytes.end) out.push_back({{at, bytes.end}, *kind, false});
  };
  auto comment = lexed.comments.begin();
  const auto add_comments = [&](std::uint32_t before) {
    for (; comment != lexed.comments.end() && comment->begin < before; ++comment)
      out.push_back({{comment->begin, comment->end}, TokenKind::comment, false});
  };
  for (const Token& token : lexed.tokens) {
    add_comments(token.begin);
    if (token.kind != Kind::end)
      add({token.begin, token.end}, kind_of(token, text.substr(token.begin, token.end - token.begin)));
  }
  add_comments(static_cast<std::uint32_t>(text.size()) + 1);
  return out;
}

std::string comment_above(std::string_view text, std::uint32_t offset) {
  std::vector<std::string_view> found;
  std::size_t line = offset == 0 ? 0 : text.rfind('\n', offset - 1);
  line = line == std::string_view::npos || offset == 0 ? 0 : line + 1;
  while (line > 0) {
    const std::size_t end = line - 1;
    std::size_t begin = end == 0 ? std::string_view::npos : text.rfind('\n', end - 1);
    begin = begin == std::string_view::npos ? 0 : begin + 1;
    std::string_view above = text.substr(begin, end - begin);
    const std::size_t first = above.find_first_not_of(" \t");
    if (first == std::string_view::npos || above[first] != '#') break;
    above.remove_prefix(first + 1);
    if (above.starts_with(' ')) above.remove_prefix(1);
    if (above.ends_with('\r')) above.remove_suffix(1);
    found.push_back(above);
    line = begin;
  }
  std::string out;
  for (auto at = found.rbegin(); at != found.rend(); ++at) out.append(out.empty() ? "" : "\n").append(*at);
  return out;
}

}  // namespace tally::editor
