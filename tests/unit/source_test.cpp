// Lines and columns of source files.
#include "grammar/source/source.h"

#include <gtest/gtest.h>

namespace tally {
namespace {

void expect_position(const SourceFile& file, std::uint32_t offset, std::uint32_t line, std::uint32_t column) {
  const Position at = file.position(offset);
  EXPECT_EQ(at.line, line) << "offset " << offset;
  EXPECT_EQ(at.column, column) << "offset " << offset;
}

TEST(SourceFile, AnEmptyTextHasOneEmptyLine) {
  const SourceFile file("a", "");
  EXPECT_EQ(file.line_count(), 1u);
  EXPECT_EQ(file.line_text(1), "");
  expect_position(file, 0, 1, 1);
  expect_position(file, 99, 1, 1);
}

TEST(SourceFile, LinesEndBeforeTheirBreak) {
  const SourceFile file("a", "one\ntwo\r\n\nlast");
  ASSERT_EQ(file.line_count(), 4u);
  EXPECT_EQ(file.line_text(1), "one");
  EXPECT_EQ(file.line_text(2), "two");
  EXPECT_EQ(file.line_text(3), "");
  EXPECT_EQ(file.line_text(4), "last");
  EXPECT_EQ(file.line_begin(2), 4u);
}

TEST(SourceFile, ATrailingBreakOpensAnEmptyLastLine) {
  const SourceFile file("a", "one\n");
  ASSERT_EQ(file.line_count(), 2u);
  EXPECT_EQ(file.line_text(2), "");
  expect_position(file, 4, 2, 1);
}

TEST(SourceFile, PositionsCountFromOne) {
  const SourceFile file("a", "ab\ncd");
  expect_position(file, 0, 1, 1);
  expect_position(file, 1, 1, 2);
  expect_position(file, 2, 1, 3);  // the line break belongs to its line
  expect_position(file, 3, 2, 1);
  expect_position(file, 5, 2, 3);
  expect_position(file, 1000, 2, 3);  // a position past the end is the end
}

TEST(SourceFile, ColumnsCountCodePointsNotBytes) {
  const SourceFile file("a", "\xC3\xA9x\xF0\x9F\x94\xB4y");  // é x 🔴 y
  expect_position(file, 0, 1, 1);
  expect_position(file, 1, 1, 1);  // inside é
  expect_position(file, 2, 1, 2);
  expect_position(file, 3, 1, 3);
  expect_position(file, 5, 1, 3);  // inside 🔴
  expect_position(file, 7, 1, 4);
  expect_position(file, 8, 1, 5);
}

TEST(SourceFile, AByteOrderMarkIsNotAColumn) {
  const SourceFile file("a", "\xEF\xBB\xBFuse\nx");
  EXPECT_EQ(file.line_text(1), "use");
  expect_position(file, 0, 1, 1);
  expect_position(file, 3, 1, 1);
  expect_position(file, 4, 1, 2);
  expect_position(file, 7, 2, 1);
}

TEST(SourceSet, GivesTheTextOfASpan) {
  SourceSet sources;
  const FileId a = sources.add("a", "alpha beta");
  const FileId b = sources.add("b", "gamma");
  EXPECT_EQ(sources.size(), 2u);
  EXPECT_EQ(sources.text({a, 6, 10}), "beta");
  EXPECT_EQ(sources.text({b, 0, 5}), "gamma");
  EXPECT_EQ(sources.file(b).name(), "b");
}

TEST(SourceSet, KeepsFilesInPlaceWhileItGrows) {
  SourceSet sources;
  const FileId first = sources.add("first", "x");  // a text short enough to move with its string
  const std::string_view text = sources.file(first).text();
  for (int i = 0; i < 1000; ++i) sources.add("more", "y");
  EXPECT_EQ(sources.file(first).text().data(), text.data());
  EXPECT_EQ(text, "x");
}

TEST(Span, AroundCoversBoth) {
  const FileId file{3};
  EXPECT_EQ(around({file, 5, 7}, {file, 1, 6}), (Span{file, 1, 7}));
  EXPECT_EQ(around({file, 1, 2}, {file, 8, 9}), (Span{file, 1, 9}));
}

}  // namespace
}  // namespace tally
