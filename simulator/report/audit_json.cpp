#include "simulator/report/audit_json.h"

namespace tally::report {

AuditedLine::AuditedLine(const Model& model, std::string_view text, std::size_t number)
    : model_(model), text_(text), number_(number), id_(number) {
  const Json& line = text_.json();
  if (!line.is_object()) return;
  const auto id = line.find("id");
  if (id != line.end() && (id->is_string() || id->is_number())) id_ = *id;
}

std::optional<DocumentFault> AuditedLine::fault_of_id() const {
  const Json& line = text_.json();
  const auto id = line.is_object() ? line.find("id") : line.end();
  if (!line.is_object() || id == line.end() || id->is_string() || id->is_number() || id->is_null()) return std::nullopt;
  DocumentFault fault;
  fault.code = FaultId::wrong_type;
  fault.pointer = "/id";
  fault.expected = "a text or a number";
  fault.message = std::string("expected a text or a number, found ") + (id->is_boolean() ? "a boolean"
                                                                        : id->is_array() ? "an array"
                                                                                         : "an object");
  return fault;
}

std::optional<DocumentFault> AuditedLine::fault_of_number() const {
  if (!text_.json().is_discarded()) return std::nullopt;
  DocumentFault fault;
  fault.code = FaultId::out_of_range;
  fault.message = "a number in the line is too large to be kept";
  return fault;
}

Json AuditedLine::request(const Document& added) const {
  Json out = text_.json();
  out.merge_patch(Json::parse(document_text(model_, added)));
  return out;
}

Json AuditedLine::json(AuditAnswer answer, const AuditCall* call) const {
  Json out = {{"line", number_}, {"id", id_}, {"answer", to_string(answer)}};
  if (call == nullptr) return out;
  out["call"] = call->text;
  out["request"] = request(call->added);
  return out;
}

Json AuditedLine::json(const std::vector<DocumentFault>& faults) const {
  return {{"line", number_}, {"id", id_}, {"answer", "fault"}, {"fault", report::faults_json(faults)}};
}

}  // namespace tally::report
