"""What Karpenter and hybrid nodes need: made, told of interruptions, changed in place, gone."""

import json

import yaml

from spec import facts
from tests.components.stacks import KINDS
from tests.rehearsal.workspace import Workspace, changes, succeeded

REGION = "ap-northeast-2"


def entries(workspace: Workspace) -> dict[str, str]:
    """The types of the access entries of nodes, by the beginnings of their roles' names."""
    eks = workspace.client("eks", REGION)
    found: dict[str, str] = {}
    for arn in eks.list_access_entries(clusterName="dev")["accessEntries"]:
        entry = eks.describe_access_entry(clusterName="dev", principalArn=arn)["accessEntry"]
        found[arn.rpartition("/")[2].rpartition("-")[0]] = entry["type"]
    return found


def test_karpenter_is_told_of_interruptions(tmp_path):
    workspace = Workspace(tmp_path / "eks-cluster", stack="karpenter")
    config, _ = KINDS["karpenter"]
    workspace.stack_file.write_text(yaml.safe_dump({"config": config}))
    try:
        succeeded(workspace.rehearse("--skip-preview"))
        sqs, events = (workspace.client(it, REGION) for it in ("sqs", "events"))
        url = sqs.list_queues()["QueueUrls"][0]
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert url.startswith(f"https://sqs.{REGION}.amazonaws.com/123456789012/dev-karpenter-")
        assert (told["MessageRetentionPeriod"], told["SqsManagedSseEnabled"]) == ("300", "true")
        writes, refuses = json.loads(told["Policy"])["Statement"]
        assert writes["Principal"] == {"Service": "events.amazonaws.com"}
        assert refuses["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}

        sent = [(it.event_source, it.detail_type) for it in facts.interruption_events()]
        others = [("aws.ec2", "EC2 Fleet Information"), ("aws.s3", "AWS Health Event")]
        events.put_events(
            Entries=[
                {"Source": source, "DetailType": kind, "Detail": "{}"}
                for source, kind in [*sent, *others]
            ]
        )
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        bodies = [json.loads(it["Body"]) for it in messages]
        assert sorted((it["source"], it["detail-type"]) for it in bodies) == sorted(sent)
        assert entries(workspace).items() >= {
            ("dev-karpenter-nodes", "EC2_LINUX"),
            ("dev-karpenter-windows-nodes", "EC2_WINDOWS"),
            ("dev-hybrid-nodes", "HYBRID_LINUX"),
        }
        ec2 = workspace.client("ec2", REGION)
        tagged = [{"Name": "tag:karpenter.sh/discovery", "Values": ["dev"]}]
        assert len(ec2.describe_subnets(Filters=tagged)["Subnets"]) == 3
        groups = ec2.describe_security_groups(Filters=tagged)["SecurityGroups"]
        assert [it["GroupName"].startswith("eks-cluster-sg-dev-") for it in groups] == [True]

        again = succeeded(workspace.rehearse("--skip-preview"))
        assert list(changes(again)) == ["unchanged"], again

        workspace.edit("windows: true", "windows: false")
        workspace.edit("ssm: true", "ssm: false")
        changed = succeeded(workspace.rehearse("--skip-preview"))
        assert not {"created", "replaced"} & set(changes(changed)), changed
        assert "dev-karpenter-windows-nodes" not in entries(workspace)

        gone = succeeded(workspace.rehearse("--destroy", "--skip-preview"))
        assert "The embedded AWS holds nothing any more" in gone, gone
    finally:
        workspace.end()
