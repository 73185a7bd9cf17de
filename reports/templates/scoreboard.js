"use strict";
(function () {
  const doc = document, root = doc.documentElement;
  const one = (selector, from) => (from || doc).querySelector(selector);
  const all = (selector, from) => [...(from || doc).querySelectorAll(selector)];
  const figure = (value) => (value < 0 ? "−" : "") + Math.abs(Math.round(value)).toLocaleString("en-US");
  const signed = (value) => (value < 0 ? "−" : "+") + figure(Math.abs(value));
  const make = (tag, text, style) => {
    const node = doc.createElement(tag);
    if (text != null) node.textContent = text;
    if (style) node.className = style;
    return node;
  };
  const data = (id) => JSON.parse(one(id).textContent);

  // Growth charts: a line of figures above the plot follows pointer, touch and keys; PgUp and PgDn move a month.
  const growth = data("#gd");
  for (const plot of all(".plot")) {
    const g = growth[plot.dataset.k], unit = plot.dataset.u, readout = one("[data-ro]", plot.parentNode);
    const end = g.p.length - 1, last = g.a.length - 1;
    let current = last;
    const day = (place) => {
      const date = new Date(g.year, 0, 1 + place);
      return `${date.getMonth() + 1}月${date.getDate()}日`;
    };
    const add = (label, value) => {
      const span = make("span", label, "n");
      span.append(make("b", value));
      readout.append(span, "　");
    };
    const show = (place, marked) => {
      current = Math.max(0, Math.min(end, place));
      const ahead = current - last - 1, known = ahead < 0 ? g.a[current] : null, guess = ahead >= 0 ? g.f[ahead] : null;
      const value = known != null ? known : guess, pace = g.p[current];
      let text = `${day(current)}，数据缺失`;
      readout.textContent = `${day(current)}　`;
      if (value == null) readout.append("数据缺失");
      else {
        const word = known != null ? "实际" : "预测";
        add(word, figure(value));
        if (pace != null) add("时序进度", figure(pace));
        if (known != null && pace != null) add("相差", signed(value - pace));
        else if (known == null && g.lo[ahead] != null) add("范围", `${figure(g.lo[ahead])}–${figure(g.hi[ahead])}`);
        text = `${day(current)}，${word}${figure(value)}${unit}` + (pace != null ? `，时序进度${figure(pace)}${unit}` : "");
      }
      plot.setAttribute("aria-valuenow", current);
      plot.setAttribute("aria-valuetext", text);
      for (const svg of all(".ch", plot)) mark(svg, marked ? value : null);
    };
    const mark = (svg, value) => {
      const cursor = one(".cur", svg), box = svg.viewBox.baseVal, d = svg.dataset;
      cursor.setAttribute("visibility", value == null ? "hidden" : "visible");
      if (value == null) return;
      const x = +d.l + (box.width - d.l - d.r) * current / end;
      const y = +d.t + (box.height - d.t - d.b) * (1 - (value - d.lo) / (d.hi - d.lo));
      for (const name of ["x1", "x2"]) cursor.firstChild.setAttribute(name, x);
      cursor.lastChild.setAttribute("cx", x);
      cursor.lastChild.setAttribute("cy", y);
    };
    const point = (event) => {
      const svg = all(".ch", plot).find((s) => s.getClientRects().length), rect = svg.getBoundingClientRect();
      const box = svg.viewBox.baseVal, d = svg.dataset, x = (event.clientX - rect.left) * box.width / rect.width;
      show(Math.round((x - d.l) / (box.width - d.l - d.r) * end), true);
    };
    plot.addEventListener("pointermove", point);
    plot.addEventListener("pointerdown", point);
    plot.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse" && doc.activeElement !== plot) show(last, false);
    });
    plot.addEventListener("blur", () => show(last, false));
    plot.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -30, PageUp: 30, Home: -current, End: end - current };
      if (!(event.key in steps)) return;
      event.preventDefault();
      show(current + steps[event.key], true);
    });
  }

  // League: sorted by the clicked column; units that sent nothing stay last whichever way.
  const league = one("#league");
  for (const button of league ? all("button[data-sort]", league) : []) {
    button.addEventListener("click", () => {
      const th = button.parentNode, column = +button.dataset.sort, body = league.tBodies[0];
      const down = th.getAttribute("aria-sort") ? th.getAttribute("aria-sort") !== "descending" : column !== 1;
      for (const other of all("th[aria-sort]", league)) other.removeAttribute("aria-sort");
      th.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => (column === 1 ? row.cells[1].firstChild.data : +row.cells[column].dataset.v);
      const compare = (a, b) => (column === 1 ? key(a).localeCompare(key(b), "zh") : key(a) - key(b)) * (down ? -1 : 1);
      const rows = all("tr", body), silent = (row) => row.hasAttribute("data-none");
      body.append(...rows.filter((row) => !silent(row)).sort(compare), ...rows.filter(silent));
    });
  }

  // Projects: the chosen square says its name and state.
  const chosen = one("#pr");
  for (const square of all(".pj")) {
    const choose = () => {
      for (const other of all(".pj[aria-pressed]")) other.removeAttribute("aria-pressed");
      square.setAttribute("aria-pressed", "true");
      const label = square.getAttribute("aria-label"), cut = label.lastIndexOf("：");
      chosen.textContent = "";
      chosen.append(make("b", label.slice(0, cut)), `　${label.slice(cut + 1)}。`);
    };
    for (const event of ["click", "focus", "mouseenter"]) square.addEventListener(event, choose);
  }

  // Articles: the list is parsed at the first key stroke, twenty are shown at a time.
  const box = one("#q"), order = one("#qs"), list = one("#res"), count = one("#qc"), more = one("#more");
  let articles = null, hits = [], shown = 0;
  const page = () => {
    for (const [title, by, on, reads, url] of hits.slice(shown, shown + 20)) {
      const item = make("li"), name = url ? make("a", title) : make("span", title, "ti");
      if (url) { name.href = url; name.rel = "noopener noreferrer"; }
      item.append(name, make("span", `${articles.names[by]}　${on}`), make("b", reads == null ? "无数据" : figure(reads)));
      list.append(item);
    }
    shown += 20;
    more.hidden = shown >= hits.length;
  };
  const find = () => {
    articles = articles || data("#ad");
    const words = box.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    list.textContent = count.textContent = "";
    shown = 0;
    more.hidden = true;
    if (!words.length && order.value === "d") return;
    hits = articles.rows.filter((row) => words.every((word) => (row[0] + articles.names[row[1]]).toLowerCase().includes(word)));
    if (order.value === "r") hits = [...hits].sort((a, b) => (b[3] ?? -1) - (a[3] ?? -1));
    count.textContent = hits.length ? `共${hits.length}篇` : "没有找到符合条件的文章";
    page();
  };
  if (box) {
    box.addEventListener("input", find);
    order.addEventListener("change", find);
    more.addEventListener("click", page);
    one(".find").addEventListener("submit", (event) => { event.preventDefault(); find(); });
  }

  // A link to a folded text opens it.
  const unfold = () => {
    const node = location.hash.length > 1 && doc.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (node && node.tagName === "DETAILS") { node.open = true; node.scrollIntoView(); }
  };

  // Light and dark.
  const theme = one("#theme");
  let dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const label = () => { theme.textContent = dark ? "浅色" : "深色"; theme.setAttribute("aria-pressed", dark); };
  label();
  theme.addEventListener("click", () => { dark = !dark; root.dataset.theme = dark ? "dark" : "light"; label(); });

  // Wall: ?wall or #wall, =12 for twelve seconds a chapter; → next, Esc out.
  const bar = one("#wb");
  let timer = null, slides = [], at = -1;
  const next = () => {
    at = (at + 1) % slides.length;
    for (const node of all("main .on")) node.classList.remove("on");
    for (const node of slides[at]) node.classList.add("on");
    all("u", bar).forEach((dot, place) => { dot.className = place === at ? "on" : ""; });
  };
  const wall = () => {
    const wanted = /^#wall(?:=(\d+))?/.exec(location.hash) || /[?&]wall(?:=(\d+))?/.exec(location.search);
    clearInterval(timer);
    root.classList.toggle("wall", !!wanted);
    bar.hidden = !wanted;
    for (const node of all("main .on")) node.classList.remove("on");
    if (!wanted) { unfold(); return; }
    slides = all("main>section").flatMap((section) =>
      section.id === "a-g" ? all(".g", section).map((plot) => [section, plot]) : section.hasAttribute("data-slide") ? [[section]] : []);
    const dots = one("i", bar);
    dots.textContent = "";
    slides.forEach(() => dots.append(make("u")));
    at = -1;
    next();
    timer = setInterval(next, (+wanted[1] || 20) * 1000);
  };
  addEventListener("hashchange", wall);
  addEventListener("keydown", (event) => {
    if (!root.classList.contains("wall")) return;
    if (event.key === "Escape") { history.replaceState(null, "", location.pathname); wall(); }
    if (event.key === "ArrowRight") next();
  });
  addEventListener("beforeprint", () => root.classList.remove("wall"));
  wall();
})();
