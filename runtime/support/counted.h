// Objects that count their references, as the C interface hands them out.
//
// For example, a call that attaches a document has a reference to it, so the host may give its own back.
//
// Always: any thread may change the count. Whoever gives back the last reference destroys the
//         object.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace tally {

class Counted {
 public:
  Counted() = default;
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  virtual ~Counted() = default;

  void retain() { count_.fetch_add(1, std::memory_order_relaxed); }
  // Adds a reference if the object still has one. Returns false if it is being destroyed.
  bool try_retain() {
    std::size_t count = count_.load(std::memory_order_relaxed);
    while (count != 0) {
      if (count_.compare_exchange_weak(count, count + 1, std::memory_order_acquire)) return true;
    }
    return false;
  }
  void release() {
    if (count_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 private:
  std::atomic<std::size_t> count_{1};  // whoever makes the object has the first
};

template <class T>
class Ref {
 public:
  Ref() = default;
  // Takes over a reference.
  static Ref adopt(T* object) {
    Ref ref;
    ref.object_ = object;
    return ref;
  }
  // Adds a reference.
  static Ref share(T* object) {
    if (object != nullptr) object->retain();
    return adopt(object);
  }
  Ref(const Ref& other) : object_(other.object_) {
    if (object_ != nullptr) object_->retain();
  }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr) object_->release();
  }
  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  T* leave() { return std::exchange(object_, nullptr); }

 private:
  T* object_ = nullptr;
};

}  // namespace tally
