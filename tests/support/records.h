// Records of a decision log, for tests: made and read as in a file, without one.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/deploy/encode_descriptor.h"
#include "runtime/log/log_reader.h"
#include "tests/support/random.h"
#include "tests/support/running.h"

namespace tally::testing {

// The header of a log that keeps some numbers and texts, `percent` of them; of a text at most `text_bytes`.
inline LogHeader header_of(const Running& policy, unsigned percent, std::uint32_t text_bytes, Random& random) {
  LogHeader header;
  header.policy = policy.compiled.descriptor;
  header.tables = encode_descriptor(policy.descriptor());
  for (ElementIndex i = 0; percent > 0 && i < policy.descriptor().elements.size(); ++i) {
    const auto kind = policy.descriptor().elements[i].kind;
    const bool is_text = kind == ElementDescriptor::Kind::text;
    if ((is_text || kind == ElementDescriptor::Kind::number) && random.chance(percent))
      header.kept.push_back({i, is_text ? text_bytes : 0u});
  }
  return header;
}

// A decision as it comes out of a log: the record is packed and read again.
class Record {
 public:
  Record(const LogHeader& header, const Running& policy, const BoundCall& call) : shape_(header.shape()) {
    Results results;
    decide(policy.descriptor(), policy.compiled.code, call, false, results);
    std::vector<std::byte> raw(shape_.raw_size());
    record_.resize(shape_.size());
    shape_.put_head(raw.data(), 0, "");
    shape_.put_codes(raw.data(), call.codes.data());
    shape_.put_kept(raw.data(), call);
    shape_.put_slots(raw.data(), results.slots.data());
    shape_.pack(raw.data(), record_.data());
    decision.codes = shape_.codes(record_.data());
    EXPECT_TRUE(shape_.read_slots(record_.data(), decision.slots));
    EXPECT_TRUE(shape_.read_kept(record_.data(), decision.kept));
    EXPECT_EQ(decision.slots, results.slots);
  }
  LoggedDecision decision;

 private:
  RecordShape shape_;
  std::vector<std::byte> record_;
};

}  // namespace tally::testing
