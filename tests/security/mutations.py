"""One change of the recorded production stack for each thing that a rule looks at.

Each says which of our rules it breaks, and which of checkov's: more than one only where settings
hang together, and none of checkov's where checkov does not look.
"""

import base64
import dataclasses
import json
from collections.abc import Callable
from typing import Any

from policy import Resource, Resources
from policy.rules.cluster import CLUSTER
from policy.rules.iam import ATTACHMENT, ROLE, ROLE_POLICY, USER_ATTACHMENT
from policy.rules.keys import KEY
from policy.rules.logs import LOG_GROUP
from policy.rules.network import (
    DEFAULT_SECURITY_GROUP,
    DEFAULT_VPC,
    FLOW_LOG,
    INGRESS_RULE,
    SECURITY_GROUP,
    SUBNET,
)
from policy.rules.nodes import LAUNCH_TEMPLATE, NODE_GROUP, SCALING_GROUP
from policy.rules.queues import QUEUE, QUEUE_POLICY

Properties = dict[str, Any]

EVERYWHERE = "0.0.0.0/0"
OFFICE = "198.51.100.0/24"
NAT_GATEWAY = "aws:ec2/natGateway:NatGateway"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ADDON = "aws:eks/addon:Addon"
PROVIDER = "pulumi:providers:aws"


class Draft:
    """A stack's resources while they are changed."""

    def __init__(self, resources: Resources) -> None:
        self._resources = list(resources)

    def first(self, type_: str, name: str = "") -> Resource:
        """The first resource of a type, and a name that ends in some way."""
        return next(it for it in self._resources if it.type == type_ and it.name.endswith(name))

    def replace(self, old: Resource, **changes: Any) -> None:
        """Puts a changed resource in a resource's place."""
        index = self._resources.index(old)
        self._resources[index] = dataclasses.replace(old, **changes)

    def remove(self, resource: Resource) -> None:
        """Takes a resource away."""
        self._resources.remove(resource)

    def add(self, type_: str, properties: Properties) -> None:
        """Adds a resource."""
        urn = f"urn:pulumi:test::eks-cluster::{type_}::added"
        provider = self.first(PROVIDER).urn
        self._resources.append(
            Resource(urn=urn, type=type_, name="added", properties=properties, provider=provider)
        )

    @property
    def resources(self) -> Resources:
        """What has become of the stack."""
        return Resources(self._resources)


Change = Callable[[Draft], None]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Mutation:
    """A change, and who must notice it.

    Attributes:
        id: What it is called in tests.
        change: Makes it.
        rules: Ids of our rules that it breaks.
        checkov: Ids of checkov's rules that it breaks.
    """

    id: str
    change: Change
    rules: frozenset[str]
    checkov: frozenset[str]

    def made(self, resources: Resources) -> Resources:
        """A stack with the change."""
        draft = Draft(resources)
        self.change(draft)
        return draft.resources


