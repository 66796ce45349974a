/* The answer grid: keys as in a spreadsheet, and undo; parts, blocks and the draft have files of their own.
   Without it the page is a plain form; the server is the judge of every cell. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-grid]");
  if (!form) return;
  const isBox = (cell) => cell.type === "checkbox";
  const get = (cell) => (isBox(cell) ? (cell.checked ? "x" : "") : cell.value);
  const saved = document.getElementById("grid-saved");
  const say = (text) => { if (saved.textContent !== text) saved.textContent = text; };
  /* Another product or unit is closed until it is needed. */
  const open = (cell) => { const box = cell.closest("details"); if (box) box.open = true; };
  const isShown = (cell) => Boolean(cell) && !cell.closest("details:not([open])");
  /* What the files of the grid share. Rows are those that are shown: each has its cells by column, and the second
     part of a line on has none to confirm; ``at`` says where a cell is. */
  const grid = { form, rows: [], at: new Map(), anchor: null, range: [], index, get, isBox, change, say, open };
  function index() {
    grid.rows = Array.from(form.querySelectorAll("tr[data-row]:not([hidden])"), (row) => {
      const cells = [];
      row.querySelectorAll("[data-cell]").forEach((cell) => { cells[Number(cell.dataset.cell)] = cell; });
      return cells;
    });
    grid.at = new Map();
    grid.rows.forEach((cells, row) => cells.forEach((cell, column) => grid.at.set(cell, [row, column])));
  }
  index();
  const parts = window.QuaysideGrid.parts(grid), { counters } = parts;
  grid.parts = parts;
  const blocks = window.QuaysideGrid.blocks(grid), draft = window.QuaysideGrid.draft(grid);
  const keysOff = () => document.documentElement.matches("[data-keys-off]");
  const put = (cell, value) => {
    if (cell.dataset.parts) parts.layOut(cell, Number(value) || 1);
    else if (isBox(cell)) cell.checked = value.trim() !== "";
    else { cell.value = value; if (value) open(cell); }
  };

  /* --- Undo: every change, typed or pasted, is a list of cells with what was in them before ------------ */
  const was = new Map([...grid.at.keys(), ...counters.values()].map((cell) => [cell, get(cell)]));
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
    if (changes.length) draft.keep();
  }
  function step(from, to, side) {
    const changes = from.pop();
    if (!changes) return;
    typing = null;
    changes.forEach((one) => { put(one[0], one[side]); was.set(one[0], one[side]); });
    to.push(changes);
    const shown = changes.find((one) => grid.at.has(one[0])) || [grid.rows[0][1]];
    shown[0].focus();
    draft.keep();
  }
  form.addEventListener("input", (event) => {
    const cell = event.target;
    if (grid.at.has(cell)) {
      if (typing && typing[0][0] === cell) typing[0][2] = get(cell);
      else { const changes = [[cell, was.get(cell) || "", get(cell)]]; note(changes); typing = changes; }
      was.set(cell, get(cell));
    }
    draft.keep();
  });

  /* --- Moving about, and selecting cells of a column ------------------------------------------------- */
  function select(cells) {
    grid.range.forEach((cell) => cell.closest("label, td").classList.remove("is-chosen"));
    grid.range = cells;
    grid.range.forEach((cell) => cell.closest("label, td").classList.add("is-chosen"));
  }
  function go(row, column, extend) {
    const cell = grid.rows[row] && grid.rows[row][column];
    if (!isShown(cell)) return false;
    if (extend) {
      const top = Math.min(grid.anchor[0], row), end = Math.max(grid.anchor[0], row);
      select(grid.rows.slice(top, end + 1).map((cells) => cells[grid.anchor[1]]).filter(isShown));
    } else { select([]); grid.anchor = [row, column]; }
    cell.focus();
    if (!isBox(cell) && !extend) cell.select();
    cell.closest("tr").scrollIntoView({ block: "nearest" });
    return true;
  }
  /* Up or down to the next row that has such a cell. */
  function walk(row, column, by, extend) {
    let next = row + by;
    while (grid.rows[next] && !isShown(grid.rows[next][column])) next += by;
    return go(next, column, extend);
  }
  form.addEventListener("focusin", (event) => {
    typing = null;
    if (grid.at.has(event.target) && !grid.range.includes(event.target)) { select([]); grid.anchor = grid.at.get(event.target); }
  });
  function atEdge(cell, forward) {
    if (isBox(cell)) return true;
    const whole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    return whole || (cell.selectionStart === cell.selectionEnd && cell.selectionStart === (forward ? cell.value.length : 0));
  }
  form.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!grid.at.has(cell)) return;
    const [row, column] = grid.at.get(cell), control = event.ctrlKey || event.metaKey;
    let taken = true;
    if (control && !event.altKey) {
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) step(done, undone, 1);
      else if (key === "y" || key === "z") step(undone, done, 2);
      else if (key === "d") blocks.fillDown(cell);
      else taken = false;
    } else if (event.key === "Enter") { walk(row, column, event.shiftKey ? -1 : 1, false); }
    else if (keysOff() || event.altKey) taken = false;
    else if (event.key === "ArrowDown") walk(row, column, 1, event.shiftKey);
    else if (event.key === "ArrowUp") walk(row, column, -1, event.shiftKey);
    else if (event.key === "ArrowRight" && !event.shiftKey && atEdge(cell, true)) go(row, column + 1, false);
    else if (event.key === "ArrowLeft" && !event.shiftKey && atEdge(cell, false)) go(row, column - 1, false);
    else if (event.key === "Escape" && grid.range.length) select([]);
    else if (event.key === "Delete" && grid.range.length) change(grid.range.map((one) => [one, ""]));
    else taken = false;
    if (taken) event.preventDefault();
  });

  form.addEventListener("click", (event) => {
    const part = event.target.closest("[data-split], [data-unsplit]");
    if (part) {
      event.preventDefault();
      const [line, number] = part.value.split("_");
      if (number) parts.unsplit(line, Number(number)); else parts.split(line);
      return;
    }
    const button = event.target.closest("[data-grid-do]");
    if (!button) return;
    if (button.dataset.gridDo === "fill") blocks.fillToTheEnd();
    if (button.dataset.gridDo === "undo") step(done, undone, 1);
    if (button.dataset.gridDo === "confirm") change(grid.rows.filter((cells) => cells[0] && counters.get(cells[0].closest("tr").dataset.line).value === "1" && cells.every((cell) => get(cell) === "")).map((cells) => [cells[0], "x"]));
  });
  draft.restore();
})();
