"""Random stacks that are right, as the data of a stack file.

Rules between fields hold by construction: what excludes each other is never drawn together. No part
of this knows Pulumi, so that any test can build what it draws.
"""

import string
from ipaddress import IPv4Network
from typing import Any

from hypothesis import strategies as st

from spec import addresses, facts
from spec.model import ClusterSpec
from spec.model.access import CLUSTER_ADMIN

Drawn = dict[str, Any]

_ACCOUNT = "123456789012"
_WORD = string.ascii_letters + string.digits


def names(longest: int) -> st.SearchStrategy[str]:
    """Names of clusters, node groups and the like, as long as AWS takes them at times."""
    rest = st.text(_WORD + "-_", max_size=longest - 1)
    return st.builds(str.__add__, st.sampled_from(_WORD), rest) | st.sampled_from(
        ["a", "2024", "g" * longest, "0-_", "true", "null"]
    )


def _mapping(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Drawn]:
    """Any of the fields."""
    return st.fixed_dictionaries({}, optional=fields)


def _some(values: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, max_size=most, unique=True)


def _ids(prefix: str) -> st.SearchStrategy[str]:
    return st.integers(0, 16**8 - 1).map(lambda it: f"{prefix}-{it:08x}")


_KEY_NAMES = st.text(_WORD, min_size=1, max_size=20)
_LABELS = st.text(_WORD, min_size=1, max_size=30)
_TAG_TEXT = st.text(_WORD + " +-=._:/@äé한", min_size=1, max_size=40)
_BOOLEAN = st.booleans()
_RETENTION = st.sampled_from([int(it) for it in facts.limits()["log-group.retention"].values])
_MINUTES = st.integers(1, 300).map(lambda it: f"{it}m") | st.just("1h30m")
_BY_TAGS = st.builds(
    lambda tags: {"tags": tags}, st.dictionaries(_LABELS, _LABELS, min_size=1, max_size=2)
)
_SUBNETS = st.lists(_ids("subnet"), min_size=2, max_size=4, unique=True) | _BY_TAGS


def _principals(partition: str) -> st.SearchStrategy[str]:
    name = st.text(_WORD + "+=,.@-", min_size=1, max_size=40)
    role = name.map(lambda it: f"arn:{partition}:iam::{_ACCOUNT}:role/{it}")
    return (
        role
        | name.map(lambda it: f"arn:{partition}:iam::{_ACCOUNT}:user/people/{it}")
        | name.map(lambda it: f"arn:{partition}:sts::{_ACCOUNT}:assumed-role/{it}/session")
    )


def _policies(partition: str) -> st.SearchStrategy[list[str]]:
    return _some(_LABELS.map(lambda it: f"arn:{partition}:iam::{_ACCOUNT}:policy/{it}"))


def _key_arns(region: facts.Region) -> st.SearchStrategy[str]:
    return st.uuids().map(
        lambda it: f"arn:{region.partition}:kms:{region.name}:{_ACCOUNT}:key/{it}"
    )


_TAGS = st.dictionaries(
    _TAG_TEXT.filter(
        lambda it: (
            not it.casefold().startswith(("aws:", "pulumi:"))
            and it.casefold() not in ("cluster", "managedby", "name")
        )
    ),
    _TAG_TEXT,
    max_size=4,
).filter(lambda tags: len({key.casefold() for key in tags}) == len(tags))

_BLOCKS = st.sampled_from(
    [
        f"{block}/{prefix}"
        for block in ("10.0.0.0", "10.4.0.0", "192.168.0.0", "172.24.0.0", "10.255.192.0")
        for prefix in range(18, addresses.SMALLEST_PREFIX + 1)
    ]
    + ["10.0.0.0/16", "10.4.0.0/16", "192.168.0.0/16", "172.24.0.0/16"]
)


@st.composite
def _pods(draw: st.DrawFn, *, is_new: bool, ipv6: bool) -> Drawn:
    pods = draw(
        _mapping(
            prefixDelegation=_BOOLEAN,
            warmIpTarget=st.integers(0, 1000),
            minimumIpTarget=st.integers(0, 1000),
            warmEniTarget=st.integers(0, 50),
            networkPolicy=_BOOLEAN,
        )
    )
    if pods.get("prefixDelegation") and draw(_BOOLEAN):
        pods["warmPrefixTarget"] = draw(st.integers(0, 100))
    if not ipv6:
        pods |= draw(_mapping(securityGroups=_BOOLEAN))
        if is_new and draw(_BOOLEAN):
            pods["cidr"] = draw(
                st.sampled_from(["100.64.0.0/16", "100.65.0.0/24", "100.127.0.0/20"])
            )
    return pods


