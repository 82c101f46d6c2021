// SPDX-License-Identifier: Apache-2.0
#include "sim/market/file_text.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

namespace clawgate::sim {
namespace {

constexpr std::size_t kTextMax = std::size_t{4} << 30;  // simdjson's largest document too
constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kDeflateRatioMax = 1032;  // no deflate stream expands further
constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZipMagic = "PK\x03\x04";

class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : handle_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (handle_ >= 0) ::close(handle_);
  }
  [[nodiscard]] int handle() const { return handle_; }

 private:
  int handle_;
};

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* it) const { libdeflate_free_decompressor(it); }
};
using Decompressor = std::unique_ptr<libdeflate_decompressor, FreeDecompressor>;

Error unreadable(const std::string& path, std::string_view why) {
  return {Reason::RecordingUnreadable, path, std::string(why)};
}

Error damaged(const std::string& path, std::size_t byte, std::string_view why) {
  return {Reason::RecordingCompressed, path + ":byte " + std::to_string(byte), std::string(why)};
}

// Into `into`, which has room for `size` bytes. How many were read, or minus errno.
std::int64_t read_all(int handle, char* into, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::read(handle, into + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -errno;
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return static_cast<std::int64_t>(done);
}

// What the last four bytes promise: the size of the last member, modulo 2^32. A hint.
std::size_t promised_size(std::string_view packed) {
  std::uint32_t size = 0;
  if (packed.size() < sizeof size) return 0;
  std::memcpy(&size, packed.data() + packed.size() - sizeof size, sizeof size);
  return std::min<std::size_t>(size, packed.size() * kDeflateRatioMax);
}

}  // namespace

Result<std::int64_t> file_size(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return unreadable(path, std::strerror(errno));
  if (!S_ISREG(info.st_mode)) return unreadable(path, "not a regular file");
  return std::int64_t{info.st_size};
}

Result<std::string_view> FileText::load(const std::string& path) {
  const Result<std::int64_t> found = file_size(path);
  if (!found) return found.error();
  const auto size = static_cast<std::size_t>(*found);
  if (size > kTextMax) return unreadable(path, "more than 4 GiB");

  const OpenFile file(path);
  if (file.handle() < 0) return unreadable(path, std::strerror(errno));
  char start[kZipMagic.size()] = {};
  const std::int64_t peeked = read_all(file.handle(), start, sizeof start);
  if (peeked < 0) return unreadable(path, std::strerror(static_cast<int>(-peeked)));
  const std::string_view magic(start, static_cast<std::size_t>(peeked));
  if (magic == kZipMagic) return damaged(path, 0, "a zip archive; unpack it first");

  const bool packed = magic.starts_with(kGzipMagic);
  const std::unique_ptr<char[]> raw(packed ? new char[size] : nullptr);
  if (!packed) grow(size, 0);
  char* const into = packed ? raw.get() : bytes_.get();
  if (::lseek(file.handle(), 0, SEEK_SET) != 0) return unreadable(path, std::strerror(errno));
  const std::int64_t got = read_all(file.handle(), into, size);
  if (got < 0) return unreadable(path, std::strerror(static_cast<int>(-got)));

  const std::string_view text(into, static_cast<std::size_t>(got));
  if (packed) return unpack(path, text);
  std::memset(into + text.size(), 0, kPadding);
  return text;
}

// One member after the other: files that were appended to hold several.
Result<std::string_view> FileText::unpack(const std::string& path, std::string_view packed) {
  const Decompressor decompressor(libdeflate_alloc_decompressor());
  if (!decompressor) return unreadable(path, "out of memory");
  grow(promised_size(packed), 0);
  std::size_t in = 0;
  std::size_t out = 0;
  while (in < packed.size()) {
    std::size_t used = 0;
    std::size_t made = 0;
    const libdeflate_result result =
        libdeflate_gzip_decompress_ex(decompressor.get(), packed.data() + in, packed.size() - in,
                                      bytes_.get() + out, capacity_ - out, &used, &made);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
      if (capacity_ >= kTextMax) return damaged(path, in, "more than 4 GiB of text");
      grow(std::min(kTextMax, std::max(capacity_ * 2, std::size_t{1} << 16)), out);
      continue;
    }
    if (result != LIBDEFLATE_SUCCESS) return damaged(path, in, "no whole gzip member starts here");
    in += used;
    out += made;
  }
  std::memset(bytes_.get() + out, 0, kPadding);
  return std::string_view(bytes_.get(), out);
}

void FileText::grow(std::size_t capacity, std::size_t keep) {
  if (bytes_ != nullptr && capacity <= capacity_) return;
  // Not zeroed: it is filled. Huge pages: a tenth of reading a recording would be page faults.
  const std::size_t size = (capacity + kPadding + kHugePage - 1) / kHugePage * kHugePage;
  std::unique_ptr<char[], Free> larger(static_cast<char*>(std::aligned_alloc(kHugePage, size)));
  if (larger == nullptr) throw std::bad_alloc();
  static_cast<void>(::madvise(larger.get(), size, MADV_HUGEPAGE));  // a wish; it works without
  if (keep > 0) std::memcpy(larger.get(), bytes_.get(), keep);
  bytes_ = std::move(larger);
  capacity_ = capacity;
}

}  // namespace clawgate::sim
