"""What a stack file says wrongly of self-managed node groups, with the exact words of the answer.

What they have in common with managed ones is refused in the same words: those cases are read
again, of the other kind of group.
"""

import re

import pytest

from tests.stack_files import Cases, messages, stack_file
from tests.unit import test_bad_node_groups, test_bad_nodes, test_bad_user_data

OWN: Cases = {
    "no mapping": (
        "  cluster:selfManagedNodeGroups: 5",
        [
            "6:34: cluster:selfManagedNodeGroups: must be a mapping of keys and values, not 5",
        ],
    ),
    "distribution that is none": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "distribution: mixed}}",
        [
            "6:91: cluster:selfManagedNodeGroups.a.distribution: must be a mapping of keys and "
            'values, not "mixed"',
        ],
    ),
    "on-demand base": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "distribution: {onDemandBase: -1}}}",
        [
            "6:106: cluster:selfManagedNodeGroups.a.distribution.onDemandBase: must be 0 or "
            "more, not -1",
        ],
    ),
    "on-demand percentage": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "distribution: {onDemandPercentage: 101}}}",
        [
            "6:112: cluster:selfManagedNodeGroups.a.distribution.onDemandPercentage: must be "
            "100 or less, not 101",
        ],
    ),
    "on-demand strategy": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "distribution: {onDemandStrategy: cheapest}}}",
        [
            "6:110: cluster:selfManagedNodeGroups.a.distribution.onDemandStrategy: must be one "
            'of prioritized, lowest-price, not "cheapest"',
        ],
    ),
    "spot strategy": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "distribution: {onDemandPercentage: 0, spotStrategy: cheap}}}",
        [
            "6:129: cluster:selfManagedNodeGroups.a.distribution.spotStrategy: must be one of "
            "price-capacity-optimized, capacity-optimized, capacity-optimized-prioritized, "
            'lowest-price, not "cheap"',
        ],
    ),
    "spot strategy without spot": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "distribution: {spotStrategy: lowest-price}}}",
        [
            "6:106: cluster:selfManagedNodeGroups.a.distribution.spotStrategy: is of no "
            "effect: onDemandPercentage is 100, so no node is spot",
        ],
    ),
    "spot pools": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "distribution: {onDemandPercentage: 0, spotStrategy: lowest-price, spotPools: 21}}}",
        [
            "6:154: cluster:selfManagedNodeGroups.a.distribution.spotPools: must be 20 or "
            "less, not 21",
        ],
    ),
    "spot pools of another strategy": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "distribution: {onDemandPercentage: 0, spotPools: 3}}}",
        [
            "6:126: cluster:selfManagedNodeGroups.a.distribution.spotPools: belongs to the "
            "spotStrategy lowest-price",
        ],
    ),
    "spot price": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "distribution: {onDemandPercentage: 0, spotMaxPrice: cheap}}}",
        [
            '6:129: cluster:selfManagedNodeGroups.a.distribution.spotMaxPrice: "cheap" is not '
            'a price such as "0.05"',
        ],
    ),
    "spot price without spot": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "distribution: {spotMaxPrice: '0.05'}}}",
        [
            "6:106: cluster:selfManagedNodeGroups.a.distribution.spotMaxPrice: is of no "
            "effect: onDemandPercentage is 100, so no node is spot",
        ],
    ),
    "weight of another type": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, weights: "
        "{m7i.lrge: 2}}}",
        [
            "6:86: cluster:selfManagedNodeGroups.a.weights: lack m7i.large: all types have "
            "one, or none",
            '6:87: cluster:selfManagedNodeGroups.a.weights.m7i.lrge: "m7i.lrge" is not one of '
            'instanceTypes; did you mean "m7i.large"?',
        ],
    ),
    "weights of some": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large, m7i.xlarge], nodes: "
        "2, weights: {m7i.large: 2}}}",
        [
            "6:98: cluster:selfManagedNodeGroups.a.weights: lack m7i.xlarge: all types have "
            "one, or none",
        ],
    ),
    "weight too large": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, weights: "
        "{m7i.large: 1000}}}",
        [
            "6:98: cluster:selfManagedNodeGroups.a.weights.m7i.large: must be 999 or less, not "
            "1000",
        ],
    ),
    "refresh that is none": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, refresh: "
        "rolling}}",
        [
            "6:86: cluster:selfManagedNodeGroups.a.refresh: must be a mapping of keys and "
            'values, not "rolling"',
        ],
    ),
    "refresh's least": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, refresh: "
        "{minHealthyPercentage: 101}}}",
        [
            "6:109: cluster:selfManagedNodeGroups.a.refresh.minHealthyPercentage: must be 100 "
            "or less, not 101",
        ],
    ),
    "refresh's most": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, refresh: "
        "{maxHealthyPercentage: 99}}}",
        [
            "6:109: cluster:selfManagedNodeGroups.a.refresh.maxHealthyPercentage: must be 100 "
            "or more, not 99",
        ],
    ),
    "refresh too wide": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, refresh: "
        "{minHealthyPercentage: 50, maxHealthyPercentage: 200}}}",
        [
            "6:135: cluster:selfManagedNodeGroups.a.refresh.maxHealthyPercentage: must be 150 "
            "or less: at most 100 more than minHealthyPercentage",
        ],
    ),
    "refresh's warm-up": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, refresh: "
        "{warmupSeconds: -1}}}",
        [
            "6:102: cluster:selfManagedNodeGroups.a.refresh.warmupSeconds: must be 0 or more, "
            "not -1",
        ],
    ),
    "checkpoints that fall": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, refresh: "
        "{checkpoints: [50, 20]}}}",
        [
            "6:100: cluster:selfManagedNodeGroups.a.refresh.checkpoints: must rise from one to "
            "the next",
        ],
    ),
    "checkpoint beyond all": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, refresh: "
        "{checkpoints: [20, 101]}}}",
        [
            "6:105: cluster:selfManagedNodeGroups.a.refresh.checkpoints[1]: must be 100 or "
            "less, not 101",
        ],
    ),
    "pause without checkpoints": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, refresh: "
        "{checkpointPause: 30m}}}",
        [
            "6:104: cluster:selfManagedNodeGroups.a.refresh.checkpointPause: needs checkpoints",
        ],
    ),
    "pause too long": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, refresh: "
        "{checkpoints: [20, 100], checkpointPause: 49h}}}",
        [
            "6:128: cluster:selfManagedNodeGroups.a.refresh.checkpointPause: a pause must be "
            "48h or less, not 49h",
        ],
    ),
    "refresh's switches": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, refresh: "
        "{skipMatching: 2, autoRollback: 2}}}",
        [
            "6:101: cluster:selfManagedNodeGroups.a.refresh.skipMatching: must be true or "
            "false, not 2",
            "6:118: cluster:selfManagedNodeGroups.a.refresh.autoRollback: must be true or "
            "false, not 2",
        ],
    ),
    "refresh's protected and standby": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, refresh: "
        "{protected: Stay, standby: Stay}}}",
        [
            "6:98: cluster:selfManagedNodeGroups.a.refresh.protected: must be one of Ignore, "
            'Refresh, Wait, not "Stay"',
            "6:113: cluster:selfManagedNodeGroups.a.refresh.standby: must be one of Ignore, "
            'Terminate, Wait, not "Stay"',
        ],
    ),
    "maintenance": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "maintenance: {minHealthyPercentage: -1, maxHealthyPercentage: 201}}}",
        [
            "6:113: cluster:selfManagedNodeGroups.a.maintenance.minHealthyPercentage: must be "
            "0 or more, not -1",
            "6:139: cluster:selfManagedNodeGroups.a.maintenance.maxHealthyPercentage: must be "
            "200 or less, not 201",
        ],
    ),
    "maintenance said by half": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "maintenance: {minHealthyPercentage: 90}}}",
        [
            "6:77: cluster:selfManagedNodeGroups.a.maintenance.maxHealthyPercentage: is missing",
        ],
    ),
    "maintenance too wide": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "maintenance: {minHealthyPercentage: 0, maxHealthyPercentage: 150}}}",
        [
            "6:138: cluster:selfManagedNodeGroups.a.maintenance.maxHealthyPercentage: must be "
            "100 or less: at most 100 more than minHealthyPercentage",
        ],
    ),
    "hook's name": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "lifecycleHooks: {a b: {transition: launching}}}}",
        [
            '6:94: cluster:selfManagedNodeGroups.a.lifecycleHooks.a b: "a b" is not a '
            "lifecycle hook's name: it has letters, digits, -, _ and /",
        ],
    ),
    "hook without a transition": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "lifecycleHooks: {a: {heartbeat: 5m}}}}",
        [
            "6:94: cluster:selfManagedNodeGroups.a.lifecycleHooks.a.transition: is missing",
        ],
    ),
    "hook's transition": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "lifecycleHooks: {a: {transition: starting}}}}",
        [
            "6:110: cluster:selfManagedNodeGroups.a.lifecycleHooks.a.transition: must be one "
            'of launching, terminating, not "starting"; did you mean "terminating"?',
        ],
    ),
    "hook's heartbeat": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "lifecycleHooks: {a: {transition: launching, heartbeat: 10s}}}}",
        [
            "6:132: cluster:selfManagedNodeGroups.a.lifecycleHooks.a.heartbeat: a heartbeat "
            "must be 30s or more, not 10s",
        ],
    ),
    "hook's result": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "lifecycleHooks: {a: {transition: launching, defaultResult: STOP}}}}",
        [
            "6:136: cluster:selfManagedNodeGroups.a.lifecycleHooks.a.defaultResult: must be "
            'one of ABANDON, CONTINUE, not "STOP"',
        ],
    ),
    "hook's metadata": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "lifecycleHooks: {a: {transition: launching, metadata: ''}}}}",
        [
            "6:131: cluster:selfManagedNodeGroups.a.lifecycleHooks.a.metadata: must not be empty",
        ],
    ),
    "hook's target and role": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "lifecycleHooks: {a: {transition: launching, targetArn: queue, roleArn: me}}}}",
        [
            '6:132: cluster:selfManagedNodeGroups.a.lifecycleHooks.a.targetArn: "queue" is not '
            "the ARN of a queue or a topic such as arn:aws:sqs:eu-west-1:123456789012:nodes",
            '6:148: cluster:selfManagedNodeGroups.a.lifecycleHooks.a.roleArn: "me" is not an '
            "IAM role's ARN such as arn:aws:iam::123456789012:role/my-role",
        ],
    ),
    "hook's target without a role": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "lifecycleHooks: {a: {transition: launching, targetArn: "
        "'arn:aws:sqs:eu-west-1:123456789012:a'}}}}",
        [
            "6:97: cluster:selfManagedNodeGroups.a.lifecycleHooks.a: targetArn and roleArn are "
            "said together",
        ],
    ),
    "hook's target of another partition": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "lifecycleHooks: {a: {transition: launching, targetArn: "
        "'arn:aws-cn:sqs:cn-north-1:123456789012:a', roleArn: "
        "'arn:aws:iam::123456789012:role/a'}}}}",
        [
            "6:132: cluster:selfManagedNodeGroups.a.lifecycleHooks.a.targetArn: "
            "arn:aws-cn:sqs:cn-north-1:123456789012:a is in the partition aws-cn, but "
            "ap-northeast-2 is in aws: it begins with arn:aws:",
        ],
    ),
    "rebalancing without spot": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "capacityRebalance: true}}",
        [
            "6:96: cluster:selfManagedNodeGroups.a.capacityRebalance: needs spot nodes: an "
            "onDemandPercentage below 100",
        ],
    ),
    "process": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "suspendedProcesses: [Launching]}}",
        [
            "6:98: cluster:selfManagedNodeGroups.a.suspendedProcesses[0]: must be one of "
            "Launch, Terminate, AddToLoadBalancer, AlarmNotification, AZRebalance, "
            "HealthCheck, InstanceRefresh, ReplaceUnhealthy, ScheduledActions, not "
            '"Launching"; did you mean "Launch"?',
        ],
    ),
    "metric": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, metrics: "
        "[GroupSize]}}",
        [
            "6:87: cluster:selfManagedNodeGroups.a.metrics[0]: must be one of GroupMinSize, "
            "GroupMaxSize, GroupDesiredCapacity, GroupInServiceInstances, "
            "GroupPendingInstances, GroupStandbyInstances, GroupTerminatingInstances, "
            "GroupTotalInstances, GroupInServiceCapacity, GroupPendingCapacity, "
            "GroupStandbyCapacity, GroupTerminatingCapacity, GroupTotalCapacity, "
            "WarmPoolDesiredCapacity, WarmPoolWarmedCapacity, WarmPoolPendingCapacity, "
            "WarmPoolTerminatingCapacity, WarmPoolTotalCapacity, "
            'GroupAndWarmPoolDesiredCapacity, GroupAndWarmPoolTotalCapacity, not "GroupSize"; '
            'did you mean "GroupMinSize"?',
        ],
    ),
    "lifetime": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "maxLifetimeDays: 366}}",
        [
            "6:94: cluster:selfManagedNodeGroups.a.maxLifetimeDays: must be 365 or less, not 366",
        ],
    ),
    "warm pool": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, warmPool: "
        "{minSize: -1, maxPrepared: 0, state: ASLEEP, reuseOnScaleIn: 2}}}",
        [
            "6:97: cluster:selfManagedNodeGroups.a.warmPool.minSize: must be 0 or more, not -1",
            "6:114: cluster:selfManagedNodeGroups.a.warmPool.maxPrepared: must be 1 or more, not 0",
            "6:124: cluster:selfManagedNodeGroups.a.warmPool.state: must be one of STOPPED, "
            'RUNNING, HIBERNATED, not "ASLEEP"',
            "6:148: cluster:selfManagedNodeGroups.a.warmPool.reuseOnScaleIn: must be true or "
            "false, not 2",
        ],
    ),
    "warm pool of Bottlerocket": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "imageFamily: BOTTLEROCKET, warmPool: {state: HIBERNATED, reuseOnScaleIn: true}}}",
        [
            "6:122: cluster:selfManagedNodeGroups.a.warmPool.state: is not supported with "
            "Bottlerocket",
            "6:150: cluster:selfManagedNodeGroups.a.warmPool.reuseOnScaleIn: is not supported "
            "with Bottlerocket",
        ],
    ),
    "spot and what is on demand": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "distribution: {onDemandPercentage: 50}, warmPool: {}, tenancy: host, "
        "capacityReservation: {preference: open}}}",
        [
            "6:127: cluster:selfManagedNodeGroups.a.warmPool: does not go with spot nodes",
            "6:140: cluster:selfManagedNodeGroups.a.tenancy: host does not go with spot nodes",
            "6:167: cluster:selfManagedNodeGroups.a.capacityReservation: is of on-demand "
            "capacity, not of spot",
        ],
    ),
    "termination policy": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "terminationPolicies: [Oldest]}}",
        [
            "6:99: cluster:selfManagedNodeGroups.a.terminationPolicies[0]: must be one of "
            "Default, AllocationStrategy, ClosestToNextInstanceHour, NewestInstance, "
            'OldestInstance, OldestLaunchConfiguration, OldestLaunchTemplate, not "Oldest"; '
            'did you mean "OldestInstance"?',
        ],
    ),
    "grace": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "healthCheckGraceSeconds: -1}}",
        [
            "6:102: cluster:selfManagedNodeGroups.a.healthCheckGraceSeconds: must be 0 or "
            "more, not -1",
        ],
    ),
    "warm-up": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "warmupSeconds: -1}}",
        [
            "6:92: cluster:selfManagedNodeGroups.a.warmupSeconds: must be 0 or more, not -1",
        ],
    ),
    "protection": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "protectFromScaleIn: 2}}",
        [
            "6:97: cluster:selfManagedNodeGroups.a.protectFromScaleIn: must be true or false, "
            "not 2",
        ],
    ),
    "Windows without an image": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "imageFamily: WINDOWS_CORE_2022}}",
        [
            "6:35: cluster:selfManagedNodeGroups.a.amiId: is missing: Systems Manager names "
            "the newest image of Windows alone, which would move by itself; name an image, or "
            "make it one of nodeGroups",
        ],
    ),
    "capacity type of managed groups": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, "
        "capacityType: SPOT}}",
        [
            '6:77: cluster:selfManagedNodeGroups.a.capacityType: unknown key "capacityType"; '
            'did you mean "capacityRebalance"?',
        ],
    ),
    "least nodes, and time-outs": (
        "  cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: {min: -1, "
        "desired: 1, max: 2}, timeouts: {create: 1, update: 1, delete: 1}}}",
        [
            "6:80: cluster:selfManagedNodeGroups.a.nodes.min: must be 0 or more, not -1",
            '6:124: cluster:selfManagedNodeGroups.a.timeouts.create: must be in quotes: "1"',
            '6:135: cluster:selfManagedNodeGroups.a.timeouts.update: must be in quotes: "1"',
            '6:146: cluster:selfManagedNodeGroups.a.timeouts.delete: must be in quotes: "1"',
        ],
    ),
    "name of a managed group": (
        "  cluster:selfManagedNodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2}}",
        [
            "6:35: cluster:selfManagedNodeGroups.general: is the name of one of nodeGroups "
            "too; name one of them differently",
        ],
    ),
    "without access entries": (
        "  cluster:access: {admins: [creator], authenticationMode: CONFIG_MAP}\n  "
        "cluster:selfManagedNodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, ssm: false}}",
        [
            "6:34: cluster:selfManagedNodeGroups: need access entries: authenticationMode is "
            "CONFIG_MAP",
        ],
    ),
    "no place for CoreDNS": (
        "  cluster:nodeGroups: {}\n  cluster:selfManagedNodeGroups: {a: {instanceTypes: "
        "[m7i.large], nodes: 2, taints: [{key: a, effect: NoSchedule}]}}",
        [
            "6:34: cluster:selfManagedNodeGroups: no group has a Linux node without a "
            "NoSchedule or NoExecute taint: CoreDNS would wait for one for ever; add a group "
            "without taints and with a desired size of 1 or more",
        ],
    ),
}

