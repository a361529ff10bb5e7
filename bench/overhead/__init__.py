"""The cost of components over plain resources."""
