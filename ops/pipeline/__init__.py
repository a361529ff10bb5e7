"""The commands of a pipeline, which a person runs alike: plan, comment, deploy, drift, destroy.

They run the `pulumi` on PATH with the backend and the credentials of the environment, and know
nothing of where they run but what `ops.forge` asks.
"""
