"""Where moto's services are replaced by ours: the only module that reaches into its registries."""

import sys
from collections.abc import Callable
from typing import Any

import moto.iam.models
from moto.autoscaling.models import FakeAutoScalingGroup, autoscaling_backends
from moto.core.base_backend import BackendDict
from moto.ec2.models import ec2_backends
from moto.ec2.models.managed_prefixes import ManagedPrefixList
from moto.ec2.models.route_tables import Route
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.subnets import Subnet
from moto.ec2.models.vpcs import VPC, VPCEndPoint
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, EC2_RESOURCE_TO_PREFIX
from moto.eks.models import eks_backends
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import FakeBucket, FakeDeleteMarker
from moto.servicequotas.models import servicequotas_backends
from moto.sqs.models import Queue, sqs_backends
from moto.ssm.models import ssm_backends
from moto.sts.models import sts_backends

from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.autoscaling import AutoScaling
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.ec2 import EC2
from rehearsal.aws.ec2.blocks import ipv6_block_associations
from rehearsal.aws.ec2.endpoints import endpoint_id, prefix_list_blocks
from rehearsal.aws.ec2.routes import route_state
from rehearsal.aws.ec2.security_groups import rule_description, rule_owner
from rehearsal.aws.ec2.subnets import ipv6_associations
from rehearsal.aws.eks.backend import EKS
from rehearsal.aws.elbv2 import ELBv2
from rehearsal.aws.group_instances import launch_evenly, launch_template, resize
from rehearsal.aws.iam import IAM
from rehearsal.aws.iam.access_keys import account_of
from rehearsal.aws.kms import KMS
from rehearsal.aws.logs import Logs
from rehearsal.aws.quotas import ServiceQuotas
from rehearsal.aws.s3 import has_nothing_to_dispose_of, leaves_it_to_iam, takes_logs
from rehearsal.aws.sqs import SQS, queue_url
from rehearsal.aws.ssm import SSM
from rehearsal.aws.sts import STS

# moto's registry of a service's backends -> the class that is to fill it.
BACKENDS: tuple[tuple[BackendDict[Any], type[Any]], ...] = (
    (autoscaling_backends, AutoScaling),
    (ec2_backends, EC2),
    (eks_backends, EKS),
    (elbv2_backends, ELBv2),
    (iam_backends, IAM),
    (kms_backends, KMS),
    (logs_backends, Logs),
    (servicequotas_backends, ServiceQuotas),
    (sqs_backends, SQS),
    (ssm_backends, SSM),
    (sts_backends, STS),
)
# Properties of moto's records that DescribeX answers from, where moto's own are wrong or missing.
PROPERTIES: tuple[tuple[type[Any], str, Callable[[Any], Any]], ...] = (
    (FakeAutoScalingGroup, "launch_template", launch_template),
    (ManagedPrefixList, "cidrs", prefix_list_blocks),
    (Route, "state", route_state),
    (Subnet, "ipv6_cidr_block_association_set", ipv6_associations),
    (SecurityGroupRule, "description", rule_description),
    (SecurityGroupRule, "group_owner_id", rule_owner),
    (VPCEndPoint, "vpc_endpoint_id", endpoint_id),
    (VPC, "ipv6_cidr_block_association_set", ipv6_block_associations),
)
# What begins the ids of kinds that moto has none of: only ids that it knows can be tagged.
PREFIXES = {"placement-group": "pg"}
# Making a service's application takes up to a second, which its first caller need not wait for.
WARMED_SERVICES = ("sts", "ec2", "iam", "eks", "kms", "logs")


def make_application() -> DomainDispatcherApplication:
    """The application of moto's server, with our services in it."""
    # Whoever calls with keys that IAM did not make is of this account.
    for module in list(sys.modules.values()):
        if module.__name__.startswith("moto.") and hasattr(module, "DEFAULT_ACCOUNT_ID"):
            vars(module)["DEFAULT_ACCOUNT_ID"] = ACCOUNT
    for registry, backend in BACKENDS:
        registry.backend = backend
    EC2_RESOURCE_TO_PREFIX.update(PREFIXES)
    EC2_PREFIX_TO_RESOURCE.update({prefix: kind for kind, prefix in PREFIXES.items()})
    for owner, name, function in PROPERTIES:
        setattr(owner, name, property(function))
    moto.iam.models.get_account_id_from = account_of
    Queue.url = queue_url  # type: ignore[method-assign]
    FakeAutoScalingGroup.replace_autoscaling_group_instances = launch_evenly  # type: ignore[method-assign]
    FakeAutoScalingGroup.set_desired_capacity = resize  # type: ignore[method-assign]
    FakeDeleteMarker.dispose = has_nothing_to_dispose_of  # type: ignore[attr-defined]
    FakeBucket.get_permission = leaves_it_to_iam  # type: ignore[method-assign]
    FakeBucket._log_permissions_enabled_policy = staticmethod(takes_logs)  # type: ignore[method-assign]
    return DomainDispatcherApplication(create_backend_app)


def warm_up(application: DomainDispatcherApplication) -> None:
    """Have the services that a stack needs ready before it asks for them."""
    # IAM reads AWS's managed policies when it is made.
    with TIMELINE.lock:
        iam_backends[ACCOUNT]["aws"]  # pyright: ignore[reportUnusedExpression]  makes it
    for service in WARMED_SERVICES:
        application.get_application({"PATH_INFO": "/", "HTTP_AUTHORIZATION": _scope(service)})


def _scope(service: str) -> str:
    return f"AWS4-HMAC-SHA256 Credential=warm/20000101/us-east-1/{service}/aws4_request, "
