// Runs in every page: the page's state in its URL, the language switch.
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

  // On a phone the navigation is moved so that the open page's name is in sight.
  new MutationObserver((_, watch) => {
    const here = document.querySelector('nav.pages [aria-current="page"]');
    if (!here) return;
    watch.disconnect();
    here.parentElement.scrollLeft = here.offsetLeft - 60;
  }).observe(document.documentElement, { childList: true, subtree: true });

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
  }).observe(document, { childList: true, subtree: true, characterData: true });

  return { keep, open, motion, whenChanged };
})();
