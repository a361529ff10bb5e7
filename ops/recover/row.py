"""The form of a row of the table of finders: how AWS is asked for resources of one type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Scope = Mapping[str, Any]
"""What an expression sees: a resource's inputs, and `filters`, EC2's filters for its tags."""

Source = str | Callable[[Scope], Any]
"""Where a value comes from: an expression (https://jmespath.org) over a scope, or a function."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A question to AWS that several resources can be the answer to.

    Attributes:
        operation: Its name in botocore; all pages of the answer are read.
        items: The resources in a page of the answer.
        parameters: What it is given; those that come out as None are left out.
        detail: A question about each item, which sees it as `item`; its first item takes the
            item's place.
        missing: Error codes that mean that there is none, or none of ours.
    """

    operation: str
    items: Source
    parameters: Mapping[str, Source] = field(default_factory=dict[str, Source])
    detail: "Listing | None" = None
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Delete:
    """A call that a resource is deleted by.

    Attributes:
        operation: Its name in botocore.
        parameters: What it is given; expressions see the item, its `id`, and `each`.
        each: A question; the call is made for each item of its answer, and only then.
        done: Error codes that mean that there is nothing left to do.
    """

    operation: str
    parameters: Mapping[str, Source]
    each: Listing | None = None
    done: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Finder:
    """A row: how resources of one type are found, recognised and deleted.

    Attributes:
        type: Pulumi's name of the type.
        title: What a person calls it.
        service: botocore's name of the service that has it.
        find: Asks for what a set of inputs may have become.
        identity: The id that Pulumi and Terraform know it by; sees the inputs and the `item`.
        match: Expressions over the item by the input that they must be equal to, if it is given.
        tags: The item's tags, as a mapping or as AWS's list of keys and values, or a question for
            them; None where the type has none: then what it hangs on has to be in the state.
        name: The input that holds a name which the program or the provider chose; AWS takes it
            once.
        sweep: Asks for all that this stack may have; None: nothing is left of it when what it
            hangs on is gone.
        within: The type whose resources it is swept in; their items are the scope of `sweep`.
        status: Its status in the item.
        busy: Statuses that AWS itself ends.
        failed: Statuses that only its deletion ends.
        gone: Statuses of what is only a memory.
        settles: The operation that `busy` comes from, in `spec.facts.durations()`.
        delete: The calls that take it away; none where it is not swept.
    """

    type: str
    title: str
    service: str
    find: Listing
    identity: Source
    match: Mapping[str, Source] = field(default_factory=dict[str, Source])
    tags: "str | Listing | None" = None
    name: str | None = None
    sweep: Listing | None = None
    within: str | None = None
    status: str | None = None
    busy: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    settles: str | None = None
    delete: "tuple[Delete, ...]" = ()
