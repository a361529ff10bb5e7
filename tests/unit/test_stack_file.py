"""What a stack file means, read by itself and as the engine passes it on."""

import copy
import json
from ipaddress import IPv4Network
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from spec.problems import StackFileError
from spec.stack_file import read_unpinned, unpinned_from_engine
from tests.stack_files import GOOD


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(text: str):
    Path("Pulumi.dev.yaml").write_text(text)
    return read_unpinned(Path("Pulumi.dev.yaml"))


def from_engine(monkeypatch, **config):
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(config))
    return unpinned_from_engine("dev")


ENGINE = {
    "aws:region": "ap-northeast-2",
    "cluster:kubernetesVersion": "1.36",
    "cluster:network": '{"cidr":"10.0.0.0/16","availabilityZones":3,"natGateways":"single"}',
    "cluster:access": '{"admins":["creator"]}',
    "cluster:nodeGroups": '{"general":{"instanceTypes":["t3.medium"],"nodes":2}}',
    "pulumi:disable-default-providers": '["aws"]',
}


@pytest.mark.usefixtures("folder")
class TestMeaning:
    def test_the_least_that_is_needed_has_secure_defaults(self):
        cluster = read(
            "config:\n  aws:region: eu-central-1\n  cluster:kubernetesVersion: '1.36'\n"
            "  cluster:access: {admins: [creator]}\n"
            "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 3}}\n"
        ).cluster
        assert cluster.name == "dev"
        assert cluster.endpoint.public_access_cidrs == ()
        assert cluster.network.cidr == IPv4Network("10.0.0.0/16")
        assert list(cluster.subnets) == ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
        group = cluster.node_groups["a"]
        assert (group.nodes.min, group.nodes.desired, group.nodes.max) == (3, 3, 3)
        assert (group.disk_size, group.capacity_type) == (50, "ON_DEMAND")

    def test_no_nodes_for_now_leaves_room_for_one(self):
        both = GOOD + "    idle: {instanceTypes: [t3.medium], nodes: 0}\n"
        scaling = read(both).cluster.node_groups["idle"].nodes
        assert (scaling.min, scaling.desired, scaling.max) == (0, 0, 1)

    @pytest.mark.parametrize(
        "effect",
        ["PreferNoSchedule", "PREFER_NO_SCHEDULE", "preferNoSchedule", "prefer-no-schedule"],
    )
    def test_taint_effects_are_known_by_all_their_names(self, effect):
        text = GOOD + f"      taints: [{{key: a, effect: {effect}}}]\n"
        assert read(text).cluster.node_groups["general"].taints[0].effect == "PREFER_NO_SCHEDULE"

    def test_zones_can_be_named(self):
        text = GOOD.replace(
            "availabilityZones: 3", "availabilityZones: [ap-northeast-2d, ap-northeast-2a]"
        )
        assert list(read(text).cluster.subnets) == ["ap-northeast-2a", "ap-northeast-2d"]

    @pytest.mark.parametrize(
        ("instance_type", "image"),
        [
            ("t3.medium", "AL2023_x86_64_STANDARD"),
            ("m7g.large", "AL2023_ARM_64_STANDARD"),
            ("g5.xlarge", "AL2023_x86_64_NVIDIA"),
            ("inf2.xlarge", "AL2023_x86_64_NEURON"),
        ],
    )
    def test_the_node_image_fits_the_instance_type(self, instance_type, image):
        cluster = read(GOOD.replace("t3.medium", instance_type)).cluster
        assert cluster.node_groups["general"].image.name == image

    def test_a_merged_mapping_is_read_like_a_written_one(self):
        text = GOOD + "    other:\n      <<: &x {instanceTypes: [t3.large], nodes: 1}\n"
        assert read(text).cluster.node_groups["other"].instance_types == ("t3.large",)

    def test_a_key_beside_a_merged_mapping_wins_and_is_no_doubled_one(self):
        text = GOOD.replace("general:", "general: &general")
        text += "    other: &other {<<: *general, nodes: 5}\n    third: {<<: *other, nodes: 7}\n"
        groups = read(text + "    fourth: *other\n").cluster.node_groups
        assert [groups[name].nodes.desired for name in ("other", "third", "fourth")] == [5, 7, 5]
        assert groups["third"].instance_types == ("t3.medium",)

    def test_accounts_and_profile_are_taken_over(self):
        extra = "  aws:profile: work\n  aws:allowedAccountIds: ['123456789012']\n"
        aws = read(GOOD + extra).aws
        assert (aws.profile, aws.allowed_account_ids) == ("work", ["123456789012"])