_MANAGED = "cluster:nodeGroups"
_OWN = "cluster:selfManagedNodeGroups"
_OF_MANAGED = re.compile(
    r"\b(capacityType|update|repair|warmPool|launchTemplate|instanceType|EKS tells"
    r"|autoMode|CoreDNS)\b"
)
"""What a case is about that self-managed groups do not have, or say otherwise."""


def _shared() -> Cases:
    """Cases of managed groups that hold for self-managed ones, in their place in the file.

    One for each field will do.
    """
    cases: Cases = {}
    paths: set[str] = set()
    for module in (test_bad_nodes, test_bad_node_groups, test_bad_user_data):
        for name, (lines, told) in module.CASES.items():
            is_whole = all(_MANAGED in it for it in told) and lines.count(_MANAGED) == 1
            here = {it.split(": ")[1] for it in told}
            fits = is_whole and not any(_OF_MANAGED.search(it) for it in (lines, *told))
            if fits and not here <= paths:
                paths |= here
                text = "  cluster:nodeGroups: {}\n" + lines.replace(_MANAGED, _OWN)
                before = stack_file(lines).splitlines()
                cases[name] = text, [_moved(it, before) for it in told]
    return cases


def _moved(told: str, before: list[str]) -> str:
    """A message of a file in which the groups are a line further down, under a longer name."""
    line, column, rest = told.split(":", 2)
    written = before[int(line) - 1][: int(column) - 1]
    shift = len(_OWN) - len(_MANAGED) if _MANAGED in written else 0
    return f"{int(line) + 1}:{int(column) + shift}:{rest.replace(_MANAGED, _OWN)}"


SHARED = _shared()
CASES: Cases = {**OWN, **{f"{name}, as of managed ones": it for name, it in SHARED.items()}}


def test_most_is_shared():
    assert len(SHARED) > 80


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_the_users_words(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines, expected = CASES[case]
    assert messages(stack_file(lines)) == expected
