() => {
  // What Gradio's components cannot do by themselves: our buttons, the sources panel, dialogs, keys, and what is said to screen readers.
  const body = document.body;
  const texts = () => document.getElementById("page-texts")?.dataset ?? {};
  const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const send = (event, data) => window.coachSend?.(event, data);
  const say = (words) => { const to = document.getElementById("announcer"); if (to) to.textContent = words; };
  const tab = (name) => [...document.querySelectorAll("[role=tab]")].find((one) => one.id === `${name}-button` || one.dataset.tabId === name);

  // ---- The sources panel. It holds the sources of one answer; those of another are fetched when they are asked for.
  let opener = null, wanted = null;

  const show = (answer, marker) => {
    const group = document.getElementById(`source-${answer}`);
    if (!group) return false;
    document.querySelectorAll("#sources .is-active").forEach((old) => old.classList.remove("is-active"));
    body.classList.add("sources-shown");
    const marks = marker ? [...group.querySelectorAll(`mark[data-cite~="${answer}-${marker}"]`)] : [];
    const card = marks.length ? marks[0].closest(".source-card") : group.querySelector(".source-card");
    if (!card) return true;
    marks.forEach((mark) => mark.classList.add("is-active"));
    if (marker) card.classList.add("is-active");
    card.focus({ preventScroll: true });
    const target = marks.find((mark) => mark.offsetParent && mark.getBoundingClientRect().height) ?? card;
    target.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: marks.length ? "center" : "start" });
    return true;
  };

  const cite = (link) => {
    const [, answer, marker] = /#source-(\d+)(?:-(\d+))?$/.exec(link.getAttribute("href")) ?? [];
    const reply = link.closest(".reply");
    if (!answer || !reply) return;
    opener = link;
    wanted = null;
    if (show(answer, marker)) return;
    wanted = { answer, marker };
    send("select", { act: "sources", exchange: reply.dataset.exchange });
  };

  // ---- Drawers: the sources, and the list of chats on a narrow screen.
  const closeDrawers = () => {
    const was = ["sources-shown", "chats-shown"].filter((name) => body.classList.contains(name));
    if (!was.length) return false;
    body.classList.remove(...was);
    document.querySelector(".chats-open")?.setAttribute("aria-expanded", "false");
    // Of a chat that was redrawn meanwhile the button is another one of the same place.
    if (opener?.isConnected) opener.focus({ preventScroll: true });
    return true;
  };

  const openChats = (button) => {
    opener = button;
    body.classList.add("chats-shown");
    button.setAttribute("aria-expanded", "true");
    document.querySelector("#clear")?.focus();
  };

  // ---- Dialogs.
  const open = (name, fill = {}, done = null) => {
    const dialog = document.getElementById(`dialog-${name}`);
    if (!dialog) return;
    const field = dialog.querySelector("[name=value]");
    if (field) field.value = fill.value ?? "";
    const about = dialog.querySelector(".about");
    if (about) about.textContent = fill.about ?? "";
    dialog.querySelectorAll(".sure, .erase .problem").forEach((part) => { part.hidden = true; });
    const form = dialog.querySelector("form[method=dialog]");
    if (form) form.onsubmit = () => done?.(field?.value ?? "");
    dialog.showModal();
    field?.focus();
    field?.select?.();
  };

  const erase = async (dialog) => {
    const answer = await fetch("erase", { method: "POST" }).catch(() => null);
    if (!answer?.ok) return void (dialog.querySelector(".erase .problem").hidden = false);
    window.coachRemember("chat", "");
    window.coachRemember("draft", "");
    location.href = location.pathname;
  };

  // ---- Our buttons. What they do stands in data-act.
  const box = () => document.querySelector("#question textarea");
  const fill = (field, words) => {
    // Svelte listens to the event, not to the property.
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, words);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const ask = (question) => {
    tab("chat")?.click();
    send("submit", { act: "ask", value: question });
    box()?.focus({ preventScroll: true });
  };

  const copy = async (words) => {
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      // Without https there is no clipboard to write to but the old one.
      const held = Object.assign(document.createElement("textarea"), { value: words });
      body.append(held);
      held.select();
      document.execCommand("copy");
      held.remove();
    }
    say(texts().copied);
  };

  const acts = {
    open: (button) => { send("select", { act: "open", chat: button.dataset.chat }); closeDrawers(); },
    more: () => send("select", { act: "more" }),
    earlier: () => send("select", { act: "earlier" }),
    rename: ({ dataset }) => open("rename", { value: dataset.title }, (value) => send("select", { act: "rename", chat: dataset.chat, value })),
    delete: ({ dataset }) => open("delete", { about: dataset.title }, () => send("select", { act: "delete", chat: dataset.chat })),
    edit: (button) => {
      const { exchange } = button.closest("[data-exchange]").dataset;
      const words = button.closest(".asked-box").querySelector(".words").innerText;
      open("edit", { value: words }, (value) => value.trim() && send("submit", { act: "edit", exchange, value }));
    },
    retry: (button) => send("submit", { act: "retry", exchange: button.closest(".reply").dataset.exchange }),
    ask: (button) => ask(button.dataset.value),
    copy: (button) => {
      copy(button.closest(".reply").dataset.text);
      button.classList.add("is-done");
      setTimeout(() => button.classList.remove("is-done"), 1500);
    },
    react: (button) => {
      const { exchange } = button.closest(".reply").dataset;
      const already = button.getAttribute("aria-pressed") === "true";
      send("select", { act: "react", exchange, value: button.dataset.value });
      if (!already && button.dataset.value === "down") why(exchange, "");
    },
    why: (button) => why(button.closest(".reply").dataset.exchange, button.dataset.reason),
    reason: (button) => {
      const field = button.closest("dialog").querySelector("[name=value]");
      field.value = field.value.trim() ? `${field.value.trim()} ${button.textContent}.` : `${button.textContent}.`;
      field.focus();
    },
    chats: openChats,
    data: () => open("data"),
    keys: () => open("keys"),
    close: (button) => button.closest("dialog").close(),
    erase: (button) => {
      const sure = button.closest("dialog").querySelector(".sure");
      sure.hidden = false;
      sure.querySelector("[data-act=close]").focus();
    },
    "erase-now": (button) => erase(button.closest("dialog")),
    theme: () => {
      const order = ["system", "light", "dark"];
      window.coachRemember("theme", order[(order.indexOf(window.coachColours()) + 1) % order.length]);
      themeLabel();
      say(document.querySelector(".theme").title);
    },
  };

  const why = (exchange, value) => open("why", { value }, (reason) => send("select", { act: "why", exchange, value: reason }));

  const themeLabel = () => {
    const button = document.querySelector("#tools .theme");
    if (!button) return;
    const theme = window.coachColours();
    button.dataset.theme = theme;
    button.title = button.dataset[theme];
    button.setAttribute("aria-label", button.dataset[theme]);
  };

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    const link = at("a.cite-link, a.sources-open");
    if (link) {
      event.preventDefault();
      event.stopPropagation();
      cite(link);
      return;
    }
    const button = at("[data-act]");
    if (button && acts[button.dataset.act]) {
      event.preventDefault();
      acts[button.dataset.act](button);
    } else if (at(".sources-close") || (body.classList.contains("sources-shown") && !at("#sources, dialog"))) {
      closeDrawers();
    } else if (body.classList.contains("chats-shown") && (!at("#side, dialog") || at("#clear"))) {
      closeDrawers();
    } else if (event.target.tagName === "DIALOG") {
      // Beside the dialog: a modal one fills the screen with itself and its ground.
      const frame = event.target.getBoundingClientRect();
      const inside = event.clientX >= frame.left && event.clientX <= frame.right && event.clientY >= frame.top && event.clientY <= frame.bottom;
      if (!inside) event.target.close();
    }
    document.querySelectorAll("details.export[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  }, true);

  // ---- Focus. Where the button that was used is drawn anew, its twin takes the focus; where it is gone, the nearest thing that is not.
  // For the keyboard only: on a phone the question would bring up the keys of the screen.
  let used = null;
  document.addEventListener("focusin", ({ target }) => {
    const { act, chat, value } = target.dataset;
    const exchange = target.closest("[data-exchange]")?.dataset.exchange;
    const own = act ? `[data-act="${act}"]${chat ? `[data-chat="${chat}"]` : ""}${value && !chat ? `[data-value="${CSS.escape(value)}"]` : ""}` : null;
    const twin = own && (exchange ? `[data-exchange="${exchange}"] ${own}` : own);
    const near = target.closest("#chats") ? ["#chats [aria-current]", "#chats .chat-open", "#clear"] : [];
    used = target.matches(":focus-visible") ? { target, places: [...(twin ? [twin] : []), ...near, "#question textarea"] } : null;
  });
  new MutationObserver(() => {
    if (!used || document.activeElement !== body || used.target.checkVisibility()) return;
    used.places.map((place) => document.querySelector(place)).find((one) => one?.checkVisibility())?.focus({ preventScroll: true });
  }).observe(body, { childList: true, subtree: true });

  // ---- Keys. Each with Alt and Shift, so that none is in the way of writing or of a screen reader.
  const keys = {
    KeyN: () => { tab("chat")?.click(); document.querySelector("#clear")?.click(); box()?.focus(); },
    KeyQ: () => { tab("chat")?.click(); box()?.focus(); },
    KeyF: () => {
      tab("chat")?.click();
      const button = document.querySelector(".chats-open");
      if (button?.offsetParent) openChats(button);
      document.querySelector("#search :is(input, textarea)")?.focus();
    },
    KeyK: () => { if (!document.querySelector("dialog[open]")) open("keys"); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
      const menu = document.querySelector("details.export[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      } else {
        closeDrawers();
      }
    } else if (["ArrowLeft", "ArrowRight"].includes(event.key) && event.target.matches?.("#tabs [role=tab]")) {
      const all = [...document.querySelectorAll("#tabs [role=tab]")];
      const next = all.at((all.indexOf(event.target) + (event.key === "ArrowRight" ? 1 : -1)) % all.length);
      next.focus();
      next.click();
    } else if (event.altKey && event.shiftKey && !event.ctrlKey && !event.metaKey && keys[event.code]) {
      event.preventDefault();
      keys[event.code]();
    }
  });

  // ---- The conversation. Gradio labels each message with its HTML source, in English: worse than no label, since it is read out itself.
  const unlabel = () => document.querySelectorAll("#chat [data-testid=bot][aria-label], #chat [data-testid=user][aria-label]")
    .forEach((message) => message.removeAttribute("aria-label"));

  // While an answer is written its question stays at the top, unless the visitor scrolls; so an answer is read from its beginning.
  let replies = 0, waiting = false, following = false;
  const follow = () => {
    const log = document.querySelector("#chat [role=log]");
    // The log would have every piece of an answer read out as it comes; we say when it begins, and all of it when it is there.
    log?.setAttribute("aria-live", "off");
    const all = log?.querySelectorAll(".reply") ?? [];
    const last = all[all.length - 1];
    const waits = Boolean(last?.classList.contains("is-waiting"));
    if (waits && !waiting) say(texts().answering);
    if (!waits && waiting && last) say(`${texts().answered} ${last.querySelector(".answer, .problem")?.innerText ?? ""}`);
    if (all.length > replies || (waits && !waiting)) following = true;
    [replies, waiting] = [all.length, waits];
    if (!last || !following) return;
    const row = last.closest(".message-row");
    const before = row.previousElementSibling;
    const top = (before?.classList.contains("user-row") ? before : row).getBoundingClientRect().top;
    log.scrollTop += top - log.getBoundingClientRect().top - 16;
    if (!waits) setTimeout(() => { following &&= waiting; }, 300);
  };
  const letGo = () => { following = false; };

  const watch = (id, react, options = {}) => {
    const part = document.getElementById(id);
    if (!part) return void setTimeout(() => watch(id, react, options), 100);
    react(part);
    new MutationObserver(() => react(part)).observe(part, { childList: true, subtree: true, ...options });
  };
  watch("chat", () => { unlabel(); follow(); }, { attributes: true, attributeFilter: ["aria-label"] });
  watch("chat", (chat) => {
    if (chat.dataset.watched) return;
    chat.dataset.watched = "yes";
    ["wheel", "touchmove", "keydown", "focusin"].forEach((name) => chat.addEventListener(name, letGo, { passive: true }));
  });
  watch("sources", () => {
    if (!wanted) return;
    const { answer, marker } = wanted;
    if (document.getElementById(`source-${answer}`)) { wanted = null; show(answer, marker); }
  });
  watch("tools", () => themeLabel());

  // Gradio says in English that the server is gone, and may load the page anew when it is back: we say it, and what was written stays.
  const lost = () => {
    const gone = Boolean(document.querySelector(".toast-wrap > *"));
    const said = document.getElementById("lost");
    if (gone && !said) {
      body.append(Object.assign(document.createElement("p"), { id: "lost", role: "alert", textContent: texts().lost ?? "" }));
    } else if (!gone) {
      said?.remove();
    }
  };
  new MutationObserver(lost).observe(body, { childList: true, subtree: true });
  window.addEventListener("pagehide", () => window.coachRemember("draft", box()?.value));
  const restoreDraft = (tries = 40) => {
    const draft = window.coachRemembered("draft");
    if (!draft) return;
    if (!box() && tries) return void setTimeout(() => restoreDraft(tries - 1), 100);
    window.coachRemember("draft", "");
    if (box() && !box().value) fill(box(), draft);
  };

  window.coachPage = {
    ask,
    at: (place) => window.coachRemember("chat", place),
    localise: () => {
      const data = texts();
      if (!data.lang) return;
      document.documentElement.lang = data.lang;
      document.title = data.title;
      const label = (selector, words) => document.querySelector(selector)?.setAttribute("aria-label", words);
      label("#chat [role=log]", data.chat);
      label("#question textarea", data.question);
      label("#search :is(input, textarea)", data.search);
      label("#tabs [role=tablist]", data.tabs);
      label("#language fieldset, fieldset#language, #language [role=radiogroup]", data.language);
      const chosen = document.querySelector("#language input:checked")?.value;
      if (chosen) window.coachRemember("language", chosen === "auto" ? "" : chosen);
      themeLabel();
      // What scrolls must be reached by the keyboard too.
      const sources = document.getElementById("sources");
      if (sources) sources.tabIndex = 0;
      if (!body.classList.contains("localised")) restoreDraft();
      body.classList.add("localised");
    },
  };
  // Should the first event be lost, the page must not stay invisible.
  setTimeout(() => body.classList.add("localised"), 8000);
}
