"""The thread that keeps one cluster's Kubernetes API as it is to be."""

import json
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

from rehearsal.aws.eks.kubernetes.wanted import Wanted
from rehearsal.aws.eks.records import Document
from rehearsal.kubernetes.api import ApiError, Reference
from rehearsal.kubernetes.control_plane import ControlPlane, Settings

# Seconds. An API server that is not ready after so long has something that waiting does not mend.
PATIENCE = 120.0
# How often to look at what changes on the side of the API, and to try again what failed.
PERIOD = 2.0
STEP = 0.05
MOST_STARTS = 3
NAMESPACES = "/api/v1/namespaces"
AWS_AUTH = "/api/v1/namespaces/kube-system/configmaps/aws-auth"


class Keeper:
    """Starts a control plane, and has it hold what is wanted until it is told to end.

    Args:
        name: Of the cluster, for messages.
        folder: Where its control plane keeps what it has.
        settings: Answers what the control plane is to be like now.
        wanted: Answers what its API is to hold now; given the namespaces that it has.
        make: Makes a control plane in that folder, whose API answers at a port if that is free.
        port: Where its API answered before; 0 for nowhere.
        when_ready: Called each time it answers after it did not.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        settings: Callable[[], Settings | None],
        wanted: Callable[[Iterable[str]], Wanted | None],
        make: Callable[[Path, Settings, int], ControlPlane],
        port: int,
        when_ready: Callable[[], None],
    ) -> None:
        self._name = name
        self._folder = folder
        self._settings = settings
        self._wanted = wanted
        self._make = make
        self._port = port
        self._when_ready = when_ready
        self._changed = threading.Event()
        self._over = threading.Event()
        self._remove = False
        self._thread = threading.Thread(target=self._run, name=f"kubernetes-{name}", daemon=True)
        self._applied: dict[Reference, Document] = {}
        self._record = folder / "applied.json"
        self._known: set[Reference] = set()
        self._namespaces: tuple[str, ...] = ()
        self.plane: ControlPlane | None = None
        self.ready = False
        self.failed = ""
        self.aws_auth: Document | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Tell that what is wanted may have changed."""
        self._changed.set()

    def end(self, *, remove: bool) -> None:
        """End soon; with all that the API holds, or so that it can be gone on with."""
        self._remove = remove
        self._over.set()
        self._changed.set()

    def join(self) -> None:
        """Wait until it has ended."""
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._over.is_set() and not self.failed:
                settings = self._settings()
                if settings is None:
                    break
                self._serve(settings)
        except Exception:
            # Whoever waits for the API must not wait for ever.
            traceback.print_exc()
            self.failed = "its thread has ended, which is a defect of the rehearsal"
        finally:
            self.ready = False
            if self.plane and self._remove:
                self.plane.remove()
            elif self.plane:
                self.plane.stop()

    def _serve(self, settings: Settings) -> None:
        """Have a control plane with these settings until it is to end or to be another."""
        self.plane = self._make(self._folder, settings, self._port)
        self._port = self.plane.port
        if not self._came_up(self.plane):
            return
        self._applied = {}
        if self._record.exists():
            self._known = {Reference(path) for path in json.loads(self._record.read_text())}
        while not self._over.is_set():
            self._changed.clear()
            if not self.plane.alive:
                self._say("its control plane has ended; it is started again")
                break
            if self._settings() != settings:
                break
            try:
                self._converge(self.plane)
                if not self.ready:
                    self.ready = True
                    self._when_ready()
            except ApiError as error:
                self._say(str(error))
            # A hundred changes in a second are looked at together.
            self._over.wait(STEP)
            self._changed.wait(PERIOD)
        self.ready = False
        self.plane.stop()

    def _came_up(self, plane: ControlPlane) -> bool:
        """Start it; whether it answers. If not, it is not to be had, or time to end."""
        for start in range(MOST_STARTS):
            if start == MOST_STARTS - 1:
                # What its store holds may be damaged, by the end of the machine: it begins anew.
                plane.forget()
            plane.start()
            deadline = time.monotonic() + PATIENCE
            while plane.alive and time.monotonic() < deadline:
                if plane.api.ready():
                    return True
                if self._over.wait(STEP):
                    return False
            plane.stop()
        self.failed = f"it does not come up; its log is {plane.log}"
        self._say(self.failed)
        return False

    def _converge(self, plane: ControlPlane) -> None:
        wanted = self._wanted(self._namespaces)
        if wanted is None:
            return
        if wanted.by_namespace:
            found = plane.api.get(NAMESPACES)["items"]
            namespaces = tuple(sorted(one["metadata"]["name"] for one in found))
            if namespaces != self._namespaces:
                self._namespaces = namespaces
                wanted = self._wanted(namespaces) or wanted
        if wanted.config_map:
            found = plane.api.find(AWS_AUTH)
            self.aws_auth = (found.get("data") or {}) if found else None
        objects = {Reference.of(one): one for one in wanted.objects}
        gone = self._known - objects.keys()
        # Written before anything is made: what is not remembered would never be deleted.
        self._remember(self._known | objects.keys())
        for reference, manifest in objects.items():
            if self._applied.get(reference) != manifest:
                self._apply(plane, reference, manifest)
                self._applied[reference] = manifest
        for reference in sorted(gone, reverse=True):
            _take_away(plane, reference)
            self._applied.pop(reference, None)
        self._remember(set(objects))

    def _apply(self, plane: ControlPlane, reference: Reference, manifest: Document) -> None:
        if manifest["kind"] == "Node":
            there = plane.api.find(reference.path)
            own = self._applied.get(reference, {}).get("spec", {}).get("taints", [])
            if there and is_another_machine(manifest, there):
                _take_away(plane, reference)
                there, own = None, []
            manifest = with_taints_of_others(manifest, there, own)
        plane.api.apply(manifest)

    def _remember(self, known: set[Reference]) -> None:
        if known != self._known:
            self._record.write_text(json.dumps(sorted(one.path for one in known)))
            self._known = known

    def _say(self, what: str) -> None:
        print(f"Kubernetes of {self._name}: {what}", file=sys.stderr, flush=True)


