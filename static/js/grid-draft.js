/* The draft: on the server while one types, in this tab until the server has it. ``grid`` is what grid.js gives. */
(function () {
  "use strict";
  window.QuaysideGrid.draft = function (grid) {
    const { form, get, change, say } = grid, { counters, row } = grid.parts;
    const sendText = form.querySelector("[data-grid-send]");
    const place = "quayside-grid-" + form.dataset.grid;
    let timer = 0, busy = false, again = false;
    const inTab = {
      read() { try { return JSON.parse(sessionStorage.getItem(place) || "null"); } catch (error) { return null; } },
      write() { try { sessionStorage.setItem(place, JSON.stringify([...Array.from(counters.values()).filter((cell) => cell.value !== "1"), ...Array.from(grid.at.keys()).filter((cell) => get(cell))].map((cell) => [cell.name, get(cell)]))); } catch (error) { /* a full or forbidden store loses nothing but this copy */ } },
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
      grid.at.forEach((_, cell) => {
        const text = found.problems[cell.name] || "", error = document.getElementById(cell.id + "-e");
        error.textContent = text;
        error.hidden = !text;
        cell.classList.toggle("is-invalid", text !== "");
        if (text) grid.open(cell);
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
    function restore() {
      const kept = inTab.read();
      if (!kept || !kept.length) {
        if (Array.from(grid.at.keys()).some((cell) => get(cell))) save();
        return;
      }
      counters.forEach((counter) => {
        const parts = kept.find(([name]) => name === counter.name);
        if (parts) row(counter.dataset.parts, Number(parts[1]));
      });
      const every = [...counters.values(), ...form.querySelectorAll("[data-cell]")], named = new Map(every.map((cell) => [cell.name, cell]));
      change(kept.filter(([name]) => named.has(name)).map(([name, value]) => [named.get(name), value]));
      say("What you had typed in this tab is restored.");
    }
    return { keep, restore };
  };
})();
