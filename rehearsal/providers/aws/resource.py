"""The form of a table row: everything the provider knows about one resource type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rehearsal.providers.aws.properties import Property

if TYPE_CHECKING:
    from rehearsal.providers.aws.session import Session

Scope = Mapping[str, Any]
"""What an expression sees: the properties, and `id`, `region`, `partition`, `answer`, `old`."""

Source = str | Callable[[Scope], Any]
"""Where a value comes from: an expression (https://jmespath.org) over a scope, or a function."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of AWS's API.

    Attributes:
        operation: Its name in boto3.
        parameters: What it is given; those that come out as None are left out.
        each: An expression for a list: the call is made for every `item` of it.
        ignore: Error codes, or parts of messages, that mean there is nothing left to do.
        retry: Error codes, or parts of messages, that mean: again, until the time is over.
    """

    operation: str
    parameters: Mapping[str, Source] = field(default_factory=dict)
    each: Source | None = None
    ignore: frozenset[str] = frozenset()
    retry: frozenset[str] = frozenset()


Step = Call | Callable[["Session", Scope], Any]
"""A call of AWS's API, or a function for what takes several."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """How the present state of a resource is read.

    Attributes:
        call: What asks for it; a function returns the answer.
        item: The resource in the answer; None when it is not there.
        missing: Error codes that mean that it does not exist.
        outputs: The resource's properties, each from the item. Expressions see the item; functions
            see the scope
            of the resource with the item as `item`.
        gone: An expression over the item that is true when what is left is only a memory.
    """

    call: Step
    item: Source = "@"
    missing: frozenset[str] = frozenset()
    outputs: Mapping[str, Source] = field(default_factory=dict)
    gone: Source | None = None


@dataclass(frozen=True, kw_only=True)
class Wait:
    """What must become true before a step is finished.

    Attributes:
        status: The status in what is read.
        pending: Statuses in which to go on waiting; any other is a failure. Empty: go on in every
            status.
        target: Statuses in which it is done.
        read: What to ask; the resource's own read when None. Its scope has the step's `answer`.
        problem: What AWS says about a failure.
    """

    status: Source
    target: frozenset[str]
    pending: frozenset[str] = frozenset()
    read: Read | None = None
    problem: Source | None = None


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A part of a resource that AWS changes by a call of its own.

    Attributes:
        watches: Paths of properties; a change below one of them makes the call.
        call: The call. Its scope has the old state as `old`, and in an update what the program
            gives as `given`.
        wait: What to wait for after it.
        title: What is set, as error messages name it.
        on_create: Whether creation leaves it to this call too, where the inputs differ from AWS's
            default.
        initial: AWS's defaults of the watched properties, when `on_create`.
    """

    watches: tuple[str, ...]
    call: Step
    wait: Wait | None = None
    title: str = ""
    on_create: bool = False
    initial: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """How a type's tags are changed and read.

    Attributes:
        add: Sets `tags` (a mapping) of the scope.
        remove: Takes the `keys` of the scope away.
        read: The tags among the item that the resource's read gives, or from a call of their own.
        on_create: Whether tags are set by `add` after creation instead of with it.
    """

    add: Step
    remove: Step
    read: Source | Read
    on_create: bool = False


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """When an output that AWS computes will be another one after a change.

    Attributes:
        watches: Paths of properties whose change brings it about.
        when: An expression over the new inputs that must hold besides; None for always.
    """

    watches: tuple[str, ...]
    when: Source | None = None


def no_parts(_: str) -> dict[str, Any]:
    """The parts of an id that has none: AWS can be asked for the resource by the id as it is."""
    return {}


def joined(separator: str, *names: str) -> tuple[str, Callable[[str], dict[str, Any]]]:
    """An id made of several properties.

    Args:
        separator: What stands between them.
        names: The properties.

    Returns:
        The expression for the id, and the function that takes it apart again.
    """

    def parts(resource_id: str) -> dict[str, Any]:
        return dict(zip(names, resource_id.split(separator, len(names) - 1), strict=False))

    return f"join('{separator}', [{', '.join(names)}])", parts


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A row: one resource type.

    Attributes:
        type: Pulumi's name for it.
        title: The name that error messages have for it.
        service: boto3's name of the service that has it.
        properties: What a program can say of it.
        create: Makes it.
        identity: Its Pulumi id. Expressions see the scope, with creation's answer as `answer`.
        read: Reads it. All but the first see what the ones before gave.
        delete: Takes it away.
        settings: What is changed by calls of its own, in this order.
        tagging: Its tags; None when it has none.
        created: What creation waits for.
        deleted: What deletion waits for, besides that it is gone; None: for nothing.
        autoname: The property that the provider makes a name up for.
        autoname_prefix: What such a name begins with.
        autoname_longest: The most characters of such a name.
        parts: Properties that the id of an imported resource tells.
        labelled: Whether messages about creation tell the name: an expression for it.
        renewed: Computed outputs that a change makes unknown until it is done.
        minutes: How long creating, updating and deleting may take, as the real provider's defaults.
        delete_before_replace: Whether the old one must go first.
        contradiction: What is wrong with the inputs beside the present state (empty for a new
            resource), where the official provider finds it when it compares them; None for nothing.
    """

    type: str
    title: str
    service: str
    properties: Mapping[str, Property]
    create: Step
    identity: Source
    read: tuple[Read, ...]
    delete: Step
    settings: tuple[Setting, ...] = ()
    tagging: Tagging | None = None
    created: Wait | None = None
    deleted: Wait | None = None
    autoname: str | None = None
    autoname_prefix: str = ""
    autoname_longest: int = 255
    parts: Callable[[str], dict[str, Any]] = no_parts
    labelled: Source | None = None
    renewed: Mapping[str, Renewal] = field(default_factory=dict)
    minutes: tuple[float, float, float] = (20, 20, 20)
    delete_before_replace: bool = False
    contradiction: Callable[[Scope, Scope], str | None] | None = None

    @property
    def outputs(self) -> frozenset[str]:
        """The properties that reading it gives."""
        names = {name for read in self.read for name in read.outputs}
        return frozenset(names | ({"tags", "tagsAll"} if self.tagging else set()))
