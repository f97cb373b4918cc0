// Paper: the work sheet or its answers by a button each, both by the browser's own way of printing.

/** trials: the explorers of the lesson, whose pictures the sheet shows as they are at the beginning of each step. */
export function startPrinting(trials) {
  const { body } = document;
  for (const place of document.querySelectorAll(".paper .address")) place.textContent = location.host + location.pathname;

  /** part: "sheet", "answers", or "" for both. */
  async function printOut(part) {
    await Promise.all(trials.map((trial) => trial.sheet()));
    body.classList.add("drawn");
    if (part) body.dataset.print = part;
    print();
    delete body.dataset.print;
  }

  for (const button of document.querySelectorAll(".print")) {
    button.addEventListener("click", () => printOut(button.dataset.part));
  }
  // A browser that prints waits for nothing, so its key is ours: the pictures come first.
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "p" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    printOut("");
  });
}
