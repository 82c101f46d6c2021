#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Derives the fixtures of every contract from its schema and its one hand-written fixtures/<contract>/good/full.json.

  good/     at every bound, every word of every enum, the smallest document
  bad/      one broken rule each; the name starts with the reason our decoder must give
  stricter/ what a schema validator accepts and our decoder refuses, named the same way

`make_fixtures.py` writes the files; `make_fixtures.py --check` only compares, and exits 1 when they differ.
"""
import copy
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
UNIT = "0.00000001"  # of a Decimal
DECIMAL_MAX = "92233720368.54775807"
DEPTH_MAX = 16

ID = "^[ -~]+$"
# For each pattern: texts that match it, and texts that break nothing but it, by name.
DATE_TIME_GOOD = {
    "whole_seconds": "2026-01-05T09:00:00Z",
    "nanoseconds": "2099-12-31T23:59:59.999999999Z",
    "offset": "2000-01-01T05:30:00.5+05:30",
    "leap_day": "2028-02-29T12:00:00-03:00",
}
DATE_TIME_BAD = {
    "date_time_syntax": {
        "no_zone": "2026-01-05T09:00:00",
        "empty": "",
        "no_time": "2026-01-05",
        "space": "2026-01-05 09:00:00Z",
        "lower_case": "2026-01-05t09:00:00z",
        "month_13": "2026-13-05T09:00:00Z",
        "day_0": "2026-01-00T09:00:00Z",
        "hour_24": "2026-01-05T24:00:00Z",
        "leap_second": "2026-06-30T23:59:60Z",
        "ten_decimals": "2026-01-05T09:00:00.1234567890Z",
        "zone_without_colon": "2026-01-05T09:00:00+0300",
        "trailing": "2026-01-05T09:00:00Z ",
    },
    "field_out_of_range": {"year_1999": "1999-12-31T23:59:59Z", "year_2100": "2100-01-01T00:00:00Z"},
}
SHAPES = {
    ID: {"fill": "a", "good": {"printable": " ~"}, "bad": {"accent": "caf\u00e9", "control": "a\nb"}},
    "^[ -~]*$": {"fill": "a", "good": {"empty": ""}, "bad": {"accent": "caf\u00e9"}},
    "^[a-zA-Z0-9_-]+$": {"fill": "a", "good": {"all_kinds": "aZ09_-"}, "bad": {"slash": "a/b", "space": "a b"}},
    "^DEC-[0-9]{8}-[0-9A-Z]{3,16}$": {
        "good": {"shortest": "DEC-20260105-001", "longest": "DEC-20260105-0123456789ABCDEF"},
        "bad": {
            "lower_case": "DEC-20260105-abc",
            "two_symbols": "DEC-20260105-01",
            "seventeen_symbols": "DEC-20260105-0123456789ABCDEFG",
            "seven_digits": "DEC-2026015-001",
        },
    },
    "^INC-[0-9]{8}-[0-9A-Z]{3,16}$": {
        "good": {"shortest": "INC-20260105-001"},
        "bad": {"lower_case": "INC-20260105-abc", "decision": "DEC-20260105-001"},
    },
    "^[!-9;-~]+:[!-9;-~]+:[!-9;-~]+$": {
        "fill": "a:b:c",
        "good": {"shortest": "a:b:c"},
        "bad": {"two_parts": "a:b", "four_parts": "a:b:c:d", "space": "a:b :c"},
    },
    "^[0-9a-f]{64}$": {"bad": {"upper_case": "A" * 64, "short": "a" * 63, "long": "a" * 65}},
    "^([01][0-9]|2[0-3]):[0-5][0-9]$": {
        "good": {"first": "00:00", "last": "23:59"},
        "bad": {"hour_24": "24:00", "minute_60": "12:60", "one_digit": "9:00"},
    },
    "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$": {
        "good": {"first": "00:00", "last": "24:00"},
        "bad": {"after_24": "24:01", "minute_60": "12:60", "one_digit": "9:00"},
    },
}


class Number(str):
    """A JSON number exactly as it is to be written."""


def load(path):
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Number, parse_int=Number)


def dump(value, indent=""):
    inner = indent + "  "
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict) and value:
        rows = [f"{inner}{json.dumps(k, ensure_ascii=False)}: {dump(v, inner)}" for k, v in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(inner + dump(v, inner) for v in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def nudged(bound, units):
    """`bound` plus a count of 1e-8 units, exactly."""
    raw = int(bound) * 10**8 + units
    whole, rest = divmod(abs(raw), 10**8)
    text = f"{whole}.{rest:08d}".rstrip("0").rstrip(".")
    return Number(("-" if raw < 0 else "") + text)


class Contract:
    def __init__(self, name):
        self.schema = load(HERE / f"{name}.schema.json")
        self.folder = HERE / "fixtures" / name
        self.full = load(self.folder / "good" / "full.json")
        self.files = {}
        # The contract on the hot path has a decoder of its own and every spelling of every break; the others share
        # one decoder and have one spelling each.
        self.thorough = name == "signal_intent"

    def some(self, variants):
        return list(variants.items())[: None if self.thorough else 1]

    def put(self, kind, name, document):
        if not isinstance(document, bytes):
            document = (dump(document) + "\n").encode("utf-8")
        assert name not in self.files, name
        self.files[f"{kind}/{name}.json"] = document

    def with_value(self, path, value):
        """A copy of the full document with another value at `path`."""
        if not path:
            return value
        document = copy.deepcopy(self.full)
        at = document
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value
        return document

    def case(self, kind, rule, path, value, variant=""):
        name = "-".join(part for part in (rule, ".".join(map(str, path)) or "root", variant) if part)
        self.put(kind, name, self.with_value(path, value))

    def text_case(self, kind, name, old, new):
        """An edit of the full document's text: for what no tree can hold."""
        text = dump(self.full) + "\n"
        assert text.count(old) >= 1, (name, old)
        self.put(kind, name, text.replace(old, new, 1).encode("utf-8"))

    # One function a kind of schema node.

    def walk(self, node, path, value):
        types = node.get("type", [])
        types = types if isinstance(types, list) else [types]
        if "null" in types:
            self.case("good", "null", path, None)
        if "const" in node:
            return self.walk_const(node, path)
        if "enum" in node:
            return self.walk_enum(node, path, value)
        wrong = {"string": Number("1"), "number": "1", "integer": "1", "boolean": "true", "array": {}, "object": []}
        self.case("bad", "field_type", path, wrong[types[0]])
        if self.thorough and path and "null" not in types:
            self.case("bad", "field_type", path, None, "null")
        getattr(self, f"walk_{types[0]}")(node, path, value)

    def walk_const(self, node, path):
        rule = "schema_version" if path[-1] in ("schema_version", "contract_version") else "field_value"
        self.case("bad", rule, path, "0.9")
        self.case("bad", "field_type", path, Number("1.0"))

    def walk_enum(self, node, path, value):
        for word in node["enum"]:
            if word != value:
                self.case("good", "word", path, word, "null" if word is None else word)
        self.case("bad", "field_value", path, "other")
        self.case("bad", "field_value", path, value.swapcase(), "case")
        self.case("bad", "field_type", path, Number("1"))
        if self.thorough:
            self.case("bad", "field_type", path, None, "null")

    def walk_boolean(self, node, path, value):
        self.case("good", "other", path, not value)

    def walk_integer(self, node, path, value):
        self.case("good", "lowest", path, node["minimum"])
        self.case("bad", "field_out_of_range", path, Number(int(node["minimum"]) - 1), "below")
        self.case("good", "highest", path, node["maximum"])
        self.case("bad", "field_out_of_range", path, Number(int(node["maximum"]) + 1), "above")
        self.case("bad", "field_type", path, Number("1.5"), "fraction")

    def walk_number(self, node, path, value):
        if "exclusiveMinimum" in node:
            self.case("good", "lowest", path, nudged(node["exclusiveMinimum"], 1))
            self.case("bad", "field_out_of_range", path, node["exclusiveMinimum"], "below")
        elif "minimum" in node:
            self.case("good", "lowest", path, node["minimum"])
            self.case("bad", "field_out_of_range", path, nudged(node["minimum"], -1), "below")
        else:
            self.case("good", "lowest", path, Number("-" + DECIMAL_MAX))
        if "maximum" in node:
            self.case("good", "highest", path, node["maximum"])
            self.case("bad", "field_out_of_range", path, nudged(node["maximum"], 1), "above")
        else:
            self.case("good", "highest", path, Number(DECIMAL_MAX))
            self.case("stricter", "number_out_of_range", path, Number("92233720368.54775808"))
        self.case("stricter", "number_exponent", path, Number("1e0"))
        self.case("stricter", "number_too_many_decimals", path, Number("0.123456789"))

    def walk_string(self, node, path, value):
        pattern = node.get("pattern", "")
        if pattern.startswith("^20[0-9]{2}-"):
            return self.walk_date_time(path)
        shape = SHAPES.get(pattern, {"fill": "a"})
        for variant, text in shape.get("good", {}).items():
            self.case("good", "text", path, text, variant)
        bad = shape.get("bad", {})
        for variant, text in self.some(bad) if pattern == ID else bad.items():
            self.case("bad", "field_value", path, text, variant)
        if node.get("minLength"):
            self.case("bad", "field_empty", path, "")
        elif not pattern:
            self.case("good", "text", path, "", "empty")
        if "maxLength" in node:
            longest = int(node["maxLength"])
            self.case("good", "longest", path, shape["fill"].ljust(longest, shape["fill"][-1]))
            self.case("bad", "field_too_long", path, shape["fill"].ljust(longest + 1, shape["fill"][-1]))
            if not pattern:
                self.case("good", "longest", path, "\u00e9" * (longest // 2), "accents")
                self.case("stricter", "field_too_long", path, "\u00e9" * (longest // 2 + 1), "bytes")
        if not pattern:
            self.case("stricter", "field_value", path, "a\0b", "nul")
            if isinstance(path[-1], str):
                bad = dump(self.with_value(path, "@bytes@")).encode("utf-8").replace(b"@bytes@", b"a\xffb")
                self.put("stricter", f"not_utf8-{'.'.join(map(str, path))}", bad + b"\n")

    def walk_date_time(self, path):
        for variant, text in self.some(DATE_TIME_GOOD):
            self.case("good", "text", path, text, variant)
        for rule, texts in DATE_TIME_BAD.items():
            for variant, text in self.some(texts):
                self.case("bad", rule, path, text, variant)
        self.case("stricter", "date_time_syntax", path, "2026-02-29T09:00:00Z", "no_leap_day")
        if self.thorough:
            self.case("stricter", "date_time_syntax", path, "2026-04-31T09:00:00Z", "april_31")
            self.case("stricter", "field_out_of_range", path, "2000-01-01T05:29:59+05:30", "utc_1999")
            self.case("stricter", "field_out_of_range", path, "2099-12-31T23:00:00-01:00", "utc_2100")

    def walk_array(self, node, path, value):
        if int(node.get("minItems", "0")) == 1:
            self.case("bad", "field_empty", path, [])
        else:
            self.case("good", "empty", path, [])
        longest = int(node["maxItems"])
        self.case("good", "longest", path, [copy.deepcopy(value[0]) for _ in range(longest)])
        self.case("bad", "field_too_long", path, [copy.deepcopy(value[0]) for _ in range(longest + 1)])
        self.walk(node["items"], path + [0], value[0])

    def walk_object(self, node, path, value):
        for name in node.get("required", []):
            self.put("bad", "field_missing-" + ".".join(map(str, path + [name])), self.without(path + [name]))
        if node.get("additionalProperties") is False:
            self.case("bad", "field_unknown", path + ["unexpected"], Number("1"))
        else:
            self.case("good", "extra", path + ["extra"], {"any": [Number("1.5e300"), None, "\u00e9"]})
            deepest = DEPTH_MAX - len(path) - 1
            self.case("good", "deepest", path + ["extra"], nested(deepest))
            self.case("stricter", "json_too_deep", path + ["extra"], nested(deepest + 1))
        if "maxProperties" in node:
            count = int(node["maxProperties"])
            self.case("good", "longest", path, {f"m{i}": Number(i) for i in range(count)})
            self.case("bad", "field_too_long", path, {f"m{i}": Number(i) for i in range(count + 1)})
            self.case("good", "empty", path, {})
        for name, child in node.get("properties", {}).items():
            self.walk(child, path + [name], value[name])

    def without(self, path):
        document = copy.deepcopy(self.full)
        at = document
        for step in path[:-1]:
            at = at[step]
        del at[path[-1]]
        return document

    def minimal(self, node, value):
        if isinstance(value, dict) and "properties" in node:
            return {
                name: self.minimal(node["properties"][name], value[name])
                for name in value
                if name in node.get("required", [])
            }
        if isinstance(value, list) and "items" in node:
            return [self.minimal(node["items"], item) for item in value]
        return value

    def run(self):
        smallest = self.minimal(self.schema, self.full)
        if "if" in self.schema:  # the one conditional rule there is: of asset_profile
            self.put("bad", "field_missing-risk_units.max_loss_per_unit_brl", self.without(["risk_units", "max_loss_per_unit_brl"]))
            smallest["asset_class"] = "equities_br"
        self.put("good", "minimal", smallest)
        self.walk(self.schema, [], self.full)
        text = (dump(self.full) + "\n").encode("utf-8")
        self.put("bad", "json_syntax-cut", text[:-3])
        self.put("bad", "json_syntax-second_value", text + b"{}\n")
        self.put("bad", "json_syntax-comment", b"// note\n" + text)
        self.put("bad", "json_syntax-trailing_comma", text[:-3] + b",\n}\n")
        self.put("bad", "empty_input-root", b"")
        first = next(iter(self.full))
        member = f'"{first}": {dump(self.full[first])},'
        escaped = "".join(f"\\u{ord(c):04x}" for c in first[:1]) + first[1:]
        self.text_case("stricter", f"json_duplicate_key-{first}", member, member + "\n  " + member)
        self.text_case("stricter", f"json_duplicate_key-{first}-escaped", member, member + "\n  " + member.replace(first, escaped))
        self.text_case("good", f"escaped_name-{first}", f'"{first}"', f'"{escaped}"')
        self.extra_duplicates()

    def extra_duplicates(self):
        for name, value in self.full.items():
            if isinstance(value, dict) and value:
                document = copy.deepcopy(self.full)
                inner = next(iter(value))
                document[name]["@twice@"] = value[inner]
                text = dump(document).replace("@twice@", inner) + "\n"
                self.put("stricter", f"json_duplicate_key-{name}.{inner}", text.encode("utf-8"))


def nested(depth):
    value = []
    for _ in range(depth - 1):
        value = [value]
    return value


def main():
    check = "--check" in sys.argv[1:]
    differ = []
    for schema in sorted(HERE.glob("*.schema.json")):
        contract = Contract(schema.name.removesuffix(".schema.json"))
        contract.run()
        keep = contract.folder / "good" / "full.json"
        present = {p for p in contract.folder.rglob("*.json") if p != keep}
        wanted = {contract.folder / name: data for name, data in contract.files.items()}
        differ += [p for p in present if p not in wanted]
        differ += [p for p, data in wanted.items() if not p.exists() or p.read_bytes() != data]
        if check:
            continue
        for path in present - wanted.keys():
            path.unlink()
        for path, data in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    if check and differ:
        print("these fixtures are not what the schemas give; run schemas/json/make_fixtures.py:")
        print("\n".join(str(p.relative_to(HERE)) for p in differ))
        return 1
    return 0


sys.exit(main())
