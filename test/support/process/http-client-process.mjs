// The built HTTP client in a process of its own: Node reads NODE_EXTRA_CA_CERTS only at the start. Answers each request
// that its parent sends with a status, or with the code of the error.
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
