/* Escape closes a tip wherever it comes from, until the pointer or the focus moves on. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  root.classList.add("quiet");
  const loud = () => root.classList.remove("quiet");
  document.addEventListener("pointermove", loud, { once: true });
  document.addEventListener("focusin", loud, { once: true });
});
