"""What a recovery finds, and what it leaves alone: two stacks that look alike in one account."""

import itertools
import json

import pytest
from botocore.exceptions import ClientError

from ops.recover.aws import Aws, told
from ops.recover.finders import FINDERS
from ops.recover.recovery import Options, Recovery
from ops.recover.search import find, orphans
from ops.recover.state import Record
from ops.user_error import UserError
from rehearsal.providers.aws.tables import RESOURCES
from spec.model import owner_tags
from tests.rehearsal.emulator import REGION, running, until

POLICY = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": ["eks.amazonaws.com", "ec2.amazonaws.com"]},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)

_numbers = itertools.count(1)


class Stack:
    """All kinds of resources of one stack; beside its names, only its tags tell it from another.

    Attributes:
        made: Inputs and id of each resource by type.
    """

    def __init__(self, emulator, name):
        self.emulator, self.name = emulator, name
        self.owner = owner_tags("project", name)
        self.made = {}
        self._network()
        self._security()
        self._identity()
        self._encryption()
        self._bucket()
        self._messaging()
        self._cluster()

    def tags(self, name):
        return {"Name": name, **self.owner}

    def tag_list(self, name, key="Key", value="Value"):
        return [{key: k, value: v} for k, v in self.tags(name).items()]

    def specified(self, kind, name):
        return [{"ResourceType": kind, "Tags": self.tag_list(name)}]

    def keep(self, type_, identity, **inputs):
        self.made[type_] = (inputs, identity)
        return identity

    def _network(self):
        ec2 = self.emulator.client("ec2")
        spec, tags = self.specified, {"tagsAll": self.tags("net")}
        vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16", TagSpecifications=spec("vpc", "net"))
        self.vpc = vpc = vpc["Vpc"]["VpcId"]
        self.keep("aws:ec2/vpc:Vpc", vpc, cidrBlock="10.7.0.0/16", **tags)
        groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
        default = groups["SecurityGroups"][0]["GroupId"]
        self.keep("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", default, vpcId=vpc, **tags)
        self.subnets = [
            ec2.create_subnet(
                VpcId=vpc,
                CidrBlock=f"10.7.{number}.0/24",
                AvailabilityZone=f"{REGION}{zone}",
                TagSpecifications=spec("subnet", "net"),
            )["Subnet"]["SubnetId"]
            for number, zone in enumerate("ab")
        ]
        self.keep(
            "aws:ec2/subnet:Subnet",
            self.subnets[1],
            vpcId=vpc,
            cidrBlock="10.7.1.0/24",
            availabilityZone=f"{REGION}b",
            **tags,
        )
        gateway = ec2.create_internet_gateway(TagSpecifications=spec("internet-gateway", "net"))
        gateway = gateway["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        self.keep("aws:ec2/internetGateway:InternetGateway", gateway, vpcId=vpc, **tags)
        address = ec2.allocate_address(Domain="vpc", TagSpecifications=spec("elastic-ip", "net"))
        self.keep("aws:ec2/eip:Eip", address["AllocationId"], domain="vpc", **tags)
        nat = ec2.create_nat_gateway(
            SubnetId=self.subnets[0],
            AllocationId=address["AllocationId"],
            TagSpecifications=spec("natgateway", "net"),
        )["NatGateway"]["NatGatewayId"]
        self.keep(
            "aws:ec2/natGateway:NatGateway",
            nat,
            subnetId=self.subnets[0],
            allocationId=address["AllocationId"],
            **tags,
        )
        table = ec2.create_route_table(VpcId=vpc, TagSpecifications=spec("route-table", "net"))
        table = table["RouteTable"]["RouteTableId"]
        self.keep("aws:ec2/routeTable:RouteTable", table, vpcId=vpc, **tags)
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        self.keep(
            "aws:ec2/route:Route",
            f"r-{table}1080289494",  # as `pulumi up` records it
            routeTableId=table,
            destinationCidrBlock="0.0.0.0/0",
            gatewayId=gateway,
        )
        associated = ec2.associate_route_table(RouteTableId=table, SubnetId=self.subnets[0])
        self.keep(
            "aws:ec2/routeTableAssociation:RouteTableAssociation",
            associated["AssociationId"],
            routeTableId=table,
            subnetId=self.subnets[0],
        )

        self._more_of_the_network(table)

    def _more_of_the_network(self, table):
        ec2 = self.emulator.client("ec2")
        vpc, spec, tags = self.vpc, self.specified, {"tagsAll": self.tags("net")}
        door = ec2.create_egress_only_internet_gateway(
            VpcId=vpc, TagSpecifications=spec("egress-only-internet-gateway", "net")
        )["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
        kind = "egressOnlyInternetGateway:EgressOnlyInternetGateway"
        self.keep(f"aws:ec2/{kind}", door, vpcId=vpc, **tags)
        block = ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="100.64.0.0/16")
        kind = "vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
        association = block["CidrBlockAssociation"]["AssociationId"]
        self.keep(f"aws:ec2/{kind}", association, vpcId=vpc, cidrBlock="100.64.0.0/16")
        service = f"com.amazonaws.{REGION}.s3"
        endpoint = ec2.create_vpc_endpoint(
            VpcId=vpc,
            ServiceName=service,
            RouteTableIds=[table],
            TagSpecifications=spec("vpc-endpoint", "net"),
        )["VpcEndpoint"]["VpcEndpointId"]
        self.keep(
            "aws:ec2/vpcEndpoint:VpcEndpoint", endpoint, vpcId=vpc, serviceName=service, **tags
        )
        mark = {"Key": "kubernetes.io/role/elb", "Value": "1"}
        ec2.create_tags(Resources=[self.subnets[0]], Tags=[mark])
        self.keep(
            "aws:ec2/tag:Tag",
            f"{self.subnets[0]},{mark['Key']}",
            resourceId=self.subnets[0],
            key=mark["Key"],
            value="1",
        )
        (log,) = ec2.create_flow_logs(
            ResourceIds=[vpc],
            ResourceType="VPC",
            TrafficType="REJECT",
            LogGroupName="/flows",
            DeliverLogsPermissionArn=self.emulator.role("vpc-flow-logs.amazonaws.com"),
            TagSpecifications=spec("vpc-flow-log", "net"),
        )["FlowLogIds"]
        self.keep("aws:ec2/flowLog:FlowLog", log, vpcId=vpc, trafficType="REJECT", **tags)

    def _security(self):
        ec2 = self.emulator.client("ec2")
        tags = {"tagsAll": self.tags("door")}
        group = ec2.create_security_group(
            GroupName="door",
            Description="-",
            VpcId=self.vpc,
            TagSpecifications=self.specified("security-group", "door"),
        )["GroupId"]
        self.keep("aws:ec2/securityGroup:SecurityGroup", group, name="door", vpcId=self.vpc, **tags)
        for direction in ("ingress", "egress"):
            for port in (80, 443):
                rule = getattr(ec2, f"authorize_security_group_{direction}")(
                    GroupId=group,
                    IpPermissions=[
                        {
                            "IpProtocol": "tcp",
                            "FromPort": port,
                            "ToPort": port,
                            "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
                        }
                    ],
                    TagSpecifications=self.specified("security-group-rule", "door"),
                )["SecurityGroupRules"][0]["SecurityGroupRuleId"]
            kind = f"SecurityGroup{direction.title()}Rule"
            self.keep(
                f"aws:vpc/s{kind[1:]}:{kind}",
                rule,
                securityGroupId=group,
                ipProtocol="tcp",
                fromPort=443,
                toPort=443,
                cidrIpv4="10.0.0.0/8",
                **tags,
            )

    def _identity(self):
        iam = self.emulator.client("iam")
        self.role = f"nodes-{next(_numbers):07x}"
        iam.create_role(
            RoleName=self.role, AssumeRolePolicyDocument=TRUST, Tags=self.tag_list("nodes")
        )
        self.keep("aws:iam/role:Role", self.role, name=self.role, tagsAll=self.tags("nodes"))
        for policy in ("AmazonEKSClusterPolicy", "AmazonEC2ContainerRegistryPullOnly"):
            iam.attach_role_policy(
                RoleName=self.role, PolicyArn=f"arn:aws:iam::aws:policy/{policy}"
            )
        iam.attach_role_policy(RoleName=self.role, PolicyArn=POLICY)
        self.keep(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            f"{self.role}/{POLICY}",
            role=self.role,
            policyArn=POLICY,
        )
        for name in ("one", "two"):
            iam.put_role_policy(
                RoleName=self.role,
                PolicyName=name,
                PolicyDocument=json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}],
                    }
                ),
            )
        self.keep("aws:iam/rolePolicy:RolePolicy", f"{self.role}:two", role=self.role, name="two")
        document = json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}],
            }
        )
        for name in (self.role, f"nodes-{next(_numbers):07x}"):
            policy = iam.create_policy(
                PolicyName=name, PolicyDocument=document, Tags=self.tag_list("nodes")
            )["Policy"]["Arn"]
            iam.create_policy_version(PolicyArn=policy, PolicyDocument=document, SetAsDefault=True)
            iam.create_instance_profile(InstanceProfileName=name, Tags=self.tag_list("nodes"))
        iam.attach_role_policy(RoleName=self.role, PolicyArn=policy)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=self.role)
        tags = {"tagsAll": self.tags("nodes")}
        self.keep("aws:iam/policy:Policy", policy, name=name, path="/", **tags)
        self.keep("aws:iam/instanceProfile:InstanceProfile", name, name=name, **tags)
        url = f"https://oidc.eks.{REGION}.amazonaws.com/id/{self.role}"
        issuer = iam.create_open_id_connect_provider(
            Url=url, ClientIDList=["sts.amazonaws.com"], Tags=self.tag_list("issuer")
        )["OpenIDConnectProviderArn"]
        kind = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
        self.keep(kind, issuer, url=url, tagsAll=self.tags("issuer"))

    def _encryption(self):
        kms, logs = self.emulator.client("kms"), self.emulator.client("logs")
        key = kms.create_key(
            Description="Secrets", Tags=self.tag_list("key", "TagKey", "TagValue")
        )["KeyMetadata"]["KeyId"]
        self.keep("aws:kms/key:Key", key, description="Secrets", tagsAll=self.tags("key"))
        name = f"alias/eks/{self.name}"
        kms.create_alias(AliasName=name, TargetKeyId=key)
        kms.create_alias(AliasName=f"{name}-too", TargetKeyId=key)
        self.keep("aws:kms/alias:Alias", name, name=name, targetKeyId=key)
        for group in (f"/aws/eks/{self.name}/cluster", f"/aws/eks/{self.name}/cluster-too"):
            logs.create_log_group(logGroupName=group, tags=self.tags("logs"))
        self.keep(
            "aws:cloudwatch/logGroup:LogGroup",
            f"/aws/eks/{self.name}/cluster",
            name=f"/aws/eks/{self.name}/cluster",
            tagsAll=self.tags("logs"),
        )

    def _bucket(self):
        s3, name = self.emulator.client("s3"), f"state-{self.name}"
        place = {"LocationConstraint": REGION}
        for other in (name, f"{name}-too"):
            s3.create_bucket(Bucket=other, CreateBucketConfiguration=place)
            s3.put_bucket_tagging(Bucket=other, Tagging={"TagSet": self.tag_list("state")})
        self.keep("aws:s3/bucket:Bucket", name, bucket=name, tagsAll=self.tags("state"))
        anybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [anybody]})
        block = {"BlockPublicAcls": True}
        aes = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        old = {"ID": "old", "Status": "Enabled", "Prefix": "", "Expiration": {"Days": 1}}
        own = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        log = {"LoggingEnabled": {"TargetBucket": name, "TargetPrefix": "log/"}}
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [aes]})
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [old]})
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=own)
        logs_too = {**anybody, "Principal": {"Service": "logging.s3.amazonaws.com"}}
        both = json.dumps({"Version": "2012-10-17", "Statement": [anybody, logs_too]})
        s3.put_bucket_policy(Bucket=name, Policy=both)
        s3.put_bucket_logging(Bucket=name, BucketLoggingStatus=log)
        s3.put_bucket_policy(Bucket=name, Policy=policy)
        for kind in (
            "Versioning",
            "Logging",
            "Policy",
            "PublicAccessBlock",
            "ServerSideEncryptionConfiguration",
            "LifecycleConfiguration",
            "OwnershipControls",
        ):
            self.keep(f"aws:s3/bucket{kind}:Bucket{kind}", name, bucket=name)

    def _messaging(self):
        sqs, events = self.emulator.client("sqs"), self.emulator.client("events")
        tags = self.tags("events")
        for name in (f"events-{self.name}-0123abd", f"events-{self.name}-0123abc"):
            url = sqs.create_queue(QueueName=name, tags=tags)["QueueUrl"]
            events.put_rule(
                Name=name,
                EventPattern=json.dumps({"source": ["aws.ec2"]}),
                Tags=self.tag_list("events"),
            )
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn = arn["Attributes"]["QueueArn"]
        for target in ("one", "two"):
            events.put_targets(Rule=name, Targets=[{"Id": target, "Arn": arn}])
        sends = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [sends]})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        self.keep("aws:sqs/queue:Queue", url, name=name, tagsAll=tags)
        self.keep("aws:sqs/queuePolicy:QueuePolicy", url, queueUrl=url)
        self.keep("aws:cloudwatch/eventRule:EventRule", name, name=name, tagsAll=tags)
        self.keep(
            "aws:cloudwatch/eventTarget:EventTarget",
            f"{name}-one",
            rule=name,
            targetId="one",
            arn=arn,
        )

    def _cluster(self):
        eks, ec2 = self.emulator.client("eks"), self.emulator.client("ec2")
        name = self.emulator.cluster(name=self.name, tags=self.tags("cluster"))
        self.keep("aws:eks/cluster:Cluster", name, name=name, tagsAll=self.tags("cluster"))
        eks.create_addon(clusterName=name, addonName="vpc-cni", tags=self.tags("addon"))
        eks.create_addon(clusterName=name, addonName="kube-proxy", tags=self.tags("addon"))
        self.keep(
            "aws:eks/addon:Addon",
            f"{name}:vpc-cni",
            clusterName=name,
            addonName="vpc-cni",
            tagsAll=self.tags("addon"),
        )
        template = ec2.create_launch_template(
            LaunchTemplateName=f"nodes-{self.name}",
            LaunchTemplateData={},
            TagSpecifications=self.specified("launch-template", "nodes"),
        )["LaunchTemplate"]["LaunchTemplateId"]
        self.keep(
            "aws:ec2/launchTemplate:LaunchTemplate",
            template,
            name=f"nodes-{self.name}",
            tagsAll=self.tags("nodes"),
        )
        self._scaling_group()
        for group in ("nodes", "nodes-too"):
            group_name = f"{group}-{self.name}"
            ec2.create_placement_group(
                GroupName=group_name,
                Strategy="spread",
                TagSpecifications=self.specified("placement-group", "nodes"),
            )
        self.keep(
            "aws:ec2/placementGroup:PlacementGroup",
            f"nodes-{self.name}",
            name=f"nodes-{self.name}",
            strategy="spread",
            tagsAll=self.tags("nodes"),
        )
        for group in ("one", "two"):
            self.emulator.nodegroup(name, nodegroupName=group, tags=self.tags("group"))
        self.keep(
            "aws:eks/nodeGroup:NodeGroup",
            f"{name}:two",
            clusterName=name,
            nodeGroupName="two",
            tagsAll=self.tags("group"),
        )
        described = eks.describe_nodegroup(clusterName=name, nodegroupName="two")["nodegroup"]
        (scaling,) = (it["name"] for it in described["resources"]["autoScalingGroups"])
        autoscaling = self.emulator.client("autoscaling")
        tag = {"Key": "tier", "Value": "db", "PropagateAtLaunch": False}
        autoscaling.create_or_update_tags(
            Tags=[{**tag, "ResourceId": scaling, "ResourceType": "auto-scaling-group"}]
        )
        self.keep(
            "aws:autoscaling/tag:Tag",
            f"{scaling},tier",
            autoscalingGroupName=scaling,
            tag={"key": "tier", "value": "db", "propagateAtLaunch": False},
        )
        principal = self.emulator.role("eks.amazonaws.com")  # the nodes' has an entry already
        eks.create_access_entry(clusterName=name, principalArn=principal, tags=self.tags("entry"))
        self.keep(
            "aws:eks/accessEntry:AccessEntry",
            f"{name}:{principal}",
            clusterName=name,
            principalArn=principal,
            tagsAll=self.tags("entry"),
        )
        eks.associate_access_policy(
            clusterName=name,
            principalArn=principal,
            policyArn=VIEW,
            accessScope={"type": "cluster"},
        )
        self.keep(
            "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
            f"{name}#{principal}#{VIEW}",
            clusterName=name,
            principalArn=principal,
            policyArn=VIEW,
        )
        self._beside_the_cluster(name)

    def _scaling_group(self):
        """Two of one's own, which are alike but for their names, with a hook each."""
        autoscaling = self.emulator.client("autoscaling")
        template = f"own-{self.name}"
        self.emulator.client("ec2").create_launch_template(
            LaunchTemplateName=template, LaunchTemplateData={"InstanceType": "m5.large"}
        )
        tags = self.tags("own")
        for name in (f"own-{self.name}-0123abc", f"too-{self.name}-0123abc"):
            autoscaling.create_auto_scaling_group(
                AutoScalingGroupName=name,
                LaunchTemplate={"LaunchTemplateName": template, "Version": "1"},
                MinSize=0,
                MaxSize=1,
                AvailabilityZones=[f"{REGION}a"],
                Tags=[{**it, "PropagateAtLaunch": True} for it in self.tag_list("own")],
            )
            autoscaling.put_lifecycle_hook(
                AutoScalingGroupName=name,
                LifecycleHookName="drain",
                LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING",
            )
        own = f"own-{self.name}-0123abc"
        blocks = [{"key": k, "value": v, "propagateAtLaunch": True} for k, v in tags.items()]
        self.keep("aws:autoscaling/group:Group", own, name=own, tags=blocks)
        self.keep(
            "aws:autoscaling/lifecycleHook:LifecycleHook",
            f"{own}/drain",
            autoscalingGroupName=own,
            name="drain",
        )

    def _beside_the_cluster(self, cluster):
        eks, ec2 = self.emulator.client("eks"), self.emulator.client("ec2")
        role = self.emulator.role("capabilities.eks.amazonaws.com")
        for capability, kind in (("one", "KRO"), ("two", "ACK")):
            eks.create_capability(
                clusterName=cluster,
                capabilityName=capability,
                type=kind,
                roleArn=role,
                deletePropagationPolicy="RETAIN",
                tags=self.tags("capability"),
            )
        self.keep(
            "aws:eks/capability:Capability",
            f"{cluster},two",
            clusterName=cluster,
            capabilityName="two",
            tagsAll=self.tags("capability"),
        )
        pods = {"namespace": "kube-system", "roleArn": self.emulator.role("pods.eks.amazonaws.com")}
        for account in ("one", "two"):
            association = eks.create_pod_identity_association(
                clusterName=cluster, serviceAccount=account, **pods
            )["association"]["associationId"]
        self.keep(
            "aws:eks/podIdentityAssociation:PodIdentityAssociation",
            association,
            clusterName=cluster,
            serviceAccount="two",
            **pods,
        )
        vpc = self.emulator.describe(cluster)["resourcesVpcConfig"]["vpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.9.0/24")["Subnet"]["SubnetId"]
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]  # leads nowhere
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        profile = {
            "clusterName": cluster,
            "subnets": [subnet],
            "fargateProfileName": "pods",
            "podExecutionRoleArn": self.emulator.role("eks-fargate-pods.amazonaws.com"),
            "selectors": [{"namespace": "batch"}],
        }
        eks.create_fargate_profile(**profile, tags=self.tags("pods"))
        until(
            lambda: (
                eks.describe_fargate_profile(clusterName=cluster, fargateProfileName="pods")[
                    "fargateProfile"
                ]["status"]
                == "ACTIVE"
            ),
            "it is ACTIVE",
        )
        self.keep(
            "aws:eks/fargateProfile:FargateProfile",
            f"{cluster}:pods",
            **profile,
            tagsAll=self.tags("pods"),
        )
        oidc = {
            "identityProviderConfigName": "sso",
            "issuerUrl": "https://login.example.org",
            "clientId": "kubernetes",
        }
        eks.associate_identity_provider_config(
            clusterName=cluster, oidc=oidc, tags=self.tags("sso")
        )
        self.keep(
            "aws:eks/identityProviderConfig:IdentityProviderConfig",
            f"{cluster}:sso",
            clusterName=cluster,
            oidc=oidc,
            tagsAll=self.tags("sso"),
        )
        until(lambda: self.emulator.describe(cluster)["status"] == "ACTIVE", "it is ACTIVE again")


