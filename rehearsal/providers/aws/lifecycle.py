"""Creating, reading, changing and deleting a resource as its table row says."""

from collections.abc import Iterable, Mapping
from typing import Any

from rehearsal.providers.aws.check import strip_defaults
from rehearsal.providers.aws.diff import Change
from rehearsal.providers.aws.properties import Property, canonical
from rehearsal.providers.aws.resource import Read, Resource, Setting
from rehearsal.providers.aws.session import AwsError, Session, WaitError, evaluate
from rehearsal.providers.protocol import UNKNOWN

Properties = dict[str, Any]


class OperationError(Exception):
    """A create, update, read or delete that failed, in the real provider's words."""


class PartialError(OperationError):
    """A resource that exists, but is not as it was wanted.

    Attributes:
        resource_id: Its id.
        state: What is known of it.
    """

    def __init__(self, text: str, resource_id: str, state: Properties) -> None:
        super().__init__(text)
        self.resource_id = resource_id
        self.state = state


class Lifecycle:
    """The operations on resources of one type in one region.

    Args:
        row: The type.
        session: What calls AWS.
        account: Facts for expressions: account, partition, region.
        default_tags: The provider's tags.
    """

    def __init__(
        self,
        row: Resource,
        session: Session,
        account: Mapping[str, str],
        default_tags: Mapping[str, str],
    ) -> None:
        self.row = row
        self.session = session
        self.account = account
        self.default_tags = default_tags

    def _scope(self, properties: Mapping[str, Any], resource_id: str = "") -> Properties:
        return {**strip_defaults(dict(properties)), **self.account, "id": resource_id}

    def create(self, inputs: Mapping[str, Any]) -> tuple[str, Properties]:
        """Make it and wait until it is ready.

        Returns:
            Its id and its state.

        Raises:
            OperationError: Nothing was made.
            PartialError: It was made, but did not become ready.
        """
        row, session = self.row, self.session
        scope = self._scope(inputs)
        label = evaluate(row.labelled, scope) if row.labelled else None
        named = f"{row.title} ({label})" if label else row.title
        try:
            scope["answer"] = session.run(row.create, scope)
        except (AwsError, WaitError) as error:
            raise OperationError(f"creating {named}: {error}") from error
        scope["id"] = resource_id = str(evaluate(row.identity, scope))
        doing = f"waiting for {row.title} ({resource_id}) create"
        try:
            if row.created:
                session.wait(row.created, row.read[0], scope)
            if row.tagging and row.tagging.on_create and scope.get("tagsAll"):
                doing = f"setting {row.title} ({resource_id}) tags"
                session.run(row.tagging.add, {**scope, "tags": scope["tagsAll"]})
            for setting in row.settings:
                if setting.on_create and self._differs_from_start(setting, scope):
                    doing = f"updating {row.title} ({resource_id}) {setting.title}".rstrip()
                    self._apply(setting, {**scope, "old": setting.initial})
            doing = f"reading {row.title} ({resource_id})"
            state = self._read(scope, inputs)
        except (AwsError, WaitError) as error:
            raise PartialError(
                f"{doing}: {error}", resource_id, self._known(scope, inputs)
            ) from error
        if state is None:
            raise PartialError(f"{doing}: couldn't find resource", resource_id, dict(inputs))
        return resource_id, state

    def _known(self, scope: Properties, inputs: Mapping[str, Any]) -> Properties:
        """What can be said of a resource that is in trouble."""
        try:
            return self._read(scope, inputs) or dict(inputs)
        except (AwsError, WaitError):
            return dict(inputs)

    def _differs_from_start(self, setting: Setting, scope: Properties) -> bool:
        for name in setting.watches:
            value, start = scope.get(name), setting.initial.get(name)
            prop = self.row.properties[name]
            if value is not None and canonical(prop, value) != canonical(prop, start):
                return True
        return False

    def _apply(self, setting: Setting, scope: Properties) -> None:
        answer = self.session.run(setting.call, scope)
        if setting.wait:
            self.session.wait(setting.wait, self.row.read[0], {**scope, "answer": answer})

    def read(self, resource_id: str, state: Mapping[str, Any]) -> Properties | None:
        """Its present state; None when it does not exist.

        Raises:
            OperationError: AWS does not say.
        """
        known = state or self.row.parts(resource_id)
        try:
            return self._read(self._scope(known, resource_id), known)
        except (AwsError, WaitError) as error:
            raise OperationError(f"reading {self.row.title} ({resource_id}): {error}") from error

    def _read(self, scope: Properties, known: Mapping[str, Any]) -> Properties | None:
        row, session = self.row, self.session
        scope = dict(scope)
        outputs: Properties = {}
        first: Any = None
        for read in row.read:
            item = session.item(read, scope)
            if item is None and read is row.read[0]:
                return None
            first = item if read is row.read[0] else first
            outputs.update(session.outputs(read, item, scope))
            scope.update(outputs)
        state = {key: value for key, value in known.items() if key not in row.outputs}
        state.update({key: value for key, value in outputs.items() if value is not None})
        if row.tagging:
            state.update(self._tags(first, scope, known))
        if "region" in row.properties:
            state["region"] = self.account["region"]
        return strip_defaults(state)

    def _tags(self, item: Any, scope: Properties, known: Mapping[str, Any]) -> Properties:
        assert self.row.tagging is not None  # noqa: S101 the caller has looked
        source = self.row.tagging.read
        if isinstance(source, Read):
            read = source
            tags = evaluate(read.outputs["tags"], self.session.item(read, scope)) or {}
        else:
            tags = evaluate(source, item) or {}
        every = {key: value for key, value in tags.items() if not key.startswith("aws:")}
        mine = known.get("tags") or {}
        own = {
            key: value
            for key, value in every.items()
            if key in mine or self.default_tags.get(key) != value
        }
        return {"tags": own, "tagsAll": every} if own or "tags" in known else {"tagsAll": every}

    def update(
        self,
        resource_id: str,
        olds: Mapping[str, Any],
        news: Mapping[str, Any],
        changes: Iterable[Change],
    ) -> Properties:
        """Change it in place.

        Raises:
            PartialError: Not all of it could be changed; the state says what is so.
        """
        row = self.row
        paths = [change.path for change in changes]
        wanted = settled(row, olds, news)
        scope = {
            **self._scope(wanted, resource_id),
            "old": strip_defaults(dict(olds)),
            "given": strip_defaults(dict(news)),
        }
        doing = f"updating {row.title} ({resource_id})"
        try:
            for setting in row.settings:
                if any(_touches(path, watched) for path in paths for watched in setting.watches):
                    doing = f"updating {row.title} ({resource_id}) {setting.title}".rstrip()
                    self._apply(setting, scope)
            if row.tagging and olds.get("tagsAll", {}) != news.get("tagsAll", {}):
                doing = f"updating tags for {row.title} ({resource_id})"
                self._retag(olds.get("tagsAll") or {}, news.get("tagsAll") or {}, scope)
            doing = f"reading {row.title} ({resource_id})"
            present = self._read(scope, wanted)
        except (AwsError, WaitError) as error:
            raise PartialError(
                f"{doing}: {error}", resource_id, self._known(scope, olds)
            ) from error
        if present is None:
            raise OperationError(f"{doing}: couldn't find resource")
        return present

    def _retag(self, old: Mapping[str, str], new: Mapping[str, str], scope: Properties) -> None:
        tagging = self.row.tagging
        assert tagging is not None  # noqa: S101 the caller has looked
        gone = sorted(key for key in old if key not in new)
        fresh = {key: value for key, value in new.items() if old.get(key) != value}
        if gone:
            self.session.run(tagging.remove, {**scope, "keys": gone})
        if fresh:
            self.session.run(tagging.add, {**scope, "tags": fresh})

    def delete(self, resource_id: str, state: Mapping[str, Any]) -> None:
        """Take it away; that it is gone already is as good.

        Raises:
            OperationError: It cannot be deleted, or not in time.
        """
        row, session = self.row, self.session
        scope = self._scope(state, resource_id)
        try:
            session.run(row.delete, scope)
        except (AwsError, WaitError) as error:
            if isinstance(error, AwsError) and error.code in row.read[0].missing:
                return
            raise OperationError(f"deleting {row.title} ({resource_id}): {error}") from error
        if row.deleted is None:
            return
        try:
            session.wait_gone(row.deleted, row.read[0], scope)
        except (AwsError, WaitError) as error:
            raise OperationError(
                f"waiting for {row.title} ({resource_id}) delete: {error}"
            ) from error


