(function (page) {
  "use strict";
  // The static pictures stand until plotly has drawn; without these abilities they simply stay.
  if (!window.DecompressionStream || !window.matchMedia("(min-width: 40em)").matches) return;
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
    var packed = Uint8Array.from(atob(page.plotly), function (c) { return c.charCodeAt(0); });
    var stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    new Response(stream).text().then(function (source) {
      var script = document.createElement("script");
      script.textContent = source;
      document.head.appendChild(script);
      script.remove();
      draw();
    });
  });
})
