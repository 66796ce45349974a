/* The parts of a line in the grid: its counter is a cell like any other, so that splitting is undone and kept like
   typing. ``grid`` is what grid.js gives: form, index, get, change. */
(function () {
  "use strict";
  window.QuaysideGrid.parts = function ({ form, index, get, change }) {
    const rules = window.QuaysideGrid, UNIT = 7;
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
      const unit = cellOf(line, 1, UNIT);
      // In another unit what is asked says nothing about what is left.
      let rest = unit && get(unit) ? 0 : Number(counter.dataset.asked);
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
    return { counters, MOST_PARTS, layOut, row, cellOf, split, unsplit };
  };
})();
