// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/records.h"

namespace clawgate::audit {
namespace {

constexpr std::uint64_t kProgressMask = (std::uint64_t{1} << 16U) - 1;

}  // namespace

bool Records::next() {
  for (;;) {
    const journal::JournalReader::Step step = reader_.next();
    more_ = step == journal::JournalReader::Step::Record;
    if (step == journal::JournalReader::Step::Damage) damage_ = from_damage(reader_.damage());
    if (!more_) return false;
    if ((++records_ & kProgressMask) == 0 && progress_) progress_(record().seq);
    if (record().type == journal::kTypeSegmentOpen || of_version_ == nullptr) {
      of_version_ = &versions_[std::string(engine_version())];
    }
    ++*of_version_;
    if (record().type != journal::kTypeSegmentOpen) return true;
  }
}

void Records::drain() {
  while (more_) next();
}

Extent Records::extent() const {
  return {.records = records_,
          .head = reader_.chain(),
          .torn_tail_bytes = reader_.tail().torn_bytes,
          .engine_versions = versions_};
}

}  // namespace clawgate::audit
