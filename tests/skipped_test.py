# SPDX-License-Identifier: Apache-2.0
"""scripts/skipped over a log of the suite: argument 1 is the script."""
import pathlib
import subprocess
import sys
import tempfile

SKIP = """Output:
----------------------------------------------------------
[ RUN      ] {name}
/src/tests/a_test.cc:25: Skipped
{reason}

[  SKIPPED ] {name} (0 ms)
<end of output>
"""
PASS = """Output:
----------------------------------------------------------
[ RUN      ] A.Passes
[       OK ] A.Passes (0 ms)
<end of output>
"""


def told(log):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "LastTest.log"
        path.write_text(log)
        return subprocess.run([sys.executable, sys.argv[1], str(path)], check=True,
                              capture_output=True, text=True).stdout


recording = "no recording at /src/../shared/data/market/{}.gz"
log = (PASS + SKIP.format(name="A.One", reason=recording.format("one")) + PASS +
       SKIP.format(name="A.Two", reason=recording.format("two")) +
       SKIP.format(name="B.Other", reason="no python3 here"))
assert told(PASS) == "== skipped: 0 tests\n", told(PASS)
assert told(log) == ("== skipped: 3 tests\n"
                     "   2  no recording at /src/../shared/data\n"
                     "   1  no python3 here\n"), told(log)
