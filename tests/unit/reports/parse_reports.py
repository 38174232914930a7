"""Reads what the writers wrote with other programs' parsers: XML, JSON, CSV and HTML.

usage: parse_reports.py PATH_OF_report_sample
"""

import csv
import html.parser
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Balance(html.parser.HTMLParser):
    """Checks that every element is closed, in order."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()


def check_junit(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    assert root.tag == "testsuites"
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests")) == len(cases)
        for kind, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert int(suite.get(attribute)) == len(suite.findall(f"testcase/{kind}")), kind


def check_calls(path, planned_rows):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert all(None not in row and None not in row.values() for row in rows)
    assert len(rows) == planned_rows, (len(rows), planned_rows)


def check_page(path):
    balance = Balance()
    balance.feed(path.read_text(encoding="utf-8"))
    balance.close()
    assert not balance.open, balance.open


def check_run(folder):
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert result["schema"] == "janus-harness/result/1"
    check_junit(folder / "junit.xml")
    check_calls(folder / "calls.csv", result["calls"]["started"])
    check_page(folder / "report.html")


def main():
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([sys.argv[1], directory, "200"], check=True)
        folders = sorted(p for p in pathlib.Path(directory).iterdir() if p.is_dir())
        assert len(folders) == 5, folders
        for folder in folders:
            check_run(folder)
        check_page(pathlib.Path(directory) / "comparison.html")
        print(f"{len(folders)} runs read")


main()
