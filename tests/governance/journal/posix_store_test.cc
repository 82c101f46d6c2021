// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/posix_store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "governance/journal/lock.h"
#include "tests/governance/journal/support.h"
#include "tests/support/temporary_directory.h"

namespace clawgate::journal {
namespace {

class PosixStoreTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return (directory_.path() / "a" / "journal").string(); }
  testing::TemporaryDirectory directory_;
};

TEST_F(PosixStoreTest, AJournalOnADiskIsThatInMemory) {
  const auto store = PosixStore::create(path()).value();
  for (int run = 0; run < 2; ++run) {
    const auto journal = must_open(*store);
    for (std::uint64_t n = 0; n < 30; ++n) {
      append(*journal, test_record(30 * static_cast<std::uint64_t>(run) + n));
      if (n % 7 == 0) {
        ASSERT_TRUE(journal->commit());
      }
    }
    ASSERT_TRUE(journal->close(kWallMs + run));
    EXPECT_EQ(journal->head(), golden_head(30 * (1 + static_cast<std::uint64_t>(run))));
  }
  const VerifyReport report = verify(path());
  EXPECT_TRUE(report.ok);
  EXPECT_EQ(report.checkpoints, 2U);
}

TEST_F(PosixStoreTest, FilesAreForTheirOwnerAlone) {
  const auto store = PosixStore::create(path()).value();
  const auto journal = must_open(*store);
  append(*journal, test_record(0));
  ASSERT_TRUE(journal->close(kWallMs));
  for (const char* name : {"00000001.cgj", kCheckpointFile, kCheckpointKeyFile}) {
    struct stat status {};
    ASSERT_EQ(::stat((path() + "/" + name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
  }
}

TEST_F(PosixStoreTest, AMissingDirectoryIsNoJournal) {
  const auto store = PosixStore::open_existing(path());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().reason, Reason::JournalMissing);
}

TEST_F(PosixStoreTest, ADirectoryThatCannotBeMadeIsNamed) {
  const auto store = PosixStore::create("/proc/journal");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().reason, Reason::DataDirectoryUnwritable);
  EXPECT_EQ(store.error().field, "/proc/journal");
}

TEST_F(PosixStoreTest, CallsAnswerMinusErrno) {
  const auto store = PosixStore::create(path()).value();
  EXPECT_EQ(store->open("absent", Store::Open::Read), -ENOENT);
  EXPECT_EQ(store->open("absent", Store::Open::Write), -ENOENT);
  const int handle = store->open("new", Store::Open::CreateNew);
  ASSERT_GE(handle, 0);
  EXPECT_EQ(store->open("new", Store::Open::CreateNew), -EEXIST);
  store->close(handle);
  EXPECT_EQ(store->rename("absent", "other"), -ENOENT);
  EXPECT_EQ(store->remove("absent"), -ENOENT);
  EXPECT_EQ(store->remove("new"), 0);
  EXPECT_EQ(store->sync(9999), -EBADF);
  EXPECT_EQ(store->drop_cache(9999), -EBADF);
}

// A pipe would wait for its other end, for ever.
TEST_F(PosixStoreTest, OnlyARegularFileIsOpened) {
  const auto store = PosixStore::create(path()).value();
  store->close(store->open("file", Store::Open::CreateNew));
  ASSERT_EQ(::symlink("file", (path() + "/link").c_str()), 0);
  ASSERT_EQ(::mkfifo((path() + "/pipe").c_str(), 0600), 0);
  ASSERT_EQ(::mkdir((path() + "/directory").c_str(), 0700), 0);
  for (const auto how : {Store::Open::Read, Store::Open::Write}) {
    EXPECT_EQ(store->open("link", how), -ELOOP);
    EXPECT_EQ(store->open("pipe", how), -ENXIO);
    EXPECT_EQ(store->open("directory", how), -EISDIR);
    const int handle = store->open("file", how);
    EXPECT_GE(handle, 0);
    store->close(handle);
  }
}

TEST_F(PosixStoreTest, ALockIsHeldAsLongAsItsFileIsThere) {
  const std::string directory = directory_.path().string();
  const std::string file = directory + "/lock";
  const auto lock = DirectoryLock::take(directory);
  ASSERT_TRUE(lock);
  EXPECT_TRUE(lock->holds());
  ASSERT_EQ(::unlink(file.c_str()), 0);
  EXPECT_FALSE(lock->holds()) << "gone";
  const auto second = DirectoryLock::take(directory);
  ASSERT_TRUE(second) << "nobody is kept out";
  EXPECT_TRUE(second->holds());
  EXPECT_FALSE(lock->holds()) << "another";
}

TEST_F(PosixStoreTest, OneProcessADirectory) {
  const std::string directory = directory_.path().string();
  {
    const auto lock = DirectoryLock::take(directory);
    ASSERT_TRUE(lock);
    const auto second = DirectoryLock::take(directory);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().reason, Reason::DataDirectoryLocked);
  }
  EXPECT_TRUE(DirectoryLock::take(directory)) << "given back";
  EXPECT_EQ(DirectoryLock::take(directory + "/absent").error().reason,
            Reason::DataDirectoryUnwritable);
}

/// Appends for ever and tells the pipe each sequence that commit() acknowledged.
[[noreturn]] void write_until_killed(const std::string& directory, int pipe) {
  const auto store = PosixStore::create(directory).value();
  const auto journal = must_open(*store);
  for (std::uint64_t n = 0;; ++n) {
    TestRecord record = test_record(n);
    record.time = journal->last_time().value() < 0 ? UnixNanos{0} : journal->last_time();
    append(*journal, record);
    if (n % 3 != 0) continue;
    const std::uint64_t durable = journal->commit().value().value();
    if (::write(pipe, &durable, sizeof durable) != sizeof durable) ::_exit(1);
  }
}

TEST_F(PosixStoreTest, AKilledProcessLosesNothingItAcknowledged) {
  for (int run = 0; run < 12; ++run) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(path(), ends[1]);
    ::close(ends[1]);
    std::uint64_t acknowledged = 0;
    ASSERT_EQ(::read(ends[0], &acknowledged, sizeof acknowledged),
              static_cast<ssize_t>(sizeof acknowledged));
    std::this_thread::sleep_for(std::chrono::microseconds(700 * run));
    ::kill(child, SIGKILL);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    while (::read(ends[0], &acknowledged, sizeof acknowledged) > 0) {
    }
    ::close(ends[0]);

    const auto store = PosixStore::create(path()).value();
    const auto journal = must_open(*store);
    EXPECT_GE(journal->head().seq, Seq{acknowledged});
    EXPECT_TRUE(verify(path()).ok);
  }
}

}  // namespace
}  // namespace clawgate::journal
