#include "compiler/deploy/c_header.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;

// Words that cannot be names in C or C++: keywords, and macros of GCC on Linux.
const std::set<std::string> reserved = {"alignas",     "alignof",
                                        "and",         "and_eq",
                                        "asm",         "auto",
                                        "bitand",      "bitor",
                                        "bool",        "break",
                                        "case",        "catch",
                                        "char",        "char16_t",
                                        "char32_t",    "char8_t",
                                        "class",       "co_await",
                                        "co_return",   "co_yield",
                                        "compl",       "concept",
                                        "const",       "const_cast",
                                        "consteval",   "constexpr",
                                        "constinit",   "continue",
                                        "decltype",    "default",
                                        "delete",      "do",
                                        "double",      "dynamic_cast",
                                        "else",        "enum",
                                        "explicit",    "export",
                                        "extern",      "false",
                                        "float",       "for",
                                        "friend",      "goto",
                                        "if",          "inline",
                                        "int",         "linux",
                                        "long",        "mutable",
                                        "namespace",   "new",
                                        "noexcept",    "not",
                                        "not_eq",      "nullptr",
                                        "operator",    "or",
                                        "or_eq",       "private",
                                        "protected",   "public",
                                        "register",    "reinterpret_cast",
                                        "requires",    "restrict",
                                        "return",      "short",
                                        "signed",      "sizeof",
                                        "static",      "static_assert",
                                        "static_cast", "struct",
                                        "switch",      "template",
                                        "this",        "thread_local",
                                        "throw",       "true",
                                        "try",         "typedef",
                                        "typeid",      "typename",
                                        "typeof",      "typeof_unqual",
                                        "union",       "unix",
                                        "unsigned",    "using",
                                        "virtual",     "void",
                                        "volatile",    "wchar_t",
                                        "while",       "xor",
                                        "xor_eq"};

// Whether a name may be a macro, by its capitals (`EOF`, `M_PI`, `PRIu64`, `I`; not `Premium`), or is one of the
// others in the headers of C and POSIX that stand for something else.
bool may_be_macro(const std::string& name) {
  static const std::set<std::string> small = {
      "complex",          "d_fileno", "errno",   "h_addr",     "h_errno",      "i386",           "imaginary",
      "math_errhandling", "noreturn", "s6_addr", "sa_handler", "sa_sigaction", "sched_priority", "st_atime",
      "st_ctime",         "st_mtime", "stderr",  "stdin",      "stdout"};
  const auto capital = [&](std::size_t i) { return name[i] >= 'A' && name[i] <= 'Z'; };
  if (!name.empty() && capital(0) && (name.size() == 1 || capital(1) || name[1] == '_')) return true;
  return small.contains(name) || name.starts_with("si_") || name.starts_with("sigev_");
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// `wanted`, or with a number if that is taken.
std::string unique_in(std::set<std::string>& taken, const std::string& wanted) {
  std::string found = wanted;
  for (int n = 2; !taken.insert(found).second; ++n)
    found = wanted + (wanted.ends_with('_') ? "" : "_") + std::to_string(n);
  return found;
}

// A C name for a name of the rules, different from all others of its kind. It stands behind a prefix.
std::string name_in(std::set<std::string>& taken, const std::string& name) {
  const std::string wanted = c_name(name);
  return unique_in(taken, wanted.empty() ? "name" : wanted);
}

// The same for a member of a struct, which stands alone: neither a keyword nor a macro.
std::string member_in(std::set<std::string>& taken, const std::string& name) {
  std::string wanted = c_name(name);
  if (wanted.empty() || std::isdigit(static_cast<unsigned char>(wanted.front())) != 0) wanted.insert(0, "_");
  const bool type = wanted == "uint8_t" || wanted == "uint16_t";  // of the members
  if (type || reserved.contains(wanted) || may_be_macro(wanted)) wanted += '_';
  return unique_in(taken, wanted);
}

// A text as a C literal. Bytes outside ASCII are octal escapes of three digits, which end
// by themselves.
std::string literal(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte >= 0x20 && byte < 0x7f && c != '?') {
      out += c;
    } else {
      const char octal[] = {'\\', static_cast<char>('0' + (byte >> 6)), static_cast<char>('0' + ((byte >> 3) & 7)),
                            static_cast<char>('0' + (byte & 7)), 0};
      out += octal;
    }
  }
  return out + "\"";
}

