// Runs in every page: the page's state in its URL, the language switch, figures that can be dragged and played.
window.firstNets = (() => {
  const state = {}; // tab -> name -> text in the URL, null where it is the first value
  let current = null;
  let names = [];
  let timer;

  function keep(tab, name, first, value) {
    const text = (v) => (typeof v === "boolean" ? String(Number(v)) : String(v));
    (state[tab] ??= {})[name] = text(value) === text(first) ? null : text(value);
    later();
    return [];
  }

  function open(tab, tabs, allNames) {
    const asked = tabs.includes(wanted) ? wanted : tabs[0];
    if (current === null && tab !== asked) return []; // the first tab comes first, whatever the URL asks for
    reveal();
    current = tab;
    names = allNames;
    (state[""] ??= {}).tab = tab === tabs[0] ? null : tab;
    later();
    return [];
  }

  // Until the tab that the URL asks for is open the first one stands there: keep it out of sight.
  const wanted = new URL(location.href).searchParams.get("tab");
  const reveal = () => document.documentElement.classList.remove("opening");
  if (wanted) {
    document.documentElement.classList.add("opening");
    setTimeout(reveal, 3000);
  }

  // Browsers refuse more than about 100 address changes in 30 s: write the newest state after a short rest.
  function later() {
    clearTimeout(timer);
    timer = setTimeout(write, 250);
  }

  function write() {
    const url = new URL(location.href);
    const shown = { ...state[""], ...state[current ?? ""] };
    for (const name of names) url.searchParams.delete(name);
    for (const [name, text] of Object.entries(shown)) {
      if (text === null) url.searchParams.delete(name);
      else url.searchParams.set(name, text);
    }
    url.search = url.search.replaceAll("%2C", ",");
    history.replaceState(history.state, "", url);
  }

  // The language chosen in the URL goes along to other pages.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.origin !== location.origin) return;
    const there = new URL(link.href);
    const here = new URL(location.href);
    if (link.matches("a.language")) {
      event.preventDefault();
      write();
      const again = new URL(location.href);
      again.searchParams.set("lang", link.lang);
      location.assign(again);
    } else if (here.searchParams.has("lang") && there.pathname !== here.pathname && !there.searchParams.has("lang")) {
      there.searchParams.set("lang", here.searchParams.get("lang"));
      link.href = there;
    }
  }, true);

  // A figure's handle moves sliders. The figure is redrawn meanwhile, so where it was is noted at the start.
  function setSlider(explorer, name, value) {
    const slider = explorer.querySelector(`.control-${name} input[type=range]`);
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }

  let drag = null;
  function follow(event) {
    const { explorer, box, x, y, log, limits: [x0, x1, y0, y1] } = drag;
    const at = (share, low, high, isLog) => (isLog ? low * (high / low) ** share : low + (high - low) * share);
    if (x) setSlider(explorer, x, at((event.clientX - box.left) / box.width, x0, x1, log.includes("x")));
    if (y) setSlider(explorer, y, at((box.bottom - event.clientY) / box.height, y0, y1, log.includes("y")));
  }
  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.(".handle");
    if (!handle || !event.isPrimary || event.button !== 0) return;
    event.preventDefault();
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
    player.querySelector("output").value = step;
    for (const line of player.parentElement.querySelectorAll(".paths polyline")) {
      const points = line.dataset.points.split(" ").slice(0, step + 1);
      line.setAttribute("points", points.join(" "));
      const [dots, head] = [line.nextElementSibling, line.nextElementSibling.nextElementSibling];
      if (dots.getAttribute("d")) dots.setAttribute("d", points.map((point) => `M${point}h0`).join(""));
      head.setAttribute("d", `M${points.at(-1)}h0`);
    }
  }

  function play(player) {
    const steps = Number(player.querySelector("input").max);
    const duration = Math.min(Math.max(60 * steps, 1500), 6000);
    const begun = performance.now();
    const turn = (player.turn = (player.turn ?? 0) + 1);
    const frame = (now) => {
      if (!player.isConnected || player.turn !== turn) return;
      const step = Math.min(Math.round(((now - begun) / duration) * steps), steps);
      seek(player, Math.max(step, 0));
      if (step < steps) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".player button");
    if (button) play(button.parentElement);
  });
  document.addEventListener("input", (event) => {
    const player = event.target.closest?.(".player");
    if (!player) return;
    player.turn = (player.turn ?? 0) + 1;
    seek(player, Number(event.target.value));
  });

  // On a phone the navigation is moved so that the open page's name is in sight.
  new MutationObserver((_, watch) => {
    const here = document.querySelector('nav.pages [aria-current="page"]');
    if (!here) return;
    watch.disconnect();
    here.parentElement.scrollLeft = here.offsetLeft - 60;
  }).observe(document.documentElement, { childList: true, subtree: true });

  return { keep, open };
})();
