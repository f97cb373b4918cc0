// A drawing pad. Strokes (strokes.js) live in a square of SIDE units, so undo, a new size or another theme is a redraw.
// While the pen is down, only the newest piece is drawn and only the newest picture read.

import { decode, encode, textIn, withText } from "./address.js";
import { createAsker } from "./asker.js";
import { drawPhoto, readPhoto } from "./photo.js";
import { createRing } from "./ring.js";
import { createSteering } from "./steering.js";
import { drawPiece, drawStroke } from "./strokes.js";
import { write } from "./writing.js";

const SIDE = 280;

/**
 * Bring the pad in `root` to life. Where it has data-address, the drawing stands in the page's address under that name.
 * read(drawing, early) returns an answer or a promise of one, and may give a part of it to early() before; show(answer) gets either,
 * or null when the pad is blank. Returns {ask, present}: ask() asks again about what is on the pad; present() writes the samples
 * until somebody touches the pad. A drawing is {photo: whether it is an opened picture, pixels(): ImageData of black ink on
 * transparent ground, url(): it as a data URL}.
 */
export function createPad(root, { read, show }) {
  const find = (name) => root.querySelector("." + name);
  const screen = find("screen");
  const sheet = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
  const inks = [screen.getContext("2d"), sheet.getContext("2d", { willReadFrequently: true })];
  const brush = root.querySelector(".brush input");
  const message = find("message");
  const ring = createRing(find("ring"));
  let strokes = [];
  let photo = null;
  let offline = false; // the last question found no server
  let pointer = null; // the one pointer that draws: a second finger or a palm is ignored
  let drawn = 0; // when the newest point was made
  let box = null;
  let endWriting = null; // while the samples are being written
  let visited = false; // somebody is here, who may be opening a picture

  const blank = () => strokes.length === 0 && photo === null;
  const drawing = () => ({
    photo: photo !== null,
    pixels: () => inks[1].getImageData(0, 0, SIDE, SIDE),
    url: () => (photo ? photo.toDataURL("image/webp", 0.9) : sheet.toDataURL()),
  });
  const asker = createAsker({
    picture: drawing,
    read,
    show(answer) {
      if (offline) complain("");
      offline = false;
      show(answer);
    },
    busy: (on) => root.classList.toggle("busy", on),
    failed() {
      offline = true;
      complain(message.dataset.offline);
    },
  });

  function complain(text) {
    message.textContent = text || "";
    message.hidden = !text;
  }

  function changed() {
    root.classList.toggle("blank", blank());
    find("undo").disabled = find("clear").disabled = blank();
    find("save").disabled = strokes.length === 0;
    if (!offline) complain("");
    if (!blank()) return asker.ask();
    asker.forget();
    offline = false;
    complain("");
    show(null);
  }

  function redraw() {
    const scales = [screen.width / SIDE, 1];
    inks.forEach((ink, i) => {
      ink.resetTransform();
      ink.clearRect(0, 0, ink.canvas.width, ink.canvas.height);
      ink.scale(scales[i], scales[i]);
      ink.lineCap = ink.lineJoin = "round";
      ink.strokeStyle = ink.fillStyle = i === 0 ? getComputedStyle(screen).color : "#000";
      strokes.forEach((points) => drawStroke(ink, points));
    });
    if (photo) drawPhoto(inks[0], photo, SIDE);
  }

  function fit() {
    const side = Math.round(screen.clientWidth * devicePixelRatio);
    if (side === 0 || side === screen.width) return;
    screen.width = screen.height = side;
    redraw();
    showBrush();
  }

  /** Somebody is here: what was written for them makes room. */
  function touched() {
    visited = true;
    if (!endWriting) return;
    endWriting();
    endWriting = null;
    root.classList.remove("writing");
    wipe();
    changed();
  }

  /** A sample grows stroke by stroke: the answer that is under way belongs to it too, and the next follows. */
  function put(next) {
    [strokes, photo] = [next, null];
    redraw();
    changed();
  }

  function present() {
    const samples = [...root.querySelectorAll(".samples button")].map(samplesStrokes);
    if (!samples.length || visited || !blank() || textIn(location.href, root.dataset.address) !== null) return;
    root.classList.add("writing");
    endWriting = write(samples, put);
  }

  function samplesStrokes(button) {
    return JSON.parse(button.dataset.strokes).map((points) => points.map((point) => [...point, Number(brush.value)]));
  }

  /** Keep the drawing in the address; a photo is not kept. */
  function keep() {
    const name = root.dataset.address;
    if (!name || endWriting) return;
    const address = withText(location.href, name, encode(strokes, SIDE));
    if (address !== location.href) history.replaceState(history.state, "", address);
  }

  function restore() {
    const text = root.dataset.address && textIn(location.href, root.dataset.address);
    if (!text) return;
    touched();
    put(decode(text, SIDE));
    keep();
  }

  function begin(point) {
    if (photo) wipe();
    strokes.push([point]);
    inks.forEach((ink) => drawPiece(ink, strokes.at(-1), 0));
    changed();
  }

  function extend(point) {
    if (strokes.length === 0) return begin(point);
    const points = strokes.at(-1);
    const last = points.at(-1);
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) < 0.5) return;
    points.push(point);
    inks.forEach((ink) => drawPiece(ink, points, points.length - 1));
    changed();
  }

  function end() {
    if (strokes.length === 0) return;
    redraw();
    changed();
    keep();
  }

  function wipe() {
    strokes = [];
    photo = null;
    asker.forget();
    redraw();
  }

  function undo() {
    if (pointer !== null || blank()) return;
    touched();
    photo ? (photo = null) : strokes.pop();
    redraw();
    changed();
    keep();
  }

  function clear() {
    touched();
    wipe();
    changed();
    keep();
    screen.focus({ preventScroll: true });
  }

  function save() {
    Object.assign(document.createElement("a"), { href: sheet.toDataURL(), download: "drawing.png" }).click();
  }

  async function open(file) {
    if (!file) return;
    touched();
    let opened;
    try {
      opened = await readPhoto(file);
    } catch {
      return complain(message.dataset.unreadable);
    }
    wipe();
    photo = opened;
    redraw();
    changed();
    keep();
  }

  /** A pen's pressure widens or narrows the line; a mouse and a finger draw at the brush's width. */
  function toPoint(event) {
    const width = Number(brush.value) * (event.pointerType === "pen" && event.pressure ? 0.5 + event.pressure : 1);
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE, width];
  }

  function penDown(event) {
    if (pointer !== null || event.button !== 0) return;
    event.preventDefault();
    touched();
    screen.focus({ preventScroll: true });
    screen.setPointerCapture(event.pointerId);
    pointer = event.pointerId;
    box = screen.getBoundingClientRect();
    find("nib").hidden = true;
    begin(toPoint(event));
  }

  /** Points come as soon as they are made where the browser tells them so (pointerrawupdate); a frame's movement repeats them. */
  function penMove(event) {
    if (event.pointerId !== pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) {
      if (each.timeStamp <= drawn) continue;
      drawn = each.timeStamp;
      extend(toPoint(each));
    }
  }

  function penUp(event) {
    if (event.pointerId !== pointer) return;
    pointer = null;
    end();
  }

  const showBrush = () => ring.resize((Number(brush.value) * screen.clientWidth) / SIDE);

  /** A pen that draws has its place measured already: measuring anew would lay out the page. */
  const follow = (event) => ring.follow(event, pointer === null ? screen.getBoundingClientRect() : box);

  const steer = createSteering(find("nib"), SIDE, { width: () => Number(brush.value), begin, extend, end });

  function onKey(event) {
    if (event.target === screen && (event.key === " " || event.key.startsWith("Arrow"))) touched();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") undo();
    else if (event.target === screen && ["Delete", "Backspace", "Escape"].includes(event.key)) clear();
    else if (event.target !== screen || !steer(event.key)) return;
    event.preventDefault();
  }

  function onPaste(event) {
    const file = [...(event.clipboardData?.files ?? [])].find((each) => each.type.startsWith("image/"));
    if (!file || !root.isConnected) return;
    event.preventDefault();
    open(file);
  }

  function onDrop(event) {
    event.preventDefault();
    open(event.dataTransfer.files[0]);
  }

  screen.addEventListener("pointerdown", penDown);
  screen.addEventListener("pointerrawupdate", penMove);
  screen.addEventListener("pointermove", penMove);
  screen.addEventListener("pointerup", penUp);
  screen.addEventListener("pointercancel", penUp);
  root.addEventListener("keydown", onKey);
  root.addEventListener("dragover", (event) => event.preventDefault());
  root.addEventListener("drop", onDrop);
  document.addEventListener("paste", onPaste);
  addEventListener("hashchange", () => root.isConnected && restore()); // a link to another drawing was followed here
  root.querySelector(".samples")?.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    touched();
    put(samplesStrokes(button));
    keep();
  });
  find("undo").addEventListener("click", undo);
  find("clear").addEventListener("click", clear);
  find("save").addEventListener("click", save);
  find("open").addEventListener("click", () => find("file").click());
  find("file").addEventListener("change", ({ target }) => (open(target.files[0]), (target.value = "")));
  screen.addEventListener("pointermove", follow);
  screen.addEventListener("pointerleave", ring.hide);
  brush.addEventListener("input", showBrush);
  new ResizeObserver(fit).observe(screen);
  new MutationObserver(redraw).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  redraw();
  queueMicrotask(restore); // who made the pad is listening then
  return { ask: () => blank() || asker.ask(), present };
}
