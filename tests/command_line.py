"""Run a command of the zoo where the tests run."""

from click.testing import Result
from typer.testing import CliRunner

from zoo.__main__ import app


def here(*arguments: str, code: int = 0, **environment: str) -> Result:
    """Run a command in this process, where nothing is lost by it: starting one with PyTorch takes seconds."""
    done = CliRunner().invoke(app, [*arguments], env={"COLUMNS": "160", **environment})
    assert done.exit_code == code, done.output
    return done
