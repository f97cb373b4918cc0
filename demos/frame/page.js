// Runs in every page: the page's state in its URL, the language switch.
window.firstNets = (() => {
  const state = {}; // tab -> name -> text in the URL, null where it is the first value
  let current = null;
  let restored = false; // the controls hold what the address asks for
  let tabs = [];
  let names = [];
  let timer;

  function keep(tab, name, first, value) {
    const text = (v) => (typeof v === "boolean" ? String(Number(v)) : String(v));
    (state[tab] ??= {})[name] = text(value) === text(first) ? null : text(value);
    later();
    return [];
  }

  function open(tab, allTabs, allNames) {
    [tabs, names] = [allTabs, allNames];
    const asked = tabs.includes(wanted) ? wanted : tabs[0];
    if (current === null && tab !== asked) return []; // the first tab comes first, whatever the URL asks for
    current = tab;
    later();
    mark();
    return [];
  }

  /** Bring a tab into sight; `push` makes it a step that Back takes back. */
  function turnTo(tab, push) {
    if (tab === current || !tabs.includes(tab)) return;
    if (push) {
      write();
      history.pushState(null, "", address(tab));
    }
    document.querySelector(`.sections [role=tab][data-tab-id="${tab}"]`)?.click();
  }

  function mark() {
    for (const link of document.querySelectorAll("nav.sections a")) {
      const isOpen = new URL(link.href).searchParams.get("tab") === current;
      isOpen ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
      if (isOpen) link.closest("nav").querySelector(".unfold span").textContent = link.textContent;
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("nav.sections a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    turnTo(new URL(link.href).searchParams.get("tab"), true);
  });
  addEventListener("popstate", () => tabs.length && turnTo(new URL(location.href).searchParams.get("tab") ?? tabs[0], false));

  /** Make `parameters` part of the address, as a step that Back takes back. */
  function step(parameters) {
    const url = new URL(location.href);
    for (const [name, text] of Object.entries(parameters)) url.searchParams.set(name, text);
    history.pushState(null, "", url);
  }

  const wanted = new URL(location.href).searchParams.get("tab");

  // Browsers refuse more than about 100 address changes in 30 s: write the newest state after a short rest.
  function later() {
    clearTimeout(timer);
    timer = setTimeout(write, 250);
  }

  function restore() {
    restored = true;
    later();
    return [];
  }

  /** Return the page's address with `tab` open and its controls as they are. */
  function address(tab) {
    const url = new URL(location.href);
    const shown = { ...state[""], ...state[tab ?? ""] };
    if (tab) shown.tab = tab === tabs[0] ? null : tab; // before a tab is open the address keeps its own
    for (const name of names) url.searchParams.delete(name);
    for (const [name, text] of Object.entries(shown)) {
      if (text === null) url.searchParams.delete(name);
      else url.searchParams.set(name, text);
    }
    url.search = url.search.replaceAll("%2C", ",");
    return url;
  }

  function write() {
    clearTimeout(timer);
    if (!restored || (tabs.length && current === null)) return; // still on the way to what the address asks for
    history.replaceState(history.state, "", address(current));
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

  const motion = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

  /** Call `then` when the page stands and after every later change of it, at most once a frame. */
  const listeners = [];
  let planned = false;
  function whenChanged(then) {
    listeners.push(then);
  }
  new MutationObserver(() => {
    if (planned) return;
    planned = true;
    requestAnimationFrame(() => {
      listeners.forEach((then) => then());
      planned = false;
    });
  }).observe(document, { childList: true, subtree: true, characterData: true, attributeFilter: ["open"] });

  // Nothing jumps: below its heading a page comes into sight when its figure and words are there and have come to rest.
  const QUIET = 120; // ms
  const LONGEST = 6000;
  const root = document.documentElement;
  root.classList.add("opening");
  setTimeout(() => root.classList.remove("opening"), LONGEST);
  let calm = 0;
  let since = 0; // when all was there
  whenChanged(() => {
    if (!root.classList.contains("opening")) return;
    clearTimeout(calm);
    const pictures = [...document.querySelectorAll(".picture > .html-container")].filter((each) => each.getClientRects().length);
    const drawn = pictures.every((each) => each.firstElementChild?.childElementCount);
    const hasTabs = document.querySelector("nav.sections");
    const turned = !hasTabs || (current && pictures.length && (current === wanted || !tabs.includes(wanted)));
    // Gradio fetches later what its box for a picture is made of
    const boxed = !document.getElementById("garment-reading") || document.querySelector("#garment button");
    const begun = document.getElementById("content") && document.querySelector(".explorer, .reading, .zoo, .about");
    if (!begun || !drawn || !turned || !boxed) return;
    since ||= performance.now();
    calm = setTimeout(() => root.classList.remove("opening"), performance.now() - since > 5 * QUIET ? 0 : QUIET);
  });

  return { keep, open, restore, write, step, motion, whenChanged };
})();
