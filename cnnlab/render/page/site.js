// What the page does beyond HTML and CSS. Everything is readable without it.
"use strict";
{
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const words = JSON.parse(one("#words").textContent);
  const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const store = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { /* storage refused: nothing is remembered */ } },
  };
  const targetOf = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));

  // ---- theme: the system's until the reader chooses; the choice is applied before the first paint, in the page's head
  {
    const button = one(".theme");
    const themes = ["system", "light", "dark"];
    const show = (theme) => {
      if (theme === "system") delete root.dataset.theme; else root.dataset.theme = theme;
      button.dataset.mode = theme;
      one(".word", button).textContent = say(`theme_${theme}`);
    };
    button.addEventListener("click", () => {
      const next = themes[(themes.indexOf(button.dataset.mode) + 1) % themes.length];
      store.set("theme", next);
      show(next);
    });
    show(root.dataset.theme ?? "system");
  }

  // ---- list of chapters, a drawer on narrow screens
  const menu = one(".menu");
  const sidebar = one("#quarto-sidebar");
  const drawer = (open) => {
    root.classList.toggle("menu-open", open);
    menu.setAttribute("aria-expanded", open);
  };
  menu.addEventListener("click", () => {
    const open = !root.classList.contains("menu-open");
    drawer(open);
    if (open) (one(".active", sidebar) ?? one("a", sidebar)).focus();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#quarto-sidebar, .menu")) drawer(false);
  });
  sidebar.addEventListener("focusout", (event) => {
    if (event.relatedTarget && event.relatedTarget !== menu && !sidebar.contains(event.relatedTarget)) drawer(false);
  });
  const here = one(".active", sidebar);
  if (here && here.offsetTop + here.offsetHeight > sidebar.clientHeight) sidebar.scrollTop = here.offsetTop - sidebar.clientHeight / 2;

  // ---- links to sections, copy buttons
  for (const heading of all("main section[id] > :is(h2, h3, h4)")) {
    heading.append(make("a", { className: "anchorjs-link", href: `#${heading.parentElement.id}`, textContent: "#", ariaLabel: say("anchor") }));
  }
  for (const block of all("div.sourceCode")) {
    const button = make("button", { type: "button", className: "copy", textContent: say("copy") });
    button.addEventListener("click", async () => {
      const code = one("code", block);
      try {
        await navigator.clipboard.writeText(code.innerText.trimEnd() + "\n");
        button.textContent = say("copied");
      } catch { // not allowed, or not served over https: the reader copies by hand
        getSelection().selectAllChildren(code);
        button.textContent = say("selected");
      }
      setTimeout(() => { button.textContent = say("copy"); }, 1600);
    });
    block.append(button);
  }

  // ---- tabs: arrows, Home and End move; a name chosen is chosen in every set that has it, and remembered
  const sets = all(".panel-tabset").map((set) => ({ set, tabs: all(":scope > [role=tablist] [role=tab]", set) }));
  const nameOf = (tab) => tab.textContent.trim();
  const choose = (tabs, chosen) => {
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", on);
      tab.tabIndex = on ? 0 : -1;
      tab.classList.toggle("active", on);
      document.getElementById(tab.getAttribute("aria-controls")).classList.toggle("active", on);
    }
  };
  const chooseEverywhere = (tab) => {
    const before = tab.getBoundingClientRect().top;
    for (const { tabs } of sets) {
      const same = tabs.includes(tab) ? tab : tabs.find((other) => nameOf(other) === nameOf(tab));
      if (same) choose(tabs, same);
    }
    scrollBy({ top: tab.getBoundingClientRect().top - before, behavior: "instant" }); // sets above may have changed height
    store.set("tab", nameOf(tab));
  };
  for (const { tabs } of sets) {
    tabs.forEach((tab, at) => {
      tab.addEventListener("click", (event) => { event.preventDefault(); chooseEverywhere(tab); });
      tab.addEventListener("keydown", (event) => {
        const last = tabs.length - 1;
        const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last, " ": at }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        tabs[to].focus();
        chooseEverywhere(tabs[to]);
      });
    });
    choose(tabs, tabs.find((tab) => nameOf(tab) === store.get("tab")) ?? tabs[0]);
  }
  // A link into a pane that is not shown, or into a folded note, opens it.
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const pane = target.closest(".tab-pane:not(.active)");
    if (pane) choose(sets.find(({ set }) => set.contains(pane)).tabs, document.getElementById(pane.getAttribute("aria-labelledby")));
    const folded = target.closest("details:not([open])");
    if (folded) folded.open = true;
    if (pane || folded) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  // ---- contents: mark the section being read; make way for notes and wide figures in the margin
  const contents = one("#TOC");
  if (contents) {
    const links = all("a", contents);
    const targets = links.map(targetOf);
    const intruders = all("main :is(.column-margin, .column-page)");
    const update = () => {
      const now = targets.findLastIndex((target) => target && target.getBoundingClientRect().top < innerHeight * 0.3);
      links.forEach((link, n) => {
        link.classList.toggle("active", n === now);
        if (n === now) link.setAttribute("aria-current", "location"); else link.removeAttribute("aria-current");
      });
      const box = contents.getBoundingClientRect();
      contents.classList.toggle("covered", intruders.some((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top < box.bottom + 21 && bottom > box.top - 21;
      }));
    };
    let waiting = false;
    const later = () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; update(); });
    };
    addEventListener("scroll", later, { passive: true });
    addEventListener("resize", later);
    new ResizeObserver(later).observe(one("main"));
    update();
  }

  // ---- previews of references, citations and notes, here or on another page of the book
  const pages = new Map();
  const pageAt = (address) => {
    if (address === location.href.split("#")[0]) return Promise.resolve(document);
    if (!pages.has(address)) {
      pages.set(address, fetch(address).then(async (answer) => (answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null), () => null));
    }
    return pages.get(address);
  };
  // What is shown of a target: a caption and its picture, a note, an entry, a formula, a heading with its first paragraph.
  const pictures = (target) => { // the first, or the pair of which a theme shows one
    const pair = all(".light-content, .dark-content", target).slice(0, 2);
    return pair.length ? pair : [one("img, svg", target)];
  };
  const excerpt = (target, base) => {
    const box = make("div", { className: "preview" });
    box.setAttribute("aria-hidden", "true"); // the link leads to the same text
    const shown = target.matches("section") ? [one("h2, h3, h4", target), one(":scope > p", target)]
      : target.matches(".quarto-float") ? [...pictures(target), one("figcaption.quarto-float-caption", target) ?? one("figcaption", target)] : [target];
    for (const part of shown.filter(Boolean)) box.append(document.importNode(part, true));
    for (const element of all(".footnote-back, .anchorjs-link, .provenance, script, .copy", box)) element.remove();
    for (const button of all(".enlarge", box)) button.replaceWith(...button.childNodes);
    for (const element of all("[id]", box)) element.removeAttribute("id");
    for (const link of all("a", box)) link.tabIndex = -1;
    for (const image of all("img", box)) {
      image.loading = "eager";
      image.removeAttribute("style");
      image.src = new URL(image.getAttribute("src"), base).href;
    }
    return box;
  };
  const kept = (link) => (link.closest(".citation") ? targetOf(link) : null); // a page keeps, unseen, the entries that it cites
  let preview = null;
  let wanted = null;
  const hide = () => {
    wanted = null;
    preview?.remove();
    preview = null;
  };
  const showPreview = async (link) => {
    wanted = link;
    const address = link.href.split("#")[0];
    const target = kept(link) ?? (await pageAt(address))?.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (wanted !== link || !target) return;
    if (target.ownerDocument === document) {
      const { top, bottom } = target.getBoundingClientRect();
      if (top > 56 && bottom < innerHeight) return; // already in sight
    }
    hide();
    wanted = link;
    preview = excerpt(target, address);
    document.body.append(preview);
    const box = link.getBoundingClientRect();
    const place = () => {
      const above = box.bottom + preview.offsetHeight + 14 > innerHeight && box.top > preview.offsetHeight + 63;
      preview.style.left = `${Math.max(20, Math.min(box.left, root.clientWidth - preview.offsetWidth - 20))}px`;
      preview.style.top = `${scrollY + (above ? box.top - preview.offsetHeight - 7 : box.bottom + 7)}px`;
    };
    place();
    for (const image of all("img", preview)) image.addEventListener("load", () => { if (preview?.contains(image)) place(); });
  };
  const served = location.protocol !== "file:";
  const previewed = all("main :is(a.quarto-xref, .citation a, a.footnote-ref)").filter((link) => link.hash && (served || link.pathname === location.pathname || kept(link)));
  for (const link of previewed) {
    let delay;
    if (matchMedia("(hover: hover)").matches) {
      link.addEventListener("mouseenter", () => { delay = setTimeout(showPreview, 120, link); });
      link.addEventListener("mouseleave", () => { clearTimeout(delay); hide(); });
    }
    link.addEventListener("focus", () => { if (link.matches(":focus-visible")) showPreview(link); });
    link.addEventListener("blur", hide);
    link.addEventListener("click", hide);
  }

  // ---- search: pagefind's index of this language, loaded when the field is first used
  const form = one("#quarto-search");
  const field = one("#search");
  const panel = one("#quarto-search-results");
  const status = one("[role=status]", panel);
  const list = one("ol", panel);
  const home = new URL(document.body.dataset.home || "./", location.href);
  let engine = null;
  let latest = 0;
  const load = () => {
    engine ??= served
      ? import(new URL("pagefind/pagefind.js", home)).then(async (pagefind) => {
        await pagefind.options({ baseUrl: home.pathname, excerptLength: 24 });
        await pagefind.init();
        return pagefind;
      }).catch(() => null)
      : Promise.resolve(null);
    return engine;
  };
  const open = (on) => { panel.hidden = !on; };
  // Sections of a page that hold what is sought, most hits first. pagefind itself knows sections only by ids on their
  // headings; ours stand on the section, so that its title is the text where it begins.
  const sectionsOf = ({ url, content, locations, anchors }) => {
    const text = content.split(/\s+/);
    const after = ["footnotes", "refs"]; // notes and references are no sections
    const starts = anchors.filter(({ element, id }) => element === "section" || after.includes(id)).sort((a, b) => a.location - b.location);
    const hits = new Map();
    for (const at of locations) {
      const section = starts.findLast(({ location }) => location <= at);
      if (section && !after.includes(section.id)) hits.set(section, [...(hits.get(section) ?? []), at]);
    }
    return [...hits].sort(([, a], [, b]) => b.length - a.length).slice(0, 3).map(([{ id, location }, found]) => {
      const title = /^([\dA-Z]+(?:\.\d+)+ )?.*?(?=[.?!…]( |$)|$)[?!…]?/.exec(text.slice(location, location + 16).join(" "))[0];
      const first = location + title.split(" ").length;
      const begin = Math.max(first, (found.find((at) => at >= first) ?? first) - 5);
      const words = text.slice(begin, begin + 16).map((word, n) => (found.includes(begin + n) ? make("mark", { textContent: word }) : word));
      return make("li", {}, make("a", { href: `${url}#${id}` }, title, make("p", {}, ...words.flatMap((word) => [word, " "]))));
    });
  };
  const result = (page) => {
    const parts = sectionsOf(page);
    const link = make("a", { href: page.url }, make("b", { textContent: page.meta.title.replace(/\s+/g, " ") }));
    if (!parts.length) link.append(make("p", { innerHTML: page.excerpt }));
    return make("li", {}, link, ...(parts.length ? [make("ol", {}, ...parts)] : []));
  };
  const search = async () => {
    const query = field.value.trim();
    const turn = ++latest;
    if (!query) { open(false); return; }
    if (panel.hidden) { status.textContent = say("searching"); list.replaceChildren(); open(true); }
    const pagefind = await load();
    if (!pagefind) {
      list.replaceChildren();
      status.textContent = say(served ? "search_failed" : "search_server");
      return;
    }
    try {
      const found = await pagefind.debouncedSearch(query, {}, 150);
      if (found === null || turn !== latest) return; // a later letter was typed
      const rows = await Promise.all(found.results.slice(0, 12).map((entry) => entry.data()));
      if (turn !== latest) return;
      const n = found.results.length;
      status.textContent = n === 0 ? say("found_none", { q: query }) : n === 1 ? say("found_one") : say("found", { n });
      list.replaceChildren(...rows.map(result));
    } catch {
      if (turn === latest) status.textContent = say("search_failed");
    }
  };
  field.addEventListener("focus", () => { load(); if (field.value.trim() && list.childElementCount) open(true); });
  field.addEventListener("input", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = one("a", list);
    if (first && !panel.hidden) first.click();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [field, ...(panel.hidden ? [] : all("a", list))];
    const to = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (to < 0 || to >= stops.length) return;
    event.preventDefault();
    stops[to].focus();
  });
  form.addEventListener("focusout", (event) => { if (event.relatedTarget && !form.contains(event.relatedTarget)) open(false); });
  document.addEventListener("click", (event) => { if (!form.contains(event.target) || event.target.closest("#quarto-search-results a")) open(false); });

  // ---- keys for the whole page
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      hide();
      if (root.classList.contains("menu-open")) { drawer(false); menu.focus(); }
      if (!panel.hidden) { field.focus(); open(false); }
    }
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, textarea, select, [contenteditable]")) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });

  // ---- paper: everything folded opens
  addEventListener("beforeprint", () => {
    for (const fold of all("main details:not([open], .toc-inline)")) { fold.open = true; fold.dataset.folded = ""; }
  });
  addEventListener("afterprint", () => {
    for (const fold of all("details[data-folded]")) { fold.open = false; delete fold.dataset.folded; }
  });
}
