// The brush as a ring around the cursor, as wide as the line.

/** Return {resize(width), follow(event, box), hide()}; width and place in the pixels of the screen, whose box is given. */
export function createRing(ring) {
  return {
    resize(width) {
      ring.style.width = ring.style.height = `${width}px`;
      ring.style.margin = `${-width / 2}px`;
    },
    follow(event, { left, top }) {
      ring.style.transform = `translate(${event.clientX - left}px, ${event.clientY - top}px)`;
      ring.hidden = event.pointerType === "touch";
    },
    hide() {
      ring.hidden = true;
    },
  };
}
