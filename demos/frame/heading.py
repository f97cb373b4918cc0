"""The top of a page."""

from demos.frame import share
from demos.frame.language import T


def heading(title: str, lead: str) -> str:
    """Return the top of a page: what it is, what for, a way to pass it on, and the switch to the other language."""
    language, name = T("zh", "en"), T("中文", "English")
    switch = f'<a class="language" lang="{language}" href="?lang={language}">{name}</a>'
    top = f'<div><h1>{title}</h1>{share.dialog()}{switch}</div><div class="lead">{lead}</div>'
    return f'<header class="page-head" id="content" tabindex="-1">{top}</header>'
