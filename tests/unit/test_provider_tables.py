"""The tables of the stand-in aws provider agree with the official SDK and with botocore."""

import importlib
import importlib.metadata
import inspect
import re

import botocore.session
import jmespath
import pytest
from botocore import xform_name

from rehearsal.providers.aws.invokes import INVOKES
from rehearsal.providers.aws.properties import Kind
from rehearsal.providers.aws.provider import RELEASE
from rehearsal.providers.aws.resource import Call, Read
from rehearsal.providers.aws.tables import RESOURCES

SERVED = {
    "aws:autoscaling/group:Group",
    "aws:autoscaling/lifecycleHook:LifecycleHook",
    "aws:autoscaling/tag:Tag",
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    "aws:ec2/eip:Eip",
    "aws:ec2/flowLog:FlowLog",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/placementGroup:PlacementGroup",
    "aws:eks/fargateProfile:FargateProfile",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "aws:iam/instanceProfile:InstanceProfile",
    "aws:iam/policy:Policy",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/route:Route",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/tag:Tag",
    "aws:ec2/vpc:Vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
    "aws:eks/accessEntry:AccessEntry",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    "aws:eks/addon:Addon",
    "aws:eks/capability:Capability",
    "aws:eks/cluster:Cluster",
    "aws:eks/identityProviderConfig:IdentityProviderConfig",
    "aws:eks/nodeGroup:NodeGroup",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:kms/alias:Alias",
    "aws:kms/key:Key",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLogging:BucketLogging",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:sqs/queue:Queue",
    "aws:sqs/queuePolicy:QueuePolicy",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
}


def sdk_class(token):
    package, module, name = token.split(":")
    return getattr(importlib.import_module(f"pulumi_{package}.{module.partition('/')[0]}"), name)


def input_types(args_class):
    """Wire name to (type, required) of the arguments class of a resource or block."""
    hints = {}
    for name, member in vars(args_class).items():
        if isinstance(member, property) and hasattr(member.fget, "_pulumi_name"):
            wire = member.fget._pulumi_name
        elif isinstance(member, property):
            wire = name
        else:
            continue
        hints[wire] = str(inspect.signature(member.fget).return_annotation)
    parameters = inspect.signature(args_class.__init__).parameters
    required = {
        wire
        for wire in hints
        for name in [snake(wire)]
        if name in parameters and parameters[name].default is inspect.Parameter.empty
    }
    return hints, required


def snake(wire):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", wire).lower()


def args_of(token):
    cls = sdk_class(token)
    module = importlib.import_module(cls.__module__)
    # Where a block of another resource has the name, the resource's own arguments have this one.
    own = getattr(module, f"{cls.__name__}InitArgs", None)
    return own or getattr(module, f"{cls.__name__}Args")


def outputs_of(token):
    cls = sdk_class(token)
    return {
        getattr(member.fget, "_pulumi_name", name)
        for name, member in vars(cls).items()
        if isinstance(member, property)
    }


def test_the_types_that_the_program_makes_are_served():
    assert set(RESOURCES) == SERVED


@pytest.mark.parametrize("token", sorted(RESOURCES))
def test_every_property_exists_in_the_official_sdk(token):
    row = RESOURCES[token]
    hints, _ = input_types(args_of(token))
    assert not set(row.properties) - set(hints) - {"tagsAll"}
    assert not row.outputs - outputs_of(token)


@pytest.mark.parametrize("token", sorted(RESOURCES))
def test_a_property_is_required_exactly_where_the_official_sdk_requires_it(token):
    _, required = input_types(args_of(token))
    row = RESOURCES[token]
    assert {name for name, prop in row.properties.items() if prop.required} == required


def block_classes(token, properties, hints, module):
    for name, prop in properties.items():
        if prop.members:
            found = re.search(r"'(?:_inputs\.)?(\w+Args)'", hints[name])
            assert found, f"{token}.{name} is no block in the SDK: {hints[name]}"
            cls = getattr(module, found[1])
            yield f"{token}.{name}", prop.members, cls
            inner, _ = input_types(cls)
            yield from block_classes(f"{token}.{name}", prop.members, inner, module)


@pytest.mark.parametrize("token", sorted(RESOURCES))
def test_every_member_of_a_block_exists_in_the_official_sdk(token):
    hints, _ = input_types(args_of(token))
    module = importlib.import_module(f"{sdk_class(token).__module__.rpartition('.')[0]}._inputs")
    for path, members, cls in block_classes(token, RESOURCES[token].properties, hints, module):
        known, required = input_types(cls)
        assert not set(members) - set(known), path
        assert {name for name, prop in members.items() if prop.required} == required, path


