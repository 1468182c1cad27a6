// The signed-in side works without this file; with it, it is quicker. No other script is needed.
(function () {
  "use strict";
  var summary = document.getElementById("errors");
  if (summary) { summary.focus(); }
})();
