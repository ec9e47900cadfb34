// Answers about one file.
#include <algorithm>

#include "editor/actions.h"
#include "editor/completion.h"
#include "editor/formatting.h"
#include "editor/hover.h"
#include "editor/outline.h"
#include "editor/protocol/server_state.h"
#include "editor/protocol/uri.h"

namespace tally::editor {
namespace {

// The numbers of the protocol.
int symbol_number(OutlineKind kind) {
  switch (kind) {
    case OutlineKind::file: return 1;       // file
    case OutlineKind::type: return 10;      // enum
    case OutlineKind::value: return 22;     // enum member
    case OutlineKind::field: return 8;      // field
    case OutlineKind::input: return 13;     // variable
    case OutlineKind::let: return 14;       // constant
    case OutlineKind::function: return 12;  // function
    case OutlineKind::list: return 18;      // array
    case OutlineKind::decision: return 24;  // event
    case OutlineKind::proof: return 17;     // boolean
    case OutlineKind::example: return 19;   // object
  }
  return 13;
}

int completion_number(const CompletionItem& item) {
  if (item.is_keyword) return 14;
  switch (item.kind) {
    case NameKind::file: return 9;    // module
    case NameKind::type: return 13;   // enum
    case NameKind::field: return 5;   // field
    case NameKind::value: return 20;  // enum member
    case NameKind::input:
    case NameKind::parameter:
    case NameKind::local: return 6;      // variable
    case NameKind::let: return 21;       // constant
    case NameKind::list: return 12;      // value
    case NameKind::decision: return 23;  // event
  }
  return 1;
}

Json markdown(const std::string& text) { return {{"kind", "markdown"}, {"value", text}}; }

Json symbol_json(const OutlineItem& item, std::string_view text, LinesOf& lines) {
  Json out = {{"name", item.name},
              {"kind", symbol_number(item.kind)},
              {"range", lines.range(text, item.whole)},
              {"selectionRange", lines.range(text, item.own)}};
  if (!item.detail.empty()) out["detail"] = item.detail;
  for (const OutlineItem& member : item.members) out["children"].push_back(symbol_json(member, text, lines));
  return out;
}

}  // namespace

Result<Server::At, RequestFault> Server::file_of(const Json& params) {
  At at;
  at.path = path_of(uri_in(params));
  at.reading = documents_.reading(at.path);
  const Module* root = at.reading->root();
  if (root == nullptr) return RequestFault{Fault::request_failed, "the file cannot be read as rules"};
  at.file = root->file;
  at.text = at.reading->text(at.file);
  return at;
}

Result<Server::At, RequestFault> Server::place_of(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(At at, file_of(params));
  at.offset = LinesOf(encoding_).offset(at.text, params.at("position"));
  return at;
}

// The facts of the text that the reading has; null if they are not there yet.
const Facts* Server::facts_of(const At& at) {
  const Document* document = documents_.find(at.path);
  return document != nullptr ? document->facts.get() : nullptr;
}

std::optional<Answer> Server::answer(const std::string& method, const Json& params) {
  using Handler = Answer (Server::*)(const Json&);
  static const std::map<std::string, Handler> handlers = {
      {"textDocument/hover", &Server::hover_at},
      {"textDocument/definition", &Server::definition_at},
      {"textDocument/references", &Server::references},
      {"textDocument/documentHighlight", &Server::highlights},
      {"textDocument/documentSymbol", &Server::document_symbols},
      {"workspace/symbol", &Server::workspace_symbols},
      {"textDocument/foldingRange", &Server::folding},
      {"textDocument/semanticTokens/full", &Server::semantic_tokens},
      {"textDocument/semanticTokens/range", &Server::semantic_tokens},
      {"textDocument/completion", &Server::completion},
      {"textDocument/signatureHelp", &Server::signature_help},
      {"textDocument/inlayHint", &Server::inlay_hints},
      {"textDocument/codeLens", &Server::code_lenses},
      {"textDocument/codeAction", &Server::code_actions},
      {"textDocument/formatting", &Server::formatting},
      {"textDocument/rangeFormatting", &Server::formatting},
      {"textDocument/onTypeFormatting", &Server::formatting},
      {"textDocument/prepareRename", &Server::prepare_rename},
      {"textDocument/rename", &Server::rename_at},
  };
  const auto handler = handlers.find(method);
  if (handler == handlers.end()) return std::nullopt;
  return (this->*handler->second)(params);
}

Answer Server::hover_at(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(const At at, place_of(params));
  const auto found = hover(*at.reading, at.file, at.offset, facts_of(at));
  if (!found) return Json();
  return Json{{"contents", markdown(found->markdown)}, {"range", LinesOf(encoding_).range(at.text, found->bytes)}};
}

Answer Server::definition_at(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(const At at, place_of(params));
  LinesOf lines(encoding_);
  Json out = Json::array();
  if (const auto path = used_path_at(*at.reading, at.file, at.offset)) {
    out.push_back({{"uri", uri_of(*path)}, {"range", lines.range("", {})}});
    return out;
  }
  for (const Location& place : definition(at.reading, at.file, at.offset)) out.push_back(lines.location(place));
  return out;
}

Answer Server::highlights(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(const At at, place_of(params));
  Json out = Json::array();
  const NameUse* use = name_at(*at.reading, at.file, at.offset);
  const auto symbol = use ? symbol_of(*at.reading, *use) : std::nullopt;
  if (!symbol) return out;
  LinesOf lines(encoding_);
  for (const Occurrence& each : occurrences(at.reading, *symbol, [&](FileId file) { return file == at.file; }))
    out.push_back(
        {{"range", lines.range(at.text, {each.at.span.begin, each.at.span.end})}, {"kind", each.declares ? 3 : 2}});
  return out;
}

Answer Server::document_symbols(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(const At at, file_of(params));
  LinesOf lines(encoding_);
  Json out = Json::array();
  for (const OutlineItem& item : outline(*at.reading, at.file)) out.push_back(symbol_json(item, at.text, lines));
  return out;
}

Answer Server::folding(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(const At at, file_of(params));
  LinesOf lines(encoding_);
  Json out = Json::array();
  for (const Fold& fold : folds(*at.reading, at.file)) {
    const Json range = lines.range(at.text, fold.bytes);
    const auto first = range["start"]["line"].get<std::uint32_t>(), last = range["end"]["line"].get<std::uint32_t>();
    // The line of the closing bracket stays.
    const std::uint32_t end = fold.is_comment || last == 0 ? last : last - 1;
    if (end <= first) continue;
    Json one = {{"startLine", first}, {"endLine", end}};
    if (fold.is_comment) one["kind"] = "comment";
    out.push_back(std::move(one));
  }
  return out;
}

Answer Server::semantic_tokens(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(const At at, file_of(params));
  const Lines lines(at.text);
  std::optional<ByteRange> wanted;
  if (params.contains("range")) wanted = LinesOf(encoding_).bytes(at.text, params["range"]);
  std::vector<std::uint32_t> data;
  TextPosition last;
  for (const ColouredToken& token : coloured_tokens(*at.reading, at.file)) {
    if (wanted && (token.bytes.end < wanted->begin || token.bytes.begin > wanted->end)) continue;
    const TextRange range = lines.range(token.bytes, encoding_);
    if (range.start.line != range.end.line || range.end.character <= range.start.character) continue;
    const std::uint32_t line = range.start.line - last.line;
    data.insert(data.end(), {line, line == 0 ? range.start.character - last.character : range.start.character,
                             range.end.character - range.start.character, static_cast<std::uint32_t>(token.kind),
                             token.declares ? 1u : 0u});
    last = range.start;
  }
  return Json{{"data", std::move(data)}};
}

Answer Server::completion(const Json& params) {
  const std::string path = path_of(uri_in(params));
  const auto text = documents_.text(path);
  if (!text) return RequestFault{Fault::request_failed, "the file cannot be read"};
  LinesOf lines(encoding_);
  const std::uint32_t offset = lines.offset(*text, params.at("position"));
  const Completion found = complete(path, *text, offset, documents_.snapshot());
  Json items = Json::array();
  for (std::size_t i = 0; i < found.items.size(); ++i) {
    const CompletionItem& item = found.items[i];
    // The order of the list stays: what fits the place best comes first.
    constexpr std::size_t first = 100'000;
    Json one = {{"label", item.label},
                {"kind", completion_number(item)},
                {"sortText", std::to_string(first + i)},
                {"textEdit", {{"range", lines.range(*text, found.replaced)}, {"newText", item.label}}}};
    if (!item.detail.empty()) one["detail"] = item.detail;
    items.push_back(std::move(one));
  }
  return Json{{"isIncomplete", false}, {"items", std::move(items)}};
}

Answer Server::signature_help(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(const At at, place_of(params));
  const auto found = signature(*at.reading, at.file, at.text, at.offset);
  if (!found) return Json();
  // Labels are ASCII but for the texts in types, whose units are counted like those of a document.
  const Lines lines(found->label);
  Json parameters = Json::array();
  for (const ByteRange& bytes : found->parameters) {
    const TextRange range = lines.range(bytes, Encoding::utf16);
    parameters.push_back({{"label", {range.start.character, range.end.character}}});
  }
  Json one = {{"label", found->label}, {"parameters", std::move(parameters)}};
  if (!found->documentation.empty()) one["documentation"] = markdown(found->documentation);
  return Json{{"signatures", {std::move(one)}}, {"activeSignature", 0}, {"activeParameter", found->active}};
}

Answer Server::inlay_hints(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(const At at, file_of(params));
  Json out = Json::array();
  const Facts* facts = facts_of(at);
  if (facts == nullptr) return out;
  LinesOf lines(encoding_);
  const ByteRange wanted = lines.bytes(at.text, params.at("range"));
  for (const Counted& counted : facts->counts) {
    if (counted.offset < wanted.begin || counted.offset > wanted.end) continue;
    out.push_back(
        {{"position", lines.position(at.text, counted.offset)}, {"label", counted.text}, {"paddingLeft", true}});
  }
  return out;
}

Answer Server::code_lenses(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(const At at, file_of(params));
  LinesOf lines(encoding_);
  Json out = Json::array();
  for (const OutlineItem& item : outline(*at.reading, at.file)) {
    if (item.kind != OutlineKind::decision) continue;
    const Json range = lines.range(at.text, item.own);
    const auto add = [&](const char* title, const char* command) {
      const Json arguments = {{{"uri", uri_of(at.path)}, {"decision", item.name}}};
      out.push_back(
          {{"range", range}, {"command", {{"title", title}, {"command", command}, {"arguments", arguments}}}});
    };
    add("table", "tally.table");
    add("matrix", "tally.matrix");
    add("what changed since the last commit", "tally.diffHead");
    add("what nothing notices", "tally.unnoticed");
  }
  return out;
}

Answer Server::code_actions(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(const At at, file_of(params));
  LinesOf lines(encoding_);
  const ByteRange bytes = lines.bytes(at.text, params.at("range"));
  const Document* document = documents_.find(at.path);
  const std::string text(at.text);
  const bool checked = document != nullptr && document->checked;
  const Diagnostics& diagnostics = checked ? document->checked->diagnostics : at.reading->diagnostics;
  const SourceSet& sources = checked ? document->checked->sources : at.reading->sources;
  Json out = Json::array();
  for (const Action& action : actions(at.path, text, bytes, diagnostics, sources, documents_.snapshot())) {
    Json edits = Json::array();
    for (const ByteEdit& edit : action.edits)
      edits.push_back({{"range", lines.range(at.text, edit.bytes)}, {"newText", edit.text}});
    Json one = {{"title", action.title}, {"kind", "quickfix"}};
    one["edit"]["changes"][uri_of(at.path)] = std::move(edits);
    one["diagnostics"] = {diagnostic_json(diagnostics.list()[action.diagnostic], sources, lines)};
    out.push_back(std::move(one));
  }
  if (document == nullptr) return out;
  for (const Unnoticed& edit : document->unnoticed) {
    if (edit.bytes.end < bytes.begin || edit.bytes.begin > bytes.end) continue;
    const auto end = static_cast<std::uint32_t>(at.text.size());
    const std::string before = at.text.ends_with('\n') ? "\n" : "\n\n";
    Json one = {{"title", "Add the example that notices this edit"}, {"kind", "quickfix"}};
    one["edit"]["changes"][uri_of(at.path)] = {
        {{"range", lines.range(at.text, {end, end})}, {"newText", before + edit.example}}};
    one["diagnostics"] = {unnoticed_json(edit, at.text, lines)};
    out.push_back(std::move(one));
  }
  return out;
}

// Of the whole text, of a range, or of the declaration that was closed just now.
Answer Server::formatting(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(const At at, file_of(params));
  const std::string text(at.text);
  LinesOf lines(encoding_);
  std::vector<ByteEdit> edits;
  if (params.contains("range")) {
    edits = format_part(text, lines.bytes(at.text, params["range"]));
  } else if (params.contains("position")) {
    const std::uint32_t offset = lines.offset(at.text, params["position"]);
    edits = format_part(text, {offset, offset});
  } else {
    edits = format(text);
  }
  Json out = Json::array();
  for (const ByteEdit& edit : edits)
    out.push_back({{"range", lines.range(at.text, edit.bytes)}, {"newText", edit.text}});
  return out;
}

}  // namespace tally::editor
