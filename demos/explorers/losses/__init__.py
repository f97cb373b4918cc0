"""The explorers of the page `losses`."""
