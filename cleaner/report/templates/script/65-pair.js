/* One pair side by side, and one group with its graph. */
const OWN = 0, SHARED = 1, CHANGED = 2, DIFFERENT_NUMBER = 3;
const pairState = { folded: true };

function drawPair(view, pair) {
  const row = besides.get(pair.at);
  const values = {
    containment: percent(pair.containment), jaccard: two(pair.jaccard), n: pair.numbers.length,
    near: two(facts.thresholds.near), contained: percent(facts.thresholds.contained), overlap: percent(facts.thresholds.overlap),
  };
  const head = [
    h("a", { class: "back", href: "#duplicates" }, "← ", t("pages.back")),
    h("h2", { class: "hide" }, titleNode(pair.a), " ⇄ ", titleNode(pair.b)),
    h("p", { class: "why" }, badgeOf(pair.kind), pair.cross ? [" ", h("span", { class: "badge" }, t("duplicates.cross_badge"))] : null, " ", say(`why.${reasonOf(pair)}`, values), pair.passages ? [" ", h("span", { class: "note" }, t("duplicates.passages", { n: pair.passages }))] : null),
    h("div", { class: "scores" },
      score("duplicates.a_in_b", pair.aInB, facts.thresholds.overlap), score("duplicates.b_in_a", pair.bInA, facts.thresholds.overlap),
      score("duplicates.jaccard_short", pair.jaccard, facts.thresholds.near)),
  ];
  if (pair.numbers.length) {
    head.push(h("div", { class: "numbers" }, h("h3", {}, t("duplicates.numbers")), h("ul", {}, pair.numbers.slice(0, 40).map(([a, b]) =>
      h("li", {}, h("bdi", {}, ...seen(a)), " → ", h("bdi", {}, ...seen(b)))))));
  }
  const heads = h("div", { class: "row heads" }, storyHead(pair, pair.a, "left"), storyHead(pair, pair.b, "right"));
  if (!row) {
    view.replaceChildren(...head, heads, h("p", { class: "none" }, t("duplicates.not_beside")));
    return;
  }
  const table = h("div", { class: "beside" });
  const draw = () => {
    const numbered = { left: new Set(), right: new Set() };
    table.replaceChildren(...row[1].map((one) => drawRow(pair, one, numbered)));
    table.classList.toggle("folded", pairState.folded);
  };
  const toggle = h("input", { type: "checkbox", checked: pairState.folded, change: () => { pairState.folded = toggle.checked; draw(); } });
  draw();
  linkPassages(table);
  const legend = h("ul", { class: "legend" },
    h("li", {}, h("span", { class: "st shared" }, t("duplicates.legend_shared"))),
    h("li", {}, h("span", { class: "st shared changed" }, t("duplicates.legend_changed"))),
    h("li", {}, h("span", { class: "st shared different" }, t("duplicates.legend_number"))));
  const controls = h("div", { class: "controls" }, legend, h("label", { class: "switch" }, toggle, " ", t("duplicates.fold")));
  view.replaceChildren(...head, controls, heads, table);
}

/* Why the relation was given: by the scores, or by what speaks against a copy. */
function reasonOf(pair) {
  if (pair.kind === "miss") {
    if (pair.doubt === "furniture") return "frame";
    return pair.containment >= facts.thresholds.overlap ? "scattered" : "miss";
  }
  const isCopy = pair.jaccard >= facts.thresholds.near || pair.containment >= facts.thresholds.contained;
  return pair.doubt && isCopy ? pair.doubt : pair.kind;
}

/* A score as a bar with the threshold it is judged by. */
function score(key, value, threshold) {
  return h("div", { class: "score" }, h("span", { class: "what" }, t(key)),
    svg("svg", { width: "100%", height: 12, "aria-hidden": "true" },
      svg("rect", { class: "ground", width: "100%", height: 6, y: 3, rx: 3 }),
      svg("rect", { class: "filled", width: `${100 * value}%`, height: 6, y: 3, rx: 3 }),
      svg("line", { class: "threshold", x1: `${100 * threshold}%`, x2: `${100 * threshold}%`, y1: 0, y2: 12 })),
    h("b", {}, key === "duplicates.jaccard_short" ? two(value) : percent(value)));
}

function storyHead(pair, story, side) {
  const where = typeof story.page === "number" ? h("a", { href: pageLink(story.page) }, named(story.pageName)) : named(story.pageName);
  const told = [say(`script.${story.script}`), say("duplicates.characters", { n: story.length }), story.published, story.source].filter(Boolean);
  return h("div", { class: `cell ${side}` },
    h("h3", {}, titleNode(story), pair.kept === story ? [" ", h("span", { class: "badge kept" }, "★ ", t("duplicates.kept"))] : null),
    h("p", { class: "note" }, where, " · ", t("pages.story", { n: story.number })),
    h("p", { class: "note" }, told.flatMap((part, i) => [i ? " · " : "", ...seen(part)])));
}

/* A row of paragraphs; what neither side shares is folded to a line while the reader wishes so. */
function drawRow(pair, [matched, left, right], numbered) {
  const cell = (paragraphs, side, story) => {
    const lang = scriptLang[story.script] ?? "zh";
    const parts = [];
    let own = [];
    const close = () => {
      if (!own.length) return;
      const hidden = own;
      parts.push(pairState.folded
        ? h("button", { type: "button", class: "fold", click: (event) => event.currentTarget.replaceWith(...hidden) }, t("duplicates.folded", { n: hidden.length }))
        : hidden);
      own = [];
    };
    for (const paragraph of paragraphs) {
      const drawn = h("p", { dir: "auto" }, paragraph.flatMap((stretch) => drawStretch(stretch, side, numbered)));
      if (!matched && paragraph.every((stretch) => typeof stretch === "string")) {
        own.push(drawn);
      } else {
        close();
        parts.push(drawn);
      }
    }
    close();
    return h("div", { class: `cell ${side}${paragraphs.length ? "" : " empty"}`, lang }, h("span", { class: "hide" }, t(`duplicates.${side}`)), ...parts.flat());
  };
  return h("div", { class: `row${matched ? " matched" : ""}` }, cell(left, "left", pair.a), cell(right, "right", pair.b));
}

