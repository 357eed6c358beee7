"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const make = (name, text, parent) => {
    const node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    if (parent) parent.append(node);
    return node;
  };
  const number = (n) => n.toLocaleString("en-US");
  const plural = (n, word) => `${number(n)} ${word}${n === 1 ? "" : "s"}`;
  const HUES = ["#2f9e75", "#3b7dd8", "#b5651d", "#8e5bd0", "#c2407f", "#6b7a1f", "#1d8fa3", "#a33a2c"];

  const marks = [...document.querySelectorAll("mark")].map((node) => ({
    node,
    kind: node.dataset.k,
    confidence: Number(node.dataset.c),
    before: node.dataset.b,
    after: node.textContent,
  }));
  const kinds = [...new Set(marks.map((m) => m.kind))].sort();
  const hue = Object.fromEntries(kinds.map((kind, i) => [kind, HUES[i % HUES.length]]));
  for (const m of marks) {
    m.node.style.setProperty("--hue", hue[m.kind]);
    m.node.style.setProperty("--c", m.confidence);
    const line = m.node.closest("p");
    if (line) line.classList.add("has");
  }

  const wanted = new Set(kinds);
  for (const kind of kinds) {
    const label = make("label", undefined, $("kinds"));
    const box = make("input", undefined, label);
    box.type = "checkbox";
    box.checked = true;
    box.addEventListener("change", () => {
      if (box.checked) wanted.add(kind); else wanted.delete(kind);
      filter();
    });
    const swatch = make("span", undefined, label);
    swatch.className = "swatch";
    swatch.style.setProperty("--hue", hue[kind]);
    make("span", `${kind} ${number(marks.filter((m) => m.kind === kind).length)}`, label);
  }

  let pair = null;
  let shown = marks;
  const key = (m) => `${m.before.toLowerCase()}\u0000${m.after.toLowerCase()}`;

  function filter() {
    const [least, most] = [Number($("least").value), Number($("most").value)];
    $("least-shown").textContent = least.toFixed(2);
    $("most-shown").textContent = most.toFixed(2);
    const passes = (m) => wanted.has(m.kind) && m.confidence >= least && m.confidence <= most;
    const passing = marks.filter(passes);
    shown = passing.filter((m) => pair === null || key(m) === pair);
    const visible = new Set(shown);
    for (const m of marks) m.node.classList.toggle("off", !visible.has(m));
    const files = document.querySelectorAll("main section").length;
    const some = shown.length === marks.length ? "" : `${number(shown.length)} of `;
    $("summary").textContent = `${some}${plural(marks.length, "repair")} in ${plural(files, "file")}`;
    chart(passing);
  }

  function chart(passing) {
    const counts = new Map();
    for (const m of passing) {
      const entry = counts.get(key(m)) ?? { m, n: 0 };
      entry.n += 1;
      counts.set(key(m), entry);
    }
    const top = [...counts.entries()].sort((a, b) => b[1].n - a[1].n || a[0].localeCompare(b[0])).slice(0, 24);
    $("chart").replaceChildren();
    if (top.length === 0) make("p", "None.", $("chart"));
    for (const [id, { m, n }] of top) {
      const bar = make("button", undefined, $("chart"));
      bar.className = id === pair ? "bar on" : "bar";
      bar.title = "Show these alone";
      const text = make("span", undefined, bar);
      make("s", m.before.toLowerCase(), text);
      text.append(" ");
      make("b", m.after.toLowerCase(), text);
      make("span", number(n), bar);
      const length = make("i", undefined, bar);
      length.style.width = `calc((100% - .8rem) * ${n / top[0][1].n})`;
      bar.addEventListener("click", () => {
        pair = pair === id ? null : id;
        filter();
      });
    }
  }

  const tip = $("tip");
  function show(node) {
    if (node.classList.contains("off")) return;
    const list = document.createElement("dl");
    const row = (name, value) => {
      make("dt", name, list);
      make("dd", value, list);
    };
    row("before", node.dataset.b);
    row("after", node.textContent);
    row("kind", node.dataset.k);
    row("confidence", Number(node.dataset.c).toFixed(2));
    for (const [i, [text, p]] of JSON.parse(node.dataset.o).entries()) row(i === 0 ? "or" : "", `${text} (${p.toFixed(2)})`);
    tip.replaceChildren(list);
    tip.hidden = false;
    const at = node.getClientRects()[0];
    const left = Math.max(8, Math.min(at.left, innerWidth - tip.offsetWidth - 8));
    const below = at.bottom + 8;
    const top = below + tip.offsetHeight > innerHeight ? at.top - tip.offsetHeight - 8 : below;
    tip.style.left = `${left}px`;
    tip.style.top = `${top}px`;
  }
  const hide = () => { tip.hidden = true; };
  document.addEventListener("mouseover", (e) => {
    const mark = e.target.closest("mark");
    if (mark) show(mark); else hide();
  });
  document.addEventListener("focusin", (e) => {
    if (e.target.matches("mark")) show(e.target);
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, { passive: true });

  let here = null;
  function step(by) {
    if (shown.length === 0) return;
    const at = shown.findIndex((m) => m.node === here);
    const next = at < 0 ? (by > 0 ? 0 : shown.length - 1) : (at + by + shown.length) % shown.length;
    if (here) here.classList.remove("here");
    here = shown[next].node;
    here.classList.add("here");
    here.scrollIntoView({ block: "center" });
    here.focus({ preventScroll: true });
  }
  $("next").addEventListener("click", () => step(1));
  $("previous").addEventListener("click", () => step(-1));
  document.addEventListener("keydown", (e) => {
    if (e.target.matches("input") || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "n") step(1);
    if (e.key === "p") step(-1);
    if (e.key === "Escape") hide();
  });
  for (const id of ["before", "changed"]) {
    $(id).addEventListener("change", () => document.body.classList.toggle(id, $(id).checked));
  }
  for (const id of ["least", "most"]) $(id).addEventListener("input", filter);
  filter();
})();