@pytest.mark.usefixtures("folder")
class TestEngine:
    def test_values_without_a_file_are_enough(self, monkeypatch):
        assert from_engine(monkeypatch, **ENGINE).cluster.node_groups["general"].nodes.desired == 2

    def test_a_problem_without_a_file_has_a_path(self, monkeypatch):
        broken = ENGINE | {"cluster:network": '{"cidr":"10.0.0.0/28"}'}
        with pytest.raises(StackFileError) as raised:
            from_engine(monkeypatch, **broken)
        assert str(raised.value).startswith("cluster:network.cidr: 10.0.0.0/28 is too small")

    def test_a_value_from_the_command_line_wins_over_the_file(self, monkeypatch):
        Path("Pulumi.dev.yaml").write_text(GOOD)
        stack = from_engine(monkeypatch, **ENGINE | {"cluster:kubernetesVersion": "1.35"})
        assert stack.cluster.kubernetes_version == "1.35"

    def test_a_problem_of_the_command_line_is_not_blamed_on_the_file(self, monkeypatch):
        Path("Pulumi.dev.yaml").write_text(GOOD)
        with pytest.raises(StackFileError) as raised:
            from_engine(monkeypatch, **ENGINE | {"cluster:kubernetesVersion": "1.12"})
        assert raised.value.problems[0].file is None

    def test_a_problem_of_the_file_has_its_line(self, monkeypatch):
        Path("Pulumi.dev.yaml").write_text(GOOD.replace('"1.36"', "1.30"))
        with pytest.raises(StackFileError) as raised:
            from_engine(monkeypatch, **ENGINE | {"cluster:kubernetesVersion": "1.3"})
        (problem,) = raised.value.problems
        assert problem.position.line == 3
        assert 'write "1.30"' in problem.message

    def test_settings_of_other_namespaces_are_not_passed_over(self, monkeypatch):
        with pytest.raises(StackFileError, match='unknown key "clustr:name"'):
            from_engine(monkeypatch, **ENGINE | {"clustr:name": "x"})


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(["10.0.0.0/8", "::/0", "t3.medium", "1.36", "NoSchedule", "a/b/c", "0", "{}"]),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(tree, path=()):
    """Every path of a tree of mappings and lists."""
    yield path
    items = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    )
    for key, inner in items:
        yield from places(inner, (*path, key))


FULL = yaml.safe_load(
    GOOD + "      diskSize: 30\n      capacityType: SPOT\n      labels: {a: b}\n"
    "      taints: [{key: a, value: b, effect: PreferNoSchedule}]\n"
    "  cluster:endpoint: {publicAccessCidrs: [198.51.100.0/24]}\n  cluster:name: x\n"
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(places(FULL))), ANYTHING, st.booleans())
def test_whatever_stands_anywhere_there_is_a_stack_or_a_message(
    tmp_path_factory, place, value, rename
):
    tree = copy.deepcopy(FULL)
    if place:
        *way, last = place
        inner = tree
        for step in way:
            inner = inner[step]
        if rename and isinstance(inner, dict):
            inner[str(value)] = inner.pop(last)
        else:
            inner[last] = value
    else:
        tree = value
    file = tmp_path_factory.mktemp("fuzz") / "Pulumi.dev.yaml"
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    try:
        read_unpinned(file)
    except StackFileError as error:
        problems = error.problems
    else:
        return
    assert problems
    assert all(problem.file == str(file) and problem.message for problem in problems)
