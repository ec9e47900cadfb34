#!/usr/bin/env bash
# header_names_test.sh TALLY: a policy whose inputs, members, decisions and values are words of C and C++:
# keywords, macros, names of the standard library, names of the header itself. Its header compiles as C
# and as C++, behind the headers that define those macros, and a program decides by it.
set -euo pipefail
tally=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

keywords="alignas alignof asm auto bitand bitor bool break case catch char char16_t char32_t char8_t class
  co_await co_return co_yield compl concept const const_cast consteval constexpr constinit continue decltype
  default delete do double dynamic_cast else enum explicit export extern false final float for friend goto if
  import inline int long module mutable namespace new noexcept not not_eq nullptr operator or or_eq override
  private protected public register reinterpret_cast requires restrict return short signed sizeof static
  static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename
  typeof typeof_unqual union unsigned using virtual void volatile wchar_t while xor xor_eq and and_eq"
macros="EOF NULL errno assert unix linux i386 stdin stdout stderr offsetof complex imaginary noreturn I INFINITY
  NAN EDOM ERANGE EINTR SIGINT SIG_DFL BUFSIZ RAND_MAX INT_MAX INT8_MAX UINT64_C CHAR_BIT LC_ALL PRIu64 M_PI
  math_errhandling isnan signbit setjmp va_list va_start"
names="uint8_t uint16_t uint64_t size_t memcmp memset main std rule value present unused nothing
  t t_input t_results t_decide t_reasons t_policy t_code T T_ON T_OFF T_UNSET T_H t_int t_errno"
# No name of a rule file begins with `_`, but a value may be spelled so.
reserved="_Alignas _Atomic _Bool _Complex _Generic _Imaginary _Noreturn _Static_assert _Thread_local __func__ _ __ a__b"
# Keywords of the rule language too: they can be fields, not inputs or decisions.
fields_only=" and else for if not or "

# --- rules ------------------------------------------------------------------------------

# Each word is an input and a field of a result; in the second file a decision, and a value.
fields='' values='' inputs='' result='' decisions=''
for word in $keywords $macros $names; do
  case $fields_only in *" $word "*) declared="$word-word" ;; *) declared=$word ;; esac
  inputs+="input $declared : flag"$'\n'
  fields+="  $word : flag"$'\n'
  result+="  $word : $declared,"$'\n'
  decisions+="decision $declared : flag = given-flag"$'\n'
done
for word in $keywords $macros $names $reserved; do values+=" | word-$word = \"$word\""; done
printf '%sdecision all : {\n%s} = {\n%s}\n' "$inputs" "$fields" "$result" >"$work/inputs.tally"
cat >"$work/decisions.tally" <<RULES
type word =${values# |}
type int = errno | plain
input given-flag : flag
input given-word : word
input given-int : int
input EOF-number : 0..9
${decisions}decision word-is : word = given-word
decision int-is : int = given-int
decision small : flag = EOF-number < 5
RULES

# --- programs ---------------------------------------------------------------------------

cat >"$work/standard.h" <<'C'
#ifdef __cplusplus
#include <cerrno>
#include <cmath>
#include <csignal>
#endif
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#ifndef __cplusplus
#include <complex.h>
#include <iso646.h>
#include <stdalign.h>
#include <stdnoreturn.h>
#endif
C
cat >"$work/inputs.c" <<'C'
#include "standard.h"
#include "inputs.h"
int main(void) {
  struct t_input in;
  struct t_all out;
  memset(&in, T_OFF, sizeof in);
  in.int_ = in.class_ = in.errno_ = in.NULL_ = in.EOF_ = in.unix_ = in.assert = in.uint8_t_ = T_ON;
  t_decide_all(&in, &out);
  const int on = out.rule == 1 && out.int_ == T_ON && out.class_ == T_ON && out.errno_ == T_ON && out.NULL_ == T_ON &&
                 out.EOF_ == T_ON && out.unix_ == T_ON && out.assert == T_ON && out.uint8_t_ == T_ON;
  int count = 0;
  for (size_t i = 0; i < sizeof out / sizeof(uint16_t); ++i) count += ((const uint16_t *)&out)[i] == T_ON;
  printf("%d %d\n", on, count);
  return 0;
}
C
cat >"$work/decisions.c" <<'C'
#include "standard.h"
#include "decisions.h"
int main(void) {
  struct t_input in;
  struct t_results all;
  struct t_int one;
  struct t_EOF eof;
  struct t_word_is word;
  memset(&in, T_OFF, sizeof in);
  in.given_flag = T_ON;
  in.given_word = T_WORD_ERRNO;
  in.given_int = T_INT_ERRNO;
  in.EOF_number_ = t_code_EOF_number(7);
  t_decide(&in, &all);
  t_decide_int(&in, &one);
  t_decide_EOF(&in, &eof);
  t_decide_word_is(&in, &word);
  printf("%d %d\n", one.value == T_ON && eof.value == T_ON && word.value == T_WORD_ERRNO,
         all.int_.value == T_ON && all.errno_.value == T_ON && all.NULL_.value == T_ON && all.assert.value == T_ON &&
             all.linux_.value == T_ON && all.int_is.value == T_INT_ERRNO && all.small.value == T_OFF);
  return 0;
}
C

says() { # EXPECTED FILE COMPILER OPTION...
  local expected=$1 file=$2 said
  shift 2
  "$@" -Wall -Wextra -Werror -I"$work" "$work/$file" "$work/${file%.*}.o" -o "$work/program"
  said=$("$work/program")
  [ "$said" = "$expected" ] || { echo "header_names_test: $file by $*: $said" >&2; exit 1; }
}
for name in inputs decisions; do
  "$tally" build "$work/$name.tally" --prefix t -o "$work/$name.h"
  "$tally" build "$work/$name.tally" --prefix t -o "$work/$name.o"
  cp "$work/$name.c" "$work/$name.cpp"
done
compilers="cc:g++"
if command -v clang-14 >/dev/null && command -v clang++-14 >/dev/null; then compilers+=" clang-14:clang++-14"; fi
for pair in $compilers; do
  for dialect in c gnu; do
    says "1 8" inputs.c "${pair%:*}" -std=${dialect}11 -pedantic
    says "1 1" decisions.c "${pair%:*}" -std=${dialect}11 -pedantic
    command -v "${pair#*:}" >/dev/null || continue
    says "1 8" inputs.cpp "${pair#*:}" -std=${dialect}++20
    says "1 1" decisions.cpp "${pair#*:}" -std=${dialect}++20
  done
done
echo "$(wc -w <<<"$keywords $macros $names $reserved") words, with $compilers"
