"""Fargate profiles in the embedded AWS, and what EKS demands of them."""

import pytest

from spec import facts
from tests.rehearsal.emulator import refusal, unique, until

INVALID = "InvalidParameterException"
PODS = "eks-fargate-pods.amazonaws.com"


def wish(aws, cluster, **asked):
    return {
        "clusterName": cluster,
        "fargateProfileName": unique("profile"),
        "podExecutionRoleArn": aws.role(PODS),
        "selectors": [{"namespace": "default"}],
        **asked,
    }


def refused(aws, cluster, **asked):
    return refusal(aws.client("eks").create_fargate_profile, **wish(aws, cluster, **asked))


def status(aws, cluster, name):
    where = {"clusterName": cluster, "fargateProfileName": name}
    return aws.client("eks").describe_fargate_profile(**where)["fargateProfile"]["status"]


def made(aws, cluster, **asked):
    """The name of a new profile that is ACTIVE."""
    asked = wish(aws, cluster, **asked)
    name = aws.client("eks").create_fargate_profile(**asked)["fargateProfile"]["fargateProfileName"]
    until(lambda: status(aws, cluster, name) == "ACTIVE", f"{name} is ACTIVE")
    return name


def gone(aws, cluster, name):
    profiles = aws.client("eks").list_fargate_profiles
    until(lambda: name not in profiles(clusterName=cluster)["fargateProfileNames"], "it is gone")


def table_of_their_own(aws, vpc, subnets):
    """The id of a new route table of subnets, which leads nowhere."""
    ec2 = aws.client("ec2")
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    for subnet in subnets:
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    return table


def private_cluster(aws):
    """The name of a new cluster in private subnets."""
    vpc = aws.vpc()
    subnets = aws.subnets(vpc)
    table_of_their_own(aws, vpc, subnets)
    return aws.cluster(subnets)


def public_subnets(aws, vpc, zones="ab"):
    """The ids of new subnets that have a route to an internet gateway."""
    ec2 = aws.client("ec2")
    subnets = aws.subnets(vpc, zones)
    attached = ec2.describe_internet_gateways(
        Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}]
    )["InternetGateways"]
    if not attached:
        attached = [ec2.create_internet_gateway()["InternetGateway"]]
        ec2.attach_internet_gateway(InternetGatewayId=attached[0]["InternetGatewayId"], VpcId=vpc)
    ec2.create_route(
        RouteTableId=table_of_their_own(aws, vpc, subnets),
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=attached[0]["InternetGatewayId"],
    )
    return subnets


class TestLife:
    def test_a_profile_is_creating_for_its_time_then_active_then_deleting_then_gone(self, aws):
        cluster = private_cluster(aws)
        eks = aws.client("eks")
        asked = wish(aws, cluster, tags={"team": "a"})
        with aws.at_speed(facts.durations()["fargate-profile.create"].seconds / 0.2):
            profile = eks.create_fargate_profile(**asked)["fargateProfile"]
        assert profile["status"] == "CREATING"
        assert profile["selectors"] == [{"namespace": "default"}]
        assert profile["subnets"] == aws.describe(cluster)["resourcesVpcConfig"]["subnetIds"]
        name = profile["fargateProfileName"]
        until(lambda: status(aws, cluster, name) == "ACTIVE", "it is ACTIVE")
        arn = profile["fargateProfileArn"]
        assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "a"}
        assert [one for one in aws.inventory() if one["id"] == arn]
        where = {"clusterName": cluster, "fargateProfileName": name}
        with aws.at_speed(facts.durations()["fargate-profile.delete"].seconds / 0.2):
            deleted = eks.delete_fargate_profile(**where)["fargateProfile"]
        assert deleted["status"] == "DELETING"
        gone(aws, cluster, name)
        assert refusal(eks.describe_fargate_profile, **where) == (
            "ResourceNotFoundException",
            f"No Fargate Profile found with name: {name}.",
        )

    def test_the_pod_execution_role_gets_an_access_entry(self, aws):
        cluster = private_cluster(aws)
        role = aws.role(PODS)
        made(aws, cluster, podExecutionRoleArn=role)
        describe = aws.client("eks").describe_access_entry
        found = describe(clusterName=cluster, principalArn=role)["accessEntry"]
        assert found["type"] == "FARGATE_LINUX"

    def test_the_same_request_token_makes_one_profile(self, aws):
        cluster = private_cluster(aws)
        asked = wish(aws, cluster, clientRequestToken=unique("token"))
        create = aws.client("eks").create_fargate_profile
        first = create(**asked)["fargateProfile"]["fargateProfileArn"]
        assert create(**asked)["fargateProfile"]["fargateProfileArn"] == first


