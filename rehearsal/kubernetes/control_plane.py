"""One control plane: etcd, API server, controllers, scheduler, and the simulation of kubelets.

All of it listens on 127.0.0.1, and every connection needs a certificate or a token.
"""

import base64
import contextlib
import ipaddress
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rehearsal.kubernetes.api import Api
from rehearsal.kubernetes.pki import Authority, Files
from rehearsal.kubernetes.ports import HOST, Port
from rehearsal.kubernetes.programs import Programs

KUBELETS = Path(__file__).with_name("kubelets.yaml")
ROOT = Path(__file__).parents[2]
KEPT_VARIABLES = ("PATH", "TMPDIR", "LANG")
LARGEST_LOG = 10_000_000  # bytes; what is more is put aside at the next start
# Nodes that carry it are simulated.
SIMULATED = {"kwok.x-k8s.io/node": "fake"}
# In Kubernetes' own: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles
ADMINISTRATORS = "system:masters"
# Simulated pods get addresses that nothing in a VPC has, one after the other.
# https://datatracker.ietf.org/doc/html/rfc6598
POD_NETWORK = "100.64.0.0/10"
# "--node-monitor-grace-period" is 50 s: a lease lasts as a kubelet's does.
# https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ (nodeLeaseDurationSeconds)
LEASE = 40  # seconds

# It is all one machine's own: what keeps many clients from hurting a server costs seconds here.
UNHURT_BY_HASTE = ("--kube-api-qps=500", "--kube-api-burst=1000")


@dataclass(frozen=True)
class Settings:
    """What a control plane is to be like.

    Attributes:
        version: Of Kubernetes, as ``1.36``; where the programs cannot be it, the nearest.
        service_network: Where services get their addresses from, as a CIDR block.
        issuer: Of service accounts' tokens, a URL.
        authentication: The URL that is asked whose token it is.
    """

    version: str
    service_network: str
    issuer: str
    authentication: str


