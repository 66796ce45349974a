/* The answer grid: keys as in a spreadsheet, paste, fill down, undo, and a draft kept while one types.
   Without it the page is a plain form; the server is the judge of every cell. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-grid]");
  if (!form) return;
  const rows = Array.from(form.querySelectorAll("tr[data-row]"), (row) => Array.from(row.querySelectorAll("[data-cell]")));
  const at = new Map();
  rows.forEach((cells, row) => cells.forEach((cell, column) => at.set(cell, [row, column])));
  const keysOff = () => document.documentElement.matches("[data-keys-off]");
  const isBox = (cell) => cell.type === "checkbox";
  const get = (cell) => (isBox(cell) ? (cell.checked ? "x" : "") : cell.value);
  const put = (cell, value) => { if (isBox(cell)) cell.checked = value.trim() !== ""; else cell.value = value; };

  /* --- Undo: every change, typed or pasted, is a list of cells with what was in them before ------------ */
  const was = new Map(Array.from(at.keys(), (cell) => [cell, get(cell)]));
  const undone = [], done = [];
  let typing = null;
  function note(changes) {
    if (!changes.length) return;
    done.push(changes); undone.length = 0; typing = null;
  }
  function change(pairs) {
    const changes = [];
    pairs.forEach(([cell, value]) => {
      const old = get(cell);
      put(cell, value);
      if (get(cell) !== old) changes.push([cell, old, get(cell)]);
      was.set(cell, get(cell));
    });
    note(changes);
    if (changes.length) keep();
  }
  function step(from, to, side) {
    const changes = from.pop();
    if (!changes) return;
    typing = null;
    changes.forEach((one) => { put(one[0], one[side]); was.set(one[0], one[side]); });
    to.push(changes);
    changes[0][0].focus();
    keep();
  }
  form.addEventListener("input", (event) => {
    const cell = event.target;
    if (at.has(cell)) {
      if (typing && typing[0][0] === cell) typing[0][2] = get(cell);
      else { const changes = [[cell, was.get(cell), get(cell)]]; note(changes); typing = changes; }
      was.set(cell, get(cell));
    }
    keep();
  });

  /* --- Moving about, and selecting cells of a column ------------------------------------------------- */
  let anchor = null, range = [];
  function select(cells) {
    range.forEach((cell) => cell.closest("td").classList.remove("is-chosen"));
    range = cells;
    range.forEach((cell) => cell.closest("td").classList.add("is-chosen"));
  }
  function go(row, column, extend) {
    const cell = rows[row] && rows[row][column];
    if (!cell) return false;
    if (extend) {
      const top = Math.min(anchor[0], row), end = Math.max(anchor[0], row);
      select(rows.slice(top, end + 1).map((cells) => cells[anchor[1]]));
    } else { select([]); anchor = [row, column]; }
    cell.focus();
    if (!isBox(cell) && !extend) cell.select();
    cell.closest("tr").scrollIntoView({ block: "nearest" });
    return true;
  }
  form.addEventListener("focusin", (event) => {
    typing = null;
    if (at.has(event.target) && !range.includes(event.target)) { select([]); anchor = at.get(event.target); }
  });
  function atEdge(cell, forward) {
    if (isBox(cell)) return true;
    const whole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    return whole || (cell.selectionStart === cell.selectionEnd && cell.selectionStart === (forward ? cell.value.length : 0));
  }
  form.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!at.has(cell)) return;
    const [row, column] = at.get(cell), control = event.ctrlKey || event.metaKey;
    let taken = true;
    if (control && !event.altKey) {
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) step(done, undone, 1);
      else if (key === "y" || key === "z") step(undone, done, 2);
      else if (key === "d") fillDown(cell);
      else taken = false;
    } else if (event.key === "Enter") { go(row + (event.shiftKey ? -1 : 1), column, false); }
    else if (keysOff() || event.altKey) taken = false;
    else if (event.key === "ArrowDown") go(row + 1, column, event.shiftKey);
    else if (event.key === "ArrowUp") go(row - 1, column, event.shiftKey);
    else if (event.key === "ArrowRight" && !event.shiftKey && atEdge(cell, true)) go(row, column + 1, false);
    else if (event.key === "ArrowLeft" && !event.shiftKey && atEdge(cell, false)) go(row, column - 1, false);
    else if (event.key === "Escape" && range.length) select([]);
    else if (event.key === "Delete" && range.length) change(range.map((one) => [one, ""]));
    else taken = false;
    if (taken) event.preventDefault();
  });

  /* --- Fill down, and blocks from a spreadsheet -------------------------------------------------------- */
  function fillDown(cell) {
    const [row, column] = at.get(cell);
    if (range.length > 1) change(range.slice(1).map((one) => [one, get(range[0])]));
    else if (row > 0) change([[cell, get(rows[row - 1][column])]]);
  }
  function fillToTheEnd() {
    if (!anchor) return;
    const [row, column] = anchor, value = get(rows[row][column]);
    if (range.length > 1) { fillDown(rows[row][column]); return; }
    change(rows.slice(row + 1).map((cells) => [cells[column], value]));
  }
  form.addEventListener("paste", (event) => {
    const cell = event.target, text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!at.has(cell) || !(/[\t\n]/.test(text.replace(/\r?\n$/, "")) || isBox(cell) || range.length > 1)) return;
    event.preventDefault();
    const block = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
    let [top, left] = at.get(cell);
    if (range.length > 1) [top, left] = at.get(range[0]);
    const pairs = [];
    if (range.length > 1 && block.length === 1 && block[0].length === 1) range.forEach((one) => pairs.push([one, block[0][0].trim()]));
    else block.forEach((line, down) => line.forEach((value, right) => {
      const target = rows[top + down] && rows[top + down][left + right];
      if (target) pairs.push([target, value.trim()]);
    }));
    change(pairs);
    const lost = block.length - (rows.length - top);
    if (lost > 0) say(lost + (lost === 1 ? " row" : " rows") + " of the block did not fit and were left out.");
  });
  form.addEventListener("copy", (event) => {
    if (range.length < 2) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", range.map(get).join("\n"));
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-grid-do]");
    if (!button) return;
    if (button.dataset.gridDo === "fill") fillToTheEnd();
    if (button.dataset.gridDo === "undo") step(done, undone, 1);
    if (button.dataset.gridDo === "confirm") change(rows.filter((cells) => cells.every((cell) => get(cell) === "")).map((cells) => [cells[0], "x"]));
  });

  /* --- The draft: on the server while one types; in this tab until the server has it ------------------ */
  const saved = document.getElementById("grid-saved"), sendText = form.querySelector("[data-grid-send]");
  const place = "quayside-grid-" + form.dataset.grid;
  let timer = 0, busy = false, again = false;
  const say = (text) => { if (saved.textContent !== text) saved.textContent = text; };
  const inTab = {
    read() { try { return JSON.parse(sessionStorage.getItem(place) || "null"); } catch (error) { return null; } },
    write() { try { sessionStorage.setItem(place, JSON.stringify(Array.from(at.keys()).filter((cell) => get(cell)).map((cell) => [cell.name, get(cell)]))); } catch (error) { /* a full or forbidden store loses nothing but this copy */ } },
    forget() { try { sessionStorage.removeItem(place); } catch (error) { /* see above */ } },
  };
  function keep() {
    inTab.write();
    clearTimeout(timer);
    timer = setTimeout(save, 600);
  }
  async function save() {
    if (busy) { again = true; return; }
    busy = true;
    say("Keeping your draft …");
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin" });
      const isOurs = answer.ok && !answer.redirected && (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (!isOurs) { say("Not kept on the server: you were logged out, or the page is too old. What you typed stays in this tab; log in and open the grid again."); return; }
      const found = await answer.json();
      inTab.forget();
      say(found.saved ? "Draft kept at " + found.saved : "Nothing is filled in");
      tell(found);
    } catch (error) {
      say("The portal cannot be reached. What you typed stays in this tab and is kept when it is back.");
      timer = setTimeout(save, 5000);
    } finally {
      busy = false;
      if (again) { again = false; save(); }
    }
  }
  function tell(found) {
    at.forEach((_, cell) => {
      const text = found.problems[cell.name] || "", error = document.getElementById(cell.id + "-e");
      error.textContent = text;
      error.hidden = !text;
      cell.classList.toggle("is-invalid", text !== "");
      if (text) { cell.setAttribute("aria-invalid", "true"); cell.setAttribute("aria-describedby", error.id); }
      else { cell.removeAttribute("aria-invalid"); cell.removeAttribute("aria-describedby"); }
    });
    sendText.textContent = "Send " + found.answers + (found.answers === 1 ? " answer" : " answers") +
      (found.needing ? ", " + found.needing + (found.needing === 1 ? " needs" : " need") + " the buyer" : "");
  }
  form.addEventListener("submit", () => { clearTimeout(timer); inTab.forget(); });
  window.addEventListener("pagehide", () => {
    if (inTab.read()) fetch(form.dataset.draft, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, keepalive: true, credentials: "same-origin" }).catch(() => {});
  });
  const kept = inTab.read();
  if (kept && kept.length) {
    const named = new Map(Array.from(at.keys(), (cell) => [cell.name, cell]));
    change(kept.filter(([name]) => named.has(name)).map(([name, value]) => [named.get(name), value]));
    say("What you had typed in this tab is restored.");
  } else if (Array.from(at.keys()).some((cell) => get(cell))) save();
})();
