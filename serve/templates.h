// Answers in the form that a switch expects, by templates in Mustache's syntax (mustache.github.io).
//
// In:     a folder with two files per template: `pivot.request.json.mustache`, which makes the request of the policy
//         from what the switch sent, and `pivot.answer.json.mustache` (or .xml, .txt), which makes the answer from the
//         decisions.
// Out:    the text of a request; the text of an answer and its type.
// Always: `{{name}}` is escaped for the file's form: in JSON as inside a string, in XML as text or an attribute, in
//         plain text without line breaks. A template that cannot be parsed is refused when it is loaded.
//
//   {"called": "{{request.Caller-Destination-Number}}"}
//   {{#decision.recording}}<action application="record_session" data="..."/>{{/decision.recording}}
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tally::serve {

class Templates {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  // Reads every template of a folder. Fails if a file cannot be read or parsed, or if one of the two is missing.
  static Result<Templates> load(const std::string& folder);
  // From texts, by the names of the files; for tests.
  static Result<Templates> make(const std::map<std::string, std::string>& files);

  bool contains(const std::string& name) const { return forms_.contains(name); }
  std::vector<std::string> names() const;
  // What the answers insert: the template and the decision, of each `decision.NAME`.
  std::vector<std::pair<std::string, std::string>> decisions() const;

  // The text of the request, from the fields of a form or query (`request.FIELD`), or from a JSON object.
  Result<std::string> request_of(const std::string& name, const Fields& fields) const;
  Result<std::string> request_of_json(const std::string& name, const std::string& body) const;
  // The text of an answer. `answer` is what the policy decided, as JSON: `decision.NAME`. `sent` is what came in.
  struct Answer {
    std::string type;
    std::string text;
  };
  Result<Answer> answer_of(const std::string& name, const std::string& answer, const Fields& fields,
                           const std::string& body) const;

 private:
  enum class Escape : unsigned char { json, xml, text };
  struct Form {
    std::string request, answer;
    Escape escape = Escape::json;
  };
  std::map<std::string, Form> forms_;
};

}  // namespace tally::serve
