// SPDX-License-Identifier: Apache-2.0
#include "gateway/commands/sim_accounts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "schemas/core/read_file.h"
#include "schemas/strict_json.h"
#include "sim/protocol/json_writer.h"

namespace clawgate::gateway {
namespace {

constexpr std::int64_t kFirstUid = 1'000'001;

// Empty when it is missing or no string.
std::string member(const Json& object, std::string_view name) {
  const Json* const value = object.find(name);
  return value != nullptr && value->is(Json::Kind::String) ? value->text : std::string();
}

}  // namespace

Result<std::pair<std::string, std::int64_t>> parse_balance(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Error{Reason::UsageOption, "--balance", text};
  }
  const RawDecimal amount = parse_decimal(std::string_view(text).substr(equals + 1));
  if (amount.error != DecimalError::None || amount.raw < 0) {
    return Error{Reason::UsageOption, "--balance", text};
  }
  return std::pair{text.substr(0, equals), amount.raw};
}

void grow_accounts(std::vector<SimAccount>& accounts, std::size_t count) {
  while (accounts.size() < count) {
    SimAccount account;
    account.uid = kFirstUid + static_cast<std::int64_t>(accounts.size());
    account.api_key = sim::random_token();
    account.secret = sim::random_token();
    account.ed25519_api_key = sim::random_token();
    account.ed25519 = sim::make_ed25519_key();
    accounts.push_back(std::move(account));
  }
}

Result<std::vector<SimAccount>> load_accounts(const std::string& path) {
  std::vector<SimAccount> accounts;
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) return accounts;
  const auto text = read_whole_file(path);
  if (!text) return text.error();
  const auto read = read_json(*text);
  if (!read || !read->is(Json::Kind::Array)) {
    return Error{Reason::ConfigSyntax, path, "not a list of accounts"};
  }
  for (const Json& row : read->items) {
    SimAccount account;
    account.uid = kFirstUid + static_cast<std::int64_t>(accounts.size());
    account.api_key = member(row, "api_key");
    account.secret = member(row, "secret");
    account.ed25519_api_key = member(row, "ed25519_api_key");
    account.ed25519 = {member(row, "ed25519_private_key"), member(row, "ed25519_public_key")};
    const bool whole = !account.api_key.empty() && !account.secret.empty() &&
                       !account.ed25519_api_key.empty() && !account.ed25519.private_pem.empty() &&
                       !account.ed25519.public_pem.empty();
    if (!whole) return Error{Reason::ConfigKeyMissing, path, "an account without its keys"};
    accounts.push_back(std::move(account));
  }
  return accounts;
}

bool write_private(const std::string& path, const std::string& text) {
  const std::string draft = path + ".new";
  static_cast<void>(::unlink(draft.c_str()));
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return false;
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t some = ::write(file, text.data() + done, text.size() - done);
    if (some <= 0) break;
    done += static_cast<std::size_t>(some);
  }
  const bool synced = ::fsync(file) == 0;
  const bool closed = ::close(file) == 0;
  return done == text.size() && synced && closed && ::rename(draft.c_str(), path.c_str()) == 0;
}

std::optional<Error> save_accounts(const std::string& path,
                                   const std::vector<SimAccount>& accounts) {
  sim::JsonWriter w;
  w.array();
  for (const SimAccount& account : accounts) {
    w.object()
        .text("api_key", account.api_key)
        .text("secret", account.secret)
        .text("ed25519_api_key", account.ed25519_api_key)
        .text("ed25519_private_key", account.ed25519.private_pem)
        .text("ed25519_public_key", account.ed25519.public_pem)
        .end_object();
  }
  w.end_array();
  if (write_private(path, w.take() + "\n")) return std::nullopt;
  return Error{Reason::DataDirectoryUnwritable, path, ""};
}

SimKeyFiles key_files(const std::string& directory, std::size_t account) {
  std::error_code error;
  const auto stem =
      std::filesystem::absolute(directory, error) / ("account-" + std::to_string(account + 1));
  return {stem.string() + ".key", stem.string() + ".pem"};
}

std::optional<Error> save_key_files(const std::string& directory,
                                    const std::vector<SimAccount>& accounts) {
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const SimKeyFiles files = key_files(directory, i);
    const bool written = write_private(files.api_key, accounts[i].ed25519_api_key + "\n") &&
                         write_private(files.private_key, accounts[i].ed25519.private_pem);
    if (!written) return Error{Reason::DataDirectoryUnwritable, directory, ""};
  }
  return std::nullopt;
}

std::optional<Error> open_accounts(sim::Simulator& simulator,
                                   const std::vector<SimAccount>& accounts,
                                   const SimBalances& balances) {
  sim::Exchange& exchange = simulator.exchange();
  for (std::uint32_t i = 0; i < accounts.size(); ++i) {
    const SimAccount& account = accounts[i];
    sim::AccountId id(i);
    if (i >= exchange.accounts()) {
      sim::AccountOptions options;
      options.uid = account.uid;
      id = exchange.open_account(options);
      for (const auto& [name, amount] : balances) {
        const auto asset = exchange.find_asset(name);
        if (!asset || !exchange.deposit(id, *asset, amount, simulator.now())) {
          return Error{Reason::UsageOption, "--balance", name};
        }
      }
    }
    simulator.service().add_key({account.api_key, sim::KeyType::Hmac, account.secret, id});
    simulator.service().add_key(
        {account.ed25519_api_key, sim::KeyType::Ed25519, account.ed25519.public_pem, id});
  }
  return std::nullopt;
}

Result<sim::TestCertificate> certificate_in(const std::string& directory) {
  const std::string authority = directory + "/ca.pem";
  const std::string certificate = directory + "/server.pem";
  const std::string key = directory + "/server.key";
  const auto kept_authority = read_whole_file(authority);
  const auto kept_certificate = read_whole_file(certificate);
  const auto kept_key = read_whole_file(key);
  if (kept_authority && kept_certificate && kept_key) {
    return sim::TestCertificate{*kept_authority, *kept_certificate, *kept_key};
  }
  const sim::TestCertificate made = sim::make_test_certificate();
  const bool written = write_private(key, made.key_pem) &&
                       write_private(certificate, made.certificate_pem) &&
                       write_private(authority, made.authority_pem);
  if (!written) return Error{Reason::DataDirectoryUnwritable, directory, ""};
  return made;
}

}  // namespace clawgate::gateway
