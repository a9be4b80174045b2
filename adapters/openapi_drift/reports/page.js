"use strict";
(() => {
  const search = document.querySelector("input[type=search]");
  const boxes = [...document.querySelectorAll("input[name=level]")];
  const count = document.querySelector("output");
  const sections = [...document.querySelectorAll("section[id]")].map((section) => ({
    section,
    link: document.querySelector(`nav a[href="#${section.id}"]`),
    heading: section.dataset.words.toLowerCase(),
    articles: [...section.querySelectorAll("article")].map((article) => ({
      article, level: article.dataset.level, words: article.textContent.toLowerCase(),
    })),
  }));
  const total = sections.reduce((sum, each) => sum + each.articles.length, 0);
  function filter() {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const levels = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const { section, link, heading, articles } of sections) {
      let here = 0;
      for (const { article, level, words } of articles) {
        const fits = levels.has(level) && wanted.every((word) => heading.includes(word) || words.includes(word));
        article.hidden = !fits;
        here += fits;
      }
      section.hidden = link.hidden = here === 0;
      shown += here;
    }
    count.textContent = shown === total ? `${total} shown` : `${shown} of ${total} shown`;
    document.body.dataset.shown = shown;
  }
  search.addEventListener("input", filter);
  boxes.forEach((box) => box.addEventListener("change", filter));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
  });
  const asked = decodeURIComponent(location.hash.replace(/^#find=/, ""));
  if (location.hash.startsWith("#find=")) search.value = asked;  // a link can carry a search
  filter();
})();
