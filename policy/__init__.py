"""Security rules for what a Pulumi program registers: data in, findings out.

The package knows no Pulumi SDK: a policy pack, a test or a script hands it resources and gets
findings. It knows the tables of `spec.facts`, and nothing else of this repository.

    findings = judge(Resources([Resource(urn=..., type="aws:kms/key:Key", ...)]))
"""

from policy.resources import Resource, Resources
from policy.rule import Finding, Rule, Severity, judge
from policy.rules import RULES

__all__ = ["RULES", "Finding", "Resource", "Resources", "Rule", "Severity", "judge"]
