// The confusion matrix: a cell shows its test images, and stands in the page's address.

const SIDE = 28; // of a test image
const NAME = "cell"; // in the address
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Bring the matrix somewhere in `element` to life, also one that takes its place later. ask(request) returns a promise of a cell's
 * images (confusion.py's `cell`); without it there are none. Returns {restore}: restore() opens the cell that the address names.
 */
export function createConfusion(element, ask) {
  const find = (selector) => element.querySelector(`.confused ${selector}`);
  const buttons = () => [...element.querySelectorAll(".confused [data-cell]")];
  let newest = 0; // an answer that comes after a later click is dropped
  let first = true;

  async function open(button) {
    const { model, absent, none } = button.closest(".confused").dataset;
    for (const each of buttons()) each.toggleAttribute("aria-current", each === button);
    focusable(button);
    keep(button.dataset.cell);
    newest += 1;
    const asked = newest;
    const answer = ask ? await ask({ model, cell: button.dataset.cell }).catch(() => ({ error: none })) : { error: absent };
    if (asked === newest && button.isConnected) show(answer ?? { error: none });
  }

  function keep(cell) {
    const url = new URL(location.href);
    cell ? url.searchParams.set(NAME, cell) : url.searchParams.delete(NAME);
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  }

  /** One cell is reached with Tab; from there arrows lead to the others. */
  function focusable(button) {
    for (const each of element.querySelectorAll(".confusion [data-cell]")) each.tabIndex = -1;
    const one = button?.closest("table") ? button : find("[data-cell]");
    if (one) one.tabIndex = 0;
  }

  function move(event) {
    const cell = event.target.closest?.(".confusion td");
    const step = STEPS[event.key];
    if (!cell || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    let [column, row] = [cell.cellIndex, cell.parentNode.sectionRowIndex];
    const { rows } = cell.closest("tbody");
    for (;;) {
      [column, row] = [column + step[0], row + step[1]];
      const next = rows[row]?.cells[column];
      if (!next || next.matches("th")) return;
      const button = next.querySelector("button");
      if (!button) continue; // a cell without images
      focusable(button);
      return button.focus();
    }
  }

  function show({ error, words, sheet, images = [] }) {
    const names = [...element.querySelectorAll(".confusion thead span")].map((each) => each.textContent);
    const figures = images.map((image) => figure(image, names));
    find(".cell p").textContent = error ?? words;
    find(".cell div").replaceChildren(...figures);
    if (!sheet) return;
    const picture = new Image();
    picture.onload = () => figures.forEach((each, i) => each.firstChild.getContext("2d").drawImage(picture, 0, -SIDE * i));
    picture.src = sheet;
  }

  function figure({ index, label, top, doubt }, names) {
    const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    canvas.setAttribute("aria-hidden", "true");
    const shares = top.map(([name, share]) => make("li", `${names[name]} ${(100 * share).toFixed(1)}%`));
    const list = make("ol");
    list.append(...shares);
    const caption = make("figcaption");
    caption.append(make("b", names[label]), make("span", ` #${index}`), list);
    if (doubt) caption.append(make("em", doubt));
    const whole = make("figure");
    const name = find(".cell").dataset.name.replace("{index}", index).replace("{label}", names[label]);
    whole.setAttribute("aria-label", name);
    whole.classList.toggle("doubted", Boolean(doubt));
    whole.append(canvas, caption);
    return whole;
  }

  function make(tag, text = "") {
    return Object.assign(document.createElement(tag), { textContent: text });
  }

  /** Open what the address names, once the matrix stands. */
  function restore() {
    requestAnimationFrame(() => {
      if (!find("[data-cell]")) return;
      focusable();
      const asked = new URL(location.href).searchParams.get(NAME);
      const button = buttons().find((each) => each.dataset.cell === asked);
      if (!button) return keep("");
      open(button);
      if (first) button.scrollIntoView({ block: "center" });
      first = false;
    });
  }

  element.addEventListener("click", (event) => {
    const button = event.target.closest(".confused [data-cell]");
    if (button) open(button);
  });
  element.addEventListener("keydown", move);
  restore();
  return { restore };
}