def merged(properties: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A copy of properties with another value at a path; None takes it away."""
    name, *rest = path
    copy = list(properties) if isinstance(name, int) else dict(properties)
    if rest:
        copy[name] = merged(copy[name], tuple(rest), value)
    elif value is None:
        del copy[name]
    else:
        copy[name] = value
    return copy


def put(type_: str, path: str, value: Any, name: str = "") -> Change:
    """Sets a property, by its path with dots; None takes it away."""
    steps = tuple(int(it) if it.isdecimal() else it for it in path.split("."))

    def change(draft: Draft) -> None:
        old = draft.first(type_, name)
        draft.replace(old, properties=merged(old.properties, steps, value))

    return change


def without(type_: str) -> Change:
    """Takes a resource away."""
    return lambda draft: draft.remove(draft.first(type_))


def unrelated(type_: str, reference: str, name: str = "") -> Change:
    """Takes away what a property is made of, and the property."""

    def change(draft: Draft) -> None:
        old = draft.first(type_, name)
        draft.replace(
            old,
            properties=merged(old.properties, (reference,), None),
            references={key: it for key, it in old.references.items() if key != reference},
        )

    return change


def plus(type_: str, **properties: Any) -> Change:
    """Adds a resource."""
    return lambda draft: draft.add(type_, properties)


def both(*changes: Change) -> Change:
    """Several changes that only together mean something."""

    def change(draft: Draft) -> None:
        for one in changes:
            one(draft)

    return change


def document(**statement: Any) -> str:
    """A policy document of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def allowing(action: str, resource: str = "*") -> Change:
    """Gives a role's own policy another statement."""
    return put(ROLE_POLICY, "policy", document(Action=action, Resource=resource))


def trusting(principal: Any) -> Change:
    """Has a role trust somebody else."""
    return put(ROLE, "assumeRolePolicy", document(Action="sts:AssumeRole", Principal=principal))


def let_in(from_port: int | None, to_port: int | None, protocol: str = "tcp") -> Change:
    """Lets the world in to some ports."""
    return both(
        put(INGRESS_RULE, "cidrIpv4", EVERYWHERE),
        put(INGRESS_RULE, "fromPort", from_port),
        put(INGRESS_RULE, "toPort", to_port),
        put(INGRESS_RULE, "ipProtocol", protocol),
    )


# The id and key are those of AWS's own documentation.
_SECRETS = """#!/bin/sh
export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
"""

_PUBLIC = both(
    put(CLUSTER, "vpcConfig.endpointPublicAccess", value=True),
    put(CLUSTER, "vpcConfig.publicAccessCidrs", [OFFICE]),
)


def _mutation(id_: str, change: Change, rules: str, checkov: str = "") -> Mutation:
    return Mutation(
        id=id_,
        change=change,
        rules=frozenset(rules.split()),
        checkov=frozenset(f"CKV{it}" for it in checkov.split()),
    )


MUTATIONS = (
    _mutation(
        "no audit log",
        put(CLUSTER, "enabledClusterLogTypes.1", "api"),
        "cluster_logs_all",
        "_AWS_37",
    ),
    _mutation("public endpoint", _PUBLIC, "endpoint_not_public", "_AWS_39"),
    _mutation(
        "open endpoint",
        both(_PUBLIC, put(CLUSTER, "vpcConfig.publicAccessCidrs", [EVERYWHERE])),
        "endpoint_not_public endpoint_cidrs_closed",
        "_AWS_38 _AWS_39",
    ),
    _mutation(
        "public endpoint without networks",
        put(CLUSTER, "vpcConfig.endpointPublicAccess", value=True),
        "endpoint_not_public endpoint_cidrs_closed",
        "_AWS_38 _AWS_39",
    ),
    _mutation(
        "no private endpoint",
        put(CLUSTER, "vpcConfig.endpointPrivateAccess", value=False),
        "endpoint_private_on",
    ),
    _mutation("no encryption", unrelated(CLUSTER, "encryptionConfig"), "secrets_cmk", "_AWS_58"),
    _mutation("no key", put(CLUSTER, "encryptionConfig.provider", None), "secrets_cmk"),
    _mutation("old version", put(CLUSTER, "version", "1.28"), "version_supported", "_AWS_339"),
    _mutation("deletable", put(CLUSTER, "deletionProtection", value=False), "deletion_protection"),
    _mutation(
        "ConfigMap",
        put(CLUSTER, "accessConfig.authenticationMode", "API_AND_CONFIG_MAP"),
        "access_entries",
    ),
    _mutation(
        "creator is administrator",
        put(CLUSTER, "accessConfig.bootstrapClusterCreatorAdminPermissions", value=True),
        "access_entries",
    ),
    _mutation(
        "no network policies", put(ADDON, "configurationValues", "{}", "vpc-cni"), "network_policy"
    ),
    _mutation(
        "SSH from everywhere",
        put(NODE_GROUP, "remoteAccess", {"ec2SshKey": "somebody"}),
        "no_implicit_ssh",
        "_AWS_100",
    ),
    _mutation(
        "IMDSv1",
        put(LAUNCH_TEMPLATE, "metadataOptions.httpTokens", "optional"),
        "imdsv2",
        "_AWS_79",
    ),
    _mutation(
        "two hops",
        put(LAUNCH_TEMPLATE, "metadataOptions.httpPutResponseHopLimit", 2),
        "imds_hop_1",
        "_AWS_341",
    ),
    _mutation(
        "public node",
        put(LAUNCH_TEMPLATE, "networkInterfaces", [{"associatePublicIpAddress": "true"}]),
        "no_public_ip",
        "_AWS_88",
    ),
    _mutation(
        "credentials in user data",
        put(LAUNCH_TEMPLATE, "userData", _SECRETS),
        "no_secret_userdata",
        "_AWS_46",
    ),
    # As EC2 wants it, which checkov does not decode.
    _mutation(
        "credentials in encoded user data",
        put(LAUNCH_TEMPLATE, "userData", base64.b64encode(_SECRETS.encode()).decode()),
        "no_secret_userdata",
    ),
    _mutation(
        "open volume",
        put(LAUNCH_TEMPLATE, "blockDeviceMappings.0.ebs.encrypted", "false"),
        "ebs_encrypted",
    ),
    _mutation(
        "the image's own volume", put(LAUNCH_TEMPLATE, "blockDeviceMappings", []), "ebs_encrypted"
    ),
    _mutation("no rotation", put(KEY, "enableKeyRotation", value=False), "kms_rotation", "_AWS_7"),
    _mutation("no key policy", put(KEY, "policy", None), "kms_policy", "2_AWS_64"),
    _mutation(
        "key for everybody",
        put(KEY, "policy", document(Principal={"AWS": "*"}, Action="kms:*", Resource="*")),
        "kms_policy",
        "_AWS_33",
    ),
    _mutation("key that is off", put(KEY, "isEnabled", value=False), "kms_policy", "_AWS_227"),
    _mutation("no deletion window", put(KEY, "deletionWindowInDays", None), "kms_window"),
    _mutation(
        "no retention",
        put(LOG_GROUP, "retentionInDays", None),
        "log_retention",
        "_AWS_66 _AWS_338",
    ),
    _mutation("90 days", put(LOG_GROUP, "retentionInDays", 90), "log_retention_year", "_AWS_338"),
    _mutation("plain logs", unrelated(LOG_GROUP, "kmsKeyId"), "log_kms", "_AWS_158"),
    _mutation(
        "Auto Scaling group with neither template nor tags",
        plus(SCALING_GROUP, minSize=1, maxSize=1, availabilityZones=["eu-central-1a"]),
        "asg",
        "_AWS_153 _AWS_315",
    ),
    _mutation(
        "plain queue", put(QUEUE, "sqsManagedSseEnabled", value=False), "queue_encrypted", "_AWS_27"
    ),
    _mutation(
        "queue with the key that AWS has for all",
        both(
            put(QUEUE, "sqsManagedSseEnabled", None), put(QUEUE, "kmsMasterKeyId", "alias/aws/sqs")
        ),
        "",
        "2_AWS_73",
    ),
    _mutation(
        "queue for everybody",
        put(
            QUEUE_POLICY,
            "policy",
            document(Principal={"AWS": "*"}, Action="sqs:SendMessage", Resource="*"),
        ),
        "queue_not_public",
        "_AWS_168 _AWS_387",
    ),
    _mutation(
        "queue for everything",
        put(
            QUEUE_POLICY,
            "policy",
            document(Principal={"Service": "events.amazonaws.com"}, Action="sqs:*", Resource="*"),
        ),
        "queue_not_public",
    ),
    _mutation("no flow logs", without(FLOW_LOG), "vpc_flow_logs", "2_AWS_11"),
    _mutation(
        "default group as it is", without(DEFAULT_SECURITY_GROUP), "default_sg_closed", "2_AWS_12"
    ),
    _mutation(
        "default group with a rule",
        put(
            DEFAULT_SECURITY_GROUP,
            "ingress",
            [{"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}],
        ),
        "default_sg_closed",
        "2_AWS_12",
    ),
    _mutation(
        "public subnet",
        put(SUBNET, "mapPublicIpOnLaunch", value=True),
        "subnet_no_public_ip",
        "_AWS_130",
    ),
    _mutation(
        "everything out",
        put(
            SECURITY_GROUP,
            "egress",
            [
                {
                    "description": "all",
                    "protocol": "-1",
                    "fromPort": 0,
                    "toPort": 0,
                    "cidrBlocks": [EVERYWHERE],
                }
            ],
        ),
        "sg_egress",
        "_AWS_382",
    ),
    _mutation("SSH in", let_in(22, 22), "sg_ingress", "_AWS_24"),
    _mutation("RDP in", let_in(3389, 3389), "sg_ingress", "_AWS_25"),
    _mutation("HTTP in", let_in(80, 80), "sg_ingress", "_AWS_260"),
    _mutation(
        "everything in",
        let_in(-1, -1, "-1"),
        "sg_ingress",
        "_AWS_277",
    ),
    # As the provider wants it; checkov looks for ports.
    _mutation("everything in, without ports", let_in(None, None, "-1"), "sg_ingress"),
    _mutation(
        "rule without words", put(INGRESS_RULE, "description", None), "sg_description", "_AWS_23"
    ),
    _mutation(
        "group without words",
        put(SECURITY_GROUP, "description", None),
        "sg_description",
        "_AWS_23",
    ),
    _mutation(
        "group with Pulumi's words",
        put(SECURITY_GROUP, "description", "Managed by Pulumi"),
        "sg_description",
    ),
    _mutation(
        "group that nothing has",
        both(
            unrelated(ENDPOINT, "securityGroupIds", "ecr.api"),
            unrelated(ENDPOINT, "securityGroupIds", "ecr.dkr"),
        ),
        "sg_attached",
        "2_AWS_5",
    ),
    _mutation(
        "address that nothing has",
        unrelated(NAT_GATEWAY, "allocationId"),
        "eip_attached",
        "2_AWS_19",
    ),
    _mutation("the account's VPC", plus(DEFAULT_VPC), "no_default_vpc", "_AWS_148"),
    _mutation("trusts everybody", trusting({"AWS": "*"}), "role_trust", "_AWS_60"),
    _mutation(
        "trusts an account",
        trusting({"AWS": "arn:aws:iam::123456789012:root"}),
        "role_trust",
        "_AWS_61",
    ),
    _mutation(
        "administrator",
        put(ATTACHMENT, "policyArn", "arn:aws:iam::aws:policy/AdministratorAccess"),
        "no_admin_policy",
        "_AWS_274",
    ),
    _mutation(
        "administrator of IAM",
        put(ATTACHMENT, "policyArn", "arn:aws:iam::aws:policy/IAMFullAccess"),
        "no_admin_policy",
        "2_AWS_56",
    ),
    _mutation(
        "all of all",
        allowing("*"),
        "iam_actions",
        "_AWS_62 _AWS_63 2_AWS_40 _AWS_286 _AWS_287 _AWS_288 _AWS_289 _AWS_290 _AWS_355",
    ),
    _mutation(
        "all of IAM",
        allowing("iam:*"),
        "iam_actions",
        "2_AWS_40 _AWS_286 _AWS_287 _AWS_289 _AWS_355",
    ),
    _mutation(
        "raises itself",
        allowing("iam:CreateAccessKey"),
        "iam_resources",
        "_AWS_286 _AWS_287 _AWS_289 _AWS_355",
    ),
    _mutation("gives roles", allowing("iam:PassRole"), "iam_resources", "_AWS_289 _AWS_355"),
    _mutation("shows credentials", allowing("sts:GetSessionToken"), "iam_resources", "_AWS_287"),
    _mutation("reads objects", allowing("s3:GetObject"), "iam_resources", "_AWS_288 _AWS_355"),
    _mutation("writes objects", allowing("s3:PutObject"), "iam_resources", "_AWS_290 _AWS_355"),
    _mutation(
        "policy of a user",
        plus(USER_ATTACHMENT, user="somebody", policyArn="arn:aws:iam::aws:policy/ReadOnlyAccess"),
        "no_user_policies",
        "_AWS_40",
    ),
    _mutation("no tags", put(PROVIDER, "defaultTags", None), "tags"),
    _mutation("instances without tags", put(LAUNCH_TEMPLATE, "tagSpecifications", []), "tags"),
)
"""Every mutation, in the order of the rules."""


def bare(resources: Resources) -> Resources:
    """A stack that says of each resource nothing but what it is made of: AWS's defaults."""
    return Resources(
        dataclasses.replace(
            it,
            properties={
                key: value
                for key, value in it.properties.items()
                if key in it.references or it.type in (ROLE, ROLE_POLICY)
            },
        )
        for it in resources
        if it.type not in (FLOW_LOG, DEFAULT_SECURITY_GROUP)
    )
