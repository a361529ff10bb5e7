"""deploy/operator, applied to a real Kubernetes API with the operator's own CRDs."""

import subprocess
from pathlib import Path

import pytest
import yaml

from rehearsal.kubernetes.control_plane import ControlPlane, Settings
from rehearsal.kubernetes.programs import Programs
from tests.operator_manifests import KUBECTL, OPERATOR, OVERLAYS, manifests, rendered
from tests.rehearsal.kubernetes import PROGRAMS, eventually, needs_kubernetes
from tools import operator_crds

pytestmark = needs_kubernetes

ACCOUNT = "system:serviceaccount:eks-clusters:provisioner"
NOBODY = "http://127.0.0.1:9/"  # no token of AWS is shown to this API server
# What must go wrong: by name, words of the manifests, what is put in their place, what is said.
BROKEN = {
    "a field of a Stack that there is not": (
        *("refresh: true", "refesh: true"),
        "spec.refesh: field not declared",
    ),
    "a field of another type": ("refresh: true", "refresh: daily", "expected boolean"),
    "a policy that there is not": ("Policy: Delete", "Policy: Never", '"Retain", "Delete"'),
    "a field of a Workspace that there is not": (
        *("securityProfile:", "securityProfil:"),
        "securityProfil: field not declared",
    ),
    "a field of a pod that there is not": (
        *("terminationGracePeriodSeconds: 3600", "terminationGraceSeconds: 3600"),
        "terminationGraceSeconds: field not declared",
    ),
    "an amount of memory that there is not": ("memory: 2Gi", "memory: plenty", "limits.memory"),
    "no container": (
        "containers:\n          - name: pulumi",
        "hostname: it",
        "containers: Required",
    ),
    "no stack": ("stack: dev", "targets: []", "spec.stack: Required value"),
}


class Kubernetes:
    """A control plane, and kubectl as its administrator."""

    def __init__(self, folder: Path) -> None:
        settings = Settings("1.36", "172.20.0.0/16", "https://example.com/issuer", NOBODY)
        self.plane = ControlPlane(Programs(PROGRAMS), folder, settings)
        self._kubeconfig = folder / "kubeconfig"
        self._cache = folder / "cache"
        pki = folder / "pki"
        there = {"server": self.plane.endpoint, "certificate-authority": str(pki / "ca.crt")}
        keys = {
            "client-certificate": str(pki / "eks-control-plane.crt"),
            "client-key": str(pki / "eks-control-plane.key"),
        }
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "there", "cluster": there}],
            "users": [{"name": "me", "user": keys}],
            "contexts": [{"name": "it", "context": {"cluster": "there", "user": "me"}}],
            "current-context": "it",
        }
        self._kubeconfig.write_text(yaml.safe_dump(content))

    def __call__(self, *arguments, text=None):
        command = [KUBECTL, "--kubeconfig", str(self._kubeconfig)]
        command += ["--cache-dir", str(self._cache), *arguments]
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False)

    def apply(self, text, *options):
        """Applies manifests; an unknown field, or one that is there twice, is refused."""
        return self(
            *("apply", "--server-side", "--validate=strict", "--filename", "-", *options),
            text=text,
        )

    def may(self, *what):
        """Whether the workspaces' service account may do something."""
        return self("auth", "can-i", *what, "--as", ACCOUNT).stdout.strip()


@pytest.fixture(scope="module")
def kubernetes(tmp_path_factory):
    made = Kubernetes(tmp_path_factory.mktemp("kubernetes"))
    made.plane.start()
    try:
        eventually(made.plane.api.ready, "the API server is ready")
        yield made
    finally:
        made.plane.stop()


@pytest.fixture(scope="module")
def crds(kubernetes):
    try:
        folder = operator_crds.folder()
    except operator_crds.UnavailableError as error:
        pytest.skip(f"the operator's CRDs cannot be had: {error}")
    for file in sorted(folder.iterdir()):
        done = kubernetes.apply(file.read_text())
        assert done.returncode == 0, done.stderr
    for kind in ("stacks", "workspaces"):
        eventually(
            lambda kind=kind: kubernetes("get", kind, "--all-namespaces").returncode == 0,
            f"{kind} are served",
        )


def test_the_base_is_applied_and_the_account_may_do_one_thing(kubernetes):
    base = [it for it in manifests("prod") if it["kind"] != "Stack"]
    done = kubernetes.apply(yaml.safe_dump_all(base))
    assert done.returncode == 0, done.stderr
    assert kubernetes.may("create", "tokenreviews.authentication.k8s.io") == "yes"
    assert kubernetes.may("create", "subjectaccessreviews.authorization.k8s.io") == "yes"
    for what in (
        ("get", "secrets"),
        ("create", "pods"),
        ("list", "nodes"),
        ("update", "stacks.pulumi.com"),
    ):
        assert kubernetes.may(*what, "--namespace", "eks-clusters") == "no", what


def test_a_pod_that_is_not_confined_is_refused_there(kubernetes):
    base = [it for it in manifests("prod") if it["kind"] == "Namespace"]
    assert kubernetes.apply(yaml.safe_dump_all(base)).returncode == 0
    pod = {"name": "p", "image": "example.com/p"}
    loose = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "loose", "namespace": "eks-clusters"},
        "spec": {"containers": [pod], "serviceAccountName": "provisioner"},
    }
    refused = kubernetes.apply(yaml.safe_dump(loose), "--dry-run=server")
    assert 'violates PodSecurity "restricted' in refused.stderr
    # As the operator confines a workspace's pod by its profile "restricted":
    # https://github.com/pulumi/pulumi-kubernetes-operator/blob/v2.9.0/operator/internal/controller/auto/workspace_controller.go
    pod["securityContext"] = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
    }
    loose["spec"]["securityContext"] = {
        "runAsNonRoot": True,
        "runAsUser": 1000,
        "runAsGroup": 1000,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    done = kubernetes.apply(yaml.safe_dump(loose), "--dry-run=server")
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("crds")
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_overlay_is_applied(kubernetes, overlay):
    done = kubernetes.apply(rendered(overlay))
    assert done.returncode == 0, done.stderr
    wanted = {it["metadata"]["name"] for it in manifests(overlay, "Stack")}
    listed = kubernetes("get", "stacks", "--namespace", "eks-clusters", "--output", "name").stdout
    assert wanted <= {it.rpartition("/")[2] for it in listed.split()}


@pytest.mark.usefixtures("crds")
def test_the_way_into_a_private_repository_is_right_where_it_is_uncommented(kubernetes):
    lines = (OPERATOR / "stack" / "stack.yaml").read_text().splitlines()
    begun = lines.index("  # gitAuth:")
    shown = lines[begun : lines.index("  #", begun)]
    way = yaml.safe_load("\n".join(it.removeprefix("  # ") for it in shown))
    assert len(way["gitAuth"]["githubApp"]) == 3
    (stack,) = manifests("dev", "Stack")
    stack["spec"] |= way
    base = yaml.safe_dump_all([*manifests("dev", "Namespace"), stack])
    done = kubernetes.apply(base)
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("crds")
@pytest.mark.parametrize("what", sorted(BROKEN))
def test_what_is_wrong_is_refused(kubernetes, what):
    old, new, said = BROKEN[what]
    text = rendered("dev")
    assert kubernetes.apply(text).returncode == 0
    assert old in text
    broken = text.replace(old, new)
    # Under another name: what is set already must not fill in for what lacks.
    broken = broken.replace("  name: dev\n", "  name: broken\n")
    refused = kubernetes.apply(broken, "--dry-run=server")
    assert refused.returncode != 0, refused.stdout
    assert said in refused.stderr
