// The built HTTP client in its own process: Node reads NODE_EXTRA_CA_CERTS only at the start. For each request of its
// parent it returns a status, or the code of the error.
const { sendRequest, sendThrough } = await import(process.argv[2]);
const proxy = process.argv[3];
if (proxy) sendThrough({ origin: new URL(proxy), authorization: undefined, isExempt: () => false });

process.on('message', async ({ id, ...request }) => {
  const signal = AbortSignal.timeout(20_000);
  try {
    const response = await sendRequest({ headers: {}, signal, ...request });
    response.resume().on('end', () => process.send({ id, outcome: response.statusCode }));
  } catch (error) {
    process.send({ id, outcome: error.code });
  }
});
process.send('ready');
