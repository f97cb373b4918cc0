// Starts a page of the static site: the reader where there is one, the visitor's language, and what makes it work offline.

import { createReader } from "../reader/reader.js";

const LANGUAGE = "first-nets-language"; // in localStorage: what the visitor chose
const SETTLED = 4000; // ms after which the site is kept: what this visit shows comes first
const other = document.querySelector("a.language");

function chosen() {
  try {
    return localStorage.getItem(LANGUAGE);
  } catch {
    return document.documentElement.lang; // no storage here: what is open stays
  }
}

function choose(language) {
  try {
    localStorage.setItem(LANGUAGE, language);
  } catch {
    // chosen for this page only
  }
}

/** Go to the page in the other language, in the same state. */
function translate() {
  location.replace(new URL(other.getAttribute("href") + location.search + location.hash, location.href));
}

other.addEventListener("click", (event) => {
  event.preventDefault();
  choose(other.lang);
  translate();
});

// An address in Chinese stays so; one in English may be where somebody just arrives.
const preferred = chosen() ?? navigator.languages[0] ?? "en";
if (other.lang === "zh" && preferred.startsWith("zh")) translate();

const reader = document.querySelector(".reader");
if (reader) createReader(reader);
if (document.querySelector(".confused")) import("../confusion/confusion.js").then(({ createConfusion }) => createConfusion(document.body));

/** Keep the site for the next visit, once this one has what it needs. */
function keep() {
  navigator.serviceWorker?.register(new URL(`${document.body.dataset.root}sw.js`, location.href)).catch((error) => console.warn(error.message));
}
setTimeout(keep, SETTLED);
