"""What deploy/operator promises, read from what kubectl makes of it."""

import re

import pytest
import yaml

from spec.stack_file import read_stack_file
from tests.operator_manifests import OPERATOR, OVERLAYS, ROOT, manifests
from tests.stack_files import write_lock
from tools import operator_crds

# How AWS's keys and GitHub's tokens begin, and what Pulumi calls its own.
SECRETS = re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[ps]_\w{20,}|PULUMI_ACCESS_TOKEN|PASSPHRASE")
README = (OPERATOR / "README.md").read_text()


def stacks(overlay):
    return {it["metadata"]["name"]: it["spec"] for it in manifests(overlay, "Stack")}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_stack_runs_confined_and_as_the_service_account_with_the_role(overlay):
    assert stacks(overlay)
    for name, spec in stacks(overlay).items():
        workspace = spec["workspaceTemplate"]["spec"]
        assert spec["serviceAccountName"] == "provisioner", name
        assert workspace["securityProfile"] == "restricted", name
        assert workspace["resources"]["limits"].keys() >= {"memory", "ephemeral-storage"}, name
        # The schema wants a container; the operator's own has this name.
        assert workspace["podTemplate"]["spec"]["containers"] == [{"name": "pulumi"}], name
        assert "envs" not in spec, name
        assert "envSecrets" not in spec, name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_engine_is_the_one_that_the_program_pins(overlay):
    pinned = re.search(r"^pulumi==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    images = {it["workspaceTemplate"]["spec"]["image"] for it in stacks(overlay).values()}
    assert images == {f"pulumi/pulumi:{pinned[1]}-nonroot"}


def test_no_secret_is_in_the_tree():
    texts = {it: it.read_text() for it in OPERATOR.rglob("*") if it.is_file()}
    assert texts
    assert {file: found[0] for file, text in texts.items() if (found := SECRETS.search(text))} == {}


def test_the_search_for_secrets_finds_some():
    assert SECRETS.search("value: AKIA" + "A" * 16)
    assert SECRETS.search("PULUMI_ACCESS_TOKEN: {type: Secret}")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_source_is_a_branch_or_a_commit_that_yaml_takes_for_text(overlay):
    for name, spec in stacks(overlay).items():
        assert ("branch" in spec) != ("commit" in spec), name
        if "commit" in spec:
            assert re.fullmatch("[0-9a-f]{40}", str(spec["commit"])), (name, spec["commit"])


def test_deleting_a_stack_of_production_takes_no_cluster_with_it():
    assert all(not it["destroyOnFinalize"] for it in stacks("prod").values())
    assert all(it["destroyOnFinalize"] for it in stacks("dev").values())


def test_what_comes_next_is_only_shown_and_of_the_same_clusters():
    shown = stacks("prod-next")
    assert all(it["preview"] for it in shown.values())
    assert {it["stack"] for it in shown.values()} == {it["stack"] for it in stacks("prod").values()}
    # They live beside those that act, under names of their own, and bring nothing else along.
    assert not shown.keys() & stacks("prod").keys()
    assert {it["kind"] for it in manifests("prod-next")} == {"Stack"}


def test_each_wave_of_production_waits_for_all_of_the_one_before_and_is_told_later():
    found = manifests("prod", "Stack")
    waves = [int(it["metadata"]["labels"]["wave"]) for it in found]
    assert waves == sorted(waves)
    assert set(waves) == set(range(max(waves) + 1))
    for one, wave in zip(found, waves, strict=True):
        before = {
            it["metadata"]["name"]
            for it in found
            if int(it["metadata"]["labels"]["wave"]) == wave - 1
        }
        waited = {it["name"] for it in one["spec"].get("prerequisites", ())}
        assert waited == before, one["metadata"]["name"]
    # The operator lets a wave begin once the one before has made its own newest spec: a commit is
    # part of it, what a branch points at is not.
    assert len({it["spec"]["commit"] for it in found}) == 1


def test_a_stack_of_the_operator_has_its_pulumi_stack_to_itself():
    for overlay in OVERLAYS:
        names = [it["stack"] for it in stacks(overlay).values()]
        assert len(names) == len(set(names)), overlay


def test_the_stack_file_that_gives_the_role_is_right_and_names_the_service_account(tmp_path):
    text = next(it for it in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL) if "config:" in it)
    file = tmp_path / "Pulumi.management.yaml"
    file.write_text(text)
    write_lock(file)
    (account,) = read_stack_file(file).cluster.service_accounts.values()
    (there,) = manifests("prod", "ServiceAccount")
    assert account.namespace == there["metadata"]["namespace"]
    assert account.service_account == there["metadata"]["name"]


def test_one_version_of_the_operator_everywhere():
    texts = [it.read_text() for it in OPERATOR.rglob("*") if it.is_file()]
    linked = set(re.findall(r"pulumi-kubernetes-operator/blob/v([0-9.]+[0-9])", "".join(texts)))
    assert linked == {operator_crds.VERSION}
    assert f"--version {operator_crds.VERSION}" in README
    assert yaml.safe_load((OPERATOR / "operator.values.yaml").read_text())["extraEnv"]
