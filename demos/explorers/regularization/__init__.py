"""The explorers of the page `regularization`."""