@st.composite
def _new_network(draw: st.DrawFn, region: facts.Region, *, ipv6: bool) -> Drawn:
    zones = [zone.name for zone in region.zones if zone.eks_supported]
    services = [
        it for it, row in facts.vpc_endpoints().items() if region.name not in row.missing_in
    ]
    network = draw(
        _mapping(
            cidr=_BLOCKS,
            availabilityZones=st.integers(2, len(zones))
            | st.lists(st.sampled_from(zones), min_size=2, unique=True),
            natGateways=st.sampled_from(["single", "perZone", "none", "PerZone", "per-zone"]),
            intraSubnets=_BOOLEAN,
            controlPlaneSubnets=st.sampled_from(["private", "intra", "dedicated"]),
            vpcEndpoints=_some(st.sampled_from(services), 8),
            flowLogs=st.just({"trafficType": "none"})
            | _mapping(
                trafficType=st.sampled_from(["REJECT", "ACCEPT", "ALL", "all"]),
                retentionDays=_RETENTION,
                aggregationSeconds=st.sampled_from([60, 600]),
            ),
            **({} if ipv6 else {"dualStack": _BOOLEAN}),
        )
    )
    if "availabilityZones" not in network and len(zones) < 3:
        network["availabilityZones"] = 2
    network |= draw(_mapping(publicSubnets=st.just(True)))
    if network.get("natGateways") == "none":
        network |= draw(_mapping(publicSubnets=_BOOLEAN))
    cidr = IPv4Network(network.get("cidr", "10.0.0.0/16"))
    if cidr.prefixlen > addresses.SMALLEST_WITH_INTRA:
        network.pop("intraSubnets", None)
    tiers = network.get("controlPlaneSubnets")
    if (tiers == "intra" and not network.get("intraSubnets")) or (
        tiers == "dedicated" and cidr.prefixlen > addresses.SMALLEST_WITH_CONTROL_PLANE
    ):
        network["controlPlaneSubnets"] = "private"
    local = [it.name for it in facts.local_zones().values() if it.region == region.name]
    is_public = network.get("publicSubnets", network.get("natGateways") != "none")
    if local and is_public and draw(_BOOLEAN):
        chosen = draw(st.lists(st.sampled_from(local), max_size=4, unique=True))
        parts = addresses.for_local_zones(cidr).subnets(new_prefix=addresses.SMALLEST_LOCAL_ZONE)
        network["localZones"] = {zone: str(part) for zone, part in zip(chosen, parts, strict=False)}
    return network


@st.composite
def _networks(draw: st.DrawFn, region: facts.Region, *, hybrid: bool, all_auto: bool) -> Drawn:
    ipv6 = not hybrid and region.partition != "aws-cn" and draw(_BOOLEAN)
    if draw(st.integers(0, 4)) == 0:
        existing = draw(
            st.fixed_dictionaries(
                {"vpc": _ids("vpc") | _BY_TAGS, "privateSubnets": _SUBNETS},
                optional={
                    "publicSubnets": _SUBNETS,
                    "controlPlaneSubnets": _SUBNETS,
                    "tagSubnets": _BOOLEAN,
                }
                | ({} if ipv6 or all_auto else {"podSubnets": _SUBNETS}),
            )
        )
        network: Drawn = {"existing": existing}
    else:
        network = draw(_new_network(region, ipv6=ipv6))
    if ipv6:
        network["ipFamily"] = draw(st.sampled_from(["ipv6", "IPv6"]))
    else:
        network |= draw(
            _mapping(
                serviceCidr=st.sampled_from(["172.20.0.0/16", "10.100.0.0/24", "172.16.0.0/13"]),
                ipFamily=st.just("ipv4"),
            )
        )
    if not all_auto and draw(_BOOLEAN):
        network["pods"] = draw(_pods(is_new="existing" not in network, ipv6=ipv6))
    return network


@st.composite
def _endpoints(draw: st.DrawFn, network: Drawn) -> Drawn:
    office = ["198.51.100.0/24", "203.0.113.7/32", "8.8.8.0/24"]
    if network.get("ipFamily", "ipv4").casefold() == "ipv6":
        office.append("2001:db8::/32")
    endpoint = draw(
        _mapping(private=st.just(True), publicAccessCidrs=_some(st.sampled_from(office), 4))
    )
    if draw(st.integers(0, 3)) == 0:
        endpoint["publicAccessCidrs"] = [*endpoint.get("publicAccessCidrs", []), "0.0.0.0/0"]
        endpoint["acknowledgeOpenToInternet"] = True
        if network.get("natGateways") != "none":
            endpoint |= draw(_mapping(private=_BOOLEAN))
    return endpoint


_PORT = st.integers(0, 65535)


