// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/ledger_log.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "sim/exchange/restorer.h"

namespace clawgate::sim {
namespace {

constexpr std::string_view kMagic{"clawgate-sim-1\n\0", 16};
constexpr std::size_t kFrameHead = 8;   // length, CRC
constexpr std::size_t kFactHead = 3;    // kind, length
constexpr std::size_t kFactMax = 1024;  // the largest record is well below this
constexpr std::size_t kFrameMax = 1U << 30U;

enum Kind : std::uint8_t {
  kSymbol = 1,
  kAccount = 2,
  kRates = 3,
  kBalance = 4,
  kHouse = 5,
  kOrder = 6,
  kList = 7,
  kTrade = 8,
  kCounters = 9
};

template <class T>
T number_at(const std::uint8_t* bytes) {
  T value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::uint32_t crc_of(Bytes bytes) {
  return libdeflate_crc32(0, bytes.data(), bytes.size());
}

Error broken(Reason reason, const std::string& path, std::size_t offset, std::string seen) {
  return {reason, path + ":" + std::to_string(offset), std::move(seen)};
}

template <class Fact>
Result<bool> restore(Restorer& restorer, Bytes bytes) {
  const auto fact = decode<Fact>(bytes);
  if (!fact) return Error{Reason::JournalRecord, "", ""};
  return restorer.add(*fact);
}

Result<bool> restore(Restorer& restorer, std::uint8_t kind, Bytes bytes) {
  switch (kind) {
    case kSymbol:
      return restore<SymbolFact>(restorer, bytes);
    case kAccount:
      return restore<AccountFact>(restorer, bytes);
    case kRates:
      return restore<RatesFact>(restorer, bytes);
    case kBalance:
      return restore<BalanceFact>(restorer, bytes);
    case kHouse:
      return restore<HouseFact>(restorer, bytes);
    case kOrder:
      return restore<OrderRecord>(restorer, bytes);
    case kList:
      return restore<ListRecord>(restorer, bytes);
    case kTrade:
      return restore<TradeRecord>(restorer, bytes);
    case kCounters:
      return restore<CountersFact>(restorer, bytes);
    default:
      return Error{Reason::JournalRecord, "kind", std::to_string(kind)};
  }
}

// All facts of one frame.
Result<bool> restore_frame(Restorer& restorer, Bytes payload) {
  while (!payload.empty()) {
    if (payload.size() < kFactHead) return Error{Reason::JournalRecord, "length", ""};
    const std::uint8_t kind = payload[0];
    const std::size_t size = number_at<std::uint16_t>(payload.data() + 1);
    if (payload.size() - kFactHead < size) return Error{Reason::JournalRecord, "length", ""};
    auto done = restore(restorer, kind, payload.subspan(kFactHead, size));
    if (!done) return done;
    payload = payload.subspan(kFactHead + size);
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<LedgerLog>> LedgerLog::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return Error{Reason::FileUnreadable, path, std::strerror(errno)};
  std::unique_ptr<LedgerLog> log(new LedgerLog(file, path));
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) return Error{Reason::DataDirectoryLocked, path, ""};
  const auto loaded = log->load();
  if (!loaded) return loaded.error();
  return log;
}

LedgerLog::~LedgerLog() {
  ::close(file_);
}

// Reads and checks every frame; a torn last one is cut off the file.
Result<bool> LedgerLog::load() {
  struct stat status {};
  if (::fstat(file_, &status) != 0) return broken(Reason::FileUnreadable, path_, 0, "");
  held_.resize(static_cast<std::size_t>(status.st_size));
  std::size_t size = 0;
  while (size < held_.size()) {
    const ssize_t got =
        ::pread(file_, held_.data() + size, held_.size() - size, static_cast<off_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return broken(Reason::FileUnreadable, path_, size, std::strerror(errno));
    size += static_cast<std::size_t>(got);
  }

  std::size_t good = 0;
  if (held_.size() >= kMagic.size()) {
    if (std::memcmp(held_.data(), kMagic.data(), kMagic.size()) != 0) {
      return broken(Reason::JournalMagic, path_, 0, "");
    }
    good = kMagic.size();
  }
  while (good != 0 && held_.size() - good >= kFrameHead) {
    const std::size_t length = number_at<std::uint32_t>(held_.data() + good);
    if (length > kFrameMax) return broken(Reason::JournalFrame, path_, good, "length");
    if (held_.size() - good - kFrameHead < length) break;
    const Bytes payload(held_.data() + good + kFrameHead, length);
    const std::size_t next = good + kFrameHead + length;
    if (crc_of(payload) != number_at<std::uint32_t>(held_.data() + good + 4)) {
      if (next == held_.size()) break;
      return broken(Reason::JournalCrc, path_, good, "");
    }
    good = next;
    ++frames_;
  }
  dropped_ = held_.size() - good;
  if (dropped_ != 0 && ::ftruncate(file_, static_cast<off_t>(good)) != 0) {
    return broken(Reason::JournalWrite, path_, good, std::strerror(errno));
  }
  held_.resize(good);
  if (good == 0) write_all(bytes_of(kMagic));
  if (!ok_) return broken(Reason::JournalWrite, path_, 0, std::strerror(errno));
  return true;
}

Result<bool> LedgerLog::attach(Exchange& exchange) {
  Restorer restorer(exchange);
  std::size_t at = kMagic.size();
  for (std::uint64_t i = 0; i < frames_; ++i) {
    const std::size_t length = number_at<std::uint32_t>(held_.data() + at);
    const auto done = restore_frame(restorer, Bytes(held_.data() + at + kFrameHead, length));
    if (!done) {
      return broken(done.error().reason, path_, at, done.error().field + " " + done.error().seen);
    }
    at += kFrameHead + length;
  }
  if (frames_ != 0) restorer.finish();
  held_ = {};
  Restorer::attach(exchange, *this, frames_ != 0);
  return true;
}

template <class Fact>
void LedgerLog::append(std::uint8_t kind, const Fact& fact) {
  if (batch_.empty()) batch_.resize(kFrameHead);
  const std::size_t head = batch_.size();
  batch_.resize(head + kFactHead + kFactMax);
  Writer writer(std::span<std::uint8_t>(batch_).subspan(head + kFactHead));
  writer.put(fact);
  const auto size = static_cast<std::uint16_t>(writer.size());
  batch_[head] = kind;
  std::memcpy(batch_.data() + head + 1, &size, sizeof size);
  batch_.resize(head + kFactHead + size);
}

void LedgerLog::add(const SymbolFact& fact) {
  append(kSymbol, fact);
}
void LedgerLog::add(const AccountFact& fact) {
  append(kAccount, fact);
}
void LedgerLog::add(const RatesFact& fact) {
  append(kRates, fact);
}
void LedgerLog::add(const BalanceFact& fact) {
  append(kBalance, fact);
}
void LedgerLog::add(const HouseFact& fact) {
  append(kHouse, fact);
}
void LedgerLog::add(const OrderRecord& fact) {
  append(kOrder, fact);
}
void LedgerLog::add(const ListRecord& fact) {
  append(kList, fact);
}
void LedgerLog::add(const TradeRecord& fact) {
  append(kTrade, fact);
}
void LedgerLog::add(const CountersFact& fact) {
  append(kCounters, fact);
}

void LedgerLog::commit() {
  if (batch_.empty()) return;
  const auto length = static_cast<std::uint32_t>(batch_.size() - kFrameHead);
  const std::uint32_t crc = crc_of(Bytes(batch_).subspan(kFrameHead));
  std::memcpy(batch_.data(), &length, sizeof length);
  std::memcpy(batch_.data() + 4, &crc, sizeof crc);
  write_all(batch_);
  if (ok_) ++frames_;
  batch_.clear();
}

// One call in practice; a short write is carried on, an error is kept.
void LedgerLog::write_all(Bytes bytes) {
  while (ok_ && !bytes.empty()) {
    const ssize_t wrote = ::write(file_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      ok_ = false;
      return;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
}

}  // namespace clawgate::sim
