/* The lists of facts, their rows given names (island.py says what stands where in a row). */
const pages = facts.pages.map(([name, encoding, before, after, bad, stories, actions, duplicates, read], at) => ({
  at, name, encoding, before, after, bad, stories, duplicates, read,
  removed: actions[0], suspect: actions[1], joined: actions[2], split: actions[3], rewritten: actions[4],
  noise: before ? Math.max(1 - after / before, 0) : 0,
}));

/* The pages in the order in which they are shown: of a large run, the most telling first. */
const pagesInOrder = facts.telling.length ? facts.telling.map((at) => pages[at]) : pages;

const stories = facts.stories.map(([page, number, name, titled, script, published, source, length], at) => ({
  at, page, number, name, titled: titled === 1, script, published, source, length,
  pageName: typeof page === "number" ? pages[page].name : page,
}));

const pairs = facts.pairs.map(([a, b, kind, jaccard, aInB, bInA, cross, keptB, numbers, passages, chars, beside, doubt], at) => ({
  at, a: stories[a], b: stories[b], kind: facts.kinds[kind], jaccard, aInB, bInA, cross: cross === 1,
  kept: keptB ? stories[b] : stories[a], numbers, passages, chars, beside: beside === 1, doubt,
  containment: Math.max(aInB, bInA),
}));

const groups = facts.groups.map(([kept, members, copies], at) => ({
  at, kept: stories[kept], members: members.map((one) => stories[one]), copies,
}));

const rules = facts.rules.map(([name, labels, why, actions, frequent, odd, exact], at) => ({
  at, name, labels: labels.map((label) => facts.labels[label]), why: facts.whys[why], frequent, odd, exact,
  removed: actions[0], suspect: actions[1], other: actions[2] + actions[3] + actions[4],
  hits: actions.reduce((sum, count) => sum + count, 0),
}));

/* Texts stand in pieces that are parsed when one of them is first asked for. */
function inPieces(name) {
  const elements = [...document.querySelectorAll(`script.${name}`)];
  const rows = new Map();
  let parsed = 0;
  const parseNext = () => {
    for (const row of JSON.parse(elements[parsed].textContent)) rows.set(row[0], row);
    parsed += 1;
  };
  return {
    get(place) {
      while (!rows.has(place) && parsed < elements.length) parseNext();
      return rows.get(place);
    },
    all() {
      while (parsed < elements.length) parseNext();
      return rows;
    },
  };
}

const pageTexts = inPieces("pages-piece");
const besides = inPieces("beside-piece");

const pageLink = (page, line) => `#pages/${page}${line ? `/${line}` : ""}`;
