# Makes a text a part of a program: writes a C++ source file that defines a function which returns it.
#
#   cmake -D TEXT=docs/diagnostics.md -D HEADER=cli/help_pages.h -D FUNCTION=tally::cli::diagnostics_document \
#     -D OUT=diagnostics_document.cpp -P embed_text.cmake
#
# The text is an array of characters, since compilers limit the length of a literal.
file(READ ${TEXT} digits HEX)
string(REGEX REPLACE "(................................)" "\\1\n" digits "${digits}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," characters "${digits}")
file(WRITE ${OUT} "// Made from ${TEXT} by cmake/embed_text.cmake.
#include \"${HEADER}\"

namespace {
constexpr char text[] = {
${characters}
};
}  // namespace

std::string_view ${FUNCTION}() { return {text, sizeof text}; }
")
