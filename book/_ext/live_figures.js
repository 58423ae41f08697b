// The host of the live figures: it reads the saved state of a page's widgets and brings each
// figure that carries its own module (_esm) to life beside its picture, with no kernel and
// no network. A classic script, so that it also runs in a page opened from disk.
(function () {
  "use strict";
  const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
  const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';

  // The part of a widget model that a figure needs; without a kernel nothing is sent.
  class Model {
    constructor(state, address) {
      this.state = state;
      this.address = address;
      this.listeners = new Map();
    }
    get(name) {
      return this.state[name];
    }
    set(name, value) {
      if (JSON.stringify(value) === JSON.stringify(this.state[name])) return;
      this.state[name] = value;
      this.tell(`change:${name}`, value);
      this.tell("change");
    }
    save_changes() {}
    on(event, listener) {
      this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    }
    off(event, listener) {
      const kept = (this.listeners.get(event) ?? []).filter((l) => listener && l !== listener);
      this.listeners.set(event, kept);
    }
    tell(event, ...values) {
      for (const listener of this.listeners.get(event) ?? []) listener(...values);
    }
  }

  // Browsers take about a hundred changes of the address in ten seconds: the first are made
  // at once, while the hand goes on one every 350 ms, and the last state always.
  const due = new Map();
  let [free, before, timer] = [20, 0, null];
  const flush = () => {
    clearTimeout(timer);
    timer = null;
    due.forEach((change) => change());
    due.clear();
  };
  const note = (prefix, change) => {
    due.set(prefix, change);
    const now = performance.now();
    [free, before] = [Math.min(20, free + (now - before) / 350), now];
    if (timer) return;
    if (free < 1) timer = setTimeout(flush, 350);
    else {
      free -= 1;
      flush();
    }
  };

  // The figures' share of the address, #x1=0.5&2.x1=1: a second figure's keys begin with 2.
  const followers = [];
  const pairs = () => [...new URLSearchParams(location.hash.slice(1))];
  const addressOf = (count) => {
    const prefix = count > 1 ? `${count}.` : "";
    const isOwn = ([key, value]) =>
      value !== "" && (prefix ? key.startsWith(prefix) : !/^\d+\./.test(key));
    return {
      read: () =>
        Object.fromEntries(
          pairs()
            .filter(isOwn)
            .map(([key, value]) => [key.slice(prefix.length), value]),
        ),
      write(take) {
        note(prefix, () => {
          const others = pairs().filter((pair) => pair[1] !== "" && !isOwn(pair));
          const own = Object.entries(take()).map(([key, value]) => [prefix + key, value]);
          const hash = new URLSearchParams([...own, ...others]).toString();
          const plain = location.pathname + location.search;
          history.replaceState(history.state, "", hash ? `#${hash}` : plain);
        });
      },
      follow(listener) {
        followers.push(listener);
        return () => followers.splice(followers.indexOf(listener), 1);
      },
    };
  };
  addEventListener("hashchange", () => {
    due.clear();
    followers.forEach((listener) => listener());
  });

  const modules = new Map();
  const importText = (text) => {
    if (!modules.has(text)) {
      const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      modules.set(
        text,
        import(url).finally(() => URL.revokeObjectURL(url)),
      );
    }
    return modules.get(text);
  };

  const addStyle = (text) => {
    const has = [...document.querySelectorAll("style[data-figure]")].some(
      (s) => s.textContent === text,
    );
    if (!text || has) return;
    const style = document.createElement("style");
    style.dataset.figure = "";
    style.textContent = text;
    document.head.append(style);
  };

  const say = (place, words) => {
    const line = document.createElement("p");
    line.className = "live-figure-error";
    line.setAttribute("role", "alert");
    line.textContent = words;
    place.append(line);
  };

  async function bring(place, model) {
    const el = document.createElement("div");
    try {
      const { default: figure } = await importText(model.get("_esm"));
      addStyle(model.get("_css"));
      place.append(el);
      await figure.render({ model, el });
      place.classList.add("alive");
    } catch (error) {
      el.remove();
      say(place, `This figure could not start (${error.message}). Its picture stays.`);
      console.error(error);
    }
  }

  async function start() {
    const states = [...document.querySelectorAll(STATE)].map(
      (s) => JSON.parse(s.textContent).state,
    );
    const saved = Object.assign({}, ...states);
    const models = new Map();
    for (const view of document.querySelectorAll(VIEW)) {
      const id = JSON.parse(view.textContent).model_id;
      const state = saved[id] && saved[id].state;
      if (!state || !state._esm) continue;
      if (!models.has(id)) models.set(id, new Model(state, addressOf(models.size + 1)));
      await bring(view.parentElement, models.get(id));
    }
    document.documentElement.dataset.figures = "ready";
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
