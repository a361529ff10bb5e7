"""The stand-in eks provider: what it refuses, and the kubeconfig it makes."""

import json

import pytest

from rehearsal.providers.eks.awscli import AwsCli, require_release
from rehearsal.providers.eks.inputs import InputError, require_thin_form
from rehearsal.providers.eks.kubeconfig import credentials, kubeconfig, region_of

THIN = {
    "authenticationMode": "API",
    "bootstrapSelfManagedAddons": False,
    "corednsAddonOptions": {"enabled": False},
    "createInstanceRole": False,
    "createOidcProvider": False,
    "kubeProxyAddonOptions": {"enabled": False},
    "name": "dev",
    "skipDefaultNodeGroup": True,
    "skipDefaultSecurityGroups": True,
    "subnetIds": ["subnet-1", "subnet-2"],
    "useDefaultVpcCni": True,
    "version": "1.36",
    "vpcId": "vpc-1",
}


def without(*names):
    return {name: value for name, value in THIN.items() if name not in names}


@pytest.mark.parametrize(
    "inputs",
    [
        THIN,
        {**THIN, "serviceRole": object(), "tags": {"a": "b"}, "deletionProtection": True},
        without("createInstanceRole", "createOidcProvider"),
        {**THIN, "accessEntries": {}, "roleMappings": [], "autoMode": {"enabled": False}},
    ],
)
def test_the_thin_form_is_accepted(inputs):
    require_thin_form(inputs)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (without("vpcId"), "without `vpcId`"),
        (without("skipDefaultNodeGroup"), "`skipDefaultNodeGroup` = None: it must be True"),
        (without("skipDefaultSecurityGroups"), "does not make the default security groups"),
        (without("useDefaultVpcCni"), "does not make the vpc-cni add-on"),
        (without("kubeProxyAddonOptions"), "unless `kubeProxyAddonOptions` says enabled=False"),
        (without("authenticationMode"), "`authenticationMode` = None: it must be 'API'"),
        ({**THIN, "createOidcProvider": True}, "does not make the OIDC provider"),
        ({**THIN, "createInstanceRole": True}, "does not make the default instance role"),
        ({**THIN, "authenticationMode": "API_AND_CONFIG_MAP"}, "the aws-auth ConfigMap"),
        (
            {**THIN, "corednsAddonOptions": {"enabled": False, "configurationValues": {"a": 1}}},
            "unless `corednsAddonOptions`",
        ),
        ({**THIN, "fargate": True}, "with `fargate`"),
        ({**THIN, "storageClasses": "gp3"}, "with `storageClasses`"),
        ({**THIN, "autoMode": {"enabled": True}}, "with `autoMode`"),
        ({**THIN, "accessEntries": {"me": {}}}, "with `accessEntries`"),
    ],
)
def test_what_would_make_more_is_refused_by_name(inputs, message):
    with pytest.raises(InputError, match="cannot be rehearsed") as refusal:
        require_thin_form(inputs)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (
            {**THIN, "authenticationMode": "NONE"},
            "Invalid value for authenticationMode: NONE. Allowed values are: CONFIG_MAP, "
            "API_AND_CONFIG_MAP, API.",
        ),
        (
            {**THIN, "instanceRoles": ["role"]},
            "The 'instanceRoles' property does not support non-empty values when "
            "'authenticationMode' is set to 'API'.",
        ),
        (
            {**without("authenticationMode"), "accessEntries": {"me": {}}},
            "The 'accessEntries' property is not supported when 'authenticationMode' is not set.",
        ),
        (
            {**THIN, "authenticationMode": "CONFIG_MAP", "autoMode": {"enabled": True}},
            "Access entries are required when using EKS Auto Mode. Use the authentication mode "
            "'API' or 'API_AND_CONFIG_MAP'.",
        ),
        (
            {**THIN, "privateSubnetIds": ["subnet-3"]},
            "subnetIds, and the use of publicSubnetIds and/or privateSubnetIds are mutually "
            "exclusive. Choose a single approach.",
        ),
    ],
)
def test_contradictions_are_refused_in_the_official_words(inputs, message):
    with pytest.raises(InputError) as refusal:
        require_thin_form(inputs)
    assert str(refusal.value) == message


@pytest.mark.parametrize("release", ["1.24.0", "1.46.3", "2.7.0", "2.31.5", "3.0.0"])
def test_an_aws_command_that_is_new_enough_is_accepted(release):
    require_release(f"aws-cli/{release} Python/3.11.2 Linux/6.1 botocore/1.2.3\n")


@pytest.mark.parametrize(("release", "least"), [("1.23.9", "1.24.0"), ("2.6.4", "2.7.0")])
def test_an_old_aws_command_is_refused(release, least):
    with pytest.raises(RuntimeError, match=f"At least v{least} of aws-cli is required"):
        require_release(f"aws-cli/{release} Python/3.11.2")


def test_a_missing_aws_command_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="Could not find aws CLI for EKS"):
        AwsCli().require()


def test_a_command_that_is_no_aws_is_refused(monkeypatch, tmp_path):
    command = tmp_path / "aws"
    command.write_text("#!/bin/sh\necho hello\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="says no version: 'hello'"):
        AwsCli().require()


def test_a_kubeconfig_asks_for_a_token_and_holds_none():
    config = kubeconfig("dev", "https://here", "ap-northeast-2", "Q0E=")
    assert config["clusters"][0]["cluster"] == {
        "server": "https://here",
        "certificate-authority-data": "Q0E=",
    }
    assert config["current-context"] == "aws"
    user = config["users"][0]["user"]
    assert list(user) == ["exec"]
    assert user["exec"]["command"] == "aws"
    assert user["exec"]["args"][:4] == ["--region", "ap-northeast-2", "eks", "get-token"]
    assert "token" not in json.dumps(user).replace("get-token", "")


def test_a_kubeconfig_can_be_scoped():
    scope = credentials({"roleArn": "arn:r", "profileName": "prod"})
    config = kubeconfig("dev", "https://here", "eu-west-1", "Q0E=", **scope)
    arguments = config["users"][0]["user"]["exec"]["args"]
    assert arguments[-4:] == ["--role", "arn:r", "--profile", "prod"]
    assert credentials(None) == {"role_arn": None, "profile": None}
    assert region_of("arn:aws:eks:eu-west-1:123456789012:cluster/dev") == "eu-west-1"
