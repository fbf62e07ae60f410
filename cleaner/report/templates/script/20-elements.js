/* Elements made of text, never of markup: what a page says can only ever be shown. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  return furnish(element, attributes, children);
}

function svg(tag, attributes, ...children) {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function furnish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/* A word that changes with the language while it stands in the page. */
function t(key, values) {
  const span = h("span", { "data-t": key });
  if (values) span.dataset.v = JSON.stringify(values);
  span.textContent = say(key, values);
  return span;
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const NAMES = {
  0x7f: "DEL", 0x85: "NEL",
  0xad: "SHY", 0x61c: "ALM", 0x200b: "ZWSP", 0x200c: "ZWNJ", 0x200d: "ZWJ", 0x200e: "LRM",
  0x200f: "RLM", 0x202a: "LRE", 0x202b: "RLE", 0x202c: "PDF", 0x202d: "LRO", 0x202e: "RLO",
  0x2060: "WJ", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0xfeff: "BOM",
  0x2028: "LS", 0x2029: "PS",
};
const CONTROLS = ("NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM " +
  "SUB ESC FS GS RS US").split(" ");
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/* Text of a page as nodes: what cannot be seen, or would turn the text around it, as a sign. */
function seen(text) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(UNSEEN)) {
    const sign = found[0];
    if (sign === "\t" || (sign === "\u200d" && /[\p{Extended_Pictographic}\ufe0f]$/u.test(text.slice(0, found.index)))) continue;
    nodes.push(text.slice(at, found.index), signOf(sign));
    at = found.index + sign.length;
  }
  nodes.push(text.slice(at));
  return nodes.filter((node) => node !== "");
}

function signOf(sign) {
  const code = sign.codePointAt(0);
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  if (code >= 0xdc80 && code <= 0xdcff) {
    const byte = `\\x${(code - 0xdc00).toString(16).toUpperCase()}`;
    return h("span", { class: "sign", title: `${byte}: ${say("control.byte")}` }, byte);
  }
  const shown = CONTROLS[code] ?? NAMES[code] ?? name;
  const why = say(TURNS.test(sign) ? "control.bidi" : "control.invisible");
  return h("span", { class: "sign", title: `${name}: ${why}` }, shown);
}

/* Characters start to end of a text, counted as the files count them: by code point. */
function cut(text, start, end) {
  if (!/[\ud800-\udfff]/.test(text)) return text.slice(start, end);
  return [...text].slice(start, end).join("");
}

const named = (text) => h("bdi", {}, ...seen(text));
const scriptLang = { simplified: "zh-Hans", traditional: "zh-Hant" };

/* Rows a hundred at a time, with a button for the rest. */
function inPortions(list, rows, make, size = 100) {
  let shown = 0;
  const button = h("button", { type: "button", class: "plain-button more", click: more });
  function more() {
    list.append(...rows.slice(shown, shown + size).map((row, i) => make(row, shown + i)));
    shown = Math.min(shown + size, rows.length);
    button.hidden = shown >= rows.length;
    button.replaceChildren(t("more", { n: Math.min(size, rows.length - shown) }));
  }
  more();
  return button;
}

/* Scrolls a list, and nothing but the list, so that one of its links is seen. */
function keepInSight(link) {
  const scroller = link.closest(".scroller");
  const [outer, inner] = [scroller.getBoundingClientRect(), link.getBoundingClientRect()];
  if (inner.top < outer.top) scroller.scrollTop -= outer.top - inner.top;
  else if (inner.bottom > outer.bottom) scroller.scrollTop += inner.bottom - outer.bottom;
}

/* Up and down arrows, Home and End move through the links or buttons of a list. */
function arrows(list, selector) {
  list.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll(selector)];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    all[Math.min(Math.max(to, 0), all.length - 1)].focus();
  });
}
