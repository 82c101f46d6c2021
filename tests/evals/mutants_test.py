#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/mutants.py: what it refuses, what it generates, and that the product holds no fault.

Usage: mutants_test.py PRODUCT_BINARY
"""

import importlib.util
import os
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
spec = importlib.util.spec_from_file_location("mutants", os.path.join(ROOT, "scripts", "mutants.py"))
mutants = importlib.util.module_from_spec(spec)
spec.loader.exec_module(mutants)
BINARY = sys.argv.pop(1) if len(sys.argv) > 1 else None

ROW = "mutant 1 a.cc comparison rule one\n- a > b\n+ a < b\n"
SOURCE = '#include "x.h"\nint f(int a, int b) {\n  if (a >\n      b) return 1;\n  g();\n  return 0;\n}\n'


class TableTest(unittest.TestCase):
    def refused(self, text, why):
        with self.assertRaisesRegex(mutants.TableError, why):
            mutants.parse(text)

    def test_reads_a_row(self):
        (one,) = mutants.parse(ROW + "survives nobody can see it\n")
        self.assertEqual((one.number, one.file, one.kind, one.rule),
                         (1, "a.cc", "comparison", "rule one"))
        self.assertEqual((one.original, one.fault, one.survives),
                         ("a > b", "a < b", "nobody can see it"))

    def test_refuses_by_line(self):
        self.refused("mutant 2 a.cc comparison rule\n", "table:1.*run from 1")
        self.refused("mutant 1 a.cc clever rule\n", "kind is one of")
        self.refused("mutant 1 a.cc comparison rule\n- a\n", "needs - and")
        self.refused("mutant 1 a.cc comparison rule\n- a\n+ a\n", "is the original")
        self.refused("mutant 1 a.cc comparison rule\n- a\n+\n", "only a statement")
        self.refused("- a\n", "under its mutant")
        self.refused(ROW + "+ again\n", "table:4.*once")
        self.refused(ROW + ROW.replace("mutant 1", "mutant 2"), "same rule and kind")


class SiteTest(unittest.TestCase):
    def generated(self, text, source=SOURCE):
        return mutants.changed("a.cc", source, mutants.parse(text))

    def test_an_expression_becomes_a_choice(self):
        self.assertIn("(::clawgate::mutants::active() == 1 ? (a < b) : (a >\n      b))",
                      self.generated(ROW))

    def test_a_statement_becomes_a_branch(self):
        text = self.generated("mutant 1 a.cc dropped rule\n- g();\n+\n")
        self.assertIn("{ if (::clawgate::mutants::active() == 1) {  } else { g(); } }", text)

    def test_two_faults_may_share_a_site(self):
        both = ROW + ROW.replace("mutant 1", "mutant 2").replace("one", "two").replace("a < b", "false")
        self.assertIn("== 1 ? (a < b) : ::clawgate::mutants::active() == 2 ? (false) :",
                      self.generated(both))

    def test_a_site_that_moved_is_refused(self):
        with self.assertRaisesRegex(mutants.TableError, "has moved"):
            self.generated(ROW, SOURCE.replace("a >", "a >="))

    def test_a_site_that_is_not_unique_is_refused(self):
        with self.assertRaisesRegex(mutants.TableError, "2 times"):
            self.generated(ROW, SOURCE + SOURCE)
        self.generated(ROW.replace("- a", "after f(int a, int b)\n- a"), SOURCE + "// a > b\n")
        with self.assertRaisesRegex(mutants.TableError, "`after` stands 2 times"):
            self.generated(ROW.replace("- a", "after f(int a, int b)\n- a"), SOURCE + SOURCE)

    def test_sites_that_overlap_are_refused(self):
        with self.assertRaisesRegex(mutants.TableError, "overlaps"):
            self.generated(ROW + "mutant 2 a.cc dropped rule\n- if (a > b) return 1;\n+\n")


class ProductTest(unittest.TestCase):
    def test_the_table_fits_the_sources(self):
        self.assertGreaterEqual(len(mutants.check()), mutants.LEAST)

    def test_every_fault_is_in_a_generated_copy(self):
        table = mutants.parse(mutants.read(mutants.TABLE))
        for file, ours in mutants.by_file(table).items():
            text = mutants.changed(file, mutants.read(file), ours)
            for one in ours:
                self.assertEqual(text.count(f"{mutants.ACTIVE} == {one.number} ")
                                 + text.count(f"{mutants.ACTIVE} == {one.number})"), 1, one.line)

    def test_the_product_holds_none(self):
        mutants.check(BINARY)

    def test_a_binary_that_holds_one_is_seen(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"\x7fELF _ZN8clawgate7mutants6chosenEv")
            file.flush()
            with self.assertRaisesRegex(mutants.TableError, "symbol of the mutants"):
                mutants.check(file.name)


if __name__ == "__main__":
    unittest.main()
