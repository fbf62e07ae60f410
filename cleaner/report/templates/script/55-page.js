/* One page as it was scraped: what went, what is suspect, joins, splits and rewrites, with reasons. */
const RUN_FOLDED = 10; // lines from which a run is folded to its first and last ones
const LINES_FIRST = 3000; // lines that are drawn before the reader asks for the rest

function drawPage(view, place, line) {
  if (place === null) {
    view.replaceChildren(h("p", { class: "none" }, t("pages.open")));
    return;
  }
  const page = pages[place];
  const row = pageTexts.get(place);
  const head = [
    h("a", { class: "back", href: "#pages" }, "← ", t("pages.back")),
    h("h2", {}, named(page.name)),
    pageFacts(page),
  ];
  if (!row) {
    view.replaceChildren(...head, h("p", { class: "none" }, t("pages.not_read")));
    return;
  }
  const [, lines, rows, spans] = row;
  const marks = rows.map(([at, start, end, label, rule, why, action]) => ({
    line: at, start, end, label: facts.labels[label], rule: rules[rule].name, why: facts.whys[why], action: facts.actions[action],
  }));
  const body = h("div", { class: "lines", lang: "zh" });
  body.classList.toggle("cleaned", pagesState.cleaned);
  const blocks = blocksOf(lines, marks, spans);
  const foot = h("div");
  const first = blocks.findIndex((block) => block.lines && block.lines[0].n > LINES_FIRST);
  body.append(...blocks.slice(0, first < 0 ? blocks.length : first).map(drawBlock));
  if (first >= 0) {
    const button = h("button", { type: "button", class: "plain-button more", click: () => { body.append(...blocks.slice(first).map(drawBlock)); button.remove(); } },
      t("pages.rest", { n: lines.length - LINES_FIRST }));
    foot.append(button);
    if (line > LINES_FIRST) button.click();
  }
  const toggle = h("input", { type: "checkbox", checked: pagesState.cleaned, change: () => {
    pagesState.cleaned = toggle.checked;
    body.classList.toggle("cleaned", toggle.checked);
  } });
  const controls = marks.length
    ? h("div", { class: "controls" }, legendOf(marks), h("label", { class: "switch" }, toggle, " ", t("pages.cleaned")))
    : h("p", { class: "note" }, t("pages.clean_page"));
  view.replaceChildren(...head, ...alsoElsewhere(place), controls, body, foot);
  if (line) goToLine(body, line);
}

function pageFacts(page) {
  const fact = (key, ...value) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, ...value));
  return h("dl", { class: "facts-row" },
    fact("pages.noise", meter(page.noise), percent(page.noise)),
    fact("pages.in", `${number(page.before)} → ${number(page.after)}`),
    fact("pages.encoding", page.encoding),
    fact("pages.stories", number(page.stories)),
    page.bad ? fact("figure.bad_bytes", number(page.bad)) : null);
}

/* Links to the pairs that a story of this page is in, if it is in any. */
function alsoElsewhere(place) {
  const mine = pairs.filter((pair) => pair.kind !== "miss" && (pair.a.page === place || pair.b.page === place)).slice(0, 6);
  if (!mine.length) return [];
  return [h("div", { class: "also" }, h("h3", {}, t("pages.also")), h("ul", {}, mine.map((pair) => {
    const other = pair.a.page === place ? pair.b : pair.a;
    return h("li", {}, badgeOf(pair.kind), " ", h("a", { href: `#duplicates/${pair.at}` }, titleNode(other)), " ", h("span", { class: "note" }, named(other.pageName)));
  })))];
}

function legendOf(marks) {
  const counts = new Map();
  for (const mark of marks) {
    if (mark.action === "removed" || mark.action === "suspect") counts.set(mark.label, (counts.get(mark.label) ?? 0) + 1);
  }
  return h("ul", { class: "legend", "aria-label": say("pages.legend") }, [...counts].map(([label, count]) =>
    h("li", { class: `chip l-${label}` }, t(`label.${label}`), ` ${number(count)}`)));
}

const sameMark = (a, b) => a.label === b.label && a.rule === b.rule && a.why === b.why && a.action === b.action;

