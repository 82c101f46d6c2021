#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verifies a Clawgate journal. Written from docs/journal-format.md; standard library only.

Reads a directory (a copy, or one that no gateway writes to) and changes nothing.
Exit code: 0 the journal is whole, 1 something was found, 2 bad usage.
"""

import argparse
import hashlib
import json
import os
import re
import stat
import struct
import sys
import zlib

HEADER_BYTES = 8
BODY_MIN = 20
BODY_MAX = 20 + 65536
SEGMENT_BYTES_MAX = 1 << 30
CHECKPOINTS_BYTES_MAX = 1 << 28
TORN_REASONS = {"JOURNAL_MAGIC", "JOURNAL_FRAME", "JOURNAL_CRC", "JOURNAL_CHAIN"}
CHECKPOINT = re.compile(
    rb'(\{"clawgate_checkpoint":1,"seq":(0|[1-9][0-9]{0,18}),"hash":"([0-9a-f]{64})"'
    rb',"wall_ms":(0|[1-9][0-9]{0,15}),"key":"([0-9a-f]{64})")'
    rb',"signature":"([0-9a-f]{128})"\}')


# Ed25519, RFC 8032 section 5.1, in extended coordinates. Verifies only, so nothing here is secret.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1, 1, 0)


def point_add(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return (i * j % P, k * m % P, j * k % P, i * m % P)


def point_mul(scalar, point):
    result = IDENTITY
    while scalar:
        if scalar & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        scalar >>= 1
    return result


def point_decode(data):
    """None for bytes that are no point."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def point_encode(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = point_decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
_verified = {}


def ed25519_verify(key, signature, message):
    question = (key, signature, message)
    if question not in _verified:
        _verified[question] = ed25519_verify_afresh(key, signature, message)
    return _verified[question]


def ed25519_verify_afresh(key, signature, message):
    public = point_decode(key)
    s = int.from_bytes(signature[32:], "little")
    if public is None or s >= L:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    h = int.from_bytes(digest, "little") % L
    minus_public = (P - public[0], public[1], public[2], P - public[3])
    r = point_add(point_mul(s, BASE), point_mul(h, minus_public))
    return point_encode(r) == signature[:32]


def finding(reason, file, offset, seq, text):
    return {"reason": reason, "file": file, "offset": offset, "seq": seq, "text": text}


def open_regular(path, flags):
    """No link is followed, and no pipe waited for."""
    handle = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise OSError("not a regular file")


def read_file(path, size_max):
    with open(path, "rb", opener=open_regular) as file:
        data = file.read(size_max + 1)
    if len(data) > size_max:
        raise OSError(f"longer than {size_max} bytes")
    return data


class Chain:
    def __init__(self):
        self.seq = 0
        self.time = None
        self.hash = bytes(32)
        self.journal_id = None


class Broken(Exception):
    """A rule that does not hold, at an offset of a segment."""

    def __init__(self, reason, offset):
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


def whole_frame(data, offset):
    """Length of the body of the frame at `offset`; None where no whole one can be."""
    if offset + 4 > len(data):
        return None
    (length,) = struct.unpack_from("<I", data, offset)
    if not BODY_MIN <= length <= BODY_MAX or offset + 4 + length + 36 > len(data):
        return None
    return length


def crc_matches(data, offset, length):
    end = offset + 4 + length
    return zlib.crc32(data[offset:end]) == struct.unpack_from("<I", data, end)[0]


def used_size(data):
    return len(data.rstrip(b"\0"))


def check_open(data, body, length, number, chain):
    """The journal id that a segment's first record names, if it may stand here."""
    payload = data[body + BODY_MIN:body + length]
    if len(payload) < 85 or payload[84] > 64 or 85 + payload[84] > len(payload):
        return None
    journal_id, segment, _, previous = struct.unpack_from("<16sI32s32s", payload)
    if segment != number or previous != chain.hash:
        return None
    return journal_id if chain.journal_id in (None, journal_id) else None


