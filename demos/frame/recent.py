"""The answers given last, by what was asked: an example that every visitor is shown is worked out once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Recent(Generic[Answer]):
    """At most `most` answers, of which the one that was asked for longest ago goes first; for threads."""

    def __init__(self, most: int):
        self._most = most
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._one = threading.Lock()

    def answer(self, question: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """Return the answer to a question, worked out where it is not there; an error is raised and not kept."""
        with self._one:
            if question in self._answers:
                self._answers.move_to_end(question)
                return self._answers[question]
        answer = work_out()
        with self._one:
            self._answers[question] = answer
            self._answers.move_to_end(question)
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return answer
