// The bars of links: on a phone they unfold under a button. And the way past them.
(() => {
  const fold = (menu, open) => menu.querySelector(".unfold").setAttribute("aria-expanded", open);
  const unfolded = () => document.querySelector('nav.menu:has(.unfold[aria-expanded="true"])');

  document.addEventListener("click", (event) => {
    const open = unfolded();
    const button = event.target.closest?.("nav.menu .unfold");
    if (open && (!open.contains(event.target) || event.target.closest("a"))) fold(open, false);
    if (button) fold(button.parentElement, button.parentElement !== open);
    if (event.target.closest?.("a.skip")) skip(event);
  });
  document.addEventListener("keydown", (event) => {
    const open = unfolded();
    if (event.key !== "Escape" || !open) return;
    fold(open, false);
    open.querySelector(".unfold").focus();
  });
  document.addEventListener("focusin", (event) => {
    const open = unfolded();
    if (open && !open.contains(event.target)) fold(open, false);
  });

  function skip(event) {
    const content = document.getElementById("content");
    if (!content) return; // the page is still on its way; the link's own # stays in the address
    event.preventDefault();
    content.focus();
  }
})();
