"""The lock file: what it pins, and that nothing else decides about versions."""

import json
from pathlib import Path

import pytest
from botocore.stub import Stubber

from ops import lock as command
from ops.lock_aws import AwsVersions
from spec import facts
from spec.lock import Lock, applied, changes, lock_path, newest, parse_lock, rendered, written
from spec.model.instances import InstanceSelectorSpec
from spec.problems import StackFileError
from spec.stack_file import read_stack_file, read_unpinned
from spec.yaml_file import parse_yaml
from tests.stack_files import FILE, stack_file

IMAGE = "AL2023_x86_64_STANDARD"
SELECTOR = "  cluster:nodeGroups: {burst: {instanceSelector: {vcpus: 4, memoryGib: 16}, nodes: 2}}"


class Later:
    """A source whose versions are newer than all that is known."""

    def addon(self, name, kubernetes_version):
        return "v99.0.0-eksbuild.1"

    def image(self, kind, kubernetes_version):
        return f"{kubernetes_version}.9-20991231"


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def given(lines=""):
    FILE.write_text(stack_file(lines), encoding="utf-8")
    return read_unpinned(FILE).cluster


def run(*files, later=False, **options):
    return command.lock(files, source=(lambda _: Later()) if later else command.bundled, **options)


def test_without_a_lock_file_nothing_is_made():
    given()
    with pytest.raises(StackFileError) as raised:
        read_stack_file(FILE)
    assert str(raised.value) == (
        "locks/dev.yaml: is not there: it says the versions of all that Pulumi.dev.yaml makes; "
        "run: python -m ops lock Pulumi.dev.yaml"
    )


def test_all_that_aws_would_choose_is_pinned():
    given(SELECTOR)
    assert run() == 0
    cluster = read_stack_file(FILE).cluster
    assert all(it.version for it in cluster.all_addons.values())
    assert (
        cluster.node_groups["burst"].image_release
        == (facts.kubernetes_versions()["1.36"].ami_release[IMAGE])
    )
    assert cluster.node_groups["burst"].instance_types


def test_newer_versions_change_nothing_until_the_lock_file_is_updated(monkeypatch):
    given(SELECTOR)
    run()
    before = read_stack_file(FILE).cluster
    text = lock_path(FILE).read_bytes()
    monkeypatch.setattr("spec.lock.sources._Bundled.addon", Later.addon)
    monkeypatch.setattr("spec.lock.sources._Bundled.image", Later.image)
    monkeypatch.setattr(
        "spec.model.instances.InstanceSelectorSpec.found", property(lambda _: ("m8i.xlarge",))
    )
    assert read_stack_file(FILE).cluster == before
    assert run() == 0
    assert lock_path(FILE).read_bytes() == text
    assert read_stack_file(FILE).cluster == before
    assert run(update=True) == 0
    after = read_stack_file(FILE).cluster
    assert after.all_addons["coredns"].version == "v99.0.0-eksbuild.1"
    assert after.node_groups["burst"].image_release == "1.36.9-20991231"
    assert after.node_groups["burst"].instance_types == ("m8i.xlarge",)


