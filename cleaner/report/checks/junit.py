"""Findings as a JUnit report: every page a test case, which fails with what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from xml.etree import ElementTree

from cleaner.report.checks.remarks import Remark, Report
from cleaner.report.checks.text import line


def write(report: Report) -> str:
    """The report as XML."""
    of_page: dict[str, list[Remark]] = defaultdict(list)
    for remark in report.told:
        of_page[remark.path].append(remark)
    paths = sorted({*report.paths, *of_page})
    failed = [path for path in paths if any(remark.fails for remark in of_page[path])]
    sums = {
        "name": "cleaner check",
        "tests": str(len(paths) + len(report.faults)),
        "failures": str(len(failed)),
        "errors": str(len(report.faults)),
        "skipped": "0",
        "time": "0",
    }
    suites = ElementTree.Element("testsuites", {k: v for k, v in sums.items() if k != "skipped"})
    suite = ElementTree.SubElement(suites, "testsuite", sums)
    for path in paths:
        case = _case(suite, path)
        remarks = of_page[path]
        told = "\n".join(_clean(line(remark)) for remark in remarks)
        if path in failed:
            rules = ", ".join(sorted({remark.rule for remark in remarks if remark.fails}))
            ElementTree.SubElement(case, "failure", {"message": rules, "type": "noise"}).text = told
        elif told:
            ElementTree.SubElement(case, "system-out").text = told
    for fault in report.faults:
        case = _case(suite, fault.partition(": ")[0])
        ElementTree.SubElement(case, "error", {"message": _clean(fault), "type": "fault"})
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, "unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, path: str) -> ElementTree.Element:
    told = {"name": _clean(path), "classname": "cleaner", "file": _clean(path), "time": "0"}
    return ElementTree.SubElement(suite, "testcase", told)


def _clean(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return "".join(char if _may_stand(ord(char)) else "\ufffd" for char in text)


def _may_stand(code: int) -> bool:
    """The characters of XML 1.0 (its production 2)."""
    if code < 0x20:
        return code in (0x9, 0xA, 0xD)
    return not (0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF))
