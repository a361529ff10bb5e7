"""A plan as Markdown, for GitHub and GitLab.

What it says is in its words: colour and pictures carry nothing. Long lists are folded.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ops.pipeline.changes import Change, counted
from ops.pipeline.costs import Cost
from ops.pipeline.log import Finding
from ops.pipeline.summary import Summary, Time
from ops.report.text import duration
from spec.lock import Change as LockChange
from spec.problems import listed

_SHOWN: Final = 20  # rows outside of a fold
_LONGEST: Final = 60_000
"""Characters; GitHub takes 65,536."""
_GRAVE: Final = ("data loss", "high", "medium")


def marker(what: str, stack: str) -> str:
    """The line by which a comment or an issue is found again."""
    return f"<!-- eks-cluster {what}: {stack} -->"


def comment(summary: Summary) -> str:
    """The whole comment."""
    text = _joined(summary, _changes(summary.changes))
    if len(text) > _LONGEST:
        grave = [it for it in summary.changes if it.risk.level in _GRAVE][:100]
        left = len(summary.changes) - len(grave)
        text = _joined(summary, [*_changes(grave), f"And {left} more; the job's log lists all."])
    return text


def _joined(summary: Summary, changes: Iterable[str]) -> str:
    return "\n\n".join([*_head(summary), *changes, *_rest(summary)]) + "\n"


def _head(summary: Summary) -> Iterator[str]:
    yield marker("plan", summary.stack)
    if summary.failed:
        yield f"### `{summary.stack}`: there is no plan"
        yield "`pulumi preview` failed. Nothing can be deployed until it succeeds."
        if summary.errors:
            yield fenced("\n".join(summary.errors))
        return
    yield f"### `{summary.stack}`: {counted(summary.changes)}"
    if not summary.changes:
        yield "What there is, is what the stack file says."
        return
    yield f"Gravest risk: **{summary.risk}**."


def _changes(found: Sequence[Change]) -> Iterator[str]:
    grave = [it for it in found if it.risk.level in _GRAVE]
    low = [it for it in found if it.risk.level not in _GRAVE]
    if grave[:_SHOWN]:
        yield _table(grave[:_SHOWN])
    if rest := grave[_SHOWN:]:
        yield folded(f"{len(rest)} more of medium risk or above", _table(rest))
    if low:
        yield folded(f"{len(low)} of low risk: {counted(low)}", _table(low))


def _table(found: Iterable[Change]) -> str:
    rows = ["| risk | what | resource | changes | why it matters |", "|--|--|--|--|--|"]
    for it in found:
        keys = ", ".join(code(key) for key in it.keys[:8])
        keys += f" and {len(it.keys) - 8} more" if len(it.keys) > 8 else ""
        level = f"**{it.risk.level}**" if it.risk.level != "low" else it.risk.level
        why = f"{it.risk.reason} ([source]({it.risk.source}))"
        named = f"{it.title} {code(it.name)}"
        rows.append(f"| {level} | {it.operation} | {named} | {keys} | {why} |")
    return "\n".join(rows)


def _rest(summary: Summary) -> Iterator[str]:
    if summary.changes and summary.time:
        yield _time(summary.time)
    if summary.cost:
        yield _cost(summary.cost)
    if summary.packs or summary.findings:
        yield from _findings(summary.findings)
    elif not summary.failed:
        yield "**Policy**: no policy pack was asked."
    yield _lock(summary.lock)
    if not summary.failed:
        basis = summary.basis
        what = f"commit {code(basis.commit[:12])}, " if basis.commit else ""
        yield (
            f"<sub>Planned {summary.made} for {what}stack file {code(basis.stack_file[:12])} and "
            f"lock file {code(basis.lock[:12])}. `python -m ops deploy` carries out this plan, or "
            "nothing that is not in it.</sub>"
        )


def _time(time: Time) -> str:
    total = duration(time.seconds)
    if not time.path:
        return "**Time on AWS**: seconds; nothing of it is known to be slow."
    chain = ", then ".join(f"{code(name)} {duration(seconds)}" for name, seconds in time.path)
    return f"**Time on AWS**: typically {total}. What decides it: {chain}."


def _cost(cost: Cost) -> str:
    change = cost.after - cost.before
    moved = f" ({change:+.2f})" if abs(change) >= 0.005 else ", as before"
    text = f"**Cost**, as far as it is known: {cost.after:.2f} USD a month{moved}."
    if cost.unknown:
        unknown = listed(f"{number} x {what}" for what, number in cost.unknown.items())
        text += f" Without a known price here: {unknown}."
    return (
        f"{text} Traffic, volumes, logs and load balancers are not in it. Public list prices, the "
        f"oldest read {cost.oldest}." + (" Sources are in summary.json." if cost.sources else "")
        if cost.oldest
        else text
    )


def _findings(found: Sequence[Finding]) -> Iterator[str]:
    if not found:
        yield "**Policy**: no findings."
        return
    rows = ["| level | policy | resource | finding |", "|--|--|--|--|"]
    for it in found:
        name = it.urn.rpartition("::")[2]
        rows.append(
            f"| {it.level} | {code(it.policy)} | {code(name) if name else 'the stack'} "
            f"| {escaped(it.message)} |"
        )
    refusing = sum(it.level == "mandatory" for it in found)
    told = f"{len(found)} findings, {refusing} of which refuse the change"
    if len(found) > _SHOWN:
        yield f"**Policy**: {told}."
        yield folded("The findings", "\n".join(rows))
    else:
        yield f"**Policy**: {told}.\n\n" + "\n".join(rows)


def _lock(found: Sequence[LockChange] | None) -> str:
    if found is None:
        return "**Lock file**: not compared; the commit to compare it with is not here."
    if not found:
        return "**Lock file**: nothing changes."
    rows = ["| risk | version of | from | to | effect |", "|--|--|--|--|--|"]
    rows += [
        f"| {it.risk} | {code(it.path)} | {it.old or '-'} | {it.new or '-'} | {it.effect} |"
        for it in found
    ]
    return "**Lock file**:\n\n" + "\n".join(rows)


def folded(title: str, text: str) -> str:
    """A text that is shown when its title is clicked."""
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"


def fenced(text: str) -> str:
    """A text that is shown as it is, whatever is in it."""
    longest = max((len(it) for it in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def code(text: str) -> str:
    """A text as code, within a table too."""
    one_line = " ".join(text.split()).replace("`", "'")
    return "`" + one_line.replace("|", "\\|") + "`" if one_line else ""


def escaped(text: str) -> str:
    """A text that is no markup, and mentions nobody."""
    one_line = re.sub(r"([\\`*_{}\[\]<>|#~])", r"\\\1", " ".join(text.split()))
    return one_line.replace("@", "@\u200b")
