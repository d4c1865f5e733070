/* Marks in the contents which section is being read. Without this script they are plain links. */
"use strict";
(() => {
  const links = [...document.querySelectorAll(".contents a")];
  const sections = links.map((link) => document.getElementById(link.hash.slice(1)));
  let marked = null;
  const mark = () => {
    const line = window.innerHeight / 3;
    let at = sections.findLastIndex((section) => section.getBoundingClientRect().top < line);
    if (window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2) {
      at = links.length - 1;
    }
    const link = links[Math.max(at, 0)];
    if (link === marked) return;
    marked?.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    marked = link;
    const list = link.closest("ol");
    list.scrollTo({ left: link.offsetLeft - list.clientWidth / 3 });
  };
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  };
  if (links.length === 0) return;
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later, { passive: true });
  mark();
})();
