"""The pictures of the explorer pages: functions of controls' values to a `View`, by subject."""
