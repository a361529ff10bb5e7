"""What a stack file says wrongly of what nodes are told, with the exact words of the answer."""

import pytest

from tests.stack_files import Cases, messages, stack_file

CASES: Cases = {
    "kubelet": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: fast}}",
        [
            '5:75: cluster:nodeGroups.a.kubelet: must be a mapping of keys and values, not "fast"',
        ],
    ),
    "kubelet's fields that have no such value": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{cpuManagerPolicy: dynamic, topologyManagerPolicy: numa, topologyManagerScope: node, "
        "memoryManagerPolicy: dynamic}}}",
        [
            "5:94: cluster:nodeGroups.a.kubelet.cpuManagerPolicy: must be one of none, static, "
            'not "dynamic"',
            "5:126: cluster:nodeGroups.a.kubelet.topologyManagerPolicy: must be one of none, "
            'best-effort, restricted, single-numa-node, not "numa"',
            "5:154: cluster:nodeGroups.a.kubelet.topologyManagerScope: must be one of container, "
            'pod, not "node"',
            "5:181: cluster:nodeGroups.a.kubelet.memoryManagerPolicy: must be one of None, "
            'Static, not "dynamic"',
        ],
    ),
    "field that the kubelet does not have": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{cpuManagerPolcy: static}}}",
        [
            '5:76: cluster:nodeGroups.a.kubelet.cpuManagerPolcy: unknown key "cpuManagerPolcy"; '
            'did you mean "cpuManagerPolicy"?',
        ],
    ),
    "the kubelet's pods said as a field of its configuration": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: {maxPods: 50}}}",
        [
            '5:76: cluster:nodeGroups.a.kubelet.maxPods: unknown key "maxPods"; known are '
            "cpuManagerPolicy, topologyManagerPolicy, topologyManagerScope, memoryManagerPolicy, "
            "systemReserved, kubeReserved, evictionHard, evictionSoft, evictionSoftGracePeriod, "
            "imageGCHighThresholdPercent, imageGCLowThresholdPercent, containerLogMaxSize, "
            "containerLogMaxFiles, registryPullQPS, registryBurst, serializeImagePulls, "
            "maxParallelImagePulls, podPidsLimit, allowedUnsafeSysctls, shutdownGracePeriod, "
            "shutdownGracePeriodCriticalPods, extra",
        ],
    ),
    "reserved resources": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{systemReserved: {disk: 1Gi}, kubeReserved: {cpu: much}}}}",
        [
            '5:93: cluster:nodeGroups.a.kubelet.systemReserved.disk: "disk" is not a resource '
            "such as memory",
            '5:125: cluster:nodeGroups.a.kubelet.kubeReserved.cpu: "much" is not a quantity '
            'such as "500Mi"',
        ],
    ),
    "reserved resources that are no mapping": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{systemReserved: 1Gi, kubeReserved: 1Gi}}}",
        [
            "5:92: cluster:nodeGroups.a.kubelet.systemReserved: must be a mapping of keys and "
            'values, not "1Gi"',
            "5:111: cluster:nodeGroups.a.kubelet.kubeReserved: must be a mapping of keys and "
            'values, not "1Gi"',
        ],
    ),
    "eviction signal": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: {evictionHard: "
        "{memory.free: 5%}}}}",
        [
            '5:91: cluster:nodeGroups.a.kubelet.evictionHard.memory.free: "memory.free" is not '
            "an eviction signal such as memory.available",
        ],
    ),
    "eviction threshold": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: {evictionHard: "
        "{memory.available: a bit}}}}",
        [
            '5:109: cluster:nodeGroups.a.kubelet.evictionHard.memory.available: "a bit" is not '
            'a threshold such as "10%" or "500Mi"',
        ],
    ),
    "soft eviction without its period": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: {evictionSoft: "
        "{memory.available: 5%}}}}",
        [
            "5:66: cluster:nodeGroups.a.kubelet.evictionSoftGracePeriod: must have the same "
            "signals as evictionSoft",
        ],
    ),
    "soft eviction's threshold": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: {evictionSoft: "
        "{memory.available: little}, evictionSoftGracePeriod: {memory.available: 1m}}}}",
        [
            '5:109: cluster:nodeGroups.a.kubelet.evictionSoft.memory.available: "little" is not '
            'a threshold such as "10%" or "500Mi"',
        ],
    ),
    "soft eviction's period": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: {evictionSoft: "
        "{memory.available: 5%}, evictionSoftGracePeriod: {memory.available: soon}}}}",
        [
            "5:158: cluster:nodeGroups.a.kubelet.evictionSoftGracePeriod.memory.available: "
            '"soon" is not a duration such as "30s"',
        ],
    ),
    "percent of the disk": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{imageGCHighThresholdPercent: 101, imageGCLowThresholdPercent: -1}}}",
        [
            "5:105: cluster:nodeGroups.a.kubelet.imageGCHighThresholdPercent: must be 100 or "
            "less, not 101",
            "5:138: cluster:nodeGroups.a.kubelet.imageGCLowThresholdPercent: must be 0 or more, "
            "not -1",
        ],
    ),
    "percent of the disk as text": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{imageGCHighThresholdPercent: 85%}}}",
        [
            "5:105: cluster:nodeGroups.a.kubelet.imageGCHighThresholdPercent: must be a whole "
            'number, not "85%"',
        ],
    ),
    "logs of containers": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{containerLogMaxSize: big, containerLogMaxFiles: 1}}}",
        [
            '5:97: cluster:nodeGroups.a.kubelet.containerLogMaxSize: "big" is not a quantity '
            'such as "500Mi"',
            "5:124: cluster:nodeGroups.a.kubelet.containerLogMaxFiles: must be 2 or more, not 1",
        ],
    ),
    "image pulls": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{registryPullQPS: -1, registryBurst: -1, serializeImagePulls: maybe, "
        "maxParallelImagePulls: 0}}}",
        [
            "5:93: cluster:nodeGroups.a.kubelet.registryPullQPS: must be 0 or more, not -1",
            "5:112: cluster:nodeGroups.a.kubelet.registryBurst: must be 0 or more, not -1",
            "5:137: cluster:nodeGroups.a.kubelet.serializeImagePulls: must be true or false, not "
            '"maybe"',
            "5:167: cluster:nodeGroups.a.kubelet.maxParallelImagePulls: must be 1 or more, not 0",
        ],
    ),
    "image pulls at once, one after the other": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{maxParallelImagePulls: 3}}}",
        [
            "5:99: cluster:nodeGroups.a.kubelet.maxParallelImagePulls: needs serializeImagePulls: "
            "false",
        ],
    ),
    "processes of a pod": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: {podPidsLimit: "
        "-2}}}",
        [
            "5:90: cluster:nodeGroups.a.kubelet.podPidsLimit: must be -1 or more, not -2",
        ],
    ),
    "kernel parameters": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{allowedUnsafeSysctls: net.core.somaxconn}}}",
        [
            "5:98: cluster:nodeGroups.a.kubelet.allowedUnsafeSysctls: must be a list, not "
            '"net.core.somaxconn"',
        ],
    ),
    "kernel parameter twice": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{allowedUnsafeSysctls: [net.core.somaxconn, net.core.somaxconn]}}}",
        [
            '5:119: cluster:nodeGroups.a.kubelet.allowedUnsafeSysctls[1]: "net.core.somaxconn" '
            "is here twice; keep one",
        ],
    ),
    "shutdown": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: "
        "{shutdownGracePeriod: 30, shutdownGracePeriodCriticalPods: long}}}",
        [
            '5:97: cluster:nodeGroups.a.kubelet.shutdownGracePeriod: must be in quotes: "30"',
            '5:134: cluster:nodeGroups.a.kubelet.shutdownGracePeriodCriticalPods: "long" is not '
            'a duration such as "30s"',
        ],
    ),
    "further fields that are no mapping": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: {extra: all}}}",
        [
            "5:83: cluster:nodeGroups.a.kubelet.extra: must be a mapping of keys and values, not "
            '"all"',
        ],
    ),
    "further field that has a field of its own": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, kubelet: {extra: "
        "{podPidsLimit: 100, maxPods: 50}}}}",
        [
            "5:84: cluster:nodeGroups.a.kubelet.extra.podPidsLimit: has a field of its own; say "
            "it there",
            "5:103: cluster:nodeGroups.a.kubelet.extra.maxPods: has a field of its own; say it "
            "there",
        ],
    ),
    "containerd": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, containerd: fast}}",
        [
            "5:78: cluster:nodeGroups.a.containerd: must be a mapping of keys and values, not "
            '"fast"',
        ],
    ),
    "containerd's configuration that is no TOML": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, containerd: {config: "
        "'[plugins'}}}",
        [
            "5:87: cluster:nodeGroups.a.containerd.config: is not TOML: Expected ']' at the end "
            "of a table declaration (at end of document)",
        ],
    ),
    "containerd's runtime specification": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, containerd: "
        "{baseRuntimeSpec: [process]}}}",
        [
            "5:96: cluster:nodeGroups.a.containerd.baseRuntimeSpec: must be a mapping of keys and "
            "values, not a list",
        ],
    ),
    "pods of a node": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, maxPods: many}}",
        [
            '5:75: cluster:nodeGroups.a.maxPods: must be auto or a whole number, not "many"',
        ],
    ),
    "no pods at all": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, maxPods: 0}}",
        [
            "5:75: cluster:nodeGroups.a.maxPods: must be 1 or more, not 0",
        ],
    ),
    "more pods than any type has addresses for": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, maxPods: 2000}}",
        [
            "5:75: cluster:nodeGroups.a.maxPods: must be 1514 or less, not 2000",
        ],
    ),
    "pods of a node as a truth": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, maxPods: true}}",
        [
            "5:75: cluster:nodeGroups.a.maxPods: must be auto or a whole number, not true",
        ],
    ),
    "registry": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, registry: docker.io}}",
        [
            "5:76: cluster:nodeGroups.a.registry: must be a mapping of keys and values, not "
            '"docker.io"',
        ],
    ),
    "registry without mirrors": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, registry: {}}}",
        [
            "5:66: cluster:nodeGroups.a.registry.mirrors: is missing",
        ],
    ),
    "registry with no mirrors": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, registry: {mirrors: "
        "{}}}}",
        [
            "5:86: cluster:nodeGroups.a.registry.mirrors: must have at least one entry",
        ],
    ),
    "registry that is none": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, registry: {mirrors: "
        "{'https://docker.io': ['https://mirror.example.com']}}}}",
        [
            '5:87: cluster:nodeGroups.a.registry.mirrors.https://docker.io: "https://docker.io" '
            "is not a registry such as docker.io",
        ],
    ),
    "registry with an empty list of mirrors": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, registry: {mirrors: "
        "{docker.io: []}}}}",
        [
            "5:98: cluster:nodeGroups.a.registry.mirrors.docker.io: must have at least one entry",
        ],
    ),
    "mirror that is no URL": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, registry: {mirrors: "
        "{docker.io: [mirror.example.com]}}}}",
        [
            '5:99: cluster:nodeGroups.a.registry.mirrors.docker.io[0]: "mirror.example.com" is '
            "not a URL such as https://mirror.example.com",
        ],
    ),
    "proxy": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, proxy: "
        "https://proxy.example.com}}",
        [
            "5:73: cluster:nodeGroups.a.proxy: must be a mapping of keys and values, not "
            '"https://proxy.example.com"',
        ],
    ),
    "proxy without https": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, proxy: {http: "
        "'http://proxy.example.com'}}}",
        [
            "5:66: cluster:nodeGroups.a.proxy.https: is missing",
        ],
    ),
    "proxy that is no URL": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, proxy: {http: proxy, "
        "https: proxy}}}",
        [
            '5:80: cluster:nodeGroups.a.proxy.http: "proxy" is not a URL such as '
            "https://mirror.example.com",
            '5:94: cluster:nodeGroups.a.proxy.https: "proxy" is not a URL such as '
            "https://mirror.example.com",
        ],
    ),
    "hosts without a proxy": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, proxy: {https: "
        "'https://proxy.example.com', noProxy: 'a,b'}}}",
        [
            '5:119: cluster:nodeGroups.a.proxy.noProxy: must be a list, not "a,b"',
        ],
    ),
    "host without a proxy": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, proxy: {https: "
        "'https://proxy.example.com', noProxy: ['a,b']}}}",
        [
            '5:120: cluster:nodeGroups.a.proxy.noProxy[0]: "a,b" is not a host or network such '
            "as .internal",
        ],
    ),
    "script that is no list": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, preBootstrap: echo a}}",
        [
            '5:80: cluster:nodeGroups.a.preBootstrap: must be a list, not "echo a"',
        ],
    ),
    "empty line of a script": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, preBootstrap: ['']}}",
        [
            "5:81: cluster:nodeGroups.a.preBootstrap[0]: must not be empty",
        ],
    ),
    "script that divides user data": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, preBootstrap: ['echo "
        "--//']}}",
        [
            "5:80: cluster:nodeGroups.a.preBootstrap: a line holds --//, which divides the parts "
            "of user data",
        ],
    ),
    "script with a carriage return": (
        '  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, preBootstrap: ["echo '
        'a\\r"]}}',
        [
            "5:80: cluster:nodeGroups.a.preBootstrap: a line holds a carriage return, which user "
            "data cannot keep",
        ],
    ),
    "own disks": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, localStorage: RAID0}}",
        [
            "5:80: cluster:nodeGroups.a.localStorage: must be a mapping of keys and values, not "
            '"RAID0"',
        ],
    ),
    "own disks' strategy": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, localStorage: "
        "{strategy: RAID5}}}",
        [
            "5:91: cluster:nodeGroups.a.localStorage.strategy: must be one of RAID0, RAID10, "
            'Mount, not "RAID5"; did you mean "RAID0"?',
        ],
    ),
    "own disks without a strategy": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, localStorage: {}}}",
        [
            "5:66: cluster:nodeGroups.a.localStorage.strategy: is missing",
        ],
    ),
    "Bottlerocket's settings that are no mapping": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "BOTTLEROCKET, bottlerocket: all}}",
        [
            "5:107: cluster:nodeGroups.a.bottlerocket: must be a mapping of keys and values, not "
            '"all"',
        ],
    ),
    "Bottlerocket's settings of another system": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, bottlerocket: {kernel: "
        "{lockdown: integrity}}}}",
        [
            "5:80: cluster:nodeGroups.a.bottlerocket: cannot be said to nodes of AL2023: these "
            "are settings of imageFamily BOTTLEROCKET",
        ],
    ),
    "Bottlerocket's setting that is nothing": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "BOTTLEROCKET, bottlerocket: {kernel: {lockdown: }}}}",
        [
            "5:127: cluster:nodeGroups.a.bottlerocket.kernel.lockdown: is nothing, which TOML "
            "cannot say; remove it, or give it a value",
        ],
    ),
    "Bottlerocket's setting that is nothing, in a list": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "BOTTLEROCKET, bottlerocket: {ntp: {time-servers: [10.0.0.1, null]}}}}",
        [
            "5:139: cluster:nodeGroups.a.bottlerocket.ntp.time-servers[1]: is nothing, which TOML "
            "cannot say; remove it, or give it a value",
        ],
    ),
    "Bottlerocket's settings that other fields say": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "BOTTLEROCKET, maxPods: 20, kubelet: {podPidsLimit: 100}, registry: {mirrors: {docker.io: "
        "['https://m.example.com']}}, proxy: {https: 'https://p.example.com'}, bottlerocket: "
        "{kubernetes: {max-pods: 20, pod-pids-limit: 100, cluster-name: dev}, container-registry: "
        "{mirrors: []}, network: {https-proxy: a}}}}",
        [
            "5:266: cluster:nodeGroups.a.bottlerocket.kubernetes.max-pods: is said by another "
            "field, or by the program itself; remove it",
            "5:280: cluster:nodeGroups.a.bottlerocket.kubernetes.pod-pids-limit: is said by "
            "another field, or by the program itself; remove it",
            "5:301: cluster:nodeGroups.a.bottlerocket.kubernetes.cluster-name: is said by another "
            "field, or by the program itself; remove it",
            "5:342: cluster:nodeGroups.a.bottlerocket.container-registry.mirrors: is said by "
            "another field, or by the program itself; remove it",
            "5:366: cluster:nodeGroups.a.bottlerocket.network.https-proxy: is said by another "
            "field, or by the program itself; remove it",
        ],
    ),
    "Bottlerocket's group of settings that is no mapping": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "BOTTLEROCKET, bottlerocket: {kubernetes: all}}}",
        [
            '5:120: cluster:nodeGroups.a.bottlerocket.kubernetes: must be a mapping, not "all"',
        ],
    ),
    "what Bottlerocket cannot be told": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "BOTTLEROCKET, containerd: {config: 'a = 1'}, preBootstrap: [echo], localStorage: "
        "{strategy: RAID0}}}",
        [
            "5:105: cluster:nodeGroups.a.containerd: cannot be said to nodes of BOTTLEROCKET: "
            "Bottlerocket writes containerd's configuration itself",
            "5:138: cluster:nodeGroups.a.preBootstrap: cannot be said to nodes of BOTTLEROCKET: "
            "Bottlerocket has no shell; say bottlerocket.bootstrap-containers",
            "5:160: cluster:nodeGroups.a.localStorage: cannot be said to nodes of BOTTLEROCKET: "
            "this is a setting of AL2023's nodeadm",
        ],
    ),
    "kubelet's fields that Bottlerocket does not have": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "BOTTLEROCKET, kubelet: {serializeImagePulls: false, maxParallelImagePulls: 2, extra: "
        "{logging: {verbosity: 3}}}}}",
        [
            "5:124: cluster:nodeGroups.a.kubelet.serializeImagePulls: is no setting of "
            "Bottlerocket",
            "5:154: cluster:nodeGroups.a.kubelet.maxParallelImagePulls: is no setting of "
            "Bottlerocket",
            "5:164: cluster:nodeGroups.a.kubelet.extra: cannot be said to nodes of BOTTLEROCKET: "
            "they are told single settings, not the kubelet's configuration as a whole",
        ],
    ),
    "two proxies on Bottlerocket": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "BOTTLEROCKET, proxy: {http: 'http://a.example.com', https: 'https://b.example.com'}}}",
        [
            "5:107: cluster:nodeGroups.a.proxy.http: must be that of https: Bottlerocket knows "
            "one for both",
        ],
    ),
    "what Windows cannot be told": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2}, w: {instanceTypes: "
        "[m7i.large], nodes: 1, imageFamily: WINDOWS_CORE_2022, amiId: ami-0123abcd, containerd: "
        "{config: 'a = 1'}, registry: {mirrors: {docker.io: ['https://m.example.com']}}, proxy: "
        "{https: 'https://p.example.com'}, localStorage: {strategy: RAID0}, bottlerocket: "
        "{kernel: {lockdown: integrity}}}}",
        [
            "5:174: cluster:nodeGroups.w.containerd: cannot be said to nodes of "
            "WINDOWS_CORE_2022: EKS's bootstrap script writes containerd's configuration itself",
            "5:203: cluster:nodeGroups.w.registry: cannot be said to nodes of WINDOWS_CORE_2022: "
            "EKS's bootstrap script takes no mirrors; set them up in preBootstrap",
            "5:261: cluster:nodeGroups.w.proxy: cannot be said to nodes of WINDOWS_CORE_2022: "
            "EKS's bootstrap script takes no proxy; set it up in preBootstrap",
            "5:309: cluster:nodeGroups.w.localStorage: cannot be said to nodes of "
            "WINDOWS_CORE_2022: this is a setting of AL2023's nodeadm",
            "5:342: cluster:nodeGroups.w.bottlerocket: cannot be said to nodes of "
            "WINDOWS_CORE_2022: these are settings of imageFamily BOTTLEROCKET",
        ],
    ),
    "kubelet's fields that Windows does not have": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2}, w: {instanceTypes: "
        "[m7i.large], nodes: 1, imageFamily: WINDOWS_CORE_2022, amiId: ami-0123abcd, kubelet: "
        "{shutdownGracePeriod: 30s, allowedUnsafeSysctls: [a.b], extra: {logging: {verbosity: "
        "3}}}}}",
        [
            "5:193: cluster:nodeGroups.w.kubelet.shutdownGracePeriod: cannot be said to nodes of "
            "WINDOWS_CORE_2022: no argument of the kubelet says it there",
            "5:220: cluster:nodeGroups.w.kubelet.allowedUnsafeSysctls: cannot be said to nodes of "
            "WINDOWS_CORE_2022: no argument of the kubelet says it there",
            "5:234: cluster:nodeGroups.w.kubelet.extra: cannot be said to nodes of "
            "WINDOWS_CORE_2022: they are told single settings, not the kubelet's configuration as "
            "a whole",
        ],
    ),
    "script that ends Windows' user data": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2}, w: {instanceTypes: "
        "[m7i.large], nodes: 1, imageFamily: WINDOWS_CORE_2022, amiId: ami-0123abcd, "
        "preBootstrap: ['echo </PowerShell>']}}",
        [
            "5:176: cluster:nodeGroups.w.preBootstrap: a line holds </powershell>, which ends "
            "user data",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_the_users_words(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines, expected = CASES[case]
    assert messages(stack_file(lines)) == expected
