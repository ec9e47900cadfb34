// Keys, signatures and approvals as texts: each has one text, and every change of it is noticed.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/hex.h"
#include "runtime/signing/statement.h"

namespace tally {
namespace {

constexpr const char* secret_text =
    "tally-secret-key 1\n"
    "public d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n"
    "secret 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n";

// The first key of RFC 8032, section 7.1.
SecretKey key() { return *read_secret_key("rfc.key", secret_text); }

SignedFile file() {
  SignedFile out{SignedFile::Kind::shared_object, sha256_of("bytes"), {}, "x86_64", 6};
  out.fingerprint.fill(7);
  return out;
}

ApprovedChange change() {
  ApprovedChange out;
  out.before.digest.fill(1);
  out.after = {true, {}};
  out.after.digest.fill(2);
  out.names.fill(3);
  out.limits = {"--allow \"source is offnet\"", "--at-most 12"};
  return out;
}

std::vector<std::string> statements() {
  SignedFile rules{SignedFile::Kind::rules, sha256_of("text"), {}, "any", 0};
  return {signed_text(key(), 7, file()), signed_text(key(), 8, rules), signed_text(key(), 9, change())};
}

// The errors of a text that is read as `read` does; "" if it is accepted.
template <class Read>
std::string refused(Read read) {
  const auto got = read();
  return got ? "" : got.error().message;
}
std::string refused_statement(std::string_view text) {
  return refused([&] { return read_signed("a.sig", text, {key().open}); });
}

TEST(Keys, SignAsTheRfcDoes) {
  // RFC 8032, 7.1: TEST 1 (the empty message) and TEST 2.
  EXPECT_EQ(
      hex_text(sign_bytes(key(), "")),
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
      "24655141438e7a100b");
  EXPECT_EQ(hex_text(sha256_of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Keys, HaveOneText) {
  EXPECT_EQ(key_text(key()), secret_text);
  const std::string open = key_text(key().open);
  const auto read = read_public_key("rfc.pub", open);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, key().open);
  const auto made = make_key(), other = make_key();
  ASSERT_TRUE(made && other);
  EXPECT_NE(made->open, other->open);
  EXPECT_TRUE(read_secret_key("new.key", key_text(*made)));
}

TEST(Keys, ThatAreChangedAreRefused) {
  const std::string secret = secret_text, open = key_text(key().open);
  for (std::size_t size = 0; size < secret.size(); ++size)
    EXPECT_NE(refused([&] { return read_secret_key("a.key", secret.substr(0, size)); }), "") << size;
  for (std::size_t size = 0; size < open.size(); ++size)
    EXPECT_NE(refused([&] { return read_public_key("a.pub", open.substr(0, size)); }), "") << size;
  // A secret key fits to its public key, so each of its bytes counts. It never stands in a message.
  for (std::size_t at = 0; at < secret.size(); ++at) {
    for (const char mask : {1, 2, 4, 8, 16, 32}) {
      std::string text = secret;
      text[at] = static_cast<char>(text[at] ^ mask);
      const std::string why = refused([&] { return read_secret_key("a.key", text); });
      EXPECT_NE(why, "") << at;
      EXPECT_EQ(why.find("9d61b1"), std::string::npos) << why;
    }
  }
  EXPECT_NE(refused([&] { return read_secret_key("a.key", secret + "\n"); }), "");
}

TEST(Keys, OfTheOtherKindAreReported) {
  EXPECT_EQ(refused([] { return read_public_key("a.key", secret_text); }),
            "`a.key` is a secret key, and a public key is expected");
  EXPECT_EQ(refused([] { return read_secret_key("a.pub", key_text(key().open)); }),
            "`a.pub` is a public key, and a secret key is expected");
}

TEST(Statements, AreReadAsTheyWereWritten) {
  const std::vector<std::string> texts = statements();
  const auto first = read_signed("a.sig", texts[0], {key().open});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->serial, 7u);
  EXPECT_EQ(std::get<SignedFile>(first->of), file());
  const auto last = read_signed("a.sig", texts[2], {key().open});
  ASSERT_TRUE(last) << last.error().message;
  EXPECT_EQ(std::get<ApprovedChange>(last->of), change());
}

TEST(Statements, WithAnyByteChangedOrMissingAreRefused) {
  for (const std::string& whole : statements()) {
    EXPECT_EQ(refused_statement(whole), "");
    for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_NE(refused_statement(whole.substr(0, size)), "");
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (int mask = 1; mask < 256; mask *= 2) {
        std::string text = whole;
        text[at] = static_cast<char>(text[at] ^ mask);
        EXPECT_NE(refused_statement(text), "") << "byte " << at << " of\n" << whole;
      }
      std::string longer = whole;
      longer.insert(at, 1, longer[at]);
      EXPECT_NE(refused_statement(longer), "") << at;
    }
    EXPECT_NE(refused_statement(whole + "\n"), "");
    EXPECT_NE(refused_statement(whole + whole), "");
  }
}

TEST(Statements, OfOneKindDoNotServeAsAnother) {
  // The signature of an approval under the lines of a signature.
  const std::vector<std::string> texts = statements();
  const auto signature = [](const std::string& text) { return text.substr(text.find("signature ")); };
  std::string mixed = texts[0].substr(0, texts[0].find("\nsignature ") + 1) + signature(texts[2]);
  EXPECT_EQ(refused_statement(mixed), "`a.sig` has a wrong signature: it was changed after it was signed");
}

TEST(Statements, OfAKeyThatIsNotTrustedAreRefused) {
  const auto other = make_key(), third = make_key();
  ASSERT_TRUE(other && third);
  const std::string text = signed_text(*other, 7, file());
  EXPECT_NE(refused_statement(text).find("is signed by another key"), std::string::npos);
  EXPECT_TRUE(read_signed("a.sig", text, {key().open, other->open}));
  EXPECT_FALSE(read_signed("a.sig", text, {key().open, third->open}));
  EXPECT_FALSE(read_signed("a.sig", text, {}));
  // Naming the trusted key does not help.
  std::string claimed = text;
  claimed.replace(claimed.find("key ") + 4, 64, hex_text(key().open.bytes));
  EXPECT_EQ(refused_statement(claimed), "`a.sig` has a wrong signature: it was changed after it was signed");
}

TEST(Statements, NameTheLineThatIsWrong) {
  const std::string text = statements()[0];
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string out = text;
    out.replace(out.find(from), from.size(), to);
    return refused_statement(out);
  };
  EXPECT_EQ(with("serial 7", "serial 07"),
            "`a.sig`, line 3: expected serial and a whole number below 2^63, found \"serial 07\"");
  EXPECT_EQ(with("serial 7", "serial 99999999999999999999"),
            "`a.sig`, line 3: expected serial and a whole number below 2^63, found \"serial 99999999999999999999\"");
  EXPECT_EQ(with("of shared-object", "of rule"),
            "`a.sig`, line 4: expected of and shared-object or rules, found \"of rule\"");
  EXPECT_EQ(with("tally-signature 1", "tally-signature 2"),
            "`a.sig`, line 1: expected tally-signature 1, found \"tally-signature 2\"");
  EXPECT_EQ(refused_statement(""),
            "`a.sig`, line 1: the file is cut off before it: expected tally-signature and 1, found its end");
  EXPECT_EQ(refused_statement(text + "more"),
            "`a.sig`, line 10: it stands behind a signature, whose end was expected, found \"more\"");
  EXPECT_EQ(with("serial 7\n", "note x\nserial 7\n"),
            "`a.sig`, line 3: a line too many: expected serial and a whole number, which follows it, found \"note x\"");
  EXPECT_EQ(with("tally-signature 1\n", "tally-signature 1\r\n"),
            "`a.sig`, line 1: it ends with CR LF, and LF alone was expected: the file was copied as text");
  EXPECT_EQ(refused_statement(text.substr(0, text.size() - 1)).substr(0, 50),
            "`a.sig`, line 9: the file is cut off in it: expect");
}

TEST(Statements, HaveABoundOfLimits) {
  ApprovedChange many = change();
  many.limits.assign(max_statement_limits, "--at-most 1");
  EXPECT_EQ(refused_statement(signed_text(key(), 1, many)), "");
  many.limits.emplace_back("--at-most 1");
  EXPECT_NE(refused_statement(signed_text(key(), 1, many)).find("at most 256 limits"), std::string::npos);
}

}  // namespace
}  // namespace tally