function drawStretch(stretch, side, numbered) {
  if (typeof stretch === "string") return seen(stretch);
  const [kind, passage, text] = stretch;
  const style = { [SHARED]: "", [CHANGED]: " changed", [DIFFERENT_NUMBER]: " different" }[kind];
  const nodes = [h(kind === SHARED ? "span" : "mark", { class: `st shared${style}`, "data-passage": passage }, ...seen(text))];
  if (!numbered[side].has(passage)) {
    numbered[side].add(passage);
    nodes.unshift(h("button", { type: "button", class: "pno", "data-passage": passage, "data-side": side, "aria-label": say("duplicates.passage", { n: passage + 1 }) }, passage + 1));
  }
  return nodes;
}

/* Pointing at a passage lights it on both sides; its number, pressed, goes to the other side. */
function linkPassages(table) {
  const light = (passage) => {
    for (const element of table.querySelectorAll(".lit")) element.classList.remove("lit");
    if (passage === undefined) return;
    for (const element of table.querySelectorAll(`[data-passage="${passage}"]`)) element.classList.add("lit");
  };
  table.addEventListener("pointerover", (event) => light(event.target.closest?.("[data-passage]")?.dataset.passage));
  table.addEventListener("pointerleave", () => light());
  table.addEventListener("focusin", (event) => light(event.target.dataset.passage));
  table.addEventListener("focusout", () => light());
  table.addEventListener("click", (event) => {
    const here = event.target.closest?.(".pno");
    if (!here) return;
    const there = [...table.querySelectorAll(`.pno[data-passage="${here.dataset.passage}"]`)].find((one) => one.dataset.side !== here.dataset.side);
    there?.focus({ preventScroll: true });
    there?.scrollIntoView({ block: "nearest" });
    light(here.dataset.passage);
  });
}

function drawGroup(view, group) {
  const members = [group.kept, ...group.members];
  const between = pairs.filter((pair) => pair.kind !== "miss" && members.includes(pair.a) && members.includes(pair.b));
  const pairOf = (story) => between.find((pair) => (pair.a === group.kept && pair.b === story) || (pair.b === group.kept && pair.a === story));
  view.replaceChildren(
    h("a", { class: "back", href: "#duplicates" }, "← ", t("pages.back")),
    h("h2", {}, titleNode(group.kept)),
    h("p", { class: "note" }, t("duplicates.groups_note")),
    h("div", { class: "group" }, members.length >= 3 ? drawGraph(group, members, between) : null, h("ol", { class: "members" }, members.map((story, i) => {
      const pair = i ? pairOf(story) : null;
      return h("li", { value: i + 1 },
        pair ? h("a", { href: `#duplicates/${pair.at}` }, titleNode(story)) : titleNode(story), " ",
        i ? (pair ? badgeOf(pair.kind) : h("span", { class: "badge" }, t("duplicates.copy"))) : h("span", { class: "badge kept" }, "★ ", t("duplicates.kept")),
        h("div", { class: "note" }, named(story.pageName), ` · ${say(`script.${story.script}`)} · ${say("duplicates.characters", { n: story.length })}`));
    }))),
    group.members.length < group.copies ? h("p", { class: "note" }, t("duplicates.members_shown", { n: group.members.length, total: group.copies })) : "");
}

/* The kept story in the middle, its copies around it; a line for every pair that was found. */
function drawGraph(group, members, between) {
  const shown = members.slice(0, 25);
  const size = 300, middle = size / 2, radius = 115;
  const at = new Map([[shown[0], [middle, middle]]]);
  shown.slice(1).forEach((story, i, all) => {
    const angle = (2 * Math.PI * i) / all.length - Math.PI / 2;
    at.set(story, [middle + radius * Math.cos(angle), middle + radius * Math.sin(angle)]);
  });
  const edges = between.filter((pair) => at.has(pair.a) && at.has(pair.b)).map((pair) => {
    const [[x1, y1], [x2, y2]] = [at.get(pair.a), at.get(pair.b)];
    const name = `${say(`relation.${pair.kind}`)}: ${members.indexOf(pair.a) + 1} – ${members.indexOf(pair.b) + 1}, ${percent(pair.containment)}`;
    return svg("a", { href: `#duplicates/${pair.at}`, "aria-label": name, class: "edge" },
      svg("line", { class: "touch", x1, y1, x2, y2 }),
      svg("line", { class: `r-${pair.kind}`, x1, y1, x2, y2, "stroke-width": 1 + 4 * pair.containment }), svg("title", {}, name));
  });
  const nodes = shown.map((story, i) => {
    const [cx, cy] = at.get(story);
    return svg("g", { class: i ? "node" : "node kept", "aria-hidden": "true" }, svg("circle", { cx, cy, r: i ? 13 : 18 }), svg("text", { x: cx, y: cy + 4, "text-anchor": "middle" }, i ? i + 1 : "★"));
  });
  return h("figure", { class: "graph" }, svg("svg", { width: size, height: size, viewBox: `0 0 ${size} ${size}`, role: "group", "aria-label": say("duplicates.graph") }, ...edges, ...nodes),
    h("figcaption", { class: "note" }, t("duplicates.graph_note")));
}
