"""Who may do what: policies of IAM and of resources, sessions of roles, tokens that open roles."""
