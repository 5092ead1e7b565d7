// What marks say of themselves stands beside the pointer, and tables sort. Without this the browser
// shows the same words as tooltips, and tables stand as they are.
"use strict";
(() => {
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  let mark = null, title = null;

  const leave = () => {
    if (mark) mark.append(title); // the title is away while its words are shown, or they would be there twice
    mark = null;
    tip.hidden = true;
  };
  document.addEventListener("pointerover", (e) => {
    leave();
    const own = e.target.closest("svg *")?.querySelector(":scope > title");
    if (!own) return;
    mark = e.target;
    title = own;
    title.remove();
    tip.textContent = title.textContent;
    tip.hidden = false;
  });
  document.addEventListener("pointermove", (e) => {
    if (!mark) return;
    const right = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = scrollX + Math.max(8, Math.min(e.clientX + 14, right)) + "px";
    const below = e.clientY + 18 + tip.offsetHeight < innerHeight;
    tip.style.top = scrollY + (below ? e.clientY + 18 : Math.max(0, e.clientY - 12 - tip.offsetHeight)) + "px";
  });
  document.addEventListener("pointerleave", leave);

  // Numbers by data-v, other columns by their text. Cells without a value stand last either way.
  const words = new Intl.Collator(undefined, { numeric: true });
  const key = (row, i, number) => {
    const cell = row.cells[i];
    if (number) return cell.dataset.v === undefined ? null : Number(cell.dataset.v);
    return cell.textContent === "" ? null : cell.textContent;
  };
  const sort = (head) => {
    const i = head.cellIndex, number = head.classList.contains("n"), body = head.closest("table").tBodies[0];
    const first = number ? "descending" : "ascending", second = number ? "ascending" : "descending";
    const order = head.getAttribute("aria-sort") === first ? second : first;
    const sign = order === "ascending" ? 1 : -1;
    for (const th of head.parentElement.cells) th.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    const rows = [...body.rows].map((row) => [key(row, i, number), row]);
    rows.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      return sign * (number ? a - b : words.compare(a, b));
    });
    body.append(...rows.map(([, row]) => row));
  };
  document.addEventListener("click", (e) => {
    const button = e.target.closest("th button");
    if (button) sort(button.parentElement);
  });
})();
