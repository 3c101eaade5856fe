// A headless Chromium, driven over a pipe by the DevTools protocol: nothing to install but the browser.
import { spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const MISSING = `No Chromium was found. Install one (Debian and Ubuntu: apt-get install chromium; Fedora: dnf install chromium;
macOS: brew install --cask chromium), or name the program in the variable CHROMIUM.`;

// What keeps it from asking the network for things of its own.
const FLAGS = [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-default-apps", "--hide-scrollbars", "--remote-debugging-pipe",
];

function program() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of NAMES) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch { /* the next one */ }
    }
  }
  throw new Error(MISSING);
}

/** Starts the browser. `close()` ends it; `page()` opens an empty page. */
export async function browser() {
  const profile = mkdtempSync(join(tmpdir(), "takens-browser-"));
  const child = spawn(program(), [...FLAGS, `--user-data-dir=${profile}`], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const waiting = new Map(), listeners = new Set();
  let last = 0, rest = "", ended = null;
  const end = (reason) => {
    ended = reason;
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  };
  child.on("error", (error) => end(`the browser did not start: ${error.message}; ${MISSING}`));
  child.on("exit", (code) => end(`the browser ended (${code})`));
  child.stdio[3].on("error", () => {});
  child.stdio[4].setEncoding("utf8").on("data", (text) => {
    const messages = (rest + text).split("\0");
    rest = messages.pop();
    for (const message of messages.map((it) => JSON.parse(it))) {
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (!asked) for (const listen of listeners) listen(message);
      else if (message.error) asked.reject(new Error(`${asked.method}: ${message.error.message}`));
      else asked.resolve(message.result);
    }
  });
  const send = (method, params = {}, sessionId = undefined) => {
    if (ended) return Promise.reject(new Error(ended));
    const id = ++last;
    child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject, method }));
  };
  return {
    version: async () => (await send("Browser.getVersion")).product,
    page: () => page(send, listeners),
    close: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      await send("Browser.close").catch(() => {});
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** An empty page, which keeps account of what it complains of and what it asks the network for. */
async function page(send, listeners) {
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const call = (method, params) => send(method, params, sessionId);
  const complaints = [], requests = [];
  let loaded = () => {};
  const listen = ({ method, params, sessionId: from }) => {
    if (from !== sessionId) return;
    if (method === "Page.loadEventFired") loaded();
    if (method === "Network.requestWillBeSent") requests.push(params.request.url);
    if (method === "Runtime.exceptionThrown") complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === "Log.entryAdded" && ["error", "warning"].includes(params.entry.level)) complaints.push(params.entry.text);
    if (method === "Runtime.consoleAPICalled" && ["error", "warning", "assert"].includes(params.type)) {
      complaints.push(params.args.map((it) => it.value ?? it.description).join(" "));
    }
  };
  listeners.add(listen);
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await call(`${domain}.enable`);
  const own = {
    call, complaints, requests,
    open: async (url) => {
      const load = new Promise((resolve) => { loaded = resolve; });
      await call("Page.navigate", { url });
      await load;
    },
    /** The value of an expression, or of an async function's body, within the page. */
    ask: async (expression) => {
      const { result, exceptionDetails } = await call("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
      if (exceptionDetails) throw new Error(`${exceptionDetails.exception?.description ?? exceptionDetails.text} in ${expression}`);
      return result.value;
    },
    size: (width, height, mobile = false) => call("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile }),
    scheme: (value) => call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] }),
    /** Brings an element into view; its middle, in pixels of the window. */
    middle: (selector) => own.ask(`(() => {
      const part = document.querySelector(${JSON.stringify(selector)});
      part.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      const box = part.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    })()`),
    mouse: (type, [x, y], button = "none") => call("Input.dispatchMouseEvent", { type, x, y, button, clickCount: button === "none" ? 0 : 1 }),
    point: async (selector) => own.mouse("mouseMoved", await own.middle(selector)),
    click: async (selector) => {
      const place = await own.middle(selector);
      await own.mouse("mouseMoved", place);
      await own.mouse("mousePressed", place, "left");
      await own.mouse("mouseReleased", place, "left");
    },
    key: async (key, code = key) => {
      const text = key === "Enter" ? "\r" : undefined;
      await call("Input.dispatchKeyEvent", { type: "keyDown", key, code, text, windowsVirtualKeyCode: { Enter: 13, ArrowDown: 40, ArrowRight: 39, Tab: 9 }[key] });
      await call("Input.dispatchKeyEvent", { type: "keyUp", key, code });
    },
    /** A picture of the whole page, or of one element. */
    picture: async (selector = null) => {
      const clip = await own.ask(`(() => {
        const box = ${selector ? `document.querySelector(${JSON.stringify(selector)})` : "document.documentElement"}.getBoundingClientRect();
        return { x: box.left + scrollX, y: box.top + scrollY, width: box.width, height: Math.min(box.height, 16000), scale: 1 };
      })()`);
      return Buffer.from((await call("Page.captureScreenshot", { clip, captureBeyondViewport: true })).data, "base64");
    },
    pdf: async () => Buffer.from((await call("Page.printToPDF", { printBackground: false, preferCSSPageSize: true })).data, "base64"),
    close: async () => {
      listeners.delete(listen);
      await send("Target.closeTarget", { targetId });
    },
  };
  return own;
}
