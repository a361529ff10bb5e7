"""The tables of facts: sourced, consistent with each other, quick to load."""

import collections
import datetime
import ipaddress
import itertools
import json
import re
import statistics
import subprocess
import sys

import boto3
import botocore.stub
import pytest

from spec import facts
from spec.facts import tables
from tools.facts import instance_types as instance_types_script

TABLES = sorted(path.stem for path in tables.FOLDER.glob("*.tsv"))
ROOT = tables.FOLDER.parents[1]
ADDONS = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns"]
SLOW_OPERATIONS = {
    "cluster.create",
    "cluster.delete",
    "cluster.update-version",
    "cluster.update-config",
    "nodegroup.create",
    "nodegroup.delete",
    "nodegroup.update-config",
    "nodegroup.update-version",
    "addon.create",
    "addon.update",
    "addon.delete",
    "fargate-profile.create",
    "fargate-profile.delete",
    "nat-gateway.create",
    "nat-gateway.delete",
    "instance.join",
    "nodegroup.give-up",
    "auto-scaling-group.create",
    "auto-scaling-group.delete",
}


@pytest.fixture(scope="module")
def eks_model():
    return _model("eks")


@pytest.mark.parametrize("name", TABLES)
def test_every_fact_says_where_it_comes_from_and_when(name):
    rows = list(tables.read(name))
    assert rows, f"{name}.tsv has no rows"
    for row in rows:
        assert row["source"], f"{row} has no source"
        for source in row["source"].split():
            assert re.fullmatch(r"https://[\w.-]+/\S+", source), f"{source!r} is no https URL"
        day = datetime.date.fromisoformat(row["date"])
        assert datetime.date(2018, 6, 5) < day, f"{row}: EKS did not exist on {day}"


@pytest.mark.parametrize("name", TABLES)
def test_no_fact_is_told_twice(name):
    keys_of_several = {
        "addon_features": 2,
        "addon_settings": 2,
        "addon_versions": 3,
        "ami_releases": 3,
        "fault_codes": 2,
        "health_issues": 2,
        "iam_actions": 2,
        "prices": 2,
        "role_policies": 2,
    }
    key_columns = keys_of_several.get(name, 1)
    columns = _columns(name)[:key_columns]
    if name == "other_addons":
        columns = ["name", "kubernetes_version", "version"]
    keys = [tuple(row[column] for column in columns) for row in tables.read(name)]
    repeated = [key for key, times in collections.Counter(keys).items() if times > 1]
    assert not repeated, f"{name}.tsv tells twice of {repeated}"


def test_a_row_with_a_missing_cell_is_refused(tmp_path):
    (tmp_path / "broken.tsv").write_text("# a table\nname\tsource\nx\thttps://a.b/c\ny\n")
    with pytest.raises(ValueError, match=r"broken\.tsv:4: 1 cells, 2 columns"):
        list(tables.read("broken", tmp_path))


def test_source_and_date_above_the_rows_hold_where_a_row_has_none(tmp_path):
    (tmp_path / "some.tsv").write_text("# source: https://a.b/c\n# date: 2026-01-02\nname\nx\n")
    assert list(tables.read("some", tmp_path)) == [
        {"name": "x", "source": "https://a.b/c", "date": "2026-01-02"}
    ]


# Regions


def test_zones_belong_to_their_region():
    for region in facts.regions().values():
        assert region.zones, f"{region.name} has no zones"
        for zone in region.zones:
            assert re.fullmatch(rf"{region.name}[a-z]", zone.name), f"{zone} is not of {region}"
            assert re.fullmatch(r"[a-z]+\d+-az\d", zone.id), f"{zone.id} is no zone id"
        assert len({zone.id for zone in region.zones}) == len(region.zones)
        assert len({zone.id.partition("-")[0] for zone in region.zones}) == 1


def test_regions_are_in_the_partition_that_their_name_tells():
    starts = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    for region in facts.regions().values():
        expected = next((p for start, p in starts.items() if region.name.startswith(start)), "aws")
        assert region.partition == expected, region.name


def test_zones_without_control_planes_are_known():
    unsupported = {
        id_ for region in facts.regions().values() for id_ in region.unsupported_zone_ids
    }
    assert unsupported == {"use1-az3", "usw1-az2", "cac1-az3"}, "AWS names these three"
    refused = [zone for zone in facts.regions()["us-east-1"].zones if not zone.eks_supported]
    assert [zone.id for zone in refused] == ["use1-az3"]


def test_every_region_has_two_zones_for_a_control_plane():
    for region in facts.regions().values():
        usable = [zone for zone in region.zones if zone.eks_supported]
        assert len(usable) >= 2, f"EKS needs subnets in two zones, {region.name} has {usable}"


