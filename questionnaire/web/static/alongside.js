// What scripts add, and only add: saving while working, copying a link, showing a password. Every page works without.
"use strict";

const form = document.querySelector("form#page[data-saved]");
if (form) saveWhileWorking(form);
if (navigator.clipboard) for (const field of document.querySelectorAll("[data-copy]")) offerCopy(field);
for (const field of document.querySelectorAll("[data-show]")) offerShow(field);
document.querySelector(".summary")?.focus();
if (document.querySelector("[data-again]")) setTimeout(() => location.reload(), 3000); // how far long work is

function saveWhileWorking(form) {
  const state = form.querySelector(".state");
  let timer, pressed, dirty = false, busy = false, trouble = false;

  const say = (word) => { state.textContent = form.dataset[word]; };
  const soon = (milliseconds) => { clearTimeout(timer); timer = setTimeout(save, milliseconds); };

  form.addEventListener("input", (event) => {
    dirty = true;
    soon(event.target.matches("[type=radio], [type=checkbox]") ? 300 : 1500);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (busy) { // what is on its way comes back first: sent now, the form would collide with it
      event.preventDefault();
      pressed = event.submitter;
    } else dirty = trouble = false;
  });
  addEventListener("beforeunload", (event) => { if (trouble || (busy && dirty)) event.preventDefault(); });
  addEventListener("pagehide", () => { if (dirty && !busy) send(); });

  function send() {
    const sent = new URLSearchParams(new FormData(form));
    sent.set("go", "stay");
    const keepalive = sent.toString().length < 60000; // browsers send no more once the page is gone
    return fetch(form.action, { method: "POST", body: sent, keepalive, headers: { Accept: "application/json" } });
  }

  async function save() {
    if (busy) return;
    busy = true;
    dirty = false;
    say("saving");
    try {
      const answer = await send();
      if (answer.status !== 200 && answer.status !== 409) throw new Error(answer.status);
      const told = await answer.json();
      for (const [item, seen] of Object.entries(told.seen)) form.elements[`${item}:seen`].value = seen;
      trouble = told.colliding.length > 0 || Object.keys(told.errors).length > 0;
      say(told.colliding.length > 0 ? "colliding" : trouble ? "partly" : "saved");
    } catch {
      dirty = trouble = true;
      say("unsaved");
    }
    busy = false;
    if (pressed) {
      form.requestSubmit(pressed);
      pressed = null;
    } else if (dirty && state.textContent !== form.dataset.unsaved) soon(300);
  }
}

function offerCopy(field) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.textContent = field.dataset.copy;
  button.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = field.dataset.copied;
  });
  field.after(button);
}

function offerShow(field) {
  const box = document.createElement("input"), label = document.createElement("label");
  box.type = "checkbox";
  box.addEventListener("change", () => { field.type = box.checked ? "text" : "password"; });
  field.form.addEventListener("submit", () => { field.type = "password"; });
  label.className = "show";
  label.append(box, field.dataset.show);
  field.after(label);
}
