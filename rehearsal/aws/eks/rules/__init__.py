"""The rules of EKS, by what they are about: see :mod:`rehearsal.aws.rules`."""
