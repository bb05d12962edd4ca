// Reading on a screen, for the pages of both renderers. What is wider than its column scrolls there, with a shadow at each
// edge that hides more of it; pictures open large; the link to the other language opens at the section being read.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const root = document.documentElement;
  const words = root.lang.startsWith("es")
    ? { scrolls: "Contenido que se desplaza de lado", enlarge: "Ampliar", close: "Cerrar" }
    : { scrolls: "Content that scrolls sideways", enlarge: "Enlarge", close: "Close" };
  const TEXT = 608; // the width of the text column on a wide screen, in pixels
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    element.className = className;
    element.append(...children);
    return element;
  };
  const wrap = (element, tag, className) => {
    const box = make(tag, className);
    element.replaceWith(box);
    box.append(element);
    return box;
  };

  // ---- pictures open large: each that stands alone in its paragraph becomes a button, named by its alternative text
  let dialog = null;
  const large = (button) => {
    const themed = button.closest(".light-content, .dark-content");
    const other = themed?.matches(".light-content") ? themed.nextElementSibling : themed?.previousElementSibling;
    const shown = button.querySelector("img");
    const { naturalWidth: width, naturalHeight: height } = shown;
    const pictures = [button, ...(other?.matches(".light-content, .dark-content") ? all(".enlarge", other) : [])].map((from) => {
      const copy = from.querySelector("img").cloneNode();
      copy.removeAttribute("style");
      copy.loading = "eager";
      copy.style.setProperty("--ratio", width / height);
      // Never smaller than it was drawn, for the sake of its letters; a photo may have more pixels than that.
      copy.style.setProperty("--least", `${/\.svg$/.test(copy.src) ? width : Math.min(width, TEXT)}px`);
      return make("div", ["light-content", "dark-content"].filter((theme) => from.closest(`.${theme}`)).join(" "), copy);
    });
    if (!dialog) {
      dialog = make("dialog", "enlarged");
      dialog.addEventListener("click", () => dialog.close());
      document.body.append(dialog);
    }
    const close = make("button", "enlarged-close", words.close);
    close.type = "button";
    dialog.setAttribute("aria-label", shown.alt || words.enlarge);
    const area = make("div", "", ...pictures);
    dialog.replaceChildren(close, area);
    scrolls(area);
    dialog.showModal();
  };
  for (const image of all("main img")) {
    if (image.closest("a, button") || image.closest("p, li, td, th")?.textContent.trim()) continue;
    const button = wrap(image, "button", "enlarge");
    button.type = "button";
    button.title = words.enlarge;
    button.setAttribute("aria-haspopup", "dialog");
    button.addEventListener("click", () => large(button));
  }

  // ---- what scrolls sideways: the area, in a frame that shows the shadows
  const update = (area) => {
    const frame = area.parentElement;
    const room = area.scrollWidth - area.clientWidth;
    const wide = room > 1;
    frame.classList.toggle("more-before", wide && area.scrollLeft > 1);
    frame.classList.toggle("more-after", wide && area.scrollLeft < room - 1);
    if (wide && !area.querySelector(':is(a[href], button):not([tabindex="-1"])')) {
      area.tabIndex = 0;
      area.setAttribute("role", "group");
      area.setAttribute("aria-label", words.scrolls);
    } else for (const name of ["tabindex", "role", "aria-label"]) area.removeAttribute(name);
    const key = area.querySelector(":scope > table th, :scope > table td");
    if (!key) return;
    // The first column stays in place, unless it would take most of what is seen.
    const kept = wide && key.offsetWidth < 0.6 * area.clientWidth;
    area.classList.toggle("keyed", kept);
    frame.style.setProperty("--key", kept ? `${key.offsetWidth}px` : "0px");
  };
  const resized = new ResizeObserver((entries) => {
    for (const area of new Set(entries.map(({ target }) => target.closest(".scrolls")))) if (area) update(area);
  });
  const scrolls = (area, tag = "div") => {
    area.classList.add("scrolls");
    const box = area.parentElement; // of code: Quarto's and ours hold a copy button besides
    if (area.matches("pre") && [...box.children].every((child) => child === area || child.matches("button"))) box.classList.add("edges");
    else wrap(area, tag, "edges");
    area.addEventListener("scroll", () => update(area), { passive: true });
    resized.observe(area);
    if (area.firstElementChild) resized.observe(area.firstElementChild);
  };
  for (const code of all("main pre")) scrolls(code);
  // Short cells keep to one line; where the table has no room for that, first its head gives way.
  const fit = (table, area) => {
    const kept = area.scrollWidth;
    for (const part of ["head", "all"]) if (area.scrollWidth > area.clientWidth) table.dataset.broken = part;
    if (area.scrollWidth === kept) delete table.dataset.broken; // it scrolls either way
  };
  for (const table of all("main table")) {
    const area = table.closest(".table-scroll") ?? wrap(table, "div", "table-scroll");
    fit(table, area);
    scrolls(area);
  }
  for (const formula of all("main math[display=block]")) scrolls(wrap(formula, "span", "math-scroll"), "span");
  for (const picture of all("main .enlarge")) scrolls(wrap(picture, "div", "figure-scroll"));

  // ---- the other language: sections with a label have the same in both, and a link that is marked leads to it
  const sections = all("main section[id^='sec-']");
  for (const link of all("[data-same-section]")) {
    const page = link.getAttribute("href").split("#")[0];
    const aim = () => {
      const now = sections.findLast((section) => section.getBoundingClientRect().top < innerHeight * 0.3);
      link.setAttribute("href", now ? `${page}#${now.id}` : page);
    };
    for (const event of ["pointerenter", "focus", "click"]) link.addEventListener(event, aim);
  }
});
