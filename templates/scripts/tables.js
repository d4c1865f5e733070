/* Sorts the tables of a report. A cell's data-value says what it is sorted by, else its text does;
   what has no value comes last, equal rows keep their order, and Other and total rows their place.
   Without this script every table is whole, in its own order. */
"use strict";
(() => {
  const status = document.getElementById("sort-status");
  const language = document.documentElement.lang.replace("_", "-");
  const texts = new Intl.Collator(language || undefined, { numeric: true });
  const FIXED = /\brow-(other|subtotal|total)\b/;
  const plain = (node) => node.textContent.trim().replace(/\s+/g, " ");

  // The heads of single columns with the place and the name of each; heads may span others.
  const columns = (head) => {
    const taken = [], groups = [], found = [];
    [...head.rows].forEach((row, y) => {
      let x = 0;
      for (const cell of row.cells) {
        while (taken[y]?.[x]) x += 1;
        for (let down = y; down < y + cell.rowSpan; down += 1) {
          taken[down] ??= [];
          for (let across = x; across < x + cell.colSpan; across += 1) taken[down][across] = true;
        }
        if (cell.scope === "colgroup") {
          for (let across = x; across < x + cell.colSpan; across += 1) groups[across] = plain(cell);
        } else if (cell.colSpan === 1) {
          const name = [groups[x], plain(cell)].filter(Boolean).join(", ");
          found.push({ cell, place: x, name });
        }
        x += cell.colSpan;
      }
    });
    return found;
  };

  const keyOf = (row, place) => {
    const cell = row.cells[place];
    const key = cell.dataset.value ?? plain(cell);
    return key === "" ? null : key;
  };

  const sorted = (rows, place, sign) => {
    const keys = new Map(rows.map((row) => [row, keyOf(row, place)]));
    const known = [...keys.values()].filter((key) => key !== null);
    const numeric = known.every((key) => Number.isFinite(Number(key)));
    const compare = numeric ? (a, b) => a - b : texts.compare;
    return [...rows].sort((one, other) => {
      const a = keys.get(one), b = keys.get(other);
      if (a === null || b === null) return (a === null) - (b === null);
      return sign * compare(a, b);
    });
  };

  const prepare = (table) => {
    const bodies = [...table.tBodies];
    const original = bodies.map((body) => [...body.rows]);
    const rows = original.flat();
    const moving = rows.filter((row) => !FIXED.test(row.className));
    const nested = rows.some((row) => /\brow-subtotal\b/.test(row.className));
    if (!table.tHead || nested || moving.length < 3 || !table.querySelector("[data-value]")) return;
    if (table.querySelector("tbody [rowspan], tbody [colspan]")) return;
    const put = (order) => {
      const next = order.values();
      bodies.forEach((body, at) => {
        const all = original[at].map((row) => (FIXED.test(row.className) ? row : next.next().value));
        body.replaceChildren(...all);
      });
    };
    for (const { cell, place, name } of columns(table.tHead)) {
      const first = cell.classList.contains("number") ? "descending" : "ascending";
      const second = first === "ascending" ? "descending" : "ascending";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...cell.childNodes);
      cell.append(button);
      button.addEventListener("click", () => {
        const now = cell.getAttribute("aria-sort");
        const then = now === null ? first : now === first ? second : null;
        for (const other of table.tHead.querySelectorAll("[aria-sort]")) {
          other.removeAttribute("aria-sort");
        }
        if (then !== null) cell.setAttribute("aria-sort", then);
        put(then === null ? moving : sorted(moving, place, then === "ascending" ? 1 : -1));
        status.textContent = status.dataset[then ?? "original"].replace("{column}", name);
      });
    }
  };

  document.querySelectorAll("table.data").forEach(prepare);
})();
