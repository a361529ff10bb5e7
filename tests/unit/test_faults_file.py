"""Faults files: what they may say, and what is said to those who write something else."""

from pathlib import Path

import pytest

from spec.faults import OUTCOMES, Action, parse_faults, read_faults
from spec.problems import StackFileError

ROOT = Path(__file__).parents[2]


def refused(text):
    with pytest.raises(StackFileError) as error:
        parse_faults("faults.yaml", text)
    return [str(problem).splitlines()[0] for problem in error.value.problems]


def test_the_example_of_the_documentation_is_a_faults_file():
    actions = [fault.action for fault in read_faults(ROOT / "docs" / "faults.yaml")]
    assert actions == ["throttling", "server-error", "lost", "create-failed"]


def test_an_empty_file_lets_nothing_go_wrong():
    assert parse_faults("faults.yaml", "# nothing\n") == []


def test_every_action_is_in_the_documentation():
    text = (ROOT / "docs" / "faults.md").read_text()
    assert [action for action in Action.__args__ if f"`{action}`" not in text] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "action: lost",
            "faults.yaml:1:1: must be a list of faults, such as",
        ),
        (
            "- {match: {service: ec2}}",
            "faults.yaml:1:3: fault 1.action: is missing; it is one of throttling, server-error, "
            "unavailable, expired-credential, access-denied, time-out, lost, hang, "
            "insufficient-capacity, create-failed, degraded",
        ),
        (
            "- {action: lost, wen: {nth: 1}}",
            'faults.yaml:1:18: fault 1.wen: unknown key "wen"; did you mean "when"?',
        ),
        (
            "- {action: lost, when: {form: 1}}",
            'faults.yaml:1:25: fault 1.when.form: unknown key "form"; did you mean "from"?',
        ),
        (
            '- {action: lost, when: {nth: "1"}}',
            'faults.yaml:1:30: fault 1.when.nth: must be a whole number, not "1"',
        ),
        (
            "- {action: lost, when: {rate: 2}}",
            "faults.yaml:1:31: fault 1.when.rate: must be 1 or less, not 2",
        ),
        (
            "- {action: lost, when: {rate: 0}}",
            "faults.yaml:1:31: fault 1.when.rate: must be more than 0, not 0",
        ),
        (
            "- {action: lost, when: {first: 1, from: 2}}",
            "faults.yaml:1:24: fault 1.when: first and from contradict each other; keep one",
        ),
        (
            "- {action: lost, match: {operation: }}",
            "faults.yaml:1:37: fault 1.match.operation: must be text, not nothing",
        ),
        (
            "- {action: throttling, match: {zone: ap-northeast-2a}}",
            "faults.yaml:1:38: fault 1.match.zone: zone belongs to the action "
            "insufficient-capacity",
        ),
        (
            "- {action: insufficient-capacity, match: {capacityType: spot}}",
            "faults.yaml:1:57: fault 1.match.capacityType: must be one of ON_DEMAND, SPOT, not "
            '"spot"; did you mean "SPOT"?',
        ),
        (
            "- {action: insufficient-capacity, when: {writes: true}}",
            "faults.yaml:1:50: fault 1.when.writes: insufficient-capacity is about launches, "
            "which are all writes",
        ),
        (
            "- {action: degraded, match: {operation: CreateCluster}}",
            "faults.yaml:1:41: fault 1.match.operation: must name what is made: operation is one "
            "of CreateAddon",
        ),
        (
            "- {action: create-failed, match: {operation: Create*}}",
            "faults.yaml:1:46: fault 1.match.operation: must name what is made: operation is one "
            "of CreateNodegroup, CreateCluster, CreateAddon",
        ),
        (
            "- {action: degraded, match: {operation: CreateAddon}, "
            "issue: {code: NodeCreationFailure, message: x}}",
            'faults.yaml:1:69: fault 1.issue.code: "NodeCreationFailure" is no health issue of EKS '
            "here; known are AccessDenied, InternalFailure, ClusterUnreachable, "
            "InsufficientNumberOfReplicas, ConfigurationConflict, AdmissionRequestDenied, "
            "UnsupportedAddonModification, K8sResourceNotFound, AddonSubscriptionNeeded, "
            "AddonPermissionFailure",
        ),
        (
            "- {action: hang, issue: {code: x, message: y}}",
            "faults.yaml:1:25: fault 1.issue: belongs to the actions create-failed, degraded",
        ),
        ("- [lost]", "faults.yaml:1:3: fault 1: must be a mapping of keys and values, not a list"),
        ("- {action: lost", "faults.yaml:1:"),
    ],
)
def test_a_mistake_is_told_with_its_place(text, message):
    assert refused(text)[0].startswith(message)


def test_all_mistakes_are_told_at_once():
    assert len(refused("- {action: lots}\n- {action: lost, when: {nth: 0}}\n")) == 2


@pytest.mark.parametrize("action", OUTCOMES)
def test_what_fails_has_an_issue_even_if_the_file_names_none(action):
    (fault,) = parse_faults("f", f"- {{action: {action}, match: {{operation: CreateAddon}}}}")
    assert fault.ailment.code
    assert fault.ailment.message