# Kubernetes versions, node images, add-ons


def test_versions_are_offered_newest_first_without_a_gap():
    versions = list(facts.kubernetes_versions())
    numbers = [tuple(map(int, version.split("."))) for version in versions]
    assert numbers == sorted(numbers, reverse=True), "newest first"
    assert {major for major, _ in numbers} == {1}
    assert [a[1] - b[1] for a, b in itertools.pairwise(numbers)] == [1] * (len(numbers) - 1), (
        "an upgrade goes one minor version at a time, so none may be missing in between"
    )


def test_support_of_a_version_ends_after_it_began():
    for version in facts.kubernetes_versions().values():
        assert version.released < version.standard_support_ends, version.version
        if version.extended_support_ends:
            assert version.standard_support_ends < version.extended_support_ends, version.version


def test_every_version_has_node_images_of_its_own_minor_version():
    # Not all releases of Windows could be read.
    kinds = {kind.name for kind in facts.ami_types().values() if kind.platform == "linux"}
    for version in facts.kubernetes_versions().values():
        assert kinds <= set(version.ami_release), f"{version.version} lacks images"
    for image in facts.ami_releases():
        if image.ami_type.startswith("BOTTLEROCKET"):
            assert re.fullmatch(r"\d+\.\d+\.\d+-[0-9a-f]{8}", image.release), image
            assert image.kubelet == image.kubernetes_version
        elif image.ami_type.startswith("WINDOWS"):
            assert re.fullmatch(r"1\.\d+-\d{4}\.\d\d\.\d\d", image.release), image
            assert image.release.startswith(f"{image.kubernetes_version}-"), image
        else:
            assert re.fullmatch(r"1\.\d+\.\d+-\d{8}", image.release), image
            assert image.kubelet.rpartition(".")[0] == image.kubernetes_version, image
        assert image.kubernetes_version in facts.kubernetes_versions(), image


def test_the_newest_node_image_comes_first():
    for version in facts.kubernetes_versions().values():
        for kind, newest in version.ami_release.items():
            builds = [
                (image.date, image.release.partition("-")[2])
                for image in facts.ami_releases()
                if (image.kubernetes_version, image.ami_type) == (version.version, kind)
            ]
            assert builds == sorted(builds, reverse=True), (version.version, kind)
            assert newest.endswith(builds[0][1])


def test_every_version_has_exactly_one_pinned_version_of_every_addon():
    assert list(facts.addons()) == ADDONS, "in the order in which they are installed"
    for addon in facts.addons().values():
        for version in facts.kubernetes_versions():
            pinned = [
                known
                for known in facts.addon_versions()
                if (known.addon, known.kubernetes_version) == (addon.name, version) and known.pinned
            ]
            assert len(pinned) == 1, f"{addon.name} for {version}: {pinned}"
            assert addon.default[version] == pinned[0].version
            assert addon.default[version] in addon.versions[version]
            assert facts.addon_version(addon.name, version) == addon.default[version]


def test_addon_versions_look_like_those_of_eks_and_come_newest_first():
    for addon in facts.addons().values():
        for of_version in addon.versions.values():
            matches = [
                re.fullmatch(r"v(\d+)\.(\d+)\.(\d+)-eksbuild\.(\d+)", version)
                for version in of_version
            ]
            assert all(matches), f"{addon.name}: {of_version}"
            numbers = [tuple(map(int, match.groups())) for match in matches if match]
            assert numbers == sorted(set(numbers), reverse=True), f"{addon.name}: {of_version}"


def test_addon_versions_are_known_only_for_addons_and_versions_that_exist():
    for known in facts.addon_versions():
        assert known.addon in facts.addons(), known
        assert known.kubernetes_version in facts.kubernetes_versions(), known


def test_kube_proxy_has_the_minor_version_of_its_cluster():
    for version, known in facts.addons()["kube-proxy"].versions.items():
        assert all(one.startswith(f"v{version}.") for one in known), f"{version}: {known}"


def test_only_coredns_waits_for_nodes():
    for addon in facts.addons().values():
        assert addon.kind == ("Deployment" if addon.name == "coredns" else "DaemonSet")
        assert addon.phase == ("after-nodes" if addon.name == "coredns" else "before-nodes")
        assert addon.namespace == "kube-system"