def is_another_machine(manifest: Document, there: Document) -> bool:
    """Whether a node is of an instance that is gone, and another has got its address and name.

    Kubernetes lets no node change its instance: the old one goes before the new one comes.
    """
    told = there.get("spec", {}).get("providerID")
    return bool(told) and told != manifest["spec"]["providerID"]


def with_taints_of_others(
    manifest: Document, there: Document | None, own: Iterable[Document]
) -> Document:
    """A Node's manifest that leaves alone what the control plane or users have tainted it with.

    Args:
        manifest: What is wanted.
        there: The node as it is; None if it is not there.
        own: The taints that were wanted before.
    """
    wanted = manifest["spec"]["taints"]
    mine = [_place(taint) for taint in (*wanted, *own)]
    others = (there or {}).get("spec", {}).get("taints", [])
    kept = [taint for taint in others if _place(taint) not in mine]
    return {**manifest, "spec": {**manifest["spec"], "taints": [*wanted, *kept]}}


def _place(taint: Document) -> tuple[str, str]:
    return taint["key"], taint["effect"]


def _take_away(plane: ControlPlane, reference: Reference) -> None:
    """Delete an object; pods of a node whose machine is gone do not wait for it."""
    if reference.path.startswith("/api/v1/nodes/"):
        node = reference.path.rpartition("/")[2]
        pods = plane.api.get(f"/api/v1/pods?fieldSelector=spec.nodeName={node}")["items"]
        plane.api.delete(reference)
        for pod in pods:
            place = pod["metadata"]
            path = f"/api/v1/namespaces/{place['namespace']}/pods/{place['name']}"
            plane.api.delete(Reference(path), at_once=True)
    else:
        plane.api.delete(reference)
