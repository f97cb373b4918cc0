"""An app of the same kind that computes nothing, for `zoo bench serve` to measure beside: what Gradio and HTTP take."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import gradio as gr

from demos.frame import server

ANSWER = {"models": {}, "steps": [{"src": "A" * 1500} for _ in range(5)]}
"""As long as a reading."""


def read(request: object) -> dict:
    """Answer a pad."""
    return ANSWER


def classify(image: object, model: object) -> dict[str, float]:
    """Answer a call."""
    return {str(i): 0.1 for i in range(10)}


with gr.Blocks(analytics_enabled=False) as demo:
    gr.HTML("<h1>Nothing</h1>", server_functions=[read])
    image, model = gr.Image(type="filepath", visible=False), gr.Dropdown(["a"], value="a", visible=False)
    label = gr.Label(visible=False)
    gr.Button(visible=False).click(classify, [image, model], label, api_name="classify", preprocess=False)

if __name__ == "__main__":
    server.main(demo)
