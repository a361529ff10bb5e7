"""Sets up what the program, its rehearsal and its tests need: a Python environment and `pulumi`.

It runs on a bare Python with the standard library alone. `python3 -m tools.toolchain` brings
`.venv` and the engine up to date, and is done in a moment where there is nothing to do.
"""