@st.composite
def _security_group_rules(draw: st.DrawFn) -> Drawn:
    rule: Drawn = {
        "description": draw(st.text(_WORD + " ._-:/()#,@[]+=&;{}!$*", min_size=1, max_size=60))
    }
    rule |= draw(
        _mapping(
            direction=st.sampled_from(["ingress", "egress", "Inbound"]),
            protocol=st.sampled_from(["tcp", "UDP", "icmp", "all"]),
        )
    )
    if rule.get("protocol") != "all":
        ports = sorted([draw(_PORT), draw(_PORT)])
        rule["fromPort"] = ports[0]
        if draw(_BOOLEAN):
            rule["toPort"] = ports[1]
        if rule.get("protocol") == "icmp" and draw(_BOOLEAN):
            rule["fromPort"] = -1
    # From anywhere, what people log in with is refused.
    anywhere = ["0.0.0.0/0"] if rule.get("direction") == "egress" else []
    name, values = draw(
        st.sampled_from(
            [
                ("cidr", st.sampled_from(["10.200.0.0/16", "1.2.3.4/32", *anywhere])),
                ("securityGroup", _ids("sg")),
                ("prefixList", _ids("pl")),
            ]
        )
    )
    rule[name] = draw(values)
    return rule


_RESOURCES = st.lists(
    st.sampled_from(facts.limits()["scheduler.resource-names"].values), unique=True, max_size=3
).flatmap(
    lambda it: st.tuples(
        *(
            st.fixed_dictionaries({"name": st.just(name), "weight": st.integers(1, 100)})
            for name in it
        )
    ).map(list)
)


@st.composite
def _control_planes(draw: st.DrawFn) -> Drawn:
    ports = sorted([draw(st.integers(10260, 32767)), draw(st.integers(10260, 32767))])
    plane = draw(
        _mapping(
            supportType=st.sampled_from(["STANDARD", "EXTENDED", "extended"]),
            deletionProtection=_BOOLEAN,
            zonalShift=_BOOLEAN,
            scalingTier=st.sampled_from(list(facts.control_plane_tiers())),
            egressMode=st.sampled_from(["AWS_MANAGED", "CUSTOMER_ROUTED", "customer-routed"]),
            forceUpdate=_BOOLEAN,
            apiServer=_mapping(
                eventTtl=st.integers(10, 60).map(lambda it: f"{it}m"),
                serviceNodePortRange=st.just({"min": ports[0], "max": ports[1]}),
            ),
            scheduler=_mapping(
                scoringStrategy=st.sampled_from(["LeastAllocated", "MostAllocated"]),
                resources=_RESOURCES,
            ),
            securityGroupRules=st.dictionaries(names(100), _security_group_rules(), max_size=3),
        )
    )
    if facts.control_plane_tiers()[plane.get("scalingTier", "standard")].provisioned:
        plane |= draw(
            _mapping(
                controllerManager=_mapping(
                    horizontalPodAutoscalerSyncPeriod=st.integers(10, 15).map(lambda it: f"{it}s"),
                    terminatedPodGcThreshold=st.integers(10000, 12500),
                )
            )
        )
    return plane


@st.composite
def _logs_and_keys(draw: st.DrawFn, region: facts.Region) -> tuple[Drawn, Drawn]:
    keys = _key_arns(region)
    types = draw(_some(st.sampled_from(facts.limits()["cluster.log-types"].values), 5))
    logging = draw(_mapping(types=st.just(types)))
    if logging.get("types") != []:
        logging |= draw(
            _mapping(
                retentionDays=_RETENTION,
                keyArn=keys,
                keepOnDestroy=_BOOLEAN,
                **{"class": st.sampled_from(["STANDARD", "INFREQUENT_ACCESS"])},
            )
        )
    encryption = draw(_mapping(keyArn=keys))
    if not encryption.get("keyArn"):  # where it is named, it depends on logs whether one is made
        encryption |= draw(
            _mapping(
                administrators=_some(_principals(region.partition)),
                rotationDays=st.integers(90, 2560),
                deletionWindowDays=st.integers(7, 30),
            )
        )
        encryption["administrators"] = _distinct(encryption.get("administrators", []))
    return logging, encryption


def _distinct(arns: list[str]) -> list[str]:
    """ARNs of which no two name one principal: names are unique by account and kind."""
    by_name = {(arn.split("/")[1 if ":sts:" in arn else -1], ":user/" in arn): arn for arn in arns}
    return list(by_name.values())


@st.composite
def _entries(draw: st.DrawFn, principal: str, namespaces: st.SearchStrategy[Any]) -> Drawn:
    kinds = [
        it
        for it in facts.access_entry_types().values()
        if ":user/" not in principal or not it.for_nodes
    ]
    kind = draw(st.sampled_from(kinds))
    entry: Drawn = {"principal": principal}
    if kind.name != "STANDARD" or draw(_BOOLEAN):
        entry["type"] = kind.name
    if kind.takes_groups:
        entry |= draw(_mapping(kubernetesGroups=_some(_LABELS)))
    if kind.takes_username:
        entry |= draw(_mapping(username=_LABELS))
    if kind.takes_policies:
        policies = [
            it.name for it in facts.access_policies().values() if kind.name in it.for_entry_types
        ]
        chosen = draw(st.lists(st.sampled_from(policies), unique=True, max_size=3))
        entry["policies"] = [
            {"policy": it} | draw(_mapping(namespaces=namespaces)) for it in chosen
        ]
    return entry


