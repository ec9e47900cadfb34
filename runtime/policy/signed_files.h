// The file of a policy as a signature names it, and whether a signature is for it.
//
// In:     the bytes of a `.so`; a signature, and what the file is.
// Out:    the file as a SignedFile; or why the two do not fit.
// Always: nothing is mapped, and the `.so` may be for another machine. Every offset is checked against the bytes.
//
// For example, `describe_image("recording.so", bytes)` has the SHA-256 of the bytes and the target "x86_64".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "runtime/signing/statement.h"
#include "runtime/support/failure.h"

namespace tally {

// The failure of a file that is not a policy.
Failure damaged(const std::string& path, const std::string& why);
// The bytes of a `.so` before its seal, which is checked.
Result<std::string_view, Failure> unsealed(const std::string& path, std::string_view bytes);
// Whether a file is a shared object, by its first bytes. Any other policy is rules.
bool is_shared_object(std::string_view bytes);
// What a `.so` is.
Result<SignedFile, Failure> describe_image(const std::string& path, std::string_view bytes);

// Whether two name the same bytes.
bool same_bytes(const SignedFile& a, const SignedFile& b);
// The help of whoever has no signature.
std::string sign_it(const std::string& path);

// Returns why a signature is not for a file; nothing if it is. `statement` and `path` name the two in the message.
std::optional<Error> not_for(const SignedFile& of, const SignedFile& file, const std::string& statement,
                             const std::string& path);
// Likewise for a `.so` whose hash is the right one: whether it has the fingerprint, target and version.
std::optional<Error> other_claims(const SignedFile& of, const SignedFile& file, const std::string& statement,
                                  const std::string& path);

}  // namespace tally
