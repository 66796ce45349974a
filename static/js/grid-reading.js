/* How the grid reads what is typed and pasted: numbers, and rows that say which line they are about. */
(function () {
  "use strict";
  /* A number as it is typed; what can be read two ways is left to the server. */
  function number(text) {
    const plain = text.trim();
    if (!/^\d+([.,]\d+)?$/.test(plain) || /^[1-9]\d{0,2}[.,]\d{3}$/.test(plain)) return NaN;
    return Number(plain.replace(",", "."));
  }
  /* Rows that say which line they are about: those of our sheet by their hidden key, others that begin with the
     product's code. Returns [line, values by column] for each row, or null when they do not say it. */
  function byLine(form, block, left) {
    const known = new Set(Array.from(form.querySelectorAll("[data-parts]"), (counter) => counter.dataset.parts));
    const titles = JSON.parse(form.dataset.titles), names = Object.keys(titles).filter((name) => name !== "key");
    const head = block[0].map((title) => title.trim().toLowerCase());
    const has = (name) => head.indexOf(titles[name][1].toLowerCase());
    const titled = has("key") >= 0;
    const body = titled ? block.slice(1) : block;
    /* Without titles: a sheet of today, or of before it had another product or unit, with the key in their place. */
    const isOld = !titled && body.every((line) => known.has((line[titles.other_code[0]] || "").trim()));
    const keyAt = titled ? has("key") : titles[isOld ? "other_code" : "key"][0];
    const places = names.map((name) => (titled ? has(name) : isOld && name.startsWith("other") ? -1 : titles[name][0]));
    const key = (line) => (line[keyAt] || "").trim();
    if (titled || body.every((line) => known.has(key(line)))) {
      return body.map((line) => [key(line), places.map((place) => (line[place] || "").trim())]);
    }
    const codes = new Map();
    form.querySelectorAll("tr[data-code]").forEach((one) => {
      codes.set(one.dataset.code, codes.has(one.dataset.code) ? null : one.dataset.line);
    });
    const code = (line) => (line.length > 1 ? codes.get(line[0].trim()) : null);
    if (!block.every(code)) return null;
    return block.map((line) => [code(line), names.map((_, column) => (column < left ? "" : (line[1 + column - left] || "").trim()))]);
  }
  window.QuaysideGrid = { byLine, number };
})();
