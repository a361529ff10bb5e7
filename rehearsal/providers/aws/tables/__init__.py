"""The resource types, one row each, with the facts of the official provider's 7.51 release."""

from collections.abc import Mapping
from typing import Final

from rehearsal.providers.aws.resource import Resource
from rehearsal.providers.aws.tables import (
    autoscaling,
    eks,
    eks_workloads,
    endpoints,
    events,
    flow_logs,
    gateways,
    iam,
    iam_profiles,
    kms,
    launch,
    logs,
    oidc,
    placement,
    queues,
    routes,
    s3,
    scaling_groups,
    security,
    subnets,
    tag,
    vpcs,
)

RESOURCES: Final[Mapping[str, Resource]] = {
    row.type: row
    for module in (
        vpcs,
        subnets,
        gateways,
        routes,
        endpoints,
        flow_logs,
        tag,
        security,
        placement,
        launch,
        autoscaling,
        scaling_groups,
        iam,
        iam_profiles,
        oidc,
        kms,
        logs,
        queues,
        events,
        s3,
        eks,
        eks_workloads,
    )
    for row in module.ROWS
}
"""Every row, by its Pulumi token."""
