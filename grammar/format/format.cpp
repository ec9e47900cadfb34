// See format.h.
#include "grammar/format/format.h"

#include <utility>

#include "grammar/format/layout.h"
#include "grammar/format/lines.h"
#include "grammar/format/slots.h"
#include "grammar/parse/matcher.h"
#include "grammar/parse/parser.h"

namespace tally {
namespace {

// The slots of a file that parses.
format::Slots slots_of(FileId file, std::string_view text) {
  const syntax::TokenReader tokens(file, text);
  syntax::ParseState state(tokens);
  format::SlotMaker maker(tokens, text);
  std::uint32_t position = 0;
  while (tokens[position].kind != syntax::Kind::end) {
    syntax::match(syntax::Text::declaration, state, position);
    maker.add(state);
  }
  return std::move(maker).finish();
}

}  // namespace

std::optional<std::string> formatted_text(const SourceSet& sources, FileId file, Diagnostics& diagnostics) {
  parse(sources, file, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  return text_of(format::Layout(slots_of(file, sources.file(file).text())).lines());
}

}  // namespace tally