/* The page in blocks: where a story begins, runs of lines that went for one reason, single lines. */
function blocksOf(lines, marks, spans) {
  const onLine = new Map();
  for (const mark of marks) {
    if (!onLine.has(mark.line)) onLine.set(mark.line, []);
    onLine.get(mark.line).push(mark);
  }
  const begins = new Map(spans.map(([n, first, , title, script]) => [first, { n, title, script }]));
  const blocks = [];
  lines.forEach((text, i) => {
    const n = i + 1;
    const mine = onLine.get(n) ?? [];
    const length = /[\ud800-\udfff]/.test(text) ? [...text].length : text.length;
    const whole = mine.find((mark) => (mark.action === "removed" || mark.action === "suspect") && mark.start === 0 && mark.end === length);
    const rest = mine.filter((mark) => mark !== whole);
    const line = { n, text, marks: rest };
    const story = begins.get(n);
    const last = blocks.at(-1);
    if (story && spans.length > 1) {
      blocks.push({ story, split: rest.find((mark) => mark.action === "split") });
    }
    if (whole && last?.whole && !story && sameMark(last.whole, whole)) {
      last.lines.push(...last.pending.splice(0), line);
    } else if (!text.trim() && last?.whole && !story && !whole) {
      last.pending.push(line);
    } else {
      blocks.push({ whole, lines: [line], pending: [] });
    }
  });
  return blocks.flatMap((block) => (block.pending?.length ? [block, ...block.pending.map((line) => ({ lines: [line], pending: [] }))] : [block]));
}

function drawBlock(block) {
  if (block.story) return drawStoryHead(block);
  const { whole, lines } = block;
  if (!whole) return drawLine(lines[0]);
  const run = h("div", { class: `run ${whole.action} l-${whole.label}` });
  const middle = lines.length >= RUN_FOLDED ? lines.slice(3, -1) : [];
  const shown = middle.length ? [...lines.slice(0, 3), null, ...lines.slice(-1)] : lines;
  run.append(reasonTag(whole, lines.length, run));
  for (const line of shown) {
    if (line) {
      run.append(drawLine(line, whole));
      continue;
    }
    const button = h("button", { type: "button", class: "unfold", "data-first": middle[0].n, "data-last": middle.at(-1).n, click: () => {
      button.replaceWith(...middle.map((one) => drawLine(one, whole)));
    } }, t("pages.unfold", { n: middle.length }));
    run.append(button);
  }
  return run;
}

let tips = 0;

/* The label of a mark, to tab to and point at, and the tip that says the rule and its reason. */
function reasonTag(mark, count, owner) {
  tips += 1;
  const id = `tip-${tips}`;
  const name = mark.action === "joined" || mark.action === "split" ? t(`pages.${mark.action}`) : t(`label.${mark.label}`);
  const tag = h("button", { type: "button", class: "tag", "aria-describedby": id }, name, count > 1 ? [" · ", t("pages.run", { n: count })] : null,
    mark.action === "suspect" ? [" · ", t("pages.suspect_label")] : null);
  return h("span", { class: "reason" }, tag, tipOf(mark, id));
}

function tipOf(mark, id) {
  return h("span", { class: "tip", role: "tooltip", id },
    h("b", {}, t(`action.${mark.action}`), " · ", mark.rule), h("span", {}, mark.why));
}

function drawLine(line, whole) {
  const content = h("span", { class: "text", dir: "auto" });
  const joined = line.marks.find((mark) => mark.action === "joined");
  if (joined) content.append(h("span", { class: "joint", "aria-hidden": "true" }, "⤴ "));
  if (whole) content.append(h(whole.action === "removed" ? "del" : "span", { class: whole.action === "suspect" && "wavy" }, ...withSpots(line)));
  else content.append(...withSpots(line));
  const element = h("div", { class: `line${line.text.trim() ? "" : " blank"}`, id: `line-${line.n}` },
    h("span", { class: "no", "aria-hidden": "true" }, line.n), content);
  if (joined) element.append(reasonTag(joined, 1, element));
  if (joined) element.classList.add("with-joint");
  return element;
}

/* The text of a line with the marks inside it. */
function withSpots(line) {
  const inside = line.marks.filter((mark) => ["removed", "suspect", "rewritten"].includes(mark.action)).sort((a, b) => a.start - b.start);
  const nodes = [];
  let at = 0;
  for (const mark of inside) {
    if (mark.start < at) continue;
    nodes.push(...seen(cut(line.text, at, mark.start)));
    tips += 1;
    const id = `tip-${tips}`;
    const text = seen(cut(line.text, mark.start, mark.end));
    nodes.push(h("span", { class: `spot ${mark.action} l-${mark.label}`, tabindex: 0, role: "note", "aria-describedby": id },
      mark.action === "removed" ? h("del", {}, ...text) : text, tipOf(mark, id)));
    at = mark.end;
  }
  nodes.push(...seen(cut(line.text, at)));
  return nodes;
}

function drawStoryHead({ story, split }) {
  return h("div", { class: "story-head" },
    h("span", { class: "story-no" }, t("pages.story", { n: story.n })),
    story.title ? h("bdi", { class: "story-title", lang: scriptLang[story.script] ?? "zh" }, ...seen(story.title)) : null,
    split ? reasonTag(split, 1) : null);
}

function goToLine(body, n) {
  const fold = [...body.querySelectorAll(".unfold")].find((button) => Number(button.dataset.first) <= n && n <= Number(button.dataset.last));
  fold?.click();
  const line = body.querySelector(`#line-${n}`);
  if (!line) return;
  line.classList.add("target");
  line.scrollIntoView({ block: "center" });
}
