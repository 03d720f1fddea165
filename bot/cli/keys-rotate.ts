import { type RotationReport, rotateKeys } from '../sign-in/credentials/key-rotation.ts';
import { type Command, count } from './command.ts';

/** Seals every credential with the first of ENCRYPTION_KEYS, while the service runs. */
export const keysRotate: Command = {
  options: ['dry-run'],
  async run({ store, vault, audit }, { 'dry-run': dryRun = false }) {
    const rotation = await rotateKeys({ store, vault, dryRun });
    const { key, resealed, unreadable } = rotation;
    if (!dryRun) audit?.write({ event: 'keys.rotated', key, resealed, unreadable });
    return { text: toText(rotation, dryRun), json: { ...rotation, dryRun }, incomplete: rotation.changed > 0 };
  },
};

function toText({ key, current, resealed, changed, unreadable, found }: RotationReport, dryRun: boolean): string[] {
  const others = Object.keys(found).filter((id) => id !== key);
  // Instances do not register in the store.
  const instances = dryRun
    ? `Before you run this without --dry-run, start each instance with ${key} among its ENCRYPTION_KEYS.`
    : `Each instance must have ${key} among its ENCRYPTION_KEYS. If one does not, restart it with ${key} now.`;
  const lines = [
    `${count(resealed, 'credential')} ${dryRun ? 'would be ' : ''}sealed again with the key ${key}; ${current} already used it.`,
  ];
  if (changed > 0) lines.push(`${changed} changed meanwhile: run this command again.`);
  if (unreadable > 0) {
    lines.push(
      `${count(unreadable, 'credential')} cannot be opened because their key is missing: these users must sign in again.`,
    );
  }
  if (resealed > 0) {
    lines.push(`${instances} This command cannot check that. An instance without ${key} asks users to sign in again.`);
  }
  if (!dryRun && others.length > 0 && changed === 0) {
    lines.push(
      `The store no longer needs ${others.join(', ')}. Remove it from ENCRYPTION_KEYS an hour after every` +
        ` instance was started with ${key} first: sign-ins that were under way then have ended.`,
    );
  }
  return lines;
}
