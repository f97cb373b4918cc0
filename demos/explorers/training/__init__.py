"""The explorers of the page `training`."""
