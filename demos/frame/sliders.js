// Sliders: logarithmic where the field thinks in powers (controls.powers); on each arrows are fine, Shift or Page coarse steps.
(() => {
  const STOPS = 1000; // of a logarithmic slider
  const WAYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 1, PageDown: -1 };

  const rounded = (value) => Number(value.toPrecision(2));

  /** Where a logarithmic slider begins, above a 0 that may stand at its very left, and where it ends. */
  function limits(theirs) {
    const least = Number(theirs.closest(".powers").className.match(/least-(\S+)/)[1]);
    return { least, high: Number(theirs.max), first: Number(theirs.min) === 0 ? 1 : 0 };
  }

  function valueAt(stop, { least, high, first }) {
    if (stop < first) return 0;
    const value = rounded(least * (high / least) ** ((stop - first) / (STOPS - first)));
    return Math.min(Math.max(value, least), high);
  }

  function stopOf(value, { least, high, first }) {
    if (value < least) return 0;
    return Math.round(first + ((STOPS - first) * Math.log(value / least)) / Math.log(high / least));
  }

  /** The next value of two digits, 0.10, 0.11, 0.12, or, coarse, of 0.1, 0.2, 0.5, 1. */
  function beside(value, way, coarse, { least, high, first }) {
    if (value < least) return way > 0 ? least : value;
    const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
    const digits = coarse ? [0.1, 0.2, 0.5, 1, 2, 5, 10] : Array.from({ length: 100 }, (_, i) => (i < 10 ? 0.9 + i / 100 : i / 10));
    const all = (coarse ? digits : [...digits, 10]).map((digit) => Number((digit * power).toPrecision(3)));
    const next = way > 0 ? all.find((each) => each > value * (1 + 1e-9)) : all.findLast((each) => each < value * (1 - 1e-9));
    if (next < least * (1 - 1e-9)) return first && value <= least * (1 + 1e-9) ? 0 : least;
    return Math.min(next, high);
  }

  function move(theirs, value) {
    theirs.value = value;
    theirs.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Put a slider of our own, whose stops are powers, in the place of Gradio's, which goes on holding the value. */
  function stretch(theirs) {
    const own = theirs.cloneNode();
    Object.assign(own, { id: `${theirs.id}_powers`, className: `${theirs.className} own`, min: 0, max: STOPS, step: 1 });
    own.removeAttribute("data-testid");
    theirs.own = own;
    own.theirs = theirs;
    theirs.after(own);
    const label = document.querySelector(`label[for="${theirs.id}"]`);
    if (label) label.htmlFor = own.id;
    own.addEventListener("input", () => move(theirs, valueAt(Number(own.value), limits(theirs))));
    // Gradio tells each new value by the length of the filled part
    new MutationObserver(() => follow(theirs)).observe(theirs, { attributes: true });
    follow(theirs);
  }

  function follow(theirs) {
    const { own } = theirs;
    const [value, ends] = [Number(theirs.value), limits(theirs)];
    if (valueAt(Number(own.value), ends) !== value) own.value = stopOf(value, ends);
    own.style.setProperty("--range_progress", `${(100 * own.value) / STOPS}%`);
    own.setAttribute("aria-valuetext", String(value));
  }

  document.addEventListener("keydown", (event) => {
    const slider = event.target.matches?.(".controls input[type=range]") && event.target;
    const way = WAYS[event.key];
    const coarse = event.shiftKey || event.key.startsWith("Page");
    if (!slider || !way || event.ctrlKey || event.metaKey || event.altKey) return;
    if (slider.theirs) {
      move(slider.theirs, beside(Number(slider.theirs.value), way, coarse, limits(slider.theirs)));
      follow(slider.theirs);
    } else if (coarse) {
      const step = Number(slider.step);
      const tenth = Math.max(1, Math.round((slider.max - slider.min) / 10 / step)) * step;
      move(slider, Number(slider.value) + way * tenth);
    } else return; // as browsers do it
    event.preventDefault();
  });

  firstNets.whenChanged(() => {
    for (const theirs of document.querySelectorAll(".powers [data-testid=range-input]")) {
      if (!theirs.own?.isConnected) stretch(theirs);
    }
  });
})();
