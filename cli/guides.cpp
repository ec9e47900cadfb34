#include "cli/guides.h"

#include "cli/files.h"
#include "cli/terminal.h"
#include "compiler/graph/count.h"

namespace tally::cli {

Result<std::string> read_guide_text(const std::string& path) {
  constexpr std::size_t max_bytes = std::size_t{16} << 20;
  TALLY_ASSIGN_OR_RETURN(std::string text, read_file(path, max_bytes));
  if (text.size() > max_bytes) return Error{Cause::bound, "`" + path + "` is larger than 16 MiB"};
  return text;
}

std::string agreement_text(const std::string& guide, std::size_t agree, std::size_t rows) {
  return guide + ": " + (agree == rows ? "" : grouped(Count(agree)) + " of ") + counted(rows, "row") +
         (agree == 1 && rows == 1 ? " agrees" : " agree");
}

int conclude_guide(const std::string& guide, std::size_t faults) {
  if (faults == 0) return exit_fine;
  complain(counted(faults, "row") + " of `" + guide + "` " + (faults == 1 ? "does" : "do") + " not hold");
  return exit_fault;
}

}  // namespace tally::cli
