// LLVM code into this process, through ORC.
//
// In: a code request. Out: functions that can be called, from any thread, as
// long as the `NativeFunctions` lives; destroying it gives its code memory back.
// One process-wide LLVM session is shared by all; it is made on first use and
// is safe to use from several threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "compiler/llvm/codegen.h"

namespace tally {

using DecideFunction = void (*)(const std::uint8_t* in, std::uint16_t* out);

struct CompileTimes {  // seconds
  double generate = 0;
  double optimize = 0;
  double emit = 0;  // instruction selection and linking into memory
};

class NativeFunctions {
 public:
  ~NativeFunctions();
  NativeFunctions(NativeFunctions&&) noexcept;
  NativeFunctions& operator=(NativeFunctions&&) noexcept;

  // Null where no function of this name was asked for.
  DecideFunction function(const std::string& name) const;
  // The descriptor, where one was asked for; null otherwise.
  const void* constant() const;
  const CompileTimes& times() const;
  // Bytes of machine code and constant data.
  std::size_t code_bytes() const;

 private:
  friend Result<NativeFunctions> compile_native(const FunctionRequest& request);
  struct Impl;
  explicit NativeFunctions(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

Result<NativeFunctions> compile_native(const FunctionRequest& request);

}  // namespace tally