// A text inside a comment: `*/` is taken apart.
std::string remark(std::string text) {
  for (std::size_t at = 0; (at = text.find("*/", at)) != std::string::npos; at += 3) text.insert(at + 1, " ");
  for (std::size_t at = 0; (at = text.find("/*", at)) != std::string::npos; at += 3) text.insert(at + 1, " ");
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text;
}

class Header {
 public:
  Header(const PolicyDescriptor& policy, const Symbols& symbols, const std::string& prefix)
      : policy_(policy), symbols_(symbols), prefix_(prefix), constant_(upper(prefix) + "_") {}

  std::string run() {
    for (const ElementDescriptor& element : policy_.elements) {
      if (element.offset) by_offset_[*element.offset] = &element;
      has_wide_ = has_wide_ || element.wide;
    }
    out_ += "/* " + remark(policy_.name) +
            ", as an object file of `tally build` decides it.\n"
            " *\n"
            " * Fill a struct " +
            prefix_ +
            "_input, a byte for each input, and call a decision function; link the\n"
            " * object, no library is needed. Every byte must hold one of its values: 0 (unset) only\n"
            " * where `may be unset` stands, and an object that is there is " +
            constant_ +
            "PRESENT. Other bytes give\n"
            " * no meaningful result, and may read outside the struct. Functions may be called from any\n"
            " * thread. */\n"
            "#ifndef " +
            constant_ + "H\n#define " + constant_ +
            "H\n\n#include <stddef.h>\n#include <stdint.h>\n#include <string.h>\n\n"
            "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
            "enum {\n  " +
            constant_ + "UNSET = 0,\n  " + constant_ + "OFF = 1,\n  " + constant_ + "ON = 2,\n  " + constant_ +
            "PRESENT = 1\n};\n\n";
    constants_ = {constant_ + "UNSET", constant_ + "OFF", constant_ + "ON", constant_ + "PRESENT", constant_ + "H"};
    input();
    for (std::size_t i = 0; i < policy_.decisions.size(); ++i) decision(i);
    all();
    out_ += "\n#ifdef __cplusplus\n}\n#endif\n#endif\n";
    return std::move(out_);
  }

 private:
  // --- values ----------------------------------------------------------------------

