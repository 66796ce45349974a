/* Fill down, and blocks from a spreadsheet. ``grid`` is what grid.js gives; its rows, the place of a cell, the cells
   that are selected and the one from where they are change, and so are asked for. */
(function () {
  "use strict";
  window.QuaysideGrid.blocks = function (grid) {
    const { form, get, change, isBox, say } = grid, { counters, MOST_PARTS, cellOf } = grid.parts;
    function fillDown(cell) {
      const [row, column] = grid.at.get(cell);
      if (grid.range.length > 1) change(grid.range.slice(1).map((one) => [one, get(grid.range[0])]));
      else {
        const above = grid.rows.slice(0, row).map((cells) => cells[column]).filter(Boolean).pop();
        if (above) change([[cell, get(above)]]);
      }
    }
    function fillToTheEnd() {
      if (!grid.anchor) return;
      const [row, column] = grid.anchor, value = get(grid.rows[row][column]);
      if (grid.range.length > 1) { fillDown(grid.rows[row][column]); return; }
      change(grid.rows.slice(row + 1).filter((cells) => cells[column]).map((cells) => [cells[column], value]));
    }
    form.addEventListener("paste", (event) => {
      const cell = event.target, text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
      if (!grid.at.has(cell) || !(/[\t\n]/.test(text.replace(/\r?\n$/, "")) || isBox(cell) || grid.range.length > 1)) return;
      event.preventDefault();
      const block = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
      let [top, left] = grid.at.get(cell);
      const found = window.QuaysideGrid.byLine(form, block, left);
      if (found) { putByLine(found); return; }
      if (grid.range.length > 1) [top, left] = grid.at.get(grid.range[0]);
      const pairs = [];
      if (grid.range.length > 1 && block.length === 1 && block[0].length === 1) grid.range.forEach((one) => pairs.push([one, block[0][0].trim()]));
      else block.forEach((line, down) => line.forEach((value, right) => {
        const target = grid.rows[top + down] && grid.rows[top + down][left + right];
        if (target) pairs.push([target, value.trim()]);
      }));
      change(pairs);
      const lost = block.length - (grid.rows.length - top);
      if (lost > 0) say(lost + (lost === 1 ? " row" : " rows") + " of the block did not fit and were left out.");
    });
    function putByLine(found) {
      const lines = new Map(), filled = found.filter(([, values]) => values.some(Boolean));
      filled.forEach(([line, values]) => {
        if (counters.has(line)) lines.set(line, [...(lines.get(line) || []), values].slice(0, MOST_PARTS));
      });
      const pairs = [];
      let astray = 0;
      lines.forEach((parts, line) => {
        pairs.push([counters.get(line), String(parts.length)]);
        parts.forEach((values, part) => values.forEach((value, column) => {
          const target = cellOf(line, part + 1, column);
          if (!target && value && column > 0) astray += 1;
          if (target && (value || parts.length > 1 || column > 0)) pairs.push([target, parts.length > 1 && column === 0 ? "" : value]);
        }));
      });
      change(pairs);
      const taken = Array.from(lines.values()).reduce((sum, parts) => sum + parts.length, 0), lost = filled.length - taken;
      say(lost > 0 ? lost + (lost === 1 ? " row is" : " rows are") + " not of this order and were left out." : taken + (taken === 1 ? " row" : " rows") + " found their lines." + (astray ? " Another product or unit was left out where it cannot be given." : ""));
    }
    form.addEventListener("copy", (event) => {
      if (grid.range.length < 2) return;
      event.preventDefault();
      event.clipboardData.setData("text/plain", grid.range.map(get).join("\n"));
    });
    return { fillDown, fillToTheEnd };
  };
})();