def test_every_input_of_a_cluster_is_served_but_those_that_are_not_rehearsed():
    hints, _ = input_types(args_of("aws:eks/cluster:Cluster"))
    left_out = set(hints) - set(RESOURCES["aws:eks/cluster:Cluster"].properties)
    assert left_out == {"defaultAddonsToRemoves", "outpostConfig"}


SHAPES = (
    (r"PolicyDocumentArgs", {Kind.TEXT}),
    (r"Sequence\[", {Kind.LIST, Kind.SET}),
    (r"Mapping\[", {Kind.MAP}),
    (r"Args'", {Kind.BLOCK}),
    (r"\bbool\b", {Kind.FLAG}),
    (r"\b(int|float)\b", {Kind.NUMBER}),
    (r"\bstr\b", {Kind.TEXT}),
)
"""What a type annotation of the SDK says first, and the kinds it may be."""


@pytest.mark.parametrize("token", sorted(RESOURCES))
def test_every_property_has_the_shape_it_has_in_the_official_sdk(token):
    hints, _ = input_types(args_of(token))
    for name, prop in RESOURCES[token].properties.items():
        if name == "tagsAll":
            continue  # the provider's own note; the SDK has it as an output
        kinds = next(kinds for pattern, kinds in SHAPES if re.search(pattern, hints[name]))
        assert prop.kind in kinds, f"{name}: {hints[name]}"


def calls(value):
    """Every `Call` in a row, however deep."""
    if isinstance(value, Call):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from calls(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from calls(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from calls(getattr(value, name))


def expressions(value):
    """Every JMESPath expression of a row's calls and reads."""
    if isinstance(value, Call):
        yield from (item for item in value.parameters.values() if isinstance(item, str))
    elif isinstance(value, Read):
        yield from (item for item in (value.item, value.gone) if isinstance(item, str))
        yield from (item for item in value.outputs.values() if isinstance(item, str))
        yield from expressions(value.call)
    elif isinstance(value, tuple):
        for item in value:
            yield from expressions(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from expressions(getattr(value, name))


@pytest.fixture(scope="module")
def models():
    loader = botocore.session.Session()
    return {
        name: loader.get_service_model(name)
        for name in {row.service for row in RESOURCES.values()} | {"sts"}
    }


@pytest.mark.parametrize("token", sorted(RESOURCES))
def test_every_call_is_one_of_aws_with_parameters_it_takes(token, models):
    row = RESOURCES[token]
    for call in calls(row):
        service, _, name = call.operation.rpartition(".")
        model = models[service or row.service]
        wire = {xform_name(item): item for item in model.operation_names}
        assert name in wire, f"{name} is no operation of {row.service}"
        shape = model.operation_model(wire[name]).input_shape
        known = set(shape.members) if shape else set()
        assert not set(call.parameters) - known, f"{name} does not take that"


@pytest.mark.parametrize("token", sorted(RESOURCES))
def test_every_expression_can_be_read(token):
    for expression in expressions(RESOURCES[token]):
        jmespath.compile(expression)


@pytest.mark.parametrize("token", sorted(RESOURCES))
def test_every_property_that_can_change_in_place_has_what_changes_it(token):
    row = RESOURCES[token]
    watched = {path.partition(".")[0] for item in row.settings for path in item.watches}
    only_used_by_calls = {
        "bypassPolicyLockoutSafetyCheck",
        "deletionWindowInDays",
        "forceDelete",
        "forceDeleteWarmPool",
        "forceDestroy",
        "forceDetachPolicies",
        "forceUpdateVersion",
        "instanceRefresh",
        "metricsGranularity",
        "preserve",
        "resolveConflictsOnCreate",
        "resolveConflictsOnUpdate",
        "revokeRulesOnDelete",
        "skipDestroy",
        "updateDefaultVersion",
        "waitForCapacityTimeout",
    }
    for name, prop in row.properties.items():
        fixed = prop.replaces or prop.replaces_when_changed or name in {"tags", "tagsAll"}
        if not fixed and name not in only_used_by_calls:
            assert name in watched, f"a change of {name} would be accepted and not made"


@pytest.mark.parametrize("token", sorted(RESOURCES))
def test_an_autonamed_property_exists_and_replaces(token):
    row = RESOURCES[token]
    if row.autoname:
        assert row.properties[row.autoname].replaces


def test_every_function_is_one_of_the_official_sdk():
    for token in INVOKES:
        _, module, name = token.split(":")
        folder = module.partition("/")[0]
        where = "pulumi_aws" if folder == "index" else f"pulumi_aws.{folder}"
        assert callable(getattr(importlib.import_module(where), snake(name)))


def test_the_sdk_is_the_release_that_the_tables_are_written_for():
    assert importlib.metadata.version("pulumi-aws") == RELEASE
