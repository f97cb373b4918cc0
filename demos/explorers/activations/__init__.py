"""The explorers of the page `activations`."""
