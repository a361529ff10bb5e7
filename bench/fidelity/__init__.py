"""Contract checks: does the embedded AWS answer the calls of an EKS stack as AWS does?"""
