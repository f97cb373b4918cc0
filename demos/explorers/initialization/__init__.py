"""The explorers of the page `initialization`."""