@st.composite
def _accesses(draw: st.DrawFn, partition: str, *, config_map: bool) -> Drawn:
    known = _distinct(draw(_some(_principals(partition), 6)))
    access: Drawn = draw(
        _mapping(
            identityProviders=st.dictionaries(
                names(100),
                st.fixed_dictionaries(
                    {"issuerUrl": st.none(), "clientId": _LABELS},
                    optional={
                        "usernameClaim": _LABELS,
                        "usernamePrefix": _LABELS.map("oidc:".__add__),
                        "groupsClaim": _LABELS,
                        "groupsPrefix": _LABELS,
                        "requiredClaims": st.dictionaries(_LABELS, _LABELS, max_size=2),
                    },
                ),
                max_size=3,
            ),
            kubeconfig=_mapping(
                roleArn=_LABELS.map(lambda it: f"arn:{partition}:iam::{_ACCOUNT}:role/{it}"),
                profile=_LABELS,
            ),
        )
    )
    for number, provider in enumerate(access.get("identityProviders", {}).values()):
        provider["issuerUrl"] = f"https://login{number}.example.com/realms/main"
    if config_map:
        return access | {"admins": ["creator"], "authenticationMode": "CONFIG_MAP"}
    access |= draw(_mapping(authenticationMode=st.sampled_from(["API", "API_AND_CONFIG_MAP"])))
    admins, others, deployers = known[:2], known[2:4], known[4:]
    namespaces = _some(st.sampled_from(["default", "team-*", "a"]))
    access["admins"] = [*(["creator"] if draw(_BOOLEAN) or not admins else []), *admins]
    access["entries"] = {
        f"{name}{at}": draw(_entries(arn, namespaces))
        for at, (name, arn) in enumerate(zip(["one", "2024"], others, strict=False))
    }
    is_admin = any(
        it["policy"] == CLUSTER_ADMIN and not it.get("namespaces")
        for entry in access["entries"].values()
        for it in entry.get("policies", [])
    )
    if not is_admin and draw(st.integers(0, 9)) == 0:
        access["admins"] = "nobody"
    if draw(_BOOLEAN):
        access["deployersWithoutAdmin"] = deployers
    return access


@st.composite
def _capabilities(draw: st.DrawFn, region: facts.Region) -> Drawn:
    kinds = draw(st.lists(st.sampled_from(["ARGOCD", "ACK", "KRO"]), unique=True))
    result: Drawn = {}
    for kind in kinds:
        capability = {"type": kind} | draw(_mapping(policies=_policies(region.partition)))
        if kind == "ARGOCD":
            argo = draw(
                _mapping(
                    identityCenterRegion=st.sampled_from(list(facts.regions())),
                    namespace=st.sampled_from(["argocd", "a" * 63]),
                    roleMappings=st.lists(
                        st.fixed_dictionaries(
                            {
                                "role": st.sampled_from(["ADMIN", "editor"]),
                                "identities": st.lists(
                                    st.fixed_dictionaries(
                                        {
                                            "id": _LABELS,
                                            "type": st.sampled_from(["user", "SSO_GROUP"]),
                                        }
                                    ),
                                    min_size=1,
                                    max_size=2,
                                ),
                            }
                        ),
                        max_size=2,
                    ),
                    vpcEndpointIds=_some(_ids("vpce")),
                )
            )
            argo["identityCenterArn"] = (
                f"arn:{region.partition}:sso:::instance/ssoins-1234567890abcdef"
            )
            capability["argoCd"] = argo
        result[draw(names(100).filter(lambda it: it not in result))] = capability
    return result


_TIMEOUTS = _mapping(create=_MINUTES, update=_MINUTES, delete=_MINUTES)


def _instance_types() -> dict[str, list[str]]:
    """Instance types of the Nitro system that each kind of Linux image fits."""
    return {
        image.name: [
            it.name
            for it in facts.instance_types().values()
            if not it.unsupported
            and it.nitro
            and (it.architecture, it.accelerator or "none")
            == (image.architecture, image.accelerator)
        ]
        for image in facts.ami_types().values()
        if image.platform == "linux"
    }


_BY_IMAGE = _instance_types()
_KMS = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_MIRRORS = {"docker.io": ["https://mirror.example.com"]}
_SELECTORS = st.builds(
    lambda least, architecture: {
        "vcpus": {"min": least, "max": 2 * least},
        "memoryGib": {"min": least},
        "architecture": architecture,
    },
    st.sampled_from([2, 4, 8]),
    st.sampled_from(["x86_64", "arm64", "amd64"]),
)


