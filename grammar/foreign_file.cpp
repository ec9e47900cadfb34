#include "grammar/foreign_file.h"

#include <algorithm>

namespace tally {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view help_built = "give the rule file that it was built from";
constexpr std::string_view help_policy =
    "give the rule file that it was built from: a built policy is opened by `tally serve`, and by programs "
    "(docs/embedding.md)";
constexpr std::string_view help_rules = "a rule file is a text with declarations, such as `decision d : flag = on`";
constexpr std::string_view help_packed = "unpack it, and give the rule file in it";
constexpr std::string_view help_encoding = "save it as UTF-8; `iconv -f UTF-16 -t UTF-8` converts it";
constexpr std::string_view help_encoding_32 = "save it as UTF-8; `iconv -f UTF-32 -t UTF-8` converts it";
constexpr std::string_view help_json = "give the rule file here, and a request with `--input`";

struct Magic {
  std::string_view bytes;  // how such a file begins
  std::string_view what, help;
};

// Magic bytes stand before those that they begin with.
constexpr Magic magics[] = {
    {"BC\xC0\xDE"sv, "LLVM bitcode", help_built},
    {"\x1F\x8B"sv, "a gzip archive", help_packed},
    {"PK\x03\x04"sv, "a zip archive", help_packed},
    {"\xFD"
     "7zXZ\0"sv,
     "an xz archive", help_packed},
    {"\x28\xB5\x2F\xFD"sv, "a zstd archive", help_packed},
    {"\xFF\xFE\0\0"sv, "UTF-32 text", help_encoding_32},
    {"\0\0\xFE\xFF"sv, "UTF-32 text", help_encoding_32},
    {"\xFF\xFE"sv, "UTF-16 text", help_encoding},
    {"\xFE\xFF"sv, "UTF-16 text", help_encoding},
};

// Object files and archives of them. Every policy in one has a descriptor, which begins with its own magic bytes.
std::optional<ForeignFile> object_file(std::string_view bytes) {
  constexpr std::string_view descriptor = "TALLYPOL";  // `policy_magic` of the runtime
  const bool elf = bytes.starts_with(
      "\x7F"
      "ELF");
  if (!elf && !bytes.starts_with("!<arch>\n")) return std::nullopt;
  if (bytes.find(descriptor) == std::string_view::npos)
    return ForeignFile{DiagnosticId::not_text, "machine code", help_rules};
  constexpr std::size_t type_at = 16;  // `e_type` of ELF: 3 is a shared object
  const bool shared = elf && bytes.size() > type_at + 1 && (bytes[type_at] == 3 || bytes[type_at + 1] == 3);
  return ForeignFile{DiagnosticId::not_text, "a compiled policy", shared ? help_policy : help_built};
}

// Whether every second byte is zero at the beginning: UTF-16 without a byte order mark.
bool is_utf16(std::string_view bytes) {
  constexpr std::size_t looked_at = 16;
  const std::string_view begin = bytes.substr(0, looked_at);
  if (begin.size() < 4 || begin.size() % 2 != 0) return false;
  const auto zeros = [&](std::size_t half) {
    std::size_t count = 0;
    for (std::size_t i = half; i < begin.size(); i += 2) count += begin[i] == '\0' ? 1 : 0;
    return count;
  };
  const std::size_t even = zeros(0), odd = zeros(1);
  return even + odd == begin.size() / 2 && (even == 0 || odd == 0);
}

// Whether the text begins as a JSON object or array does. No declaration begins with a bracket.
bool is_json(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto next = [&] {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    if (text.empty()) return '\0';
    const char c = text.front();
    text.remove_prefix(1);
    return c;
  };
  const char bracket = next();
  if (bracket != '{' && bracket != '[') return false;
  const char first = next();
  return first == '"' || first == (bracket == '{' ? '}' : ']') ||
         (bracket == '[' && "{[-0123456789"sv.find(first) != std::string_view::npos);
}

}  // namespace

std::optional<ForeignFile> foreign_file(std::string_view bytes) {
  if (auto object = object_file(bytes)) return object;
  for (const Magic& magic : magics) {
    if (bytes.starts_with(magic.bytes)) return ForeignFile{DiagnosticId::not_text, magic.what, magic.help};
  }
  if (is_utf16(bytes)) return ForeignFile{DiagnosticId::not_text, "UTF-16 text", help_encoding};
  if (is_json(bytes)) return ForeignFile{DiagnosticId::expected_declaration, "JSON", help_json};
  return std::nullopt;
}

}  // namespace tally
