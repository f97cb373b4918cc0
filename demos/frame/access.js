// For keyboards and screen readers: what Gradio leaves out, put in after every change of the page.
(() => {
  const REST = 700; // ms without a change until the words under a figure are read out
  const LATEST = 8000; // ms until they are in any case: a run that goes on changes all the time

  /** Gradio gives every radio button a name of its own: with one name a group, the arrow keys go through it. */
  function groupRadios() {
    for (const group of document.querySelectorAll("fieldset")) {
      const title = group.querySelector(":scope > [data-testid=block-info]");
      if (title) {
        title.id ||= `legend-${Math.random().toString(36).slice(2)}`;
        group.setAttribute("aria-labelledby", title.id);
      }
      const radios = [...group.querySelectorAll("input[type=radio]")];
      if (radios.length) group.setAttribute("role", "radiogroup");
      radios.forEach((radio) => radio.name !== radios[0].name && (radio.name = radios[0].name));
    }
  }

  /** What scrolls can be reached, and so scrolled, from the keyboard. */
  function openScrollers() {
    for (const box of document.querySelectorAll(".scroll, .figs, .formula, .katex-display, .math.block, .cm-scroller")) {
      if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  /** Gradio names an empty box without saying what it is. */
  function nameEmpty() {
    document.querySelectorAll(".empty[aria-label]:not([role])").forEach((box) => box.setAttribute("role", "img"));
  }

  // One live region for the whole page: it says what changed once it has come to rest, not every frame of a drag.
  const voice = Object.assign(document.createElement("p"), { className: "aloud", id: "voice" });
  voice.setAttribute("role", "status");

  let timer = 0;
  let waiting = 0; // since when something is to be said
  let stepBefore = "";
  let last = null; // null until the page stands: what it opens with is read by who reads the page
  /** What is said of an element: what it asks for, or its text without what its terms mean, which opens on demand. */
  function said(element) {
    if (element.dataset.said !== undefined) return element.dataset.said;
    const words = element.cloneNode(true);
    words.querySelectorAll(".term > span").forEach((meaning) => meaning.remove());
    return words.textContent;
  }
  const inSight = (selector) => [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility());

  function listen() {
    clearTimeout(timer);
    const step = inSight("#run-progress [data-said]").map(said).join(" ");
    if (step !== stepBefore) { // a run changes all the time: what is to be said of it is said at once
      stepBefore = step;
      last ??= "";
      speak();
      return;
    }
    waiting ||= performance.now();
    timer = setTimeout(speak, Math.max(0, Math.min(REST, waiting + LATEST - performance.now())));
  }

  function speak() {
    const text = inSight(".words .summary, #run-progress p").map(said).join(" ");
    if (last !== null && text !== last) voice.textContent = text.trim();
    last = text;
    waiting = 0;
  }

  firstNets.whenChanged(() => {
    if (!voice.isConnected) document.body?.append(voice);
    groupRadios();
    openScrollers();
    nameEmpty();
    listen();
  });
})();
