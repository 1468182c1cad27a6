// A pad to sign on with finger, pen or mouse. Without this script the typed name signs alone, as it always does.
(function () {
  "use strict";
  var pad = document.querySelector("[data-pad]");
  if (!pad || !window.PointerEvent) { return; }
  var canvas = pad.querySelector("canvas");
  var field = pad.querySelector("input[name=drawn]");
  var full = pad.querySelector("[data-pad-full]");
  var pen = canvas.getContext("2d");
  var mostStrokes = Number(pad.getAttribute("data-strokes"));
  var mostPoints = Number(pad.getAttribute("data-points"));
  var strokes = [];
  var now = null;
  try { strokes = JSON.parse(field.value || "[]"); } catch (e) { strokes = []; }
  pad.hidden = false;
  draw();

  function draw() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = 9;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(canvas).color;
    strokes.concat(now ? [now] : []).forEach(function (stroke) {
      pen.beginPath();
      pen.moveTo(stroke[0][0], stroke[0][1]);
      // A line of no length is not drawn: a dot is a short one.
      (stroke.length > 1 ? stroke.slice(1) : [[stroke[0][0] + 1, stroke[0][1]]]).forEach(function (p) { pen.lineTo(p[0], p[1]); });
      pen.stroke();
    });
  }
  // Whole numbers inside the pad; a point hardly away from the last one says nothing.
  function add(event) {
    var box = canvas.getBoundingClientRect();
    var at = function (from, side, most) { return Math.max(0, Math.min(most, Math.round(from / side * most))); };
    var x = at(event.clientX - box.left, box.width, canvas.width);
    var y = at(event.clientY - box.top, box.height, canvas.height);
    var last = now[now.length - 1];
    if (!last || Math.abs(x - last[0]) + Math.abs(y - last[1]) > 3) { now.push([x, y]); }
  }
  // Leaves out points that lie on the way between their neighbours (Ramer, Douglas, Peucker).
  function thin(line) {
    if (line.length < 3) { return line; }
    var a = line[0], b = line[line.length - 1], far = 0, where = 0;
    var length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    for (var i = 1; i < line.length - 1; i++) {
      var p = line[i];
      var off = length ? Math.abs((b[0] - a[0]) * (a[1] - p[1]) - (a[0] - p[0]) * (b[1] - a[1])) / length
        : Math.hypot(p[0] - a[0], p[1] - a[1]);
      if (off > far) { far = off; where = i; }
    }
    if (far < 1.5) { return [a, b]; }
    return thin(line.slice(0, where + 1)).concat(thin(line.slice(where)).slice(1));
  }
  function points() { return strokes.reduce(function (sum, stroke) { return sum + stroke.length; }, 0); }
  function keep() {
    field.value = strokes.length ? JSON.stringify(strokes) : "";
    draw();
  }
  canvas.addEventListener("pointerdown", function (event) {
    if (!event.isPrimary || event.button !== 0) { return; }
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    now = [];
    add(event);
    draw();
  });
  canvas.addEventListener("pointermove", function (event) {
    if (!now || !event.isPrimary) { return; }
    (event.getCoalescedEvents ? event.getCoalescedEvents() : [event]).forEach(add);
    add(event);
    draw();
  });
  function end(event) {
    if (!now || !event.isPrimary) { return; }
    strokes.push(thin(now));
    now = null;
    // What the house would refuse is not kept here either, and the page says so.
    var much = strokes.length > mostStrokes || points() > mostPoints;
    if (much) { strokes.pop(); }
    full.hidden = !much;
    keep();
  }
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  pad.querySelector("[data-pad-clear]").addEventListener("click", function () {
    strokes = [];
    full.hidden = true;
    keep();
  });
})();
