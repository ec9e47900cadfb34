#include "serve/documents.h"

#include <algorithm>
#include <mutex>

namespace tally::serve {
namespace {

std::shared_ptr<VersionedDocument> bound_in(const PolicyVersion& version, const std::string& pointer,
                                            std::string_view text) {
  auto out = std::make_shared<VersionedDocument>();
  out->serial = version.serial();
  const auto place = version.binder().document_place(pointer);
  if (!place) {
    DocumentFault fault;
    fault.code = FaultId::unknown_key;
    fault.pointer = pointer;
    fault.message = "the rules in use read no document at `" + pointer + "`";
    out->faults.push_back(std::move(fault));
    return out;
  }
  BindDocumentResult bound = version.binder().bind_document(*place, text);
  out->document = std::move(bound.document);
  out->faults = std::move(bound.faults);
  out->unknown_keys = bound.unknown_keys;
  return out;
}

}  // namespace

std::shared_ptr<const VersionedDocument> StoredDocument::in(const PolicyVersion& version) const {
  auto last = last_.load(std::memory_order_acquire);
  if (last != nullptr && last->serial == version.serial()) return last;
  std::shared_ptr<const VersionedDocument> made = bound_in(version, pointer_, text_);
  // Whoever still decides by an older version keeps its binding to itself.
  while (last == nullptr || last->serial < made->serial) {
    if (last_.compare_exchange_weak(last, made, std::memory_order_acq_rel)) break;
  }
  return made;
}

Result<std::string, Refusal> Documents::pointer_of(const PolicyVersion& version, const std::string& kind) const {
  const auto place = version.binder().document_place(kind);
  if (place) return version.binder().places().pointer(*place);
  if (kind.starts_with('/')) {
    const std::shared_lock lock(mutex_);
    const auto at = documents_.lower_bound(NameView(kind, ""));
    if (at != documents_.end() && at->first.first == kind) return kind;
  }
  return Refusal{404, ErrorCause::unknown, "the policy reads no document `" + kind + "`",
                 "name an input, such as `account`: GET /v1/policies lists them"};
}

Result<Documents::Stored, Refusal> Documents::put(const PolicyVersion& version, const std::string& kind,
                                                  const std::string& key, std::string text) {
  if (key.size() > max_key_bytes)
    return Refusal{400, ErrorCause::malformed, "the key is longer than " + std::to_string(max_key_bytes) + " bytes"};
  TALLY_ASSIGN_OR_RETURN(const std::string pointer, pointer_of(version, kind));
  const auto document = std::make_shared<const StoredDocument>(pointer, std::move(text));
  const auto binding = document->in(version);
  if (!binding->document) return refusal_of(binding->faults);
  const std::unique_lock lock(mutex_);
  const auto before = documents_.find(NameView(pointer, key));
  const std::size_t less = before == documents_.end() ? 0 : before->second->text().size();
  const std::size_t bytes = bytes_ - less + document->text().size();
  if (bytes > bounds_.bytes)
    return Refusal{507, ErrorCause::too_large,
                   "all documents together would have more than " + std::to_string(bounds_.bytes) + " bytes",
                   "delete documents, or raise --document-bytes"};
  if (before == documents_.end() && documents_.size() >= bounds_.count)
    return Refusal{507, ErrorCause::too_large, "there are " + std::to_string(bounds_.count) + " documents already",
                   "delete documents, or raise --documents"};
  bytes_ = bytes;
  if (before != documents_.end()) {
    before->second = document;
    return Stored{Put::replaced, document, binding};
  }
  documents_.emplace(Name(pointer, key), document);
  return Stored{Put::created, document, binding};
}

std::shared_ptr<const StoredDocument> Documents::find(std::string_view pointer, std::string_view key) const {
  const std::shared_lock lock(mutex_);
  const auto at = documents_.find(NameView(pointer, key));
  return at == documents_.end() ? nullptr : at->second;
}

bool Documents::remove(std::string_view pointer, std::string_view key) {
  const std::unique_lock lock(mutex_);
  const auto at = documents_.find(NameView(pointer, key));
  if (at == documents_.end()) return false;
  bytes_ -= at->second->text().size();
  documents_.erase(at);
  return true;
}

std::map<std::string, Documents::Summary> Documents::summaries(const PolicyVersion& version) const {
  // Binding takes a while, so it is done outside the lock.
  std::vector<std::pair<Name, std::shared_ptr<const StoredDocument>>> all;
  {
    const std::shared_lock lock(mutex_);
    all.assign(documents_.begin(), documents_.end());
  }
  std::map<std::string, Summary> out;
  for (const auto& [name, document] : all) {
    Summary& summary = out[name.first];
    summary.bytes += document->text().size();
    if (document->in(version)->document) {
      ++summary.bound;
      continue;
    }
    ++summary.refused;
    if (summary.refused_keys.size() < max_listed) summary.refused_keys.push_back(name.second);
  }
  return out;
}

}  // namespace tally::serve
