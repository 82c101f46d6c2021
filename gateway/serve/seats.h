// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

namespace clawgate::gateway {

/// Who is at the other end of a connection, by the best token that came over it.
enum class Standing : std::uint8_t {
  Stranger,  // no token, or nobody's
  Member,    // an engine or a reader
  Decider,   // may decide, and so may kill
};

/// How many connections of each standing there may be. Each has seats of its own, so that neither
/// those who never say who they are nor an engine with many connections keep out whoever decides.
/// Among strangers there is always room for one more: at the price of the one who came first. An
/// event stream has a seat among the streams and keeps no other, whoever reads it. Used on one
/// thread.
class Seats {
 public:
  struct Options {
    std::size_t strangers = 128;
    std::size_t members = 64;
    std::size_t deciders = 16;
    std::size_t streams = 64;
  };

  explicit Seats(const Options& options)
      : most_{options.strangers, options.members, options.deciders},
        streams_most_(options.streams) {}
  Seats(const Seats&) = delete;
  Seats& operator=(const Seats&) = delete;

  /// One seat, given back by its end.
  class Seat {
   public:
    Seat() = default;
    Seat(Seat&& other) noexcept
        : seats_(std::exchange(other.seats_, nullptr)),
          number_(other.number_),
          standing_(other.standing_),
          stream_(other.stream_) {}
    Seat& operator=(Seat&&) = delete;
    ~Seat() {
      if (seats_ != nullptr) seats_->leave(*this);
    }
    [[nodiscard]] Standing standing() const { return standing_; }
    /// Up to what a token says, never down. False: no seat of that standing is free.
    [[nodiscard]] bool rise(Standing to) {
      if (to <= standing_) return true;
      auto& taken = seats_->taken_[index(to)];
      if (taken >= seats_->most_[index(to)]) return false;
      seats_->leave(*this);
      standing_ = to;
      ++taken;
      return true;
    }
    /// The connection is an event stream from now on. False: there are as many as there may be.
    [[nodiscard]] bool become_stream() {
      if (seats_->streams_ >= seats_->streams_most_) return false;
      seats_->leave(*this);
      stream_ = true;
      ++seats_->streams_;
      return true;
    }

   private:
    friend class Seats;
    Seat(Seats& seats, std::uint64_t number) : seats_(&seats), number_(number) {}
    Seats* seats_ = nullptr;
    std::uint64_t number_ = 0;
    Standing standing_ = Standing::Stranger;
    bool stream_ = false;
  };

  /// A stranger's. `displace` ends the connection, should the seat be needed for another.
  [[nodiscard]] Seat enter(std::function<void()> displace) {
    if (strangers_.size() >= most_[index(Standing::Stranger)]) displace_oldest();
    strangers_.push_back({++number_, std::move(displace)});
    return {*this, number_};
  }
  /// False: there is no stranger.
  bool displace_oldest() {
    if (strangers_.empty()) return false;
    const Stranger oldest = std::move(strangers_.front());
    strangers_.pop_front();
    ++displaced_;
    oldest.displace();
    return true;
  }
  [[nodiscard]] std::size_t taken(Standing standing) const {
    return standing == Standing::Stranger ? strangers_.size() : taken_[index(standing)];
  }
  [[nodiscard]] std::size_t streams() const { return streams_; }
  [[nodiscard]] std::uint64_t displaced() const { return displaced_; }

 private:
  struct Stranger {
    std::uint64_t number = 0;
    std::function<void()> displace;
  };
  [[nodiscard]] static constexpr std::size_t index(Standing standing) {
    return static_cast<std::size_t>(standing);
  }
  void leave(const Seat& seat) {
    if (seat.stream_) {
      --streams_;
      return;
    }
    if (seat.standing_ != Standing::Stranger) {
      --taken_[index(seat.standing_)];
      return;
    }
    std::erase_if(strangers_, [&](const Stranger& row) { return row.number == seat.number_; });
  }

  std::array<std::size_t, 3> most_;
  std::array<std::size_t, 3> taken_{};  // of strangers the list counts
  std::size_t streams_most_;
  std::size_t streams_ = 0;
  std::deque<Stranger> strangers_;  // the oldest first
  std::uint64_t number_ = 0;
  std::uint64_t displaced_ = 0;
};

}  // namespace clawgate::gateway
