// One way to fail: a value, or the error that explains why there is no value.
//
// A function that can fail returns `Result<T>`; if it has no value to return, `Result<>`.
// The error contains what is wrong, what to do, and its cause. The cause decides the exit
// code of the command (cli/exit_codes.h).
//
//   Result<Table> make_table(const Question& question) {
//     if (question.rows > max_rows)
//       return Error{Cause::bound, "the table has too many rows", "narrow it with `--where`"};
//     TALLY_ASSIGN_OR_RETURN(Space space, make_space(question));  // returns its error, if any
//     return Table(std::move(space));
//   }
//
//   const Result<Table> table = make_table(question);
//   if (!table) return complain(table.error());
//   print(*table);
//
// A folder whose errors contain more (the runtime's `Failure`) names its own error type:
// `Result<T, Failure>`. Always: a result holds either a value or an error.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace tally {

// Why something failed. If a cause is added, `exit_code_of` fails to compile.
enum class Cause : std::uint8_t {
  usage,     // the arguments make no sense, alone or for this rule file
  file,      // a file cannot be read or written
  rules,     // a rule file has an error
  document,  // a request, a document or a guide has an error
  bound,     // a limit was reached: rows, nodes, codes
  system,    // the system or LLVM refused: memory that can be run, a thread, an unknown processor
  memory,    // there is not enough memory
};

// The usual error: a cause, a message, and help.
struct Error {
  Cause cause = Cause::usage;
  std::string message;  // lower case, no full stop: "the table has more than 1,000,000 rows"
  std::string help{};   // what to write or to try instead; may be empty
};

struct Done {};  // the value of a function that succeeds without a value

// Whether a `U` makes the value of a result: a `T`, unless it is a result or an error itself.
template <class U, class T, class ResultType, class E>
concept value_for = std::constructible_from<T, U&&> && !std::same_as<std::remove_cvref_t<U>, ResultType> &&
                    !std::same_as<std::remove_cvref_t<U>, E>;

// A value, or an error. See above.
template <class T = Done, class E = Error>
class [[nodiscard]] Result {
 public:
  Result() requires std::same_as<T, Done> : state_(std::in_place_index<0>) {}
  // Implicit, so that `return value;` and `return Error{...};` work.
  template <value_for<T, Result, E> U = T>
  Result(U&& value)  // NOLINT(bugprone-forwarding-reference-overload): `value_for` leaves out copies and moves
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  // Whether the result has a value.
  explicit operator bool() const { return state_.index() == 0; }
  bool has_value() const { return state_.index() == 0; }

  // The value. The result must have one.
  T& operator*() & { return *std::get_if<0>(&state_); }
  const T& operator*() const& { return *std::get_if<0>(&state_); }
  T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }

  // The error. The result must have one.
  E& error() & { return *std::get_if<1>(&state_); }
  const E& error() const& { return *std::get_if<1>(&state_); }
  E&& error() && { return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, E> state_;
};

}  // namespace tally

#define TALLY_JOIN_(a, b) a##b
#define TALLY_JOIN(a, b) TALLY_JOIN_(a, b)

// Declares `declaration` with the value of the expression, or returns its error.
#define TALLY_ASSIGN_OR_RETURN(declaration, ...) \
  TALLY_ASSIGN_OR_RETURN_(TALLY_JOIN(result_at_line_, __LINE__), declaration, __VA_ARGS__)
#define TALLY_ASSIGN_OR_RETURN_(result, declaration, ...) \
  auto result = (__VA_ARGS__);                            \
  if (!result) return std::move(result).error();          \
  declaration = *std::move(result)

// Returns the error of the expression, if it has one.
#define TALLY_RETURN_IF_ERROR(...) \
  if (auto result_here = (__VA_ARGS__); !result_here) return std::move(result_here).error()
