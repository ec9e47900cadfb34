// Fuzz target: from the bytes of a decision log's file to what is shown of it, and to its replay.
//
// In:     any bytes. After a first byte `f` they are a file as it stands. Otherwise they are the bytes of an id,
// whether
//         inputs are kept, the length of a policy's tables (two bytes), the tables, and the content of records. From
//         these a file is made whose hashes and checks are right, so that they hide nothing.
// Always: what is refused has a reason. A file never has more than its bytes; each decision is JSON on a line, and what
//         is possible for it in its own policy has its own codes.
#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "runtime/descriptor/decode_tables.h"
#include "runtime/log/log_reader.h"
#include "runtime/log/logged_values.h"
#include "simulator/replay/possible_call.h"
#include "tests/fuzz/support/fuzzing.h"

namespace tally {
namespace {

using fuzz::fail;

void check_possible(const PossibleCalls& possible, const LogHeader& header, const LoggedDecision& decision) {
  const PossibleCalls::Call call = possible.of(decision);
  for (ElementIndex i = 0; i < header.policy->elements.size(); ++i) {
    for (const std::uint16_t code : call.elements[i].codes) {
      if (header.policy->elements[i].kind == ElementDescriptor::Kind::enumeration &&
          code > header.policy->elements[i].values.size())
        fail("a code beyond its table", header.policy->elements[i].name);
    }
  }
}

void read_file(const std::string& bytes) {
  auto reader = LogReader::open([&bytes, at = std::size_t{0}](char* to, std::size_t size) mutable {
    const std::size_t count = std::min({size, bytes.size() - at, std::size_t{1'000}});
    std::memcpy(to, bytes.data() + at, count);
    at += count;
    return count;
  });
  if (!reader) {
    if (reader.error().message.empty()) fail("refused without a reason");
    return;
  }
  const LoggedValues values(reader->header());
  const PossibleCalls possible(reader->header(), *reader->header().policy);
  LoggedDecision decision;
  std::string line, cell;
  while (reader->next(decision)) {
    line.clear();
    values.append_decision(line, decision);
    if (!nlohmann::json::accept(line)) fail("a decision is not JSON", line);
    if (std::count(line.begin(), line.end(), '\n') != 1) fail("a decision is not a line", line);
    for (const ElementIndex input : values.inputs()) values.append_input_text(cell, input, decision);
    check_possible(possible, reader->header(), decision);
  }
  const std::size_t size = reader->shape().size();
  if ((reader->decisions() + reader->damaged()) * size + reader->torn_bytes() > bytes.size() + size)
    fail("more than the bytes of the file");
}

// A file with right hashes and checks; nothing if the tables are not those of a policy.
std::string file_of(std::string_view bytes) {
  if (bytes.size() < 4) return "";
  LogHeader header;
  header.id_size = static_cast<unsigned char>(bytes[0]) % 32;
  const bool keeps = bytes[1] != 0;
  const std::size_t size = static_cast<unsigned char>(bytes[2]) + 256u * static_cast<unsigned char>(bytes[3]);
  bytes.remove_prefix(4);
  header.tables = bytes.substr(0, size);
  bytes.remove_prefix(header.tables.size());
  auto policy = decode_tables(header.tables);
  if (!policy) return "";
  for (ElementIndex i = 0; keeps && i < policy->elements.size(); ++i) {
    if (policy->elements[i].kind == ElementDescriptor::Kind::number) header.kept.push_back({i, 0});
    if (policy->elements[i].kind == ElementDescriptor::Kind::text) header.kept.push_back({i, 4});
  }
  header.policy = std::make_shared<const PolicyDescriptor>(*std::move(policy));
  std::string file = encode_log_header(header);
  const std::uint64_t hash = hash_of_header(file);
  const std::size_t record = header.shape().size();
  for (std::uint64_t number = 0; bytes.size() >= record - 4; ++number) {
    const std::string_view content = bytes.substr(0, record - 4);
    const std::uint32_t check = record_check(hash, number, content);
    file.append(reinterpret_cast<const char*>(&check), sizeof check);
    file += content;
    bytes.remove_prefix(content.size());
  }
  return file += bytes;
}

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = tally::fuzz::text_of(data, size);
  if (bytes.starts_with('f')) {
    tally::read_file(std::string(bytes.substr(1)));
  } else if (const std::string file = tally::file_of(bytes); !file.empty()) {
    tally::read_file(file);
  }
  return 0;
}