@pytest.fixture(scope="module")
def account():
    """An account of these tests' own, as they look for all that is in it."""
    with running() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def stacks(account):
    return {name: Stack(account, name) for name in ("dev", "prod")}


@pytest.fixture
def aws(account, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", account.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    return Aws(REGION)


MADE = sorted(FINDERS)


def record(type_, inputs):
    return Record({"type": type_, "urn": f"urn:pulumi:dev::project::{type_}::x", "inputs": inputs})


@pytest.mark.parametrize("type_", MADE)
def test_it_finds_the_one_among_similar_ones(aws, stacks, type_):
    for stack in stacks.values():
        inputs, identity = stack.made[type_]
        assert [it.id for it in find(aws, record(type_, inputs))] == [identity]


@pytest.mark.parametrize("type_", [it for it in MADE if FINDERS[it].tags])
def test_what_carries_other_tags_is_not_found(aws, stacks, type_):
    inputs, _ = stacks["prod"].made[type_]
    other = owner_tags("project", "staging")
    if "tagsAll" in inputs:
        inputs = {**inputs, "tagsAll": {**inputs["tagsAll"], **other}}
    else:
        tags = [{**it, "value": other.get(it["key"], it["value"])} for it in inputs["tags"]]
        inputs = {**inputs, "tags": tags}
    assert find(aws, record(type_, inputs)) == []


@pytest.mark.parametrize("type_", [it for it in MADE if FINDERS[it].tags])
def test_what_was_asked_for_without_tags_is_not_found(aws, stacks, type_):
    inputs, _ = stacks["dev"].made[type_]
    inputs = {name: value for name, value in inputs.items() if name not in {"tags", "tagsAll"}}
    assert find(aws, record(type_, inputs)) == []


def test_only_this_stacks_resources_are_orphans_and_all_of_them_can_be_deleted(aws, account):
    mine, other = Stack(account, "mine"), Stack(account, "other")
    swept = {type_ for type_, finder in FINDERS.items() if finder.sweep}

    def ids(stack):
        return {it.id for it in orphans(aws, stack.owner, frozenset())}

    found = orphans(aws, mine.owner, frozenset())
    assert {identity for type_, (_, identity) in mine.made.items() if type_ in swept} <= ids(mine)
    assert not ids(mine) & ids(other)
    assert {it.id for it in orphans(aws, mine.owner, ids(mine))} == set(), "known ones are none"
    before = ids(other)
    for it in found:
        aws.delete(it.finder, it.id, it.item)
    assert ids(mine) == set()
    assert ids(other) == before
    left = json.dumps(account.inventory())
    # A bucket is never an orphan: what is in it may be all that there is.
    swept_all = {it: made for it, (_, made) in mine.made.items() if not it.startswith("aws:s3/")}
    assert not any(identity in left for identity in swept_all.values() if "-" in identity)


class FakePulumi:
    """An engine that has recorded some resources and was killed while it made others."""

    def __init__(self, stacks, recorded=(), pending=(), wanted=(), **provider):
        self.imported, self.refreshed = None, 0
        provider = {
            "urn": "urn:pulumi:dev::project::pulumi:providers:aws::aws",
            "type": "pulumi:providers:aws",
            "id": "1",
            "custom": True,
            "inputs": {"region": REGION, **provider},
        }
        made = stacks["dev"].made
        self.records = {
            type_: {
                "urn": f"urn:pulumi:dev::project::{type_}::x",
                "type": type_,
                "inputs": inputs,
                "provider": f"{provider['urn']}::1",
            }
            for type_, (inputs, _) in made.items()
        }
        recorded = [self.records[type_] | {"id": made[type_][1]} for type_ in recorded]
        self.exported = {
            "version": 3,
            "deployment": {
                "resources": [provider, *recorded],
                "pending_operations": [
                    {"type": "creating", "resource": self.records[type_]} for type_ in pending
                ],
            },
        }
        self.to_make = [self.records[type_] for type_ in wanted]

    def export(self):
        return self.exported

    def import_(self, exported):
        self.imported = exported

    def wanted(self):
        return self.to_make

    def refresh(self, output):
        self.refreshed += 1
        print("Refreshing", file=output)
        return 0


VPC, EIP, LOGS = "aws:ec2/vpc:Vpc", "aws:ec2/eip:Eip", "aws:cloudwatch/logGroup:LogGroup"


@pytest.fixture
def all_but(stacks):
    """The types of a stack's resources, less some."""
    return lambda *types: [type_ for type_ in stacks["dev"].made if type_ not in types]


@pytest.mark.usefixtures("aws")
class TestRecovery:
    def run(self, pulumi, **options):
        return Recovery("dev", Options(patience=0, **options), pulumi).run()

    def test_what_was_being_made_is_adopted(self, stacks, all_but, capsys):
        pulumi = FakePulumi(stacks, recorded=all_but(VPC), pending=[VPC])
        assert self.run(pulumi, yes=True) == 0
        adopted = pulumi.imported["deployment"]["resources"][-1]
        assert (adopted["type"], adopted["id"]) == (VPC, stacks["dev"].vpc)
        assert pulumi.refreshed == 1
        said = capsys.readouterr().out
        assert "What a run of dev in account 123456789012 left behind:" in said
        row = next(line for line in said.splitlines() if "adopted" in line)
        assert row.split() == [
            "x", "VPC", stacks["dev"].vpc, "adopted", "into", "the", "state",
        ]  # fmt: skip

    def test_what_was_not_made_is_left_to_the_next_up(self, stacks, all_but, capsys):
        pulumi = FakePulumi(stacks, recorded=all_but(VPC))
        lost = pulumi.records[VPC] | {"inputs": {"tagsAll": {"Name": "none"}}}
        pulumi.exported["deployment"]["pending_operations"] = [
            {"type": "creating", "resource": lost}
        ]
        assert self.run(pulumi, yes=True) == 0
        assert "not made: `pulumi up` will make it" in capsys.readouterr().out
        assert pulumi.imported["deployment"]["pending_operations"] == []

    def test_what_the_engine_took_for_failed_is_adopted(self, stacks, all_but):
        pulumi = FakePulumi(stacks, recorded=all_but(LOGS), wanted=[LOGS])
        assert self.run(pulumi, yes=True) == 0
        assert pulumi.imported["deployment"]["resources"][-1]["type"] == LOGS

    def test_a_dry_run_changes_nothing(self, stacks, all_but):
        pulumi = FakePulumi(stacks, recorded=all_but(VPC), pending=[VPC])
        assert self.run(pulumi, dry_run=True) == 0
        assert (pulumi.imported, pulumi.refreshed) == (None, 0)

    def test_without_a_terminal_nothing_is_done_unasked(self, stacks, all_but):
        pulumi = FakePulumi(stacks, recorded=all_but(VPC), pending=[VPC])
        with pytest.raises(UserError, match="nobody can be asked here: give --yes"):
            self.run(pulumi)
        assert pulumi.imported is None

    def test_orphans_are_told_and_left_alone(self, stacks, all_but, account, capsys):
        before = account.inventory()
        assert self.run(FakePulumi(stacks, recorded=all_but(EIP)), yes=True) == 0
        row = next(line for line in capsys.readouterr().out.splitlines() if "elastic IP" in line)
        assert row.split()[:1] == ["net"]
        assert row.endswith("in no state: left alone")
        assert account.inventory() == before

    def test_json_is_all_there_is_on_standard_output(self, stacks, all_but, capsys):
        self.run(FakePulumi(stacks, recorded=all_but(VPC), pending=[VPC]), yes=True, as_json=True)
        report = json.loads(capsys.readouterr().out)
        assert (report["stack"], report["account"]) == ("dev", "123456789012")
        assert report["changed"] is True
        assert {
            "action": "adopt",
            "type": VPC,
            "name": "x",
            "id": stacks["dev"].vpc,
            "note": "",
        } in report["resources"]

    def test_nothing_is_deleted_while_another_run_has_the_stack(self, stacks, account):
        pulumi = FakePulumi(stacks)

        def refuse(_):
            raise UserError("locked")

        pulumi.import_ = refuse
        before = account.inventory()
        with pytest.raises(UserError, match="locked"):
            self.run(pulumi, yes=True, delete_orphans=True)
        assert account.inventory() == before

    def test_a_type_that_is_in_no_row_is_told(self, stacks, all_but, capsys):
        pulumi = FakePulumi(stacks, recorded=all_but())
        strange = pulumi.records[VPC] | {"type": "aws:sns/topic:Topic"}
        pulumi.exported["deployment"]["pending_operations"] = [
            {"type": "creating", "resource": strange}
        ]
        self.run(pulumi, dry_run=True)
        assert "aws:sns/topic:Topic" in capsys.readouterr().out

    def test_another_account_than_the_stacks_is_refused(self, stacks):
        pulumi = FakePulumi(stacks, pending=[VPC], allowedAccountIds='["999999999999"]')
        with pytest.raises(UserError, match="the stack is kept to account 999999999999, but your"):
            self.run(pulumi)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ExpiredToken", "your AWS credentials have expired"),
        ("UnrecognizedClientException", "AWS does not know your credentials"),
        ("AccessDenied", "AWS refuses: .*not authorized"),
    ],
)
def test_aws_refusals_say_what_to_do(code, words):
    answer = {"Error": {"Code": code, "Message": "not authorized"}}
    with pytest.raises(UserError, match=words), told():
        raise ClientError(answer, "DescribeVpcs")


def test_missing_credentials_say_what_to_do(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(UserError, match="there are no AWS credentials; set AWS_PROFILE"):
        _ = Aws(REGION).account


def test_every_type_that_can_be_rehearsed_is_tried_here():
    assert RESOURCES.keys() <= set(MADE)
