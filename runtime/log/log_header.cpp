#include "runtime/log/log_header.h"

#include <cstring>
#include <set>
#include <utility>

#include "runtime/descriptor/decode_tables.h"
#include "runtime/descriptor/descriptor_format.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;

Failure bad_log(std::string why) { return {TALLY_ERROR_POLICY, std::move(why)}; }

template <class Number>
void append_number(std::string& out, Number number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

// Reads the kept inputs behind the preamble.
Result<std::vector<KeptInput>, Failure> kept_inputs(std::string_view bytes, std::uint32_t count,
                                                    const PolicyDescriptor& policy) {
  std::vector<KeptInput> kept;
  std::set<ElementIndex> seen;
  for (std::uint32_t i = 0; i < count; ++i) {
    KeptInput input;
    std::memcpy(&input.element, bytes.data() + std::size_t{i} * 8, 4);
    std::memcpy(&input.size, bytes.data() + std::size_t{i} * 8 + 4, 4);
    if (input.element >= policy.elements.size() || !seen.insert(input.element).second || input.size > max_kept_text)
      return bad_log("the header keeps an input that its policy does not have");
    if (policy.elements[input.element].kind != (input.size == 0 ? Kind::number : Kind::text))
      return bad_log("the header keeps an input that is neither a number nor a text");
    kept.push_back(input);
  }
  return kept;
}

}  // namespace

std::string encode_log_header(const LogHeader& header) {
  LogPreamble preamble{};
  std::memcpy(preamble.magic, log_magic, sizeof log_magic);
  preamble.version = log_version;
  preamble.byte_order = log_byte_order;
  const std::size_t content = sizeof preamble + header.kept.size() * 8 + header.tables.size();
  const std::size_t padded = (content + 7) / 8 * 8;
  preamble.header_size = static_cast<std::uint32_t>(padded + 8);
  preamble.record_size = static_cast<std::uint32_t>(header.shape().size());
  preamble.made = header.made;
  preamble.generation = header.generation;
  preamble.process = header.process;
  std::memcpy(preamble.source_hash, header.source_hash.data(), header.source_hash.size());
  preamble.id_size = header.id_size;
  preamble.kept_count = static_cast<std::uint32_t>(header.kept.size());
  preamble.tables_size = static_cast<std::uint32_t>(header.tables.size());
  std::string out;
  append_number(out, preamble);
  for (const KeptInput& input : header.kept) {
    append_number(out, input.element);
    append_number(out, input.size);
  }
  out += header.tables;
  out.resize(padded, '\0');
  append_number(out, hash_of(out));
  return out;
}

std::uint64_t hash_of_header(std::string_view bytes) {
  std::uint64_t hash = 0;
  std::memcpy(&hash, bytes.data() + bytes.size() - sizeof hash, sizeof hash);
  return hash;
}

Result<std::uint32_t, Failure> log_header_size(std::string_view bytes) {
  LogPreamble preamble{};
  if (bytes.size() < sizeof log_magic || std::memcmp(bytes.data(), log_magic, sizeof log_magic) != 0)
    return bad_log("it is not a decision log");
  if (bytes.size() < sizeof preamble) return bad_log("it ends within its header");
  std::memcpy(&preamble, bytes.data(), sizeof preamble);
  if (preamble.byte_order != log_byte_order)
    return bad_log("it was written by a machine of the other byte order, or is damaged");
  if (preamble.version != log_version)
    return bad_log("it has version " + std::to_string(preamble.version) + ", and this program reads " +
                   std::to_string(log_version));
  const std::uint64_t content =
      sizeof preamble + std::uint64_t{preamble.kept_count} * 8 + std::uint64_t{preamble.tables_size};
  if (preamble.header_size > max_log_header || preamble.header_size != (content + 7) / 8 * 8 + 8)
    return bad_log("its header is damaged");
  return preamble.header_size;
}

bool ends_within_log_header(std::string_view bytes) {
  const std::string_view magic(log_magic, sizeof log_magic);
  if (bytes.size() < sizeof(LogPreamble)) return bytes.substr(0, magic.size()) == magic.substr(0, bytes.size());
  const auto size = log_header_size(bytes);
  return size && bytes.size() < *size;
}

Result<LogHeader, Failure> decode_log_header(std::string_view bytes) {
  TALLY_ASSIGN_OR_RETURN(const std::uint32_t size, log_header_size(bytes));
  if (bytes.size() < size) return bad_log("it ends within its header");
  bytes = bytes.substr(0, size);
  if (hash_of(bytes.substr(0, size - 8)) != hash_of_header(bytes)) return bad_log("its header is damaged");
  LogPreamble preamble{};
  std::memcpy(&preamble, bytes.data(), sizeof preamble);
  if (preamble.id_size > max_log_id || preamble.kept_count > max_kept_inputs || preamble.reserved != 0)
    return bad_log("its header has numbers that no log has");
  LogHeader header;
  header.tables = bytes.substr(sizeof preamble + std::size_t{preamble.kept_count} * 8, preamble.tables_size);
  TALLY_ASSIGN_OR_RETURN(PolicyDescriptor policy, decode_tables(header.tables));
  TALLY_ASSIGN_OR_RETURN(header.kept, kept_inputs(bytes.substr(sizeof preamble), preamble.kept_count, policy));
  header.policy = std::make_shared<const PolicyDescriptor>(std::move(policy));
  std::memcpy(header.source_hash.data(), preamble.source_hash, header.source_hash.size());
  header.made = preamble.made;
  header.generation = preamble.generation;
  header.process = preamble.process;
  header.id_size = preamble.id_size;
  if (header.shape().size() != preamble.record_size) return bad_log("its records do not have the size of its policy");
  return header;
}

}  // namespace tally
