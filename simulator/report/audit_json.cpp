#include "simulator/report/audit_json.h"

namespace tally::report {
namespace {

// Keeps how the number at /id is written, if a double may round it.
class WrittenId : public nlohmann::json_sax<Json> {
 public:
  std::string text;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t& written) override {
    if (depth_ == 1 && key_ == "id") text = written;
    return true;
  }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return enter(); }
  bool key(string_t& name) override {
    if (depth_ == 1) key_ = name;
    return true;
  }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool enter() {
    ++depth_;
    return true;
  }
  bool leave() {
    --depth_;
    return true;
  }
  std::size_t depth_ = 0;
  std::string key_;  // of the line's object
};

}  // namespace

AuditedLine::AuditedLine(const Model& model, std::string_view text, std::size_t number)
    : model_(model), text_(text), number_(number), id_(number) {
  const Json& line = text_.json();
  if (!line.is_object()) return;
  const auto id = line.find("id");
  if (id == line.end() || (!id->is_string() && !id->is_number())) return;
  id_ = *id;
  if (!id->is_number_float()) return;
  WrittenId written;
  Json::sax_parse(text, &written);
  if (id->dump() != written.text) id_ = written.text;
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
  if (out.contains("id") && out["id"].is_number_float()) out["id"] = id_;
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
