// A click on a head sorts the rows under it, contenders, oracles and the paper's each for themselves.
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th"), table = head.closest("table");
    const falling = head.getAttribute("aria-sort") !== "descending";
    for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const place = Number(button.dataset.place);
    const value = (row) => row.cells[place].dataset.value ?? row.cells[place].textContent.trim();
    const number = (row) => Number.parseFloat(value(row));
    const compare = (one, other) => {
      const [a, b] = [number(one), number(other)];
      if (Number.isNaN(a) && Number.isNaN(b)) return value(one).localeCompare(value(other));
      if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) ? 1 : -1;
      return falling ? b - a : a - b;
    };
    for (const body of table.tBodies) body.append(...[...body.rows].sort(compare));
  });
}
