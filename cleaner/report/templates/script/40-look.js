/* "Worth a look": the few places of the whole run that a careful reader would open first. */
function drawLook() {
  const items = [...pairsToLook(), ...pagesToLook(), ...rulesToLook()];
  const list = document.getElementById("look");
  list.replaceChildren(...items.map(([href, where, what]) =>
    h("li", {}, h("a", { href }, h("span", { class: "where" }, where), h("span", { class: "what" }, what)))));
  if (!items.length) list.append(h("li", { class: "none" }, t("look.nothing")));
}

function pairsToLook() {
  const items = [];
  const flagged = pairs.filter((pair) => pair.kind !== "miss").slice(0, 2);
  const missed = pairs.filter((pair) => pair.kind === "miss").sort((x, y) => y.containment - x.containment).slice(0, 1);
  for (const pair of [...flagged, ...missed]) {
    const values = { relation: say(`relation.${pair.kind}`), share: percent(pair.containment) };
    const where = h("span", {}, titleNode(pair.a), " ⇄ ", titleNode(pair.b));
    items.push([`#duplicates/${pair.at}`, where, say(pair.kind === "miss" ? "look.miss" : "look.pair", values)]);
  }
  return items;
}

function pagesToLook() {
  const items = [];
  const seenPages = new Set();
  const rank = (key, score, values) => {
    const best = pages.filter((page) => score(page) > 0 && !seenPages.has(page.at)).sort((x, y) => score(y) - score(x))[0];
    if (!best) return;
    seenPages.add(best.at);
    items.push([pageLink(best.at), named(best.name), say(`look.${key}`, values(best))]);
  };
  rank("bad_bytes", (page) => page.bad, (page) => ({ n: page.bad }));
  rank("noise", (page) => (page.before >= 200 && page.noise >= 0.3 ? page.noise : 0), (page) => ({ share: percent(page.noise) }));
  rank("suspect", (page) => page.suspect, (page) => ({ n: page.suspect }));
  rank("empty", (page) => (page.stories ? 0 : page.before), () => ({}));
  rank("mended", (page) => (page.joined + page.split > 2 ? page.joined + page.split : 0), (page) => ({ n: page.joined + page.split }));
  return items;
}

/* The rule whose oddest line is longest beside its usual lines. */
function rulesToLook() {
  const removing = rules.filter((rule) => rule.removed && rule.odd.length && rule.frequent.length);
  const odd = (rule) => rule.odd[0][0].length / (1 + rule.frequent[0][0].length);
  const best = removing.sort((x, y) => odd(y) - odd(x))[0];
  if (!best) return [];
  return [[`#rules/${encodeURIComponent(best.name)}`, h("span", {}, `${best.name}: `, named(best.odd[0][0])), say("look.odd")]];
}

/* A story's title; where it has none, how it begins. */
const titleNode = (story) => h("bdi", { lang: scriptLang[story.script] ?? "zh", class: story.titled ? null : "untitled" }, ...seen(story.name));

function drawAside() {
  const list = document.getElementById("aside");
  if (!list) return;
  const rows = facts.aside;
  list.replaceChildren();
  const more = inPortions(list, rows, ([page, line, why]) =>
    h("li", {}, h("b", {}, named(page)), line > 1 ? [" ", t("pages.line", { n: line })] : null, ": ", ...seen(why)), 50);
  list.after(more);
}
