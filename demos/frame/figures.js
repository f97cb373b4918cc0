// Figures that can be dragged and played, and that stand side by side on a phone.
(() => {
  const COARSE = ["touch", "pen"];

  const sliderOf = (explorer, name) => explorer.querySelector(`.control-${name} input[type=range]`);

  function setSlider(explorer, name, value) {
    const slider = sliderOf(explorer, name);
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Tell the grips where the sliders are: a grip's own place follows from that by its axes (figures.py). */
  function placeGrips() {
    for (const explorer of document.querySelectorAll(".explorer:has(.handle)")) {
      for (const handle of explorer.querySelectorAll(".handle")) {
        for (const name of [handle.dataset.x, handle.dataset.y].filter(Boolean)) {
          explorer.style.setProperty(`--at-${name}`, sliderOf(explorer, name).value);
        }
      }
    }
  }

  let drag = null;
  function follow(event) {
    const { explorer, box, x, y, log, limits: [x0, x1, y0, y1] } = drag;
    const at = (share, low, high, isLog) => (isLog ? low * (high / low) ** share : low + (high - low) * share);
    if (x) setSlider(explorer, x, at((event.clientX - box.left) / box.width, x0, x1, log.includes("x")));
    if (y) setSlider(explorer, y, at((box.bottom - event.clientY) / box.height, y0, y1, log.includes("y")));
  }

  /** A mouse may take a figure anywhere; a finger takes its grip, and everywhere else it scrolls. */
  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.(".handle");
    if (!handle || !event.isPrimary || event.button !== 0) return;
    if (COARSE.includes(event.pointerType) && !event.target.closest(".grip")) return;
    event.preventDefault();
    // the figure is redrawn meanwhile, so where it was is noted at the start
    drag = {
      explorer: handle.closest(".explorer"),
      box: handle.getBoundingClientRect(),
      x: handle.dataset.x,
      y: handle.dataset.y,
      log: handle.dataset.log,
      limits: handle.dataset.limits.split(",").map(Number),
      pointer: event.pointerId,
    };
    follow(event);
  });
  document.addEventListener("pointermove", (event) => {
    if (drag && event.pointerId === drag.pointer) follow(event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, (event) => {
      if (drag && event.pointerId === drag.pointer) drag = null;
    });
  }

  // A player shows its figures' trails up to a step.
  function seek(player, step) {
    player.querySelector("input").value = step;
    player.querySelector("output").value = Math.round(step * player.dataset.scale);
    for (const line of player.parentElement.querySelectorAll(".paths polyline")) {
      const points = line.dataset.points.split(" ").slice(0, step + 1);
      line.setAttribute("points", points.join(" "));
      const [dots, head] = [line.nextElementSibling, line.nextElementSibling.nextElementSibling];
      if (dots.getAttribute("d")) dots.setAttribute("d", points.map((point) => `M${point}h0`).join(""));
      head.setAttribute("d", `M${points.at(-1)}h0`);
    }
  }

  function mark(player, playing) {
    const button = player.querySelector("button");
    player.playing = playing;
    button.textContent = playing ? "⏸" : "▶";
    button.setAttribute("aria-label", playing ? button.dataset.pause : button.dataset.play);
  }

  function pause(player) {
    player.turn = (player.turn ?? 0) + 1;
    mark(player, false);
  }

  function play(player) {
    const { max, value } = player.querySelector("input");
    const steps = Number(max);
    const first = Number(value) < steps ? Number(value) : 0;
    mark(player, true);
    const duration = Math.min(Math.max(250 * steps, 1500), 6000);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches; // then a picture a second instead of a film
    const begun = performance.now();
    const turn = (player.turn = (player.turn ?? 0) + 1);
    const frame = (now) => {
      if (!player.isConnected || player.turn !== turn) return;
      const passed = still ? 1000 * Math.floor((now - begun) / 1000) : now - begun;
      const step = Math.min(first + Math.round((passed / duration) * steps), steps);
      seek(player, Math.max(step, 0));
      if (step < steps) requestAnimationFrame(frame);
      else mark(player, false);
    };
    requestAnimationFrame(frame);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".player button");
    if (button) (button.parentElement.playing ? pause : play)(button.parentElement);
  });
  document.addEventListener("input", (event) => {
    if (event.target.closest?.(".controls")) placeGrips();
    const player = event.target.closest?.(".player");
    if (!player) return;
    pause(player);
    seek(player, Number(event.target.value));
  });

  // A stepper moves a slider by one; after its last step it moves another on and begins again.
  function stepOn(stepper, by) {
    const explorer = stepper.closest(".explorer");
    const { control, last, then } = stepper.dataset;
    const next = Number(sliderOf(explorer, control).value) + by;
    if (next < 0) return;
    if (next <= Number(last)) return setSlider(explorer, control, next);
    setSlider(explorer, control, 0);
    setSlider(explorer, then, Math.min(Number(sliderOf(explorer, then).max), Number(sliderOf(explorer, then).value) + 1));
  }

  let stepped = null; // the button that was pressed: its figure is drawn anew, and the keyboard stays with it
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".stepper button");
    if (!button) return;
    stepped = { explorer: button.closest(".explorer"), by: button.dataset.by };
    stepOn(button.closest(".stepper"), Number(button.dataset.by));
  });
  document.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const stepper = by && event.target.closest?.(".stepper");
    if (!stepper) return;
    event.preventDefault();
    stepped = { explorer: stepper.closest(".explorer"), by: event.target.dataset.by };
    stepOn(stepper, by);
  });
  function stay() {
    if (!stepped || document.activeElement !== document.body) return;
    const button = stepped.explorer.querySelector(`.stepper button[data-by="${stepped.by}"]:enabled`) ?? stepped.explorer.querySelector(".stepper button:enabled");
    button?.focus({ preventScroll: true });
  }

  // On a phone figures stand side by side: a dot a figure says which one is in sight, and brings another there.
  document.addEventListener("click", (event) => {
    const dot = event.target.closest?.(".dots button");
    if (!dot) return;
    const figures = dot.parentElement.previousElementSibling;
    const figure = figures.children[[...dot.parentElement.children].indexOf(dot)];
    figures.scrollTo({ left: figure.offsetLeft - figures.offsetLeft, behavior: firstNets.motion() });
  });
  function markDots(figures) {
    const [dots, places] = [figures.nextElementSibling, [...figures.children]];
    if (!dots?.matches(".dots")) return;
    dots.hidden = figures.scrollWidth <= figures.clientWidth + 1;
    const middle = figures.scrollLeft + figures.clientWidth / 2;
    const away = places.map((each) => Math.abs(each.offsetLeft - figures.offsetLeft + each.offsetWidth / 2 - middle));
    const nearest = away.indexOf(Math.min(...away));
    [...dots.children].forEach((dot, i) => dot.toggleAttribute("aria-current", !dots.hidden && i === nearest));
  }
  document.addEventListener("scroll", (event) => event.target.matches?.(".figs") && markDots(event.target), true);

  firstNets.whenChanged(() => {
    placeGrips();
    stay();
    document.querySelectorAll(".figs").forEach(markDots);
  });
})();
