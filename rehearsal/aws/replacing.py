"""How a backend of ours tells moto which requests are its own."""

from types import ModuleType, SimpleNamespace
from typing import Any

from moto.core.responses import BaseResponse


def urls(module: ModuleType, response: type[BaseResponse]) -> Any:
    """What moto's ``_url_module`` of a backend is to answer.

    moto looks for it beside the backend's class, which for ours is not inside moto.

    Args:
        module: moto's ``urls`` of the service, for the hosts and paths.
        response: the class that answers them.
    """
    return SimpleNamespace(
        url_bases=module.url_bases,
        url_paths=dict.fromkeys(module.url_paths, response.dispatch),
    )
