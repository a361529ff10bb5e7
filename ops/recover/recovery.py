"""The course of a recovery: look, show, ask, do."""

import dataclasses
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ops.recover.aws import Aws, Pauses
from ops.recover.finders import FINDERS
from ops.recover.pulumi import Pulumi
from ops.recover.report import Line, Report
from ops.recover.search import Found, find, orphans
from ops.recover.state import Provider, Record, State
from ops.user_error import UserError
from spec import facts
from spec.model import owner_tags

_MARGIN: Final = 3
"""How many times its typical duration an operation of AWS is awaited."""
_SHORTEST_LIMIT: Final = 300.0  # seconds


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """How to recover.

    Attributes:
        folder: The Pulumi project's folder.
        config_file: The stack file; None: the one that Pulumi takes by itself.
        delete_orphans: Whether to delete what carries this stack's tags and is in no state.
        preview: Whether to look also for what an earlier run has made but taken for failed.
        dry_run: Whether to change nothing.
        yes: Whether to go on without asking.
        as_json: Whether to print the report as JSON.
        patience: For how many seconds to look again for what AWS does not list: it can take a
            moment to tell of what it has just made.
            https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
    """

    folder: Path = Path()
    config_file: Path | None = None
    delete_orphans: bool = False
    preview: bool = True
    dry_run: bool = False
    yes: bool = False
    as_json: bool = False
    patience: float = 15.0


