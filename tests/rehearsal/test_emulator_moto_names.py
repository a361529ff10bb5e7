"""The names inside moto that the embedded AWS relies on: a moto without them fails here."""

import importlib.metadata
import inspect
import os
import subprocess
import sys

import pytest

from tests.rehearsal.emulator import ROOT

# Module, what is in it, and a name of that which is not moto's public interface.
NAMES = """
moto.core.base_backend BackendDict backend
moto.core.base_backend BaseBackend _url_module
moto.core.responses BaseResponse dispatch
moto.core.responses BaseResponse _get_param
moto.core.responses BaseResponse _get_params
moto.moto_server.werkzeug_app DomainDispatcherApplication get_application
moto.moto_server.werkzeug_app MotoRequestHandler log_request
moto.ec2.models EC2Backend _get_template_from_args
moto.ec2.models EC2Backend get_default_security_group
moto.ec2.models EC2Backend associate_iam_instance_profile
moto.ec2.models.availability_zones_and_regions RegionsAndZonesBackend zones
moto.ec2.models.instances Instance block_device_mapping
moto.ec2.models.route_tables RouteTable _associations
moto.ec2.models.security_groups SecurityGroupRule description
moto.ec2.models.security_groups SecurityGroupBackend _verify_group_will_respect_rule_count_limit
moto.ec2.models.elastic_network_interfaces NetworkInterface _group_set
moto.ec2.models.route_tables Route egress_only_igw
moto.ec2.models.subnets Subnet ipv6_cidr_block_association_set
moto.ec2.models.subnets Subnet available_ip_address_count
moto.ec2.models.subnets Subnet get_available_subnet_ip
moto.ec2.models.subnets Subnet del_subnet_ip
moto.ec2.responses EC2Response _parse_tag_specification
moto.autoscaling.models AutoScalingBackend notify_terminate_instances
moto.autoscaling.models FakeAutoScalingGroup instance_states
moto.iam.policy_validation IAMTrustPolicyDocumentValidator validate
moto.kms.models KmsBackend get_key_id
moto.logs.models LogGroup kms_key_id
moto.ssm.models SimpleSystemManagerBackend _parameters
moto.sts.models STSBackend get_caller_identity
"""
OVERRIDDEN = """
rehearsal.aws.autoscaling AutoScaling
rehearsal.aws.ec2 EC2
rehearsal.aws.iam IAM
rehearsal.aws.kms KMS
rehearsal.aws.logs Logs
rehearsal.aws.quotas ServiceQuotas
rehearsal.aws.ssm SSM
rehearsal.aws.sts STS
"""


def rows(table):
    return [line.split() for line in table.split("\n") if line]


def test_moto_is_the_one_that_was_looked_into():
    assert importlib.metadata.version("moto") == "5.2.5"


@pytest.mark.parametrize(("module", "owner", "name"), rows(NAMES))
def test_a_name_inside_moto_is_there(module, owner, name):
    holder = getattr(importlib.import_module(module), owner)
    source = inspect.getsource(holder) if not hasattr(holder, name) else ""
    assert hasattr(holder, name) or f"self.{name}" in source, f"moto has no {owner}.{name} any more"


def test_every_method_that_replaces_one_of_motos_still_fits_it():
    """What is called by moto has to take what moto's own takes."""
    check = f"""
import importlib, inspect
for module, name in {rows(OVERRIDDEN)!r}:
    ours = getattr(importlib.import_module(module), name)
    for cls in ours.__mro__:
        if not cls.__module__.startswith("rehearsal."):
            continue
        for method, function in vars(cls).items():
            theirs = [
                vars(base)[method]
                for base in cls.__mro__
                if base.__module__.startswith("moto.") and method in vars(base)
            ]
            if not theirs or not inspect.isfunction(function) or method == "__init__":
                continue
            taken = inspect.signature(function).parameters
            open_ended = any(p.kind is p.VAR_KEYWORD for p in taken.values())
            missing = set(inspect.signature(theirs[0]).parameters) - set(taken)
            assert open_ended or not missing, (cls.__name__, method, missing)
"""
    # In a process of its own: importing these replaces nothing, but moto reads its settings once.
    finished = subprocess.run(
        [sys.executable, "-c", check],
        cwd=ROOT,
        env={**os.environ, "AWS_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
