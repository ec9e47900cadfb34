// Names that mean a value in other languages: see foreign_names.h.
#include "compiler/analyze/foreign_names.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string>

namespace tally {
namespace {

bool among(std::initializer_list<std::string_view> list, std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return std::find(list.begin(), list.end(), lower) != list.end();
}

}  // namespace

bool means_unset(std::string_view name) {
  return among({"null", "nil", "none", "undefined", "missing", "absent", "empty", "nothing", "undef", "void", "unknown",
                "blank"},
               name);
}

const char* presence_meant_by(std::string_view name) {
  if (among({"isset", "is_set", "is-set", "exists", "exist", "defined", "isdefined", "is_defined", "present",
             "ispresent", "is_present", "has", "hasvalue", "has_value", "notnull", "isnotnull"},
            name))
    return "set";
  if (means_unset(name) || among({"isempty", "is_empty", "is-empty", "isnull", "is_null", "isnil", "isnone", "isunset",
                                  "is_unset", "ismissing", "notset"},
                                 name))
    return "unset";
  return nullptr;
}

const char* flag_meant_by(std::string_view name) {
  if (among({"true", "yes", "enabled", "enable", "y", "allow", "allowed"}, name)) return "on";
  if (among({"false", "no", "disabled", "disable", "n", "deny", "denied", "never"}, name)) return "off";
  return nullptr;
}

bool means_length(std::string_view name) { return among({"length", "len", "size", "strlen"}, name); }

std::string length_tests(const std::string& text) {
  return "`" + text + " has length 4..`, `" + text + " has length ..6` or `" + text + " has length 4..6`";
}

const char* text_test_meant_by(std::string_view name) {
  if (among({"startswith", "starts_with", "starts", "beginswith", "prefix", "hasprefix"}, name)) return "starts";
  if (among({"endswith", "ends_with", "ends", "suffix", "hassuffix"}, name)) return "ends";
  if (among({"like", "match", "matches", "regex"}, name)) return "like";
  return nullptr;
}

}  // namespace tally
