/* Rules: how often each hit, and by its oddest lines whether it should have. */
const rulesState = { filter: "" };
let rulesView = null;

function drawRules(name) {
  if (!rulesView || rulesView.language !== language) buildRules();
  if (name) rulesView.open(name);
}

function buildRules() {
  const section = document.getElementById("rules");
  section.querySelectorAll(":scope > :not(h1, h1 + .note)").forEach((old) => old.remove());
  const total = rules.reduce((sum, rule) => sum + rule.hits, 0);
  const most = Math.max(...rules.map((rule) => rule.hits), 1);
  const list = h("div", { class: "rule-list" });
  const more = h("div");
  const filter = h("input", { type: "search", value: rulesState.filter, placeholder: say("rules.filter"), "aria-label": say("rules.filter"), input: () => { rulesState.filter = filter.value; draw(); } });

  function draw() {
    const wanted = rulesState.filter.toLowerCase();
    const found = rules.filter((rule) => [rule.name, ...rule.labels, ...rule.labels.map((label) => say(`label.${label}`))].some((text) => text.toLowerCase().includes(wanted)));
    list.replaceChildren();
    more.replaceChildren(inPortions(list, found, (rule) => ruleItem(rule, total, most), 200));
    if (!found.length) list.append(h("p", { class: "none" }, t("rules.none")));
  }

  section.append(h("div", { class: "controls" }, filter), list, more);
  rulesView = {
    language,
    open(name) {
      const item = [...list.children].find((one) => one.dataset.rule === name);
      if (!item) return;
      item.open = true;
      item.scrollIntoView({ block: "start" });
    },
  };
  draw();
}

function ruleItem(rule, total, most) {
  const body = h("div", { class: "taken" });
  const item = h("details", { class: "card rule", "data-rule": rule.name },
    h("summary", {},
      h("span", { class: "rule-name" }, rule.name),
      h("span", { class: "labels" }, rule.labels.slice(0, 3).map((label) => h("span", { class: `chip l-${label}` }, t(`label.${label}`)))),
      svg("svg", { class: "hits", width: 120, height: 10, "aria-hidden": "true" },
        svg("rect", { class: "ground", width: 120, height: 10, rx: 5 }),
        svg("rect", { class: `filled l-${rule.labels[0]}`, width: Math.max((120 * rule.hits) / most, 3), height: 10, rx: 5 })),
      h("span", { class: "count-of" }, h("b", {}, number(rule.hits)), " ", partsOf(rule))),
    body);
  item.addEventListener("toggle", () => {
    if (item.open && !body.childElementCount) fillRule(body, rule, total);
  });
  return item;
}

function partsOf(rule) {
  const parts = [["removed", rule.removed], ["suspect", rule.suspect], ["other", rule.other]].filter(([, count]) => count);
  return h("span", { class: "note" }, parts.flatMap(([name, count], i) => [i ? " · " : "", t(`rules.${name}`), ` ${number(count)}`]));
}

function fillRule(body, rule, total) {
  const taken = (key, lines) => h("div", {}, h("h3", {}, t(key)), h("ol", { class: "taken-lines" }, lines.map(([text, count, page, line]) =>
    h("li", {},
      h("a", { href: typeof page === "number" ? pageLink(page, line) : null, lang: "zh", dir: "auto", title: `${typeof page === "number" ? pages[page].name : page}, ${say("pages.line", { n: line })}` }, ...seen(text || "␠")),
      count > 1 ? h("span", { class: "note" }, " ", t("rules.times", { n: count })) : null))));
  body.append(
    h("p", {}, rule.why),
    h("p", { class: "note" }, t("rules.share", { n: ((100 * rule.hits) / total).toFixed(1) }), rule.exact ? null : [" ", t("rules.at_least")],
      facts.totals.sampled > 1 ? [" ", t("rules.sampled", { n: facts.totals.sampled })] : null),
    h("div", { class: "both" }, taken("rules.frequent", rule.frequent), taken("rules.oddest", rule.odd)));
}
