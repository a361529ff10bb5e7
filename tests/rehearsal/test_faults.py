"""Faults: what AWS does not answer as it should, at which call, and how the clients take it."""

import contextlib

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from tests.rehearsal.emulator import refusal, running, unique, until


@pytest.fixture(scope="module")
def faulty():
    """An embedded AWS of these tests' own, as faults are for all of its clients."""
    with running() as emulator:
        yield emulator


@pytest.fixture
def arm(faulty):
    """Arms faults for one test."""
    yield faulty.arm
    faulty.arm("")


def serials(emulator):
    return [call["serial"] for call in emulator.ask("/_rehearsal/calls")]


def last_calls(emulator, number):
    return [
        (call["service"], call["operation"], call["kind"], call["status"], call["code"])
        for call in emulator.ask("/_rehearsal/calls")[-number:]
    ]


def impatient(emulator, service):
    return emulator.client(
        service, config=Config(read_timeout=0.5, retries={"total_max_attempts": 1})
    )


def vpcs(emulator):
    return len(emulator.client("ec2").describe_vpcs()["Vpcs"])


def test_the_log_of_calls_tells_reads_from_writes_in_every_protocol(faulty):
    faulty.client("ec2").describe_vpcs()
    faulty.client("iam").create_user(UserName=unique("user"))
    faulty.client("logs").create_log_group(logGroupName="/told")
    faulty.client("eks").list_clusters()
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        faulty.client("eks").delete_cluster(name="none")
    assert last_calls(faulty, 5) == [
        ("ec2", "DescribeVpcs", "read", 200, ""),
        ("iam", "CreateUser", "write", 200, ""),
        ("logs", "CreateLogGroup", "write", 200, ""),
        ("eks", "ListClusters", "read", 200, ""),
        ("eks", "DeleteCluster", "write", 404, "ResourceNotFoundException"),
    ]
    assert serials(faulty) == list(range(1, len(serials(faulty)) + 1))


def test_a_lost_answer_is_that_of_a_call_that_was_carried_out(faulty, arm):
    arm("- {match: {service: ec2, operation: CreateVpc}, when: {nth: 1}, action: lost}")
    before = vpcs(faulty)
    with pytest.raises(ConnectionClosedError):
        faulty.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    assert vpcs(faulty) == before + 1
    assert faulty.ask("/_rehearsal/faults")[0]["fired"] == 1


