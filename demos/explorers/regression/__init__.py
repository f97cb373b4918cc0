"""The explorers of the page `regression`."""
