// The guard of a policy through tally.h: what comes in use, what does not, and with which words.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/hex.h"
#include "runtime/policy/policy_guard.h"
#include "runtime/policy/signed_files.h"
#include "tests/embed/built_policy/built_policy.h"
#include "tests/embed/calling.h"

namespace tally::testing {
namespace {

// Rules that give `version`, and a recording.
std::string rules(int version, const std::string& recording = "source is offnet") {
  return "type network = onnet | offnet\ninput source : network\ninput user : flag?\n"
         "decision version : number = " +
         std::to_string(version) + "\ndecision recording : flag = " + recording + "\n";
}

std::string quick_file(const std::string& path) {
  const auto bytes = read_whole(path, max_policy_bytes);
  return bytes ? *bytes : "";
}

// A policy in a folder of its own, and whoever signs for it.
class Guarded : public ::testing::Test {
 protected:
  ~Guarded() override { tally_policy_release(policy_); }

  std::string path(const std::string& name = "p.tally") const { return folder_ / name; }
  void put(const std::string& bytes, const std::string& name = "p.tally") { write(path(name), bytes); }

  // What the file is, as a signature has it.
  SignedFile described(const std::string& name = "p.tally") const {
    const std::string bytes = quick_file(path(name));
    if (bytes.starts_with("\x7f"
                          "ELF"))
      return *describe_image(name, bytes);
    return load_policy(path(name))->file;
  }
  void sign(std::uint64_t serial, const std::string& name = "p.tally") { sign_with(key_, serial, name); }
  void sign_with(const SecretKey& key, std::uint64_t serial, const std::string& name = "p.tally") {
    write(path(name) + ".sig", signed_text(key, serial, described(name)));
  }
  // Approves the change from one text to another.
  void approve(std::uint64_t serial, const std::string& before, const std::string& after) {
    write(path("before.tally"), before);
    write(path("after.tally"), after);
    const auto old = load_policy(path("before.tally")), now = load_policy(path("after.tally"));
    const RulesBehaviour from = *behaviour_of(*old), to = *behaviour_of(*now);
    write(path() + ".sig",
          signed_text(key_, serial, ApprovedChange{{false, from.fingerprint}, {false, to.fingerprint}, to.names, {}}));
  }

  void open(const std::string& name = "p.tally") {
    ASSERT_EQ(tally_policy_open(path(name).c_str(), &policy_, error_), TALLY_OK) << error_.message();
  }
  tally_status guard(std::vector<SecretKey> keys = {}, std::uint64_t serial = 0, bool trusts = false) {
    if (keys.empty()) keys.push_back(key_);
    std::vector<std::string> digits;
    std::vector<const char*> pointers;
    for (const SecretKey& key : keys) digits.push_back(hex_text(key.open.bytes));
    for (const std::string& one : digits) pointers.push_back(one.c_str());
    tally_guard_options options{};
    options.size = sizeof options;
    options.keys = pointers.data();
    options.key_count = pointers.size();
    options.serial = serial;
    options.trust_version_in_use = trusts ? 1 : 0;
    return tally_policy_guard(policy_, &options, error_);
  }
  void open_guarded(const std::string& name = "p.tally") {
    open(name);
    ASSERT_EQ(guard(), TALLY_OK) << error_.message();
  }
  tally_status reload() { return tally_policy_reload(policy_, nullptr, error_); }
  // Reloads what is refused, and returns why. The version in use stays.
  std::string refused() {
    const long before = version();
    const tally_guard_counts counts = counted();
    EXPECT_EQ(reload(), TALLY_ERROR_REFUSED) << error_.message();
    std::string why = error_.message();
    EXPECT_EQ(counted().refused, counts.refused + 1) << why;
    EXPECT_EQ(counted().admitted, counts.admitted);
    EXPECT_EQ(version(), before);
    // Its folder does not matter.
    for (std::size_t at; (at = why.find(folder_.path + "/")) != std::string::npos;)
      why.erase(at, folder_.path.size() + 1);
    return why;
  }
  long version() {
    char* answer = nullptr;
    const std::string request = R"({"source":"onnet"})";
    if (tally_decide_json(policy_, request.data(), request.size(), 0, &answer, nullptr, error_) != TALLY_OK) return -1;
    const std::string text = answer;
    tally_free(answer);
    return std::stol(text.substr(text.find("version\":") + 9));
  }
  tally_guard_counts counted() {
    tally_guard_counts counts{};
    counts.size = sizeof counts;
    EXPECT_EQ(tally_policy_guard_counts(policy_, &counts, nullptr, error_), TALLY_OK) << error_.message();
    return counts;
  }

