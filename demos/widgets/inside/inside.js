// The look inside under the pad. An answer's `inside` holds what inside.py computed for the tab that is open.

const KEPT = "first-nets-digits"; // in localStorage: what visitors said of their own digits
const MOST_KEPT = 100;

/** Return {look, show}: look() is what to ask the server for; show(answer, model) paints it, model being the one in charge. */
function createInside(root, { ask }) {
  const all = (selector) => [...root.querySelectorAll(selector)];
  const dials = all(".dial");
  let open = "maps";
  let answer = null;
  let model = "";
  let right = null; // the digit that the visitor says it is

  const number = (text) => String(Number(text)).replace("-", "−");
  const best = (shares) => shares.indexOf(Math.max(...shares));
  const read = () => best(answer.models[model].probabilities);
  const subject = () => right ?? read();

  function select(look) {
    open = look;
    for (const tab of all("[role=tab]")) {
      tab.setAttribute("aria-selected", tab.dataset.look === look);
      tab.tabIndex = tab.dataset.look === look ? 0 : -1;
    }
    for (const panel of all("[role=tabpanel]")) panel.hidden = panel.dataset.look !== look;
    paint();
    if (answer) ask();
  }

  function setSource(image, source) {
    source ? (image.src = source) : image.removeAttribute("src");
  }

  function paintMaps() {
    all(".stages img").forEach((image, i) => setSource(image, answer?.inside.stages?.[i]));
  }

  function paintScores() {
    const scores = answer?.inside.scores ?? [];
    const top = best(scores.map((each) => each.score));
    all(".scores figure").forEach((figure, i) => {
      setSource(figure.querySelector("img"), scores[i]?.src);
      figure.querySelector("span").textContent = scores[i] ? scores[i].score.toFixed(1) : "";
      figure.classList.toggle("best", i === top);
    });
  }

  function paintChanges() {
    const inside = answer?.inside;
    const digit = inside?.shares ? subject() : null;
    root.querySelector(".subject").textContent = digit ?? "–";
    for (const dial of dials) {
      const shares = inside?.shares?.[dial.dataset.change];
      dial.querySelectorAll("polyline").forEach((line, i) => line.setAttribute("points", points(Object.values(shares ?? {})[i], digit)));
      setSource(dial.querySelector("img"), inside?.strips?.[dial.dataset.change]);
      all(".inside tr[data-model]").forEach((row) => {
        const cell = row.children[1 + dials.indexOf(dial)];
        if (row.closest("[data-look=changes]")) cell.textContent = range(dial, shares?.[row.dataset.model], digit);
      });
    }
  }

  function points(shares, digit) {
    return (shares ?? []).map((each, i) => `${i / (shares.length - 1)},${1 - each[digit]}`).join(" ");
  }

  /** Say how far from no change in both directions a model still reads the digit. */
  function range(dial, shares, digit) {
    if (!shares) return "";
    const amounts = dial.dataset.amounts.split(",");
    const same = shares.map((each) => best(each) === digit);
    const middle = (shares.length - 1) / 2;
    if (!same[middle]) return "–";
    let [first, last] = [middle, middle];
    while (same[first - 1]) first -= 1;
    while (same[last + 1]) last += 1;
    return `${number(amounts[first])} … ${number(amounts[last])}${dial.dataset.unit}`;
  }

  function turnDial(dial) {
    const [slider, amounts] = [dial.querySelector("input"), dial.dataset.amounts.split(",")];
    const place = Number(slider.value);
    const share = place / (amounts.length - 1);
    dial.querySelector("output").textContent = number(amounts[place]) + dial.dataset.unit;
    dial.querySelector("img").style.left = `${-100 * place}%`;
    let mark = dial.querySelector(".paths line");
    if (!mark) {
      mark = dial.querySelector(".paths").appendChild(document.createElementNS("http://www.w3.org/2000/svg", "line"));
      mark.setAttribute("y2", 1);
    }
    mark.setAttribute("x1", share);
    mark.setAttribute("x2", share);
  }

  function paintVerdicts() {
    all(".digits button").forEach((button, i) => {
      button.disabled = !answer;
      button.setAttribute("aria-pressed", i === right);
    });
    root.querySelector(".verdicts").hidden = right === null;
    if (right === null) return;
    for (const row of all(".verdicts tbody tr")) {
      const shares = answer.models[row.dataset.model].probabilities;
      row.children[1].textContent = best(shares);
      row.children[2].textContent = `${(100 * shares[right]).toFixed(1)}%`;
      row.classList.toggle("miss", best(shares) !== right);
    }
  }

  const titleOf = (name) => root.querySelector(`.verdicts tr[data-model="${name}"] td`)?.textContent;

  function kept() {
    try {
      const found = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
      return Array.isArray(found) ? found : [];
    } catch {
      return []; // no storage here: private browsing, or a frame without it
    }
  }

  function keep(entries) {
    try {
      localStorage.setItem(KEPT, JSON.stringify(entries.slice(-MOST_KEPT)));
    } catch {
      // nothing is kept then
    }
    paintKept();
  }

  function sayRight(digit) {
    right = digit;
    const said = Object.fromEntries(Object.entries(answer.models).map(([name, each]) => [name, best(each.probabilities)]));
    const seen = answer.steps.at(-1).src;
    keep([...kept().filter((each) => each.seen !== seen), { digit, seen, said }]);
    paint();
  }

  function paintKept() {
    const entries = kept();
    root.querySelector(".kept").hidden = entries.length === 0;
    const tally = all(".verdicts tbody tr").map(({ dataset }) => {
      const judged = entries.filter((each) => dataset.model in each.said);
      const hits = judged.filter((each) => each.said[dataset.model] === each.digit).length;
      return make("li", `${titleOf(dataset.model)}: ${hits} / ${judged.length}`);
    });
    root.querySelector(".tally").replaceChildren(...tally);
    root.querySelector(".drawings").replaceChildren(...entries.map(drawing).reverse());
  }

  function drawing({ digit, seen, said }) {
    const figure = make("figure");
    const wrong = Object.values(said).filter((each) => each !== digit).length;
    const caption = make("figcaption", String(digit));
    if (wrong) caption.append(make("b", ` ✗${wrong}`));
    figure.append(Object.assign(new Image(), { src: seen, alt: "" }), caption);
    return figure;
  }

  function make(tag, text = "") {
    return Object.assign(document.createElement(tag), { textContent: text });
  }

  function paint() {
    if (open === "maps") paintMaps();
    if (open === "evidence") paintScores();
    if (open === "changes") paintChanges();
    if (open === "wrong") paintVerdicts();
  }

  function onKey(event) {
    const tabs = all("[role=tab]");
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
    next.focus();
    select(next.dataset.look);
  }

  root.querySelector("[role=tablist]").addEventListener("keydown", onKey);
  all("[role=tab]").forEach((tab) => tab.addEventListener("click", () => select(tab.dataset.look)));
  all(".digits button").forEach((button, i) => button.addEventListener("click", () => sayRight(i)));
  root.querySelector(".forget").addEventListener("click", () => keep([]));
  for (const dial of dials) {
    dial.querySelector("input").addEventListener("input", () => turnDial(dial));
    turnDial(dial);
  }
  select(open);
  paintKept();
  return {
    look: () => open,
    show(next, inCharge) {
      const drawn = next?.models ? next : null;
      if (drawn?.steps.at(-1).src !== answer?.steps.at(-1).src) right = null;
      answer = drawn;
      model = inCharge;
      paint();
    },
  };
}
