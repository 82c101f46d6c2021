// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/principals.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <system_error>

#include "gateway/whole_file.h"

namespace clawgate::gateway {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kTokenTextMin = 32;
constexpr std::size_t kSecretMax = 4096;
constexpr std::size_t kPrincipalsMax = 32;
constexpr std::array<std::string_view, 4> kRoles = {"engine", "operator", "reader", "admin"};

bool make_token(const std::string& path, Entropy& entropy) {
  std::array<std::uint8_t, kTokenBytes> bits{};
  entropy.fill(bits);
  const std::string text = to_hex(Bytes(bits)) + "\n";
  return write_whole_file(path, bytes_of(text));
}

bool is_name(std::string_view text) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789_-";
  return !text.empty() && text.size() <= 24 &&
         text.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace

std::string_view word(Role role) {
  return kRoles[static_cast<std::size_t>(role)];
}

std::optional<Role> role_from(std::string_view text) {
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    if (kRoles[i] == text) return static_cast<Role>(i);
  }
  return std::nullopt;
}

Result<std::string> read_secret(const std::string& path) {
  const int file = open_regular_at(AT_FDCWD, path, O_RDONLY);
  if (file < 0) return Error{Reason::FileUnreadable, path, file_trouble()};
  struct stat status {};
  const bool known = ::fstat(file, &status) == 0;
  std::array<char, kSecretMax> room;
  const ssize_t got = known ? ::read(file, room.data(), room.size()) : -1;
  ::close(file);
  if (got < 0) return Error{Reason::FileUnreadable, path, std::strerror(errno)};
  if (status.st_uid != ::geteuid()) {
    return Error{Reason::TokenFileMode, path, "owned by another user"};
  }
  if ((status.st_mode & 0077U) != 0) {
    constexpr std::string_view kDigits = "01234567";
    std::string mode = "mode 0";
    for (const unsigned shift : {6U, 3U, 0U}) mode += kDigits[status.st_mode >> shift & 7U];
    return Error{Reason::TokenFileMode, path, mode};
  }
  std::string text(room.data(), static_cast<std::size_t>(got));
  OPENSSL_cleanse(room.data(), room.size());
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

Result<Principals> Principals::open(const std::string& directory,
                                    const std::vector<PrincipalName>& names, Entropy& entropy) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error) {
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  }
  if (error) return Error{Reason::DataDirectoryUnwritable, directory, error.message()};
  Principals principals;
  for (const PrincipalName& who : names) {
    const std::string path = directory + "/" + who.name + ".token";
    if (!std::filesystem::exists(path, error) && !make_token(path, entropy)) {
      return Error{Reason::DataDirectoryUnwritable, path, file_trouble()};
    }
    auto token = read_secret(path);
    if (!token) return token.error();
    if (token->size() < kTokenTextMin) {
      return Error{Reason::ConfigValueRange, path, "shorter than 32 characters"};
    }
    principals.rows_.push_back({who, sha256(bytes_of(*token))});
    OPENSSL_cleanse(token->data(), token->size());
  }
  return principals;
}

const PrincipalName* Principals::find(std::string_view token) const {
  const Digest offered = sha256(bytes_of(token));
  const PrincipalName* found = nullptr;
  for (const Row& row : rows_) {
    const bool same =
        CRYPTO_memcmp(row.token.bytes.data(), offered.bytes.data(), offered.bytes.size()) == 0;
    if (same) found = &row.who;
  }
  return found;
}

bool Principals::has(std::string_view name) const {
  return std::any_of(rows_.begin(), rows_.end(),
                     [&](const Row& row) { return row.who.name == name; });
}

std::optional<std::vector<PrincipalName>> principals_from(std::string_view text) {
  std::vector<PrincipalName> all;
  std::set<std::string_view> names;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const std::size_t colon = item.find(':');
    if (colon == std::string_view::npos || all.size() == kPrincipalsMax) return std::nullopt;
    const std::string_view name = item.substr(0, colon);
    const auto role = role_from(item.substr(colon + 1));
    if (!role || !is_name(name) || !names.insert(name).second) return std::nullopt;
    all.push_back({std::string(name), *role});
  }
  if (all.empty()) return std::nullopt;
  return all;
}

}  // namespace clawgate::gateway
