// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/html_assets.h"

namespace clawgate::report {

// clang-format off
const std::string_view kStyle = R"css(
:root{color-scheme:light dark;
--page:#fafaf8;--panel:#fff;--ink:#1c1d1f;--soft:#5f6368;--faint:#8a8e94;--line:#e5e4df;--wash:#f2f1ed;
--blue:#1f57c3;--good:#0b7548;--bad:#b3261e;--wait:#8a5a00;
--good-wash:#e3f2ea;--bad-wash:#fbe9e7;--wait-wash:#f7eeda;--price:#3c4043;--span:rgba(31,87,195,.06)}
@media (prefers-color-scheme:dark){:root{
--page:#121315;--panel:#191b1e;--ink:#e8e7e3;--soft:#a3a7ad;--faint:#7d828a;--line:#2d3035;--wash:#202327;
--blue:#82aaff;--good:#57c98f;--bad:#ff8a80;--wait:#e0b252;
--good-wash:#16291f;--bad-wash:#301a19;--wait-wash:#2b2416;--price:#c4c7cc;--span:rgba(130,170,255,.09)}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
font-variant-numeric:tabular-nums;overflow-wrap:break-word}
main{max-width:1160px;margin:0 auto;padding:40px 28px 64px}
header{border-bottom:1px solid var(--line);padding-bottom:22px}
h1{font-size:26px;line-height:1.2;font-weight:650;letter-spacing:-.01em;margin:2px 0 6px}
h2{font-size:17px;font-weight:650;margin:44px 0 4px;letter-spacing:-.005em}
h2+p{margin-top:0}
h3{font-size:13px;font-weight:600;margin:22px 0 8px;color:var(--soft)}
p{margin:6px 0 12px;max-width:76ch}
.kind{font-size:13px;color:var(--soft);font-weight:600;display:flex;justify-content:space-between;gap:16px;flex-wrap:wrap}
.facts,.about{color:var(--soft);font-size:.9em;margin:0;max-width:104ch}
.lead{font-size:1.07em;margin:16px 0 0}
.empty{color:var(--soft);margin:10px 0}
.warn{color:var(--bad);font-weight:600}
.tiles{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));border-bottom:1px solid var(--line);margin:0}
.tiles>div{padding:18px 16px 16px 0}
.tiles>div+div{padding-left:16px;border-left:1px solid var(--line)}
.tiles dt{font-size:.83em;color:var(--soft)}
.tiles dd{margin:3px 0 0;font-size:21px;font-weight:600;line-height:1.25;letter-spacing:-.01em}
.tiles dd small{display:block;font-size:12.5px;font-weight:400;color:var(--soft);letter-spacing:0;margin-top:3px;white-space:normal}
.unit{font-size:13px;font-weight:400;color:var(--soft)}
.good{color:var(--good)}.bad{color:var(--bad)}.soft{color:var(--soft)}
code{white-space:nowrap}pre code,dd code{white-space:normal}
code,.mono{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.875em}
.hash{word-break:break-all}
pre{background:var(--wash);border-radius:6px;padding:12px 14px;margin:10px 0;overflow-x:auto;font-size:13px;white-space:pre-wrap}

h1,.kind,.lead,.tiles dd,.list dt,.list dd,.about{overflow-wrap:anywhere}

.charts{margin:26px 0 0}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:12.5px;color:var(--soft);margin-bottom:8px}
.legend span{display:inline-flex;align-items:center;gap:6px}
.key{width:16px;height:16px;overflow:visible}
.panels{position:relative;background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:0}
.panel{display:grid;grid-template-columns:minmax(0,1fr) 76px}
.panel+.panel .plot,.panel+.panel .axis{border-top:1px solid var(--line)}
.prices{height:330px}.lanes{height:58px}.states{height:84px}.equity{height:130px}.drawdowns{height:74px}
.panels .empty{margin:0;padding:12px;border-top:1px solid var(--line)}
.plot{width:100%;height:100%;display:block;overflow:hidden}
.axis{position:relative;border-left:1px solid var(--line);font-size:11.5px;color:var(--soft)}
.axis span{position:absolute;right:10px;transform:translateY(-50%);white-space:nowrap}
.axis span[style="top:0"]{transform:none}
.axis .word{right:auto;left:10px}
.times{position:relative;height:26px;margin-right:76px;border-top:1px solid var(--line);font-size:11.5px;color:var(--soft)}
.times span{position:absolute;top:4px;transform:translateX(-50%);white-space:nowrap}.times .first{transform:translateX(6px)}
.grid,.rule{stroke:var(--line);stroke-width:1;shape-rendering:crispEdges}
.rule{stroke-dasharray:1 3}
.start{stroke:var(--faint);stroke-width:1;stroke-dasharray:2 4}
.span{fill:var(--span)}
.stretch path{fill:none;vector-effect:non-scaling-stroke;stroke-linejoin:round}
path.price,line.price{stroke:var(--price);stroke-width:1.3;fill:none}
path.dots{stroke-width:4;stroke-linecap:round}
path.equity{stroke:var(--blue);stroke-width:1.6}
.stretch path.fill{fill:var(--bad);fill-opacity:.16}
path.drawdown{stroke:var(--bad);stroke-width:1}
.name{font-size:12px;font-weight:600;fill:var(--soft);stroke:var(--panel);stroke-width:3px;paint-order:stroke}
line.level{stroke-width:1.2}
line.stop{stroke:var(--bad);stroke-dasharray:5 3}
line.profit{stroke:var(--good);stroke-dasharray:5 3}
line.entry{stroke:var(--blue);stroke-opacity:.55}
text.level{font-size:11px}text.stop{fill:var(--bad)}text.profit{fill:var(--good)}
.mark{overflow:visible;cursor:default}
.mark path{stroke:var(--panel);stroke-width:1.5;paint-order:stroke;fill:var(--soft)}
.mark.buy path{fill:var(--blue)}.mark.good path{fill:var(--good)}.mark.bad path{fill:var(--bad)}
.mark.plain path{fill:var(--ink)}
.mark.waiting path{fill:var(--wait)}.mark.dot.refused path{fill:var(--panel);stroke:var(--wait);paint-order:normal}
.mark.dot.quiet path{fill:var(--faint)}
.mark.cross-mark path{fill:none;stroke:var(--wait);stroke-width:1.6}
.mark path,.held,.band{pointer-events:all}
.mark:focus,.held:focus,.band:focus{outline:none}
.held:focus,.held:hover,.band:focus,.band:hover{stroke:var(--ink)}
.mark:focus path,.mark:hover path{stroke:var(--ink);stroke-width:2}
.held{stroke-width:2;fill:var(--soft);stroke:var(--soft)}
.held.good{fill:var(--blue);stroke:var(--blue)}.held.refused{fill:none;stroke:var(--wait)}
.held.waiting{fill:var(--wait);stroke:var(--wait)}
.band{fill:var(--wait);fill-opacity:.75}.band.bad{fill:var(--bad)}
.cross{position:absolute;top:0;bottom:26px;width:0;border-left:1px solid var(--faint);pointer-events:none}
.tip{position:absolute;top:8px;max-width:min(340px,80%);background:var(--ink);color:var(--page);font-size:12.5px;line-height:1.45;
border-radius:5px;padding:7px 10px;pointer-events:none;white-space:pre-line;z-index:2}

