#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Seeded faults for the trading evaluation, and how many of them its cases catch.

A table (evals/mutants/mutants.table) names one-line faults in risk, stage, blocking, approval and
idempotency code. Product sources are never touched: copies of them are made in a build directory in
which each site reads `active() == N ? fault : original`. All faults are compiled into one program,
clawgate_mutants; which one acts is chosen when it runs.

    mutants.py check    [--binary clawgate]      the table fits the sources; the product has no fault
    mutants.py sources                           the translation units that the program needs
    mutants.py generate --out DIR                the copies
    mutants.py run      --binary clawgate_mutants --out DIR

Exit: 0 well, 1 too few faults are caught, 2 the table or the program is not usable.
"""

import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TABLE = "evals/mutants/mutants.table"
LEAST = 60  # faults that the table must hold
SHARE = 0.95  # of them that must be caught
SECONDS = 20  # a fault that makes a case run longer is caught
KINDS = ("comparison", "constant", "dropped", "skipped", "swapped")
ACTIVE = "::clawgate::mutants::active()"
# Where a unit that includes a changed header is compiled again; the rest of the tree is not part of
# the evaluation.
UNITS = ("gateway", "gateway/audit", "gateway/eval", "governance", "risk", "schemas", "signals")
NOT_UNITS = ("gateway/main.cc",)


class TableError(Exception):
    """What is wrong with the table, with its line."""


class Mutant:
    def __init__(self, line, number, file, rule, kind):
        self.line, self.number, self.file, self.rule, self.kind = line, number, file, rule, kind
        self.after = self.original = self.fault = self.survives = None


def parse(text, name=TABLE):
    """The rows of the table:

        mutant NUMBER FILE KIND rule
        after TEXT       what stands before the site, once in the file; optional
        - TEXT           the site as it is: an expression, or a statement with its semicolon
        + TEXT           the fault; for a statement it may be empty
        survives WHY     no case can catch it, and why that is no gap; optional
    """
    mutants = []
    for at, row in enumerate(text.splitlines(), 1):
        if not row.strip() or row.startswith("#"):
            continue
        word, _, rest = row.partition(" ")
        rest = rest.strip()
        where = f"{name}:{at}"
        if word == "mutant":
            parts = rest.split(" ", 3)
            if len(parts) != 4 or not parts[0].isdigit():
                raise TableError(f"{where}: mutant NUMBER FILE KIND rule; seen: {row}")
            if int(parts[0]) != len(mutants) + 1:
                raise TableError(f"{where}: numbers run from 1; seen: {parts[0]}")
            if parts[2] not in KINDS:
                raise TableError(f"{where}: a kind is one of {', '.join(KINDS)}; seen: {parts[2]}")
            mutants.append(Mutant(where, int(parts[0]), parts[1], parts[3], parts[2]))
            continue
        field = {"after": "after", "-": "original", "+": "fault", "survives": "survives"}.get(word)
        if field is None or not mutants or getattr(mutants[-1], field) is not None:
            raise TableError(f"{where}: after, -, + or survives, once, under its mutant; seen: {row}")
        setattr(mutants[-1], field, rest)
    seen = {}
    for one in mutants:
        if not one.original or one.fault is None:
            raise TableError(f"{one.line}: a mutant needs - and +")
        if one.original == one.fault:
            raise TableError(f"{one.line}: the fault is the original")
        if not one.fault and not one.original.endswith(";"):
            raise TableError(f"{one.line}: only a statement can be left out")
        other = seen.setdefault((one.rule, one.kind), one)
        if other is not one:
            raise TableError(f"{one.line}: same rule and kind as {other.line}: {one.rule}")
    return mutants


def pattern_of(text):
    """Matches the text however its lines are broken."""
    return re.compile(r"\s+".join(re.escape(word) for word in text.split()))


def site_of(mutant, source):
    """Where the original stands: (begin, end)."""
    begin = 0
    if mutant.after is not None:
        places = list(pattern_of(mutant.after).finditer(source))
        if len(places) != 1:
            raise TableError(f"{mutant.line}: `after` stands {len(places)} times in {mutant.file}, "
                             f"not once: {mutant.after}")
        begin = places[0].end()
    places = list(pattern_of(mutant.original).finditer(source, begin))
    if not places:
        raise TableError(f"{mutant.line}: the site has moved; not in {mutant.file}: {mutant.original}")
    if mutant.after is None and len(places) != 1:
        raise TableError(f"{mutant.line}: the site stands {len(places)} times in {mutant.file}: "
                         f"{mutant.original}")
    return places[0].span()


def changed(file, source, mutants):
    """The source with every site a choice between the original and its faults."""
    sites = {}
    for one in mutants:
        sites.setdefault(site_of(one, source), []).append(one)
    spans = sorted(sites)
    for left, right in zip(spans, spans[1:]):
        if right[0] < left[1]:
            raise TableError(f"{sites[right][0].line}: overlaps with {sites[left][0].line}")
    text, at = [], 0
    for begin, end in spans:
        original = source[begin:end]
        text.append(source[at:begin])
        if original.endswith(";"):
            choice = "".join(f"if ({ACTIVE} == {one.number}) {{ {one.fault} }} else "
                             for one in sites[begin, end])
            text.append(f"{{ {choice}{{ {original} }} }}")
        else:
            choice = "".join(f"{ACTIVE} == {one.number} ? ({one.fault}) : "
                             for one in sites[begin, end])
            text.append(f"({choice}({original}))")
        at = end
    text.append(source[at:])
    include = '#include "evals/mutants/active.h"\n'
    head, mark, body = "".join(text).partition("#include")
    return f"{head}{include}#line {head.count(chr(10)) + 1} \"{file}\"\n{mark}{body}"


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def by_file(mutants):
    files = {}
    for one in mutants:
        files.setdefault(one.file, []).append(one)
    return files


def includes_of(path, known):
    """Every file of ours that this one includes, itself among them."""
    if path not in known:
        known[path] = {path}
        for name in re.findall(r'^#include "([^"]+)"', read(path), re.M):
            if os.path.exists(os.path.join(ROOT, name)):
                known[path] |= includes_of(name, known)
    return known[path]


def units(mutants):
    """(copies, unchanged units that include a changed header)."""
    copies = sorted(by_file(mutants))
    headers = {name for name in copies if name.endswith(".h")}
    known, again = {}, []
    for folder in UNITS:
        walk = os.walk(os.path.join(ROOT, folder)) if folder in ("governance", "schemas") else \
            [(os.path.join(ROOT, folder), [], os.listdir(os.path.join(ROOT, folder)))]
        for place, _, names in walk:
            for name in names:
                path = os.path.relpath(os.path.join(place, name), ROOT)
                if not path.endswith(".cc") or path in copies or path in NOT_UNITS:
                    continue
                if headers & includes_of(path, known):
                    again.append(path)
    return copies, sorted(set(again))


def command_sources(_):
    copies, again = units(parse(read(TABLE)))
    for path in copies:
        print("copy", path)
    for path in again:
        print("unit", path)
    return 0


def command_generate(arguments):
    for file, mutants in by_file(parse(read(TABLE))).items():
        text = changed(file, read(file), mutants)
        path = os.path.join(arguments.out, file)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as old:
                if old.read() == text:
                    os.utime(path)
                    continue
        with open(path, "w", encoding="utf-8") as new:
            new.write(text)
    return 0


def check(binary=None):
    mutants = parse(read(TABLE))
    if len(mutants) < LEAST:
        raise TableError(f"{TABLE}: at least {LEAST} mutants; seen: {len(mutants)}")
    for file, ours in by_file(mutants).items():
        source = read(file)
        if "mutants::active" in source:
            raise TableError(f"{file}: a product source names the switch of the mutants")
        changed(file, source, ours)
    if binary:
        with open(binary, "rb") as file:
            if b"8clawgate7mutants" in file.read():
                raise TableError(f"{binary}: holds a symbol of the mutants")
    return mutants


def command_check(arguments):
    print(f"{len(check(arguments.binary))} mutants fit their sources")
    return 0


def run_one(binary, cases, number):
    """(caught, by): the first case that noticed, as `NUMBER TITLE`."""
    command = [binary, "--mutant", str(number), "--cases", cases]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        output, how = done.stdout, "" if done.returncode in (0, 1) else "stopped the gateway: "
        if done.returncode == 0:
            return False, ""
        if done.returncode == 2:
            raise TableError(done.stderr.strip())
    except subprocess.TimeoutExpired as late:
        output, how = (late.stdout or b"").decode(), "did not end: "
    rows = output.splitlines()
    failed = [row[5:] for row in rows if row.startswith("FAIL ")]
    last = [row[5:] for row in rows if row.startswith("case ")]
    return True, failed[0] if failed else how + (last[-1] if last else "before the first case")


def show(done, total, row):
    if sys.stdout.isatty():
        bar = "#" * (32 * done // total)
        print(f"\r\033[K{row}\n  [{bar:32}] {done} of {total}", end="", flush=True)
    else:
        print(row, flush=True)


def command_run(arguments):
    mutants = check()
    begin = time.monotonic()
    if run_one(arguments.binary, arguments.cases, 0)[0]:
        raise TableError("the cases fail without any fault; run `make eval-trading` first")
    if arguments.only:
        mutants = [one for one in mutants if one.number == arguments.only]
    results = {}
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs or os.cpu_count()) as pool:
        running = {pool.submit(run_one, arguments.binary, arguments.cases, one.number): one
                   for one in mutants}
        for future in concurrent.futures.as_completed(running):
            one = running[future]
            caught, by = results[one.number] = future.result()
            what = f"by case {by}" if caught else "SURVIVES" + (
                f" ({one.survives})" if one.survives else ", and the table does not say why")
            show(len(results), len(mutants), f"  {one.number:3}  {one.rule} [{one.kind}]  {what}")
    caught = sum(1 for found, _ in results.values() if found)
    survivors = [one for one in mutants if not results[one.number][0]]
    summary = {
        "schema_version": "1.0", "mutants": len(mutants), "caught": caught,
        "caught_share": round(caught / max(len(mutants), 1), 4), "share_demanded": SHARE,
        "survivors": [{"mutant": one.number, "file": one.file, "rule": one.rule, "kind": one.kind,
                       "why": one.survives} for one in survivors],
        "duration_s": round(time.monotonic() - begin, 1), "git_commit": commit(),
        "results": [{"mutant": one.number, "file": one.file, "rule": one.rule, "kind": one.kind,
                     "caught": results[one.number][0], "by": results[one.number][1]}
                    for one in mutants]}
    os.makedirs(arguments.out, exist_ok=True)
    with open(os.path.join(arguments.out, "summary.json"), "w", encoding="utf-8") as file:
        json.dump(summary, file, indent=1)
        file.write("\n")
    print(f"\n\n  {len(mutants)} mutants, {caught} caught ({caught / max(len(mutants), 1):.1%}), "
          f"{len(survivors)} survive, {summary['duration_s']} s; {arguments.out}/summary.json")
    stale = [one.number for one in mutants if one.survives and results[one.number][0]]
    if stale:
        print(f"  the table calls them survivors, and they are caught: {stale}")
    enough = caught >= SHARE * len(mutants) and bool(mutants)
    return 0 if enough and not stale and all(one.survives for one in survivors) else 1


def commit():
    found = subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], capture_output=True, text=True,
                           check=False)
    return found.stdout.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, function in (("check", command_check), ("sources", command_sources),
                           ("generate", command_generate), ("run", command_run)):
        command = commands.add_parser(name)
        command.set_defaults(function=function)
        if name in ("check", "run"):
            command.add_argument("--binary", required=name == "run")
        if name == "generate":
            command.add_argument("--out", required=True)
        if name == "run":
            command.add_argument("--cases", default=os.path.join(ROOT, "evals/trading"))
            command.add_argument("--out", default="artifacts/evals/mutants")
            command.add_argument("--only", type=int, help="one mutant by its number")
            command.add_argument("--jobs", type=int, help="side by side; one a core when left out")
    arguments = parser.parse_args()
    try:
        return arguments.function(arguments)
    except (TableError, OSError) as error:
        print(f"mutants: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
