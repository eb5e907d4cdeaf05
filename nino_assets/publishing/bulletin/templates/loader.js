(function (page) {
  "use strict";
  // A picture can be read with the arrow keys: a map by its circles, the largest first, and a chart
  // by its categories. What is reached stands below it, and is read out.
  function listCircles(box) {
    var svg = Array.from(box.querySelectorAll("svg")).find(function (s) { return s.getClientRects().length; });
    var found = Array.from(svg ? svg.querySelectorAll("circle > title") : []);
    return found.map(function (title) {
      return { words: title.textContent, circle: title.parentNode };
    }).sort(function (a, b) { return b.circle.getAttribute("r") - a.circle.getAttribute("r"); });
  }
  function listPoints(chart) {
    var bars = chart.data[0].type === "bar", names = bars ? chart.data[0].y : chart.data[0].x;
    return names.map(function (name, n) {
      return { words: name + ": " + chart.data.map(function (series) {
        return series.name + " " + (series[bars ? "x" : "y"][n] || "[low]").toLocaleString("en-GB");
      }).join(", ") };
    });
  }
  document.querySelectorAll("figure").forEach(function (figure) {
    var box = figure.querySelector(".picture"), chart = page.figures[figure.id], at = -1;
    if (!chart && !box.querySelector("circle > title")) return;
    var reading = document.createElement("p");
    reading.className = "reading";
    reading.setAttribute("role", "status");
    box.after(reading);
    box.tabIndex = 0;
    box.addEventListener("keydown", function (event) {
      var items = chart ? listPoints(chart) : listCircles(box), last = items.length - 1;
      var to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      at = Math.min(Math.max(to, 0), last);
      box.querySelectorAll(".at").forEach(function (circle) { circle.classList.remove("at"); });
      if (items[at].circle) items[at].circle.classList.add("at");
      reading.textContent = items[at].words;
    });
  });
  // The static pictures stand until plotly has drawn; without these abilities they simply stay.
  if (!window.DecompressionStream || !window.matchMedia("(min-width: 40em)").matches) return;
  // Base85 (RFC 1924): five characters are four bytes. In base64 the page would be larger.
  function unpacked(text) {
    var digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
    var value = {}, length = Math.floor(text.length * 4 / 5), whole = text + "~~~~";
    digits.split("").forEach(function (digit, n) { value[digit] = n; });
    var bytes = new Uint8Array(length + 4);
    for (var n = 0, at = 0; at < length;) {
      var number = 0;
      for (var end = n + 5; n < end; n++) number = number * 85 + value[whole[n]];
      for (var shift = 3; shift >= 0; shift--) bytes[at++] = number / Math.pow(256, shift) & 255;
    }
    return bytes.subarray(0, length);
  }
  function draw() {
    Object.keys(page.figures).forEach(function (id) {
      var figure = document.getElementById(id);
      var box = figure.querySelector(".live");
      var still = figure.querySelector("svg.wide").getBoundingClientRect();
      var chart = page.figures[id];
      chart.layout.height = Math.round(still.height);
      box.style.height = chart.layout.height + "px";
      figure.classList.add("drawn");
      window.Plotly.newPlot(box, chart.data, chart.layout, page.config);
    });
  }
  window.addEventListener("load", function () {
    var stream = new Blob([unpacked(page.plotly)]).stream().pipeThrough(new DecompressionStream("gzip"));
    new Response(stream).text().then(function (source) {
      var script = document.createElement("script");
      script.textContent = source;
      document.head.appendChild(script);
      script.remove();
      draw();
    });
  });
})
