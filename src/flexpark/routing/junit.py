"""Results as JUnit XML, which CI systems show: one suite for each environment, one case for each expectation."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from flexpark.routing.expectations import Result
from flexpark.routing.xmltext import xml_text


def junit(results: Sequence[Result]) -> str:
    """A `<testsuites>` document; times are left out, since nothing is waited for."""
    stacks = list(dict.fromkeys(result.stack for result in results))
    root = ET.Element("testsuites", {"name": "routing", **_counts(results)})
    for stack in stacks:
        own = [result for result in results if result.stack == stack]
        suite = ET.SubElement(root, "testsuite", {"name": stack, **_counts(own)})
        for result in own:
            file, _, line = result.where.rpartition(":")
            case = ET.SubElement(
                suite, "testcase", {"classname": stack, "name": xml_text(result.name), "file": file, "line": line}
            )
            if result.differs:
                failure = ET.SubElement(case, "failure", {"message": xml_text(difference(result))})
                failure.text = f"{result.where}\n" + "\n".join(f"{stop.queue}: {stop.why}" for stop in result.way.stops)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def difference(result: Result) -> str:
    """`queue: Sales, not Support; worker: nobody, not ada`."""
    return "; ".join(f"{key}: {_shown(found)}, not {_shown(wanted)}" for key, (wanted, found) in result.differs.items())


def _shown(value: object) -> str:
    return "none" if value is None else str(value)


def _counts(results: Sequence[Result]) -> dict[str, str]:
    return {"tests": str(len(results)), "failures": str(sum(bool(result.differs) for result in results)), "errors": "0"}
