"use strict";
(() => {
  const bars = [...document.querySelectorAll('.body [role="graphics-symbol"]')];
  // Each bar has one word, in the same order; titles of sections come after them.
  const words = [...document.querySelectorAll(".body .mark-text text")];
  const buttons = [...document.querySelectorAll("button")];
  const search = document.querySelector("input");
  const output = document.querySelector("output");
  const hint = document.querySelector(".hint");
  const hue = (bar) => (bar.getAttribute("stroke") || "").toLowerCase();
  const isOpen = (bar) => (bar.getAttribute("stroke-dasharray") || "").startsWith("3");

  function show() {
    const picked = buttons.filter((button) => button.getAttribute("aria-pressed") === "true");
    const colours = picked.map((button) => button.dataset.colour).filter(Boolean).map((c) => c.toLowerCase());
    const onlyOpen = picked.some((button) => button.dataset.open !== undefined);
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    let found = null;
    bars.forEach((bar, index) => {
      const fits = (!colours.length || colours.includes(hue(bar))) && (!onlyOpen || isOpen(bar)) &&
        (!wanted || bar.getAttribute("aria-label").toLowerCase().includes(wanted));
      bar.classList.toggle("faint", !fits);
      if (words[index]) words[index].classList.toggle("faint", !fits);
      shown += fits;
      if (fits && !found) found = bar;
    });
    if (wanted && found) found.scrollIntoView({ block: "center", inline: "nearest" });
    output.textContent = output.dataset.words.replace("{shown}", shown).replace("{all}", bars.length);
    document.body.dataset.shown = shown;
  }

  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      show();
    });
  }
  search.addEventListener("input", show);
  document.querySelector(".body").addEventListener("pointermove", (event) => {
    const bar = event.target.closest('[role="graphics-symbol"]');
    hint.hidden = !bar;
    if (!bar) return;
    hint.textContent = bar.getAttribute("aria-label").replaceAll(" · ", "\n");
    const left = Math.min(event.clientX + 14, innerWidth - hint.offsetWidth - 8);
    const below = event.clientY + 18;
    const fits = below + hint.offsetHeight < innerHeight;
    hint.style.left = `${Math.max(4, left)}px`;
    hint.style.top = `${fits ? below : event.clientY - hint.offsetHeight - 8}px`;
  });
  document.querySelector(".body").addEventListener("pointerleave", () => { hint.hidden = true; });
  const asked = new URLSearchParams(location.hash.slice(1)).get("find");
  if (asked) search.value = asked;
  show();
})();
