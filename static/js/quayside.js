/* What pages do better with JavaScript; every one of them works without. */
(function () {
  "use strict";
  const $ = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  /* --- Numbers as people type them; the server is the judge, this only adds up live. ------------- */
  function number(text) {
    let clean = text.trim().replace(/[\s'’ ]/g, "");
    if (!clean) return null;
    const comma = clean.lastIndexOf(","), point = clean.lastIndexOf(".");
    if (comma >= 0 && point >= 0) clean = comma > point ? clean.replace(/\./g, "").replace(",", ".") : clean.replace(/,/g, "");
    else if (comma >= 0) clean = clean.replace(",", ".");
    return /^-?\d*\.?\d*$/.test(clean) ? Number(clean) : NaN;
  }
  const written = (value) => String(Math.round(value * 10000) / 10000);

  /* --- Answer form: what each line's choice opens, the remainder of splits, what the button will do -- */
  function showEditor(line) {
    const choice = line.querySelector("[data-choice]"), editor = document.getElementById(line.dataset.editor);
    if (!choice || !editor) return;
    const details = editor.querySelector("details");
    const open = choice.value === "change" || choice.value === "split" || choice.value === "reject";
    editor.hidden = !open && !editor.querySelector(".is-invalid");
    if (details) details.open = true;
    $("[data-for]", editor).forEach((part) => { part.hidden = !part.dataset.for.split(" ").includes(choice.value); });
    // A split starts with two rows; the spare ones stay out of sight until they are asked for or hold something.
    $("[data-part]", editor).slice(2).forEach((row) => {
      if (!row.hidden) row.hidden = !row.querySelector(".is-invalid") && $("input", row).every((field) => !field.value);
    });
    line.classList.toggle("is-deviating", open);
    addUp(editor);
  }
  function addUp(editor) {
    const out = editor.querySelector("[data-remainder]");
    if (!out) return;
    const asked = Number(out.dataset.asked);
    let sum = 0, wrong = false;
    $("[data-part]:not([hidden]) [data-quantity]", editor).forEach((field) => {
      const value = number(field.value);
      if (Number.isNaN(value)) wrong = true; else sum += value || 0;
    });
    if ($("[data-part]:not([hidden]) input[name$=-unit]", editor).some((field) => field.value.trim())) {
      out.textContent = "In another unit, so it is not held against what was ordered.";
      out.classList.toggle("text-wrong", wrong);
      return;
    }
    const left = asked - sum;
    out.textContent = wrong ? "One of the quantities is not a number." : Math.abs(left) < 1e-9 ? "Adds up to " + written(asked) + "."
      : left > 0 ? written(left) + " still to place of " + written(asked) + "." : written(-left) + " too many; " + written(asked) + " were ordered.";
    out.classList.toggle("text-wrong", wrong || Math.abs(left) >= 1e-9);
  }
  function addPart(editor) {
    const rows = $("[data-part]", editor);
    let row = rows.find((candidate) => candidate.hidden);
    if (!row) {
      const last = rows[rows.length - 1];
      row = last.cloneNode(true);
      $("input", row).forEach((field) => {
        field.name = field.id = field.name.replace(/-(\d+)-(\w+)$/, (_, number, name) => "-" + (Number(number) + 1) + "-" + name);
        field.value = "";
        field.classList.remove("is-invalid");
      });
      $(".error", row).forEach((error) => error.remove());
      last.after(row);
    }
    row.hidden = false;
    row.querySelector("input").focus();
    addUp(editor);
  }
  function sayWhatItDoes(form) {
    const button = form.querySelector("[data-send]");
    if (!button) return;
    let answers = 0, deviating = 0;
    $("[data-choice]", form).forEach((choice) => {
      if (choice.value !== "later") answers += 1;
      if (choice.value === "change" || choice.value === "split" || choice.value === "reject") deviating += 1;
    });
    button.textContent = "Send " + answers + (answers === 1 ? " answer" : " answers") +
      (deviating ? ", " + deviating + (deviating === 1 ? " needs" : " need") + " the buyer" : "");
    button.closest("button").disabled = answers === 0;
  }
  function prepare(root) {
    $("form[data-answers]", root).forEach((form) => {
      $("[data-line]", form).forEach(showEditor);
      sayWhatItDoes(form);
    });
    $("[data-js]", root).forEach((element) => { element.hidden = false; });
    // Where a row of tabs is wider than the screen, where one is comes into view.
    $("nav [aria-current=page]", root).forEach((here) => {
      const row = here.closest("nav"), over = here.getBoundingClientRect().right - row.getBoundingClientRect().right;
      if (over > 0) row.scrollLeft += over + 16;
    });
    // What is chosen is added up live in front of the buttons, so no page needs to ask once more.
    $("[data-sure]", root).forEach((field) => { field.value = "1"; });
  }
  document.addEventListener("input", (event) => {
    const editor = event.target.closest("[data-parts]");
    if (editor) addUp(editor);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-answers]");
    if (form && event.target.matches("[data-fill-dates]")) {
      $("[data-line].is-deviating", form).forEach((line) => {
        const date = document.getElementById(line.dataset.editor).querySelector("input[type=date]");
        if (date && !date.value) date.value = event.target.value;
      });
      event.target.value = "";
    }
    if (!form || !event.target.matches("[data-choice]")) return;
    const line = event.target.closest("[data-line]"), opener = line.querySelector("[data-open]");
    if (opener && event.target.value !== "confirm" && event.target.value !== "later" && !document.getElementById(line.dataset.editor).querySelector("input")) opener.click();
    showEditor(line);
    sayWhatItDoes(form);
  });
  /* --- One tick for all rows of a page; what "all of this list" means is the server's to count ------------- */
  document.addEventListener("change", (event) => {
    const form = event.target.closest("#pick, .picking");
    if (!form) return;
    const rows = $("[name=line], [name=proposal]", form), whole = form.querySelector("[data-pick-page]");
    if (!whole || !rows.length) return;
    if (event.target === whole) rows.forEach((row) => { row.checked = whole.checked; });
    if (rows.includes(event.target) && !event.target.checked) $("[name=all]", form).forEach((all) => { all.checked = false; });
    if (event.target.name === "all") rows.forEach((row) => { row.checked = event.target.checked; });
    const chosen = rows.filter((row) => row.checked).length;
    whole.checked = chosen === rows.length;
    whole.indeterminate = chosen > 0 && chosen < rows.length;
  });
  document.addEventListener("click", (event) => {
    const adder = event.target.closest("[data-add-part]");
    if (adder) { event.preventDefault(); addPart(adder.closest("[data-parts]")); }
    const remover = event.target.closest("[data-remove-part]");
    if (remover) {
      event.preventDefault();
      const editor = remover.closest("[data-parts]"), row = remover.closest("[data-part]");
      $("input", row).forEach((field) => { field.value = ""; });
      row.hidden = true;
      addUp(editor);
    }
    if (event.target.closest("[data-print]")) window.print();
    $("details.menu[open], .pick-bar details[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  /* --- Keyboard: "/" searches, j and k walk the rows, and a key named in a row's data-key does what it is on.
     The row is the one that has the focus. Off for whoever turned single keys off (WCAG 2.1.4). ------------- */
  const ROWS = "[data-keys] tbody tr, [data-keys] > li";
  const rowsNow = () => $(ROWS).filter((row) => row.querySelector("a"));
  function mark(row) {
    $(".at").forEach((other) => { if (other !== row) other.classList.remove("at"); });
    row.classList.add("at");
  }
  function goTo(row) {
    mark(row);
    row.querySelector("a").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  function press(target) {
    target.click();
    const opened = target.matches("summary") && target.parentElement.open && target.parentElement;
    if (opened) (opened.querySelector("input:not([type=hidden]), textarea") || target).focus();
  }
  /* What was opened inside a row is closed, and the focus goes back to the row. */
  function closeIn(row) {
    const open = row && (row.querySelector("details[open]") || row.querySelector(".row-form:not(:empty)"));
    if (!open) return;
    if (open.matches("details")) open.open = false; else open.replaceChildren();
    goTo(row);
  }
  document.addEventListener("focusin", (event) => { const row = event.target.closest(ROWS); if (row) mark(row); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      $("details.menu[open], .pick-bar details[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
      closeIn(event.target.closest(".job"));
    }
    // Enter in a field of one operation means that operation, not the first button of the form.
    const body = event.key === "Enter" && event.target.matches("input") && event.target.closest(".pick-body");
    if (body) { event.preventDefault(); body.querySelector("button").click(); }
    if (document.documentElement.matches("[data-keys-off]") || event.ctrlKey || event.metaKey || event.altKey || event.key.length > 1) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    if (event.key === "/") { const find = document.querySelector("[data-key='/']"); if (find) { event.preventDefault(); find.focus(); find.select(); } return; }
    const rows = rowsNow(), row = rows.find((candidate) => candidate.matches(".at"));
    if (event.key === "j" || event.key === "k") {
      const next = rows.indexOf(row) + (event.key === "j" ? 1 : -1);
      if (rows.length) goTo(rows[Math.max(0, Math.min(rows.length - 1, next))]);
      return;
    }
    const named = "[data-key='" + CSS.escape(event.key) + "']";
    const box = event.key === "x" ? "input[type=checkbox]" : named;
    const target = (row && row.querySelector(box)) || $(named).find((other) => !other.closest("[data-keys]"));
    if (target) { event.preventDefault(); press(target); }
  });
  /* A row that was dealt with gives the focus to the next one. */
  let dealtWith = -1;
  document.addEventListener("htmx:beforeSwap", (event) => {
    dealtWith = event.detail.shouldSwap && event.detail.target.matches(".job.at") ? rowsNow().indexOf(event.detail.target) : -1;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const form = event.detail.target && event.detail.target.matches(".row-form") && event.detail.target.querySelector("input:not([type=hidden])");
    if (form) form.focus();
    if (dealtWith < 0) return;
    const rows = rowsNow();
    if (rows.length) goTo(rows[Math.min(dealtWith + 1, rows.length - 1)]);
    dealtWith = -1;
  });

  /* --- htmx: a line of progress, and a word when the server could not answer ----------------------- */
  function say(text) {
    const place = document.getElementById("messages");
    if (!place || place.textContent === text) return;
    const box = document.createElement("div");
    box.className = "alert alert-danger";
    box.textContent = text;
    place.replaceChildren(box);
    box.scrollIntoView({ block: "center" });
    return box;
  }
  /* What asks again by itself says so once, and takes it back when it is answered. */
  const watches = (element) => element && element.matches("[hx-trigger^=every]");
  let lost = null;
  function unanswered() { lost = say("The portal cannot be reached just now. This page tries again by itself.") || lost; }
  document.addEventListener("htmx:beforeOnLoad", (event) => { if (lost && event.detail.xhr.status < 500) { lost.remove(); lost = null; } });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!new URL(event.detail.xhr.responseURL || location.href).pathname.startsWith("/accounts/login/")) return;
    event.detail.shouldSwap = false;
    location.reload();
  });
  document.addEventListener("htmx:beforeRequest", () => document.getElementById("progress").classList.add("htmx-request"));
  document.addEventListener("htmx:afterRequest", () => document.getElementById("progress").classList.remove("htmx-request"));
  document.addEventListener("htmx:responseError", (event) => {
    if (watches(event.detail.elt)) return event.detail.xhr.status < 500 ? say("This page is not up to date any more. Reload it.") : unanswered();
    const id = event.detail.xhr.getResponseHeader("X-Correlation-ID");
    say("That did not work (" + event.detail.xhr.status + "). Nothing was changed. Reload the page and try again." + (id ? " Support can look up " + id + "." : ""));
  });
  document.addEventListener("htmx:sendError", (event) => watches(event.detail.elt) ? unanswered() : say("The portal cannot be reached. What you typed is still here; try again in a moment."));
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) prepare(document); });
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && button.matches("[data-once]")) setTimeout(() => { button.disabled = true; }, 0);
  });
  document.documentElement.classList.add("js");
  prepare(document);
})();
