/**
 * What runs inside the page and keeps watch: frames, tasks that held it up, keys, and when a conversation could first be
 * read. Plain text, because it runs in the browser.
 */
export const probe = `
  const probe = { frames: 0, tasks: [], keys: [], readable: undefined };
  globalThis.probe = probe;
  const afterFrame = (then) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => then(performance.now());
    port2.postMessage(0);
  });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) probe.tasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });
  const count = () => { probe.frames += 1; requestAnimationFrame(count); };
  requestAnimationFrame(count);

  let pressed;
  addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
  addEventListener("input", () => {
    if (pressed === undefined) return;
    const from = pressed;
    pressed = undefined;
    // This listener is the last one: React has answered, and what it changed stands in the document.
    const key = { handled: performance.now() - from };
    probe.keys.push(key);
    afterFrame((now) => { key.drawn = now - from; });
  });

  const look = () => {
    if (!document.querySelector("[role=log] article")?.textContent || !document.querySelector("main textarea")) return;
    observer.disconnect();
    afterFrame((now) => { probe.readable = now; });
  };
  const observer = new MutationObserver(look);
  probe.watch = () => { probe.readable = undefined; observer.observe(document, { childList: true, subtree: true }); };
  probe.watch();
`;