def _user_data(image: facts.AmiType) -> st.SearchStrategy[Drawn]:
    """What nodes of an operating system can be told."""
    kubelet: dict[str, st.SearchStrategy[Any]] = {
        "cpuManagerPolicy": st.sampled_from(["none", "static"]),
        "systemReserved": st.just({"memory": "200Mi", "cpu": "100m"}),
        "evictionHard": st.sampled_from([{"memory.available": "5%"}, {"nodefs.available": "1Gi"}]),
        "imageGCHighThresholdPercent": st.integers(50, 100),
        "podPidsLimit": st.integers(-1, 10000),
        "allowedUnsafeSysctls": st.just(["net.core.somaxconn"]),
    }
    fields: dict[str, st.SearchStrategy[Any]] = {
        "maxPods": st.just("auto") | st.integers(1, 250),
        "registry": st.just({"mirrors": _MIRRORS}),
        "proxy": st.just({"https": "http://proxy.example.com:3128", "noProxy": [".example.com"]}),
    }
    if image.user_data == "nodeadm":
        kubelet["serializeImagePulls"] = _BOOLEAN
        fields |= {
            "containerd": st.just({"config": "version = 3"}),
            "preBootstrap": st.lists(st.text(_WORD + " -.'\"$", min_size=1), max_size=3),
            "localStorage": st.just({"strategy": "RAID0"}),
        }
    else:
        fields["bottlerocket"] = st.just({"kernel": {"lockdown": "integrity"}})
    return _mapping(kubelet=_mapping(**kubelet), **fields)


def _launch(image: facts.AmiType) -> st.SearchStrategy[Drawn]:
    """Fields of the launch template."""
    return _mapping(
        diskSize=st.integers(image.minimum_disk_gib, 65536),
        volume=_mapping(
            type=st.just("gp3"), throughput=st.integers(125, 2000), keyArn=st.just(_KMS)
        ),
        extraVolumes=st.just([{"device": "/dev/sdf", "size": 200, "type": "st1"}]),
        metadata=_mapping(hopLimit=st.integers(1, 64), ipv6=_BOOLEAN),
        monitoring=_BOOLEAN,
        tenancy=st.sampled_from(["default", "dedicated"]),
        placement=st.sampled_from(
            [{"groupName": "mine"}, {"strategy": "spread"}, {"strategy": "partition"}]
        ),
        securityGroups=_some(_ids("sg")),
        ebsOptimized=_BOOLEAN,
    )


@st.composite
def _node_groups(draw: st.DrawFn, *, takes_any_pod: bool) -> Drawn:
    image = facts.ami_types()[draw(st.sampled_from([it for it in _BY_IMAGE if _BY_IMAGE[it]]))]
    group: Drawn = {"imageFamily": image.family, "fips": image.fips}
    if image.accelerator == "none" and draw(st.integers(0, 4)) == 0:
        group["instanceSelector"] = draw(_SELECTORS)
    else:
        types = st.sampled_from(_BY_IMAGE[image.name])
        group["instanceTypes"] = draw(st.lists(types, min_size=1, max_size=4, unique=True))
    least, desired, most = sorted(draw(st.lists(st.integers(0, 100), min_size=3, max_size=3)))
    desired = max(desired, 1) if takes_any_pod else desired
    most = max(most, desired, 1)
    group["nodes"] = draw(
        st.just({"min": least, "desired": desired, "max": most})
        | st.integers(1 if takes_any_pod else 0, 450)
    )
    group |= draw(
        _mapping(
            capacityType=st.sampled_from(["ON_DEMAND", "SPOT", "spot", "on-demand"]),
            labels=st.dictionaries(
                _KEY_NAMES | _KEY_NAMES.map("example.com/".__add__), _LABELS, max_size=3
            ),
            scaling=st.sampled_from(["pulumi", "autoscaler"]),
            update=_mapping(maxUnavailable=st.integers(1, 100), force=_BOOLEAN)
            | _mapping(maxUnavailablePercentage=st.integers(1, 100)),
            repair=_BOOLEAN | _mapping(maxParallel=st.integers(1, 9)),
            perZone=_BOOLEAN,
            ssm=_BOOLEAN,
            ssh=st.fixed_dictionaries({"keyName": _LABELS}, optional={}),
            timeouts=_TIMEOUTS,
        )
    )
    if draw(st.integers(0, 9)) == 0:
        group["launchTemplate"] = {"id": "lt-0123abcd", "version": "3"}
        group.pop("ssh", None)
    else:
        group |= draw(_launch(image))
        group |= draw(_user_data(image))
        group |= draw(_mapping(amiId=st.just("ami-0123abcd")))
    effects = ["PreferNoSchedule", "PREFER_NO_SCHEDULE"]
    if not takes_any_pod:
        effects += ["NoSchedule", "NO_EXECUTE"]
    if draw(_BOOLEAN):
        group["taints"] = draw(
            st.lists(
                st.fixed_dictionaries(
                    {"key": _KEY_NAMES, "effect": st.sampled_from(effects)},
                    optional={"value": _LABELS | st.just("")},
                ),
                max_size=2,
            )
        )
    return group