def read_segment(data, number, chain, on_record):
    """Walks one segment and moves `chain` along. Raises Broken at the first rule that fails."""
    version = int.from_bytes(data[6:8], "little")
    if len(data) < HEADER_BYTES or data[:6] != b"CGJRNL" or version == 0:
        raise Broken("JOURNAL_MAGIC", 0)
    if version != 1:
        raise Broken("JOURNAL_VERSION", 0)
    used = used_size(data)
    offset = HEADER_BYTES
    while True:
        first = offset == HEADER_BYTES
        if not first and data[offset:offset + 4] in (b"", b"\0", b"\0\0", b"\0\0\0", b"\0\0\0\0"):
            if used > offset:
                raise Broken("JOURNAL_FRAME", offset)
            return
        length = whole_frame(data, offset)
        if length is None:
            raise Broken("JOURNAL_FRAME", offset)
        if not crc_matches(data, offset, length):
            raise Broken("JOURNAL_CRC", offset)
        body = offset + 4
        kind, _, seq, time = struct.unpack_from("<HHQq", data, body)
        if seq != chain.seq + 1:
            raise Broken("JOURNAL_SEQUENCE", offset)
        if chain.time is not None and time < chain.time:
            raise Broken("JOURNAL_TIME", offset)
        if (kind == 1) != first:
            raise Broken("JOURNAL_SEGMENT", offset)
        journal_id = chain.journal_id
        if first:
            journal_id = check_open(data, body, length, number, chain)
            if journal_id is None:
                raise Broken("JOURNAL_SEGMENT", offset)
        covered = data[offset:body + length]
        digest = hashlib.sha256(struct.pack("<I", 32) + chain.hash + covered).digest()
        end = body + length + 4
        if digest != data[end:end + 32]:
            raise Broken("JOURNAL_CHAIN", offset)
        chain.seq, chain.time, chain.hash, chain.journal_id = seq, time, digest, journal_id
        offset = end + 32
        on_record()


def looks_torn(data, broken, chain):
    if broken.reason not in TORN_REASONS:
        return False
    for start in range(broken.offset + 1, used_size(data)):
        length = whole_frame(data, start)
        if length is None:
            continue
        (seq,) = struct.unpack_from("<Q", data, start + 8)
        if seq > chain.seq and crc_matches(data, start, length):
            return False
    return True


class Verifier:
    def __init__(self, directory, anchor=None, key=None):
        self.directory = directory
        self.key = key
        self.chain = Chain()
        self.records = 0
        self.findings = []
        self.torn_tail_bytes = 0
        self.checkpoints = 0
        self.anchor = ("none", 0)
        self.given = anchor
        self.marks = []
        self.next_mark = 0

    def found(self, *args):
        self.findings.append(finding(*args))

    def read_checkpoints(self):
        name = "checkpoints.jsonl"
        marks = []
        try:
            data = read_file(os.path.join(self.directory, name), CHECKPOINTS_BYTES_MAX)
        except FileNotFoundError:
            return marks
        except OSError as error:
            self.found("FILE_UNREADABLE", name, 0, 0, str(error))
            return marks
        last = 0
        offset = 0
        for line in re.findall(rb"[^\n]*\n|[^\n]+", data):
            seq, wrong = 0, "not a checkpoint"
            match = CHECKPOINT.fullmatch(line[:-1]) if line.endswith(b"\n") else None
            if match:
                seq = int(match[2])
                wrong = self.objection(match, seq, last)
            if wrong:
                self.found("JOURNAL_CHECKPOINT", name, offset, seq, wrong)
            else:
                last = seq
                marks.append({"seq": seq, "hash": bytes.fromhex(match[3].decode()),
                              "kind": "checkpoint", "file": name, "offset": offset})
            offset += len(line)
        return marks

    def objection(self, match, seq, last):
        key = bytes.fromhex(match[5].decode())
        if not ed25519_verify(key, bytes.fromhex(match[6].decode()), match[1]):
            return "the signature does not hold"
        if self.key is not None and key != self.key:
            return "signed by another key"
        return "not later than the one before" if seq <= last else None

    def meet_marks(self):
        while self.next_mark < len(self.marks) and \
                self.marks[self.next_mark]["seq"] == self.chain.seq:
            mark = self.marks[self.next_mark]
            self.next_mark += 1
            if mark["hash"] != self.chain.hash:
                self.found("JOURNAL_CHECKPOINT", mark["file"], mark["offset"], mark["seq"],
                           "the chain has another hash here")
                continue
            self.checkpoints += mark["kind"] == "checkpoint"
            self.anchor = (mark["kind"], mark["seq"])

    def on_record(self):
        self.records += 1
        self.meet_marks()

    def run(self):
        self.marks = self.read_checkpoints()
        if self.given:
            self.marks.append({"seq": self.given[0], "hash": self.given[1], "kind": "given",
                               "file": "anchor", "offset": 0})
        self.marks.sort(key=lambda mark: mark["seq"])
        self.meet_marks()
        if self.read_segments():
            if self.records == 0 and self.torn_tail_bytes == 0:
                self.found("JOURNAL_MISSING", ".", 0, 1, "no record")
            if self.next_mark < len(self.marks):
                mark = self.marks[-1]
                self.found("JOURNAL_TAIL_LOST", mark["file"], mark["offset"], mark["seq"],
                           f"the last record is {self.chain.seq}")
        return {
            "ok": not self.findings, "records": self.records, "head_seq": self.chain.seq,
            "head_hash": self.chain.hash.hex(), "torn_tail_bytes": self.torn_tail_bytes,
            "checkpoints": self.checkpoints, "anchor": self.anchor[0],
            "anchor_seq": self.anchor[1], "findings": self.findings,
        }

    def read_segments(self):
        """False after damage: what lies behind it cannot be judged."""
        try:
            names = sorted(name for name in os.listdir(self.directory)
                           if re.fullmatch(r"[0-9]{8}\.cgj", name, re.ASCII))
        except OSError as error:
            self.found("JOURNAL_MISSING", self.directory, 0, 1, str(error))
            return False
        for number, name in enumerate(names, 1):
            expected = f"{number:08d}.cgj"
            if name != expected:
                self.found("JOURNAL_SEGMENT", expected, 0, self.chain.seq + 1,
                           "no such segment, but later ones")
                return False
            try:
                data = read_file(os.path.join(self.directory, name), SEGMENT_BYTES_MAX)
            except OSError as error:
                self.found("FILE_UNREADABLE", name, 0, self.chain.seq + 1, str(error))
                return False
            if not self.judge_segment(data, number, name, number == len(names)):
                return False
        return True

    def judge_segment(self, data, number, name, is_last):
        if is_last and used_size(data) == 0:
            return True
        before = self.records
        try:
            read_segment(data, number, self.chain, self.on_record)
            return True
        except Broken as broken:
            if not is_last or not looks_torn(data, broken, self.chain):
                self.found(broken.reason, name, broken.offset, self.chain.seq + 1, "")
                return False
            start = broken.offset if self.records > before else 0
            self.torn_tail_bytes = max(0, used_size(data) - start)
            if self.torn_tail_bytes:
                self.found("JOURNAL_TORN_TAIL", name, start, self.chain.seq + 1,
                           f"{self.torn_tail_bytes} bytes")
            return True


