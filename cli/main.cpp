// The command `tally`.
#include <new>
#include <system_error>

#include "base/own_stack.h"
#include "cli/program.h"
#include "cli/signals.h"
#include "cli/terminal.h"

namespace {

using namespace tally::cli;
using tally::Cause;
using tally::Result;

int lacks_memory() {
  complain("there is not enough memory", "raise the limit of the process (`ulimit -v`)");
  return exit_code_of(Cause::memory);
}

int run(int argc, char** argv) {
  Program program(width_of_stdout().value_or(width_of_texts));
  const Result<Request> request = program.parse(argc, argv);
  if (!request) return conclude(request.error());
  if (!request->run) {
    print(request->text);
    return finish(exit_fine);
  }
  const int code = finish(conclude(request->run()));
  if (code > exit_by_signal(0)) end_by_signal(code - exit_by_signal(0));
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (tally::has_stack(tally::big_stack)) return run(argc, argv);
    // A small stack by `ulimit -s`, or no memory for a large one.
    int code = exit_usage;
    const Result<> ran = tally::on_own_stack(tally::big_stack, [&] { code = run(argc, argv); });
    if (ran) return code;
    return ran.error().cause == Cause::memory ? lacks_memory() : conclude(ran.error());
  } catch (const std::bad_alloc&) {
    return lacks_memory();
  } catch (const std::system_error& refused) {
    complain(refused.what());
    return exit_code_of(Cause::system);
  }
}