.scroll{overflow-x:auto;margin-top:10px}
table{border-collapse:collapse;width:100%;font-size:.9em;line-height:1.4}
th{font-size:.89em;font-weight:500;color:var(--soft);text-align:left;vertical-align:bottom;padding:6px 12px 6px 0;border-bottom:1px solid var(--line)}
td{vertical-align:top;padding:8px 12px 8px 0;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
tr.group th{color:var(--ink);font-size:1em;font-weight:600;padding-top:16px}
.n{text-align:right;white-space:nowrap}.t,.c{white-space:nowrap}
.n+.t,.n+.l,.n+.w{padding-left:14px}.no{font-weight:600}
td small{display:block;color:var(--soft);font-size:.89em}
td .why+.why{margin-top:5px}
.next{color:var(--soft)}
.code{font-size:.85em;color:var(--soft)}
.chip{display:inline-block;font-size:.89em;line-height:1;padding:4px 8px 4px;border-radius:10px;white-space:nowrap;background:var(--wash);color:var(--soft)}
.chip.good{background:var(--good-wash);color:var(--good)}.chip.bad{background:var(--bad-wash);color:var(--bad)}
.chip.refused,.chip.waiting{background:var(--wait-wash);color:var(--wait)}
#timeline td:nth-child(3){min-width:190px}#timeline td:last-child{min-width:264px}
.filters{display:flex;flex-wrap:wrap;gap:6px;margin:10px 0 0}
.filters button{font:inherit;font-size:12.5px;padding:3px 10px;border:1px solid var(--line);border-radius:14px;background:none;color:var(--soft);cursor:pointer}
.filters button[aria-pressed=true]{background:var(--ink);border-color:var(--ink);color:var(--page)}
.bars{display:grid;grid-template-columns:230px 150px 20px minmax(0,1fr);gap:9px 14px;align-items:baseline;font-size:.9em;margin:12px 0 0}
.bars>div{display:contents}
.bar{display:block;height:8px;background:var(--faint);border-radius:1px}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:0 44px}
dl.list{align-content:start;display:grid;grid-template-columns:max-content minmax(0,1fr);gap:5px 18px;margin:10px 0;font-size:.9em}
dl.list dt{color:var(--soft)}dl.list dd{margin:0}
details{margin-top:12px;font-size:.9em}summary{cursor:pointer;color:var(--soft)}
footer{margin-top:48px;border-top:1px solid var(--line)}

