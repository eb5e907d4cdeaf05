(function (page) {
  "use strict";
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
