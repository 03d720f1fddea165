/** Other programs on the machine do not change it, so a test may limit it. A duration would depend on the load.
 * @returns milliseconds that the processor spends on the work in this process */
export async function cpuTimeOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
