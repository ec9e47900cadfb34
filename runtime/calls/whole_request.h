// A whole request that is bound to a call: facts and documents in one JSON text.
//
// In:     the text of a request, and a version.
// Out:    the facts and codes of the request in the version, defaults included.
// Always: they are those of `RequestBinder::bind`, and so are the faults. The text is kept, so that another version can
//         read it. Memory is used again, unless a text was large.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtime/policy/policy_version.h"

namespace tally {

class WholeRequest {
 public:
  // Whether a request is bound, in this version or in one before.
  bool is_bound() const { return is_bound_; }

  // If it fails, no request is bound.
  Result<Done, Failure> bind(const std::shared_ptr<const PolicyVersion>& version, std::string_view text);
  // Reads the text again. If it fails, the request stays bound, for the next version.
  Result<Done, Failure> read_in(const std::shared_ptr<const PolicyVersion>& version);
  void clear();
  // Gives up the version that read the request last, and its facts.
  void leave();

  // Of the version that read the request last; they are valid until the next function is called.
  const BoundCall& call() const { return *call_; }
  std::vector<ElementIndex> defaults() const { return stream_->defaults(); }

 private:
  Result<Done, Failure> read(const std::shared_ptr<const PolicyVersion>& version, std::string_view text);

  std::string text_;
  bool is_bound_ = false;
  std::shared_ptr<const PolicyVersion> version_;  // of the stream, which refers to its binder
  std::optional<RequestStream> stream_;
  const BoundCall* call_ = nullptr;
};

}  // namespace tally
