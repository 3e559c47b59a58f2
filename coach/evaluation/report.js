"use strict";
// Shows the failed cases that fit every choice of the form.
const form = document.getElementById("filters");
const cases = [...document.querySelectorAll(".case")];
const count = document.getElementById("count");

function show() {
  const wanted = Object.fromEntries(new FormData(form));
  const words = (wanted.words || "").trim().toLowerCase();
  delete wanted.words;
  let shown = 0;
  for (const one of cases) {
    const fits = Object.entries(wanted).every(([name, value]) => !value || one.dataset[name].split("\n").includes(value));
    one.hidden = !(fits && (!words || one.textContent.toLowerCase().includes(words)));
    shown += !one.hidden;
  }
  count.textContent = shown === cases.length ? `${shown} failed cases.` : `${shown} of ${cases.length} failed cases.`;
}

if (cases.length) {
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  show();
}