def test_other_addons_are_not_those_that_we_install_and_run_after_nodes():
    others = facts.other_addons()
    assert not set(others) & set(facts.addons())
    for addon in others.values():
        assert addon.phase == "after-nodes"
        assert addon.kind in {"DaemonSet", "Deployment"}
        assert addon.service_account or not addon.managed_policies, addon.name
        for version, known in addon.versions.items():
            assert version in facts.kubernetes_versions(), addon.name
            assert addon.default[version] == known[0]
            numbers = [[int(n) for n in re.findall(r"\d+", one)] for one in known]
            assert numbers == sorted(numbers, reverse=True), addon.name


def test_managed_policies_of_addons_exist():
    data = pytest.importorskip("moto.iam.aws_managed_policies").aws_managed_policies_data
    managed = json.loads(data)
    for addon in facts.known_addons().values():
        for policy in addon.managed_policies:
            path, _, name = f"/{policy}".rpartition("/")
            assert managed[name]["Path"] == f"{path}/", f"{addon.name}: {policy}"


def test_settings_are_of_addons_and_of_types_that_exist():
    known = {"text", "boolean-text", "integer-text", "integer", "boolean", "object", "texts"}
    known |= {"list", "objects", "object-or-null", "text-list"}
    for setting in facts.addon_settings():
        assert setting.addon in facts.known_addons()
        bounds = re.fullmatch(r"(\d+)\.\.(\d+)", setting.type)
        assert setting.type in known or "|" in setting.type or bounds, setting
        assert not bounds or int(bounds[1]) < int(bounds[2]), setting


