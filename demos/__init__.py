"""The pages of the playground: every module here is one page and runs alone, app.py holds them all."""
