"""Which calls a fault is about, and at which of them it fires."""

from dataclasses import dataclass, field

import pytest

from rehearsal.aws.faults import Faults, Launch
from spec.faults import parse_faults


@dataclass
class Call:
    service: str = "ec2"
    operation: str = "DescribeVpcs"
    region: str = "ap-northeast-2"
    writes: bool = False
    parameters: dict[str, list[str]] = field(default_factory=dict)

    def values(self, parameter):
        return iter(self.parameters.get(parameter, []))


def fired(text, *calls):
    """At which of the calls, counted from 1, any fault of the file fires."""
    faults = Faults()
    faults.arm(parse_faults("faults.yaml", text))
    return [number for number, call in enumerate(calls, 1) if faults.judge(call)]


FIVE = [Call()] * 5
MAKE = Call(operation="CreateVpc", writes=True, parameters={"CidrBlock": ["10.0.0.0/16"]})


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{}", [1, 2, 3, 4, 5]),
        ("{nth: 3}", [3]),
        ("{first: 2}", [1, 2]),
        ("{from: 4}", [4, 5]),
        ("{rate: 1}", [1, 2, 3, 4, 5]),
    ],
)
def test_a_fault_fires_when_it_is_due(when, expected):
    assert fired(f"- {{action: lost, when: {when}}}", *FIVE) == expected


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ("{service: ec2}", [1, 2]),
        ("{service: e*}", [1, 2, 3]),
        ("{operation: Create*}", [2, 3]),
        ("{operation: create*}", []),
        ("{region: ap-*}", [1, 2]),
        ("{parameters: {CidrBlock: '10.?.0.0/16'}}", [2]),
        ("{parameters: {CidrBlock: '10.0.0.0/17'}}", []),
        ("{service: ec2, operation: Create*}", [2]),
    ],
)
def test_a_fault_is_about_what_it_matches(match, expected):
    cluster = Call("eks", "CreateCluster", "eu-west-1", writes=True)
    assert fired(f"- {{action: lost, match: {match}}}", Call(), MAKE, cluster) == expected


def test_reads_do_not_count_where_writes_are_counted():
    assert fired("- {action: lost, when: {nth: 2, writes: true}}", MAKE, *FIVE, MAKE, MAKE) == [7]


def test_the_first_fault_that_is_due_decides_and_all_that_match_count():
    faults = Faults()
    faults.arm(
        parse_faults("f", "- {action: lost, when: {nth: 1}}\n- {action: hang, when: {from: 1}}\n")
    )
    assert [fault.action for fault in map(faults.judge, [Call(), Call()]) if fault] == [
        "lost",
        "hang",
    ]
    assert [(it["matched"], it["fired"]) for it in faults.told()] == [(2, 1), (2, 1)]


def test_a_rate_depends_on_the_order_of_calls_of_one_operation_alone():
    text = "- {action: throttling, when: {rate: 0.3}, seed: 7}"
    reads = [Call(operation="DescribeSubnets")] * 200
    makes = [MAKE] * 200
    apart = fired(text, *reads, *makes)
    mixed = fired(text, *(call for pair in zip(reads, makes, strict=True) for call in pair))
    assert [number for number in apart if number <= 200] == [
        (it + 1) // 2 for it in mixed if it % 2
    ]
    assert 40 <= len([number for number in apart if number <= 200]) <= 80


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ("{}", [True, True, True]),
        ("{zone: ap-northeast-2a}", [True, False, True]),
        ("{instanceType: t3.*}", [True, True, False]),
        ("{capacityType: SPOT}", [False, True, False]),
        ("{capacityType: ON_DEMAND}", [True, False, True]),
        ("{region: eu-west-1}", [False, False, False]),
    ],
)
def test_a_shortage_is_about_the_launches_it_matches(match, expected):
    faults = Faults()
    faults.arm(parse_faults("f", f"- {{action: insufficient-capacity, match: {match}}}"))
    launches = [
        Launch("ap-northeast-2", "ap-northeast-2a", "t3.medium", spot=False),
        Launch("ap-northeast-2", "ap-northeast-2b", "t3.large", spot=True),
        Launch("ap-northeast-2", "ap-northeast-2a", "m5.large", spot=False),
    ]
    assert [faults.judge_launch(launch) is not None for launch in launches] == expected
    assert faults.judge(MAKE) is None, "it is not about calls"
