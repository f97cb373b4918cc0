// Light or dark as the visitor's system is, before anything is painted; a change is followed.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.body.classList.toggle("dark", dark.matches);
  dark.addEventListener("change", follow);
  follow();
})();
