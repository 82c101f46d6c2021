// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

#include "schemas/core/decimal.h"
#include "schemas/core/digest.h"
#include "schemas/core/strong.h"
#include "schemas/core/text.h"

// How a core record becomes bytes and comes back. A record is a struct that names its fields once,
// in order, and everything else (bytes, JSON, documentation, comparison) is made from that one
// list:
//
//   struct Thing {
//     HoldId hold;
//     Px limit;
//     template <class Self, class Visitor>
//     static constexpr void visit(Self& self, Visitor&& field) {
//       field("hold", self.hold);
//       field("limit", self.limit);
//     }
//   };
//
// Bytes: little-endian integers of the type's width; bool and enums as their integer; Decimal as
// int64; Text as one length byte and that many bytes; Digest and Nonce as they are; optional as one
// byte 0/1 and then the value; a List as one count byte and its items; a nested record as its
// fields.
//
// Fields are only ever appended. Bytes that end early leave the remaining fields at their defaults
// (written by an older version); bytes left over are from a newer version and are ignored here.

namespace clawgate {

static_assert(std::endian::native == std::endian::little, "records are little-endian in place");

/// At most N items, held in place.
template <class T, std::size_t N>
class List {
  static_assert(N <= 255, "the count is one byte");

 public:
  [[nodiscard]] constexpr bool push_back(const T& item) {
    if (size_ == N) return false;
    items_[size_++] = item;
    return true;
  }
  constexpr void clear() { size_ = 0; }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
  [[nodiscard]] constexpr T& operator[](std::size_t i) { return items_[i]; }
  [[nodiscard]] constexpr const T& operator[](std::size_t i) const { return items_[i]; }
  [[nodiscard]] constexpr T* begin() { return items_.data(); }
  [[nodiscard]] constexpr T* end() { return items_.data() + size_; }
  [[nodiscard]] constexpr const T* begin() const { return items_.data(); }
  [[nodiscard]] constexpr const T* end() const { return items_.data() + size_; }

 private:
  std::array<T, N> items_{};
  std::uint8_t size_ = 0;
};

namespace detail {
struct AnyVisitor {
  template <class T>
  constexpr void operator()(const char*, T&) const {}
};
}  // namespace detail

template <class T>
concept Record = requires(T& value) {
  T::visit(value, detail::AnyVisitor{});
};

/// Appends to memory the caller owns. Running out of room is sticky and seen in ok().
class Writer {
 public:
  explicit Writer(std::span<std::uint8_t> room) : room_(room) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] Bytes written() const { return room_.first(size_); }

  void bytes(const void* from, std::size_t count) {
    if (count > room_.size() - size_) {
      ok_ = false;
      return;
    }
    if (count != 0) std::memcpy(room_.data() + size_, from, count);
    size_ += count;
  }
  template <std::integral T>
  void put(T value) {
    bytes(&value, sizeof value);  // little-endian machines only; asserted below
  }
  void put(bool value) { put(static_cast<std::uint8_t>(value)); }
  template <class T>
  requires std::is_enum_v<T>
  void put(T value) { put(static_cast<std::underlying_type_t<T>>(value)); }
  template <class Tag, class Rep>
  void put(Strong<Tag, Rep> value) {
    put(value.value());
  }
  template <class Tag>
  void put(Decimal<Tag> value) {
    put(value.raw());
  }
  template <std::size_t N>
  void put(const Text<N>& value) {
    put(static_cast<std::uint8_t>(value.size()));
    bytes(value.view().data(), value.size());
  }
  void put(const Digest& value) { bytes(value.bytes.data(), value.bytes.size()); }
  void put(const Nonce& value) { bytes(value.bytes.data(), value.bytes.size()); }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class T, std::size_t N>
  void put(const List<T, N>& list) {
    put(static_cast<std::uint8_t>(list.size()));
    for (const T& item : list) put(item);
  }
  template <Record T>
  void put(const T& record) {
    T::visit(record, [this](const char*, const auto& field) { this->put(field); });
  }

 private:
  std::span<std::uint8_t> room_;
  std::size_t size_ = 0;
  bool ok_ = true;
};

/// Reads what a Writer wrote. At the end of the bytes every further field keeps its default; a
/// value that is cut in its middle, a Text or List longer than its type, or a bool above 1 makes
/// ok() false.
class Reader {
 public:
  explicit Reader(Bytes from) : from_(from) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return from_.empty(); }
  [[nodiscard]] std::size_t left() const { return from_.size(); }

  template <std::integral T>
  void get(T& value) {
    bytes(&value, sizeof value);
  }
  void get(bool& value) {
    std::uint8_t byte = value ? 1 : 0;
    get(byte);
    if (byte > 1) ok_ = false;
    value = byte == 1;
  }
  template <class T>
  requires std::is_enum_v<T>
  void get(T& value) {
    auto raw = static_cast<std::underlying_type_t<T>>(value);
    get(raw);
    value = static_cast<T>(raw);
  }
  template <class Tag, class Rep>
  void get(Strong<Tag, Rep>& value) {
    Rep raw = value.value();
    get(raw);
    value = Strong<Tag, Rep>(raw);
  }
  template <class Tag>
  void get(Decimal<Tag>& value) {
    std::int64_t raw = value.raw();
    get(raw);
    value = Decimal<Tag>::from_raw(raw);
  }
  template <std::size_t N>
  void get(Text<N>& value) {
    if (from_.empty()) return;
    std::uint8_t size = 0;
    get(size);
    if (size > N || size > from_.size()) {
      fail();
      return;
    }
    value = Text<N>({reinterpret_cast<const char*>(from_.data()), size});
    from_ = from_.subspan(size);
  }
  void get(Digest& value) { bytes(value.bytes.data(), value.bytes.size()); }
  void get(Nonce& value) { bytes(value.bytes.data(), value.bytes.size()); }
  template <class T>
  void get(std::optional<T>& value) {
    if (from_.empty()) return;
    bool present = false;
    get(present);
    if (!present) {
      value.reset();
      return;
    }
    value.emplace();
    get(*value);
  }
  template <class T, std::size_t N>
  void get(List<T, N>& list) {
    if (from_.empty()) return;
    std::uint8_t count = 0;
    get(count);
    list.clear();
    for (std::uint8_t i = 0; i < count && ok_; ++i) {
      T item{};
      get(item);
      if (!list.push_back(item)) fail();
    }
  }
  template <Record T>
  void get(T& record) {
    T::visit(record, [this](const char*, auto& field) { this->get(field); });
  }

 private:
  void bytes(void* to, std::size_t count) {
    if (from_.empty()) return;  // an older record: the default stays
    if (count > from_.size()) {
      fail();
      return;
    }
    std::memcpy(to, from_.data(), count);
    from_ = from_.subspan(count);
  }
  void fail() {
    ok_ = false;
    from_ = {};
  }

  Bytes from_;
  bool ok_ = true;
};

/// nullopt when the bytes are not such a record.
template <Record T>
[[nodiscard]] std::optional<T> decode(Bytes bytes) {
  Reader reader(bytes);
  T record{};
  reader.get(record);
  if (!reader.ok()) return std::nullopt;
  return record;
}

}  // namespace clawgate