def test_an_update_shows_its_differences_the_gravest_first(capsys):
    given()
    run()
    capsys.readouterr()
    assert run(update=True, later=True, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert [it["risk"] for it in told] == ["replaces nodes", *["new behaviour"] * 4]
    assert told[0]["path"] == f"images.{IMAGE}"
    assert told[0]["effect"] == "replaces every node of general, a few at a time"


@pytest.mark.parametrize(
    ("old", "new", "risk"),
    [
        ("v1.14.3-eksbuild.1", "v1.14.3-eksbuild.2", "fixes"),
        ("v1.14.3-eksbuild.1", "v1.14.10-eksbuild.1", "fixes"),
        ("v1.14.3-eksbuild.1", "v1.15.0-eksbuild.1", "new behaviour"),
        ("v1.14.3-eksbuild.10", "v1.14.3-eksbuild.9", "new behaviour"),
    ],
)
def test_the_risk_of_an_add_on(old, new, risk):
    locks = [Lock(kubernetes_version="1.36", addons={"coredns": it}) for it in (old, new)]
    assert [it.risk for it in changes(given(), *locks)] == [risk]


def test_what_was_written_by_hand_is_kept():
    given()
    run()
    path = lock_path(FILE)
    other = json.loads(json.dumps(facts.kubernetes_versions()["1.36"].ami_release[IMAGE]))
    path.write_text(path.read_text().replace(other, "1.36.0-20260101"))
    assert run() == 0
    assert read_stack_file(FILE).cluster.node_groups["general"].image_release == "1.36.0-20260101"


def test_another_kubernetes_version_needs_another_lock():
    cluster = given()
    run()
    given('  cluster:kubernetesVersion: "1.35"')
    with pytest.raises(StackFileError) as raised:
        read_stack_file(FILE)
    assert 'is "1.36", while the stack file says "1.35"; run: python -m ops lock' in str(
        raised.value
    )
    assert run(check=True) == 1
    assert run() == 0
    assert read_stack_file(FILE).cluster.kubernetes_version == "1.35"
    assert cluster.kubernetes_version == "1.36"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("image: {}", 'unknown key "image"; did you mean "images"?'),
        ("addons: {coredns: newest}", '"newest" is not an add-on\'s version'),
        ("addons: [coredns]", "must be a mapping of keys and values, not a list"),
        ("images: {AL2: 1.36.2-20260714}", '"AL2" is not a kind of node image'),
        (f"images: {{{IMAGE}: latest}}", '"latest" is not a release of a node image'),
        ("instanceTypes: {burst: [m7.large]}", '"m7.large" is not'),
        ("instanceTypes: {burst: m7i.large}", "must be a list"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(line, message):
    given()
    lock_path(FILE).parent.mkdir()
    lock_path(FILE).write_text(f'kubernetesVersion: "1.36"\n{line}\n')
    with pytest.raises(StackFileError) as raised:
        read_stack_file(FILE)
    assert str(raised.value).startswith("locks/dev.yaml:2:")
    assert message in str(raised.value)


def test_an_interrupted_write_leaves_the_old_file(monkeypatch):
    cluster = given()
    run()
    before = lock_path(FILE).read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(command.UserError, match="No space left on device"):
        command.write(FILE, written(cluster, source=Later()))
    assert lock_path(FILE).read_bytes() == before
    assert [it.name for it in Path("locks").iterdir()] == ["dev.yaml"]


def test_the_text_says_the_lock():
    cluster = given(SELECTOR)
    content = written(cluster)
    assert parse_lock(parse_yaml("dev.yaml", rendered("dev", content))) == content
    assert applied(cluster, content) == newest(cluster)


def test_aws_is_asked_for_its_default_and_its_recommended_release(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    source = AwsVersions("eu-central-1")
    eks, ssm = (Stubber(source._aws.client(it)) for it in ("eks", "ssm"))
    offered = [
        {"addonVersion": "v1.2.0-eksbuild.1"},
        {
            "addonVersion": "v1.1.0-eksbuild.1",
            "compatibilities": [{"clusterVersion": "1.36", "defaultVersion": True}],
        },
    ]
    answer = {"addons": [{"addonName": "coredns", "addonVersions": offered}]}
    asked = {"addonName": "coredns", "kubernetesVersion": "1.36"}
    eks.add_response("describe_addon_versions", answer, asked)
    ssm.add_response("get_parameter", {"Parameter": {"Value": "1.36.7-20261101"}}, None)
    ssm.add_client_error("get_parameter", "ParameterNotFound")
    with eks, ssm:
        assert source.addon("coredns", "1.36") == "v1.1.0-eksbuild.1"
        assert source.image(facts.ami_types()[IMAGE], "1.36") == "1.36.7-20261101"
        assert source.image(facts.ami_types()[IMAGE], "1.36") is None


def test_a_selector_is_looked_up_once_however_often_it_is_asked(monkeypatch):
    said = {"vcpus": {"min": 3, "max": 33}, "memoryGib": {"min": 7}, "maxTypes": 7}
    selector = InstanceSelectorSpec.model_validate(said)
    found = selector.found
    assert len(found) == 7
    monkeypatch.setattr(InstanceSelectorSpec, "fits", lambda *_: pytest.fail("looked up again"))
    assert selector.found == found
    assert selector == InstanceSelectorSpec.model_validate(said)
