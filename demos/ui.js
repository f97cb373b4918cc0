// Runs in every page: state in the URL, the language switch, handles that drag controls.
const firstNets = (() => {
  const waiting = {};
  let timer;

  // Browsers refuse more than about 100 address changes in 30 s: write the newest state after a short rest.
  function keep(values, first) {
    for (const [name, value] of Object.entries(values)) {
      waiting[name] = JSON.stringify(value) === JSON.stringify(first[name]) ? null : String(value === true ? 1 : value === false ? 0 : value);
    }
    clearTimeout(timer);
    timer = setTimeout(write, 250);
    return [];
  }

  function write() {
    const url = new URL(location.href);
    for (const name of Object.keys(waiting)) {
      if (waiting[name] === null) url.searchParams.delete(name);
      else url.searchParams.set(name, waiting[name]);
      delete waiting[name];
    }
    url.search = url.search.replaceAll("%2C", ",");
    history.replaceState(history.state, "", url);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.origin !== location.origin) return;
    const here = new URL(location.href);
    if (link.matches("a.language")) {
      event.preventDefault();
      write();
      const there = new URL(location.href);
      there.searchParams.set("lang", link.lang);
      location.assign(there);
    } else if (here.searchParams.has("lang") && link.pathname !== here.pathname) {
      const there = new URL(link.href);
      if (!there.searchParams.has("lang")) there.searchParams.set("lang", here.searchParams.get("lang"));
      link.href = there;
    }
  }, true);

  return { keep };
})();
window.firstNets = firstNets;