def _touches(path: str, watched: str) -> bool:
    return (
        path == watched
        or path.startswith((watched + ".", watched + "["))
        or watched.startswith(path + ".")
    )


def settled(row: Resource, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Properties:
    """A state with new inputs: what AWS chose stays, what is no longer asked for goes."""
    kept = {
        name: value
        for name, value in olds.items()
        if name in news or name not in row.properties or row.properties[name].computed
    }
    given = {
        name: _over(kept.get(name), value, row.properties.get(name))
        for name, value in strip_defaults(dict(news)).items()
    }
    return {**kept, **given}


def planned(
    row: Resource,
    olds: Mapping[str, Any] | None,
    news: Mapping[str, Any],
    changes: Iterable[Change] = (),
) -> Properties:
    """The state that a preview shows: what is given, and unknown what only AWS can tell.

    Args:
        row: The resource's type.
        olds: The present state; None for a new resource.
        news: The inputs.
        changes: What will change.
    """
    news = strip_defaults(dict(news))
    if olds is None:
        state = {name: UNKNOWN for name in row.outputs if name not in {"tags", "tagsAll"}}
        state.update({name: UNKNOWN for name in row.properties if row.properties[name].computed})
        return {**state, **_with_unknown_members(row, news)}
    merged = settled(row, olds, news)
    paths = [change.path for change in changes]
    for name, renewal in row.renewed.items():
        if renewal.when is not None and not evaluate(renewal.when, news):
            continue
        if any(_touches(path, watched) for path in paths for watched in renewal.watches):
            merged[name] = UNKNOWN
    return merged


def _with_unknown_members(row: Resource, news: Mapping[str, Any]) -> Properties:
    """New blocks with their computed members, which are unknown yet."""
    result = dict(news)
    for name, value in news.items():
        prop = row.properties.get(name)
        if prop is not None and isinstance(value, dict) and prop.members:
            unknown = {key: UNKNOWN for key, member in prop.members.items() if member.computed}
            result[name] = {**unknown, **value}
    return result


def _over(old: Any, new: Any, prop: Property | None) -> Any:
    """A block's new value, with what AWS chose inside it kept."""
    if prop is None or not prop.members or not isinstance(new, dict) or not isinstance(old, dict):
        return new
    kept = {
        key: value
        for key, value in old.items()
        if key in prop.members and prop.members[key].computed
    }
    given = {key: _over(old.get(key), value, prop.members.get(key)) for key, value in new.items()}
    return {**kept, **given}
