/* Duplicates: the threshold with its slider, the list it draws, and groups. */
const dupState = { measure: "containment", at: null, kind: "all", groups: false };
let dupView = null;

const thresholdOf = { containment: facts.thresholds.overlap, jaccard: facts.thresholds.near };
const scoreOf = (pair) => pair[dupState.measure];
const badgeOf = (kind) => h("span", { class: `badge rel r-${kind}` }, t(`relation.${kind}`));

function drawDuplicates(place) {
  if (!dupView || dupView.language !== language) buildDuplicates();
  if (!dupView.list) return;
  const group = /^g\d+$/.test(place ?? "") ? groups[Number(place.slice(1))] : null;
  if (group && !dupState.groups) dupView.choose(true);
  const pair = /^\d+$/.test(place ?? "") ? pairs[Number(place)] : null;
  if (pair && dupState.groups) dupView.choose(false);
  dupView.section.classList.toggle("chosen", Boolean(pair || group));
  const shown = pair ?? group ?? dupView.first();
  dupView.mark(shown);
  if (!shown) dupView.view.replaceChildren(h("p", { class: "none" }, t("duplicates.open")));
  else if (shown.members) drawGroup(dupView.view, shown);
  else drawPair(dupView.view, shown);
}

function buildDuplicates() {
  const section = document.getElementById("duplicates");
  section.querySelectorAll(":scope > :not(h1, h1 + .note)").forEach((old) => old.remove());
  dupView = { language, section };
  if (!pairs.length) {
    section.append(h("p", { class: "card none" }, t("duplicates.none")));
    return;
  }
  dupState.at ??= thresholdOf[dupState.measure];
  const list = h("ul", { class: "items" });
  const more = h("div");
  const view = h("article", { class: "view card" });
  const panel = thresholdPanel(() => drawList());
  const tabs = h("div", { class: "choice", role: "group", "aria-label": say("nav.duplicates") },
    ...[false, true].map((isGroups) => h("button", { type: "button", "data-groups": String(isGroups), click: () => { choose(isGroups); location.hash = "#duplicates"; drawDuplicates(); } },
      t(isGroups ? "duplicates.groups" : "duplicates.pairs"), " ", h("span", { class: "n" }, number(isGroups ? facts.totals.groups : facts.totals.pairs)))));
  const kind = h("select", { "aria-label": say("duplicates.kind"), change: () => { dupState.kind = kind.value; drawList(); } },
    ["all", "cross"].map((name) => h("option", { value: name, selected: dupState.kind === name }, say(`duplicates.${name}`))),
    facts.kinds.filter((name) => pairs.some((pair) => pair.kind === name)).map((name) => h("option", { value: name, selected: dupState.kind === name }, say(`relation.${name}`))));

  function choose(isGroups) {
    dupState.groups = isGroups;
    for (const button of tabs.children) button.setAttribute("aria-pressed", String(button.dataset.groups === String(isGroups)));
    kind.hidden = isGroups;
    panel.hidden = isGroups;
    drawList();
  }

  function drawList() {
    list.replaceChildren();
    if (dupState.groups) {
      more.replaceChildren(inPortions(list, groups, groupItem));
      if (!groups.length) list.append(h("li", { class: "none" }, t("duplicates.no_groups")));
    } else {
      const { over, under } = sides();
      const row = (entry) => (entry.heading ? h("li", { class: "heading" }, t(entry.heading)) : pairItem(entry));
      const rows = [{ heading: "duplicates.over" }, ...over, { heading: "duplicates.under" }, ...under];
      more.replaceChildren(inPortions(list, rows, row));
    }
    dupView.mark?.(dupView.shown);
  }

  arrows(list, "a");
  const note = pairs.length < facts.totals.pairs || facts.totals.beside < pairs.length
    ? h("p", { class: "note" }, t("duplicates.listed_note", { n: pairs.length, total: facts.totals.pairs, read: facts.totals.beside })) : null;
  const side = h("div", { class: "side" }, h("div", { class: "controls" }, tabs, kind), h("nav", { class: "scroller", "aria-label": say("nav.duplicates") }, list, more), note);
  section.append(panel, h("div", { class: "two" }, side, view));
  Object.assign(dupView, {
    list, view, choose,
    first: () => (dupState.groups ? groups[0] : pairs[0]) ?? null,
    mark(shown) {
      dupView.shown = shown;
      for (const link of list.querySelectorAll("a")) {
        const mine = shown && link.dataset.place === (shown.members ? `g${shown.at}` : String(shown.at));
        if (mine) {
          link.setAttribute("aria-current", "true");
          keepInSight(link);
        } else link.removeAttribute("aria-current");
      }
    },
  });
  choose(dupState.groups);
}

