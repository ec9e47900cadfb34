#include "serve/http.h"

#include <algorithm>

#include "runtime/support/failure.h"
#include "runtime/support/utf8.h"
#include "simulator/report/json.h"

namespace tally::serve {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Plus : std::uint8_t { itself, blank };

std::optional<std::string> decoded(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::blank) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? digit_of(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

}  // namespace

const char* to_string(ErrorCause cause) {
  switch (cause) {
    case ErrorCause::malformed: return "malformed";
    case ErrorCause::document: return "document";
    case ErrorCause::unbound: return "unbound";
    case ErrorCause::unknown: return "unknown";
    case ErrorCause::method: return "method";
    case ErrorCause::type: return "type";
    case ErrorCause::too_large: return "too_large";
    case ErrorCause::smuggling: return "smuggling";
    case ErrorCause::timeout: return "timeout";
    case ErrorCause::overloaded: return "overloaded";
    case ErrorCause::internal: return "internal";
  }
  return "internal";
}

std::string error_json(const Refusal& refusal) {
  report::Json error = {{"status", refusal.status}, {"cause", to_string(refusal.cause)}, {"message", refusal.message}};
  if (!refusal.help.empty()) error["help"] = refusal.help;
  if (!refusal.faults.empty()) error["fault"] = report::faults_json(refusal.faults);
  return report::to_text({{"error", std::move(error)}}, -1);
}

HttpResponse response_of(const Refusal& refusal) {
  return {refusal.status, "application/json", error_json(refusal), refusal.allow};
}

Refusal refusal_of(std::vector<DocumentFault> faults) {
  const bool is_malformed =
      std::any_of(faults.begin(), faults.end(), [](const auto& f) { return f.code == FaultId::malformed; });
  Refusal refusal{is_malformed ? 400 : 422, is_malformed ? ErrorCause::malformed : ErrorCause::document,
                  document_failure(faults).message};
  refusal.faults = std::move(faults);
  return refusal;
}

Refusal body_too_large(std::size_t max_bytes) {
  return {413, ErrorCause::too_large, "the body has more than " + std::to_string(max_bytes) + " bytes"};
}

std::optional<std::string> percent_decoded(std::string_view text) { return decoded(text, Plus::itself); }
std::optional<std::string> form_decoded(std::string_view text) { return decoded(text, Plus::blank); }

std::optional<std::vector<std::pair<std::string, std::string>>> form_fields(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (field.empty()) continue;
    const std::size_t equals = std::min(field.find('='), field.size());
    auto name = form_decoded(field.substr(0, equals));
    auto value = form_decoded(field.substr(std::min(equals + 1, field.size())));
    if (!name || !value) return std::nullopt;
    out.emplace_back(*std::move(name), *std::move(value));
  }
  return out;
}

std::string media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  std::string out;
  for (const char c : content_type) {
    if (c == ' ' || c == '\t') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

bool is_lines(std::string_view content_type) {
  const std::string type = media_type(content_type);
  return type == "application/x-ndjson" || type == "application/jsonl";
}

}  // namespace tally::serve
