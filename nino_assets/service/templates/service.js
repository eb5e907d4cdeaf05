"use strict";

// After each change the server is asked again, and the page shows what it answers: the number of
// cells, and what can no longer be chosen. Without this script the button “Update choices” does it.
const form = document.getElementById("choices");
const parts = document.getElementById("parts");
const state = document.getElementById("cells");
let asked = 0;
let isStale = false;

async function renew(event) {
  const number = ++asked;
  // A list that is ticked stays as it is: the reader may be half way down.
  isStale ||= !event.target.matches(".values input");
  const address = `/build?${new URLSearchParams(new FormData(form))}`;
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (number !== asked) return;
  const told = page.querySelector(".errors li") || page.querySelector("#cells, .lead");
  state.textContent = told ? told.textContent : "";
  const renewed = page.getElementById("parts");
  if (!renewed) return;
  // The address stays that of the table, so that it can be kept, sent on and loaded again.
  history.replaceState(null, "", address);
  if (!isStale) return;
  isStale = false;
  for (const each of renewed.querySelectorAll("fieldset[id] > details")) {
    const shown = document.getElementById(each.parentElement.id);
    if (shown) each.open ||= shown.querySelector("details").open;
  }
  const focused = document.activeElement.id;
  parts.replaceChildren(...renewed.childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

form.addEventListener("change", renew);
document.documentElement.classList.add("with-script");
