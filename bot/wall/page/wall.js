// The wall: hands the link's word in, then asks for the figures every half minute and draws them. Text only, no markup
// is ever made from what comes; sizes are set as properties, so the content policy needs no inline style.
"use strict";
const EVERY = 30_000;
const $ = (id) => document.getElementById(id);
let words = null, last = null;

function el(tag, look, ...inside) {
  const made = document.createElement(tag);
  if (look) made.className = look;
  made.append(...inside.filter((one) => one !== null && one !== undefined));
  return made;
}
function part(look, share) {
  const one = el("i", look);
  one.style.flex = `${share} 0 auto`;
  return one;
}
function bar(parts, scale) {
  const used = parts.reduce((sum, [, n]) => sum + n, 0);
  if (used === 0) return el("div", "bar");
  const made = el("div", "bar", ...parts.filter(([, n]) => n > 0).map(([look, n]) => part(look, n)));
  if (scale > used) { const rest = el("span"); rest.style.flex = `${scale - used} 0 auto`; made.append(rest); }
  return made;
}
function legend(...entries) {
  return el("div", "legend", ...entries.filter(([, says]) => says).map(([look, says]) => el("span", "", el("i", look), says)));
}
function panel(title, look, ...inside) {
  return el("section", look, el("h2", "", title), ...inside);
}

function big(data) {
  const cells = data.figures.map((one) => el("div", one.late ? "late" : "", el("span", "muted", one.label),
    el("b", "", one.value, el("span", "", one.of)), el("small", "", one.note)));
  for (const tier of data.tiers.parts) {
    const mark = { red: "▲ ", yellow: "◆ ", green: "● " }[tier.tier];
    cells.push(el("div", "", el("span", "muted", mark + tier.label), el("b", "", tier.text)));
  }
  return el("section", "wide", el("div", "big", ...cells), el("p", "muted", data.facts.join("　")));
}
function towns(data) {
  const head = el("tr", "", ...data.columns.map((says, place) => el("th", place > 1 ? "n" : "", says)));
  const rows = data.rows.map((row) => el("tr", "",
    el("td", "name", row.name, row.help === null ? null : el("span", "badge", row.help)),
    el("td", "track", row.note === null
      ? bar([["p-done", row.done], ["p-late", row.late], ["p-waiting", row.waiting]], data.scale)
      : el("span", "muted", row.note)),
    el("td", "n", row.contacted), el("td", "n", row.visited)));
  return panel(words.towns, "", el("table", "", head, ...rows),
    legend(["p-done", data.legend.done], ["p-late", data.legend.late], ["p-waiting", data.legend.waiting]));
}
function months(data) {
  const columns = data.months.map((month) => {
    const tower = el("div", "tower"), all = month.done + month.left;
    for (const [look, n] of [[month.open ? "p-waiting" : "p-late", month.left], ["p-done", month.done]]) {
      if (n > 0) { const one = el("i", look); one.style.height = `${Math.max(2, 100 * n / all)}%`; tower.append(one); }
    }
    return el("div", "", el("b", "", month.share), tower, el("div", "", month.label), el("div", "muted", month.missing || "·"));
  });
  return panel(words.months, "", el("div", "months", ...columns),
    legend(["p-done", data.legend.done], ["p-late", data.legend.missed], ["p-waiting", data.legend.running]));
}
function load(data) {
  const looks = ["p-done", "p-near", "p-waiting"];
  const rows = data.weeks.map((week) => el("tr", "", el("td", "name", week.label),
    el("td", "track", ...week.parts.map((one, place) => bar([[looks[place], one.n]], data.scale))),
    el("td", "n", week.parts.map((one) => one.text).join(" / "))));
  return panel(words.load, "load", el("table", "", ...rows), legend(...looks.map((look, place) => [look, data.kinds[place]])));
}
function clocks(data) {
  const looks = ["p-done", "p-near", "p-late"];
  if (data.rows.length === 0) return panel(words.clocks, "", el("p", "muted", data.nothing));
  const rows = data.rows.map((row) => el("tr", "", el("td", "name", row.name),
    el("td", "track", bar(row.parts.map((one, place) => [looks[place], one.n]), data.scale)),
    ...row.parts.map((one) => el("td", "n", one.text))));
  return panel(words.clocks, "", el("table", "", ...rows), legend(...looks.map((look, place) => [look, data.states[place]])));
}
function squares(data) {
  const parts = data.towns.flatMap((town) => [el("p", "town", town.name, el("span", "", town.sum)),
    el("div", "squares", ...town.squares.map((one) => el("div", one.empty ? "empty" : `s${one.step}`,
      el("b", "", one.empty ? "–" : one.n === 0 ? "✓" : String(one.n)), one.name)))]);
  return panel(words.villages, "wide", ...parts, el("p", "muted", data.legend.join("　")));
}
function board(data) {
  const signs = { done: "✓", going: "→", soon: "!", late: "!!", waiting: "…" };
  const labels = Object.fromEntries(data.lights.map((one) => [one.light, one.label]));
  const items = data.tasks.map((task) => {
    const light = el("span", `light l-${task.light}`, signs[task.light]);
    light.setAttribute("role", "img");
    light.setAttribute("aria-label", labels[task.light]);
    return el("li", "", light, ` ${task.no}. ${task.title} `, task.percent === null ? null : el("b", "", task.percent),
      el("div", "muted", `${task.lead} · ${task.due} · ${task.proofs}`));
  });
  return panel(words.board, "wide", el("p", "muted", data.lights.map((one) => `${signs[one.light]} ${one.label} ${one.n}`).join("　")),
    el("ul", "tasks", ...items));
}

