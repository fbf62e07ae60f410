/* The table of all pages: filtered by name and kind, sorted by any column. */
const KINDS_OF_PAGE = {
  all: () => true,
  with_noise: (page) => page.removed > 0,
  with_suspect: (page) => page.suspect > 0,
  with_changes: (page) => page.joined + page.split > 0,
  with_duplicates: (page) => page.duplicates > 0,
  with_bad: (page) => page.bad > 0,
  without_story: (page) => page.stories === 0,
};

const COLUMNS = {
  page: (page) => page.name,
  noise: (page) => page.noise,
  in: (page) => page.before,
  out: (page) => page.after,
  stories: (page) => page.stories,
  removed: (page) => page.removed,
  suspect: (page) => page.suspect,
  changes: (page) => page.joined + page.split,
  duplicates: (page) => page.duplicates,
  encoding: (page) => page.encoding,
};

const tableState = { filter: "", kind: "all", sort: null, down: false };

/* Words for the kinds of pages, as a select. */
function kindSelect(state, redraw) {
  const select = h("select", { "aria-label": say("pages.show"), change: () => { state.kind = select.value; redraw(); } });
  for (const kind of Object.keys(KINDS_OF_PAGE)) {
    select.append(h("option", { value: kind, selected: state.kind === kind, "data-t": `pages.${kind}` }, say(`pages.${kind}`)));
  }
  return select;
}

function compare(a, b) {
  if (typeof a === "number") return a - b;
  return a < b ? -1 : a > b ? 1 : 0;
}

function drawTable() {
  const place = document.getElementById("table");
  const count = h("output", { class: "count" });
  const body = h("tbody");
  const foot = h("div");
  const head = h("tr");
  const filter = h("input", {
    type: "search", value: tableState.filter, placeholder: say("pages.filter"), "aria-label": say("pages.filter"),
    input: () => { tableState.filter = filter.value; drawRows(); },
  });

  for (const name of Object.keys(COLUMNS)) {
    const sort = () => {
      if (tableState.sort === name) tableState.down = !tableState.down;
      else Object.assign(tableState, { sort: name, down: !["page", "encoding"].includes(name) });
      drawRows();
    };
    const button = h("button", { type: "button", click: sort }, t(`pages.${name}`));
    head.append(h("th", { scope: "col", "data-column": name }, button));
  }

  function drawRows() {
    const wanted = tableState.filter.toLowerCase();
    const keep = KINDS_OF_PAGE[tableState.kind];
    const rows = pagesInOrder.filter((page) => keep(page) && page.name.toLowerCase().includes(wanted));
    const by = COLUMNS[tableState.sort];
    if (by) rows.sort((a, b) => (tableState.down ? -1 : 1) * compare(by(a), by(b)) || a.at - b.at);
    for (const cell of head.children) {
      const sorted = cell.dataset.column === tableState.sort;
      if (sorted) cell.setAttribute("aria-sort", tableState.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    count.replaceChildren(t("pages.found", { n: rows.length }));
    body.replaceChildren();
    foot.replaceChildren(inPortions(body, rows, tableRow, 50));
    if (!rows.length) body.append(h("tr", {}, h("td", { colspan: Object.keys(COLUMNS).length }, t("pages.no_match"))));
  }

  place.replaceChildren(
    h("div", { class: "controls" }, filter, kindSelect(tableState, drawRows), count),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("pages.table") },
      h("table", { class: "pages-table" }, h("thead", {}, head), body)),
    foot,
  );
  if (pages.length < facts.totals.pages) {
    place.append(h("p", { class: "note" }, t("pages.table_note", { n: pages.length, total: facts.totals.pages })));
  }
  drawRows();
}

function tableRow(page) {
  const zero = (value) => h("td", { class: value ? "" : "zero" }, number(value));
  return h("tr", {},
    h("th", { scope: "row" }, h("a", { href: pageLink(page.at) }, named(page.name))),
    h("td", {}, meter(page.noise), percent(page.noise)),
    zero(page.before), zero(page.after),
    zero(page.stories), zero(page.removed), zero(page.suspect), zero(page.joined + page.split), zero(page.duplicates),
    h("td", { class: "words" }, page.encoding));
}

/* A share as a short bar; what it says stands beside it. */
function meter(share, kind = "") {
  return svg("svg", { class: `meter ${kind}`, width: 44, height: 8, "aria-hidden": "true" },
    svg("rect", { class: "ground", width: 44, height: 8, rx: 4 }),
    svg("rect", { class: "filled", width: Math.max(44 * share, share > 0 ? 2 : 0), height: 8, rx: share > 0.1 ? 4 : 1 }));
}
