#include "runtime/calls/whole_request.h"

#include <utility>

#include "runtime/support/document_fault.h"

namespace tally {
namespace {

// A text whose memory is not kept for the next one.
constexpr std::size_t large_text = std::size_t{1} << 20;

}  // namespace

Result<Done, Failure> WholeRequest::bind(const std::shared_ptr<const PolicyVersion>& version, std::string_view text) {
  clear();
  TALLY_RETURN_IF_ERROR(read(version, text));
  text_.assign(text);
  is_bound_ = true;
  return {};
}

Result<Done, Failure> WholeRequest::read_in(const std::shared_ptr<const PolicyVersion>& version) {
  return read(version, text_);
}

Result<Done, Failure> WholeRequest::read(const std::shared_ptr<const PolicyVersion>& version, std::string_view text) {
  call_ = nullptr;
  if (version_ != version || !stream_) {
    stream_.reset();
    version_ = version;
    stream_.emplace(version->binder(), ReadOptions{UnknownKeys::counted});
  }
  call_ = stream_->bind(text);
  if (call_ != nullptr) return {};
  // The binder also looks for the keys that were probably meant.
  BindResult refused = version->binder().bind(text, {}, {UnknownKeys::counted});
  return document_failure(std::move(refused.faults));
}

void WholeRequest::clear() {
  is_bound_ = false;
  call_ = nullptr;
  if (text_.capacity() > large_text) {
    text_ = {};
    leave();
  }
  text_.clear();
}

void WholeRequest::leave() {
  call_ = nullptr;
  stream_.reset();
  version_.reset();
}

}  // namespace tally