class TestRules:
    def test_a_second_profile_of_a_name_is_refused(self, aws):
        cluster = private_cluster(aws)
        assert refused(aws, cluster, fargateProfileName=made(aws, cluster)) == (
            "ResourceInUseException",
            "A Fargate Profile already exists with this name in this cluster.",
        )

    def test_two_at_a_time_are_refused(self, aws):
        cluster = private_cluster(aws)
        eks = aws.client("eks")
        active = made(aws, cluster)
        with aws.at_speed(1):
            first = eks.create_fargate_profile(**wish(aws, cluster))["fargateProfile"]
        busy = first["fargateProfileName"]
        name = unique("profile")
        assert refused(aws, cluster, fargateProfileName=name) == (
            "ResourceInUseException",
            f"Cannot create Fargate Profile {name} because cluster {cluster} currently has Fargate "
            f"profile {busy} in status CREATING",
        )
        delete = {"clusterName": cluster, "fargateProfileName": active}
        assert refusal(eks.delete_fargate_profile, **delete) == (
            "ResourceInUseException",
            f"Cannot Delete Fargate Profile {active} because cluster {cluster} currently has "
            f"Fargate profile {busy} in status CREATING",
        )
        delete = {"clusterName": cluster, "fargateProfileName": busy}
        assert refusal(eks.delete_fargate_profile, **delete) == (
            "InvalidRequestException",
            "Fargate Profile is currently not in Active State.",
        )

    def test_none_is_made_while_another_is_deleted(self, aws):
        cluster = private_cluster(aws)
        old = made(aws, cluster)
        with aws.at_speed(1):
            aws.client("eks").delete_fargate_profile(clusterName=cluster, fargateProfileName=old)
        code, words = refused(aws, cluster)
        assert code == "ResourceInUseException"
        assert words.endswith(f"currently has Fargate profile {old} in status DELETING")

    def test_a_cluster_with_one_left_is_not_deleted(self, aws):
        cluster = private_cluster(aws)
        name = made(aws, cluster)
        eks = aws.client("eks")
        assert refusal(eks.delete_cluster, name=cluster) == (
            "ResourceInUseException",
            "Cluster has Fargate Profiles in ACTIVE/CREATING state",
        )
        eks.delete_fargate_profile(clusterName=cluster, fargateProfileName=name)
        gone(aws, cluster, name)
        assert eks.delete_cluster(name=cluster)["cluster"]["status"] == "DELETING"

    @pytest.mark.parametrize(
        ("selectors", "expected"),
        [
            ([], "Fargate Profile requires at least one selector."),
            (
                [{"labels": {"a": "b"}}],
                "Fargate Profile must have at least one selector with at least one namespace "
                "value.",
            ),
            (
                [{"namespace": "n", "labels": {f"k{number}": "v" for number in range(6)}}],
                "Request contains Selector with more than 5 Label pairs",
            ),
            (
                [{"namespace": f"n{number}"} for number in range(6)],
                "Fargate Profile can have at most 5 selectors.",
            ),
        ],
        ids=["none", "no namespace", "six labels", "six selectors"],
    )
    def test_selectors_beyond_the_limits_are_refused(self, aws, cluster, selectors, expected):
        assert refused(aws, cluster, selectors=selectors) == (INVALID, expected)

    @pytest.mark.parametrize("role", ["missing", "trusts ec2"])
    def test_a_role_that_fargate_cannot_take_is_refused(self, aws, cluster, role):
        arn = "arn:aws:iam::123456789012:role/nobody"
        if role == "trusts ec2":
            arn = aws.role("ec2.amazonaws.com")
        assert refused(aws, cluster, podExecutionRoleArn=arn) == (
            INVALID,
            "Misconfigured PodExecutionRole Trust Policy; Please add the "
            "eks-fargate-pods.amazonaws.com Service Principal",
        )

    def test_a_public_subnet_is_refused(self, aws):
        subnets = public_subnets(aws, aws.vpc())
        assert refused(aws, aws.cluster(subnets), subnets=subnets) == (
            INVALID,
            f"Subnet {subnets[0]} provided in Fargate Profile is not a private subnet",
        )

    def test_subnets_of_another_vpc_are_refused(self, aws, cluster):
        vpc = aws.describe(cluster)["resourcesVpcConfig"]["vpcId"]
        assert refused(aws, cluster, subnets=aws.subnets(aws.vpc())) == (
            INVALID,
            f"Specified subnets must belong to cluster's vpc {vpc}",
        )

    def test_a_cluster_in_public_subnets_has_none_to_give(self, aws):
        code, words = refused(aws, aws.cluster(public_subnets(aws, aws.vpc())))
        assert code == INVALID
        assert "no private subnets" in words