def print_for_people(directory, report):
    verdict = "whole" if report["ok"] else "BROKEN"
    print(f"{directory}: {verdict}; {report['records']} records, head {report['head_seq']} "
          f"{report['head_hash']}")
    if report["anchor"] == "none":
        if report["ok"]:
            print("no anchor: records missing at the end would leave no trace")
    else:
        print(f"anchored at sequence {report['anchor_seq']} ({report['anchor']})")
    for item in report["findings"]:
        print(f"{item['reason']} {item['file']} offset {item['offset']} "
              f"sequence {item['seq']} {item['text']}".rstrip())


def parse_anchor(text):
    match = re.fullmatch(r"([0-9]{1,19}):([0-9a-fA-F]{64})", text, re.ASCII)
    if not match:
        raise argparse.ArgumentTypeError("not SEQ:HASH, the hash as 64 hex digits")
    return int(match[1]), bytes.fromhex(match[2])


def parse_key(text):
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text, re.ASCII):
        raise argparse.ArgumentTypeError("not 64 hex digits")
    return bytes.fromhex(text)


def verify_batch(key):
    """One directory a line on stdin, a tab and SEQ:HASH behind it or not; answers line by line."""
    ok = True
    for line in sys.stdin:
        directory, _, anchor = line.rstrip("\n").partition("\t")
        report = Verifier(directory, parse_anchor(anchor) if anchor else None, key).run()
        ok = ok and report["ok"]
        print(json.dumps(report))
    return ok


def main():
    parser = argparse.ArgumentParser(
        description="Verify a Clawgate journal.",
        epilog="exit code: 0 whole, 1 something was found, 2 bad usage")
    parser.add_argument("directory", nargs="?", help="a copy of a journal's directory")
    parser.add_argument("--anchor", type=parse_anchor, metavar="SEQ:HASH",
                        help="a head of the chain known from elsewhere")
    parser.add_argument("--key", type=parse_key, metavar="HEX",
                        help="the public key that must have signed the checkpoints")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--batch", action="store_true",
                        help="read directories from stdin, one a line, each with a tab and an "
                             "anchor behind it or not; print one JSON object a line")
    options = parser.parse_args()
    if options.batch == (options.directory is not None):
        parser.error("give a directory, or --batch")
    if options.batch:
        return 0 if verify_batch(options.key) else 1
    report = Verifier(options.directory, options.anchor, options.key).run()
    if options.json:
        print(json.dumps(report))
    else:
        print_for_people(options.directory, report)
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