def test_pods_of_deployments_tolerate_what_kubernetes_can_say():
    for name, pods in facts.addon_pods().items():
        assert facts.known_addons()[name].kind == "Deployment"
        for toleration in pods.tolerations:
            assert toleration.get("operator", "Equal") in {"Equal", "Exists"}
            assert toleration.get("effect", "NoSchedule") in {"NoSchedule", "NoExecute"}
        assert all(re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", action) for action in pods.actions)


def test_an_unknown_addon_version_is_a_key_error():
    with pytest.raises(KeyError):
        facts.addon_version("coredns", "1.0")
    with pytest.raises(KeyError):
        facts.addon_version("core-dns", "1.36")


# Instance types


def test_well_known_instance_types_are_what_aws_publishes():
    medium = facts.instance_types()["t3.medium"]
    assert (medium.architecture, medium.vcpus, medium.memory_mib) == ("x86_64", 2, 4096)
    assert (medium.network_interfaces, medium.ipv4_per_interface) == (3, 6)
    assert medium.gpu is False
    assert medium.unsupported is None
    assert medium.family == "t3"
    assert facts.instance_types()["m7g.large"].architecture == "arm64"
    assert facts.instance_types()["g5.xlarge"].accelerator == "nvidia"
    assert facts.instance_types()["inf2.xlarge"].accelerator == "neuron"
    assert facts.instance_types()["inf2.xlarge"].gpu is False


def test_the_architecture_of_every_type_agrees_with_its_name():
    """https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html."""
    for type_ in facts.instance_types().values():
        if not type_.unsupported:
            options = re.match(r"[a-z]+\d*([a-z]*)", type_.family)[1]
            expected = "arm64" if "g" in options else "x86_64"
            assert type_.architecture == expected, type_.name


def test_well_known_accelerated_types_are_what_aws_publishes():
    """https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html."""
    types = facts.instance_types()
    p5 = types["p5.48xlarge"]
    assert (p5.gpus, p5.gpu_memory_mib, p5.local_storage_gb) == (8, 8 * 81920, 8 * 3800)
    assert (p5.network_cards, p5.default_card_interfaces, p5.efa_interfaces) == (32, 2, 32)
    assert p5.has("capacity-block")
    m5d = types["m5d.large"]
    assert (m5d.gpus, m5d.gpu_memory_mib, m5d.network_cards) == (0, 0, 1)
    assert (m5d.local_storage_gb, m5d.has("capacity-block")) == (75, False)
    assert types["m6a.large"].has("sev-snp")
    assert not types["m7g.large"].has("sev-snp")
    assert types["m5.xlarge"].has("enclaves")
    assert types["t3.medium"].has("burstable")


def test_what_a_type_has_goes_together():
    for it in facts.instance_types().values():
        if it.features is None:
            assert (it.gpus, it.network_cards, it.local_storage_gb) == (None, None, None), it.name
            continue
        assert (it.gpus > 0) == bool(it.gpu), it.name
        assert (it.gpu_memory_mib > 0) == (it.gpus > 0), it.name
        assert 1 <= it.network_cards <= it.network_interfaces, it.name
        assert it.default_card_interfaces <= it.network_interfaces, it.name


def test_types_without_a_node_image_say_why():
    for name in ["mac1.metal", "mac2.metal", "a1.large", "g5g.xlarge"]:
        assert facts.instance_types()[name].unsupported, name


def test_types_of_the_first_hypervisor_are_not_of_nitro():
    """https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-nitro-instances.html."""
    types = facts.instance_types()
    assert [types[name].nitro for name in ["t3.medium", "m7g.large", "m5.metal"]] == [True] * 3
    assert [types[name].nitro for name in ["t2.micro", "m4.large", "i3.large"]] == [False] * 3
    for type_ in types.values():
        assert (type_.nitro is None) == (type_.vcpus is None), type_.name


def test_capacities_of_instance_types_are_positive():
    for type_ in facts.instance_types().values():
        numbers = (
            type_.vcpus,
            type_.memory_mib,
            type_.network_interfaces,
            type_.ipv4_per_interface,
        )
        assert all(number is None or number > 0 for number in numbers), type_


def _described(name, cores):
    """A type as DescribeInstanceTypes tells of it: two network cards, the second is the default."""
    return {
        "InstanceType": name,
        "CurrentGeneration": True,
        "BareMetal": False,
        "Hypervisor": "nitro",
        "BurstablePerformanceSupported": False,
        "SupportedUsageClasses": ["on-demand", "spot"],
        "NitroEnclavesSupport": "supported",
        "ProcessorInfo": {
            "SupportedArchitectures": ["x86_64"],
            "SupportedFeatures": ["amd-sev-snp"],
        },
        "VCpuInfo": {"DefaultVCpus": 2 * cores, "DefaultCores": cores, "DefaultThreadsPerCore": 2},
        "MemoryInfo": {"SizeInMiB": 4096},
        "NetworkInfo": {
            "MaximumNetworkInterfaces": 7,
            "Ipv4AddressesPerInterface": 10,
            "DefaultNetworkCardIndex": 1,
            "EfaSupported": True,
            "EfaInfo": {"MaximumEfaInterfaces": 3},
            "NetworkCards": [
                {"NetworkCardIndex": 0, "MaximumNetworkInterfaces": 3},
                {"NetworkCardIndex": 1, "MaximumNetworkInterfaces": 4},
            ],
        },
    }


def test_what_ec2_says_of_instance_types_is_asked_for_to_the_last_page():
    keys = dict.fromkeys(("aws_access_key_id", "aws_secret_access_key"), "none")
    ec2 = boto3.client("ec2", region_name="us-east-1", **keys)
    with botocore.stub.Stubber(ec2) as answers:
        first = {"InstanceTypes": [_described("zz1.large", 3)], "NextToken": "more"}
        answers.add_response("describe_instance_types", first, {})
        last = {"InstanceTypes": [_described("m5.large", 96)]}
        answers.add_response("describe_instance_types", last, {"NextToken": "more"})
        described = instance_types_script.described_by(ec2)
        answers.assert_no_pending_responses()
    lines = instance_types_script.table("2026-11-25", described).splitlines()
    columns = next(line for line in lines if not line.startswith("#")).split("\t")
    rows = [dict(zip(columns, line.split("\t"), strict=False)) for line in lines]
    found = {row["name"]: row for row in rows}
    assert found["m5.large"]["cores"] == "96", "what EC2 says counts more than what is recorded"
    assert "2 types as EC2 itself described them" in "".join(lines)
    new = found["zz1.large"]
    assert (new["vcpus"], new["memory_mib"], new["nitro"]) == ("6", "4096", "yes")
    assert (new["network_interfaces"], new["default_card_interfaces"]) == ("7", "4")
    assert new["efa_interfaces"] == "3"
    assert new["features"] == "current enclaves sev-snp spot"
    assert found["c5.large"]["cores"] == "1", "the others are as recorded"


# Access, endpoints, control planes, Auto Mode


def test_flags_are_yes_or_empty():
    flags = {
        "access_entry_types": {"for_nodes", "takes_groups", "takes_username", "takes_policies"},
        "vpc_endpoints": {"needed", "china"},
        "local_zones": {"on_request"},
    }
    for name, columns in flags.items():
        for row in tables.read(name):
            assert {row[column] for column in columns} <= {"yes", ""}, row


def test_access_policies_have_the_arn_that_eks_gives_them():
    policy = facts.access_policies()["AmazonEKSViewPolicy"]
    assert policy.arn("aws") == "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
    assert policy.arn("aws-us-gov").startswith("arn:aws-us-gov:eks::aws:")
    assert policy.for_entry_types == ("STANDARD",)


def test_access_policies_are_for_types_of_entries_that_take_policies():
    takers = {kind.name for kind in facts.access_entry_types().values() if kind.takes_policies}
    assert takers == {"STANDARD", "EC2"}
    for policy in facts.access_policies().values():
        assert set(policy.for_entry_types) <= takers, policy.name
        assert policy.usual_scope in {"cluster", "namespace", None}, policy.name
    assert facts.access_policies()["AmazonEKSAutoNodePolicy"].for_entry_types == ("EC2",)
    assert not facts.access_policies()["AmazonEKSHybridPolicy"].for_entry_types


def test_types_of_access_entries_are_those_of_the_api(eks_model):
    """The model has no enumeration of them: its words list them."""
    documentation = eks_model.shape_for("CreateAccessEntryRequest").members["type"].documentation
    valid = documentation.partition("Valid values are")[2].partition(".")[0]
    names = set(re.findall(r"<code>([A-Z0-9_]+)</code>", valid))
    assert set(facts.access_entry_types()) == names
    assert next(iter(facts.access_entry_types())) == "STANDARD"


def test_only_standard_entries_have_groups_and_user_names():
    for kind in facts.access_entry_types().values():
        standard = kind.name == "STANDARD"
        assert (kind.takes_groups, kind.takes_username) == (standard, standard), kind.name
        assert kind.for_nodes is not standard, kind.name


def test_private_clusters_have_the_endpoints_that_nodes_need():
    needed = {one.service for one in facts.vpc_endpoints().values() if one.needed_by_nodes}
    assert needed == {"s3", "ec2", "ecr.api", "ecr.dkr", "sts", "eks-auth"}


def test_endpoints_of_gateways_are_those_of_s3_and_dynamodb():
    gateways = {one.service for one in facts.vpc_endpoints().values() if one.kind == "gateway"}
    assert gateways == {"s3", "dynamodb"}
    assert {one.kind for one in facts.vpc_endpoints().values()} == {"gateway", "interface"}


def test_names_of_endpoint_services_differ_in_china_where_aws_says_so():
    endpoints = facts.vpc_endpoints()
    assert endpoints["ecr.api"].service_name("eu-west-1") == "com.amazonaws.eu-west-1.ecr.api"
    assert endpoints["ecr.api"].service_name("cn-north-1") == "cn.com.amazonaws.cn-north-1.ecr.api"
    assert endpoints["s3"].service_name("cn-north-1") == "com.amazonaws.cn-north-1.s3"
    for endpoint in endpoints.values():
        assert set(endpoint.missing_in) <= set(facts.regions()), endpoint.service


def test_tiers_of_control_planes_are_those_of_the_api_and_grow(eks_model):
    tiers = facts.control_plane_tiers()
    assert list(tiers) == eks_model.shape_for("ProvisionedControlPlaneTier").enum
    assert [tier.name for tier in tiers.values() if not tier.provisioned] == ["standard"]
    provisioned = [tier for tier in tiers.values() if tier.provisioned]
    seats = [tier.api_request_concurrency for tier in provisioned]
    assert seats == sorted(set(seats))
    assert all(tier.database_gb > tiers["standard"].database_gb for tier in provisioned)


def test_auto_mode_has_its_two_node_pools():
    pools = facts.auto_mode_node_pools()
    assert set(pools) == {"general-purpose", "system"}
    assert pools["system"].taint == "CriticalAddonsOnly"
    assert pools["general-purpose"].architectures == ("amd64",)


def test_managed_policies_of_roles_exist():
    data = pytest.importorskip("moto.iam.aws_managed_policies").aws_managed_policies_data
    managed = json.loads(data)
    for policy in facts.role_policies():
        assert policy.role in {"cluster", "node", "auto-mode-node", "hybrid-node", "pod-execution"}
        assert policy.needed_for
        assert managed[policy.name]["Path"] == "/", f"{policy.arn('aws')} is not its ARN"
    always = [one.name for one in facts.role_policies() if "always" in one.needed_for]
    assert always[0] == "AmazonEKSClusterPolicy"


def test_local_zones_lean_on_a_zone_of_their_region():
    assert len(facts.local_zones()) > 40
    for zone in facts.local_zones().values():
        assert zone.name.startswith(f"{zone.group}"), zone
        assert zone.group.startswith(f"{zone.region}-"), zone
        known = {one.id for one in facts.regions()[zone.region].zones}
        assert zone.parent_zone_id in known, f"{zone.name} leans on {zone.parent_zone_id}"
        assert zone.parent_zone, zone
    angeles = facts.local_zones()["us-west-2-lax-1a"]
    assert (angeles.id, angeles.parent_zone_id, angeles.on_request) == (
        "usw2-lax1-az1",
        "usw2-az2",
        False,
    )


def test_local_zones_are_no_zones_of_a_control_plane():
    zones = {zone.name for region in facts.regions().values() for zone in region.zones}
    assert not zones & set(facts.local_zones())


@pytest.mark.parametrize(
    ("existing", "block", "refused_for"),
    [
        ("10.0.0.0/16", "100.64.0.0/16", None),
        ("10.0.0.0/16", "10.2.0.0/16", None),
        ("10.1.0.0/16", "10.0.0.0/16", "10.0.0.0/16"),
        ("10.2.0.0/16", "10.0.0.0/16", None),
        ("10.0.0.0/16", "172.16.0.0/16", "172.16.0.0/12"),
        ("10.0.0.0/16", "198.19.0.0/20", "198.19.0.0/16"),
        ("10.0.0.0/16", "203.0.112.0/20", None),
        ("172.20.0.0/16", "172.31.0.0/16", "172.31.0.0/16"),
        ("172.20.0.0/16", "172.30.0.0/16", None),
        ("192.168.0.0/16", "100.64.0.0/16", None),
        ("192.168.0.0/20", "10.0.0.0/16", "10.0.0.0/8"),
        ("100.64.0.0/16", "10.0.0.0/16", "10.0.0.0/8"),
        ("100.64.0.0/16", "100.65.0.0/16", None),
        ("203.0.112.0/20", "192.168.0.0/16", "192.168.0.0/16"),
        ("203.0.112.0/20", "100.64.0.0/16", None),
    ],
)
def test_further_blocks_of_a_vpc_are_those_that_aws_permits(existing, block, refused_for):
    """https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html."""
    refused = facts.refused_secondary_cidr(
        ipaddress.IPv4Network(block), ipaddress.IPv4Network(existing)
    )
    assert refused == (ipaddress.IPv4Network(refused_for) if refused_for else None)


def test_every_installed_vpc_cni_has_every_feature():
    for feature in facts.addon_features():
        for version in facts.addons()[feature.addon].default.values():
            assert feature.is_in(version), f"{feature.feature} is not in {version}"


def test_a_version_is_older_by_number_not_by_letter():
    (ipv6,) = [one for one in facts.addon_features() if one.feature == "ipv6"]
    assert ipv6.is_in("v1.10.1-eksbuild.1")
    assert ipv6.is_in("1.10.2")
    assert not ipv6.is_in("v1.9.3-eksbuild.1")
    with pytest.raises(ValueError, match="'latest' is no version"):
        ipv6.is_in("latest")


# Durations and limits


def test_every_slow_operation_has_a_duration():
    assert set(facts.durations()) >= SLOW_OPERATIONS


def test_durations_are_the_median_of_what_was_measured():
    for duration in facts.durations().values():
        assert duration.seconds > 0, duration.operation
        assert duration.note, duration.operation
        if duration.verified:
            assert len(duration.samples) == len(duration.sources), duration.operation
            assert duration.seconds == statistics.median(duration.samples), duration.operation
        else:
            assert not duration.samples, f"{duration.operation}: samples that prove nothing"


def test_limits_are_ranges_and_patterns_that_can_be_kept():
    for limit in facts.limits().values():
        if limit.minimum is not None and limit.maximum is not None:
            assert limit.minimum <= limit.maximum, limit.name
        if limit.pattern:
            re.compile(limit.pattern)


@pytest.mark.parametrize(
    ("name", "accepted", "refused"),
    [
        ("cluster.name", ["a", "Prod_1-x"], ["", "-a", "a b", "ü"]),
        ("node-group.name", ["general", "0"], ["_a", "a.b"]),
        ("label.key.name", ["tier", "a.b_c-d"], ["-a", "a-", "a/b"]),
        ("label.key.prefix", ["example.com"], ["Example.com", "a..b"]),
        ("label.value", ["", "x", "1.2"], [".x", "x y"]),
        ("taint.value", ["", "gpu"], ["gpu!"]),
        ("auto-scaling-group.name", ["shop-a/b", "a"], ["a:b", "a b", ""]),
        ("placement-group.name", ["shop 1"], ["", "ü"]),
        ("queue.name", ["shop_1-a"], ["a.b", "a/b", ""]),
        ("event-rule.name", ["shop.1-a_b"], ["a b", ""]),
        ("role.name", ["a+b=c@d"], ["a b", "a/b"]),
        ("role.path", ["/", "/a/", "/a/b/"], ["", "a/", "/a", "//x y/"]),
        (
            "role.arn",
            ["arn:aws:iam::111122223333:role/x", "arn:aws-cn:iam::111122223333:role/a/b/x"],
            ["arn:aws:iam::111122223333:user/x", "arn:aws:iam::1:role/x", "x"],
        ),
        ("user.arn", ["arn:aws:iam::111122223333:user/x"], ["arn:aws:iam::111122223333:root"]),
        (
            "policy.arn",
            ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::111122223333:policy/a/b"],
            ["arn:aws:iam::aws:role/x", "ReadOnlyAccess"],
        ),
        (
            "key.arn",
            ["arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
            ["arn:aws:kms:eu-west-1:111122223333:alias/x", "alias/x", "1234abcd"],
        ),
        (
            "identity-center.instance-arn",
            ["arn:aws:sso:::instance/ssoins-1234567890abcdef"],
            ["arn:aws:sso:::instance/1234567890abcdef"],
        ),
        ("account.id", ["111122223333"], ["11112222333", "1111-2222-3333"]),
        (
            "vpc.id",
            ["vpc-1a2b3c4d", "vpc-0123456789abcdef0"],
            ["vpc-", "vpc-123", "subnet-1a2b3c4d"],
        ),
        ("subnet.id", ["subnet-0123456789abcdef0"], ["subnet-0123456789ABCDEF0", "subnet-x"]),
        ("security-group.id", ["sg-0123456789abcdef0"], ["sg-0123456789abcdef01"]),
        ("prefix-list.id", ["pl-63a5400a", "pl-0123456789abcdef0"], ["pl-", "63a5400a"]),
        ("access-entry.namespace", ["team-a", "dev-*", "*"], ["Team", "a_b", "-a"]),
        ("identity-provider.issuer-url", ["https://id.example/x"], ["http://x", "https://x?y"]),
        ("capability.name", ["argo_cd-1"], ["a b", ""]),
        ("capability.argocd.endpoint-prefix", ["a", "team-a"], ["-a", "a-", "A"]),
        ("security-group-rule.description", ["", "HTTPS from 10.0.0.0/8 (all)"], ["a|b", "é"]),
    ],
)
def test_patterns_accept_and_refuse(name, accepted, refused):
    pattern = facts.limits()[name].pattern
    assert pattern, name
    assert all(re.fullmatch(pattern, value) for value in accepted), pattern
    assert not any(re.fullmatch(pattern, value) for value in refused), pattern


def test_address_blocks_are_the_private_ones():
    limit = facts.limits()["vpc.cidr"]
    assert (limit.minimum, limit.maximum) == (16, 28)
    for name in ["vpc.cidr.private", "cluster.service-cidr"]:
        blocks = [ipaddress.ip_network(block) for block in facts.limits()[name].values]
        assert len(blocks) == 3
        assert all(block.is_private for block in blocks)
    assert facts.limits()["subnet.reserved-addresses"].minimum == 5


@pytest.mark.parametrize(
    ("limit", "service", "shape"),
    [
        ("cluster.log-types", "eks", "LogType"),
        ("cluster.authentication-modes", "eks", "AuthenticationMode"),
        ("cluster.support-types", "eks", "SupportType"),
        ("cluster.egress-modes", "eks", "ControlPlaneEgressModeType"),
        ("cluster.ip-families", "eks", "IpFamily"),
        ("scheduler.scoring-strategies", "eks", "ScoringStrategyType"),
        ("capability.types", "eks", "CapabilityType"),
        ("capability.delete-propagation", "eks", "CapabilityDeletePropagationPolicy"),
        ("capability.argocd.roles", "eks", "ArgoCdRole"),
        ("capability.argocd.identity-types", "eks", "SsoIdentityType"),
        ("log-group.classes", "logs", "LogGroupClass"),
        ("flow-log.traffic-types", "ec2", "TrafficType"),
    ],
)
def test_values_are_those_of_the_api(limit, service, shape):
    known = facts.limits()[limit]
    assert set(known.values) == set(_model(service).shape_for(shape).enum)
    assert known.default is None or known.default in known.values


@pytest.mark.parametrize(
    ("limit", "service", "shape"),
    [
        ("scheduler.resource-weight", "eks", "ResourceWeightValue"),
        ("scheduler.resources", "eks", "ResourceWeightList"),
        ("capability.argocd.endpoint-prefix", "eks", "ArgoCdEndpointPrefix"),
        ("capability.ack.disabled-services", "eks", "AckDisabledServicesList"),
        ("key.rotation", "kms", "RotationPeriodInDaysType"),
        ("role.path", "iam", "pathType"),
    ],
)
def test_bounds_are_those_of_the_api(limit, service, shape):
    known = facts.limits()[limit]
    said = _model(service).shape_for(shape).metadata
    assert known.maximum == said["max"]
    assert said.get("min") in {known.minimum, None}


def test_bounds_are_not_wider_than_those_of_the_api(eks_model):
    """The page on control planes knows more of them than the model of the API."""
    known = facts.limits()["controller-manager.terminated-pod-gc-threshold"]
    said = eks_model.shape_for("TerminatedPodGcThresholdValue").metadata
    assert said["min"] <= known.minimum <= int(known.default) <= known.maximum <= said["max"]


@pytest.mark.parametrize(
    ("name", "service", "shape"),
    [
        ("node-group.repair.count", "eks", "NonZeroInteger"),
        ("node-group.repair.percentage", "eks", "PercentCapacity"),
        ("node-group.repair.wait", "eks", "NonZeroInteger"),
        ("node-group.warm-pool.min-size", "eks", "ZeroCapacity"),
        ("auto-scaling-group.checkpoint-delay", "autoscaling", "CheckpointDelay"),
        ("auto-scaling-group.max-healthy-percentage", "autoscaling", "IntPercent100To200"),
        ("auto-scaling-group.min-healthy-percentage", "autoscaling", "IntPercent"),
        ("auto-scaling-group.name", "autoscaling", "XmlStringMaxLen255"),
        ("event-rule.name", "events", "RuleName"),
    ],
)
def test_bounds_of_groups_are_those_of_the_apis(name, service, shape):
    known, said = facts.limits()[name], _model(service).shape_for(shape).metadata
    assert (known.minimum, known.maximum) == (said.get("min"), said.get("max"))


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("node-group.update-strategies", "NodegroupUpdateStrategies"),
        ("node-group.repair.actions", "RepairAction"),
        ("node-group.warm-pool.states", "WarmPoolState"),
    ],
)
def test_words_of_node_groups_are_those_of_the_eks_api(name, shape, eks_model):
    known = facts.limits()[name]
    assert set(known.values) == set(eks_model.shape_for(shape).enum)
    assert known.default is None or known.default in known.values


