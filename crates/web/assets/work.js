// The signed-in side works without this file; with it, it is quicker. No other script is needed.
(function () {
  "use strict";
  var summary = document.getElementById("errors");
  if (summary) { summary.focus(); }

  // Review by keys: digits decide (1 confirm, 2 return and then the reason, 0 later), letters answer, arrows move. A
  // letter is never a decision, so that a slip answers a question at worst. One switch turns all off (WCAG 2.1.4).
  var page = document.querySelector("[data-keys]");
  var items = page ? Array.prototype.slice.call(page.querySelectorAll("[data-key-item]")) : [];
  if (items.length) { keys(page, items); }

  function keys(page, items) {
    var off = stored() === "off";
    var legend = page.querySelector("[data-key-legend]");
    var button = page.querySelector("[data-key-switch]");
    if (legend) { legend.hidden = false; }
    show();
    if (button) {
      button.addEventListener("click", function () {
        off = !off;
        try { localStorage.setItem("jiannuo-keys", off ? "off" : "on"); } catch (e) { /* kept for this page only */ }
        show();
      });
    }
    document.addEventListener("keydown", function (event) {
      var field = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && !/^(radio|checkbox)$/.test(event.target.type);
      if (off || field || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) { return; }
      var at = current();
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (event.target.type === "radio") { return; }
        move(event.key === "ArrowDown" ? 1 : -1);
      } else if (/^[0-9]$/.test(event.key)) {
        press(items[at], event.key);
      } else if (event.key === "Enter") {
        if (!send(items[at], event.target)) { return; }
      } else if (letter(event) === "z") {
        var undo = page.querySelector("[data-key-undo]");
        if (!undo) { return; }
        undo.click();
      } else if (!answer(items[at], letter(event))) { return; }
      event.preventDefault();
    });

    // An input method may keep the letter for itself; the place of the key is still told.
    function letter(event) {
      if (/^[a-z]$/i.test(event.key)) { return event.key.toLowerCase(); }
      var place = /^Key([A-Z])$/.exec(event.code || "");
      return place && (event.key === "Process" || event.key === "Unidentified") ? place[1].toLowerCase() : "";
    }
    // The first press says yes, the next one no, in sight and aloud.
    function answer(item, key) {
      var pair = key && item.querySelector(".yn[data-answer='" + key + "']");
      if (!pair) { return false; }
      var yes = pair.querySelector(".y");
      var chosen = yes.checked ? pair.querySelector(".n") : yes;
      chosen.checked = true;
      var said = page.querySelector("[data-key-said]");
      var group = pair.closest("[role=radiogroup]");
      var name = group.getAttribute("aria-label") || document.getElementById(group.getAttribute("aria-labelledby")).textContent;
      if (said) { said.textContent = name + " " + pair.querySelector("label[for='" + chosen.id + "']").textContent; }
      return true;
    }
    // Enter on a reason would press the first button of the form, which confirms: while a return is open it returns.
    function send(item, target) {
      var back = target.closest("details.r-back");
      if (!back || !back.open || !/^(radio|checkbox)$/.test(target.type)) { return false; }
      back.querySelector("button[value=return]").click();
      return true;
    }

    function stored() { try { return localStorage.getItem("jiannuo-keys"); } catch (e) { return null; } }
    function show() {
      page.classList.toggle("r-off", off);
      if (button) { button.textContent = button.getAttribute(off ? "data-on" : "data-off"); }
    }
    function current() {
      for (var i = 0; i < items.length; i++) { if (items[i].contains(document.activeElement)) { return i; } }
      return 0;
    }
    function move(by) {
      var to = Math.min(items.length - 1, Math.max(0, current() + (items[current()].contains(document.activeElement) ? by : 0)));
      if (!items[to].hasAttribute("tabindex")) { items[to].tabIndex = -1; }
      items[to].focus();
    }
    function press(item, key) {
      var back = item.querySelector("details.r-back");
      if (back && back.open) {
        var reason = back.querySelectorAll("input[type=checkbox]")[Number(key) - 1];
        if (reason) { reason.click(); reason.focus(); return; }
        if (key === "0") { back.open = false; }
        return;
      }
      var target = item.querySelector("[data-key='" + key + "']") || page.querySelector("[data-key-page='" + key + "']");
      // Later: a card without a way of its own stays, and the next one is looked at.
      if (!target && key === "0") {
        var next = items[(items.indexOf(item) + 1) % items.length];
        if (!next.hasAttribute("tabindex")) { next.tabIndex = -1; }
        next.focus();
      }
      if (!target) { return; }
      // An open question is answered in sight, not behind the reader's back: the first press fills in, the second sends.
      if (key === "1" && fill(item)) { target.focus(); return; }
      target.click();
    }
    function fill(item) {
      var filled = false;
      item.querySelectorAll(".yn").forEach(function (pair) {
        if (!pair.querySelector(":checked")) { pair.querySelector(".y").checked = true; filled = true; }
      });
      return filled;
    }
  }

  // The words of a reason stand in the message as soon as it is chosen, and go with it while nobody changed them. A
  // button does the same without this script.
  document.querySelectorAll("[data-without-script]").forEach(function (button) { button.remove(); });
  document.addEventListener("change", function (event) {
    var words = event.target.getAttribute && event.target.getAttribute("data-words");
    var message = words && event.target.form.elements.message;
    if (!message) { return; }
    var lines = message.value.replace(/\s+$/, "");
    var at = lines.indexOf(words);
    if (event.target.checked && at < 0) { message.value = lines + (lines ? "\n" : "") + words; }
    if (!event.target.checked && at >= 0) {
      message.value = (lines.slice(0, at) + lines.slice(at + words.length)).replace(/\n\n+/g, "\n").replace(/^\n|\n$/g, "");
    }
  });

  // A text that grows past its numbered lines gets more of them.
  document.querySelectorAll(".t-box textarea").forEach(function (area) {
    area.addEventListener("input", function () {
      var numbers = area.parentNode.querySelector(".t-no");
      for (var n = area.value.split("\n").length + 1; area.rows < n;) {
        area.rows += 1;
        numbers.append(area.rows + "\n");
      }
    });
  });

  // A mistake's line is marked in the text itself; without this script its number is brought into sight.
  document.querySelectorAll("[data-to-line]").forEach(function (link) {
    link.addEventListener("click", function () {
      var area = document.getElementById("f-toml");
      var lines = area.value.split("\n");
      var at = Number(link.getAttribute("data-to-line")) - 1;
      var from = lines.slice(0, at).join("\n").length + (at ? 1 : 0);
      area.focus({ preventScroll: true });
      area.setSelectionRange(from, from + (lines[at] || "").length);
    });
  });

  // A button that would be refused after some seconds goes when they are over.
  document.querySelectorAll("[data-gone-after]").forEach(function (box) {
    setTimeout(function () { box.remove(); }, Number(box.getAttribute("data-gone-after")) * 1000);
  });
  // A button that prints the page; without this script the browser's own menu does it.
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.addEventListener("click", function () { window.print(); });
  });

  // A text to take along gets a button that copies it; without the script it can be selected.
  document.querySelectorAll("[data-copy]").forEach(function (area) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = area.dataset.copy;
    button.addEventListener("click", function () {
      area.select();
      // Old browsers and pages without HTTPS have no clipboard API.
      if (navigator.clipboard) { navigator.clipboard.writeText(area.value); } else { document.execCommand("copy"); }
      button.textContent = area.dataset.copied;
    });
    area.insertAdjacentElement("afterend", button);
  });

  // Parts of the page made by the server, put in their places.
  function put(told) {
    ["lights", "due", "advice", "alike"].forEach(function (name) {
      var place = document.getElementById(name);
      if (place && typeof told[name] === "string" && place.innerHTML !== told[name]) { place.innerHTML = told[name]; }
    });
  }

  // The day as understood beneath a field for a date; without the script it stands there after sending.
  document.querySelectorAll("input[data-day]").forEach(function (field) {
    var timer = 0;
    var asked = 0;
    field.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(ask, 300); });

    function ask() {
      var mine = ++asked;
      fetch(field.getAttribute("data-day") + "?typed=" + encodeURIComponent(field.value), { credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.text() : ""; })
        .then(function (said) { if (mine === asked) { field.nextElementSibling.textContent = said; } })
        .catch(function () { /* sending says it */ });
    }
  });

  // Advice while one types, a third of a second after each pause: it keeps nothing. Without it, or without the script,
  // the same stands there after a save.
  // What is typed in a form, without what a save itself changes.
  function words(form) {
    var typed = new URLSearchParams(new FormData(form));
    ["revision", "item"].forEach(function (name) { typed.delete(name); });
    return typed.toString();
  }

  document.querySelectorAll("form[data-advise]").forEach(function (form) {
    var timer = 0;
    var asked = 0;
    form.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(ask, 300); });
    form.addEventListener("change", function () { clearTimeout(timer); timer = setTimeout(ask, 50); });

    function ask() {
      var chosen = form.querySelector("input[name=sentence]:checked");
      var body = new URLSearchParams(new FormData(form));
      var mine = ++asked;
      var typed = words(form);
      body.set("pattern", (chosen && chosen.getAttribute("data-pattern")) || "");
      fetch(form.getAttribute("data-advise"), { method: "POST", body: body, credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.json() : {}; })
        .then(function (told) {
          if (mine !== asked) { return; }
          put(told);
          // What is said of these very words is on the page: the next save need not say it again.
          form.setAttribute("data-advised", told.lights === undefined ? "" : typed);
        })
        .catch(function () { /* the next save says it */ });
    }
  });

  // Choosing a model sentence with finger or mouse puts the cursor into its first open place: one tap less on a phone.
  // The arrow keys look through the sentences; they do not enter one.
  document.querySelectorAll(".pick > input[type=radio][name=sentence]").forEach(function (choice) {
    var label = choice.parentNode.querySelector("label");
    var pointed = false;
    label.addEventListener("click", function () { pointed = true; });
    choice.addEventListener("change", function () {
      if (!pointed) { return; }
      pointed = false;
      var fields = choice.parentNode.querySelectorAll(".fill input, .fill textarea");
      for (var i = 0; i < fields.length; i++) { if (!fields[i].value) { fields[i].focus(); return; } }
    });
  });

  // A form that keeps itself: two seconds after the last key its fields go to the address they go to anyway. The
  // answer says when it was kept, and what the text still lacks.
  document.querySelectorAll("form[data-autosave]").forEach(function (form) {
    var said = document.getElementById("saved");
    var timer = 0;
    var sending = false;
    var again = false;
    var pressed = null;
    var shown = "";
    form.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(send, 2000); });
    form.addEventListener("submit", function (event) {
      clearTimeout(timer);
      again = false;
      // What is under way ends first: it may give a new item its id.
      if (sending) { event.preventDefault(); pressed = event.submitter || form.querySelector("button"); }
    });

    // Why it was not kept, beside the box where the writer looks, with both texts where two devices wrote.
    function unkept(html) {
      var place = document.getElementById("unkept");
      if (!place || html === shown) { return; }
      shown = html;
      place.innerHTML = html;
      if (html) { place.scrollIntoView({ block: "center" }); }
    }

    function send() {
      if (sending) { again = true; return; }
      sending = true;
      var body = new URLSearchParams(new FormData(form));
      if (form.getAttribute("data-advised") === words(form)) { body.set("advised", "1"); }
      fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: body,
        credentials: "same-origin"
      }).then(function (answer) { return answer.json(); }).then(function (told) {
        if (said) { said.textContent = told.said || form.getAttribute("data-autosave"); }
        unkept(told.refused ? told.unkept || "" : "");
        if (told.refused || !told.said) { return; }
        // Not form.elements.item: that is a method of the collection, and every pause would begin another item.
        form.querySelector("[name=revision]").value = told.revision;
        if (told.item) { form.querySelector("[name=item]").value = told.item; }
        put(told);
      }).catch(function () {
        if (said) { said.textContent = form.getAttribute("data-autosave"); }
      }).then(function () {
        sending = false;
        if (pressed) { form.requestSubmit(pressed); return; }
        if (again) { again = false; send(); }
      });
    }
  });
})();
