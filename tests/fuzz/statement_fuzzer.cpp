// Fuzz target: from the text of a statement, of a key or of a plan to what is read of it.
//
// In:     any bytes. What begins with `{` is a plan, as `tally plan --format json` prints it; what begins with `key `
//         is the file of a key, without these four bytes; anything else is a statement.
// Always: what is refused has a message that names the file. A statement and a key have one text: what is read,
//         written again, is the same text but for the key that signs and its signature. No text that a key did not
//         sign is signed by it.
#include <algorithm>
#include <string>
#include <string_view>

#include "runtime/signing/statement.h"
#include "simulator/report/read_plan.h"
#include "tests/fuzz/support/fuzzing.h"

namespace tally {
namespace {

using fuzz::fail;

constexpr const char* name = "the-file";

void check(const Error& failure) {
  if (failure.message.find(name) == std::string::npos) fail("a message that does not name the file", failure.message);
}

// Another key than any that the corpus has.
const SecretKey& own_key() {
  static const SecretKey key = [] {
    auto made = make_key();
    if (!made) fail("no key", made.error().message);
    return *made;
  }();
  return key;
}

// A statement without its key and its signature.
std::string unsigned_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    if (!line.starts_with("key ") && !line.starts_with("signature ")) out += line;
    text.remove_prefix(end);
  }
  return out;
}

void read_as_statement(std::string_view text) {
  const auto statement = read_statement(name, text);
  if (!statement) return check(statement.error());
  if (!is_statement(text)) fail("a statement that does not begin as one");
  const std::string again = signed_text(own_key(), statement->serial, statement->of);
  if (unsigned_lines(again) != unsigned_lines(text)) fail("a statement with two texts", again);
  const auto read = read_signed(name, again, {own_key().open});
  if (!read || read->serial != statement->serial || !(read->of == statement->of)) fail("it is read otherwise", again);
  if (read_signed(name, text, {own_key().open})) fail("signed by a key that did not sign it");
}

void read_as_key(std::string_view text) {
  if (const auto key = read_public_key(name, text); !key) {
    check(key.error());
  } else if (key_text(*key) != text) {
    fail("a public key with two texts", key_text(*key));
  }
  if (const auto key = read_secret_key(name, text); !key) {
    check(key.error());
  } else if (key_text(*key) != text) {
    fail("a secret key with two texts", key_text(*key));
  } else if (!is_signed(key->open, text, sign_bytes(*key, text))) {
    fail("a key whose signature is not its own");
  }
}

void read_as_plan(std::string_view text) {
  const auto plan = report::read_plan(name, text);
  if (!plan) return check(plan.error());
  if (plan->verdict.empty()) fail("a plan without a verdict");
}

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tally::fuzz::text_of(data, size);
  if (text.starts_with('{')) {
    tally::read_as_plan(text);
  } else if (text.starts_with("key ")) {
    tally::read_as_key(text.substr(4));
  } else {
    tally::read_as_statement(text);
  }
  return 0;
}
