"""Tags that tell the Kubernetes Cluster Autoscaler what nodes of an empty group would be like."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from spec.model import TaintSpec

_TEMPLATE = "k8s.io/cluster-autoscaler/node-template"


def template_tags(labels: Mapping[str, str], taints: Sequence[TaintSpec]) -> dict[str, str]:
    """What tags of an Auto Scaling group say of its nodes.

    https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md
    """
    tags = {f"{_TEMPLATE}/label/{key}": value for key, value in labels.items()}
    for taint in taints:
        tags[f"{_TEMPLATE}/taint/{taint.key}"] = f"{taint.value}:{taint.kubernetes_effect}"
    return tags


def scale_from_zero_tags(
    name: str,
    *,
    autoscaling_group_name: pulumi.Input[str],
    labels: Mapping[str, str],
    taints: Sequence[TaintSpec],
    opts: pulumi.ResourceOptions,
) -> None:
    """Tags an Auto Scaling group; tags of a managed node group do not reach it."""
    for key, value in template_tags(labels, taints).items():
        aws.autoscaling.Tag(
            f"{name}-{key.removeprefix(f'{_TEMPLATE}/').replace('/', '-')}",
            autoscaling_group_name=autoscaling_group_name,
            tag=aws.autoscaling.TagTagArgs(key=key, value=value, propagate_at_launch=False),
            opts=opts,
        )