def test_a_call_that_hangs_was_carried_out(faulty, arm):
    arm("- {match: {operation: CreateVpc}, action: hang}")
    before = vpcs(faulty)
    with pytest.raises(ReadTimeoutError):
        impatient(faulty, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    assert vpcs(faulty) == before + 1


def test_a_call_that_times_out_was_not_carried_out(faulty, arm):
    arm("- {match: {operation: CreateVpc}, action: time-out}")
    before = vpcs(faulty)
    with pytest.raises(ReadTimeoutError):
        impatient(faulty, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    assert vpcs(faulty) == before


def test_the_nth_write_of_all_is_hit_whatever_it_is(faulty, arm):
    arm("- {when: {nth: 2, writes: true}, action: lost}")
    faulty.client("iam").create_user(UserName=unique("user"))
    faulty.client("iam").list_roles()
    with pytest.raises(ConnectionClosedError):
        faulty.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    faulty.client("iam").create_user(UserName=unique("user"))
    assert [(it["matched"], it["fired"]) for it in faulty.ask("/_rehearsal/faults")] == [(3, 1)]


def test_a_parameter_is_found_wherever_the_request_has_it(faulty, arm):
    arm("- {match: {parameters: {CidrBlock: '10.7.*'}}, action: lost}")
    faulty.client("ec2").create_vpc(CidrBlock="10.6.0.0/16")
    with pytest.raises(ConnectionClosedError):
        faulty.client("ec2").create_vpc(CidrBlock="10.7.0.0/16")


def test_a_text_that_is_no_faults_file_is_a_bad_request_and_changes_nothing(faulty, arm):
    arm("- {action: lost, when: {nth: 999}}")
    with pytest.raises(OSError, match="400"):
        arm("- {action: loose}")
    assert [it["action"] for it in faulty.ask("/_rehearsal/faults")] == ["lost"]


# --- refusals ---

EXPIRED = "The security token included in the request is expired"
USER = "arn:aws:iam::123456789012:user/rehearsal"


@pytest.mark.parametrize(
    ("action", "operation", "answered"),
    [
        ("throttling", "ec2.describe_vpcs", ("RequestLimitExceeded", 503)),
        ("throttling", "eks.list_clusters", ("ThrottlingException", 429)),
        ("throttling", "iam.list_roles", ("Throttling", 400)),
        ("throttling", "sts.get_caller_identity", ("Throttling", 400)),
        ("throttling", "kms.list_keys", ("ThrottlingException", 400)),
        ("throttling", "logs.describe_log_groups", ("ThrottlingException", 400)),
        ("server-error", "ec2.describe_vpcs", ("InternalError", 500)),
        ("server-error", "eks.list_clusters", ("ServerException", 500)),
        ("server-error", "iam.list_roles", ("ServiceFailure", 500)),
        ("server-error", "kms.list_keys", ("KMSInternalException", 500)),
        ("server-error", "logs.describe_log_groups", ("InternalFailure", 500)),
        ("server-error", "autoscaling.describe_auto_scaling_groups", ("InternalFailure", 500)),
        ("unavailable", "ec2.describe_vpcs", ("Unavailable", 503)),
        ("unavailable", "eks.list_clusters", ("ServiceUnavailableException", 503)),
        ("unavailable", "iam.list_roles", ("ServiceUnavailable", 503)),
        ("unavailable", "logs.describe_log_groups", ("ServiceUnavailableException", 500)),
        ("expired-credential", "ec2.describe_vpcs", ("RequestExpired", 400)),
        ("expired-credential", "eks.list_clusters", ("ExpiredTokenException", 403)),
        ("expired-credential", "iam.list_roles", ("ExpiredToken", 403)),
        ("expired-credential", "kms.list_keys", ("ExpiredTokenException", 400)),
        ("access-denied", "ec2.describe_vpcs", ("UnauthorizedOperation", 403)),
        ("access-denied", "eks.list_clusters", ("AccessDeniedException", 403)),
        ("access-denied", "iam.list_roles", ("AccessDenied", 403)),
        ("access-denied", "kms.list_keys", ("AccessDeniedException", 400)),
    ],
)
def test_a_refusal_has_the_code_and_status_of_its_service(faulty, arm, action, operation, answered):
    service, method = operation.split(".")
    arm(f"- {{match: {{service: {service}}}, action: {action}}}")
    with pytest.raises(ClientError) as refused:
        getattr(faulty.client(service), method)()
    answer = refused.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == answered
    assert answer["Error"]["Message"]
    assert last_calls(faulty, 1)[0][3:] == (answered[1], answered[0])


def test_a_denied_call_says_who_may_not_do_what(faulty, arm):
    arm("- {match: {operation: CreateRole}, action: access-denied}")
    code, message = refusal(
        faulty.client("iam").create_role, RoleName="x", AssumeRolePolicyDocument="{}"
    )
    assert (code, message) == (
        "AccessDenied",
        f"User: {USER} is not authorized to perform: iam:CreateRole on resource: *",
    )


def test_a_refused_call_is_not_carried_out(faulty, arm):
    arm("- {match: {operation: CreateVpc}, action: server-error}")
    before = vpcs(faulty)
    refusal(faulty.client("ec2").create_vpc, CidrBlock="10.0.0.0/16")
    assert vpcs(faulty) == before


def test_a_credential_expires_in_the_middle_and_stays_expired(faulty, arm):
    arm("- {when: {from: 3}, action: expired-credential}")
    faulty.client("eks").list_clusters()
    faulty.client("ec2").describe_vpcs()
    assert refusal(faulty.client("eks").list_clusters) == ("ExpiredTokenException", EXPIRED)
    assert refusal(faulty.client("ec2").describe_vpcs) == ("RequestExpired", "Request has expired.")
    assert refusal(faulty.client("sts").get_caller_identity) == ("ExpiredToken", EXPIRED)


# --- what ends otherwise than it was asked for ---


def nodegroup(emulator, cluster, subnets, **asked):
    name = unique("group")
    emulator.client("eks").create_nodegroup(
        clusterName=cluster,
        nodegroupName=name,
        subnets=subnets,
        nodeRole=emulator.role("ec2.amazonaws.com"),
        **{"scalingConfig": {"minSize": 2, "desiredSize": 2, "maxSize": 2}, **asked},
    )
    return name


def ended(emulator, cluster, group):
    def described():
        return emulator.client("eks").describe_nodegroup(clusterName=cluster, nodegroupName=group)[
            "nodegroup"
        ]

    until(lambda: described()["status"] != "CREATING", "it is no longer being made")
    return described()


@pytest.fixture
def subnets(faulty):
    return faulty.subnets(faulty.vpc())


@pytest.fixture
def cluster(faulty, subnets):
    name = faulty.cluster(subnets)
    faulty.client("eks").create_addon(clusterName=name, addonName="vpc-cni")
    return name


def test_a_zone_without_capacity_fails_the_node_group_as_eks_shows_it(
    faulty, arm, cluster, subnets
):
    arm(
        "- match: {zone: ap-northeast-2b, instanceType: t3.*, capacityType: ON_DEMAND}\n"
        "  action: insufficient-capacity\n"
    )
    found = ended(faulty, cluster, nodegroup(faulty, cluster, subnets))
    assert found["status"] == "CREATE_FAILED"
    assert found["health"]["issues"] == [
        {
            "code": "AsgInstanceLaunchFailures",
            "message": "Could not launch On-Demand Instances. InsufficientInstanceCapacity - We "
            "currently do not have sufficient t3.medium capacity in the Availability Zone you "
            "requested (ap-northeast-2b). Our system will be working on provisioning additional "
            "capacity. You can currently get t3.medium capacity by not specifying an Availability "
            "Zone in your request or choosing ap-northeast-2a, ap-northeast-2c, ap-northeast-2d. "
            "Launching EC2 instance failed.",
            "resourceIds": [found["resources"]["autoScalingGroups"][0]["name"]],
        }
    ]
    other = ended(faulty, cluster, nodegroup(faulty, cluster, subnets, instanceTypes=["m5.large"]))
    assert other["status"] == "ACTIVE", other
    spot = ended(faulty, cluster, nodegroup(faulty, cluster, subnets, capacityType="SPOT"))
    assert spot["status"] == "ACTIVE", spot


def test_a_spot_shortage_is_told_in_the_words_of_spot(faulty, arm, cluster, subnets):
    arm("- {match: {capacityType: SPOT}, action: insufficient-capacity}")
    found = ended(faulty, cluster, nodegroup(faulty, cluster, subnets, capacityType="SPOT"))
    assert found["status"] == "CREATE_FAILED"
    assert [issue["message"] for issue in found["health"]["issues"]] == [
        "Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity due "
        "to your request configuration. Please adjust your request and try again. Launching EC2 "
        "instance failed."
    ]


def test_a_node_group_ends_as_create_failed_with_the_issue_of_the_file(
    faulty, arm, cluster, subnets
):
    arm(
        "- match: {operation: CreateNodegroup}\n"
        "  when: {nth: 1}\n"
        "  action: create-failed\n"
        "  issue: {code: IamThrottling, message: too fast}\n"
    )
    found = ended(faulty, cluster, nodegroup(faulty, cluster, subnets))
    assert found["status"] == "CREATE_FAILED"
    assert [(it["code"], it["message"]) for it in found["health"]["issues"]] == [
        ("IamThrottling", "too fast")
    ]
    assert ended(faulty, cluster, nodegroup(faulty, cluster, subnets))["status"] == "ACTIVE"


def test_a_cluster_ends_as_failed_and_can_be_deleted(faulty, arm, subnets):
    arm("- {match: {operation: CreateCluster}, action: create-failed}")
    eks = faulty.client("eks")
    eks.create_cluster(
        name="failed",
        roleArn=faulty.role("eks.amazonaws.com"),
        resourcesVpcConfig={"subnetIds": subnets},
    )
    until(
        lambda: eks.describe_cluster(name="failed")["cluster"]["status"] == "FAILED",
        "the cluster has failed",
    )
    eks.delete_cluster(name="failed")
    until(lambda: "failed" not in eks.list_clusters()["clusters"], "it is gone")


@pytest.mark.parametrize(
    ("action", "status"), [("create-failed", "CREATE_FAILED"), ("degraded", "DEGRADED")]
)
def test_an_add_on_ends_badly(faulty, arm, cluster, action, status):
    arm(
        "- match: {operation: CreateAddon, parameters: {addonName: kube-proxy}}\n"
        f"  action: {action}\n"
    )
    eks = faulty.client("eks")
    eks.create_addon(clusterName=cluster, addonName="kube-proxy")
    described = {"clusterName": cluster, "addonName": "kube-proxy"}
    until(
        lambda: eks.describe_addon(**described)["addon"]["status"] != "CREATING",
        "it is no longer being made",
    )
    addon = eks.describe_addon(**described)["addon"]
    assert addon["status"] == status
    assert len(addon["health"]["issues"]) == 1


def test_a_rate_hits_its_share_and_the_same_calls_with_the_same_seed(faulty, arm):
    def hit(seed):
        arm(f"- {{match: {{service: ec2}}, when: {{rate: 0.2}}, seed: {seed}, action: throttling}}")
        before = serials(faulty)[-1]
        for _ in range(100):
            with contextlib.suppress(ClientError):
                faulty.client("ec2").describe_regions()
        calls = faulty.ask(f"/_rehearsal/calls?after={before}")
        return [call["fault"] for call in calls]

    first = hit(1)
    assert 8 <= first.count("throttling") <= 35
    assert hit(1) == first
    assert hit(2) != first


# --- client tokens ---


def test_a_call_of_ec2_with_the_same_token_is_carried_out_once(faulty, subnets):
    ec2 = faulty.client("ec2")
    asked = {"SubnetId": subnets[0], "ConnectivityType": "private", "ClientToken": unique("token")}
    first = ec2.create_nat_gateway(**asked)["NatGateway"]["NatGatewayId"]
    assert ec2.create_nat_gateway(**asked)["NatGateway"]["NatGatewayId"] == first
    other = {**asked, "SubnetId": subnets[1]}
    assert refusal(ec2.create_nat_gateway, **other) == (
        "IdempotentParameterMismatch",
        "The request uses the same client token as a previous, but non-identical request.",
    )
    again = {**asked, "ClientToken": unique("token")}
    assert ec2.create_nat_gateway(**again)["NatGateway"]["NatGatewayId"] != first


def test_a_lost_answer_of_a_call_with_a_token_makes_no_second_one(faulty, arm, subnets):
    arm("- {match: {operation: CreateNatGateway}, when: {nth: 1}, action: lost}")
    retrying = Config(retries={"mode": "standard", "total_max_attempts": 3})
    made = faulty.client("ec2", config=retrying).create_nat_gateway(
        SubnetId=subnets[0], ConnectivityType="private"
    )
    found = faulty.client("ec2").describe_nat_gateways(
        Filters=[{"Name": "subnet-id", "Values": [subnets[0]]}]
    )["NatGateways"]
    assert [it["NatGatewayId"] for it in found] == [made["NatGateway"]["NatGatewayId"]]


def test_a_lost_answer_of_a_call_without_a_token_makes_a_second_one_as_on_aws(faulty, arm):
    arm("- {match: {operation: CreateVpc}, when: {nth: 1}, action: lost}")
    retrying = Config(retries={"mode": "standard", "total_max_attempts": 3})
    before = vpcs(faulty)
    faulty.client("ec2", config=retrying).create_vpc(CidrBlock="10.0.0.0/16")
    assert vpcs(faulty) == before + 2