function draw(data) {
  words = data.words;
  $("title").textContent = data.coverage.title;
  document.title = data.coverage.title;
  $("scope").textContent = data.coverage.scope.join("　");
  $("demo").hidden = data.coverage.demo === null;
  $("demo").textContent = data.coverage.demo ?? "";
  for (const [id, says] of [["print", words.print], ["close", words.close]]) { $(id).textContent = says; $(id).hidden = false; }
  $("main").replaceChildren(big(data.coverage), towns(data.coverage), months(data.months), load(data.load), clocks(data.clocks),
    ...(data.squares ? [squares(data.squares)] : []), board(data.board));
  $("main").setAttribute("aria-busy", "false");
  $("notes").replaceChildren(...[...data.coverage.notes, words.read_only].map((note) => el("p", "", note)));
}
function say(text, stale) {
  $("state").textContent = text;
  $("state").className = stale ? "stale" : "";
}
function over(text) {
  $("main").replaceChildren(el("p", "notice", text));
  $("main").setAttribute("aria-busy", "false");
  for (const id of ["print", "close", "demo"]) $(id).hidden = true;
  $("title").textContent = $("scope").textContent = "";
  $("notes").replaceChildren();
  say("", false);
}
async function look() {
  try {
    const answer = await fetch("/wall/figures", { credentials: "same-origin" });
    if (answer.status === 401) { over(words ? words.over : "请在聊天里发「大屏」，点新的链接。"); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    const data = await answer.json();
    draw(data);
    last = data.at;
    say(`${words.updated} ${last}`, false);
  } catch {
    say(words ? `${words.stale} ${last}` : "连不上，正在再试…", true);
  }
  setTimeout(look, EVERY);
}
async function begin() {
  const key = location.hash.slice(1);
  if (key) {
    history.replaceState(null, "", "/wall");
    try {
      await fetch("/wall/open", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(key) });
    } catch { /* the figures say what is wrong */ }
  }
  await look();
}
$("print").addEventListener("click", () => window.print());
$("close").addEventListener("click", async () => { await fetch("/wall/close", { method: "POST" }); over(words.over); location.reload(); });
begin();
