"""What a page on a phone may not have: things to press that are too small for a finger, text too small for an eye."""

# label -> its box, for what stands in a label; links in running text may be as small as the text
SMALL = """() => {
  const small = [];
  for (const each of document.querySelectorAll("a[href], button, input, select, textarea, summary, [role=tab]")) {
    if (!each.checkVisibility({ visibilityProperty: true }) || each.disabled) continue;
    if (each.closest("p, li, dd, .lead, .about, footer, small, .term, .cm-editor, .overflow-menu")) continue;
    const box = (each.closest("label") ?? each).getBoundingClientRect();
    if (box.right <= 0 || box.width <= 1 || box.height <= 1) continue;
    if (Math.min(box.width, box.height) < 43.5) small.push(`${each.outerHTML.slice(0, 90)} ${box.width}x${box.height}`);
  }
  return small;
}"""

TINY = """() => {
  const tiny = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest(".aloud, script, style, sup, sub, .katex")) continue;
    const scale = element.ownerSVGElement ? Math.abs(element.getScreenCTM().a) : 1;
    const size = parseFloat(getComputedStyle(element).fontSize) * scale;
    if (size < 10.95) tiny.add(`${walk.currentNode.data.trim()} ${size.toFixed(1)} in ${element.tagName}.${element.className}`);
  }
  return [...tiny];
}"""

ENGLISH = """() => [...document.querySelectorAll("[aria-label]")].map((each) => each.getAttribute("aria-label"))
  .filter((name) => /\\b(for|to|from|the|Copy|Download|Upload|Remove|Clear|Reset|More|Code)\\b/.test(name))"""
"""Names that are read out in English: of Gradio's, whose words a Chinese page has in Chinese."""

SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.hadRecentInput ? 0 : entry.value)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 200);
})"""
"""How far what was in sight has moved by itself since the page began to open."""