class ControlPlane:
    """A control plane in a folder; what its etcd holds stays there.

    Args:
        programs: What it is made of.
        folder: Its own.
        settings: What it is to be like.
        port: Where its API is to answer, if that is free; 0 for any.
    """

    def __init__(self, programs: Programs, folder: Path, settings: Settings, port: int = 0) -> None:
        self.settings = settings
        self._programs = programs
        self._folder = folder
        self._ports = (Port(port), Port(), Port())
        self.port, *self._etcd_ports = (it.number for it in self._ports)
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._authority = Authority(folder / "pki")
        client = self._authority.client("eks:control-plane", ADMINISTRATORS)
        self.api = Api(self.endpoint, str(self._authority.certificate), client)

    @property
    def endpoint(self) -> str:
        """The URL of its API."""
        return f"https://{HOST}:{self.port}"

    @property
    def certificate_authority(self) -> str:
        """What clients trust: base64 of a PEM certificate."""
        return base64.b64encode(self._authority.certificate.read_bytes()).decode()

    @property
    def alive(self) -> bool:
        """Whether its processes are being kept running."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> Path:
        """Where its processes write."""
        return self._folder / "log"

    def start(self) -> None:
        """Start it; it answers after some seconds."""
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_name("log.old"))
        for port in self._ports:
            port.hold()
        plan = self._folder / "plan.json"
        plan.write_text(json.dumps(self._plan()), encoding="utf-8")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "rehearsal.kubernetes.supervisor", str(plan)],
                cwd=ROOT,
                env=self._environment(),
                # Closed when this process ends, in whatever way; then the other ends too.
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _environment(self) -> dict[str, str]:
        """Without the user's settings of etcd and kwok, some of which are files at home."""
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        return {**kept, "HOME": str(self._folder)}

    def stop(self) -> None:
        """End its processes; what it holds stays."""
        if self._process and self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            self._process.wait()
            self._process = None
        for port in self._ports:
            port.let_go()

    def remove(self) -> None:
        """End it, with all that it holds."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def forget(self) -> None:
        """Remove what it holds, that it begins anew when it is started; keys stay."""
        self.stop()
        shutil.rmtree(self._folder / "etcd", ignore_errors=True)

    def _plan(self) -> dict[str, Any]:
        processes = [
            (self._etcd(), self._etcd_ports[0], ""),
            (self._apiserver(), self.port, f"{self.endpoint}/readyz"),
            (self._controllers(), 0, ""),
            (self._scheduler(), 0, ""),
            (self._kubelets(), 0, ""),
        ]
        return {
            "log": str(self.log),
            "lock": str(self._folder / "lock"),
            "processes": [
                {
                    "arguments": arguments,
                    "port": port,
                    "ready": ready,
                    "authority": str(self._authority.certificate),
                }
                for arguments, port, ready in processes
            ],
        }

    def _etcd(self) -> list[str]:
        files = self._authority.server("etcd")
        client, peer = (f"https://{HOST}:{port}" for port in self._etcd_ports)
        return [
            self._programs["etcd"],
            f"--data-dir={self._folder / 'etcd'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            "--name=only",
            f"--initial-cluster=only={peer}",
            "--socket-reuse-port",
            *_tls(files, "--cert-file", "--key-file"),
            f"--trusted-ca-file={self._authority.certificate}",
            "--client-cert-auth",
            *_tls(files, "--peer-cert-file", "--peer-key-file"),
            f"--peer-trusted-ca-file={self._authority.certificate}",
            "--peer-client-cert-auth",
            # What the process has written outlives it; only the machine's own end can lose it.
            "--unsafe-no-fsync",
            "--log-level=warn",
        ]

    def _apiserver(self) -> list[str]:
        settings = self.settings
        service = ipaddress.ip_network(settings.service_network)
        server = self._authority.server(
            "kube-apiserver",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            str(service[1]),
        )
        client = self._authority.client("kube-apiserver-etcd-client")
        signing = self._authority.signing_key("service-accounts")
        return [
            self._programs["kube-apiserver"],
            f"--bind-address={HOST}",
            f"--advertise-address={HOST}",
            f"--secure-port={self.port}",
            "--permit-port-sharing",
            f"--emulated-version={self._programs.emulated(settings.version)}",
            f"--service-cluster-ip-range={settings.service_network}",
            *_tls(server, "--tls-cert-file", "--tls-private-key-file"),
            f"--client-ca-file={self._authority.certificate}",
            f"--etcd-servers=https://{HOST}:{self._etcd_ports[0]}",
            f"--etcd-cafile={self._authority.certificate}",
            *_tls(client, "--etcd-certfile", "--etcd-keyfile"),
            f"--service-account-issuer={settings.issuer}",
            f"--service-account-signing-key-file={signing}",
            f"--service-account-key-file={signing}",
            "--api-audiences=https://kubernetes.default.svc",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            f"--authentication-config={self._write_authentication()}",
            f"--authentication-token-webhook-config-file={self._write_webhook()}",
            "--authentication-token-webhook-version=v1",
            # An access entry that is gone is gone at once.
            "--authentication-token-webhook-cache-ttl=0s",
            "--allow-privileged=true",
            "--profiling=false",
            "--v=0",
        ]

    def _controllers(self) -> list[str]:
        kubeconfig = self._kubeconfig("system:kube-controller-manager")
        return [
            self._programs["kube-controller-manager"],
            f"--kubeconfig={kubeconfig}",
            f"--service-account-private-key-file={self._authority.signing_key('service-accounts')}",
            f"--root-ca-file={self._authority.certificate}",
            f"--flex-volume-plugin-dir={self._folder / 'volume-plugins'}",
            "--use-service-account-credentials",
            "--leader-elect=false",
            "--secure-port=0",
            *UNHURT_BY_HASTE,
            "--v=0",
        ]

    def _scheduler(self) -> list[str]:
        return [
            self._programs["kube-scheduler"],
            f"--kubeconfig={self._kubeconfig('system:kube-scheduler')}",
            "--leader-elect=false",
            "--secure-port=0",
            *UNHURT_BY_HASTE,
            "--v=0",
        ]

    def _kubelets(self) -> list[str]:
        ((annotation, value),) = SIMULATED.items()
        return [
            self._programs["kwok"],
            f"--kubeconfig={self._kubeconfig('eks:kubelets', ADMINISTRATORS)}",
            f"--config={KUBELETS}",
            f"--cidr={POD_NETWORK}",
            "--manage-all-nodes=false",
            f"--manage-nodes-with-annotation-selector={annotation}={value}",
            f"--node-lease-duration-seconds={LEASE}",
            "--v=WARN",
        ]

    def _kubeconfig(self, user: str, *groups: str) -> Path:
        """The kubeconfig of one of its own parts."""
        files = self._authority.client(user, *groups)
        return self._write_kubeconfig(
            f"{user.replace(':', '-')}.kubeconfig",
            {
                "server": self.endpoint,
                "certificate-authority": str(self._authority.certificate),
            },
            {"client-certificate": str(files.certificate), "client-key": str(files.key)},
        )

    def _write_webhook(self) -> Path:
        """https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication."""
        return self._write_kubeconfig(
            "authentication-webhook.kubeconfig", {"server": self.settings.authentication}, {}
        )

    def _write_kubeconfig(self, name: str, cluster: dict[str, str], user: dict[str, str]) -> Path:
        return self._write_yaml(
            name,
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "there", "cluster": cluster}],
                "users": [{"name": "me", "user": user}],
                "contexts": [{"name": "only", "context": {"cluster": "there", "user": "me"}}],
                "current-context": "only",
            },
        )

    def _write_authentication(self) -> Path:
        """Nobody is let in without saying who they are, but for the question whether it is well."""
        return self._write_yaml(
            "authentication.yaml",
            {
                "apiVersion": "apiserver.config.k8s.io/v1beta1",
                "kind": "AuthenticationConfiguration",
                "anonymous": {
                    "enabled": True,
                    "conditions": [{"path": path} for path in ("/livez", "/readyz", "/healthz")],
                },
            },
        )

    def _write_yaml(self, name: str, content: dict[str, Any]) -> Path:
        file = self._folder / name
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
        return file


def _tls(files: Files, certificate: str, key: str) -> list[str]:
    return [f"{certificate}={files.certificate}", f"{key}={files.key}"]