  Folder folder_;
  SecretKey key_ = *make_key(), other_ = *make_key();
  tally_policy* policy_ = nullptr;
  Errors error_;
};

TEST_F(Guarded, RulesComeInUseIfTheyAreSigned) {
  put(rules(1));
  sign(1);
  open_guarded();
  put(rules(2));
  EXPECT_NE(refused().find("`p.tally.sig` is for another file: its SHA-256 is "), std::string::npos);
  sign(2);
  EXPECT_EQ(reload(), TALLY_OK) << error_.message();
  EXPECT_EQ(version(), 2);
  EXPECT_EQ(counted().serial, 2u);
  EXPECT_EQ(counted().admitted, 2u);
}

TEST_F(Guarded, WithoutAStatementNothingNewComesInUse) {
  put(rules(1));
  sign(1);
  open_guarded();
  std::filesystem::remove(path("p.tally.sig"));
  EXPECT_EQ(reload(), TALLY_OK) << "the same bytes: " << error_.message();
  put(rules(2));
  const std::string why = refused();
  EXPECT_TRUE(
      why.starts_with("`p.tally` is not signed: cannot read `p.tally.sig`: no such file; `tally sign p.tally "
                      "--key KEY` signs it; the first change that nobody allowed: `version`: "))
      << why;
}

TEST_F(Guarded, ARefusalNamesTheFirstChange) {
  put(rules(1));
  sign(1);
  open_guarded();
  put(rules(1, "source is onnet or user is on"));
  const std::string why = refused();
  EXPECT_NE(why.find("; the first change that nobody allowed: `recording`: "), std::string::npos) << why;
  EXPECT_NE(why.find(", for example source is "), std::string::npos) << why;
  EXPECT_NE(why.find("{\"source\":\""), std::string::npos) << why;
  tally_guard_counts counts{};
  counts.size = sizeof counts;
  tally_error* last = nullptr;
  ASSERT_EQ(tally_policy_guard_counts(policy_, &counts, &last, error_), TALLY_OK);
  EXPECT_EQ(tally_error_status(last), TALLY_ERROR_REFUSED);
  EXPECT_NE(std::string(tally_error_message(last)).find("the first change"), std::string::npos);
  tally_error_free(last);
  // A decision that is dropped, and an input that is called otherwise.
  put("type network = onnet | offnet\ninput source : network\ndecision version : number = 1\n");
  EXPECT_NE(refused().find("`recording`: the decision is dropped"), std::string::npos) << error_.message();
  std::string renamed = rules(1);
  for (std::size_t at; (at = renamed.find("source")) != std::string::npos;) renamed.replace(at, 6, "origin");
  renamed.replace(renamed.find("origin : network"), 16, "origin : network at /source");
  put(renamed);
  EXPECT_NE(refused().find("`source`: no input of this name stands at /source any more"), std::string::npos)
      << error_.message();
}

TEST_F(Guarded, AnOlderVersionDoesNotComeBack) {
  put(rules(1));
  sign(5);
  const std::string first = quick_file(path() + ".sig");
  open_guarded();
  put(rules(2));
  sign(6);
  ASSERT_EQ(reload(), TALLY_OK) << error_.message();
  put(rules(1));
  write(path() + ".sig", first);
  EXPECT_NE(refused().find("has the serial 5, and 6 was in use already"), std::string::npos);
  put(rules(3));
  sign(6);
  EXPECT_NE(refused().find("has the serial 6, which was used for another version"), std::string::npos);
  sign(7);
  EXPECT_EQ(reload(), TALLY_OK) << error_.message();
  // Nor over a restart, if the host has stored the serial.
  tally_policy_release(std::exchange(policy_, nullptr));
  put(rules(1));
  write(path() + ".sig", first);
  open();
  EXPECT_EQ(guard({}, 7), TALLY_ERROR_REFUSED);
  EXPECT_EQ(guard({}, 0), TALLY_OK) << "it has not";
}

TEST_F(Guarded, TheFirstVersionIsJudgedToo) {
  put(rules(1));
  open();
  EXPECT_EQ(guard(), TALLY_ERROR_REFUSED);
  EXPECT_NE(error_.message().find("is not signed"), std::string::npos);
  tally_guard_counts counts{};
  counts.size = sizeof counts;
  EXPECT_EQ(tally_policy_guard_counts(policy_, &counts, nullptr, error_), TALLY_ERROR_ARGUMENT) << "there is no guard";
  sign_with(other_, 1);
  EXPECT_EQ(guard(), TALLY_ERROR_REFUSED);
  EXPECT_NE(error_.message().find("is signed by another key"), std::string::npos);
  EXPECT_EQ(guard({}, 0, true), TALLY_OK) << error_.message();
  put(rules(2));
  EXPECT_NE(refused().find("is signed by another key"), std::string::npos);
}

TEST_F(Guarded, KeysAreChangedWithTwoAtATime) {
  put(rules(1));
  sign(1);
  open_guarded();
  ASSERT_EQ(guard({key_, other_}), TALLY_OK) << error_.message();
  put(rules(2));
  sign_with(other_, 2);
  EXPECT_EQ(guard({other_}), TALLY_ERROR_REFUSED) << "version 1 is in use, and not signed by it";
  ASSERT_EQ(reload(), TALLY_OK) << error_.message();
  ASSERT_EQ(guard({other_}), TALLY_OK) << error_.message();
  put(rules(3));
  sign(3);
  EXPECT_NE(refused().find("is signed by another key"), std::string::npos);
  // A new guard does not forget the serial of the one before.
  put(rules(4));
  sign_with(other_, 1);
  EXPECT_NE(refused().find("has the serial 1, and 2 was in use already"), std::string::npos);
}

TEST_F(Guarded, SharedObjectsAreVerifiedByTheirBytes) {
  const std::string one = build_text(rules(1)).bytes(ObjectKind::shared);
  const std::string two = build_text(rules(2)).bytes(ObjectKind::shared);
  put(one, "p.so");
  sign(1, "p.so");
  open_guarded("p.so");
  put(two, "p.so");
  EXPECT_NE(refused().find("`p.so.sig` is for another file"), std::string::npos);
  // A signature that names another target, although a trusted key has made it.
  SignedFile other = described("p.so");
  other.target = "vax";
  write(path("p.so.sig"), signed_text(key_, 2, other));
  EXPECT_NE(refused().find("names another fingerprint, target or version"), std::string::npos);
  sign(2, "p.so");
  EXPECT_EQ(reload(), TALLY_OK) << error_.message();
  EXPECT_EQ(version(), 2);
  // Any byte, and any length.
  sign(3, "p.so");
  for (std::size_t at = 0; at < one.size(); at += 97) {
    std::string damaged = two;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    put(damaged, "p.so");
    // Without its first byte it is not a shared object, and not rules.
    EXPECT_EQ(reload(), at == 0 ? TALLY_ERROR_POLICY : TALLY_ERROR_REFUSED) << at;
    put(two.substr(0, at + 5), "p.so");
    EXPECT_NE(reload(), TALLY_OK) << at;
  }
  // Rules in the place of a shared object.
  put(rules(2), "p.so");
  EXPECT_NE(refused().find("is for a shared object, and `p.so` is rules"), std::string::npos);
  // An approval is not for a shared object.
  put(one, "p.so");
  write(path("p.so.sig"), signed_text(key_, 9, ApprovedChange{}));
  EXPECT_NE(refused().find("a shared object can claim any fingerprint"), std::string::npos);
}

TEST_F(Guarded, AnApprovalIsForAChangeFromTheVersionInUse) {
  const std::string first = rules(1), second = rules(1, "user is on"), third = rules(1, "source is onnet");
  put(first);
  sign(1);
  open_guarded();
  put(third);
  approve(2, second, third);
  EXPECT_NE(refused().find("approves a change from fingerprint "), std::string::npos) << error_.message();
  approve(2, first, second);
  EXPECT_NE(refused().find("`p.tally` is another version"), std::string::npos) << error_.message();
  put("# another text that decides the same\n" + second);
  EXPECT_EQ(reload(), TALLY_OK) << error_.message();
  // Back to the first version, and then the first approval once more: its serial is too old.
  put(first);
  approve(3, second, first);
  EXPECT_EQ(reload(), TALLY_OK) << error_.message();
  put(second);
  approve(2, first, second);
  EXPECT_NE(refused().find("has the serial 2, and 3 was in use already"), std::string::npos);
  approve(4, first, second);
  EXPECT_EQ(reload(), TALLY_OK) << error_.message();
}

TEST_F(Guarded, AnApprovalIsForTheNamesOfInputsToo) {
  const std::string first = rules(1);
  // It decides the same by the same documents, but a host that sets `user` and `source` sets them the other way round.
  const std::string swapped =
      "type network = onnet | offnet\ninput user : network at /source\ninput source : flag? at /user\n"
      "decision version : number = 1\ndecision recording : flag = user is offnet\n";
  put(first);
  sign(1);
  open_guarded();
  put(swapped);
  approve(2, first, first);
  EXPECT_NE(refused().find("has other names of inputs"), std::string::npos) << error_.message();
  approve(2, first, swapped);
  EXPECT_EQ(reload(), TALLY_OK) << error_.message();
}

TEST_F(Guarded, AnApprovalServesAtTheStart) {
  const std::string first = rules(1), second = rules(2);
  put(second);
  approve(2, first, second);
  open_guarded();
  EXPECT_EQ(counted().serial, 2u);
  tally_policy_release(std::exchange(policy_, nullptr));
  put(first);
  open();
  EXPECT_EQ(guard(), TALLY_ERROR_REFUSED) << "it was approved as the version before only";
}

// A guard with invariants.
class GuardedByInvariants : public Guarded {
 protected:
  tally_status guard_with(const std::string& invariants, std::vector<const char*> allow, std::uint64_t at_most,
                          std::vector<const char*> decisions = {}) {
    write(path("invariants.tally"), invariants);
    const std::string file = path("invariants.tally"), digits = hex_text(key_.open.bytes);
    const char* const keys[] = {digits.c_str()};
    tally_guard_options options{};
    options.size = sizeof options;
    options.keys = keys;
    options.key_count = 1;
    options.invariants = file.c_str();
    options.allow = allow.data();
    options.allow_count = allow.size();
    options.allow_decisions = decisions.data();
    options.allow_decision_count = decisions.size();
    options.at_most = at_most;
    return tally_policy_guard(policy_, &options, error_);
  }
  static constexpr const char* never_onnet = "prove \"no internal call\" recording is off when source is onnet\n";
};

TEST_F(GuardedByInvariants, RulesWithinTheLimitsNeedNoStatement) {
  put(rules(1, "source is offnet and user is on"));
  sign(1);
  open();
  ASSERT_EQ(guard_with(never_onnet, {"source is offnet"}, 0, {"version"}), TALLY_OK) << error_.message();
  put(rules(2, "source is offnet"));
  EXPECT_EQ(reload(), TALLY_OK) << error_.message();
  EXPECT_EQ(version(), 2);
  EXPECT_EQ(counted().serial, 1u) << "nothing was signed";
  put(rules(3, "source is onnet or user is on"));
  EXPECT_NE(refused().find("it breaks the invariants of invariants.tally: proof `no internal call` fails"),
            std::string::npos)
      << error_.message();
  put("decision version : number = 1\n");
  EXPECT_NE(refused().find("the invariants of invariants.tally have no meaning in it: "), std::string::npos)
      << error_.message();
}

TEST_F(GuardedByInvariants, WhatIsBeyondTheLimitsIsNamed) {
  put(rules(1));
  sign(1);
  open();
  ASSERT_EQ(guard_with("prove version is 1\n", {"source is offnet"}, 0), TALLY_OK) << error_.message();
  put(rules(1, "source is offnet or user is on"));
  const std::string why = refused();
  EXPECT_NE(why.find("`recording`: of the "), std::string::npos) << why;
  EXPECT_NE(why.find("for example source is onnet, user is on"), std::string::npos) << why;
  put(rules(1, "source is offnet and user is on"));
  EXPECT_EQ(reload(), TALLY_OK) << error_.message();
}

TEST_F(GuardedByInvariants, SmallStepsDoNotAddUp) {
  put(rules(1));
  sign(1);
  open();
  // 2 of the 6 combinations may change: source, user unset, off, on.
  ASSERT_EQ(guard_with("prove version is 1\n", {}, 2), TALLY_OK) << error_.message();
  put(rules(1, "source is offnet and user is not on"));
  ASSERT_EQ(reload(), TALLY_OK) << error_.message();
  put(rules(1, "source is offnet and user is unset"));
  ASSERT_EQ(reload(), TALLY_OK) << error_.message();
  put(rules(1, "source is onnet and user is on"));
  EXPECT_NE(refused().find("combinations change, and at most 2 may"), std::string::npos) << error_.message();
  // A signature begins anew.
  put(rules(1, "source is offnet and user is unset"));
  sign(2);
  ASSERT_EQ(reload(), TALLY_OK);
  put(rules(1, "source is onnet and user is on"));
  EXPECT_EQ(reload(), TALLY_OK) << error_.message();
}

TEST_F(GuardedByInvariants, LimitsThatMakeNoSenseAreReported) {
  put(rules(1));
  sign(1);
  open();
  EXPECT_EQ(guard_with(never_onnet, {}, 0), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(guard_with(never_onnet, {nullptr}, 0), TALLY_ERROR_ARGUMENT);
  ASSERT_EQ(guard_with("", {"sorce is offnet"}, 0), TALLY_OK)
      << "whether a condition has a meaning depends on the rules";
  put(rules(2));
  EXPECT_EQ(reload(), TALLY_ERROR_RULES);
  EXPECT_NE(error_.message().find("the condition `sorce is offnet` has no meaning in the rules: unknown name"),
            std::string::npos)
      << error_.message();
}

TEST_F(Guarded, RollBackReturnsToTheVersionBefore) {
  put(rules(1));
  sign(1);
  open_guarded();
  EXPECT_EQ(tally_policy_roll_back(policy_, nullptr, error_), TALLY_ERROR_ARGUMENT);
  int64_t when = 0;
  tally_error* refusal = nullptr;
  ASSERT_EQ(tally_policy_last_reload(policy_, &when, &refusal, error_), TALLY_OK);
  EXPECT_EQ(when, 0) << "a wrong use is not a reload";
  tally_document* user = nullptr;
  ASSERT_EQ(tally_document_bind(policy_, "/user", "true", 4, &user, error_), TALLY_OK) << error_.message();
  put(rules(2));
  sign(2);
  ASSERT_EQ(reload(), TALLY_OK) << error_.message();
  tally_reload done{};
  ASSERT_EQ(tally_policy_roll_back(policy_, &done, error_), TALLY_OK) << error_.message();
  EXPECT_EQ(version(), 1);
  EXPECT_EQ(done.generation, 3u);
  EXPECT_EQ(done.carried + done.rebound, 1u);
  EXPECT_EQ(tally_document_check(user, error_), TALLY_OK);
  tally_document_release(user);
  EXPECT_EQ(tally_policy_roll_back(policy_, nullptr, error_), TALLY_ERROR_ARGUMENT) << "one version is kept";
  // The file is still the second version, which may come back; a third needs a greater serial.
  ASSERT_EQ(reload(), TALLY_OK) << error_.message();
  EXPECT_EQ(version(), 2);
  // A guard gives up the version before, which it has not judged.
  ASSERT_EQ(guard(), TALLY_OK) << error_.message();
  EXPECT_EQ(tally_policy_roll_back(policy_, nullptr, error_), TALLY_ERROR_ARGUMENT);
}

TEST_F(Guarded, RollBackNeedsNoGuard) {
  put(rules(1));
  open();
  put(rules(2));
  ASSERT_EQ(reload(), TALLY_OK);
  ASSERT_EQ(tally_policy_roll_back(policy_, nullptr, error_), TALLY_OK) << error_.message();
  EXPECT_EQ(version(), 1);
}

template <class Is>
bool soon(Is is) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!is()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

TEST_F(Guarded, AWatchIsGuardedToo) {
  put(rules(1));
  sign(1);
  open();
  // The watch begins before the guard.
  ASSERT_EQ(tally_policy_watch(policy_, 10, nullptr, nullptr, error_), TALLY_OK) << error_.message();
  ASSERT_EQ(guard(), TALLY_OK) << error_.message();
  put(rules(2));
  EXPECT_TRUE(soon([&] { return counted().refused > 0; }));
  EXPECT_EQ(version(), 1);
  // The statement alone changes, and fits now.
  sign(2);
  EXPECT_TRUE(soon([&] { return version() == 2; }));
  ASSERT_EQ(tally_policy_roll_back(policy_, nullptr, error_), TALLY_OK) << error_.message();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(version(), 1) << "the watch leaves the file alone";
  put(rules(3));
  sign(3);
  EXPECT_TRUE(soon([&] { return version() == 3; }));
  tally_policy_unwatch(policy_);
}

TEST_F(Guarded, AWatchThatBeginsAfterARollBackLeavesTheFileAlone) {
  put(rules(1));
  open();
  put(rules(2));
  ASSERT_EQ(reload(), TALLY_OK);
  ASSERT_EQ(tally_policy_roll_back(policy_, nullptr, error_), TALLY_OK);
  ASSERT_EQ(tally_policy_watch(policy_, 10, nullptr, nullptr, error_), TALLY_OK);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(version(), 1);
}

TEST_F(Guarded, StatementsOfAnyFormAreRefused) {
  put(rules(1));
  sign(1);
  open_guarded();
  put(rules(2));
  sign(2);
  const std::string whole = quick_file(path() + ".sig");
  for (std::size_t at = 0; at < whole.size(); at += 13) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 2);
    write(path() + ".sig", damaged);
    EXPECT_EQ(reload(), TALLY_ERROR_REFUSED) << damaged;
    write(path() + ".sig", whole.substr(0, at));
    EXPECT_EQ(reload(), TALLY_ERROR_REFUSED) << at;
  }
  write(path() + ".sig", std::string(max_statement_bytes + 1, 'x'));
  EXPECT_NE(refused().find("is larger than 65536 bytes"), std::string::npos) << error_.message();
  write(path() + ".sig", whole);
  EXPECT_EQ(reload(), TALLY_OK) << error_.message();
}

TEST_F(Guarded, MisuseIsReported) {
  put(rules(1));
  sign(1);
  open();
  write(path("a.pub"), key_text(key_.open));
  write(path("a.key"), key_text(key_));
  const std::string open_key = path("a.pub"), secret = path("a.key"), none = path("none.pub");
  std::vector<const char*> keys{open_key.c_str(), nullptr, nullptr};
  tally_guard_options options{};
  const auto set = [&] { return tally_policy_guard(policy_, &options, error_); };
  EXPECT_EQ(set(), TALLY_ERROR_ARGUMENT) << "no size";
  options.size = sizeof options + 1;
  EXPECT_EQ(set(), TALLY_ERROR_ARGUMENT);
  options.size = sizeof options;
  EXPECT_EQ(set(), TALLY_ERROR_ARGUMENT) << "no keys";
  options.key_count = 1;
  EXPECT_EQ(set(), TALLY_ERROR_ARGUMENT) << "NULL";
  options.keys = keys.data();
  options.key_count = 3;
  EXPECT_EQ(set(), TALLY_ERROR_ARGUMENT);
  options.key_count = 2;
  EXPECT_EQ(set(), TALLY_ERROR_ARGUMENT);
  options.key_count = 1;
  EXPECT_EQ(tally_policy_guard(nullptr, &options, error_), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(tally_policy_guard(policy_, nullptr, error_), TALLY_ERROR_ARGUMENT);
  keys[0] = none.c_str();
  EXPECT_EQ(set(), TALLY_ERROR_FILE);
  keys[0] = secret.c_str();
  EXPECT_EQ(set(), TALLY_ERROR_POLICY);
  EXPECT_NE(error_.message().find("is a secret key, and a public key is expected"), std::string::npos);
  keys[0] = open_key.c_str();
  EXPECT_EQ(set(), TALLY_OK) << error_.message();
  tally_guard_counts counts{};
  EXPECT_EQ(tally_policy_guard_counts(policy_, &counts, nullptr, error_), TALLY_ERROR_ARGUMENT) << "no size";
  EXPECT_EQ(tally_policy_guard_counts(policy_, nullptr, nullptr, error_), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(tally_policy_guard_counts(nullptr, &counts, nullptr, error_), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(tally_policy_roll_back(nullptr, nullptr, error_), TALLY_ERROR_ARGUMENT);
  // A policy without a file has nothing to be guarded.
  tally_policy* text = nullptr;
  ASSERT_EQ(tally_policy_open_text("t.tally", "decision d : flag = on\n", 23, &text, error_), TALLY_OK);
  EXPECT_EQ(tally_policy_guard(text, &options, error_), TALLY_ERROR_ARGUMENT);
  tally_policy_release(text);
}

}  // namespace
}  // namespace tally::testing
