#include "cli/vector_forms.h"

#include <cctype>
#include <cstdio>
#include <filesystem>
#include <functional>

#include "simulator/report/json.h"

namespace tally::cli {
namespace {

using report::Json;

std::string on_one_line(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

// "call_recording" for rules/call-recording.tally: a name for a module, which begins with a letter.
std::string module_name(const std::string& file) {
  std::string out;
  for (const char c : std::filesystem::path(file).stem().string())
    out += std::isalnum(static_cast<unsigned char>(c)) != 0 ? static_cast<char>(std::tolower(c)) : '_';
  if (out.empty() || std::isalpha(static_cast<unsigned char>(out[0])) == 0) out.insert(0, "rules_");
  return out;
}

// Returns a text between quotes; `escape` writes a byte that is neither printable nor ASCII.
std::string quoted(const std::string& text, const std::function<std::string(unsigned char)>& escape) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else {
      out += byte < 0x20 || byte > 0x7e ? escape(byte) : std::string(1, c);
    }
  }
  return out + "\"";
}

std::string formatted(const char* form, unsigned char byte) {
  char text[8];
  std::snprintf(text, sizeof text, form, byte);
  return text;
}

// --- Erlang ---------------------------------------------------------------------------------

std::string erlang_binary(const std::string& text) {
  return "<<" + quoted(text, [](unsigned char byte) { return formatted("\\x{%02x}", byte); }) + ">>";
}

std::string eunit_text(const WrittenVectors& all) {
  const std::string module = module_name(all.file) + "_vectors";
  std::string out = "%% The fewest requests that detect every single edit of " +
                    std::filesystem::path(all.file).filename().string() +
                    ", written by `tally vectors'.\n"
                    "%% In " +
                    module +
                    ".erl, with the policy, or its rules, at TALLY_POLICY.\n"
                    "-module(" +
                    module +
                    ").\n"
                    "-include_lib(\"eunit/include/eunit.hrl\").\n"
                    "-export([vectors/0]).\n\n"
                    "%% A name; a request, and the answer that is expected, both JSON.\n"
                    "vectors() ->\n    [";
  for (std::size_t i = 0; i < all.vectors.size(); ++i) {
    const WrittenVector& vector = all.vectors[i];
    out += (i == 0 ? "" : ",\n     ") + std::string("{") + erlang_binary(vector.name) + ",\n      " +
           erlang_binary(vector.request) + ",\n      " + erlang_binary(vector.answer) + "}";
  }
  return out +
         "].\n\n"
         "vectors_test_() ->\n"
         "    {setup,\n"
         "     fun() -> {ok, Policy} = tally:open(os:getenv(\"TALLY_POLICY\")), Policy end,\n"
         "     fun(Policy) -> [{Name, ?_assertEqual({ok, Expected}, tally:decide_json(Policy, Request))}\n"
         "                     || {Name, Request, Expected} <- vectors()] end}.\n";
}

// --- Lua ------------------------------------------------------------------------------------

std::string lua_string(const std::string& text) {
  return quoted(text, [](unsigned char byte) { return formatted("\\%03u", byte); });
}

std::string lua_text(const WrittenVectors& all) {
  const std::string name = std::filesystem::path(all.file).filename().string();
  std::string out = "-- The fewest requests that detect every single edit of " + name +
                    ", written by `tally vectors`.\n"
                    "--   lua FILE POLICY    holds a policy, or its rules, against them, with the module `tally`\n"
                    "--   dofile(FILE)       returns them: a list of name, request and answer, both JSON\n"
                    "local vectors = {\n";
  for (const WrittenVector& vector : all.vectors) {
    out += "  { name = " + lua_string(vector.name) + ",\n    request = " + lua_string(vector.request) +
           ",\n    answer = " + lua_string(vector.answer) + " },\n";
  }
  return out +
         "}\n"
         "-- `...` is the policy if the file is run, and nothing if it is loaded by `dofile`.\n"
         "local path = ...\n"
         "if not path then return vectors end\n"
         "\n"
         "local policy = assert(require \"tally\".open(path))\n"
         "local wrong = 0\n"
         "for _, vector in ipairs(vectors) do\n"
         "  local answer = assert(policy:decide_json(vector.request))\n"
         "  if answer ~= vector.answer then\n"
         "    wrong = wrong + 1\n"
         "    print(vector.name .. \": expected \" .. vector.answer .. \", decided \" .. answer)\n"
         "  end\n"
         "end\n"
         "print(#vectors .. \" requests, \" .. wrong .. \" answered otherwise\")\n"
         "os.exit(wrong == 0 and 0 or 1)\n";
}

// --- SIPp -----------------------------------------------------------------------------------

// A `;` ends a field of an injection file, so in a text of JSON it is written \u003b, which means the same.
std::string field(const std::string& json) {
  std::string out;
  for (const char c : json) out += c == ';' ? "\\u003b" : std::string(1, c);
  return out;
}

std::string sipp_text(const WrittenVectors& all) {
  std::string out = "SEQUENTIAL\n";
  for (std::size_t i = 0; i < all.vectors.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    out += "from" + number + ";to" + number + ";" + field(all.vectors[i].request) + ";" + field(all.vectors[i].answer) +
           "\n";
  }
  return out;
}

std::string jsonl_text(const WrittenVectors& all) {
  std::string out;
  for (const WrittenVector& vector : all.vectors) {
    out += "{\"name\": " + on_one_line(Json(vector.name)) + ", \"request\": " + vector.request + ", " + vector.expect +
           "}\n";
  }
  return out;
}

}  // namespace

std::string vectors_text(const WrittenVectors& all, VectorFormat format) {
  switch (format) {
    case VectorFormat::jsonl: return jsonl_text(all);
    case VectorFormat::eunit: return eunit_text(all);
    case VectorFormat::lua: return lua_text(all);
    case VectorFormat::sipp: return sipp_text(all);
    case VectorFormat::sipp_scenario: return std::string(vectors_scenario());
  }
  return "";
}

}  // namespace tally::cli
