"""The typed model of the stack file, and data about AWS and EKS."""
