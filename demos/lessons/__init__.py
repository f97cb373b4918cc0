"""The course: lessons as data (a YAML file each), and the pages that show them."""
