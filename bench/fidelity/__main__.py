"""How many calls of an EKS stack are answered as AWS does: `python -m bench.fidelity [--json]`."""

import argparse
import json
import sys
import traceback
from collections.abc import Mapping

# Importing these fills the table of checks.
from bench.fidelity import compute, eks, facts, network, others, security
from bench.fidelity.checks import CHECKS, Check
from tests.rehearsal.emulator import Emulator, running

MODULES = (compute, eks, facts, network, others, security)
# More than any run makes.
ENOUGH = 100_000

Failures = Mapping[tuple[str, str], str]


def failures(aws: Emulator) -> Failures:
    """Why checks fail, by service and name."""
    aws.set_quota("all", ENOUGH)
    found: dict[tuple[str, str], str] = {}
    for one in CHECKS:
        try:
            one.run(aws)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)
            line = next(f.lineno for f in reversed(place) if "fidelity" in f.filename)
            found[one.service, one.name] = f"line {line}: {type(error).__name__}: {error}"
    return found


def _services() -> list[str]:
    return list(dict.fromkeys(one.service for one in CHECKS))


def _of(service: str) -> list[Check]:
    return [one for one in CHECKS if one.service == service]


def main(arguments: list[str]) -> int:
    """Run all checks and print, service by service, how many pass and which do not."""
    parser = argparse.ArgumentParser(prog="python -m bench.fidelity", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(arguments)
    with running() as aws:
        failed = failures(aws)
    passed = len(CHECKS) - len(failed)
    if asked.json:
        report = {
            "checks": len(CHECKS),
            "passed": passed,
            "services": {
                service: {
                    "checks": len(_of(service)),
                    "failed": {name: why for (of, name), why in failed.items() if of == service},
                }
                for service in _services()
            },
        }
        print(json.dumps(report, indent=2))
        return 0
    for service in _services():
        of_service = [(name, why) for (of, name), why in failed.items() if of == service]
        number = len(_of(service))
        print(f"{service:<12}{number - len(of_service):>4} of {number}")
        for name, why in of_service:
            print(f"    {name}\n        {why}")
    print(f"{'all':<12}{passed:>4} of {len(CHECKS)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