class Recovery:
    """The recovery of one stack.

    Args:
        stack: The stack's name.
        options: How.
        pulumi: The engine's command; None: the one on PATH.
        connect: Makes the connection to AWS of a provider.
    """

    def __init__(
        self,
        stack: str,
        options: Options,
        pulumi: Pulumi | None = None,
        connect: Callable[[Provider], Aws] | None = None,
    ) -> None:
        self._options = options
        self._pulumi = pulumi or Pulumi(stack, options.folder, options.config_file)
        self._connect = connect or _connect
        self._connections: dict[str, Aws] = {}
        self._report = Report(stack=stack)
        self._adopted: list[tuple[Record, Found]] = []
        self._failed: list[tuple[Aws, Found]] = []
        self._orphans: list[tuple[Aws, Found]] = []
        self._refresh = False
        self._stack = stack

    def run(self) -> int:
        """Recovers the stack. Returns an exit code.

        Raises:
            UserError: AWS or the engine does not do as it should; the message says what to do.
        """
        state = State(self._pulumi.export())
        self._look(state)
        self._show()
        code = 0
        if not self._options.dry_run and (self._report.lines or self._refresh):
            if not self._agreed():
                self._say("Nothing was changed.")
                return 1
            code = self._do(state)
            self._report.changed = True
        if self._options.as_json:
            print(json.dumps(self._report.as_json(), indent=2))
        return code

    # Look.

    def _look(self, state: State) -> None:
        self._refresh = bool(state.pending("creating", "updating", "deleting", "importing"))
        for record in state.half_made:
            self._look_at_half_made(state, record)
        pending = state.pending("creating", "importing")
        for record, found in self._sought(state, pending):
            self._judge(state, record, found)
        for record in state.pending("updating", "deleting"):
            self._look_at_half_made(state, record)
        if self._options.preview:
            self._look_at_what_is_wanted(state, {it.urn for it in pending})
        self._look_for_orphans(state)

    def _sought(
        self, state: State, pending: list[Record]
    ) -> list[tuple[Record, list[Found] | None]]:
        """The pending creations, each with what AWS has of it; None: nobody can tell."""
        results = {it.urn: self._candidates(state, it) for it in pending}
        deadline = time.monotonic() + self._options.patience
        pauses = Pauses()
        while any(it == [] for it in results.values()) and time.monotonic() < deadline:
            pauses.rest()
            for record in pending:
                if results[record.urn] == []:
                    results[record.urn] = self._candidates(state, record)
        return [(it, results[it.urn]) for it in pending]

    def _candidates(self, state: State, record: Record) -> list[Found] | None:
        provider = state.providers.get(record.provider)
        if record.type not in FINDERS or provider is None:
            return None
        taken = state.ids | {found.id for _, found in self._adopted}
        return [it for it in find(self._aws(provider), record) if it.id not in taken]

    def _judge(self, state: State, record: Record, found: list[Found] | None) -> None:
        """Decides what is done with a creation that never ended."""
        if found is None and not record.type.startswith("aws:"):
            # A component's or a provider's own bookkeeping: nothing in AWS comes of it.
            return
        if found is None:
            self._note("unknown", record)
            return
        usable = sorted((it for it in found if not it.has_failed), key=lambda it: it.id)
        aws = self._aws(state.providers[record.provider])
        for failed in (it for it in found if it.has_failed):
            self._failed.append((aws, failed))
            self._note("delete-failed", record, failed)
        if not usable:
            if not found:
                self._note("make-anew", record)
            return
        # Of several alike, made by calls that were repeated, one is as good as another.
        chosen = self._settled(aws, record, usable[0])
        if chosen is None:
            self._note("make-anew", record)
        elif chosen.has_failed:
            self._failed.append((aws, chosen))
            self._note("delete-failed", record, chosen)
        else:
            self._adopted.append((record, chosen))
            self._note("adopt", record, chosen)

    def _look_at_half_made(self, state: State, record: Record) -> None:
        """Waits for what AWS goes on with, and sees what it has given up."""
        self._refresh = True
        provider = state.providers.get(record.provider)
        finder = FINDERS.get(record.type)
        if provider is None or finder is None or finder.status is None:
            return
        aws = self._aws(provider)
        found = self._settled(aws, record, None)
        if found and found.has_failed:
            self._failed.append((aws, found))
            self._note("delete-failed", record, found)
        elif found:
            self._note("refresh", record, found)

    def _look_at_what_is_wanted(self, state: State, pending: set[str]) -> None:
        """Finds what the next `pulumi up` would make although it is there.

        That is what comes of an answer that was lost: the call is repeated, AWS says that there is
        such a thing already, and the engine takes the creation for failed.
        """
        try:
            wanted = [Record(raw) for raw in self._pulumi.wanted()]
        except UserError as error:
            self._say(f"What the program wants cannot be told, so it is not looked for.\n{error}\n")
            return
        for record in wanted:
            if self._is_comparable(state, record, pending):
                found = self._candidates(state, record)
                if found is not None and len(found) == 1:
                    self._judge(state, record, found)

    @staticmethod
    def _is_comparable(state: State, record: Record, pending: set[str]) -> bool:
        finder = FINDERS.get(record.type)
        return (
            finder is not None
            and record.urn not in pending
            and record.is_known()
            # A name that is made up is another one in each run: what carries the last one is
            # an orphan.
            and not (finder.name and record.is_made_up(finder.name))
            and state.has_parent_of(record)
        )

    def _look_for_orphans(self, state: State) -> None:
        tags = owner_tags(self._project(state), self._stack)
        action = "delete-orphan" if self._options.delete_orphans else "orphan"
        spoken_for = state.ids | {found.id for _, found in self._adopted}
        spoken_for |= {found.id for _, found in self._failed}
        for provider in state.providers.values():
            aws = self._aws(provider)
            for found in orphans(aws, tags, spoken_for):
                spoken_for.add(found.id)  # IAM's are in every region
                self._orphans.append((aws, found))
                self._report.lines.append(
                    Line(
                        action=action,
                        title=found.finder.title,
                        type=found.finder.type,
                        name=found.tags.get("Name", ""),
                        id=found.id,
                        note="in 30 days" if found.finder.service == "kms" else "",
                    )
                )

    @staticmethod
    def _project(state: State) -> str:
        """The project's name, as every URN says it."""
        return state.resources[0].urn.split("::")[1] if state.resources else ""

    def _settled(self, aws: Aws, record: Record, found: Found | None) -> Found | None:
        """A resource once AWS has done with it; None when it is gone then.

        Raises:
            UserError: It takes AWS much longer than it should.
        """
        identity = found.id if found else record.id
        finder = FINDERS[record.type]
        begun, pauses, told = time.monotonic(), Pauses(), False
        limit = _SHORTEST_LIMIT
        if finder.settles:
            limit = max(limit, facts.durations()[finder.settles].seconds * _MARGIN)
        while True:
            present = next((it for it in find(aws, record) if it.id == identity), None)
            if present is None or not present.is_busy or self._options.dry_run:
                return present
            if not told:
                self._say(
                    f"Waiting for AWS, at most {limit / 60:.0f} minutes: {finder.title} "
                    f"{identity} is {present.status}."
                )
                told = True
            if time.monotonic() - begun > limit:
                raise UserError(
                    f"{finder.title} {identity} is still {present.status} after "
                    f"{limit / 60:.0f} minutes; nothing was changed. Run this again when AWS has "
                    "done with it"
                )
            pauses.rest()

    def _aws(self, provider: Provider) -> Aws:
        if provider.urn not in self._connections:
            aws = self._connect(provider)
            if provider.accounts and aws.account not in provider.accounts:
                raise UserError(
                    f"the stack is kept to account {', '.join(provider.accounts)}, but your "
                    f"credentials are for {aws.account}"
                )
            self._report.account = aws.account
            self._connections[provider.urn] = aws
        return self._connections[provider.urn]

    # Show and ask.

    def _note(self, action: str, record: Record, found: Found | None = None) -> None:
        finder = FINDERS.get(record.type)
        self._report.lines.append(
            Line(
                action=action,
                title=finder.title if finder else record.type,
                type=record.type,
                name=record.name,
                id=found.id if found else "",
                note=found.status if found and action == "delete-failed" else "",
            )
        )

    def _show(self) -> None:
        if self._options.as_json:
            return
        where = f" in account {self._report.account}" if self._report.account else ""
        if not self._report.lines:
            self._say(
                f"Nothing is lost of {self._stack}{where}"
                + (": the state is read again." if self._refresh else ".")
            )
            return
        self._say(f"What a run of {self._stack}{where} left behind:\n{self._report.text()}\n")

    def _agreed(self) -> bool:
        if self._options.yes:
            return True
        if not sys.stdin.isatty():
            raise UserError("nobody can be asked here: give --yes to go on, or --dry-run to look")
        return input("Go on? [y/N] ").strip().lower() in {"y", "yes"}

    def _say(self, text: str) -> None:
        # Standard output is for the JSON alone.
        print(text, file=sys.stderr if self._options.as_json else sys.stdout, flush=True)

    # Do.

    def _do(self, state: State) -> int:
        deleted = [*self._failed, *(self._orphans if self._options.delete_orphans else [])]
        pending = state.pending("creating", "importing")
        if self._adopted or pending or deleted:
            for record, found in self._adopted:
                state.adopt(record, found.id)
            state.forget_pending()
            # Before anything is deleted: it is refused while somebody else's run makes things.
            self._pulumi.import_(state.exported)
        for aws, found in deleted:
            aws.delete(found.finder, found.id, found.item)
        if self._refresh or self._adopted or self._failed:
            return self._pulumi.refresh(sys.stderr if self._options.as_json else sys.stdout)
        return 0


def _connect(provider: Provider) -> Aws:
    return Aws(provider.region, provider.profile)


def recover(stack: str, options: Options) -> int:
    """Recovers a stack. Returns an exit code."""
    return Recovery(stack, options).run()
