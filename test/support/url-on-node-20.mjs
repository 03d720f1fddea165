// `URL.canParse` of Node 20 refuses a host such as `bücher.example` after some thousand calls. zod calls it for each
// address of a configuration. A bot reads its configuration once, but the tests of one process read many.
if (process.versions.node.startsWith('20.')) {
  URL.canParse = (text, base) => {
    try {
      return Boolean(new URL(text, base));
    } catch {
      return false;
    }
  };
}