@st.composite
def _self_managed(draw: st.DrawFn) -> Drawn:
    """A group that nobody manages; of what it shares with managed ones, a little."""
    image = facts.ami_types()["AL2023_x86_64_STANDARD"]
    types = st.lists(st.sampled_from(_BY_IMAGE[image.name]), min_size=1, max_size=4, unique=True)
    group: Drawn = {"instanceTypes": draw(types), "nodes": draw(st.integers(0, 100))}
    is_spot = draw(_BOOLEAN)
    if is_spot:
        group["distribution"] = draw(
            _mapping(
                onDemandBase=st.integers(0, 9),
                spotStrategy=st.sampled_from(["capacity-optimized", "PriceCapacityOptimized"]),
            )
        ) | {"onDemandPercentage": draw(st.integers(0, 99))}
    else:
        group |= draw(_mapping(warmPool=_mapping(minSize=st.integers(0, 9))))
    if draw(_BOOLEAN):
        group["weights"] = {it: draw(st.integers(1, 999)) for it in group["instanceTypes"]}
    hook = st.fixed_dictionaries(
        {"transition": st.sampled_from(["launching", "terminating"])},
        optional={"heartbeat": st.sampled_from(["30s", "2h"])},
    )
    return group | draw(
        _mapping(
            refresh=_BOOLEAN | _mapping(minHealthyPercentage=st.integers(0, 100)),
            maintenance=st.just({"minHealthyPercentage": 90, "maxHealthyPercentage": 120}),
            lifecycleHooks=st.dictionaries(st.sampled_from(["drain", "a/b"]), hook),
            suspendedProcesses=_some(st.sampled_from(["AZRebalance", "Launch"])),
            metrics=_some(st.sampled_from(["GroupMinSize", "GroupMaxSize"])),
            maxLifetimeDays=st.integers(1, 365),
            protectFromScaleIn=_BOOLEAN,
            scaling=st.sampled_from(["pulumi", "autoscaler"]),
            perZone=_BOOLEAN,
            ssm=_BOOLEAN,
        )
    )


