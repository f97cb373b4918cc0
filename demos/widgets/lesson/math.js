// Formulas as KaTeX draws them, the copy that Gradio's pages load; where it can't be had, LaTeX as it is written.

let loading = null;

function katex(address) {
  loading ??= import(new URL(address, document.baseURI)).then((module) => module.default).catch(() => null);
  return loading;
}

/** Draw every .math inside `root` that is not yet drawn. address: KaTeX's. */
export async function drawFormulas(root, address) {
  const engine = await katex(address);
  if (!engine) return;
  for (const place of root.querySelectorAll(".math:not(.drawn)")) {
    place.classList.add("drawn");
    engine.render(place.textContent, place, { displayMode: place.classList.contains("block"), throwOnError: false });
  }
}

/** Return Markdown with LaTeX between $$ (words.lines) as elements for drawFormulas. */
export function formulaElements(text) {
  return [...text.matchAll(/\$\$([\s\S]+?)\$\$/g)].map(([, latex]) => {
    return Object.assign(document.createElement("div"), { className: "math block", textContent: latex.trim() });
  });
}
