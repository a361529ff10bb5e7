"""VPC endpoints: of S3 always, and all that nodes need where there is no other way."""

from spec import facts
from tests.components.program import of_kind, run
from tests.components.stacks import stack

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
ZONES = ("ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c")


def test_s3_is_a_route_in_every_table_that_is_not_public():
    made = of_kind("private-with-public-subnets")
    s3 = made.of_type(ENDPOINT)["dev-s3"].inputs
    assert s3["vpcEndpointType"] == "Gateway"
    assert s3["serviceName"] == "com.amazonaws.ap-northeast-2.s3"
    assert s3["routeTableIds"] == [*(f"dev-private-{it}-id" for it in ZONES), "dev-intra-id"]


def test_a_private_network_has_every_endpoint_that_nodes_need():
    made = of_kind("private")
    needed = {it.service for it in facts.vpc_endpoints().values() if it.needed_by_nodes}
    assert needed == {"s3", "ec2", "ecr.api", "ecr.dkr", "sts", "eks-auth"}
    assert made.of_type(ENDPOINT).keys() == {f"dev-{it}" for it in needed}
    for name, it in made.of_type(ENDPOINT).items():
        if name == "dev-s3":
            continue
        assert it.inputs["vpcEndpointType"] == "Interface"
        assert it.inputs["privateDnsEnabled"] is True, "nodes ask for the service's own name"
        assert it.inputs["subnetIds"] == [f"dev-private-{zone}-id" for zone in ZONES]
        assert it.inputs["securityGroupIds"] == ["dev-endpoints-id"]


def test_interface_endpoints_are_reached_from_all_of_the_vpc_by_https_alone():
    made = run(stack(network={"natGateways": "none", "pods": {"cidr": "100.64.0.0/16"}}))
    rules = [it.inputs for it in made.of_type(RULE).values()]
    assert [it["cidrIpv4"] for it in rules] == ["10.0.0.0/16", "100.64.0.0/16"]
    assert {(it["ipProtocol"], it["fromPort"], it["toPort"]) for it in rules} == {("tcp", 443, 443)}


def test_there_is_no_group_without_an_interface_endpoint():
    made = of_kind("development")
    assert made.of_type(ENDPOINT).keys() == {"dev-s3"}
    assert not made.of_type(GROUP)


def test_no_endpoint_is_made_if_none_is_wished_for():
    made = run(stack(network={"vpcEndpoints": []}))
    assert not made.of_type(ENDPOINT)
    assert not [it for it in made.registered if it.type.endswith(":VpcEndpoints")]


def test_nodes_wait_for_endpoints_and_the_control_plane_does_not():
    made = of_kind("private")
    endpoints = {it.urn for it in made.of_type(ENDPOINT).values()}
    assert endpoints <= made.one("aws:eks/nodeGroup:NodeGroup").dependencies
    assert not endpoints & made.one("eks:index:Cluster").dependencies