@media (max-width:960px){.tiles{grid-template-columns:repeat(3,minmax(0,1fr))}
.tiles>div:nth-child(3n+1){padding-left:0;border-left:0}
.tiles>div:nth-child(n+4){border-top:1px solid var(--line)}}
@media (max-width:640px){
main{padding:22px 16px 40px}
h1{font-size:22px}
.tiles{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}
.tiles>div,.tiles>div:nth-child(3n+1){padding:13px 0 12px 16px;border-left:1px solid var(--line)}
.tiles>div:nth-child(odd){padding-left:0;border-left:0}
.tiles>div:nth-child(n+3){border-top:1px solid var(--line)}
.tiles dd{font-size:18px}
.panel{grid-template-columns:minmax(0,1fr) 58px}.times{margin-right:58px}
.axis{font-size:10.5px}.axis span{right:5px}.axis .word{left:5px}
.prices{height:260px}
.times span:nth-child(even){display:none}
text.level{display:none}
.pair{grid-template-columns:1fr}
.bars{grid-template-columns:1fr max-content;gap:2px 10px}
.bars .what{grid-column:1/-1;margin-bottom:10px}.bars .bar-box{display:none}
table.stack,.stack tbody{display:block}
.stack thead{display:none}
.stack tr{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:7px 10px;border-bottom:1px solid var(--line);padding:11px 0}
.stack tr[hidden]{display:none}
.stack tr.group{padding:12px 0 0;border:0}.stack tr.group th{grid-column:1/-1;border:0;padding:4px 0 0}
.stack td,.n+.t,.n+.l,.n+.w{display:block;grid-column:span 3;border:0;padding:0;text-align:left;white-space:normal;overflow-wrap:anywhere}
.stack td.n{grid-column:span 2}.stack td.w{grid-column:1/-1}
.stack td::before{content:attr(data-label);display:block;color:var(--soft);font-size:11.5px}
.bare td::before{display:none}
.bare td.t,.bare td.l{grid-column:span 2}.bare td.c{grid-column:span 4}
.stack td:empty{display:none}
dl.list{grid-template-columns:1fr;gap:0}dl.list dd{margin-bottom:7px}
}
@media print{:root{--page:#fff;--panel:#fff;--ink:#000;--soft:#444;--faint:#777;--line:#ccc;--wash:#f4f4f4;
--blue:#1f57c3;--good:#0b7548;--bad:#b3261e;--wait:#8a5a00;--good-wash:#fff;--bad-wash:#fff;--wait-wash:#fff;--price:#222;--span:rgba(31,87,195,.06);color-scheme:light}
body{font-size:11px}main{max-width:none;padding:0}.filters,.cross,.tip{display:none}
.tiles dd{font-size:15px}.tiles dd small{font-size:10px}.tiles>div{padding-top:9px;padding-bottom:8px}
h1{font-size:20px}h2{font-size:14px;margin-top:24px;break-after:avoid}.about{break-after:avoid}
.prices{height:250px}.lanes{height:48px}.equity{height:105px}.drawdowns{height:56px}.charts{margin-top:14px}
table{font-size:.84em}td,th{padding:5px 7px 5px 0}.n+.t,.n+.l,.n+.w{padding-left:7px}pre,.legend{font-size:10.5px}
tr,.charts,.tiles{break-inside:avoid}thead{display:table-header-group}.chip{padding:2px 6px;border:1px solid var(--line)}}
)css";