_COREDNS = {"namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}}


@st.composite
def _fargate_profiles(
    draw: st.DrawFn, region: facts.Region, network: Drawn, *, takes_coredns: bool
) -> Drawn:
    pattern = st.text(string.ascii_lowercase + string.digits + "*?", min_size=1, max_size=20)
    selectors = st.lists(
        st.fixed_dictionaries(
            {"namespace": pattern},
            optional={"labels": st.dictionaries(_LABELS, pattern, max_size=5)},
        ),
        min_size=1,
        max_size=4,
    )
    chosen = network.get("availabilityZones", 3)
    zones = [zone.name for zone in region.zones if zone.eks_supported]
    usable = chosen if isinstance(chosen, list) else zones[:chosen]
    fields: dict[str, st.SearchStrategy[Any]] = {
        "policies": _policies(region.partition),
        "timeouts": _TIMEOUTS,
    }
    if "existing" not in network:
        zone = st.sampled_from(usable)
        fields["subnets"] = _mapping(zones=st.lists(zone, unique=True))
    result: Drawn = {}
    for _ in range(draw(st.integers(1 if takes_coredns else 0, 3))):
        name = draw(names(63).filter(lambda it: it not in result))
        wanted = draw(selectors)
        if takes_coredns and not result:
            wanted.append(draw(st.sampled_from([_COREDNS, {"namespace": "kube-system"}])))
        result[name] = {"selectors": wanted} | draw(_mapping(**fields))
    return result


_ROLE_NAMES = st.text(_WORD + "+=,.@-_", min_size=1, max_size=40)
_JSON = st.recursive(
    _BOOLEAN | st.integers(-(2**31), 2**31) | _TAG_TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_LABELS, inner, max_size=2),
    max_leaves=5,
)
_DOCUMENTS = st.dictionaries(
    _KEY_NAMES,
    st.just({"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}),
    min_size=1,
    max_size=2,
)


@st.composite
def _addons(draw: st.DrawFn, partition: str, kinds: list[str], *, all_auto: bool) -> Drawn:
    """Add-ons.

    Args:
        draw: Draws.
        partition: The AWS partition.
        kinds: What identities can be: without `podIdentity`, its agent is switched off.
        all_auto: Whether Auto Mode brings what ours do.
    """
    known = facts.known_addons()
    ours = [] if all_auto else list(facts.addons())
    others = [it for it in known if it not in facts.addons()]
    addons: Drawn = {}
    for name in draw(_some(st.sampled_from([*ours, *others, "vendor_agent"]), 5)):
        addon = draw(
            _mapping(
                enabled=st.just(True),
                version=st.sampled_from(["v1.22.4-eksbuild.3", "v0.8.0-eksbuild.12"]),
                conflictsOnCreate=st.sampled_from(["OVERWRITE", "none"]),
                conflictsOnUpdate=st.sampled_from(["PRESERVE", "overwrite", "NONE"]),
                preserve=_BOOLEAN,
            )
        )
        if name not in facts.addons():
            addon |= draw(
                _mapping(
                    phase=st.sampled_from(["beforeNodes", "after-nodes"]),
                    namespace=st.sampled_from(["apps", "kube-system"]),
                    configuration=st.dictionaries(_LABELS, _JSON, max_size=3),
                )
            )
        elif name in ("kube-proxy", "coredns") and draw(st.integers(0, 4)) == 0:
            addon = {"enabled": False}
        addons[name] = addon
    if "podIdentity" not in kinds and not all_auto:
        addons.setdefault("vpc-cni", {})
        addons["eks-pod-identity-agent"] = {"enabled": False}
    for name, addon in addons.items():
        account = known[name].service_account if name in known else "agent"
        needs = "podIdentity" not in kinds and name in known and known[name].managed_policies
        if account and addon.get("enabled", True) and (needs or draw(_BOOLEAN)):
            addon["identity"] = draw(_identities(partition, kinds, name))
            if name not in known and addon["identity"].get("type") == "irsa":
                addon["namespace"] = "vendor"
    return addons


@st.composite
def _identities(draw: st.DrawFn, partition: str, kinds: list[str], name: str) -> Drawn:
    kind = draw(st.sampled_from([*kinds, *([] if name == "vpc-cni" else ["none"])]))
    if kind == "none":
        return {"type": "none"}
    rights = {"policies": draw(_policies(partition))}
    known = facts.known_addons().get(name)
    if not rights["policies"] and not (known and known.managed_policies):
        role = draw(_ROLE_NAMES)
        rights = {"roleArn": f"arn:{partition}:iam::{_ACCOUNT}:role/{role}"}
    return {"type": kind} | rights | ({} if known else {"serviceAccount": "agent"})


@st.composite
def _service_accounts(draw: st.DrawFn, partition: str, kinds: list[str]) -> Drawn:
    accounts: Drawn = {}
    for number in range(draw(st.integers(0, 3))):
        account: Drawn = {
            "namespace": draw(st.sampled_from(["apps", "a" * 63, "default"])),
            "serviceAccount": draw(st.sampled_from(["app", "my.app-1"])) + f"-{number}",
            "identity": draw(st.sampled_from(kinds)),
        }
        role = draw(_ROLE_NAMES)
        if account["identity"] == "podIdentity" and draw(_BOOLEAN):
            account["roleArn"] = f"arn:{partition}:iam::{_ACCOUNT}:role/{role}"
        else:
            account["inlinePolicies"] = draw(_DOCUMENTS)
            account |= draw(
                _mapping(
                    policies=_policies(partition),
                    wellKnown=_some(st.sampled_from(list(facts.workload_policies()))),
                )
            )
            if any(facts.workload_policies()[it].needs for it in account.get("wellKnown", [])):
                account["hostedZones"] = ["Z0123456789ABC"]
        accounts[draw(names(100).filter(lambda it: it not in accounts))] = account
    return accounts


@st.composite
def _karpenter(draw: st.DrawFn, partition: str, kinds: list[str], network: Drawn) -> Drawn:
    """With Windows only where no custom networking or IPv6 is in its way."""
    custom = network.get("pods", {}).get("cidr") or network.get("existing", {}).get("podSubnets")
    windows = network.get("ipFamily", "").lower() != "ipv6" and not custom
    return {"identity": draw(st.sampled_from(kinds))} | draw(
        _mapping(
            namespace=st.sampled_from(["kube-system", "karpenter"]),
            serviceAccount=st.sampled_from(["karpenter", "my.karpenter-1"]),
            policies=_policies(partition),
            nodePolicies=_policies(partition),
            ssm=_BOOLEAN,
            interruptionQueue=_BOOLEAN,
            **({"windows": _BOOLEAN} if windows else {}),
        )
    )


def _hybrid_roles(region: facts.Region) -> st.SearchStrategy[Drawn]:
    anchor = f"arn:{region.partition}:rolesanywhere:{region.name}:{_ACCOUNT}:trust-anchor/"
    return _mapping(
        trustAnchorArn=st.uuids().map(lambda it: f"{anchor}{it}"),
        policies=_policies(region.partition),
    )


@st.composite
def stacks(draw: st.DrawFn) -> Drawn:
    """The `config` of a stack file that is right.

    The same without the namespaces, with `region` beside them, is what `spec.model.ClusterSpec`
    takes; see `cluster`.
    """
    region = facts.regions()[draw(st.sampled_from(sorted(facts.regions())))]
    groups = draw(st.integers(0, 3))
    all_fargate = groups == 0 and draw(_BOOLEAN)
    auto = not all_fargate and (groups == 0 or draw(st.integers(0, 3)) == 0)
    config_map = not auto and draw(st.integers(0, 5)) == 0
    hybrid = not config_map and draw(st.integers(0, 3)) == 0
    network = draw(_networks(region, hybrid=hybrid, all_auto=groups == 0))
    logging, encryption = draw(_logs_and_keys(region))
    node_groups: Drawn = {}
    for _ in range(groups):
        name = draw(names(63).filter(lambda it: it not in node_groups))
        node_groups[name] = draw(_node_groups(takes_any_pod=not node_groups and not auto))
    own: Drawn = {}
    if node_groups and not config_map and draw(st.integers(0, 2)) == 0:
        name = draw(names(63).filter(lambda it: it not in node_groups))
        own[name] = draw(_self_managed())
    profiles: Drawn = {}
    if all_fargate or draw(st.integers(0, 3)) == 0:
        profiles = draw(_fargate_profiles(region, network, takes_coredns=all_fargate))
    iam = draw(
        _mapping(
            permissionsBoundary=_LABELS.map(
                lambda it: f"arn:{region.partition}:iam::{_ACCOUNT}:policy/{it}"
            ),
            path=st.sampled_from(["/"] if profiles else ["/", "/eks/", "/a/b/"]),
            oidcProvider=_BOOLEAN,
        )
    )
    kinds = ["podIdentity"]
    if iam.get("oidcProvider"):
        kinds = draw(st.sampled_from([["podIdentity"], ["podIdentity", "irsa"], ["irsa"]]))
    if all_fargate:  # pods there have no Pod Identity
        iam["oidcProvider"], kinds = True, ["irsa"]
    parts: Drawn = {
        "kubernetesVersion": draw(st.sampled_from(list(facts.kubernetes_versions()))),
        "name": draw(names(100)),
        "tags": draw(_TAGS),
        "network": network,
        "endpoint": draw(_endpoints(network)),
        "controlPlane": draw(_control_planes()),
        "logging": logging,
        "encryption": encryption,
        "capabilities": {} if config_map else draw(_capabilities(region)),
        "access": draw(_accesses(region.partition, config_map=config_map)),
        "iam": iam,
        "addons": draw(_addons(region.partition, kinds, all_auto=groups == 0)),
        "serviceAccounts": draw(_service_accounts(region.partition, kinds)),
        "timeouts": draw(
            _mapping(
                controlPlane=_TIMEOUTS,
                **({"nodeGroups": _TIMEOUTS, "addons": _TIMEOUTS} if groups else {}),
                **({"fargateProfiles": _TIMEOUTS} if profiles else {}),
            )
        ),
        "policy": draw(_mapping(waivers=st.lists(_WAIVERS, max_size=2, unique_by=_waived))),
        "nodeGroups": node_groups,
        "selfManagedNodeGroups": own,
        "fargateProfiles": profiles,
    }
    if auto:
        pools = ["general-purpose", "system"]
        parts["autoMode"] = draw(
            _mapping(nodePools=st.lists(st.sampled_from(pools), unique=True, min_size=groups == 0))
        )
    if hybrid:
        parts["hybridNodes"] = draw(
            st.fixed_dictionaries(
                {
                    "nodeCidrs": st.lists(
                        st.sampled_from(["10.80.0.0/16", "10.90.0.0/24"]), min_size=1, unique=True
                    )
                },
                optional={
                    "podCidrs": _some(st.sampled_from(["10.81.0.0/16", "10.91.0.0/24"])),
                    "role": _hybrid_roles(region),
                },
            )
        )
    if groups and not config_map and draw(st.integers(0, 3)) == 0:
        parts["karpenter"] = draw(_karpenter(region.partition, kinds, network))
    # What others depend on stays: nodes, access, and the network, whose default has three zones.
    stays = ("kubernetesVersion", "access", "nodeGroups", "fargateProfiles", "autoMode", "network")
    if "irsa" in kinds:
        stays += ("iam", "addons")
    others = [name for name in parts if name not in stays]
    for name in draw(st.lists(st.sampled_from(others), unique=True)):
        del parts[name]
    return {"aws:region": region.name} | {f"cluster:{name}": it for name, it in parts.items()}


_WAIVERS = st.fixed_dictionaries(
    {
        "rule": st.sampled_from(
            [name for name, it in facts.guardrails().items() if not it.never_waived]
        ),
        "reason": st.sampled_from(["the vendor's agent needs it", "moves in spring"]),
        "until": st.dates().map(str),
    },
    optional={"resource": names(20)},
)


def _waived(waiver: Drawn) -> tuple[str, str | None]:
    return waiver["rule"], waiver.get("resource")


def cluster(config: Drawn) -> ClusterSpec:
    """The cluster of a drawn stack."""
    values = {key.partition(":")[2]: value for key, value in config.items()}
    return ClusterSpec.model_validate({"name": "dev"} | values, by_alias=True, by_name=False)
