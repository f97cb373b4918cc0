"""What the server keeps of each visitor: as little as Gradio needs, for a bounded number of them."""

from copy import copy
from datetime import datetime
from typing import Any

import gradio as gr
from gradio.state_holder import SessionState, StateHolder
from gradio.utils import LRUCache

MOST = 1000
"""Visitors of one page that are remembered; beyond that the one who was silent longest is forgotten."""


CALLS = 100
"""Calls that are over of which Gradio keeps how long they took."""


def bound_queue(blocks: gr.Blocks, most: int = MOST) -> None:
    """Bound what the queue of a page's blocks keeps of calls that are over: Gradio keeps a little of each for good."""
    queue = blocks._queue
    queue.pending_messages_per_session = LRUCache(most)
    queue.pending_event_ids_session = LRUCache(most)
    queue.ANALYTICS_MAX_EVENTS = CALLS


class Session(SessionState):
    """A visitor's state without Gradio's copy of the configuration of every block, of which only deep links make use.

    Gradio makes that copy for each visitor and each call without a session: 14 ms on the event loop and 320 kB on a page
    of 200 blocks.
    """

    def __init__(self, blocks: gr.Blocks):
        self.blocks_config = copy(blocks.default_config)
        self.config_values: dict[int, Any] = {}
        self.state_data: dict[int, Any] = {}
        self._state_ttl: dict[int, Any] = {}
        self.is_closed = False
        self.STATE_TTL_WHEN_CLOSED = 3600

    def _update_config(self, key: int) -> None:
        """Keep no configuration."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Keep no configuration."""


class Sessions(StateHolder):
    """The sessions of one page."""

    def __init__(self, blocks: gr.Blocks, most: int = MOST):
        super().__init__()
        blocks.state_session_capacity = most
        self.set_blocks(blocks)

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self.session_data[session_id] = Session(self.blocks)
        self.update(session_id)
        self.time_last_used[session_id] = datetime.now()
        return self.session_data[session_id]
