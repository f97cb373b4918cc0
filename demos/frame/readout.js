// Reads a figure's curves out under the pointer, at a touch, and by the arrow keys while the figure has the focus.
(() => {
  const numbers = (text) => text.split(",").map(Number);

  // A curve's points in the picture, [x, y] each; parsed once, since the figure is drawn anew at each change.
  function points(path) {
    path.points ??= [...path.getAttribute("d").matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map((pair) => [Number(pair[1]), Number(pair[2])]);
    return path.points;
  }

  function heightAt(path, x) {
    const all = points(path);
    for (let i = 1; i < all.length; i += 1) {
      const [[x0, y0], [x1, y1]] = [all[i - 1], all[i]];
      if ((x0 <= x && x <= x1) || (x1 <= x && x <= x0)) return x0 === x1 ? y1 : y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
    }
    return null;
  }

  const between = (share, low, high, log) => (log ? low * (high / low) ** share : low + share * (high - low));
  const short = (value) => Number(value.toPrecision(3)).toString().replace("-", "−");

  // Shows x and each curve's height there; x in the picture's own pixels.
  function show(svg, x) {
    const [x0, x1, y0, y1] = numbers(svg.dataset.axes);
    const [left, top, width, height] = numbers(svg.dataset.box);
    const log = svg.dataset.log;
    svg.at = Math.min(Math.max(x, left), left + width);
    const curves = [...svg.querySelectorAll(":scope > svg > path[fill=none]:not([opacity])")].filter((path) => points(path).length > 8);
    const rows = curves.map((path) => [path.getAttribute("stroke"), heightAt(path, svg.at)]).filter(([, y]) => y !== null);
    if (!rows.length) return;
    let box = svg.parentElement.querySelector(".readout");
    if (!box) {
      box = document.createElement("div");
      box.className = "readout";
      box.setAttribute("role", "status");
      svg.parentElement.append(box);
    }
    box.replaceChildren(short(between((svg.at - left) / width, x0, x1, log.includes("x"))));
    for (const [colour, y] of rows) {
      const value = document.createElement("b");
      value.style.color = colour;
      value.textContent = short(between(1 - (y - top) / height, y0, y1, log.includes("y")));
      box.append(value);
    }
    box.style.left = `${(100 * svg.at) / svg.viewBox.baseVal.width}%`;
  }

  const hide = (plot) => plot?.querySelector(".readout")?.remove();
  const figure = (event) => event.target.closest?.(".plot")?.querySelector("svg[data-axes]");

  function point(event) {
    const svg = figure(event);
    if (!svg) return;
    const box = svg.getBoundingClientRect();
    show(svg, ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width);
  }
  document.addEventListener("pointermove", point);
  document.addEventListener("pointerdown", point);
  document.addEventListener("pointerout", (event) => {
    const plot = event.target.closest?.(".plot");
    if (plot && event.pointerType === "mouse" && !plot.contains(event.relatedTarget)) hide(plot);
  });
  document.addEventListener("focusout", (event) => hide(event.target.closest?.(".plot")));
  document.addEventListener("keydown", (event) => {
    const svg = event.target.matches?.("svg[data-axes]") && event.target;
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!svg || !way) return;
    event.preventDefault();
    const [left, , width] = numbers(svg.dataset.box);
    show(svg, (svg.at ?? left + width / 2) + (way * width) / (event.shiftKey ? 10 : 100));
  });
})();
