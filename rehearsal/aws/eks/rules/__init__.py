"""What EKS demands, one module per noun. How a rule is written: :mod:`rehearsal.aws.rules`."""
