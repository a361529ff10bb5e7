"""How a missing tool is installed on this machine. Runs on an old Python too."""

import shutil

# The first package manager that is there decides; without any, the tool's own page.
_PYTHON = {
    "brew": "brew install python@3.13",
    "apt-get": "sudo apt-get install python3.11 python3.11-venv",
    "dnf": "sudo dnf install python3.12",
    "pacman": "sudo pacman -S python",
}
# Most distributions' own Go is too old.
_GO = {"brew": "brew install go", "pacman": "sudo pacman -S go"}
_CURL = {
    "brew": "brew install curl",
    "apt-get": "sudo apt-get install curl",
    "dnf": "sudo dnf install curl",
    "pacman": "sudo pacman -S curl",
}


def python() -> str:
    """How to get a Python that is new enough."""
    return _advice(_PYTHON, "https://www.python.org/downloads/")


def venv(version: str) -> str:
    """How to get the part of Python `version`, such as 3.12, that Debian packages apart."""
    debian = {"apt-get": f"sudo apt-get install python{version}-venv"}
    return _advice(debian, "https://www.python.org/downloads/")


def go() -> str:
    """How to get a Go that is new enough."""
    return _advice(_GO, "https://go.dev/doc/install")


def curl() -> str:
    """How to get curl."""
    return _advice(_CURL, "https://curl.se/download.html")


def _advice(commands: "dict[str, str]", page: str) -> str:
    for manager, command in commands.items():
        if shutil.which(manager):
            return f"Install it: {command}"
    return f"Install it: {page}"
