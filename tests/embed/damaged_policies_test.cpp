// Damaged descriptors and shared objects: each is an error, never a crash, and the policy that was
// in use goes on deciding.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "compiler/deploy/encode_descriptor.h"
#include "runtime/descriptor/decode_tables.h"
#include "runtime/descriptor/descriptor_format.h"
#include "runtime/documents/places.h"
#include "runtime/include/tally.h"
#include "runtime/policy/elf_image.h"
#include "runtime/policy/policy_loader.h"
#include "tests/embed/built_policy/built_policy.h"

namespace tally::testing {
namespace {

constexpr const char* rules = R"(
type network = onnet | offnet
type settings = { enabled : flag?, format : (mp3 | wav)?, limit : (5..100)?, url : text?, share : flag = on }
input source : network
input vip : flag?
input minutes : 0..1439 = 60
input dialled : text?
input account : (settings?[network])?
decision start : none | short | long {
  long when account[source].enabled is on and minutes < 480 because "early, {minutes}, from {source}"
  short when dialled starts "+1" or dialled is "911" because "to {dialled}"
  none otherwise
}
decision how : settings? { account[source] when start is long  unset otherwise }
decision note : text { "to {dialled}" when dialled is set  "none" otherwise }
)";

const BuiltPolicy& built() {
  static const BuiltPolicy policy = build_text(rules);
  return policy;
}
const std::string& object() {
  static const std::string bytes = built().bytes(ObjectKind::shared);
  return bytes;
}

// With a matching seal, so that the checks behind it are reached.
std::string sealed(std::string bytes) {
  bytes.resize(bytes.size() - sizeof(FileSeal));
  FileSeal seal{};
  std::memcpy(seal.magic, seal_magic, sizeof seal_magic);
  seal.hash = hash_of(bytes);
  seal.size = bytes.size();
  return bytes.append(reinterpret_cast<const char*>(&seal), sizeof seal);
}

std::string refused(const std::string& bytes) {
  const Result<LoadedPolicy, Failure> loaded = load_image("p.so", bytes);
  if (loaded) return "it is taken";
  const Failure& failure = loaded.error();
  return failure.status == TALLY_ERROR_POLICY ? failure.message : "another status: " + failure.message;
}

TEST(Tables, HaveWhatWasWritten) {
  const std::string tables = encode_descriptor(built().descriptor);
  const auto decoded = decode_tables(tables);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(encode_descriptor(*decoded), tables);
}

TEST(Tables, ThatEndEarlyAreRefused) {
  const std::string tables = encode_descriptor(built().descriptor);
  for (std::size_t size = 0; size < tables.size(); ++size) {
    // In memory of exactly that size, so that a sanitizer notices a read of one byte more.
    const std::vector<char> part(tables.begin(), tables.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(decode_tables({part.data(), part.size()})) << size;
  }
  EXPECT_FALSE(decode_tables(tables + "x"));
}

// Whatever the bits are, tables that are accepted keep the promises of a descriptor, and are what the
// compiler would write for it.
TEST(Tables, WithOtherBitsAreRefusedOrSound) {
  const std::string tables = encode_descriptor(built().descriptor);
  std::mt19937 random(3);
  std::size_t taken = 0;
  const auto look_at = [&](const std::string& bytes) {
    const auto decoded = decode_tables(bytes);
    if (!decoded) return;
    const PolicyDescriptor* const policy = &*decoded;
    ++taken;
    for (std::size_t i = 0; i < policy->elements.size(); ++i) {
      const ElementDescriptor& e = policy->elements[i];
      if (e.parent) {
        ASSERT_LT(*e.parent, i);
      }
      if (e.offset) {
        ASSERT_LT(*e.offset, policy->code_count);
      }
    }
    const Places places(*policy);  // walks all of them
    ASSERT_EQ(encode_descriptor(*policy), bytes);
  };
  for (std::size_t bit = 0; bit < tables.size() * 8; ++bit) {
    std::string bytes = tables;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    look_at(bytes);
  }
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = tables;
    for (unsigned k = 0; k < 1 + random() % 4; ++k) bytes[random() % bytes.size()] = static_cast<char>(random());
    look_at(bytes);
  }
  EXPECT_GT(taken, 100u);
}

TEST(SharedObject, IsTakenAsItIs) {
  EXPECT_EQ(refused(object()), "it is taken");
  EXPECT_EQ(refused(sealed(object())), "it is taken");
}

TEST(SharedObject, ThatEndsEarlyIsRefused) {
  for (std::size_t size = 0; size < object().size(); size += 7) {
    EXPECT_TRUE(refused(object().substr(0, size)).starts_with("`p.so` is not a policy: it ")) << size;
    if (size > sizeof(FileSeal)) {
      EXPECT_NE(refused(sealed(object().substr(0, size))), "") << size;
    }
  }
}

TEST(SharedObject, WithAnyOtherBitIsRefused) {
  for (std::size_t bit = 0; bit < object().size() * 8; bit += 13) {
    std::string bytes = object();
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_TRUE(refused(bytes).starts_with("`p.so` is not a policy: ")) << bit;
  }
}

// A matching seal proves nothing: the file may have been made to crash the library.
TEST(SharedObject, WithOtherBitsUnderAFittingSealDoesNotCrash) {
  std::size_t taken = 0;
  for (std::size_t byte = 0; byte + sizeof(FileSeal) < object().size(); ++byte) {
    for (const unsigned char mask : {0x01, 0x80, 0xff}) {
      std::string bytes = object();
      bytes[byte] = static_cast<char>(bytes[byte] ^ mask);
      taken += refused(sealed(bytes)) == "it is taken" ? 1u : 0u;  // padding, names, code
    }
  }
  EXPECT_GT(taken, 0u);
}

TEST(SharedObject, OfAnotherAbiVersionIsReported) {
  std::string bytes = object();
  const std::size_t at = bytes.find(std::string_view(policy_magic, sizeof policy_magic)) + sizeof policy_magic;
  bytes[at] = 9;
  EXPECT_EQ(refused(sealed(bytes)),
            "`p.so` is not a policy: the policy has ABI version 9, this library reads 6: `tally build` makes it "
            "anew from "
            "its rule file");
}

TEST(SharedObject, ThatIsNotAPolicyIsRefused) {
  // This very program, and a library.
  for (const char* path : {"/proc/self/exe", "/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6"}) {
    std::ifstream in(path, std::ios::binary);
    if (!in) continue;
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    EXPECT_NE(refused(bytes).find("it has no seal at its end"), std::string::npos) << path;
    EXPECT_NE(refused(sealed(bytes + std::string(sizeof(FileSeal), 'x'))), "it is taken") << path;
  }
}

TEST(SharedObject, ForAnotherMachineIsReported) {
  std::string bytes = object();
  bytes[18] = 20;  // e_machine: PowerPC
  EXPECT_EQ(refused(sealed(bytes)), "`p.so` is not a policy: it is for another machine");
}

// --- tables that were changed on purpose -------------------------------------------------

// An object with other tables, whose hash and seal fit. The tables are found by their bytes.
class OtherTables {
 public:
  OtherTables()
      : tables_(encode_descriptor(built().descriptor)),
        header_(object().find(std::string_view(policy_magic, sizeof policy_magic))),
        at_(object().find(tables_)) {}
  std::size_t size() const { return tables_.size(); }
  // With one byte changed.
  std::string with(std::size_t byte, char value) const {
    std::string bytes = object();
    bytes[at_ + byte] = value;
    const std::uint64_t hash = hash_of(std::string_view(bytes).substr(at_, tables_.size()));
    std::memcpy(bytes.data() + header_ + offsetof(PolicyHeader, tables_hash), &hash, sizeof hash);
    return sealed(std::move(bytes));
  }
  bool found() const { return header_ != std::string::npos && at_ != std::string::npos; }