@pytest.mark.parametrize(
    ("name", "service", "shape", "member"),
    [
        ("auto-scaling-group.instance-types", "autoscaling", "LaunchTemplateOverrides", 0),
        ("auto-scaling-group.weight", "autoscaling", "LaunchTemplateOverrides", 1),
        ("auto-scaling-group.spot-pools", "autoscaling", "InstancesDistribution", 4),
        ("lifecycle-hook.heartbeat", "autoscaling", "LifecycleHookSpecification", 3),
        ("queue.message-retention", "sqs", "CreateQueueRequest", 1),
    ],
)
def test_bounds_that_an_api_tells_in_words_are_in_its_words(name, service, shape, member):
    words = list(_model(service).shape_for(shape).members.values())[member].documentation
    numbers = set(re.findall(r"\d+", words.replace(",", "")))
    known = facts.limits()[name]
    bounds = {known.minimum, known.maximum} - {None}
    if name.endswith("instance-types"):
        bounds = {known.maximum}
    assert {str(bound) for bound in bounds} <= numbers, words


def test_defaults_lie_within_the_bounds():
    for limit in facts.limits().values():
        if limit.default and limit.default.isdecimal():
            assert (limit.minimum or 0) <= int(limit.default), limit.name
            assert limit.maximum is None or int(limit.default) <= limit.maximum, limit.name


