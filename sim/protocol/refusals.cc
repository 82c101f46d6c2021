// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/refusals.h"

#include <array>
#include <string>

namespace clawgate::sim {
namespace {

struct StatusRow {
  std::int32_t code;
  int status;
};

// Everything else is 400.
constexpr std::array kStatus = {
    StatusRow{-1003, 429}, StatusRow{-1006, 500}, StatusRow{-1007, 504},
    StatusRow{-1015, 429}, StatusRow{-2014, 401}, StatusRow{-2015, 401},
};

}  // namespace

int status_of(std::int32_t code) {
  for (const StatusRow& row : kStatus) {
    if (row.code == code) return row.status;
  }
  return 400;
}

namespace refuse {

Refusal duplicate_parameter() {
  return {-1101, "Duplicate values for a parameter detected."};
}
Refusal unread(std::size_t read, std::size_t sent) {
  return {-1104, "Not all sent parameters were read; read '" + std::to_string(read) +
                     "' parameter(s) but was sent '" + std::to_string(sent) + "'."};
}
Refusal empty_parameter(std::string_view parameter) {
  return {-1105, "Parameter '" + std::string(parameter) + "' was empty."};
}
Refusal too_great(std::string_view parameter, std::string_view most) {
  return {-1102, "'" + std::string(parameter) +
                     "' contains unexpected value. Cannot be greater than " + std::string(most) +
                     "."};
}
Refusal too_early() {
  return {-1021, "Timestamp for this request is outside of the recvWindow."};
}
Refusal ahead() {
  return {-1021, "Timestamp for this request was 1000ms ahead of the server's time."};
}
Refusal bad_signature() {
  return {-1022, "Signature for this request is not valid."};
}
Refusal key_format() {
  return {-2014, "API-key format invalid."};
}
Refusal key_rejected() {
  return {-2015, "Invalid API-key, IP, or permissions for action."};
}
Refusal invalid_symbol() {
  return {-1121, "Invalid symbol."};
}
Refusal invalid_interval() {
  return {-1120, "Invalid interval."};
}
Refusal time_unit() {
  return {-1194, "Invalid value for time unit; expected either MICROSECOND or MILLISECOND."};
}
Refusal timeout() {
  return {-1007,
          "Timeout waiting for response from backend server. Send status unknown; execution status "
          "unknown."};
}
Refusal bus_error() {
  return {-1006,
          "An unexpected response was received from the message bus. Execution status unknown."};
}
Refusal invalid_json() {
  return {-1135, "Invalid JSON Request"};
}
Refusal unknown_method() {
  return {-1020, "This operation is not supported."};
}

}  // namespace refuse
}  // namespace clawgate::sim