  // Defines constants for the values of an enum, once per list of values. Returns their
  // common prefix.
  std::string values_of(const std::vector<std::string>& values, const std::string& name) {
    const auto known = lists_.find(values);
    if (known != lists_.end()) return known->second;
    std::set<std::string> taken;
    const std::string start = constant_ + upper(name_in(enums_, name)) + "_";
    std::string body;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string value = c_name(values[i]);
      const std::string found = unique_in(constants_, start + upper(value.empty() ? "VALUE" : value));
      body += "  " + found + " = " + std::to_string(i + 1) + (i + 1 < values.size() ? "," : "") +
              (c_name(values[i]) == values[i] ? "" : "  /* " + remark(values[i]) + " */") + "\n";
    }
    before_ += "enum {\n" + body + "};\n\n";
    return lists_[values] = start + "...";
  }

  // Defines a function from a number to its code. Returns the function's name.
  std::string number_code(const ElementDescriptor& e) {
    auto& known = numbers_[e.steps];
    if (!known.empty()) return known;
    known = prefix_ + "_code_" + name_in(functions_, e.name);
    before_ += "/* The code of a number from " + std::to_string(e.low) + " to " + std::to_string(e.high) +
               ". */\n"
               "static inline " +
               type_of(e) + " " + known + "(uint64_t number) {\n";
    if (e.wide) {
      number_table(e);
      return known;
    }
    for (std::size_t i = e.steps.size(); i-- > 1;) {
      before_ += "  if (number >= UINT64_C(" + std::to_string(e.steps[i].first) + ")) return " +
                 std::to_string(e.steps[i].second) + ";\n";
    }
    const unsigned first = e.steps.empty() ? 1 : e.steps.front().second;
    if (e.steps.size() < 2) before_ += "  (void)number;\n";
    before_ += "  return " + std::to_string(first) + ";\n}\n\n";
    return known;
  }

  // The body of such a function for many classes: a search among the numbers at which they begin.
  void number_table(const ElementDescriptor& e) {
    std::string starts, codes;
    for (std::size_t i = 0; i < e.steps.size(); ++i) {
      const char* const between = i == 0 ? "" : i % 8 == 0 ? ",\n    " : ", ";
      starts += between + std::string("UINT64_C(") + std::to_string(e.steps[i].first) + ")";
      codes += between + std::to_string(e.steps[i].second);
    }
    const std::string count = std::to_string(e.steps.size());
    before_ += "  static const uint64_t starts[" + count + "] = {\n    " + starts +
               "};\n"
               "  static const uint16_t codes[" +
               count + "] = {\n    " + codes +
               "};\n"
               "  size_t first = 0, end = " +
               count +
               ";\n"
               "  while (end - first > 1) {\n"
               "    const size_t middle = first + (end - first) / 2;\n"
               "    if (starts[middle] <= number) first = middle; else end = middle;\n"
               "  }\n"
               "  return codes[first];\n}\n\n";
  }

  static std::string type_of(const ElementDescriptor& e) { return e.wide ? "uint16_t" : "uint8_t"; }

  // The body of a function that goes through a text, byte by byte.
  static std::string text_table(const TextTable& table, const std::string& type_of_codes) {
    const auto array = [](const std::string& type, const char* name, const auto& values) {
      std::string line = "   ",
                  out = "  static const " + type + " " + name + "[" + std::to_string(values.size()) + "] = {\n";
      for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string value = " " + std::to_string(values[i]) + (i + 1 < values.size() ? "," : "};");
        if (line.size() + value.size() > 110) {
          out += line + "\n";
          line = "   ";
        }
        line += value;
      }
      return out + line + "\n";
    };
    if (table.first_sink == 0)
      return "  (void)text;\n  (void)length;\n  return " + std::to_string(table.codes.front()) + ";\n}\n\n";
    return array("uint8_t", "columns", table.columns) + array("uint16_t", "next", table.next) +
           array(type_of_codes, "codes", table.codes) +
           "  size_t state = 0;\n  size_t i;\n  for (i = 0; i < length && state < " + std::to_string(table.first_sink) +
           "; i++) state = next[state * " + std::to_string(table.width) +
           " + columns[(unsigned char)text[i]]];\n  return codes[state];\n}\n\n";
  }

  std::string text_code(const ElementDescriptor& e) {
    const bool has_table = !e.table.codes.empty() && e.texts.empty() && e.prefixes.empty();
    auto& known = texts_[{e.texts, e.prefixes, has_table ? e.table : TextTable()}];
    if (!known.empty()) return known;
    known = prefix_ + "_code_" + name_in(functions_, e.name);
    before_ += "/* The code of a text in UTF-8; `length` in bytes. */\nstatic inline " + type_of(e) + " " + known +
               "(const char *text, size_t length) {\n";
    if (has_table) {
      before_ += text_table(e.table, type_of(e));
      return known;
    }
    for (const auto& [text, code] : e.texts) {
      before_ += "  if (length == " + std::to_string(text.size()) + " && memcmp(text, " + literal(text) + ", " +
                 std::to_string(text.size()) + ") == 0) return " + std::to_string(code) + ";\n";
    }
    auto prefixes = e.prefixes;  // the longest first
    std::stable_sort(prefixes.begin(), prefixes.end(),
                     [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
    for (const auto& [text, code] : prefixes) {
      before_ += "  if (length >= " + std::to_string(text.size()) + " && memcmp(text, " + literal(text) + ", " +
                 std::to_string(text.size()) + ") == 0) return " + std::to_string(code) + ";\n";
    }
    if (e.texts.empty() && e.prefixes.empty()) before_ += "  (void)text;\n  (void)length;\n";
    before_ += "  return " + std::to_string(e.other) + ";\n}\n\n";
    return known;
  }

  // --- inputs -------------------------------------------------------------------------

  void input() {
    std::string body;
    std::set<std::string> members{prefix_ + "_input"};  // in C++ the name of the struct is not a member's
    for (std::uint32_t offset = 0; offset < policy_.code_count;) {
      const auto at = by_offset_.find(offset);
      if (at == by_offset_.end()) {
        body += "  uint8_t " + relation(offset++, members) + "\n";
        continue;
      }
      const ElementDescriptor& e = *at->second;
      offset += e.wide ? 2 : 1;
      std::string values;
      switch (e.kind) {
        case Kind::enumeration: values = values_of(e.values, enum_name(e.type_name, e.name)); break;
        case Kind::flag: values = (e.filter == PlaceFilter::other ? "" : constant_ + "OFF, ") + constant_ + "ON"; break;
        case Kind::number: values = number_code(e) + "()"; break;
        case Kind::text: values = text_code(e) + "()"; break;
        case Kind::record:
        case Kind::map:
        case Kind::set: values = constant_ + "PRESENT"; break;
      }
      const bool kept_as_text = e.filter == PlaceFilter::string && (e.kind == Kind::number || e.kind == Kind::flag);
      const bool may_be_unset = e.optional || e.parent || !e.is_leaf();
      body += "  " + type_of(e) + " " + member_in(members, e.name) + ";  /* " + remark(e.name) + ": " + values +
              (may_be_unset ? "; may be unset" : "") + (kept_as_text ? "; a text in documents" : "") + " */\n";
    }
    if (body.empty()) body = "  uint8_t nothing;  /* no decision reads an input */\n";
    out_ += std::exchange(before_, {});
    out_ += "/* A call: also the columns of a batch, `offsetof` being a column's number. */\nstruct " + prefix_ +
            "_input {\n" + body + "};\n";
  }

  // The member for how two inputs compare, with what gives its code.
  std::string relation(std::uint32_t offset, std::set<std::string>& members) {
    const auto at = std::find_if(policy_.relations.begin(), policy_.relations.end(),
                                 [&](const RelationDescriptor& r) { return r.offset == offset; });
    if (at == policy_.relations.end()) return member_in(members, "unused") + ";";
    const ElementDescriptor &left = policy_.elements[at->left], &right = policy_.elements[at->right];
    const bool are_numbers = left.kind == Kind::number;
    return member_in(members, left.name + "_to_" + right.name) + ";  /* " + remark(left.name) + " to " +
           remark(right.name) + ": " + (are_numbers ? related_numbers() : related_texts()) + "(); " +
           (are_numbers ? "unset if one of them is" : "1 if both are unset, 2 if one is") + " */";
  }

  std::string related_numbers() {
    return related(related_numbers_, "related_numbers",
                   "How two numbers compare: 1 if the first is less, 2 if they are equal, 3 if it is greater.",
                   "uint64_t first, uint64_t second", "first < second ? 1 : first == second ? 2 : 3");
  }
  std::string related_texts() {
    return related(related_texts_, "related_texts",
                   "How two texts in UTF-8 compare: 1 if they are equal, 2 if not; lengths in bytes.",
                   "const char *first, size_t first_length, const char *second, size_t second_length",
                   "first_length == second_length && memcmp(first, second, first_length) == 0 ? 1 : 2");
  }
  // Defines the function at its first use. Returns its name.
  std::string related(std::string& known, const char* name, const std::string& comment, const std::string& parameters,
                      const std::string& value) {
    if (known.empty()) {
      known = prefix_ + "_code_" + name_in(functions_, name);
      before_ += "/* " + comment + " */\nstatic inline uint8_t " + known + "(" + parameters + ") {\n  return " + value +
                 ";\n}\n\n";
    }
    return known;
  }

  // The name of a declared type, or the input's name if the type is written out.
  static std::string enum_name(const std::string& type, const std::string& element) {
    const bool named = std::all_of(type.begin(), type.end(),
                                   [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
    return named ? type : element;
  }

  // --- decisions ------------------------------------------------------------------------

  std::string origin_text(const OriginDescriptor& origin) const {
    if (const auto* number = std::get_if<std::uint64_t>(&origin)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&origin)) return "\"" + *text + "\"";
    if (const auto* element = std::get_if<ElementIndex>(&origin)) return policy_.elements[*element].name;
    std::string out = "\"";
    for (const auto& piece : std::get<TextDescriptor>(origin)) {
      const auto* text = std::get_if<std::string>(&piece);
      out += text != nullptr ? *text : "{" + policy_.elements[std::get<ElementIndex>(piece)].name + "}";
    }
    return out + "\"";
  }

  void member(const std::string& path, const ScalarDescriptor& scalar, const std::string& name,
              std::map<std::uint32_t, std::string>& slots, std::set<std::string>& taken) {
    std::string line = "  uint16_t " + member_in(taken, path.empty() ? "value" : path) + ";";
    if (scalar.kind == ScalarDescriptor::Kind::flag) {
      line += "  /* " + constant_ + "OFF, " + constant_ + "ON, or unset */\n";
    } else if (scalar.kind == ScalarDescriptor::Kind::enumeration) {
      line += "  /* " + values_of(scalar.values, path.empty() ? name : name + "_" + path) + ", or unset */\n";
    } else {
      line += "  /* which of these stands here, or unset:";
      for (std::size_t i = 0; i < scalar.origins.size(); ++i)
        line += "\n                 " + std::to_string(i + 1) + " " + remark(origin_text(scalar.origins[i]));
      line += " */\n";
    }
    slots[scalar.slot] = std::move(line);
  }

  void members(const ResultDescriptor& result, const std::string& path, const std::string& name,
               std::map<std::uint32_t, std::string>& slots, std::set<std::string>& taken) {
    if (result.scalar) return member(path, *result.scalar, name, slots, taken);
    if (result.presence) {
      slots[*result.presence] = "  uint16_t " + member_in(taken, path.empty() ? "present" : path + "_present") +
                                ";  /* 0: the object is unset, whatever its members hold */\n";
    }
    for (const auto& [key, value] : result.members)
      members(value, path.empty() ? key : path + "_" + key, name, slots, taken);
  }

  void decision(std::size_t i) {
    const DecisionDescriptor& d = policy_.decisions[i];
    const std::string type = prefix_ + "_" + name_in(decisions_, d.name);
    types_.push_back(type);
    std::map<std::uint32_t, std::string> slots;
    std::set<std::string> taken{"rule", type};
    members(d.result, "", d.name, slots, taken);
    out_ += "\n" + std::exchange(before_, {});
    out_ += "/* decision " + remark(d.name) + " */\nstruct " + type +
            " {\n  uint16_t rule;  /* the rule that fired, from 1 */\n";
    for (const auto& [slot, line] : slots) out_ += line;
    out_ += "};\nvoid " + symbols_.each[i] + "(const struct " + prefix_ + "_input *in, struct " + type + " *out);\n";
    out_ += "/* Row by row: columns[offsetof(struct " + prefix_ + "_input, source)][row], and so on" +
            (has_wide_ ? "; the column\n   of a uint16_t is an array of them" : "") + ". */\nvoid " +
            symbols_.batches[i] +
            "(const uint8_t *const *columns, uint16_t *rules, uint16_t *values, uint64_t rows);\n";
  }

  void all() {
    out_ += "\n/* All decisions at once. */\nstruct " + prefix_ + "_results {\n";
    std::set<std::string> taken(types_.begin(), types_.end());
    taken.insert(prefix_ + "_results");
    for (std::size_t i = 0; i < types_.size(); ++i)
      out_ += "  struct " + types_[i] + " " + member_in(taken, policy_.decisions[i].name) + ";\n";
    out_ += "};\nvoid " + symbols_.decide + "(const struct " + prefix_ + "_input *in, struct " + prefix_ +
            "_results *out);\n";
    out_ += "\n/* The policy itself, for tally_policy_open_constant. */\nextern const unsigned char " +
            symbols_.policy + "[];\n";
  }

  const PolicyDescriptor& policy_;
  const Symbols& symbols_;
  std::string prefix_, constant_;
  bool has_wide_ = false;
  std::string related_numbers_, related_texts_;  // their functions, once something needs them
  std::string out_, before_;
  std::map<std::uint32_t, const ElementDescriptor*> by_offset_;
  std::map<std::vector<std::string>, std::string> lists_;
  std::map<std::vector<std::pair<std::uint64_t, std::uint16_t>>, std::string> numbers_;
  using TextCodes = std::vector<std::pair<std::string, std::uint16_t>>;
  std::map<std::tuple<TextCodes, TextCodes, TextTable>, std::string> texts_;
  std::set<std::string> enums_, functions_, decisions_{"input", "results", "policy", "decide"}, constants_;
  std::vector<std::string> types_;
};

}  // namespace

bool is_reserved_in_c(const std::string& text) {
  const bool underscore = text.size() > 1 && text[0] == '_' && (text[1] == '_' || (text[1] >= 'A' && text[1] <= 'Z'));
  return underscore || text.find("__") != std::string::npos || reserved.contains(text);
}

bool is_c_name(const std::string& text) {
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 && !is_reserved_in_c(text) &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x80 && (std::isalnum(c) != 0 || c == '_'); });
}

std::string c_header(const PolicyDescriptor& policy, const Symbols& symbols, const std::string& prefix) {
  return Header(policy, symbols, prefix).run();
}

}  // namespace tally
