"""Models on a hub: the client, what may be published, push and pull, Spaces."""
