"""What the tests of this folder share."""

from collections.abc import Iterator

import pytest

from tests.rehearsal.emulator import Emulator, running

# What may lie around in a user's shell and must not matter.
UNFRIENDLY = {"AWS_PROFILE": "nobody", "AWS_CONFIG_FILE": "/nowhere", "MOTO_ACCOUNT_ID": "1"}


@pytest.fixture(scope="session")
def aws() -> Iterator[Emulator]:
    """An embedded AWS where everything happens at once, started from an unfriendly environment."""
    with running(**UNFRIENDLY) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def cluster(aws: Emulator) -> str:
    """A cluster with a network plugin, for tests that leave it as it is."""
    name = aws.cluster()
    aws.client("eks").create_addon(clusterName=name, addonName="vpc-cni")
    return name
