"""Make `spec/facts/instance_types.tsv`: every EC2 instance type, with what a node group must know.

    python -m tools.facts.instance_types          # writes the table
    python -m tools.facts.instance_types --check  # exit code 1 if the table is not up to date
    python -m tools.facts.instance_types --aws REGION  # with what EC2 itself says in a region

But for the last it reads installed packages only: moto, which has recorded what EC2's
DescribeInstanceTypes answers, and botocore, whose model of the EC2 API names every type there is.
Run it again after an upgrade of either. What only botocore names gets its architecture from the
naming convention of AWS, and nothing else.
"""

import argparse
import datetime
import gzip
import importlib.metadata
import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import botocore.session
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
    "cores",
    "threads_per_core",
    "gpus",
    "gpu_memory_mib",
    "network_cards",
    "default_card_interfaces",
    "efa_interfaces",
    "local_storage_gb",
    "features",
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


def recorded_by_moto() -> dict[str, Any]:
    """What DescribeInstanceTypes answered when moto recorded it, by name."""
    recordings = files("moto.ec2") / "resources" / "instance_types.json.gz"
    return json.loads(gzip.decompress(recordings.read_bytes()))


def described_by(ec2: Any) -> dict[str, Any]:
    """What DescribeInstanceTypes answers now, by name.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html

    Args:
        ec2: A client of EC2 in a region; it tells the types that are offered there.
    """
    pages = ec2.get_paginator("describe_instance_types").paginate()
    return {it["InstanceType"]: it for page in pages for it in page["InstanceTypes"]}


def rows(recorded: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The table's rows, sorted by name."""
    model = Loader().load_service_model("ec2", "service-2")
    named = set(model["shapes"]["InstanceType"]["enum"])
    for name in sorted((named | recorded.keys()) - UNSAID):
        known = recorded.get(name)
        if known is None:
            why = unsupported(name) or (UNRECORDED if family_of(name) in ACCELERATED else "")
            said = (name, architecture_by_name(name), "", "", "", "", "", why)
            yield (*said, *("" for _ in COLUMNS[len(said) :]))
            continue
        yield row(name, known)


def row(name: str, known: Mapping[str, Any]) -> tuple[str, ...]:
    """The row of a type of which DescribeInstanceTypes has told."""
    network, processor = known["NetworkInfo"], known["VCpuInfo"]
    gpus = known.get("GpuInfo", {})
    cards = {it["NetworkCardIndex"]: it for it in network.get("NetworkCards", [])}
    default_card = cards.get(network.get("DefaultNetworkCardIndex", 0), {})
    efa = network.get("EfaInfo", {}).get("MaximumEfaInterfaces", 0)
    return (
        name,
        architecture(known),
        str(processor["DefaultVCpus"]),
        str(known["MemoryInfo"]["SizeInMiB"]),
        str(network["MaximumNetworkInterfaces"]),
        str(network["Ipv4AddressesPerInterface"]),
        accelerator(known),
        unsupported(name),
        nitro(known),
        str(processor.get("DefaultCores", "")),
        str(processor.get("DefaultThreadsPerCore", "")),
        # A part of a GPU counts as none of them there, but Kubernetes sees one.
        str(sum(it.get("Count") or it.get("LogicalGpuCount", 1) for it in gpus.get("Gpus", []))),
        str(gpus.get("TotalGpuMemoryInMiB", 0)),
        str(network.get("MaximumNetworkCards", 1)),
        str(default_card.get("MaximumNetworkInterfaces", network["MaximumNetworkInterfaces"])),
        str(efa if network.get("EfaSupported") else 0),
        str(known.get("InstanceStorageInfo", {}).get("TotalSizeInGB", 0)),
        " ".join(features(known)),
    )


def features(known: Mapping[str, Any]) -> Iterator[str]:
    """Words for what a type has or is."""
    processor = known.get("ProcessorInfo", {}).get("SupportedFeatures", [])
    for word, holds in (
        ("bare-metal", known["BareMetal"]),
        # moto has recorded newer T types without saying so.
        (
            "burstable",
            known["BurstablePerformanceSupported"] or family_of(known["InstanceType"]) == "t",
        ),
        ("capacity-block", "capacity-block" in known.get("SupportedUsageClasses", [])),
        ("current", known["CurrentGeneration"]),
        ("enclaves", known.get("NitroEnclavesSupport") == "supported"),
        ("nested-virtualization", "nested-virtualization" in processor),
        ("sev-snp", "amd-sev-snp" in processor),
        ("spot", "spot" in known.get("SupportedUsageClasses", [])),
    ):
        if holds:
            yield word


def table(date: str, described: Mapping[str, Any] | None = None) -> str:
    """The whole file.

    Args:
        date: The day of the run, ISO.
        described: What EC2 itself says, which counts more than what moto has recorded.
    """
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
        "# default_card_interfaces: of the default network card, which pods' addresses are on.",
        "# gpu_memory_mib: of all its GPUs. local_storage_gb: of the disks in the instance.",
        "# features: bare-metal, burstable, capacity-block (can be had in one), current",
        "# (generation), enclaves (Nitro Enclaves), nested-virtualization, sev-snp (AMD), spot.",
        *(
            [f"# {len(described)} types as EC2 itself described them on that day."]
            if described
            else []
        ),
        f"# source: {moto_data}",
        f"# date: {date}",
        "\t".join(COLUMNS),
    ]
    return (
        "\n".join(
            [*head, *("\t".join(it) for it in rows({**recorded_by_moto(), **(described or {})}))]
        )
        + "\n"
    )


def main() -> int:
    """Makes the table, or compares it; returns the exit code."""
    if "--aws" not in sys.argv:
        return write_or_check(TABLE, table, (__doc__ or "").partition("\n")[0])
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--aws", metavar="REGION", help="ask EC2 in this region")
    region = parser.parse_args().aws
    described = described_by(botocore.session.get_session().create_client("ec2", region))
    today = datetime.date.today().isoformat()
    TABLE.write_text(table(today, described), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
