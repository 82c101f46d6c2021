// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace clawgate::gateway {

/// Which of N places are in a set.
template <std::size_t N>
class PositionSet {
  static_assert(N % 64 == 0);

 public:
  void put(std::size_t at, bool in) {
    const std::uint64_t bit = std::uint64_t{1} << at % 64;
    words_[at / 64] = in ? words_[at / 64] | bit : words_[at / 64] & ~bit;
  }
  [[nodiscard]] bool empty() const { return next(0) == N; }
  /// The first from `at` on; N when there is none.
  [[nodiscard]] std::size_t next(std::size_t at) const {
    while (at < N) {
      const std::uint64_t rest = words_[at / 64] >> at % 64;
      if (rest != 0) return at + static_cast<std::size_t>(std::countr_zero(rest));
      at += 64 - at % 64;
    }
    return N;
  }

 private:
  std::array<std::uint64_t, N / 64> words_{};
};

/// The rows of an array whose places are in a set, in their order; for a range-for. The set may
/// change meanwhile: it is asked anew at every step.
template <class Row, std::size_t N>
class Selected {
 public:
  class Iterator {
   public:
    Iterator(const Selected& of, std::size_t at) : of_(of), at_(at) {}
    [[nodiscard]] Row& operator*() const { return of_.rows_[at_]; }
    Iterator& operator++() {
      at_ = of_.set_.next(at_ + 1);
      return *this;
    }
    [[nodiscard]] bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const Selected& of_;
    std::size_t at_;
  };

  Selected(Row* rows, const PositionSet<N>& set) : rows_(rows), set_(set) {}
  [[nodiscard]] Iterator begin() const { return {*this, set_.next(0)}; }
  [[nodiscard]] Iterator end() const { return {*this, N}; }

 private:
  Row* rows_;
  const PositionSet<N>& set_;
};

}  // namespace clawgate::gateway
