"""Insights: a rehearsed cluster has none.

https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html
"""

from collections.abc import Mapping
from typing import Any

from rehearsal.aws.eks import errors
from rehearsal.aws.eks.operations import Request, operation, page


@operation
def list_insights(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListInsights.html."""
    request.eks.cluster(request["clusterName"])
    return page(request, "insights", [])


@operation
def describe_insight(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeInsight.html."""
    request.eks.cluster(request["clusterName"])
    raise errors.no_insight(request["id"])
