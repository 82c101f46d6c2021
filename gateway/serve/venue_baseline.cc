// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/venue_baseline.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>
#include <vector>

#include "gateway/whole_file.h"
#include "schemas/core/read_file.h"
#include "schemas/names.h"
#include "schemas/record_json.h"
#include "schemas/strict_json.h"

namespace clawgate::gateway {
namespace {

constexpr std::size_t kFileMax = 64U << 10;

/// nullopt: there is none.
Result<std::optional<std::string>> text_of(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0 && errno == ENOENT) return std::optional<std::string>();
  if (file < 0) return Error{Reason::FileUnreadable, path, std::strerror(errno)};
  auto text = read_to_end(file, path, kFileMax);
  ::close(file);
  if (!text) return text.error();
  return std::optional(std::move(*text));
}

std::optional<std::int64_t> id_of(const Json* value) {
  if (value == nullptr || !value->is(Json::Kind::Number)) return std::nullopt;
  std::int64_t id = 0;
  const char* const end = value->text.data() + value->text.size();
  const auto [at, error] = std::from_chars(value->text.data(), end, id);
  if (error != std::errc() || at != end || id < 0) return std::nullopt;
  return id;
}

}  // namespace

std::optional<Error> VenueBaseline::open(std::string_view venue, Stage stage) {
  venue_ = venue;
  stage_ = stage;
  const auto text = text_of(path_);
  if (!text) return text.error();
  if (!*text) return std::nullopt;
  const auto none = [this](const std::string& how) {
    return Error{Reason::FileUnreadable, path_, how + "; it counts as none"};
  };
  if ((*text)->empty()) return none("empty");
  const auto json = read_json(**text, {.bytes_max = kFileMax, .depth_max = 4});
  if (!json) return none("cut, or no JSON");
  const Json* const of = json->find("venue");
  const Json* const symbols = json->find("symbols");
  if (of == nullptr || !of->is(Json::Kind::String) || symbols == nullptr ||
      !symbols->is(Json::Kind::Object)) {
    return none("without its venue and symbols");
  }
  const Json* const in = json->find("stage");
  const auto account = id_of(json->find("account"));
  if (in == nullptr || !in->is(Json::Kind::String) || !account) {
    return none("without its stage and account: of an older version");
  }
  if (of->text != venue || in->text != word(stage)) {
    return none("of " + printable(of->text) + " in " + printable(in->text));
  }
  Rows rows;
  for (const JsonMember& member : symbols->members) {
    const auto id = id_of(&member.value);
    const bool fits = !member.name.empty() && member.name.size() <= Symbol::kMax;
    if (!id || !fits) return none("the row of " + printable(member.name) + " is none");
    rows.emplace(Symbol(member.name), *id);
  }
  rows_ = std::move(rows);
  account_ = account;
  return std::nullopt;
}

std::optional<std::int64_t> VenueBaseline::row(const Symbol& symbol) const {
  const std::lock_guard lock(rows_mutex_);
  const auto found = rows_.find(symbol);
  return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int64_t> VenueBaseline::account() const {
  const std::lock_guard lock(rows_mutex_);
  return account_;
}

void VenueBaseline::told(std::int64_t account, const Rows& rows) {
  const std::lock_guard lock(rows_mutex_);
  if (account_ != account) rows_.clear();
  account_ = account;
  for (const auto& [symbol, id] : rows) rows_[symbol] = id;
  told_.fetch_add(1, std::memory_order_release);
}

bool VenueBaseline::write() {
  std::string text = "{\"venue\":" + json_quote(venue_) + ",\"stage\":" + json_quote(word(stage_));
  {
    const std::lock_guard lock(rows_mutex_);
    const std::uint64_t told = told_.load(std::memory_order_acquire);
    if (told == written_ || told != durable_.load(std::memory_order_acquire)) return true;
    written_ = told;
    text += ",\"account\":" + std::to_string(account_.value_or(0)) + ",\"symbols\":{";
    for (const auto& [symbol, id] : rows_) {
      if (text.back() != '{') text += ',';
      text += json_quote(symbol.view()) + ":" + std::to_string(id);
    }
  }
  return write_whole_file(path_, bytes_of(text + "}}\n"));
}

}  // namespace clawgate::gateway
