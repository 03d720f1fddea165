import { fieldsWith, findPreset } from '../../../config/preset/preset.ts';

/** An error stops people from searching. A warning predicts a failure, or a card that lacks something. */
type Severity = 'error' | 'warning';

/** A mistake that the try found. The texts may hold words of the provider and the API: print them only by the redaction. */
export interface Finding {
  /** Kebab-case, stable between versions. */
  id: string;
  severity: Severity;
  /** The setting to change: of the connection (`source.fields.title`), an option of the command, or `redirect URI`. */
  field: string;
  /** The values of the entry that fill the field, if the connection comes from a preset. */
  entryFields?: readonly string[];
  what: string;
  fix: string;
}

export function isFinding(finding: Finding | undefined): finding is Finding {
  return finding !== undefined;
}

/** Adds the values of the entry that fill the field of a finding. */
export function withEntryFields(findings: readonly Finding[], presetName: string | undefined): Finding[] {
  const preset = presetName === undefined ? undefined : findPreset(presetName);
  if (!preset) return [...findings];
  return findings.map((finding) => {
    const field = finding.field.replace(/\[(\d+)\]/g, '.$1');
    const names = Object.keys(preset.values).filter((name) => fieldsWith(preset, name).includes(field));
    return names.length > 0 ? { ...finding, entryFields: names } : finding;
  });
}
