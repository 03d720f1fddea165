/** The versions before it get no security fixes: Node 20 until April 2026, Node 21 until June 2024.
 * @see https://github.com/nodejs/release#release-schedule */
const OLDEST_MAINTAINED = 22;

/** Why a public service must not run on this Node, or `undefined`.
 * @param version as in `process.versions.node` */
export function unmaintainedNode(version: string): string | undefined {
  if (Number(version.split('.', 1)[0]) >= OLDEST_MAINTAINED) return undefined;
  return `Node ${version} gets no security fixes any more (Node 20: since April 2026)`;
}