def test_blocks_of_vpcs_are_apart_from_those_that_none_can_have():
    limits = facts.limits()
    impossible = [ipaddress.ip_network(one) for one in limits["vpc.cidr.impossible"].values]
    for name in ["vpc.cidr.private", "vpc.cidr.shared", "remote-network.cidr"]:
        for block in limits[name].values:
            assert not any(ipaddress.ip_network(block).overlaps(one) for one in impossible)


# The whole


def test_facts_know_neither_pulumi_nor_boto3():
    program = (
        "import sys; from spec import facts; facts.instance_types()\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"pulumi", "boto3", "botocore", "moto", "yaml"} & set(loaded), (
        "they take long to load, and facts are asked for before every command"
    )


def test_tables_are_read_once():
    assert facts.instance_types() is facts.instance_types()


@pytest.mark.parametrize("name", ["regions", "instance_types"])
def test_made_tables_are_what_their_script_makes(name):
    pytest.importorskip("moto")
    pytest.importorskip("botocore")
    check = subprocess.run(
        [sys.executable, "-m", f"tools.facts.{name}", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert check.returncode == 0, f"run tools.facts.{name}: {check.stdout}{check.stderr}"


def _model(service):
    """What the API of a service says of itself, as botocore has it."""
    loaders = pytest.importorskip("botocore.loaders")
    model = loaders.Loader().load_service_model(service, "service-2")
    return pytest.importorskip("botocore.model").ServiceModel(model)


def _columns(name):
    lines = (tables.FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if not line.startswith("#")).split("\t")