// Reads out what is under the pointer, and filters the table of signals. The page is whole without
// it.
const std::string_view kScript = R"js(
(() => {
  const data = document.getElementById("series");
  const panels = document.getElementById("panels");
  if (data && panels) {
    const { from, to, series } = JSON.parse(data.textContent);
    const cross = document.getElementById("cross");
    const tip = document.getElementById("tip");
    const at = (times, t) => {
      let low = 0, high = times.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (times[middle] <= t) low = middle; else high = middle - 1;
      }
      return low;
    };
    const digits = (value, decimals) => (value / 10 ** decimals).toLocaleString("en-US",
      { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", "\u2212");
    const put = (left, top, text) => {
      const box = panels.getBoundingClientRect();
      tip.textContent = text;
      tip.hidden = false;
      const space = box.width - tip.offsetWidth - 6;
      tip.style.left = Math.max(6, left + 14 > space ? Math.min(left - tip.offsetWidth - 14, space) : left + 14) + "px";
      tip.style.top = Math.max(6, Math.min(top, box.height - tip.offsetHeight - 6)) + "px";
    };
    const near = (event, reach) => {
      let best = null;
      const panel = event.target.closest(".panel");
      for (const mark of panel ? panel.querySelectorAll("[tabindex]") : []) {
        const box = (mark.firstElementChild || mark).getBoundingClientRect();
        const away = Math.hypot(Math.max(box.left - event.clientX, 0, event.clientX - box.right),
          Math.max(box.top - event.clientY, 0, event.clientY - box.bottom));
        if (away < reach) { reach = away; best = mark; }
      }
      return best;
    };
    const hide = () => { tip.hidden = true; cross.hidden = true; };
    const show = event => {
      const box = panels.getBoundingClientRect();
      const plot = panels.querySelector(".plot").getBoundingClientRect();
      const left = event.clientX - plot.left;
      if (left < 0 || left > plot.width) return hide();
      const mark = near(event, 8);
      cross.style.left = event.clientX - box.left + "px";
      cross.hidden = false;
      if (mark) return put(event.clientX - box.left, event.clientY - box.top + 16, mark.getAttribute("aria-label"));
      const t = left / plot.width * (to - from);
      const lines = [new Date(from + t).toISOString().slice(0, 19).replace("T", " ") + " UTC"];
      for (const { name, decimals, t: times, v } of series) {
        if (times.length && times[0] <= t) lines.push(name + ": " + digits(v[at(times, t)], decimals));
      }
      put(event.clientX - box.left, 8, lines.join("\n"));
    };
    panels.addEventListener("pointermove", show);
    panels.addEventListener("pointerdown", show);
    panels.addEventListener("pointerleave", hide);
    panels.addEventListener("focusin", event => {
      const text = event.target.getAttribute("aria-label");
      if (!text) return;
      const box = panels.getBoundingClientRect(), mark = event.target.getBoundingClientRect();
      put(mark.left - box.left, mark.bottom - box.top + 6, text);
    });
    panels.addEventListener("focusout", hide);
  }
  const filters = document.getElementById("filters");
  if (filters) {
    filters.hidden = false;
    filters.addEventListener("click", event => {
      const button = event.target.closest("button");
      if (!button) return;
      for (const other of filters.children) other.setAttribute("aria-pressed", String(other === button));
      for (const row of document.querySelectorAll("#signals tbody tr")) {
        row.hidden = button.dataset.fate !== "" && row.dataset.fate !== button.dataset.fate;
      }
    });
  }
})();
)js";
// clang-format on

}  // namespace clawgate::report