 private:
  std::string tables_;
  std::size_t header_, at_;
};

// Everything that reads what the code of a policy wrote.
void read_all_answers(tally_policy* policy) {
  for (const std::string request :
       {R"({"source":"onnet","account":{"onnet":{"enabled":true,"limit":9,"format":"wav","url":"x"}}})",
        R"({"source":"offnet","minutes":500,"dialled":"+1"})"}) {
    for (const int because : {0, 1}) {
      char* text = nullptr;
      if (tally_decide_json(policy, request.c_str(), request.size(), because, &text, nullptr, nullptr) == TALLY_OK)
        tally_free(text);
    }
  }
  tally_call* call = nullptr;
  ASSERT_EQ(tally_call_new(policy, &call, nullptr), TALLY_OK);
  for (const char* source : {"onnet", "offnet"}) {
    (void)tally_call_set_named(call, "source", source, std::strlen(source), nullptr);
    (void)tally_call_set_named(call, "dialled", "911", 3, nullptr);
    if (tally_call_decide(call, nullptr) != TALLY_OK) continue;
    const tally_item* items = nullptr;
    std::size_t count = 0;
    tally_result result;
    (void)tally_call_items(call, &items, &count, nullptr);
    for (tally_decision decision = 1; decision <= 3; ++decision) {
      (void)tally_call_value(call, decision);
      (void)tally_call_result(call, decision, &result, nullptr);
    }
    for (tally_member member = 1; member <= 8; ++member) (void)tally_call_member(call, member, &result, nullptr);
  }
  tally_call_free(call);
}

TEST(SharedObject, WithOtherTablesUnderAFittingHashDoesNotCrash) {
  const OtherTables tables;
  ASSERT_TRUE(tables.found());
  const Folder folder;
  const std::string path = folder / "policy.so";
  std::mt19937 random(5);
  std::size_t taken = 0;
  for (std::size_t byte = 0; byte < tables.size(); ++byte) {
    for (int i = 0; i < 2; ++i) {
      write(path, tables.with(byte, static_cast<char>(i == 0 ? random() % 4 : random())));
      tally_policy* policy = nullptr;
      const tally_status status = tally_policy_open(path.c_str(), &policy, nullptr);
      if (status != TALLY_OK) {
        ASSERT_EQ(status, TALLY_ERROR_POLICY) << byte;
        continue;
      }
      ++taken;
      read_all_answers(policy);
      tally_policy_release(policy);
    }
  }
  EXPECT_GT(taken, 100u);
}

// --- through the interface: the old policy decides on ----------------------------------

class Reloading : public ::testing::Test {
 protected:
  void SetUp() override {
    path = folder / "policy.so";
    write(path, object());
    ASSERT_EQ(tally_policy_open(path.c_str(), &policy, nullptr), TALLY_OK);
    ASSERT_EQ(tally_call_new(policy, &call, nullptr), TALLY_OK);
    ASSERT_EQ(tally_call_set_named(call, "source", "onnet", 5, nullptr), TALLY_OK);
  }
  void TearDown() override {
    tally_call_free(call);
    tally_policy_release(policy);
  }
  // Expects that a reload fails with this error, and that the policy is as it was.
  std::string refuses() {
    tally_error* error = nullptr;
    const tally_status status = tally_policy_reload(policy, nullptr, &error);
    std::string message = status == TALLY_OK ? "it is taken" : tally_error_message(error);
    tally_error_free(error);
    EXPECT_EQ(tally_policy_generation(policy), 1u);
    EXPECT_EQ(tally_call_decide(call, nullptr), TALLY_OK);
    const char* text = nullptr;
    EXPECT_EQ(tally_call_answer(call, 0, &text, nullptr, nullptr), TALLY_OK);
    EXPECT_STREQ(text, R"({"start":"none","how":null,"note":"none"})");
    return message;
  }
  Folder folder;
  std::string path;
  tally_policy* policy = nullptr;
  tally_call* call = nullptr;
};

TEST_F(Reloading, RefusesWhatIsDamagedAndDecidesOn) {
  write(path, object().substr(0, object().size() / 2));
  EXPECT_NE(refuses().find("no seal"), std::string::npos);
  write(path, "");
  EXPECT_NE(refuses(), "it is taken");
  write(path, std::string("\0\1\2", 3));
  EXPECT_NE(refuses().find("neither a shared object nor a rule file"), std::string::npos);
  std::filesystem::remove(path);
  EXPECT_NE(refuses().find("no such file"), std::string::npos);
  std::filesystem::create_directory(path);
  EXPECT_NE(refuses().find("is a directory"), std::string::npos);
  std::filesystem::remove(path);
  std::filesystem::create_symlink("/dev/zero", path);
  EXPECT_NE(refuses().find("not a regular file"), std::string::npos);
  std::filesystem::remove(path);
  write(path, object());
  EXPECT_EQ(tally_policy_reload(policy, nullptr, nullptr), TALLY_OK);
  EXPECT_EQ(tally_policy_generation(policy), 2u);
}

// If code were mapped from the file, writing over the file in place would change it.
TEST_F(Reloading, StandsWhenItsFileIsCut) {
  std::filesystem::resize_file(path, 10);
  EXPECT_NE(refuses(), "it is taken");
}

TEST_F(Reloading, OfRulesAtFaultHasTheirDiagnostics) {
  write(path, "decision d : flag { on when x is on }\n");
  const std::string message = refuses();
  EXPECT_NE(message.find("error[T"), std::string::npos) << message;
  EXPECT_NE(message.find("policy.so:1:"), std::string::npos) << message;
}

}  // namespace
}  // namespace tally::testing
