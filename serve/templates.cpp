#include "serve/templates.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>

#include "runtime/support/json_text.h"

namespace tally::serve {
namespace {

namespace fs = std::filesystem;
using Mustache = kainjow::mustache::mustache;
using Data = kainjow::mustache::data;

constexpr std::size_t max_template_bytes = 1 << 20;

std::string escaped_in_json(const std::string& text) {
  const std::string quoted = json_string(text);
  return quoted.substr(1, quoted.size() - 2);
}

// Characters that XML 1.0 cannot have are left out.
std::string escaped_in_xml(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&apos;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t') out += c;
    }
  }
  return out;
}

std::string escaped_in_text(const std::string& text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return out;
}

// A flag and null are sections, everything else a text, an object or a list.
Data data_of(const nlohmann::json& json) {
  switch (json.type()) {
    case nlohmann::json::value_t::object: {
      Data out(Data::type::object);
      for (const auto& [key, value] : json.items()) out.set(key, data_of(value));
      return out;
    }
    case nlohmann::json::value_t::array: {
      Data out(Data::type::list);
      for (const auto& value : json) out.push_back(data_of(value));
      return out;
    }
    case nlohmann::json::value_t::string: return Data(json.get<std::string>());
    case nlohmann::json::value_t::boolean:
      return Data(json.get<bool>() ? Data::type::bool_true : Data::type::bool_false);
    case nlohmann::json::value_t::number_integer:
    case nlohmann::json::value_t::number_unsigned:
    case nlohmann::json::value_t::number_float: return Data(json.dump());
    case nlohmann::json::value_t::null:
    case nlohmann::json::value_t::binary:
    case nlohmann::json::value_t::discarded: return Data(Data::type::bool_false);
  }
  return Data(Data::type::bool_false);
}

Data data_of(const Templates::Fields& fields) {
  Data out(Data::type::object);
  for (const auto& [name, value] : fields) out.set(name, Data(value));
  return out;
}

Result<Data> data_of_body(const std::string& body) {
  constexpr int max_depth = 64;
  bool is_too_deep = false;
  const auto look = [&](int depth, nlohmann::json::parse_event_t /*event*/, nlohmann::json& /*value*/) {
    is_too_deep = is_too_deep || depth > max_depth;
    return !is_too_deep;
  };
  const auto json = nlohmann::json::parse(body, look, false);
  if (is_too_deep) return Error{Cause::document, "the body nests more than " + std::to_string(max_depth) + " deep"};
  if (!json.is_object()) return Error{Cause::document, "the body is not a JSON object"};
  return data_of(json);
}

Result<std::string> rendered(const std::string& text, const Data& data, std::string (*escape)(const std::string&)) {
  Mustache mustache(text);
  mustache.set_custom_escape(escape);
  std::string out = mustache.render(data);
  if (!mustache.is_valid()) return Error{Cause::file, mustache.error_message()};
  return out;
}

bool take_suffix(std::string& name, std::string_view suffix) {
  if (!name.ends_with(suffix)) return false;
  name.resize(name.size() - suffix.size());
  return true;
}

}  // namespace

Result<Templates> Templates::make(const std::map<std::string, std::string>& files) {
  Templates out;
  for (const auto& [file, text] : files) {
    std::string name = file;
    if (!take_suffix(name, ".mustache")) continue;
    const Mustache parsed(text);
    if (!parsed.is_valid()) return Error{Cause::file, "`" + file + "` is not a template: " + parsed.error_message()};
    if (take_suffix(name, ".request.json")) {
      out.forms_[name].request = text;
    } else if (take_suffix(name, ".answer.json")) {
      out.forms_[name].answer = text;
    } else if (take_suffix(name, ".answer.xml")) {
      out.forms_[name].answer = text;
      out.forms_[name].escape = Escape::xml;
    } else if (take_suffix(name, ".answer.txt")) {
      out.forms_[name].answer = text;
      out.forms_[name].escape = Escape::text;
    } else {
      return Error{Cause::file, "`" + file + "` is neither a request nor an answer",
                   "name it NAME.request.json.mustache, or NAME.answer.json.mustache, .xml.mustache or .txt.mustache"};
    }
  }
  for (const auto& [name, form] : out.forms_) {
    if (form.request.empty())
      return Error{Cause::file, "the template `" + name + "` has no request",
                   "write " + name + ".request.json.mustache"};
    if (form.answer.empty())
      return Error{Cause::file, "the template `" + name + "` has no answer", "write " + name + ".answer.json.mustache"};
  }
  return out;
}

Result<Templates> Templates::load(const std::string& folder) {
  std::map<std::string, std::string> files;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) return Error{Cause::file, "cannot read the folder `" + folder + "`: " + error.message()};
  for (const auto& entry : entries) {
    const std::string file = entry.path().filename().string();
    if (!file.ends_with(".mustache")) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in || text.size() > max_template_bytes)
      return Error{Cause::file, "cannot read `" + entry.path().string() + "`"};
    files.emplace(file, std::move(text));
  }
  if (files.empty()) return Error{Cause::file, "the folder `" + folder + "` has no templates (*.mustache)"};
  return make(files);
}

std::vector<std::string> Templates::names() const {
  std::vector<std::string> out;
  for (const auto& [name, form] : forms_) out.push_back(name);
  return out;
}

std::vector<std::pair<std::string, std::string>> Templates::decisions() const {
  constexpr std::string_view prefix = "decision.";
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [name, form] : forms_) {
    for (std::size_t at = form.answer.find("{{"); at != std::string::npos; at = form.answer.find("{{", at + 2)) {
      const std::size_t begin = form.answer.find_first_not_of("{#^/& ", at);
      if (begin == std::string::npos || form.answer.compare(begin, prefix.size(), prefix) != 0) continue;
      const std::size_t from = begin + prefix.size();
      out.emplace_back(name, form.answer.substr(from, form.answer.find_first_of(".} ", from) - from));
    }
  }
  return out;
}

Result<std::string> Templates::request_of(const std::string& name, const Fields& fields) const {
  return rendered(forms_.at(name).request, Data("request", data_of(fields)), escaped_in_json);
}

Result<std::string> Templates::request_of_json(const std::string& name, const std::string& body) const {
  TALLY_ASSIGN_OR_RETURN(const Data data, data_of_body(body));
  return rendered(forms_.at(name).request, Data("request", data), escaped_in_json);
}

Result<Templates::Answer> Templates::answer_of(const std::string& name, const std::string& answer, const Fields& fields,
                                               const std::string& body) const {
  const Form& form = forms_.at(name);
  Data data("decision", data_of(nlohmann::json::parse(answer, nullptr, false)));
  if (body.empty()) {
    data.set("request", data_of(fields));
  } else {
    TALLY_ASSIGN_OR_RETURN(const Data sent, data_of_body(body));
    data.set("request", sent);
  }
  const auto with = [&](const char* type, std::string (*escape)(const std::string&)) -> Result<Answer> {
    TALLY_ASSIGN_OR_RETURN(std::string text, rendered(form.answer, data, escape));
    return Answer{type, std::move(text)};
  };
  switch (form.escape) {
    case Escape::json: return with("application/json", escaped_in_json);
    case Escape::xml: return with("text/xml; charset=utf-8", escaped_in_xml);
    case Escape::text: return with("text/plain; charset=utf-8", escaped_in_text);
  }
  return with("application/json", escaped_in_json);
}

}  // namespace tally::serve
