/** Why something could not be looked at. */
export interface Skipped {
  unchecked: string;
}
