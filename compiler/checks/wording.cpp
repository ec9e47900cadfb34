#include "compiler/checks/wording.h"

#include "grammar/source/excerpt.h"

namespace tally {
namespace {

constexpr std::size_t max_quoted = 72;  // bytes of source text in a message

}  // namespace

std::string value_text(const Type& type, const Literal& value) {
  const auto* name = std::get_if<EnumName>(&value);
  const auto index = name != nullptr && type.is_enum() ? value_index(type, name->name) : std::nullopt;
  return index ? to_string(type.values[*index]) : to_string(value);
}

std::string Wording::quoted(const Span& span) const {
  const std::string out = one_line(sources_.text(span));
  if (out.size() <= max_quoted) return out;
  std::size_t end = max_quoted;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  return out.substr(0, end) + "...";
}

std::string Wording::place(const Span& span) const {
  const SourceFile& file = sources_.file(span.file);
  const std::string line = std::to_string(file.position(span.begin).line);
  return span.file == model_.root && model_.own_files.size() <= 1 ? "line " + line : file.name() + ":" + line;
}

std::string Wording::value_text(const ResultPart& part, std::uint32_t code) const {
  if (code == 0) return "unset";
  switch (part.kind) {
    case ResultPart::Kind::presence: return "set";
    case ResultPart::Kind::enumeration:
      return code <= part.type->values.size() ? to_string(part.type->values[code - 1]) : "?";
    case ResultPart::Kind::origin: return code <= part.origins.size() ? to_string(model_, part.origins[code - 1]) : "?";
  }
  return "?";
}

}  // namespace tally
