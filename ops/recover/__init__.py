"""`python -m ops recover`: after an interrupted `pulumi up`, the state knows again what AWS has."""
