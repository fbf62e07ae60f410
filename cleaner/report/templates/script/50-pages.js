/* Pages: the list with its search, and one page beside it. */
const pagesState = { search: "", kind: "all", place: null, cleaned: false };
let pagesView = null;

const foldOf = new Map();
for (let i = 0; i < facts.fold.length; i += 2) foldOf.set(facts.fold[i], facts.fold[i + 1]);

/* A text as search compares it: small letters, one script; as long as the text itself. */
function fold(text) {
  let folded = "";
  for (let i = 0; i < text.length; i += 1) {
    const small = text[i].toLowerCase();
    folded += foldOf.get(text[i]) ?? (small.length === 1 ? small : text[i]);
  }
  return folded;
}

const foldedPages = new Map();

/* The folded text of a page, its lines divided by line feeds; empty where it is not in the report. */
function foldedPage(place) {
  if (!foldedPages.has(place)) {
    const row = pageTexts.get(place);
    foldedPages.set(place, row ? fold(row[1].join("\n")) : "");
  }
  return foldedPages.get(place);
}

function drawPages(place, line) {
  if (!pagesView || pagesView.language !== language) buildPages();
  const asked = place === undefined || !/^\d+$/.test(place) ? null : Math.min(Number(place), pages.length - 1);
  pagesState.place = asked;
  pagesView.section.classList.toggle("chosen", asked !== null);
  const shown = asked ?? (pages.length ? pagesView.rows()[0]?.at ?? null : null);
  pagesView.mark(shown);
  drawPage(pagesView.view, shown, line ? Number(line) : null);
  highlight(pagesView.view, pagesState.search);
}

function buildPages() {
  const section = document.getElementById("pages");
  section.querySelector(".two")?.remove();
  const list = h("ul", { class: "items" });
  const more = h("div");
  const count = h("output", { class: "count" });
  const view = h("article", { class: "view card", "aria-live": "off" });
  const search = h("input", {
    type: "search", class: "search", value: pagesState.search, placeholder: say("pages.search"),
    "aria-label": `${say("pages.search")} (${say("pages.search_hint")})`, title: say("pages.search_hint"),
    input: () => {
      clearTimeout(search.wait);
      search.wait = setTimeout(() => { pagesState.search = search.value; draw(); highlight(view, pagesState.search); }, 120);
    },
  });
  let found = [];

  function draw() {
    const wanted = fold(pagesState.search.trim());
    const keep = KINDS_OF_PAGE[pagesState.kind];
    found = [];
    let matches = 0;
    for (const page of pagesInOrder) {
      if (!keep(page)) continue;
      const hits = wanted ? placesOf(page, wanted) : [];
      if (wanted && !hits.length && !fold(page.name).includes(wanted)) continue;
      matches += hits.length;
      found.push({ page, hits });
    }
    list.replaceChildren();
    more.replaceChildren(inPortions(list, found, pageItem, 100));
    count.replaceChildren(t("pages.found", { n: found.length }), wanted ? " · " : "", wanted ? t("pages.matches", { n: matches }) : "");
    if (!found.length) list.append(h("li", { class: "none" }, t("pages.no_match")));
    pagesView?.mark(pagesState.place);
  }

  arrows(list, "a");
  const side = h("div", { class: "side" },
    h("div", { class: "controls" }, search, kindSelect(pagesState, draw), count),
    h("nav", { class: "scroller", "aria-label": say("nav.pages") }, list, more));
  section.append(h("div", { class: "two" }, side, view));
  if (facts.totals.read < facts.totals.pages) {
    side.append(h("p", { class: "note" }, t("pages.read_note", { n: facts.totals.read, total: facts.totals.pages })));
  }
  pagesView = {
    section, view, language, search,
    rows: () => found.map((row) => row.page),
    mark(place) {
      for (const link of list.querySelectorAll("a")) {
        if (link.dataset.place === String(place)) {
          link.setAttribute("aria-current", "true");
          keepInSight(link);
        } else link.removeAttribute("aria-current");
      }
    },
  };
  draw();
}

/* Where a page's text has the folded words: [line, column], at most 200 of them. */
function placesOf(page, wanted) {
  const text = foldedPage(page.at);
  const hits = [];
  for (let at = text.indexOf(wanted); at >= 0 && hits.length < 200; at = text.indexOf(wanted, at + wanted.length)) hits.push(at);
  return hits;
}

function pageItem({ page, hits }) {
  const badges = [
    page.duplicates ? h("span", { class: "badge" }, "⇄ ", number(page.duplicates)) : null,
    page.suspect ? h("span", { class: "badge doubt", title: say("pages.suspect") }, "? ", number(page.suspect)) : null,
    page.bad ? h("span", { class: "badge bad", title: say("figure.bad_bytes") }, "� ", number(page.bad)) : null,
  ];
  const item = h("a", { href: pageLink(page.at), "data-place": page.at },
    h("span", { class: "name" }, named(page.name)),
    h("span", { class: "facts" }, meter(page.noise), percent(page.noise), ...badges));
  if (hits.length) item.append(snippet(page, hits));
  return h("li", {}, item);
}

/* The first match in its line, and how many there are. */
function snippet(page, hits) {
  const text = pageTexts.get(page.at)[1].join("\n");
  const size = pagesState.search.trim().length;
  const from = Math.max(text.lastIndexOf("\n", hits[0]) + 1, hits[0] - 12);
  const end = text.indexOf("\n", hits[0] + size);
  const to = Math.min(end < 0 ? text.length : end, hits[0] + size + 24);
  return h("span", { class: "snippet" },
    ...seen(text.slice(from, hits[0])), h("mark", {}, ...seen(text.slice(hits[0], hits[0] + size))),
    ...seen(text.slice(hits[0] + size, to)), hits.length > 1 ? h("b", {}, ` × ${hits.length}`) : null);
}

/* Paints what is searched for in a view, where the browser can do so without touching the text. */
function highlight(view, search) {
  if (!window.CSS?.highlights) return;
  CSS.highlights.delete("found");
  const wanted = fold(search.trim());
  if (!wanted) return;
  const ranges = [];
  const walker = document.createTreeWalker(view, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && ranges.length < 2000; node = walker.nextNode()) {
    const text = fold(node.data);
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      ranges.push(range);
    }
  }
  CSS.highlights.set("found", new Highlight(...ranges));
}
