"""What a stack file says wrongly of nodes' user data, with the exact words of the answer."""

import pytest

from tests.stack_files import Cases, messages, stack_file

CASES: Cases = {
    "kubelet": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: static}}",
        [
            "5:75: cluster:nodeGroups.a.kubelet: must be a mapping of keys and values, not "
            '"static"',
        ],
    ),
    "policies of the kubelet": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{cpuManagerPolicy: dynamic, topologyManagerPolicy: best, topologyManagerScope: node, "
        "memoryManagerPolicy: maybe}}}",
        [
            "5:94: cluster:nodeGroups.a.kubelet.cpuManagerPolicy: must be one of none, static, "
            'not "dynamic"',
            "5:126: cluster:nodeGroups.a.kubelet.topologyManagerPolicy: must be one of none, "
            'best-effort, restricted, single-numa-node, not "best"',
            "5:154: cluster:nodeGroups.a.kubelet.topologyManagerScope: must be one of "
            'container, pod, not "node"',
            "5:181: cluster:nodeGroups.a.kubelet.memoryManagerPolicy: must be one of None, "
            'Static, not "maybe"',
        ],
    ),
    "reservations": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{systemReserved: {disk: 1Gi}, kubeReserved: {cpu: much}}}}",
        [
            '5:93: cluster:nodeGroups.a.kubelet.systemReserved.disk: "disk" is not a resource '
            "such as memory",
            '5:125: cluster:nodeGroups.a.kubelet.kubeReserved.cpu: "much" is not a quantity '
            'such as "500Mi"',
        ],
    ),
    "reservations that are no mapping": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{systemReserved: 1Gi}}}",
        [
            "5:92: cluster:nodeGroups.a.kubelet.systemReserved: must be a mapping of keys and "
            'values, not "1Gi"',
        ],
    ),
    "evictions": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{evictionHard: {memory: 5%}, evictionSoft: {memory.available: few}, "
        "evictionSoftGracePeriod: {memory.available: long}}}}",
        [
            '5:91: cluster:nodeGroups.a.kubelet.evictionHard.memory: "memory" is not an '
            "eviction signal such as memory.available",
            '5:137: cluster:nodeGroups.a.kubelet.evictionSoft.memory.available: "few" is not a '
            'threshold such as "10%" or "500Mi"',
            "5:187: cluster:nodeGroups.a.kubelet.evictionSoftGracePeriod.memory.available: "
            '"long" is not a duration such as "30s"',
        ],
    ),
    "grace periods without a threshold": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{evictionSoftGracePeriod: {memory.available: 90s}}}}",
        [
            "5:101: cluster:nodeGroups.a.kubelet.evictionSoftGracePeriod: must have the same "
            "signals as evictionSoft",
        ],
    ),
    "deletion of images": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{imageGCHighThresholdPercent: 101, imageGCLowThresholdPercent: -1}}}",
        [
            "5:105: cluster:nodeGroups.a.kubelet.imageGCHighThresholdPercent: must be 100 or "
            "less, not 101",
            "5:138: cluster:nodeGroups.a.kubelet.imageGCLowThresholdPercent: must be 0 or more, "
            "not -1",
        ],
    ),
    "logs of containers": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{containerLogMaxSize: large, containerLogMaxFiles: 1}}}",
        [
            '5:97: cluster:nodeGroups.a.kubelet.containerLogMaxSize: "large" is not a quantity '
            'such as "500Mi"',
            "5:126: cluster:nodeGroups.a.kubelet.containerLogMaxFiles: must be 2 or more, not 1",
        ],
    ),
    "pulls of images": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{registryPullQPS: -1, registryBurst: -1, serializeImagePulls: maybe, "
        "maxParallelImagePulls: 0}}}",
        [
            "5:93: cluster:nodeGroups.a.kubelet.registryPullQPS: must be 0 or more, not -1",
            "5:112: cluster:nodeGroups.a.kubelet.registryBurst: must be 0 or more, not -1",
            "5:137: cluster:nodeGroups.a.kubelet.serializeImagePulls: must be true or false, "
            'not "maybe"',
            "5:167: cluster:nodeGroups.a.kubelet.maxParallelImagePulls: must be 1 or more, not 0",
        ],
    ),
    "pulls side by side, one after the other": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{maxParallelImagePulls: 3}}}",
        [
            "5:99: cluster:nodeGroups.a.kubelet.maxParallelImagePulls: needs "
            "serializeImagePulls: false",
        ],
    ),
    "processes and kernel parameters": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{podPidsLimit: -2, allowedUnsafeSysctls: net.core.somaxconn}}}",
        [
            "5:90: cluster:nodeGroups.a.kubelet.podPidsLimit: must be -1 or more, not -2",
            "5:116: cluster:nodeGroups.a.kubelet.allowedUnsafeSysctls: must be a list, not "
            '"net.core.somaxconn"',
        ],
    ),
    "shutdown": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{shutdownGracePeriod: long, shutdownGracePeriodCriticalPods: short}}}",
        [
            '5:97: cluster:nodeGroups.a.kubelet.shutdownGracePeriod: "long" is not a duration '
            'such as "30s"',
            '5:136: cluster:nodeGroups.a.kubelet.shutdownGracePeriodCriticalPods: "short" is '
            'not a duration such as "30s"',
        ],
    ),
    "field of the kubelet among the others": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: {extra: "
        "{maxPods: 5, registryBurst: 3}}}}",
        [
            "5:84: cluster:nodeGroups.a.kubelet.extra.maxPods: has a field of its own; say it "
            "there",
            "5:96: cluster:nodeGroups.a.kubelet.extra.registryBurst: has a field of its own; "
            "say it there",
        ],
    ),
    "kubelet's field misspelt": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{registryPullQps: 5}}}",
        [
            '5:76: cluster:nodeGroups.a.kubelet.registryPullQps: unknown key "registryPullQps"; '
            'did you mean "registryPullQPS"?',
        ],
    ),
    "containerd": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, containerd: none}}",
        [
            "5:78: cluster:nodeGroups.a.containerd: must be a mapping of keys and values, not "
            '"none"',
        ],
    ),
    "containerd's configuration": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, containerd: {config: "
        "'version = ', baseRuntimeSpec: none}}}",
        [
            "5:87: cluster:nodeGroups.a.containerd.config: is not TOML: Invalid value (at end "
            "of document)",
            "5:118: cluster:nodeGroups.a.containerd.baseRuntimeSpec: must be a mapping of keys "
            'and values, not "none"',
        ],
    ),
    "number of pods": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, maxPods: many}}",
        [
            '5:75: cluster:nodeGroups.a.maxPods: must be auto or a whole number, not "many"',
        ],
    ),
    "number of pods too great": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, maxPods: 1000}}",
        [
            "5:75: cluster:nodeGroups.a.maxPods: must be 737 or less, not 1000",
        ],
    ),
    "number of pods too small": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, maxPods: 0}}",
        [
            "5:75: cluster:nodeGroups.a.maxPods: must be 1 or more, not 0",
        ],
    ),
    "registry": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, registry: docker.io}}",
        [
            "5:76: cluster:nodeGroups.a.registry: must be a mapping of keys and values, not "
            '"docker.io"',
        ],
    ),
    "mirrors": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, registry: {mirrors: "
        "{}}}}",
        [
            "5:86: cluster:nodeGroups.a.registry.mirrors: must have at least one entry",
        ],
    ),
    "mirrors of a registry": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, registry: {mirrors: "
        "{'https://docker.io': [mirror], docker.io: []}}}}",
        [
            '5:87: cluster:nodeGroups.a.registry.mirrors.https://docker.io: "https://docker.io" '
            "is not a registry such as docker.io",
            '5:109: cluster:nodeGroups.a.registry.mirrors.https://docker.io[0]: "mirror" is not '
            "a URL such as https://mirror.example.com",
            "5:129: cluster:nodeGroups.a.registry.mirrors.docker.io: must have at least one entry",
        ],
    ),
    "proxy": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, proxy: "
        "'http://proxy:3128'}}",
        [
            "5:73: cluster:nodeGroups.a.proxy: must be a mapping of keys and values, not "
            '"http://proxy:3128"',
        ],
    ),
    "proxy without an address": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, proxy: {http: proxy, "
        "https: proxy, noProxy: ['a b']}}}",
        [
            '5:80: cluster:nodeGroups.a.proxy.http: "proxy" is not a URL such as '
            "https://mirror.example.com",
            '5:94: cluster:nodeGroups.a.proxy.https: "proxy" is not a URL such as '
            "https://mirror.example.com",
            '5:111: cluster:nodeGroups.a.proxy.noProxy[0]: "a b" is not a host or network such '
            "as .internal",
        ],
    ),
    "script that is no list": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, preBootstrap: echo}}",
        [
            '5:80: cluster:nodeGroups.a.preBootstrap: must be a list, not "echo"',
        ],
    ),
    "script that looks like the end of its part": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, preBootstrap: ['echo "
        "--//']}}",
        [
            "5:80: cluster:nodeGroups.a.preBootstrap: a line holds --//, which divides the "
            "parts of user data",
        ],
    ),
    "script too long": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, preBootstrap: ["
        + ", ".join(f"'{'x' * 90}{n:04}'" for n in range(180))
        + "]}}",
        [
            "5:80: cluster:nodeGroups.a.preBootstrap: user data of 19276 bytes comes of all "
            "that nodes are told; EC2 takes 16384: put what is long into a script that nodes "
            "download",
        ],
    ),
    "local storage": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, localStorage: RAID0}}",
        [
            "5:80: cluster:nodeGroups.a.localStorage: must be a mapping of keys and values, not "
            '"RAID0"',
        ],
    ),
    "local storage's strategy": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, localStorage: "
        "{strategy: RAID5}}}",
        [
            "5:91: cluster:nodeGroups.a.localStorage.strategy: must be one of RAID0, RAID10, "
            'Mount, not "RAID5"; did you mean "RAID0"?',
        ],
    ),
    "settings of Bottlerocket on another system": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, bottlerocket: "
        "{kernel: {lockdown: integrity}}}}",
        [
            "5:80: cluster:nodeGroups.a.bottlerocket: cannot be said to nodes of AL2023",
        ],
    ),
    "settings of Bottlerocket that are no mapping": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "BOTTLEROCKET, bottlerocket: none}}",
        [
            "5:107: cluster:nodeGroups.a.bottlerocket: must be a mapping of keys and values, "
            'not "none"',
        ],
    ),
    "group of settings that is none": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "BOTTLEROCKET, bottlerocket: {kubernetes: 1}}}",
        [
            "5:120: cluster:nodeGroups.a.bottlerocket.kubernetes: must be a mapping, not 1",
        ],
    ),
    "what Bottlerocket cannot be told": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "BOTTLEROCKET, containerd: {config: 'version = 3'}, preBootstrap: [echo], localStorage: "
        "{strategy: RAID0}, kubelet: {serializeImagePulls: false, extra: {a: 1}}}}",
        [
            "5:105: cluster:nodeGroups.a.containerd: cannot be said to nodes of BOTTLEROCKET",
            "5:144: cluster:nodeGroups.a.preBootstrap: cannot be said to nodes of BOTTLEROCKET",
            "5:166: cluster:nodeGroups.a.localStorage: cannot be said to nodes of BOTTLEROCKET",
            "5:216: cluster:nodeGroups.a.kubelet.serializeImagePulls: is no setting of "
            "Bottlerocket",
            "5:230: cluster:nodeGroups.a.kubelet.extra: cannot be said to nodes of BOTTLEROCKET",
        ],
    ),
    "two proxies of Bottlerocket": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "BOTTLEROCKET, proxy: {http: 'http://a:1', https: 'http://b:1'}}}",
        [
            "5:107: cluster:nodeGroups.a.proxy.http: must be that of https: Bottlerocket knows "
            "one for both",
        ],
    ),
    "settings of Bottlerocket said twice": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "BOTTLEROCKET, maxPods: 30, kubelet: {podPidsLimit: 100}, registry: {mirrors: "
        "{docker.io: ['https://m.example.com']}}, proxy: {https: 'http://b:1'}, bottlerocket: "
        "{kubernetes: {max-pods: 5, pod-pids-limit: 1, cluster-name: c}, container-registry: "
        "{mirrors: []}, network: {https-proxy: a}}}}",
        [
            "5:255: cluster:nodeGroups.a.bottlerocket.kubernetes.max-pods: is said by another "
            "field, or by the program itself; remove it",
            "5:268: cluster:nodeGroups.a.bottlerocket.kubernetes.pod-pids-limit: is said by "
            "another field, or by the program itself; remove it",
            "5:287: cluster:nodeGroups.a.bottlerocket.kubernetes.cluster-name: is said by "
            "another field, or by the program itself; remove it",
            "5:326: cluster:nodeGroups.a.bottlerocket.container-registry.mirrors: is said by "
            "another field, or by the program itself; remove it",
            "5:350: cluster:nodeGroups.a.bottlerocket.network.https-proxy: is said by another "
            "field, or by the program itself; remove it",
        ],
    ),
    "what Windows cannot be told": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2}, w: {instanceTypes: "
        "[m7i.large], nodes: 1, imageFamily: WINDOWS_CORE_2022, amiId: ami-0123abcd, registry: "
        "{mirrors: {docker.io: ['https://m.example.com']}}, kubelet: {shutdownGracePeriod: "
        "30s}}}",
        [
            "5:172: cluster:nodeGroups.w.registry: cannot be said to nodes of WINDOWS_CORE_2022",
            "5:254: cluster:nodeGroups.w.kubelet.shutdownGracePeriod: cannot be said to nodes "
            "of WINDOWS_CORE_2022",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_the_users_words(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines, expected = CASES[case]
    assert messages(stack_file(lines)) == expected