/* The listed pairs at or over the threshold, and those under it, the most alike first. */
function sides() {
  const wanted = pairs.filter((pair) => dupState.kind === "all" || (dupState.kind === "cross" ? pair.cross : pair.kind === dupState.kind));
  wanted.sort((x, y) => scoreOf(y) - scoreOf(x) || x.at - y.at);
  return { over: wanted.filter((pair) => scoreOf(pair) >= dupState.at), under: wanted.filter((pair) => scoreOf(pair) < dupState.at) };
}

/* The threshold: all pairs of the run by score, a slider under them, and what it would report. */
function thresholdPanel(redraw) {
  const told = h("p", { class: "told", role: "status" });
  const plot = svg("svg", { class: "plot", width: "100%", height: 76, "aria-hidden": "true" });
  const slider = h("input", { type: "range", id: "threshold", min: 0, max: 100, step: 1, "aria-describedby": "threshold-told", input: () => { dupState.at = Number(slider.value) / 100; show(); redraw(); } });
  const value = h("output", { class: "value", for: "threshold" });
  const reset = h("button", { type: "button", class: "plain-button", click: () => { dupState.at = thresholdOf[dupState.measure]; show(); redraw(); } }, t("duplicates.reset"));
  const measure = h("select", { id: "measure", change: () => { dupState.measure = measure.value; dupState.at = thresholdOf[dupState.measure]; show(); redraw(); } },
    ["containment", "jaccard"].map((name) => h("option", { value: name, selected: dupState.measure === name }, say(`duplicates.${name}`))));
  told.id = "threshold-told";

  function show() {
    const counts = facts.scores[dupState.measure];
    const bins = Object.values(counts)[0].length;
    const from = Math.round(dupState.at * bins);
    const totals = Array.from({ length: bins }, (_, i) => Object.values(counts).reduce((sum, kind) => sum + kind[i], 0));
    const highest = Math.max(...totals, 1);
    const rects = [];
    for (let i = 0; i < bins; i += 1) {
      let base = 70;
      for (const [kind, values] of Object.entries(counts)) {
        if (!values[i]) continue;
        const height = Math.max((62 * values[i]) / highest, 3);
        base -= height;
        rects.push(svg("rect", { class: `bin r-${kind}${i < from ? " off" : ""}`, x: `${(100 * i) / bins + 0.1}%`, width: `${100 / bins - 0.2}%`, y: base, height }));
      }
    }
    const ran = thresholdOf[dupState.measure] * 100;
    plot.replaceChildren(...rects, svg("line", { class: "ground", x1: 0, x2: "100%", y1: 70, y2: 70 }), svg("line", { class: "ran", x1: `${ran}%`, x2: `${ran}%`, y1: 4, y2: 70 }));
    slider.value = Math.round(dupState.at * 100);
    slider.setAttribute("aria-valuetext", two(dupState.at));
    value.textContent = two(dupState.at);
    const n = totals.slice(from).reduce((sum, count) => sum + count, 0);
    const more = (counts.miss ?? []).slice(from).reduce((sum, count) => sum + count, 0);
    const fewer = Object.entries(counts).filter(([kind]) => kind !== "miss").reduce((sum, [, kind]) => sum + kind.slice(0, from).reduce((a, b) => a + b, 0), 0);
    const change = more && fewer ? say("duplicates.mixed", { more, fewer }) : more ? say("duplicates.more_than", { n: more }) : fewer ? say("duplicates.fewer_than", { n: fewer }) : say("duplicates.same");
    told.textContent = say("duplicates.at", { value: two(dupState.at), n, more: change });
  }
  show();
  return h("div", { class: "card threshold" },
    h("div", { class: "controls" }, h("label", { for: "threshold" }, h("b", {}, t("duplicates.threshold"))), value, h("label", { for: "measure", class: "note" }, t("duplicates.measure")), measure, reset),
    h("div", { class: "slide" }, plot, slider), told);
}

function pairItem(pair) {
  const same = pair.a.name === pair.b.name; // then the names of their pages tell them apart
  const name = (story) => h("span", { class: "name" }, same && story === pair.b ? named(`${pair.a.pageName} ⇄ ${pair.b.pageName}`) : titleNode(story));
  return h("li", {}, h("a", { href: `#duplicates/${pair.at}`, "data-place": pair.at },
    name(pair.a), name(pair.b),
    h("span", { class: "facts" }, badgeOf(pair.kind), meter(scoreOf(pair)), two(scoreOf(pair)),
      pair.cross ? h("span", { class: "badge", title: say("duplicates.cross_badge") }, "简⇄繁") : null)));
}

function groupItem(group) {
  return h("li", {}, h("a", { href: `#duplicates/g${group.at}`, "data-place": `g${group.at}` },
    h("span", { class: "facts" }, t("duplicates.group", { n: group.copies })), h("span", { class: "name" }, titleNode(group.kept))));
}
