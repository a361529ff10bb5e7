"""The rules, in the order of docs/security.md."""

from policy.rule import Rule
from policy.rules import cluster, iam, keys, logs, network, nodes, queues, tags

RULES: tuple[Rule, ...] = tuple(
    it
    for module in (cluster, nodes, keys, logs, queues, network, iam, tags)
    for it in vars(module).values()
    if isinstance(it, Rule)
)
"""Every rule."""
