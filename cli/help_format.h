// The text of `--help`.
//
// In:     a command with its options, as CLI11 has them, and the width of the terminal.
// Out:    the text of `tally COMMAND --help`, or of `tally --help`.
// Always: no line is wider than the width, unless a word is. The same command gives the same text
//         (CLI11's own formatter lists options in the order of their addresses).
//
//   --by INPUT,...          one section per combination of these inputs; not with --against,
//                           --grid or --over
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>
#include <string_view>

namespace tally::cli {

class HelpFormat : public CLI::Formatter {
 public:
  // `width` is at least 20. Texts are not wider than 100 columns, because longer lines are hard to read.
  explicit HelpFormat(std::size_t width);

  std::string make_description(const CLI::App* app) const override;
  std::string make_footer(const CLI::App* app) const override;
  std::string make_subcommand(const CLI::App* command) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_desc(const CLI::Option* option) const override;

 private:
  std::string paragraph(std::string_view text) const;
  std::string entry(const std::string& name, const std::string& description) const;

  std::size_t width_;
};

// Returns a command for a shell on lines of at most `width` columns, each but the last ending with ` \`.
// It is broken in front of options, which nowhere stand within quotes.
std::string shell_lines(std::string_view command, std::size_t width);

}  // namespace tally::cli
