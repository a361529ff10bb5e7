"""What EKS demands of the settings of a control plane's programs, of its tier and its way out."""

import re
from collections.abc import Mapping
from typing import Any

from rehearsal.aws.eks import errors
from rehearsal.aws.rules import rule
from spec import facts

AWS_MANAGED = "AWS_MANAGED"
SECONDS = {"s": 1, "m": 60, "h": 3600}


@rule(errors.egress_mode_goes_back)
def egress_mode_goes_forward(name: str, old: str, new: str | None) -> None:
    """An egress mode other than AWS_MANAGED is not changed back to it.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-egress.html
    """
    if new == AWS_MANAGED and old != AWS_MANAGED:
        raise errors.egress_mode_goes_back(name, old)


@rule(errors.bad_duration)
def events_are_kept(name: str, ttl: str | None) -> None:
    """Events are kept for 10 to 60 minutes, said in one unit.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-configuration.html
    """
    _check_duration(name, "eventTtl", ttl, "api-server.event-ttl")


@rule(errors.bad_port_range)
def node_ports_are_allowed(name: str, ports: Mapping[str, int]) -> None:
    """NodePorts are between 10260 and 32767, the first not above the last.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-configuration.html
    """
    limit = facts.limits()["api-server.node-port"]
    first, last = (int(port) for port in str(limit.default).split("-"))
    low, high = ports.get("minPort", first), ports.get("maxPort", last)
    if not (limit.minimum or 0) <= low <= high <= (limit.maximum or 0):
        raise errors.bad_port_range(name, low, high, f"{limit.minimum} to {limit.maximum}")


@rule(errors.unknown_value, errors.bad_weight)
def nodes_are_scored_by(name: str, strategy: Mapping[str, Any]) -> None:
    """The scheduler scores by resources that EKS lists.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-configuration.html
    """
    limits = facts.limits()
    weights = limits["scheduler.resource-weight"]
    for resource in strategy.get("resources", []):
        known = limits["scheduler.resource-names"].values
        if resource.get("name") not in known:
            raise errors.unknown_value(name, "name", str(resource.get("name")), sorted(known))
        weight = resource.get("weight", 1)
        if not (weights.minimum or 0) <= weight <= (weights.maximum or 0):
            raise errors.bad_weight(name, resource.get("name", ""), weight)


@rule(errors.bad_duration)
def autoscalers_are_synced(name: str, period: str | None) -> None:
    """Horizontal pod autoscalers are synced every 10 to 15 seconds.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-configuration.html
    """
    limit = "controller-manager.hpa-sync-period"
    _check_duration(name, "horizontalPodAutoscalerSyncPeriod", period, limit)


@rule(errors.bad_threshold)
def garbage_is_collected(name: str, threshold: int | None) -> None:
    """Terminated pods are collected from 10000 to 12500 of them on.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-configuration.html
    """
    limit = facts.limits()["controller-manager.terminated-pod-gc-threshold"]
    within = range(limit.minimum or 0, (limit.maximum or 0) + 1)
    if threshold is not None and threshold not in within:
        raise errors.bad_threshold(name, threshold, f"{limit.minimum} to {limit.maximum}")


@rule(errors.tier_not_provisioned)
def tier_takes_controller_settings(name: str, config: Mapping[str, Any], tier: str) -> None:
    """The controller manager is configured in a provisioned scaling tier alone.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-configuration.html
    """
    if config and not facts.control_plane_tiers()[tier].provisioned:
        raise errors.tier_not_provisioned(name, tier)


def _check_duration(name: str, member: str, value: str | None, limit_name: str) -> None:
    if value is None:
        return
    limit = facts.limits()[limit_name]
    found = re.fullmatch(r"(\d+)([smh])", value)
    seconds = int(found[1]) * SECONDS[found[2]] if found else -1
    if not (limit.minimum or 0) <= seconds <= (limit.maximum or 0):
        raise errors.bad_duration(name, member, value, f"{limit.minimum}s to {limit.maximum}s")
