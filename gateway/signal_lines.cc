// SPDX-License-Identifier: Apache-2.0
#include "gateway/signal_lines.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

namespace clawgate::gateway {
namespace {

constexpr std::string_view kBlank = " \t\r";

}  // namespace

std::optional<std::string> SignalLines::next() {
  do {
    while (auto line = take()) {
      if (line->find_first_not_of(kBlank) != std::string::npos) return line;
    }
  } while (read_some());
  return std::nullopt;
}

// Of what came already.
std::optional<std::string> SignalLines::take() {
  const std::size_t end = text_.find('\n');
  const bool whole = end != std::string::npos;
  if (!whole && text_.size() < kLineMax && (!ended_ || text_.empty())) return std::nullopt;
  std::string line = text_.substr(0, std::min(end, kLineMax));
  const bool rest_of_one = std::exchange(cut_, !whole && !ended_);
  text_.erase(0, whole ? end + 1 : text_.size());
  if (rest_of_one) return std::string();
  ++number_;
  return line;
}

bool SignalLines::read_some() {
  pollfd input{file_, POLLIN, 0};
  if (ended_ || ::poll(&input, 1, 0) <= 0) return false;
  std::array<char, 65'536> some;
  const ssize_t got = ::read(file_, some.data(), some.size());
  if (got > 0) {
    text_.append(some.data(), static_cast<std::size_t>(got));
    return true;
  }
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return false;
  ended_ = true;
  return !text_.empty();
}

}  // namespace clawgate::gateway
