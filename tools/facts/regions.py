"""Make `spec/facts/regions.tsv`: the regions that have EKS, with their Availability Zones.

    python -m tools.facts.regions          # writes the table
    python -m tools.facts.regions --check  # exit code 1 if the table is not up to date

It reads installed packages only: botocore, whose endpoint data lists the regions of each service,
and moto, which knows names and ids of their zones. The isolated partitions (aws-iso*, aws-eusc)
are left out: their zones are not public.
"""

import importlib.metadata
import json
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

from tools.facts.command_line import write_or_check

TABLE = Path(__file__).parents[2] / "spec" / "facts" / "regions.tsv"
COLUMNS = ("name", "partition", "description", "zones", "unsupported_zone_ids")
PARTITIONS = ("aws", "aws-cn", "aws-us-gov")

UNSUPPORTED_SOURCE = (
    "https://github.com/awsdocs/amazon-eks-user-guide/blob/"
    "4d52b4d05e3478582e7d10a73cbd9ba9194dd5f7/latest/ug/networking/network-reqs.adoc"
)
UNSUPPORTED = {"us-east-1": "use1-az3", "us-west-1": "usw1-az2", "ca-central-1": "cac1-az3"}


def rows() -> Iterator[tuple[str, ...]]:
    """The table's rows, by partition, then by name."""
    text = (files("botocore") / "data" / "endpoints.json").read_text(encoding="utf-8")
    partitions: dict[str, Any] = {p["partition"]: p for p in json.loads(text)["partitions"]}
    for partition in PARTITIONS:
        known = partitions[partition]
        for name in sorted(known["services"]["eks"]["endpoints"]):
            if name not in known["regions"]:
                continue  # an endpoint of another kind, e.g. fips-us-east-1
            zones = " ".join(f"{z.name}={z.zone_id}" for z in RegionsAndZonesBackend.zones[name])
            description = known["regions"][name]["description"]
            yield name, partition, description, zones, UNSUPPORTED.get(name, "")


def table(date: str) -> str:
    """The whole file."""
    moto = importlib.metadata.version("moto")
    botocore = importlib.metadata.version("botocore")
    zones = "moto/ec2/models/availability_zones_and_regions.py"
    head = [
        "# Regions that have EKS. Made by tools/facts/regions.py; do not edit.",
        f"# Regions and their names: botocore {botocore} (Apache-2.0),",
        f"# https://github.com/boto/botocore/blob/{botocore}/botocore/data/endpoints.json ;",
        f"# zones, name=id: moto {moto} (Apache-2.0); the ids are those of",
        "# https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html",
        "# Which name stands for which id differs between accounts in the oldest regions:",
        "# https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html",
        "# unsupported_zone_ids: where a control plane can have no subnet,",
        f"# {UNSUPPORTED_SOURCE}",
        f"# source: https://github.com/getmoto/moto/blob/{moto}/{zones}",
        f"# date: {date}",
        "\t".join(COLUMNS),
    ]
    return "\n".join([*head, *("\t".join(row) for row in rows())]) + "\n"


if __name__ == "__main__":
    sys.exit(write_or_check(TABLE, table, (__doc__ or "").partition("\n")[0]))
