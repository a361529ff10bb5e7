"""Make `spec/facts/instance_types.tsv`: every EC2 instance type, with what a node group must know.

    python -m tools.facts.instance_types          # writes the table
    python -m tools.facts.instance_types --check  # exit code 1 if the table is not up to date

It reads installed packages only, no network and no AWS account: moto, which has recorded what EC2's
DescribeInstanceTypes answers, and botocore, whose model of the EC2 API names every type there is.
Run it again after an upgrade of either. What only botocore names gets its architecture from the
naming convention of AWS, and nothing else.
"""

import gzip
import importlib.metadata
import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from botocore.loaders import Loader

from tools.facts.command_line import write_or_check

TABLE = Path(__file__).parents[2] / "spec" / "facts" / "instance_types.tsv"

COLUMNS = (
    "name",
    "architecture",
    "vcpus",
    "memory_mib",
    "network_interfaces",
    "ipv4_per_interface",
    "accelerator",
    "unsupported",
    "nitro",
)

NAMING_CONVENTION = "https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html"
"""Family letters, generation digits, options (`g`: AWS Graviton, which is arm64), size."""

NAME = re.compile(r"(?P<family>[a-z]+)(?P<generation>\d*)(?P<options>[a-z]*)(?:-[a-z0-9]+)?\.")

UNSAID = {"p6e-gb200.36xlarge"}
"""Types whose processor the naming convention does not tell: they are left out."""

ACCELERATED = {"dl", "f", "g", "p", "vt"}
"""Family letters that the naming convention gives to accelerated types."""

UNRECORDED = (
    "what accelerates it is not recorded here, so no node image is known to have its drivers"
)

NITRO = "https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-nitro-instances.html"
"""Which types are built on the AWS Nitro System, bare metal among them."""

NO_NODE_IMAGE = (
    "https://github.com/awsdocs/amazon-eks-user-guide/blob/"
    "4d52b4d05e3478582e7d10a73cbd9ba9194dd5f7/latest/ug/nodes/choosing-instance-type.adoc"
)
UNSUPPORTED = {
    "mac": "EKS has no node image for mac instances",
    "g5g": "EKS has no node image for the g5g family",
    "a1": "Amazon Linux 2023 needs Graviton2 or later; a1 is the first Graviton",
}
"""Why EKS has no node image for a family, by the beginning of the type's name."""


def architecture(recorded: Mapping[str, Any]) -> str:
    """`x86_64` or `arm64`, of a type that moto has recorded."""
    names = recorded["ProcessorInfo"]["SupportedArchitectures"]
    return next(name.removesuffix("_mac") for name in names if name != "i386")


def architecture_by_name(name: str) -> str:
    """`x86_64` or `arm64`, by the naming convention."""
    match = NAME.match(name)
    if match is None:
        sys.exit(f"{name} does not follow {NAMING_CONVENTION}: extend NAME or UNSAID")
    return "arm64" if "g" in match["options"] else "x86_64"


def accelerator(recorded: Mapping[str, Any]) -> str:
    """Who makes the GPUs, or `neuron` for AWS Inferentia and Trainium, or `none`."""
    if "NeuronInfo" in recorded:
        return "neuron"
    gpus = recorded.get("GpuInfo", {}).get("Gpus", [])
    return gpus[0]["Manufacturer"].lower() if gpus else "none"


def nitro(recorded: Mapping[str, Any]) -> str:
    """Whether it is built on the AWS Nitro System, `yes` or `no`; bare metal always is."""
    return "yes" if recorded["BareMetal"] or recorded["Hypervisor"] == "nitro" else "no"


def family_of(name: str) -> str:
    """The family letters of a type: `p` of `p3.2xlarge`."""
    found = NAME.match(name)
    return found["family"] if found else ""


def unsupported(name: str) -> str:
    """Why no EKS node image runs on the type, or nothing."""
    family = name.partition(".")[0]
    for beginning, reason in UNSUPPORTED.items():
        if family == beginning or (beginning == "mac" and family.startswith("mac")):
            return reason
    return ""


def rows() -> Iterator[tuple[str, ...]]:
    """The table's rows, sorted by name."""
    recordings = files("moto.ec2") / "resources" / "instance_types.json.gz"
    recorded: dict[str, Any] = json.loads(gzip.decompress(recordings.read_bytes()))
    model = Loader().load_service_model("ec2", "service-2")
    named = set(model["shapes"]["InstanceType"]["enum"])
    for name in sorted((named | recorded.keys()) - UNSAID):
        known = recorded.get(name)
        if known is None:
            why = unsupported(name) or (UNRECORDED if family_of(name) in ACCELERATED else "")
            yield (name, architecture_by_name(name), "", "", "", "", "", why, "")
            continue
        network = known["NetworkInfo"]
        yield (
            name,
            architecture(known),
            str(known["VCpuInfo"]["DefaultVCpus"]),
            str(known["MemoryInfo"]["SizeInMiB"]),
            str(network["MaximumNetworkInterfaces"]),
            str(network["Ipv4AddressesPerInterface"]),
            accelerator(known),
            unsupported(name),
            nitro(known),
        )


def table(date: str) -> str:
    """The whole file."""
    moto = importlib.metadata.version("moto")
    botocore = importlib.metadata.version("botocore")
    moto_data = (
        f"https://github.com/getmoto/moto/blob/{moto}/moto/ec2/resources/instance_types.json.gz"
    )
    head = [
        "# EC2 instance types. Made by tools/facts/instance_types.py; do not edit.",
        f"# What EC2's DescribeInstanceTypes answers, as recorded in moto {moto} (Apache-2.0);",
        f"# names united with the EC2 API model of botocore {botocore} (Apache-2.0):",
        f"# https://github.com/boto/botocore/tree/{botocore}/botocore/data/ec2 ;",
        "# a type without numbers is named there only: its architecture comes from its name,",
        f"# {NAMING_CONVENTION}",
        "# unsupported: why EKS has no node image for it,",
        f"# {NO_NODE_IMAGE}",
        "# nitro: by its hypervisor; bare metal is all of Nitro,",
        f"# {NITRO}",
        f"# source: {moto_data}",
        f"# date: {date}",
        "\t".join(COLUMNS),
    ]
    return "\n".join([*head, *("\t".join(row) for row in rows())]) + "\n"


if __name__ == "__main__":
    sys.exit(write_or_check(TABLE, table, (__doc__ or "").partition("\n")[0]))
