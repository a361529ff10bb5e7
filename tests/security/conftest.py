"""The scan of all plans, once for all tests."""

import json
import os

import pytest

from tests.security import recorded
from tests.security.mutations import MUTATIONS, bare
from tests.security.terraform_plan import plan
from tools.checkov import Report, scan


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What checkov says of every example, of every mutation, and of AWS's defaults."""
    if os.environ.get("EKS_CLUSTER_CHECKOV") == "no":
        pytest.skip("EKS_CLUSTER_CHECKOV=no")
    production = recorded.example("production")
    stacks = {name: recorded.example(name) for name in recorded.names()}
    stacks |= {it.id: it.made(production) for it in MUTATIONS}
    stacks["bare"] = bare(production)
    folder = tmp_path_factory.mktemp("plans")
    for name, resources in stacks.items():
        (folder / f"{name}.json").write_text(json.dumps(plan(resources)), encoding="utf-8")
    return scan(folder)
