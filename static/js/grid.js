/* The answer grid: keys as in a spreadsheet, paste, fill down, undo, and a draft kept while one types.
   Without it the page is a plain form; the server is the judge of every cell. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-grid]");
  if (!form) return;
  const rules = window.QuaysideGrid;
  // Rows that are shown; each has its cells by column, and the second part of a line on has none to confirm.
  let rows = [], at = new Map();
  function index() {
    rows = Array.from(form.querySelectorAll("tr[data-row]:not([hidden])"), (row) => {
      const cells = [];
      row.querySelectorAll("[data-cell]").forEach((cell) => { cells[Number(cell.dataset.cell)] = cell; });
      return cells;
    });
    at = new Map();
    rows.forEach((cells, row) => cells.forEach((cell, column) => at.set(cell, [row, column])));
  }
  index();
  const keysOff = () => document.documentElement.matches("[data-keys-off]");
  const isBox = (cell) => cell.type === "checkbox";
  const get = (cell) => (isBox(cell) ? (cell.checked ? "x" : "") : cell.value);
  const put = (cell, value) => {
    if (cell.dataset.parts) layOut(cell, Number(value) || 1);
    else if (isBox(cell)) cell.checked = value.trim() !== "";
    else cell.value = value;
  };

  /* --- Parts of a line: its counter is a cell like any other, so splitting is undone and kept like typing -- */
  const counters = new Map(Array.from(form.querySelectorAll("[data-parts]"), (counter) => [counter.dataset.parts, counter]));
  const MOST_PARTS = 20;
  const partsOf = (line) => Array.from(form.querySelectorAll('tr[data-line="' + line + '"]'));
  function layOut(counter, count) {
    const line = counter.dataset.parts;
    row(line, count);
    partsOf(line).forEach((part, number) => {
      part.hidden = number >= count;
      part.querySelectorAll("[data-cell]").forEach((cell) => { cell.disabled = part.hidden; });
    });
    counter.value = String(count);
    document.getElementById("sum-" + line).hidden = count < 2;
    form.querySelector('[data-split][value="' + line + '"]').disabled = count >= MOST_PARTS;
    index();
  }
  /* The row of a part: made, and out of sight, when the line never had so many. */
  function row(line, number) {
    const parts = partsOf(line);
    for (let next = parts.length + 1; next <= number; next += 1) {
      const made = document.getElementById("part-row").content.firstElementChild.cloneNode(true);
      const position = parts[0].querySelector(".pos").textContent;
      made.dataset.line = line;
      made.hidden = true;
      made.querySelector(".pos").textContent = position;
      made.querySelector(".part-name").textContent = "Part " + next;
      const remove = made.querySelector("[data-unsplit]");
      remove.value = line + "_" + next;
      remove.querySelector(".visually-hidden").textContent = " part " + next + " of line " + position;
      made.querySelectorAll("[data-cell]").forEach((cell) => {
        cell.disabled = true;
        cell.name = cell.id = "c-" + line + "_" + next + "-" + cell.dataset.name;
        cell.setAttribute("aria-label", cell.closest("td").dataset.l + ", line " + position + ", part " + next);
        const whole = document.getElementById("c-" + line + "-" + cell.dataset.name);
        if (cell.dataset.name !== "quantity") cell.placeholder = whole.placeholder;
        made.querySelector('[data-error="' + cell.dataset.name + '"]').id = cell.id + "-e";
      });
      parts[parts.length - 1].after(made);
      parts.push(made);
    }
    return parts[number - 1];
  }
  const cellOf = (line, number, column) => row(line, number).querySelector('[data-cell="' + column + '"]');
  function split(line) {
    const counter = counters.get(line), count = Number(counter.value);
    if (count >= MOST_PARTS) return;
    let rest = Number(counter.dataset.asked);
    for (let part = 1; part <= count; part += 1) rest -= rules.number(get(cellOf(line, part, 2)));
    const left = rest > 0 ? String(Math.round(rest * 1e4) / 1e4) : "";
    change([[counter, String(count + 1)], [cellOf(line, 1, 0), ""], [cellOf(line, count + 1, 2), left]]);
    (left || count > 1 ? cellOf(line, count + 1, 1) : cellOf(line, 1, 2)).focus();
  }
  function unsplit(line, gone) {
    const counter = counters.get(line), count = Number(counter.value), pairs = [];
    for (let part = gone; part <= count; part += 1) {
      for (let column = 1; column < 5; column += 1) {
        pairs.push([cellOf(line, part, column), part < count ? get(cellOf(line, part + 1, column)) : ""]);
      }
    }
    change([...pairs, [counter, String(count - 1)]]);
    cellOf(line, 1, 2).focus();
  }

  /* --- Undo: every change, typed or pasted, is a list of cells with what was in them before ------------ */
  const was = new Map([...at.keys(), ...counters.values()].map((cell) => [cell, get(cell)]));
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
    const shown = changes.find((one) => at.has(one[0])) || [rows[0][1]];
    shown[0].focus();
    keep();
  }
  form.addEventListener("input", (event) => {
    const cell = event.target;
    if (at.has(cell)) {
      if (typing && typing[0][0] === cell) typing[0][2] = get(cell);
      else { const changes = [[cell, was.get(cell) || "", get(cell)]]; note(changes); typing = changes; }
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
      select(rows.slice(top, end + 1).map((cells) => cells[anchor[1]]).filter(Boolean));
    } else { select([]); anchor = [row, column]; }
    cell.focus();
    if (!isBox(cell) && !extend) cell.select();
    cell.closest("tr").scrollIntoView({ block: "nearest" });
    return true;
  }
  /* Up or down to the next row that has such a cell. */
  function walk(row, column, by, extend) {
    let next = row + by;
    while (rows[next] && !rows[next][column]) next += by;
    return go(next, column, extend);
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
    } else if (event.key === "Enter") { walk(row, column, event.shiftKey ? -1 : 1, false); }
    else if (keysOff() || event.altKey) taken = false;
    else if (event.key === "ArrowDown") walk(row, column, 1, event.shiftKey);
    else if (event.key === "ArrowUp") walk(row, column, -1, event.shiftKey);
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
    else {
      const above = rows.slice(0, row).map((cells) => cells[column]).filter(Boolean).pop();
      if (above) change([[cell, get(above)]]);
    }
  }
  function fillToTheEnd() {
    if (!anchor) return;
    const [row, column] = anchor, value = get(rows[row][column]);
    if (range.length > 1) { fillDown(rows[row][column]); return; }
    change(rows.slice(row + 1).filter((cells) => cells[column]).map((cells) => [cells[column], value]));
  }
  form.addEventListener("paste", (event) => {
    const cell = event.target, text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!at.has(cell) || !(/[\t\n]/.test(text.replace(/\r?\n$/, "")) || isBox(cell) || range.length > 1)) return;
    event.preventDefault();
    const block = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
    let [top, left] = at.get(cell);
    const found = rules.byLine(form, block, left);
    if (found) { putByLine(found); return; }
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
  function putByLine(found) {
    const lines = new Map(), filled = found.filter(([, values]) => values.some(Boolean));
    filled.forEach(([line, values]) => {
      if (counters.has(line)) lines.set(line, [...(lines.get(line) || []), values].slice(0, MOST_PARTS));
    });
    const pairs = [];
    lines.forEach((parts, line) => {
      pairs.push([counters.get(line), String(parts.length)]);
      parts.forEach((values, part) => values.forEach((value, column) => {
        const target = cellOf(line, part + 1, column);
        if (target && (value || parts.length > 1 || column > 0)) pairs.push([target, parts.length > 1 && column === 0 ? "" : value]);
      }));
    });
    change(pairs);
    const taken = Array.from(lines.values()).reduce((sum, parts) => sum + parts.length, 0), lost = filled.length - taken;
    say(lost > 0 ? lost + (lost === 1 ? " row is" : " rows are") + " not of this order and were left out." : taken + (taken === 1 ? " row" : " rows") + " found their lines.");
  }
  form.addEventListener("copy", (event) => {
    if (range.length < 2) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", range.map(get).join("\n"));
  });
  form.addEventListener("click", (event) => {
    const part = event.target.closest("[data-split], [data-unsplit]");
    if (part) {
      event.preventDefault();
      const [line, number] = part.value.split("_");
      if (number) unsplit(line, Number(number)); else split(line);
      return;
    }
    const button = event.target.closest("[data-grid-do]");
    if (!button) return;
    if (button.dataset.gridDo === "fill") fillToTheEnd();
    if (button.dataset.gridDo === "undo") step(done, undone, 1);
    if (button.dataset.gridDo === "confirm") change(rows.filter((cells) => cells[0] && counters.get(cells[0].closest("tr").dataset.line).value === "1" && cells.every((cell) => get(cell) === "")).map((cells) => [cells[0], "x"]));
  });

  /* --- The draft: on the server while one types; in this tab until the server has it ------------------ */
  const saved = document.getElementById("grid-saved"), sendText = form.querySelector("[data-grid-send]");
  const place = "quayside-grid-" + form.dataset.grid;
  let timer = 0, busy = false, again = false;
  const say = (text) => { if (saved.textContent !== text) saved.textContent = text; };
  const inTab = {
    read() { try { return JSON.parse(sessionStorage.getItem(place) || "null"); } catch (error) { return null; } },
    write() { try { sessionStorage.setItem(place, JSON.stringify([...Array.from(counters.values()).filter((cell) => cell.value !== "1"), ...Array.from(at.keys()).filter((cell) => get(cell))].map((cell) => [cell.name, get(cell)]))); } catch (error) { /* a full or forbidden store loses nothing but this copy */ } },
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
      if (leave) { leave.click(); return; }
      if (again) { again = false; save(); }
    }
  }
  function tell(found) {
    counters.forEach((_, line) => { document.getElementById("sum-" + line).textContent = found.sums[line] || ""; });
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
  /* A draft thrown away while it is being kept would be back: first the one, then the other. */
  const thrown = document.querySelector("#restored button");
  let leave = null;
  if (thrown) thrown.form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    again = false;
    inTab.forget();
    if (busy) { event.preventDefault(); leave = thrown; }
  });
  form.addEventListener("submit", () => { clearTimeout(timer); inTab.forget(); });
  window.addEventListener("pagehide", () => {
    if (inTab.read()) fetch(form.dataset.draft, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, keepalive: true, credentials: "same-origin" }).catch(() => {});
  });
  const kept = inTab.read();
  if (kept && kept.length) {
    counters.forEach((counter) => {
      const parts = kept.find(([name]) => name === counter.name);
      if (parts) row(counter.dataset.parts, Number(parts[1]));
    });
    const every = [...counters.values(), ...form.querySelectorAll("[data-cell]")], named = new Map(every.map((cell) => [cell.name, cell]));
    change(kept.filter(([name]) => named.has(name)).map(([name, value]) => [named.get(name), value]));
    say("What you had typed in this tab is restored.");
  } else if (Array.from(at.keys()).some((cell) => get(cell))) save();
})();
