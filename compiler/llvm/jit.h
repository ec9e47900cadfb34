// LLVM code in this process, through ORC.
//
// For example:
//
//   Result<NativeFunctions> native = compile_native(request);
//   if (!native) return std::move(native).error();
//   const DecideFunction decide = native->function("tally_decide");
//   decide(in, out);
//
// In:     a function request
// Out:    functions. Any thread may call them while the `NativeFunctions` lives;
//         destroying it frees their memory.
// Always: one LLVM session serves the whole process. It is made on first use, and any
//         number of threads may use it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "compiler/llvm/codegen.h"

namespace tally {

// The type of every generated function; codegen.h has its contract.
using DecideFunction = void (*)(const std::uint8_t* in, std::uint16_t* out);

struct CompileTimes {  // seconds
  double generate = 0;
  double optimize = 0;
  double emit = 0;  // instruction selection, and linking into memory
};

// The functions of one request. It owns their memory.
class NativeFunctions {
 public:
  ~NativeFunctions();
  NativeFunctions(NativeFunctions&&) noexcept;
  NativeFunctions& operator=(NativeFunctions&&) noexcept;

  // The function with this name, or null if the request has none.
  DecideFunction function(const std::string& name) const;
  // The descriptor, or null if the request has none.
  const void* constant() const;
  const CompileTimes& times() const;
  // The bytes of machine code and constant data.
  std::size_t code_bytes() const;

 private:
  friend Result<NativeFunctions> compile_native(const FunctionRequest& request);
  struct Impl;
  explicit NativeFunctions(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Compiles a request. Fails as `make_plan` does, with Cause::usage for an unknown
// processor, and with Cause::system if LLVM refuses.
Result<NativeFunctions> compile_native(const FunctionRequest& request);

}  // namespace tally
