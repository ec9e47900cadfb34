// A request with the answer that is expected of a policy: one line of a test file.
//
//   {"name": "outside call", "request": {"source": "offnet"}, "expect": {"recording": true}}
//   {"request": {"source": "ofnet"}, "fault": "T503"}
//
// In:     the text of a line, and the policy that is to decide it.
// Out:    the request as it is written, and what is expected; or the faults of the line.
// Always: `expect` names decisions of the policy, as many as the writer cares for. `fault` is the code for which the
//         request is refused. A line has at most one of them.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/descriptor/policy_descriptor.h"
#include "runtime/support/document_fault.h"
#include "simulator/requests/members.h"

namespace tally {

struct RequestCase {
  std::string name;          // "" if the line has none
  std::string_view request;  // within the line, which must outlive the case
  struct Expected {
    std::size_t decision = 0;  // an index into the descriptor
    nlohmann::json value;      // null: unset
  };
  std::vector<Expected> expect;      // in the order of the line
  std::optional<std::string> fault;  // "T503"
  bool is_open = false;              // whether nothing is expected: the line has neither `expect` nor `fault`
};

// Reads a line. A line that lacks an expectation is read too, as open.
std::variant<RequestCase, std::vector<DocumentFault>> read_case(std::string_view line, const PolicyDescriptor& policy);

// Returns the line with another expectation. `member` is its whole text: `"expect": {"recording":true}`.
std::string with_expectation(std::string_view line, std::string_view member);

}  // namespace tally
