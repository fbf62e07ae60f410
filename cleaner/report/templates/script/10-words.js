/* The report's words: which language is shown, and how a word is filled. */
const facts = JSON.parse(document.getElementById("facts").textContent);
const root = document.documentElement;
let language = root.lang;

const number = (value) => value.toLocaleString("en-US");
const percent = (share) => {
  if (share === 0 || share === 1) return `${share * 100} %`;
  return `${Math.min(Math.max(share * 100, 0.1), 99.9).toFixed(1)} %`;
};
const two = (score) => score.toFixed(2);

/* The same as words.fill in Python: {n} is a value, {n:page|pages} a word for it. */
function fill(text, values) {
  return text.replace(/\{([a-z_]+)(?::([^|{}]*)\|([^{}]*))?\}/g, (whole, name, one, many) => {
    const value = values[name];
    if (one !== undefined) return value === 1 ? one : many;
    return typeof value === "number" ? number(value) : String(value);
  });
}

const say = (key, values) => fill(facts.words[language][key] ?? key, values ?? {});

/* Fills every word that stands in the page already. */
function relabel() {
  root.lang = language;
  for (const element of document.querySelectorAll("[data-t]")) {
    const values = element.dataset.v ? JSON.parse(element.dataset.v) : {};
    element.textContent = say(element.dataset.t, values);
  }
  for (const name of ["aria-label", "title", "placeholder"]) {
    for (const element of document.querySelectorAll(`[data-t-${name}]`)) {
      element.setAttribute(name, say(element.getAttribute(`data-t-${name}`)));
    }
  }
}
