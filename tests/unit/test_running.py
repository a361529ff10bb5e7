"""Commands that get Ctrl-C too, and decide by themselves when they end."""

import os
import signal
import subprocess
import sys

CHILD = """
import signal, sys, time
told = []
signal.signal(signal.SIGINT, lambda *_: told.append(1))
print("ready", flush=True)
while len(told) < 2:
    time.sleep(0.01)
print("state is written", flush=True)
sys.exit(7)
"""
PARENT = """
import os, sys
from ops.running import run_to_its_end
code = run_to_its_end([sys.executable, "-c", sys.argv[1]], environment=os.environ)
print(f"exit code {code}")
"""


def test_ctrl_c_is_left_to_the_command_however_often_it_is_pressed():
    command = [sys.executable, "-c", PARENT, CHILD]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout
        said = process.stdout
        assert said.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGINT)
        # The second is another signal only if the first has been taken.
        while process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
        assert said.read() == "state is written\nexit code 7\n"


def test_what_a_command_says_can_go_to_a_file(tmp_path):
    script = "import sys; print('out'); print('err', file=sys.stderr)"
    program = (
        "import os, sys\nfrom ops.running import run_to_its_end\n"
        f"with open({str(tmp_path / 'said')!r}, 'w') as said:\n"
        f"    command = [sys.executable, '-c', {script!r}]\n"
        "    run_to_its_end(command, environment=os.environ, output=said)"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert (finished.stdout, finished.stderr) == (b"", b"")
    assert sorted((tmp_path / "said").read_text().split()) == ["err", "out"]
