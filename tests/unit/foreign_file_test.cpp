// Files that are given as rule files by mistake are recognised by their bytes, and no rule file is.
#include "grammar/foreign_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "runtime/descriptor/descriptor_format.h"
#include "tests/support/random_policy.h"

namespace tally {
namespace {

using namespace std::string_literals;

// What a file is, or "rules" if it may be a rule file.
std::string kind(std::string_view bytes) {
  const auto foreign = foreign_file(bytes);
  if (!foreign) return "rules";
  EXPECT_FALSE(foreign->help.empty());
  EXPECT_EQ(foreign->code, foreign->what == "JSON" ? DiagnosticId::expected_declaration : DiagnosticId::not_text);
  return std::string(foreign->what);
}

std::string help(std::string_view bytes) { return std::string(foreign_file(bytes).value_or(ForeignFile{}).help); }

// --- machine code ------------------------------------------------------------------------

// An ELF file of a type: 1 is an object, 3 is a shared object. The type is a number of two bytes in
// the order of the machine.
std::string elf(char type, bool big_endian, const std::string& rest) {
  std::string bytes = "\x7F" + "ELF"s + std::string(12, '\1') + "\0\0"s;
  bytes[big_endian ? 17 : 16] = type;
  return bytes + std::string(40, '\0') + rest;
}

const std::string magic(policy_magic, sizeof policy_magic);

// The mark that the grammar looks for is the one that the compiler writes and the runtime reads.
TEST(ForeignFile, IsACompiledPolicyByTheMagicOfADescriptor) {
  for (const bool big_endian : {false, true}) {
    for (const char type : {'\1', '\2', '\3'}) {
      EXPECT_EQ(kind(elf(type, big_endian, "code" + magic + "tables")), "a compiled policy");
      EXPECT_EQ(kind(elf(type, big_endian, "code")), "machine code");
      for (std::size_t i = 0; i < magic.size(); ++i) {
        std::string other = magic;
        ++other[i];
        EXPECT_EQ(kind(elf(type, big_endian, "code" + other + "tables")), "machine code");
      }
    }
    EXPECT_NE(help(elf(3, big_endian, magic)).find("a built policy is opened by"), std::string::npos);
    EXPECT_EQ(help(elf(1, big_endian, magic)), "give the rule file that it was built from");
  }
  EXPECT_EQ(kind("!<arch>\n" + magic), "a compiled policy");
  EXPECT_EQ(kind("!<arch>\nfile"), "machine code");
  EXPECT_EQ(help("!<arch>\n" + magic), "give the rule file that it was built from");
}

TEST(ForeignFile, IsMachineCodeHoweverShortItIs) {
  const std::string whole = elf(3, false, magic);
  for (std::size_t size = 4; size < whole.size(); ++size)
    EXPECT_EQ(kind(whole.substr(0, size)), "machine code") << size;
  EXPECT_EQ(kind("\x7F"
                 "EL"),
            "rules");
  EXPECT_EQ(kind("!<arch>"), "rules");
}

// A rule file may have the mark in a comment or a text.
TEST(ForeignFile, IsNotARuleFileThatHasTheMagic) {
  EXPECT_EQ(kind("# " + magic + "\ndecision d : flag = on\n"), "rules");
  EXPECT_EQ(kind(magic), "rules");
}

// --- packed and encoded files --------------------------------------------------------------

TEST(ForeignFile, IsKnownByItsFirstBytes) {
  EXPECT_EQ(kind("BC\xC0\xDE"s + "rest"), "LLVM bitcode");
  EXPECT_EQ(kind("\x1F\x8B\x08"s), "a gzip archive");
  EXPECT_EQ(kind("PK\x03\x04"s), "a zip archive");
  EXPECT_EQ(kind("\xFD"
                 "7zXZ\0"s),
            "an xz archive");
  EXPECT_EQ(kind("\x28\xB5\x2F\xFD"s), "a zstd archive");
  EXPECT_EQ(kind("PK\x03"s), "rules");
  EXPECT_EQ(kind("BC"), "rules");
  EXPECT_EQ(kind("\xFD"
                 "7zXZ"s),
            "rules");
}

// An ASCII text in units of `size` bytes.
std::string encoded(std::string_view text, std::size_t size, bool big_endian) {
  std::string out;
  for (const char c : text) {
    std::string unit(size, '\0');
    unit[big_endian ? size - 1 : 0] = c;
    out += unit;
  }
  return out;
}

TEST(ForeignFile, IsTextInAnotherEncoding) {
  const std::string rules = "decision d : flag = on\n";
  for (const bool big_endian : {false, true}) {
    const std::string mark16 = big_endian ? "\xFE\xFF"s : "\xFF\xFE"s;
    const std::string mark32 = big_endian ? "\0\0\xFE\xFF"s : "\xFF\xFE\0\0"s;
    EXPECT_EQ(kind(mark16), "UTF-16 text");
    EXPECT_EQ(kind(mark32), "UTF-32 text");
    EXPECT_EQ(kind(mark16 + encoded(rules, 2, big_endian)), "UTF-16 text");
    EXPECT_EQ(kind(mark32 + encoded(rules, 4, big_endian)), "UTF-32 text");
    EXPECT_NE(help(mark16).find("-f UTF-16"), std::string::npos);
    EXPECT_NE(help(mark32).find("-f UTF-32"), std::string::npos);
    // Without a mark: two characters are enough.
    for (std::size_t letters = 2; letters <= rules.size(); ++letters)
      EXPECT_EQ(kind(encoded(rules.substr(0, letters), 2, big_endian)), "UTF-16 text") << letters;
    EXPECT_EQ(kind(encoded("d", 2, big_endian)), "rules");
  }
  EXPECT_EQ(kind(std::string(16, '\0')), "rules");
  EXPECT_EQ(kind("a\0b"s), "rules");
  EXPECT_EQ(kind("a\0\0b"s), "rules");
}

// --- JSON ----------------------------------------------------------------------------------

TEST(ForeignFile, IsJsonByItsFirstTwoTokens) {
  for (const char* json :
       {"{\"a\": 1}", "{}", "[]", "[1]", "[-1]", "[{}]", "[[1]]", "[\"a\"]", " \r\n\t{ \n}", "\xEF\xBB\xBF{\"a\":1}"})
    EXPECT_EQ(kind(json), "JSON") << json;
  for (const char* rules : {"", " ", "{", "[", "{a}", "[a]", "{1}", "}", "\"a\"", "1", "# {}", "\xEF\xBB\xBF"})
    EXPECT_EQ(kind(rules), "rules") << rules;
}

// --- rule files ----------------------------------------------------------------------------

TEST(ForeignFile, IsNotARuleFile) {
  std::size_t files = 0;
  for (const char* folder : {"rules", "tests/cases"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != ".tally") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      EXPECT_EQ(kind(std::string(std::istreambuf_iterator<char>(in), {})), "rules") << entry.path();
      ++files;
    }
  }
  EXPECT_GT(files, 300u);
  for (std::uint64_t seed = 0; seed < 50; ++seed) EXPECT_EQ(kind(testing::random_policy(seed)), "rules") << seed;
}

}  // namespace
}  // namespace tally
