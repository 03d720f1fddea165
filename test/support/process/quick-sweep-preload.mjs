// Loaded into a bot by NODE_OPTIONS: the bot sweeps its store several times a second instead of every ten seconds.
const { setInterval: every } = globalThis;
globalThis.setInterval = (work, ms, ...rest) => every(work, ms === 10_000 ? 300 : ms, ...rest);
