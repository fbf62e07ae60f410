/* Where the reader is (#part/place), and the reader's wishes: language, light or dark. */
const PARTS = {
  overview: () => { drawLook(); drawTable(); drawAside(); },
  duplicates: (place) => drawDuplicates(place),
  pages: (place, line) => drawPages(place, line),
  rules: (place) => drawRules(place),
};
let part = null;

function placesIn(hash) {
  try {
    return hash.slice(1).split("/").map(decodeURIComponent);
  } catch {
    return ["overview"]; // a percent sign that means nothing
  }
}

function route(focus = true) {
  const [name, ...places] = placesIn(location.hash);
  const next = name in PARTS ? name : "overview";
  const changed = next !== part;
  part = next;
  for (const section of document.querySelectorAll("section.part")) section.hidden = section.id !== part;
  for (const link of document.querySelectorAll(".parts a")) {
    if (link.dataset.part === part) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  PARTS[part](...places);
  if (changed && focus) {
    window.scrollTo(0, 0);
    document.getElementById(`${part}-title`).focus({ preventScroll: true });
  }
}

function setTheme(theme) {
  const button = document.getElementById("theme");
  button.dataset.theme = theme;
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const name of ["aria-label", "title"]) button.setAttribute(name, say(`tools.theme_${theme}`));
}

document.getElementById("theme").addEventListener("click", (event) => {
  const next = { auto: "light", light: "dark", dark: "auto" };
  setTheme(next[event.currentTarget.dataset.theme]);
});
document.getElementById("language").addEventListener("click", () => speak(language === "en" ? "zh" : "en"));
document.querySelector(".tools").hidden = false;

function speak(chosen) {
  language = chosen;
  relabel();
  setTheme(document.getElementById("theme").dataset.theme);
  if (part) route(false);
}

window.addEventListener("hashchange", () => route());
if (!facts.language && /^zh/i.test(navigator.language)) speak("zh");
route(false);
