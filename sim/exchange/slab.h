// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace clawgate::sim {

/// A growing array whose items never move: pointers to them stay good. Only grows.
template <class T>
class Slab {
  static_assert(std::is_trivially_destructible_v<T>, "items are never destroyed one by one");

 public:
  static constexpr std::size_t kChunk = 1024;  // items

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] T& operator[](std::size_t i) { return chunks_[i / kChunk].get()[i % kChunk]; }
  [[nodiscard]] const T& operator[](std::size_t i) const {
    return chunks_[i / kChunk].get()[i % kChunk];
  }

  template <class... Args>
  T& add(Args&&... args) {
    if (size_ == chunks_.size() * kChunk) {
      chunks_.emplace_back(std::allocator<T>().allocate(kChunk));
    }
    return *std::construct_at(&(*this)[size_++], std::forward<Args>(args)...);
  }

 private:
  // Frees memory only: the chunk's later items may never have been made.
  struct Free {
    void operator()(T* chunk) const { std::allocator<T>().deallocate(chunk, kChunk); }
  };

  std::vector<std::unique_ptr<T, Free>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace clawgate::sim
