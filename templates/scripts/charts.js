/* Tells who points at a step of a chart, or walks over it with the arrow keys, what its values are.
   They come from the table under the chart; without this script the table is there all the same. */
"use strict";
(() => {
  const numbers = (text) => text.split(" ").map(Number);
  const made = (name, className, text) => {
    const element = document.createElement(name);
    element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  const follow = (figure) => {
    const plot = figure.querySelector(".plot");
    const table = figure.querySelector(".chart-data table");
    if (!plot || !table || table.tBodies[0].rows.length === 0) return;
    const heads = [...table.tHead.rows[0].cells];
    const rows = [...table.tBodies[0].rows];
    const tip = made("div", "tip");
    const cursor = made("div", "tip-cursor");
    const said = made("p", "unseen");
    tip.hidden = cursor.hidden = true;
    said.setAttribute("aria-live", "polite");
    plot.append(cursor, tip);
    figure.append(said);
    plot.tabIndex = 0;

    let shown = null; // { row, column } of what the tip tells
    let dismissed = null;

    // The drawing that the page shows at its width, and where its steps are.
    const drawing = () => {
      const found = [...plot.querySelectorAll(".drawing")].find((one) => one.offsetWidth > 0);
      const [left, top, width, height] = numbers(found.dataset.box);
      const box = found.getBoundingClientRect();
      const ring = found.dataset.ring ? numbers(found.dataset.ring) : null;
      return { kind: found.dataset.hits, left, top, width, height, box, ring };
    };
    const across = (kind) => (kind === "cells" ? heads.length - 1 : kind === "rows" ? 1 : rows.length);
    const down = (kind) => (kind === "columns" ? 1 : rows.length);

    const place = (at, x, y) => {
      const column = Math.floor(((x - at.left) / at.width) * across(at.kind));
      const row = Math.floor(((y - at.top) / at.height) * down(at.kind));
      const inside = column >= 0 && column < across(at.kind) && row >= 0 && row < down(at.kind);
      return inside ? { row, column } : onRing(at, x, y);
    };
    const onRing = (at, x, y) => {
      if (!at.ring) return null;
      const [cx, cy, inner, outer, ...turns] = at.ring;
      const right = x - cx;
      const below = ((y - cy) * at.box.height) / at.box.width;
      const far = Math.hypot(right, below);
      if (far < inner || far > outer) return null;
      const turn = (Math.atan2(right, -below) / (2 * Math.PI) + 1) % 1;
      const row = turns.findIndex((end) => turn < end);
      return row < 0 ? null : { row, column: 0 };
    };

    // The row of the table, and its columns, that a place stands for.
    const told = (kind, spot) => {
      const row = rows[kind === "columns" ? spot.column : spot.row];
      const columns = kind === "cells" ? [spot.column + 1] : heads.map((_, place) => place).slice(1);
      return { row, columns };
    };

    const fill = (kind, spot) => {
      const { row, columns } = told(kind, spot);
      const name = row.cells[0];
      const title = kind === "cells" ? `${name.textContent}, ${heads[columns[0]].textContent}` : name.textContent;
      const list = made("dl", "tip-values");
      for (const column of columns) {
        const value = made("dd", "", row.cells[column].textContent);
        if ("beside" in heads[column].dataset) {
          list.lastElementChild.append(value);
          continue;
        }
        const label = made("dt", "", kind === "cells" ? "" : heads[column].textContent);
        const swatch = heads[column].dataset.swatch ?? (column === 1 ? name.dataset.swatch : undefined);
        if (swatch) label.prepend(made("span", `swatch swatch-${swatch}`));
        const pair = made("div", "");
        pair.append(label, value);
        list.append(pair);
      }
      tip.replaceChildren(made("p", "tip-title", title), list);
      if (name.dataset.note) tip.append(made("p", "tip-note", name.dataset.note));
      const values = columns.map((column) =>
        kind === "cells" ? row.cells[column].textContent : `${heads[column].textContent} ${row.cells[column].textContent}`);
      return [title, ...values, name.dataset.note].filter(Boolean).join("; ");
    };

    const show = (spot, aloud) => {
      const at = drawing();
      const own = plot.getBoundingClientRect();
      const px = (part, size) => (part / 100) * size;
      const wide = px(at.width, at.box.width) / across(at.kind);
      const high = px(at.height, at.box.height) / down(at.kind);
      const left = at.box.left - own.left + px(at.left, at.box.width) + spot.column * wide;
      const top = at.box.top - own.top + px(at.top, at.box.height) + spot.row * high;
      cursor.className = `tip-cursor tip-cursor-${at.kind}`;
      const line = at.kind === "columns" ? wide / 2 : 0;
      Object.assign(cursor.style, {
        left: `${left + line}px`, top: `${top}px`, width: `${line ? 1 : wide}px`, height: `${high}px`,
      });
      const words = fill(at.kind, spot);
      tip.hidden = cursor.hidden = false;
      const middle = left + wide / 2;
      const beside = at.kind === "rows" ? 0 : 12 + (at.kind === "cells" ? wide / 2 : 0);
      const below = at.kind === "rows" || tip.offsetWidth > own.width * 0.55;
      const toRight = middle + beside + tip.offsetWidth <= own.width || middle < own.width / 2;
      const x = below ? middle - tip.offsetWidth / 2 : toRight ? middle + beside : middle - beside - tip.offsetWidth;
      const y = below ? top + high + 4 : top;
      tip.style.left = `${Math.max(0, Math.min(x, own.width - tip.offsetWidth))}px`;
      tip.style.top = `${y}px`;
      shown = spot;
      said.textContent = aloud ? words : "";
    };
    const hide = () => {
      tip.hidden = cursor.hidden = true;
      shown = null;
      said.textContent = "";
    };
    const same = (a, b) => a !== null && b !== null && a.row === b.row && a.column === b.column;

    const point = (event) => {
      if (tip.contains(event.target)) return; // what the tip says can be pointed at, and selected
      const at = drawing();
      const spot = place(at, ((event.clientX - at.box.left) / at.box.width) * 100,
        ((event.clientY - at.box.top) / at.box.height) * 100);
      if (spot === null) hide();
      else if (!same(spot, dismissed) && !same(spot, shown)) {
        dismissed = null;
        show(spot, false);
      }
    };
    const walk = (event) => {
      const kind = drawing().kind;
      const last = { row: down(kind) - 1, column: across(kind) - 1 };
      const from = shown ?? { row: kind === "columns" ? 0 : -1, column: kind === "rows" ? 0 : -1 };
      const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
      let to = null;
      if (event.key === "Home") to = { row: 0, column: 0 };
      else if (event.key === "End") to = last;
      else if (event.key in steps) {
        const [y, x] = steps[event.key];
        if ((y !== 0 && kind === "columns") || (x !== 0 && kind === "rows")) return;
        to = { row: from.row + y, column: from.column + x };
      } else return;
      event.preventDefault();
      to.row = Math.max(0, Math.min(to.row, last.row));
      to.column = Math.max(0, Math.min(to.column, last.column));
      show(to, true);
    };
    plot.addEventListener("pointermove", point);
    plot.addEventListener("pointerdown", point);
    plot.addEventListener("pointerleave", () => { dismissed = null; hide(); });
    plot.addEventListener("blur", hide);
    plot.addEventListener("keydown", walk);
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || shown === null) return;
      dismissed = shown;
      hide();
    });
    addEventListener("resize", hide);
  };

  for (const figure of document.querySelectorAll("figure.chart")) follow(figure);
})();
