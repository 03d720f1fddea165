/** Says which setting it is that can't be used. */
export function withSettingName<T>(setting: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new TypeError(`${setting}: ${(error as Error).message}`);
  }
}
